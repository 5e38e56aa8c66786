"""A tender document from the tender's own data, so that the paper says what the program applies (L-207, L-208)."""

from __future__ import annotations

from decimal import Decimal

from documents.data import Fact, Party, Project, Section, Table
from documents.scheme_words import price_rules, scoring_lines
from documents.tender_data import FormSheet, ReviewLine, TenderDocumentPrint
from procurement.basics.moment import SHANGHAI
from procurement.basics.money import in_words
from procurement.basics.value import Instant
from procurement.tendering.conditions import Parameter, Product
from procurement.tendering.lot import Lot, Term
from procurement.tendering.quote import PriceTable
from procurement.tendering.tender import AssessmentGrade, Payment, Tender
from procurement.tendering.tender import Party as TenderParty

_UNITS = {"calendar-days": "日", "working-days": "个工作日", "months": "个月", "years": "年"}
_STARTS = {
    "contract-signed": "合同签订后",
    "notice-sent": "中标通知书发出后",
    "purchaser-order": "采购人下达订单后",
    "fixed-dates": "自约定日期起",
    "unstated": "",
}
_DAYS = {"calendar": "日", "working": "个工作日"}
_CONDITIONS = {
    "signed": "合同签订后",
    "delivered": "交付后",
    "accepted": "验收合格后",
    "by-measure": "按计量",
    "yearly": "按年度",
    "warranty-over": "质保期满后",
    "budget-released": "当年财政预算下达后",
    "year-assessed": "年度考核后、次年财政预算下达后",
}
_FORFEITURE = {
    "withdrawn-in-validity": "在投标有效期内撤销投标文件",
    "false-material": "提供虚假材料",
    "contract-refused": "中标后无正当理由拒不签订合同",
    "collusion": "串通投标",
    "bond-not-paid": "未按规定提交履约保证金",
    "unspecified": "法律法规规定的其他情形",
}
_SITES = {"credit-china": "信用中国（www.creditchina.gov.cn）", "ccgp": "中国政府采购网（www.ccgp.gov.cn）"}
_UNTIL = {"deadline": "投标截止时间", "evaluation": "资格审查结束前", "award": "中标通知书发出前"}
_FAILURE = {
    "treated-as-withdrawn": "视为撤销其投标文件",
    "treated-as-not-submitted": "视为未递交投标文件",
    "invalid": "投标无效",
}


def project_of(tender: Tender, lot: Lot) -> Project:
    """The facts every paper repeats."""
    return Project(
        number=tender.number,
        tender_id=tender.id,
        name=tender.title,
        lot=lot.code,
        lot_name=lot.title,
        method=tender.profile.title,
        purchaser=_party(tender.purchaser),
        agency=_party(tender.agency),
    )


def tender_document(tender: Tender, lot_code: str) -> TenderDocumentPrint:
    """The document of one lot, ready to print. Raises KeyError for an unknown lot."""
    lot = tender.lot(lot_code)
    return TenderDocumentPrint(
        project=project_of(tender, lot),
        title="招标文件" if tender.method in ("open", "invited") else "采购文件",
        invitation=_invitation(tender, lot),
        instructions=_instructions(tender, lot),
        requirements=_requirements(lot),
        qualification=tuple(
            ReviewLine(code=q.code, name=q.title, standard=q.text) for q in tender.qualification_of(lot)
        ),
        conformity=tuple(
            ReviewLine(code=c.code, name=c.title, standard=c.text, substantive=c.importance == "star")
            for c in lot.conformity
        ),
        scheme=scoring_lines(lot.scheme),
        price_rule=price_rules(lot),
        contract_terms=_contract(tender, lot),
        forms=_forms(lot),
        issued=tender.issued,
    )


def _party(party: TenderParty) -> Party:
    return Party(name=party.name, code=party.code, address=party.address, contact=party.contact, phone=party.phone)


def _facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, text=text) for label, text in pairs if text)


def _invitation(tender: Tender, lot: Lot) -> tuple[Section, ...]:
    basics = _facts(
        ("项目名称", tender.title),
        ("备案号", tender.number),
        ("项目编号", tender.project_number),
        ("采购方式", tender.profile.title),
        ("标包", f"{lot.code} {lot.title}"),
        ("预算金额", _money(lot.budget)),
        ("最高限价", _limits(lot)),
        ("采购内容", lot.scope),
        ("履行期限", term_words(lot.term)),
        ("联合体", "接受联合体投标" if lot.consortium.accepted else "不接受联合体投标"),
    )
    return (
        Section(title="项目基本情况", facts=basics),
        Section(
            title="投标人的资格要求", paragraphs=tuple(f"{q.title}：{q.text}" for q in tender.qualification_of(lot))
        ),
        Section(
            title="获取采购文件",
            paragraphs=(f"{_day(tender.issued)}至{_day(tender.available_until)}，在平台下载，免费。",),
        ),
        Section(
            title="截止时间、开标时间和地点",
            paragraphs=(f"{_time(tender.deadline)}（北京时间），{tender.opening.place}。",),
        ),
        Section(title="公告", paragraphs=(f"公告发布日期{_day(tender.announcement)}，公告期限五个工作日。",)),
        Section(title="采购人", facts=_contacts(tender.purchaser)),
        Section(title="采购代理机构", facts=_contacts(tender.agency)),
    )


def _contacts(party: TenderParty) -> tuple[Fact, ...]:
    return _facts(("名称", party.name), ("地址", party.address), ("联系人", party.contact), ("电话", party.phone))


def _instructions(tender: Tender, lot: Lot) -> tuple[Section, ...]:
    window = tender.opening.window
    until = (
        f"投标截止后{window.minutes}分钟内"
        if window.minutes is not None
        else f"{_time(window.until or tender.deadline)}前"
    )
    parts = [
        Section(title="投标有效期", paragraphs=(f"★投标有效期自投标截止之日起不少于{lot.validity_days}日。",)),
        Section(
            title="投标文件的编制和递交",
            paragraphs=(
                "投标文件在本地编制、签章并加密，以密文递交；截止前可以替换或者撤回；须有投标人自己的份额和规定人数的保管人的份额才能打开。",
                f"单个文件不超过{_size(tender.upload.file_limit)}，全部文件不超过{_size(tender.upload.size_limit)}；文件类型：{'、'.join(tender.upload.file_types)}。",
            ),
        ),
        Section(
            title="解密与开标",
            paragraphs=(
                f"投标人应当在{until}以自己的数字证书"
                + ("或者备份凭条" if tender.opening.slip_admitted else "")
                + f"授权解密；到时未授权的，{_FAILURE[tender.opening.failure]}。",
                f"对开标有异议的，应当在唱标结束后{tender.opening.objection_minutes}分钟内提出；{tender.opening.confirm_minutes}分钟内未确认的，视同认可。",
            ),
        ),
    ]
    if lot.deposit is not None:
        parts.append(_deposit(tender, lot))
    parts += [
        Section(
            title="信用记录查询",
            paragraphs=(
                f"查询渠道：{'、'.join(_SITES[s] for s in tender.credit_query)}；截止时点：{_UNTIL[tender.credit_query_until]}。",
            ),
        ),
        Section(
            title="询问与质疑",
            paragraphs=(
                f"供应商可以在知道或者应当知道权益受到损害之日起{tender.challenge.working_days}个工作日内提出质疑。",
            ),
            facts=_facts(
                ("联系人", tender.challenge.contact),
                ("电话", tender.challenge.phone),
                ("地址", tender.challenge.address),
            ),
        ),
    ]
    if tender.collusion:
        parts.append(Section(title="串通投标的情形", paragraphs=tuple(c.text for c in tender.collusion)))
    return tuple(parts)


def _deposit(tender: Tender, lot: Lot) -> Section:
    assert lot.deposit is not None
    cases = "、".join(_FORFEITURE[case] for case in tender.deposit_forfeiture)
    lines = [f"投标保证金{_money(lot.deposit.amount)}，应当在投标截止前到账。"]
    if cases:
        lines.append(f"有下列情形之一的，不予退还：{cases}。")
    return Section(
        title="投标保证金",
        paragraphs=tuple(lines),
        facts=_facts(("户名", lot.deposit.account_name), ("开户银行", lot.deposit.bank), ("账号", lot.deposit.account)),
    )


def _requirements(lot: Lot) -> tuple[Section, ...]:
    parts = [Section(title="采购内容", paragraphs=(lot.scope,), tables=_products(lot))]
    for kind, title in (("technical", "技术要求"), ("business", "商务要求")):
        lines = tuple(_parameter(p) for p in lot.parameters if p.kind == kind)
        if lines:
            parts.append(Section(title=title, paragraphs=lines))
    star = "★" if lot.term.substantive else ""
    warranty = f"质保期{lot.term.warranty_months}个月。" if lot.term.warranty_months else ""
    parts.append(
        Section(title="履行期限和地点", paragraphs=(f"{star}{term_words(lot.term)}。{warranty}{lot.term.place}",))
    )
    return tuple(parts)


def _products(lot: Lot) -> tuple[Table, ...]:
    if not lot.products:
        return ()
    rows = tuple(
        (
            str(n),
            p.name + ("（核心产品）" if p.core else "") + _product_facts(p),
            format(p.quantity, ",f") if p.quantity is not None else "—",
            p.unit or "—",
            p.industry or "—",
            "接受" if p.imports else "不接受",
        )
        for n, p in enumerate(lot.products, 1)
    )
    head = ("序号", "名称", "数量", "单位", "所属行业", "进口产品")
    return (Table(caption="采购清单", head=head, rows=rows, widths=(2, 10, 3, 2, 5, 4), right=(2,)),)


def _product_facts(product: Product) -> str:
    facts = "，".join(f"{fact.label}{fact.text}" for fact in product.facts)
    return f"（{facts}）" if facts else ""


def _parameter(parameter: Parameter) -> str:
    mark = {"star": "★", "triangle": "▲", "plain": ""}[parameter.importance]
    return f"{mark}{parameter.title}：{parameter.text}"


def _payment(payment: Payment) -> str:
    base = "年度平均合同金额的" if payment.of == "year" else ""
    less = "，扣除年度考核应扣金额" if payment.less_assessment else ""
    after = "" if payment.condition in ("budget-released", "year-assessed") else "收到发票后"
    share = format(payment.percent.normalize(), "f")
    return (
        f"{_CONDITIONS[payment.condition]}，{after}{payment.days}{_DAYS[payment.day_kind]}内支付{base}{share} %{less}。"
    )


def _grade(grade: AssessmentGrade) -> str:
    low, high, held = (format(n.normalize(), "f") for n in (grade.low, grade.high, grade.withheld_percent))
    end = (
        "，采购人可以解除合同"
        if grade.terminates
        else f"，扣除年度平均合同金额的{held} %"
        if grade.withheld_percent
        else ""
    )
    return f"{grade.label}：{low}至{high}分{end}。"


def _contract(tender: Tender, lot: Lot) -> tuple[Section, ...]:
    terms = tender.contract
    payments = tuple(_payment(p) for p in terms.payments)
    parts = [Section(title="合同签订", paragraphs=(f"中标通知书发出之日起{terms.sign_days}日内签订合同。",))]
    if payments:
        parts.append(Section(title="付款", paragraphs=payments))
    if terms.performance_bond_percent is not None:
        bond = format(terms.performance_bond_percent.normalize(), "f")
        parts.append(Section(title="履约保证金", paragraphs=(f"合同金额的{bond} %。",)))
    parts.append(Section(title="履行", paragraphs=(f"{term_words(lot.term)}。",)))
    if terms.assessment:
        parts.append(Section(title="年度考核", paragraphs=tuple(_grade(g) for g in terms.assessment)))
    if terms.delay is not None:
        rate, most = (format(n.normalize(), "f") for n in (terms.delay.percent, terms.delay.most_percent))
        base = "合同金额" if terms.delay.of == "contract" else "迟交部分价款"
        words = (
            f"逾期每{terms.delay.period_days}日（不足的按整期计）按{base}的{rate} %赔偿，累计不超过合同价的{most} %。"
        )
        parts.append(Section(title="误期赔偿", paragraphs=(words,)))
    return tuple(parts)


def _forms(lot: Lot) -> tuple[FormSheet, ...]:
    figures = tuple(f"{f.label}（{f.unit}）" for f in lot.quote.figures)
    words = ("大写",) if lot.quote.main.words and not lot.quote.is_rate else ()
    fields = tuple(f.label + (f"（{f.unit}）" if f.unit else "") for f in lot.opening_fields)
    sheets = [FormSheet(title="开标一览表", lines=("投标人", *figures, *words, *fields), note="由投标人电子签章。")]
    sheets += [FormSheet(title=t.title, table=_blank(t)) for t in lot.quote.tables]
    sheets += [FormSheet(title=f.title, lines=tuple(x.label for x in f.fields), note=f.wording) for f in lot.forms]
    return tuple(sheets)


def _blank(table: PriceTable) -> Table:
    rows = []
    for row in table.rows:
        given = {cell.column: cell.text for cell in row.cells}
        rows.append(tuple(given.get(column.code, "") for column in table.columns))
    empty = ("",) * len(table.columns)
    return Table(head=tuple(c.label for c in table.columns), rows=tuple(rows) or (empty, empty, empty))


def term_words(term: Term) -> str:
    """Period of performance in words: 合同签订后45日内, or the fixed dates: 2025年8月30日前到货."""
    if term.dates:
        return "，".join(f"{_day(d.by)}前{d.what}" for d in term.dates)
    parts = "".join(f"，其中{e.what}{e.amount}{_UNITS[e.unit]}" for e in term.exceptions)
    return f"{_STARTS[term.starts]}{term.amount}{_UNITS[term.unit]}{'内' if term.kind == 'delivery' else ''}{parts}"


def _limits(lot: Lot) -> str:
    figures = [
        f"{f.label} {format(f.limit, ',f')} {f.unit}"
        for f in lot.quote.figures
        if f.limit is not None and f.dimension != "total"
    ]
    return "；".join([_money(lot.money_ceiling), *figures])


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f} 元（{in_words(amount)}）"


def _time(moment: Instant) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _day(moment: Instant) -> str:
    return _time(moment).split(" ")[0]


def _size(count: int) -> str:
    return f"{count // 1024**3} GB" if count % 1024**3 == 0 else f"{count // 1024**2} MB"

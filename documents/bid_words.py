"""A bid in words: what stands in the typed fields, chapter by chapter, beside what the tender asks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from documents.bid_data import BidChapter, BidPart
from documents.bid_tables import amount, number_text, pages_of, price_chapter
from documents.data import Fact, Table
from documents.shown import shown
from procurement.bidding.draft import BidForms, Claim, FieldValue
from procurement.bidding.linking import coverage
from procurement.bidding.price import words
from procurement.tendering.conditions import FormField
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Part
from procurement.tendering.tender import Tender

NONE = "（未填写）"
_HOW = {
    "document": "附证明文件",
    "commitment": "书面承诺",
    "agency-lookup": "由代理机构查询",
    "licence-library": "从证照库调取",
    "not-applicable": "不适用",
}
_DEVIATION = {"none": "无偏离", "positive": "正偏离", "negative": "负偏离"}
_SIZE = {"micro": "微型企业", "small": "小型企业", "medium": "中型企业", "large": "大型企业"}
_KIND = {"ordinary": "", "prison": "监狱企业", "disabled-welfare": "残疾人福利性单位", "sole-trader": "个体工商户"}
_CERTIFIED = {"energy-saving": "节能产品认证", "environment": "环境标志产品认证"}
_ROLE = {
    "agent": "授权代表",
    "project-manager": "项目负责人",
    "contact": "联系人",
    "legal-representative": "法定代表人",
}
_DEPOSIT = {
    "transfer": "转账",
    "cheque": "支票",
    "draft": "汇票",
    "promissory-note": "本票",
    "guarantee": "保函",
    "e-guarantee": "电子保函",
}


def bid_chapters(tender: Tender, lot: Lot, forms: BidForms) -> tuple[BidChapter, ...]:
    """Every chapter of a bid, also those in which nothing stands yet: a gap is seen on paper, too."""
    return tuple(_chapters(tender, lot, forms))


def _chapters(tender: Tender, lot: Lot, forms: BidForms) -> Iterator[BidChapter]:
    yield _opening(lot, forms)
    for table in lot.quote.tables:
        yield price_chapter(table, forms.table(table.code))
    if tender.qualification_of(lot) or lot.conformity:
        yield _conditions(tender, lot, forms)
    if lot.parameters:
        yield _responses(lot, forms)
    for form in lot.forms:
        filled = [one for one in forms.forms if one.form == form.code]
        parts = tuple(
            BidPart(title=f"{form.title}（{one.instance}）", facts=_fields(form.fields, one.fields)) for one in filled
        )
        single = len(parts) <= 1
        yield BidChapter(
            title=form.title,
            star=form.substantive,
            paragraphs=(form.wording,) if form.wording else (),
            facts=_fields(form.fields, filled[0].fields if filled else ()) if single else (),
            parts=() if single else parts,
        )
    if any(leaf.evidence or leaf.settled_by == "claims" for leaf in lot.scheme.leaves):
        yield _claims(lot, forms)
    yield _links(tender, lot, forms)
    yield _policy(lot, forms)
    if lot.consortium.accepted or forms.subcontracts:
        yield _partners(forms)
    yield _others(lot, forms)
    yield _attachments(forms)
    yield _machines(forms)


def _fact(label: str, text: str) -> Fact:
    return Fact(label=label, text=text or NONE)


def _opening(lot: Lot, forms: BidForms) -> BidChapter:
    facts = [_fact("投标人", forms.name)]
    for figure in lot.quote.figures:
        quoted = forms.figure(figure.code)
        facts.append(_fact(f"{figure.label}（{figure.unit}）", amount(quoted.amount) if quoted else ""))
        if quoted is not None and figure.words:
            facts.append(_fact("大写", _in_words(figure, quoted.amount)))
    facts.append(_fact("投标有效期（日）", str(forms.validity_days) if forms.validity_days else ""))
    return BidChapter(title="开标一览表", star=True, facts=(*facts, *_fields(lot.opening_fields, forms.opening)))


def _in_words(figure: object, value: Decimal) -> str:
    try:
        return words(figure, value)  # type: ignore[arg-type]
    except ValueError:
        return "（无法写成大写）"


def _fields(fields: tuple[FormField, ...], filled: tuple[FieldValue, ...]) -> tuple[Fact, ...]:
    held = {one.field: one for one in filled}
    return tuple(
        _fact(field.label + (f"（{field.unit}）" if field.unit else ""), _value(field, held.get(field.code)))
        for field in fields
    )


def _value(field: FormField, value: FieldValue | None) -> str:
    if value is None:
        return ""
    if field.type == "yes-no":
        return {"yes": "是", "no": "否"}.get(value.text, value.text)
    return value.text or (number_text(value.number, money=field.type == "money") if value.number is not None else "")


def _conditions(tender: Tender, lot: Lot, forms: BidForms) -> BidChapter:
    given = {one.item: one for one in forms.answers}
    parts = []
    for item in tender.qualification_of(lot):
        answer = given.get(item.code)
        how = _HOW[answer.how] + (f"（{answer.licence}）" if answer.licence else "") if answer else ""
        facts = (_fact("如何满足", how), *_proof(forms, item.code, asked=bool(item.evidence)))
        parts.append(BidPart(title=item.title, paragraphs=(item.text,), facts=facts))
    for one in lot.conformity:
        star = "★ " if one.importance == "star" and not one.title.startswith("★") else ""
        proof = _proof(forms, one.code, asked=bool(one.evidence))
        parts.append(BidPart(title=star + one.title, paragraphs=(one.text,), facts=proof))
    return BidChapter(title="资格与符合性", star=True, parts=tuple(parts))


def _proof(forms: BidForms, item: str, *, asked: bool) -> tuple[Fact, ...]:
    found = pages_of(forms, item)
    return (_fact("证明材料", found),) if asked or found else ()


def _responses(lot: Lot, forms: BidForms) -> BidChapter:
    given = {one.parameter: one for one in forms.responses}
    rows = []
    for number, one in enumerate(lot.parameters, 1):
        mark = {"star": "★", "triangle": "▲", "plain": ""}[one.importance]
        title = one.title if one.title[:1] in "★▲" else mark + one.title
        said = given.get(one.code)
        offer = "；".join(text for text in (said.offer, said.brand, said.model) if text) if said else NONE
        deviation = _DEVIATION[said.deviation] if said else NONE
        rows.append((str(number), title, one.text, deviation, offer, pages_of(forms, one.code) or "—"))
    head = ("序号", "参数", "招标要求", "偏离", "投标响应", "证明材料")
    return BidChapter(
        title="技术商务偏离表",
        star=any(one.importance == "star" for one in lot.parameters),
        tables=(Table(head=head, rows=tuple(rows), widths=(2, 6, 10, 3, 8, 6)),),
        wide=True,
    )


def _claims(lot: Lot, forms: BidForms) -> BidChapter:
    parts = []
    for leaf in lot.scheme.leaves:
        if leaf.evidence or leaf.settled_by == "claims":
            claimed = _fact("申报", _claimed(leaf, forms.claim(leaf.code)))
            facts = (claimed, *_proof(forms, leaf.code, asked=bool(leaf.evidence)))
            title = f"{leaf.title}（{leaf.maximum.normalize():f} 分）"
            parts.append(BidPart(title=title, paragraphs=(leaf.text,) if leaf.text else (), facts=facts))
    return BidChapter(title="评分项响应", parts=tuple(parts))


def _claimed(leaf: Part, claim: Claim | None) -> str:
    if claim is None:
        return ""
    names = {one.code: one.label for one in getattr(leaf.rule, "entries", ())}
    names |= {one.code: one.label for one in getattr(leaf.rule, "steps", ()) if hasattr(one, "code")}
    said = [f"数量 {claim.count}"] if claim.count else []
    said += [names.get(one, one) for one in claim.entries]
    said += [f"{names.get(one.code, one.code)} {one.count}" for one in claim.counts]
    said += ["已响应"] if claim.met else []
    said += [amount(claim.index)] if claim.index is not None else []
    return "；".join((*said, *claim.units))


def _links(tender: Tender, lot: Lot, forms: BidForms) -> BidChapter:
    rows = []
    for number, place in enumerate(coverage(tender, lot, forms).places, 1):
        link = place.link
        document = forms.document(link.document) if link is not None else None
        where = f"{document.title} 第 {link.first}–{link.last} 页" if link and document else ""
        what = place.title + (f"：{place.label}" if place.label else "") + (f" {place.unit}" if place.unit else "")
        open_ = "未关联，必须" if place.missing else "未关联"
        rows.append((str(number), what, where or (f"未关联，原因：{place.reason}" if place.reason else open_)))
    table = Table(head=("序号", "审查与评分项", "所在文件与页码"), rows=tuple(rows), widths=(2, 12, 12))
    return BidChapter(title="标书关联", tables=(table,) if rows else ())


def _policy(lot: Lot, forms: BidForms) -> BidChapter:
    enterprise, domestic = forms.enterprise, forms.domestic
    facts = [
        _fact("企业规模", _SIZE[enterprise.size]),
        _fact("《中小企业声明函》", "已出具" if enterprise.declared else "未出具"),
    ]
    if enterprise.kind != "ordinary":
        facts.append(_fact("企业类别", _KIND[enterprise.kind]))
    if enterprise.employees:
        facts.append(_fact("从业人员（人）", str(enterprise.employees)))
    if lot.products:
        facts.append(_fact("全部货物由小微企业制造", "是" if enterprise.all_goods_small_micro else "否"))
    if domestic is not None:
        share = f"已出具，境内成本占比 {domestic.cost_share.normalize():f} %" if domestic.declared else "未出具"
        facts.append(_fact("《本国产品声明函》", share))
    if forms.certified:
        facts.append(_fact("优先采购认证", "、".join(_CERTIFIED[one] for one in forms.certified)))
    return BidChapter(title="政策声明", star=lot.reservation.mode == "whole", facts=tuple(facts))


def _partners(forms: BidForms) -> BidChapter:
    tables = []
    head = ("名称", "统一社会信用代码", "分工", "合同份额（%）", "企业规模")
    if forms.consortium:
        rows = tuple(
            (one.name + ("（牵头）" if one.role == "lead" else ""), one.supplier, one.work or "—", f"{one.share:f}", _SIZE[one.size])
            for one in forms.consortium
        )  # fmt: skip
        tables.append(Table(caption="联合体成员", head=head, rows=rows, widths=(7, 7, 7, 4, 3), right=(3,)))
    if forms.subcontracts:
        rows = tuple((one.name, one.supplier, "—", f"{one.share:f}", _SIZE[one.size]) for one in forms.subcontracts)
        tables.append(Table(caption="分包", head=head, rows=rows, widths=(7, 7, 7, 4, 3), right=(3,)))
    return BidChapter(title="联合体与分包", paragraphs=() if tables else ("单独投标，不分包。",), tables=tuple(tables))


def _others(lot: Lot, forms: BidForms) -> BidChapter:
    facts = [_fact(_ROLE[one.role], f"{one.name} {one.phone}".strip()) for one in forms.people]
    deposit = forms.deposit
    if deposit is not None:
        paid = shown(deposit.paid_at)["minute"]
        said = f"{_DEPOSIT[deposit.form]} {amount(deposit.amount)} 元，{deposit.payer_name} {deposit.payer_account}，{deposit.bank}，{paid}，凭证 {deposit.voucher}"
        facts.append(_fact("投标保证金", said))
    elif lot.deposit is not None:
        facts.append(_fact("投标保证金", ""))
    names = {one.code: one.name for one in lot.products}
    rows = tuple(
        (names.get(one.product, one.product), one.brand, one.manufacturer, one.model or "—", one.origin or "—")
        for one in forms.brands
    )
    brands = (Table(caption="所投产品", head=("产品", "品牌", "制造商", "型号", "产地"), rows=rows),) if rows else ()
    empty = not facts and not rows
    return BidChapter(
        title="人员、品牌与保证金",
        star=lot.deposit is not None,
        paragraphs=(NONE,) if empty else (),
        facts=tuple(facts),
        tables=brands,
    )


def _attachments(forms: BidForms) -> BidChapter:
    """The documents themselves stay files: listed with what tells them apart."""
    parts = tuple(
        BidPart(
            title=one.title,
            facts=(
                _fact("文件", one.path),
                _fact("页数", str(one.pages) if one.pages else "—"),
                _fact("大小（字节）", f"{one.size:,}"),
                _fact("SHA-256", " ".join(one.sha256[at : at + 8] for at in range(0, 64, 8))),
            ),
        )
        for one in forms.documents
    )
    said = "附件是单独的文件，未印在本件内；递交时随投标文件一起签名并加密，以摘要为准。"
    return BidChapter(title="附件清单", star=True, paragraphs=(said,) if parts else ("没有附件。",), parts=parts)


def _machines(forms: BidForms) -> BidChapter:
    rows = tuple(
        (
            one.host or "—",
            "、".join(one.macs) or "—",
            shown(one.first_used)["minute"],
            shown(one.last_used)["minute"],
        )
        for one in forms.machines
    )
    head = ("计算机", "网卡地址", "首次使用", "最近使用")
    table = Table(head=head, rows=rows, widths=(4, 6, 5, 5))
    said = "编制投标文件所用的计算机，随投标文件一起签名（编制前已告知）。"
    return BidChapter(title="编制所用计算机", paragraphs=(said,), tables=(table,) if rows else ())

"""The scoring scheme in the words a tender document uses: each kind of rule read out, price formula, rounding, ties."""

from __future__ import annotations

from decimal import Decimal

from documents.tender_data import ScoringLine
from procurement.tendering.lot import Lot
from procurement.tendering.marking import (
    AllowedSet,
    Binary,
    Checklist,
    Composite,
    Count,
    DeductionFormula,
    DeductionTable,
    IndexLookup,
    Part,
    ScoringItem,
    Span,
    Tiers,
)
from procurement.tendering.quote import Figure, QuoteForm
from procurement.tendering.scheme import PolicyDeduction, PriceComponent, PriceFormula, Rounding, Scheme, TieKey

_PLACES = {
    "evaluation-price": "评审价格",
    "price-component": "价格分各组成部分",
    "price-score": "价格分",
    "item-mean": "各评分因素的平均分",
    "member-total": "每位成员的合计分",
    "total": "总得分",
}
_MODES = {"half-up": "四舍五入", "half-even": "四舍六入五成双", "down": "舍去其后各位", "up": "进一"}
_TIES = {
    "raw-price": "投标报价（未扣除）由低到高",
    "evaluation-price": "评审价格由低到高",
    "price-score": "价格分由高到低",
    "group-score": "{of}得分由高到低",
    "item-score": "{of}得分由高到低",
    "technical-merit": "评审委员会按技术优劣排序",
    "open-vote": "评审委员会记名投票",
    "secret-ballot": "评审委员会无记名投票",
    "purchaser-decides": "采购人确定",
    "purchaser-draws": "采购人随机抽取",
    "draw": "随机抽取",
    "parallel": "并列",
}
_BASES = {
    "lowest": "最低评审价格",
    "highest": "最高评审价格",
    "mean": "评审价格的算术平均值",
    "second-lowest": "次低评审价格",
    "limit": "最高限价",
    "fixed": "固定值",
}
_APPLIES = {
    "small-micro": "小型、微型企业",
    "consortium-share": "与小微企业组成的联合体",
    "subcontract-share": "向小微企业分包",
    "domestic": "本国产品",
    "energy-saving": "节能产品",
    "environment": "环境标志产品",
}
_FREE = "由评审委员会评分。"


_RATE_TRANSFORMS = {
    "payable-cut": "按折算后的应付价扣除{percent} %，即评审{label} = 100 −（100 − {label}）×（100 − {percent}）÷ 100",
    "rate-raise": "评审{label}提高{percent} %",
    "score-raise": "价格分增加{percent} %，不超过满分",
}


def scoring_lines(scheme: Scheme) -> tuple[ScoringLine, ...]:
    """The scoring table of the tender document: price first, then the items, composite ones with their parts inside."""
    titles = _titles(scheme)
    items = tuple(_line(item, titles.get(item.group, item.group)) for item in scheme.items)
    return items if scheme.price is None else (_price_line(scheme.price, titles), *items)


def report_lines(scheme: Scheme) -> tuple[ScoringLine, ...]:
    """The rows of the evaluation report: each item, which has the mean, and under a composite one its parts, which are marked."""
    titles = _titles(scheme)
    lines = []
    for item in scheme.items:
        group = titles.get(item.group, item.group)
        lines.append(_line(item, group))
        if isinstance(item.rule, Composite):
            lines += [_part_line(part, group) for part in item.rule.parts]
    return tuple(lines)


def _part_line(part: Part, group: str) -> ScoringLine:
    return ScoringLine(
        code=part.code,
        group=group,
        name=f"其中：{part.title}",
        maximum=part.maximum,
        objective=part.nature,
        standard=tuple(_standard(part)) or (_FREE,),
    )


def _titles(scheme: Scheme) -> dict[str, str]:
    return {group.code: group.title for group in scheme.groups}


def _price_line(price: PriceFormula, titles: dict[str, str]) -> ScoringLine:
    return ScoringLine(
        code="price",
        group=titles.get(price.group, price.group),
        name=price.title,
        maximum=price.maximum,
        objective="objective",
        standard=("按本章第2部分计算。",),
    )


def price_rules(lot: Lot) -> tuple[str, ...]:
    """Price computation in the order of L-513, then rounding and ties."""
    scheme = lot.scheme
    lines = ["以修正并经投标人确认后的投标报价为原报价；超过最高限价的投标无效。"]
    lines += _sub_ceilings(lot.quote)
    lines += [_deduction(deduction, lot.quote.main) for deduction in scheme.deductions]
    if scheme.price is not None:
        lines += [_component(component, lot.quote) for component in scheme.price.components]
    lines += [_rounding(rounding) for rounding in scheme.rounding]
    if scheme.evaluation == "scoring":
        lines.append(f"总得分为各评分因素得分与价格分之和，满分{_n(scheme.total)}分，由高到低排序。")
    else:
        lines.append("满足全部实质性要求的投标，按评审价格由低到高排序。")
    lines.append("得分（评审价格）相同的，依次按：" + "；".join(_tie(key, scheme) for key in scheme.ties) + "。")
    return tuple(lines)


def _line(item: ScoringItem, group: str) -> ScoringLine:
    standard = _standard(item)
    if isinstance(item.rule, Composite):
        for part in item.rule.parts:
            standard += [f"【{part.title}，{_n(part.maximum)}分】", *_standard(part)]
    evidence = "、".join(slot.label for leaf in (item, *item.leaves) for slot in leaf.evidence)
    return ScoringLine(
        code=item.code,
        group=group,
        name=item.title,
        maximum=item.maximum,
        objective=item.nature,
        standard=tuple(standard) or (_FREE,),
        evidence="、".join(dict.fromkeys(evidence.split("、"))) if evidence else "",
    )


def _standard(part: Part) -> list[str]:
    lines = [part.text] if part.text else []
    lines += _rule(part)
    lines += [f"{forced.label}：得{_n(forced.points)}分。" for forced in part.forced]
    if part.prerequisite is not None:
        lines.append(f"前提：{part.prerequisite.label}；不具备的得{_n(part.prerequisite.otherwise)}分。")
    if part.discretion is not None:
        lines.append(f"{part.discretion.label}：可酌情扣分，最多扣{_n(part.discretion.limit)}分。")
    if part.missing is not None:
        lines.append(f"未提供：{_n(part.missing)}分。")
    if part.step is not None:
        lines.append(f"打分以{_n(part.step)}分为一档。")
    return lines


def _rule(part: Part) -> list[str]:
    match part.rule:
        case Tiers(tiers=tiers):
            return [f"{tier.label}：{_range(tier.low, tier.high)}分。" for tier in tiers]
        case Span(segments=segments):
            return ["得分范围：" + "、".join(_range(s.low, s.high) for s in segments) + "分。"]
        case AllowedSet(values=values):
            return ["只能评为：" + "、".join(_n(v) for v in values) + "分。"]
        case Count() as rule:
            free = f"（前{rule.free}{rule.unit}不计分）" if rule.free else ""
            among = f"，限于：{'、'.join(rule.among)}" if rule.among else ""
            return [f"每{rule.unit}得{_n(rule.each)}分，最多{_n(rule.cap)}分{free}{among}。"]
        case Binary() as rule:
            return [f"符合得{_n(rule.points)}分，否则得{_n(rule.otherwise)}分。"]
        case Checklist() as rule:
            return [*(f"{e.label}：{_n(e.points)}分。" for e in rule.entries), f"累计最多{_n(rule.cap)}分。"]
        case DeductionTable() as rule:
            steps = "；".join(f"{s.defects}处{_n(s.points)}分" for s in rule.steps)
            return [f"按缺陷数量：{steps}；更多的得{_n(rule.beyond)}分。"]
        case DeductionFormula() as rule:
            return [f"起点{_n(rule.start)}分，扣至{_n(rule.floor)}分为止。", *_deduction_steps(rule)]
        case IndexLookup() as rule:
            bands = [_band(b.low, b.high, b.low_open, b.high_open) + f"得{_n(b.points)}分。" for b in rule.bands]
            return [f"以{rule.source}为准。", *bands, f"其他情形得{_n(rule.otherwise)}分。"]
        case _:
            return []


def _deduction_steps(rule: DeductionFormula) -> list[str]:
    return [
        f"{step.label}：每处扣{_n(step.each)}分" + (f"，最多扣{_n(step.limit)}分。" if step.limit is not None else "。")
        for step in rule.steps
    ]


def _sub_ceilings(quote: QuoteForm) -> list[str]:
    """Ceilings of single rows and of rows together, which make a bid invalid like the whole one (L-254)."""
    lines = []
    for table in quote.tables:
        name = table.column("name")
        titles = {r.code: next((c.text for c in r.cells if name and c.column == name.code), r.code) for r in table.rows}
        caps = [f"{titles[r.code]}单价{_n(r.unit_ceiling)}元" for r in table.rows if r.unit_ceiling is not None]
        caps += [f"{titles[r.code]}{_n(r.amount_ceiling)}元" for r in table.rows if r.amount_ceiling is not None]
        caps += [
            f"{c.title}（{'、'.join(titles.get(row, row) for row in c.rows)}）合计{_n(c.amount)}元"
            for c in table.ceilings
        ]
        if caps:
            lines.append(f"{table.title}的分项限价：{'；'.join(caps)}；超过的投标无效。")
    return lines


def _deduction(deduction: PolicyDeduction, figure: Figure) -> str:
    """How a deduction acts; on a rate taken off it says which transform is computed, or that the document leaves it open."""
    percent = _n(deduction.percent) + (f"–{_n(deduction.percent_to)}" if deduction.percent_to is not None else "")
    acts = f"按原报价扣除{percent} %"
    if figure.direction == "higher":
        acts = _RATE_TRANSFORMS.get(deduction.transform, "扣除{percent} %（未规定如何折算为{label}，不产生影响）")
        acts = acts.format(percent=percent, label=figure.label)
    elif deduction.transform == "score-raise":
        acts = f"价格分增加{percent} %"
    return f"{deduction.title}（{_APPLIES[deduction.applies]}）：{acts}，只用于评审，不改变合同价。"


def _component(component: PriceComponent, quote: QuoteForm) -> str:
    figure = quote.figure(component.figure)
    points = _n(component.points)
    base = _BASES[component.base] + (f" {_n(component.fixed)}" if component.fixed is not None else "")
    if component.shape == "ratio" and figure.direction == "lower":
        return f"{figure.label}：价格分 =（{base} ÷ 评审价格）× {points}。"
    if component.shape == "ratio":
        return f"{figure.label}：价格分 =（投标值 ÷ {base.replace('评审价格', '投标值')}）× {points}。"
    return (
        f"{figure.label}：以{base}为基准得{points}分，每高于基准1 % 扣{_n(component.above)}分，"
        f"每低于基准1 % 扣{_n(component.below)}分，扣完为止。"
    )


def _rounding(rounding: Rounding) -> str:
    return f"{_PLACES[rounding.place]}{_MODES[rounding.mode]}，保留{rounding.decimals}位小数。"


def rounding_words(scheme: Scheme) -> tuple[str, ...]:
    """Where figures are rounded and how, one line each; for the report as well."""
    return tuple(_rounding(rounding) for rounding in scheme.rounding)


def _tie(key: TieKey, scheme: Scheme) -> str:
    names = {group.code: group.title for group in scheme.groups} | {item.code: item.title for item in scheme.items}
    return _TIES[key.key].format(of=names.get(key.of, key.of))


def _range(low: Decimal, high: Decimal) -> str:
    return _n(low) if low == high else f"{_n(low)}–{_n(high)}"


def _band(low: Decimal, high: Decimal, low_open: bool, high_open: bool) -> str:
    if low == high:
        return _n(low)
    return f"{_n(low)}{'（不含）' if low_open else ''}至{_n(high)}{'（不含）' if high_open else ''}"


def _n(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

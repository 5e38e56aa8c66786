"""The table of contents of a bid, from the tender's model, with the state of each section from the findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procurement.basics.findings import Finding
from procurement.bidding.draft import BidDocument, BidForms
from procurement.bidding.linking import Coverage, coverage
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_started
from ui.kit.findings import WITHIN


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the bid. `key` stands in routes; `star`: a gap in it makes the bid invalid."""

    key: str
    title: str
    star: bool
    state: State
    note: str


MACHINE = "machine"
"""Where a finding is that belongs to this computer and not to the bid"""


def section_key(where: str) -> str:
    """The section that a finding's place belongs to."""
    head, _, rest = where.partition(".")
    code = rest.partition(".")[0]
    if head in ("quote", "opening", "validity_days"):
        return "opening"
    if head == "tables":
        return f"table:{code}"
    if head == "forms":
        return f"form:{code}"
    if head in ("documents", "evidence"):
        return "documents"
    if head in ("enterprise", "domestic"):
        return "policy"
    if head == MACHINE:
        return ""
    return head if head in ("answers", "responses", "claims", "links", "consortium") else "others"


def outline(tender: Tender, lot: Lot) -> tuple[tuple[str, str, bool], ...]:
    """Key, title and star of every section, in the order in which a bid is made."""
    plan: list[tuple[str, str, bool]] = [("opening", tr("开标一览表"), True)]
    plan += [(f"table:{table.code}", table.title, bool(table.sums_to)) for table in lot.quote.tables]
    plan.append(("documents", tr("投标文件与证明材料"), True))
    if tender.qualification_of(lot) or lot.conformity:
        plan.append(("answers", tr("资格与符合性"), True))
    if lot.parameters:
        plan.append(("responses", tr("技术商务偏离表"), any(one.importance == "star" for one in lot.parameters)))
    plan += [(f"form:{form.code}", form.title, form.substantive) for form in lot.forms]
    if claimable(lot):
        plan.append(("claims", tr("评分项响应"), False))
    plan.append(("links", tr("标书关联"), False))
    plan.append(("policy", tr("政策声明"), lot.reservation.mode == "whole"))
    if lot.consortium.accepted:
        plan.append(("consortium", tr("联合体"), False))
    plan.append(("others", tr("人员、品牌与保证金"), lot.deposit is not None))
    return tuple(plan)


def sections(tender: Tender, lot: Lot, forms: BidForms, findings: Sequence[Finding]) -> tuple[Section, ...]:
    """All sections with their state."""
    linked = coverage(tender, lot, forms)
    by_key: dict[str, list[Finding]] = {}
    for found in findings:
        by_key.setdefault(section_key(found.where), []).append(found)
    return tuple(
        _links_section(key, title, linked) if key == "links" else _section(key, title, star, forms, by_key.get(key, ()))
        for key, title, star in outline(tender, lot)
    )


def _links_section(key: str, title: str, linked: Coverage) -> Section:
    """Linking has no findings of its own: gaps are told where the item is answered."""
    count = f"{linked.linked} / {len(linked.places)}"
    if linked.missing:
        return Section(key, title, False, blocked(tr("必须处理")), tr("{count} 处", count=linked.missing))
    if linked.linked < len(linked.places):
        return Section(key, title, False, (needs if linked.linked else not_started)(count), count)
    return Section(key, title, False, done(tr("完成")), "")


def claimable(lot: Lot) -> tuple[str, ...]:
    """Codes of the scoring items for which a bidder says something."""
    return tuple(leaf.code for leaf in lot.scheme.leaves if leaf.evidence or leaf.settled_by == "claims")


def _section(key: str, title: str, star: bool, forms: BidForms, mine: Sequence[Finding]) -> Section:
    must = sum(found.blocking for found in mine)
    if not _begun(key, forms) and mine:
        return Section(key, title, star, not_started(tr("未填写")), str(must) if must else "")
    if must:
        return Section(key, title, star, blocked(tr("必须处理")), tr("{count} 处", count=must))
    if mine:
        return Section(key, title, star, needs(tr("建议")), tr("建议 {count}", count=len(mine)))
    return Section(key, title, star, done(tr("完成")), "")


def _begun(key: str, forms: BidForms) -> bool:
    head, _, code = key.partition(":")
    if head == "table":
        return forms.table(code) is not None
    if head == "form":
        return any(form.form == code for form in forms.forms)
    parts: dict[str, object] = {
        "opening": forms.quote or forms.opening,
        "documents": forms.documents,
        "answers": forms.answers,
        "responses": forms.responses,
        "claims": forms.claims,
        "policy": forms.enterprise.declared or forms.domestic,
        "consortium": True,  # bidding alone is an answer, too
        "others": forms.people or forms.brands or forms.deposit,
    }
    return bool(parts[head])


def place_words(tender: Tender, lot: Lot, where: str) -> str:
    """Where a finding is, in the tender's own words."""
    return places(tender, lot)(where)


def places(tender: Tender, lot: Lot, documents: Sequence[BidDocument] = ()) -> Callable[[str], str]:
    """The tender's words for places, and the bid's documents by their titles; made once for many findings."""
    names: dict[str, str] = {figure.code: figure.label for figure in lot.quote.figures}
    names |= {field.code: field.label for field in lot.opening_fields}
    names |= {table.code: table.title for table in lot.quote.tables}
    names |= {item.code: item.title for item in tender.qualification_of(lot)}
    names |= {item.code: item.title for item in lot.conformity}
    names |= {one.code: one.title for one in lot.parameters}
    names |= {form.code: form.title for form in lot.forms}
    names |= {leaf.code: leaf.title for leaf in lot.scheme.leaves}
    names |= {product.code: product.name for product in lot.products}
    names |= {one.code: one.title for one in documents if one.code not in names}
    titles = {key: title for key, title, _star in outline(tender, lot)} | {"": tr("本机")}

    def words(where: str) -> str:
        head, _, rest = where.partition(".")
        code, _, inner = rest.partition(".")
        parts = (titles.get(section_key(where), ""), names.get(code, ""), _inner(lot, head, code, inner))
        return WITHIN.join(dict.fromkeys(part for part in parts if part))

    return words


def _inner(lot: Lot, head: str, code: str, inner: str) -> str:
    if head == "forms":
        fields = [field for form in lot.forms if form.code == code for field in form.fields]
        return next((field.label for field in fields if field.code == inner), "")
    if head == "tables":
        rows = [row for table in lot.quote.tables if table.code == code for row in table.rows]
        place = next((place for place, row in enumerate(rows, 1) if row.code == inner), 0)
        return tr("第 {row} 行", row=place) if place else ""
    return ""

"""联合体: who is in it, what must be said and handed in, and who bids twice for one lot (政府采购法 第二十四条, 实施条例 第二十二条)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.basics.findings import Finding, block, warn
from procurement.bidding.draft import BidForms, ConsortiumMember
from procurement.tendering.lot import Lot

WHOLE = Decimal(100)


def members_in_order(forms: BidForms) -> tuple[ConsortiumMember, ...]:
    """The leading member first, the others as written."""
    return tuple(sorted(forms.consortium, key=lambda one: one.role != "lead"))


def consortium_findings(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    """What is wrong with the consortium of a bid; nothing for a single bidder."""
    members = forms.consortium
    if not members:
        if forms.consortium_agreement is not None:
            yield warn(
                "consortium-agreement-alone", "consortium", "L-904", "Name the members, or take the agreement out."
            )
        return
    if not lot.consortium.accepted:
        yield block("consortium-refused", "consortium", "L-213", "This lot takes no consortium.")
        return
    most = lot.consortium.max_members
    if len(members) < 2:
        yield block("consortium-of-one", "consortium", "L-904", "Name at least two members, yourself among them.")
    if most and len(members) > most:
        yield block("consortium-too-many", "consortium", "L-213", f"At most {most} members are admitted.", limit=most)
    if len({one.supplier for one in members}) != len(members):
        yield block("consortium-member-twice", "consortium", "L-904", "Name each member once.")
    if [one.supplier for one in members if one.role == "lead"] != [forms.supplier]:
        remedy = "The leading member hands in the bid: mark yourself, and nobody else, as leading."
        yield block("consortium-lead-wrong", "consortium", "L-904", remedy)
    total = sum((one.share for one in members), Decimal(0))
    if total != WHOLE or any(one.share <= 0 for one in members):
        remedy = "Write each member's share of the contract; together they make 100 %."
        yield block("consortium-shares-wrong", "consortium", "L-904", remedy, total=total)
    for one in members:
        if not one.work:
            remedy = "Write what this member does, as the agreement says."
            yield warn("consortium-work-missing", "consortium", "L-904", remedy, name=one.name)
    if forms.consortium_agreement is None or forms.document(forms.consortium_agreement) is None:
        remedy = "Attach the agreement of the members and choose it."
        yield block("consortium-agreement-missing", "consortium", "L-904", remedy)


@dataclass(frozen=True, slots=True)
class DoubleBidder:
    """A supplier that takes part in more than one bid for a lot."""

    supplier: str
    name: str
    bids: tuple[str, ...]
    """Suppliers that handed the bids in"""


def double_bidders(bids: Mapping[str, BidForms]) -> tuple[DoubleBidder, ...]:
    """Who stands in several bids of one lot, alone or in a consortium. Before the opening nobody can know it: bids are sealed."""
    parts: dict[str, dict[str, str]] = {}
    for bidder, forms in bids.items():
        parts.setdefault(bidder, {})[bidder] = forms.name
        for one in forms.consortium:
            parts.setdefault(one.supplier, {})[bidder] = one.name
    return tuple(
        DoubleBidder(supplier, next(iter(found.values())), tuple(found))
        for supplier, found in sorted(parts.items())
        if len(found) > 1
    )

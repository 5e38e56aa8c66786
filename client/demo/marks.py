"""What reviewers and the five experts of the demo find: every condition met, and marks that differ where people may differ.

A word such as "a9.5" is the tier chosen and the points; one for each expert, in the order of the cast. Counted items follow
from what a bid claims, less what the experts do not accept; ▲ parameters are settled by the forms and marked by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from client.demo.cast import EXPERTS, SUPPLIERS, Party
from procurement.bidding.draft import BidForms
from procurement.evaluation.sheets import Mark, MarkCount, PriceReview, ScoreSheet, Verdict
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Count, Part
from procurement.tendering.tender import Tender

_JUDGED: dict[str, dict[str, str]] = {
    "supplier-a": {
        "s2": "a9.5 a9 a9 b8 a9.5", "s5-1": "a4.5 a4 a5 a4.5 b3", "s5-2": "a5 b4 b4 a5 b3.5", "s6": "b4 a5 b4 a5 b3.5",
        "s7-1": "a4 b3 a4 a4 b3", "s7-2": "b3 b3 a4 b2.5 b3", "s8": "a2 a2 b1 a2 a2",
    },
    "supplier-b": {
        "s2": "b8 b7.5 b8 b8 b7", "s5-1": "a4 b3 a4 a4 b3", "s5-2": "b4 b3.5 b4 b3 b4", "s6": "b4 b4 b3 b3.5 b4",
        "s7-1": "b3 b3 b2.5 a4 b3", "s7-2": "b3 b2 b3 b3 b2.5", "s8": "a2 a2 b1 b1 a2",
    },
    "supplier-c": {
        "s2": "b8 b7.5 b8 b7 b7.5", "s5-1": "b3 a4 b3 b2.5 b3", "s5-2": "b4 b3 b3.5 b4 b3", "s6": "b4 b3.5 b3 b4 b3",
        "s7-1": "a4 a4 b3 a4 a4", "s7-2": "a4 a4 b3 b3 a4", "s8": "a2 a2 a2 b1 a2",
    },
    "supplier-d": {
        "s2": "b7 b7 b7.5 b7 b8", "s5-1": "b3 b2 b3 b3 b2.5", "s5-2": "b3 b3 b3.5 b3 c2", "s6": "b3 b3.5 b3 b3 b4",
        "s7-1": "b2 b2.5 b3 b2 b2", "s7-2": "b2 b2 b2.5 b3 b2", "s8": "b1 b1 a2 b1 b1",
    },
    "supplier-e": {
        "s2": "a9 a9.5 a9 a9 a9", "s5-1": "a4.5 a4.5 a4 a5 a4", "s5-2": "a5 a5 b4 b4 a5", "s6": "a5 b4 b4 b4 b3.5",
        "s7-1": "b3 b3 a4 b2.5 b3", "s7-2": "b3 b2.5 b3 b3 a4", "s8": "a2 b1 a2 b1 a2",
    },
}  # fmt: skip
_SHOWN = {"supplier-a": "10", "supplier-b": "10", "supplier-c": "10", "supplier-d": "0", "supplier-e": "10"}
"""Points for the demonstration, s10"""
_NOT_ACCEPTED = {("supplier-e", "s9"): (1, "一份合同签订于2022年，不予认定")}
"""Units that were claimed and not accepted, with the reason"""


def score_sheet(member: Party, tender: Tender, lot: Lot, forms: Mapping[str, BidForms]) -> ScoreSheet:
    """The marks of one expert for the bids in `forms` (by supplier), for the first lot of `demo_tender`."""
    place = EXPERTS.index(member)
    marks = [
        _mark(place, party, leaf, forms[party.code])
        for party in SUPPLIERS
        if party.code in forms
        for leaf in lot.scheme.leaves
        if leaf.settled_by == "members"
    ]
    return ScoreSheet(lot=lot.code, member=member.code, marks=tuple(marks))


def _mark(place: int, party: Party, leaf: Part, forms: BidForms) -> Mark:
    if isinstance(leaf.rule, Count):
        return _counted(party, leaf, leaf.rule, forms)
    if leaf.code == "s10":
        return Mark(supplier=party.code, item=leaf.code, points=Decimal(_SHOWN[party.key]))
    word = _JUDGED[party.key][leaf.code].split()[place]
    return Mark(supplier=party.code, item=leaf.code, points=Decimal(word[1:]), tier=word[0])


def _counted(party: Party, leaf: Part, rule: Count, forms: BidForms) -> Mark:
    claim = forms.claim(leaf.code)
    refused, reason = _NOT_ACCEPTED.get((party.key, leaf.code), (0, ""))
    count = (claim.count if claim is not None else 0) - refused
    return Mark(
        supplier=party.code,
        item=leaf.code,
        points=min(rule.cap, rule.each * count),
        counts=(MarkCount(code=leaf.code, count=count),),
        reason=reason,
    )


def qualification_verdicts(tender: Tender, lot: Lot, suppliers: Iterable[str]) -> tuple[Verdict, ...]:
    """资格审查 of these suppliers: every item met."""
    return _passed((q.code for q in tender.qualification_of(lot)), suppliers)


def conformity_verdicts(tender: Tender, lot: Lot, suppliers: Iterable[str]) -> tuple[Verdict, ...]:
    """符合性审查 of these suppliers: every item met."""
    return _passed((c.code for c in lot.conformity), suppliers)


def price_reviews(member: Party) -> tuple[PriceReview, ...]:
    """Three of the five find E's price obviously low by their own judgement: it is asked to explain, though no limit catches it."""
    if EXPERTS.index(member) >= 3:
        return ()
    doubted = next(party.code for party in SUPPLIERS if party.key == "supplier-e")
    return (PriceReview(supplier=doubted, accepted=False, reason="报价低于其他投标人，人工与安装费用偏低"),)


def _passed(items: Iterable[str], suppliers: Iterable[str]) -> tuple[Verdict, ...]:
    codes = tuple(items)
    return tuple(Verdict(supplier=s, item=code, passed=True) for s in suppliers for code in codes)

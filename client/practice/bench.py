"""The committee of practice: the demo's experts, and what they find by the tender's own words from what the bids say.

Price and delivery follow from the bids. Only the marks for the technical answer are written down beforehand, as there is nobody to
judge: no member's differ by more than two points from bidder to bidder.
"""

from __future__ import annotations

from decimal import Decimal

from client.demo.cast import Party
from client.demo.chapters.evaluation import Bench, Forms
from client.practice.cast import MEMBERS, RIVALS, TRIAL
from client.practice.tender import ANSWERING, DELIVERY, QUICK, QUICK_DAYS, SLOW
from procurement.bidding.draft import BidForms
from procurement.evaluation.sheets import Mark, PriceReview, ScoreSheet, Verdict
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

D = Decimal
_JUDGED = {"rival-1": "16 16.5 16 17 16", "rival-2": "17 16 16.5 16 17", "rival-3": "16 15.5 16 16 15"}
_TRIAL = "16.5 16 17 16 16.5"
"""Points for the technical answer, one for each member"""
REASON = "报价低于其他投标人，请说明椅子、运输、安装各占多少"


def qualification(tender: Tender, lot: Lot, forms: Forms) -> tuple[Verdict, ...]:
    """资格审查: a bidder that says how it meets an item meets it; what the agency looks up itself is met by all."""
    return tuple(
        _verdict(supplier, item.code, item.proof == "agency-lookup" or _answered(bid, item.code), "投标文件没有响应")
        for supplier, bid in forms.items()
        for item in tender.qualification_of(lot)
    )


def _answered(bid: BidForms, item: str) -> bool:
    return any(answer.item == item for answer in bid.answers)


def conformity(tender: Tender, lot: Lot, forms: Forms) -> tuple[Verdict, ...]:
    """符合性审查: ★ parameters without a negative deviation; the platform has checked signatures and seals at the opening."""
    stars = {one.code for one in lot.parameters if one.importance == "star"}
    return tuple(
        _verdict(supplier, item.code, item.check != "star-parameters" or _meets(bid, stars), "★条款未满足")
        for supplier, bid in forms.items()
        for item in lot.conformity
    )


def _meets(bid: BidForms, stars: set[str]) -> bool:
    fair = {one.parameter for one in bid.responses if one.deviation != "negative"}
    return stars <= fair


def _verdict(supplier: str, item: str, passed: bool, reason: str) -> Verdict:
    return Verdict(supplier=supplier, item=item, passed=passed, reason="" if passed else reason)


def doubts(member: Party, forms: Forms) -> tuple[PriceReview, ...]:
    """Most members want the trial company's price explained if it is the lowest, by their own judgement (L-252)."""
    totals = {supplier: bid.quote[0].amount or D(0) for supplier, bid in forms.items()}
    mine = totals.pop(TRIAL.code, None)
    if mine is None or not totals or mine >= min(totals.values()) or MEMBERS.index(member) > len(MEMBERS) // 2:
        return ()
    return (PriceReview(supplier=TRIAL.code, accepted=False, reason=REASON),)


def sheet(member: Party, tender: Tender, lot: Lot, forms: Forms) -> ScoreSheet:
    """A member's marks: the tier of delivery that the opening sheet gives, and its own for the technical answer."""
    marks = [mark for supplier, bid in forms.items() for mark in _marks(member, supplier, bid)]
    return ScoreSheet(lot=lot.code, member=member.code, marks=tuple(marks))


def _marks(member: Party, supplier: str, bid: BidForms) -> tuple[Mark, Mark]:
    days = next((one.number for one in bid.opening if one.field == "days"), None)
    quick = days is not None and days <= QUICK_DAYS
    points = _points(supplier).split()[MEMBERS.index(member)]
    return (
        Mark(supplier=supplier, item=DELIVERY, points=D(20) if quick else D(10), tier=QUICK if quick else SLOW),
        Mark(supplier=supplier, item=ANSWERING, points=D(points)),
    )


def _points(supplier: str) -> str:
    return next((_JUDGED[one.key] for one in RIVALS if one.code == supplier), _TRIAL)


BENCH = Bench(MEMBERS, "练习评审专家库", "晋采练习评标室", "见证人 石磊", qualification, conformity, doubts, sheet)

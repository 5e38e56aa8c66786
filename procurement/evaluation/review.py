"""资格审查 and 符合性审查: complete verdicts, the majority, and the gate of three (L-241 … L-243, L-254, L-259, L-261)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procurement.basics.problems import Refused
from procurement.evaluation.sheets import ConformityReview, QualificationReview, Verdict
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a bid is out: the items that were not met, and the reasons given."""

    items: tuple[str, ...]
    reason: str


def check_verdicts(items: Iterable[str], suppliers: Iterable[str], verdicts: Sequence[Verdict]) -> None:
    """Every bid has exactly one verdict for every item, and a failed one its reason. Raises `Refused`."""
    _check_against(_pairs(items, suppliers), verdicts)


def _pairs(items: Iterable[str], suppliers: Iterable[str]) -> set[tuple[str, str]]:
    """Of every bid and every item; asked for once, also where many members answer."""
    codes = tuple(items)
    return {(supplier, item) for supplier in suppliers for item in codes}


def _check_against(wanted: set[tuple[str, str]], verdicts: Sequence[Verdict]) -> None:
    given = {(v.supplier, v.item) for v in verdicts}
    if given != wanted or len(verdicts) != len(wanted):
        missing = sorted(wanted - given)
        raise Refused(
            "review-incomplete",
            "Give one verdict for each item of each bid, and no other.",
            rule="L-242",
            missing=len(missing),
            first=":".join(missing[0]) if missing else "",
        )
    for verdict in verdicts:
        if not verdict.passed and not verdict.reason.strip():
            raise Refused(
                "verdict-without-reason",
                "Say why the item is not met.",
                rule="L-254",
                supplier=verdict.supplier,
                item=verdict.item,
            )


def qualification_failures(
    tender: Tender, lot: Lot, review: QualificationReview, suppliers: Sequence[str]
) -> dict[str, Failure]:
    """Who is not qualified, and why. Raises `Refused` when the review is incomplete."""
    check_verdicts([q.code for q in tender.qualification_of(lot)], suppliers, review.verdicts)
    return _failures(v for v in review.verdicts if not v.passed)


def conformity_failures(lot: Lot, reviews: Sequence[ConformityReview], suppliers: Sequence[str]) -> dict[str, Failure]:
    """Who does not conform by majority of the members, item by item. Raises `Refused` when a review is incomplete."""
    wanted = _pairs((c.code for c in lot.conformity), suppliers)
    against: Counter[tuple[str, str]] = Counter()
    reasons: dict[tuple[str, str], Verdict] = {}
    for review in reviews:
        _check_against(wanted, review.verdicts)
        for verdict in review.verdicts:
            if not verdict.passed:
                key = (verdict.supplier, verdict.item)
                against[key] += 1
                reasons.setdefault(key, verdict)
    return _failures(reasons[key] for key, votes in against.items() if votes * 2 > len(reviews))


def _failures(verdicts: Iterable[Verdict]) -> dict[str, Failure]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.supplier, []).append(verdict)
    return {
        supplier: Failure(tuple(v.item for v in failed), "；".join(v.reason for v in failed))
        for supplier, failed in found.items()
    }


def doubted(reviews: Sequence[ConformityReview], supplier: str) -> bool:
    """Whether most members find the price obviously low by their own judgement (L-252)."""
    against = sum(any(p.supplier == supplier and not p.accepted for p in r.low_prices) for r in reviews)
    return 2 * against > len(reviews)


def enough(tender: Tender, distinct: int) -> bool:
    """Whether as many bidders are left as the method asks (L-243); bids of one brand count once (L-259). A consultation may say that
    two final quotes are enough (L-354)."""
    minimum = tender.profile.min_suppliers
    if tender.negotiation is not None:
        minimum = min(minimum, tender.negotiation.minimum_final_quotes)
    return distinct >= minimum

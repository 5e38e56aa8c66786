"""Bids on the Beijing document, worked out by hand: counted items with caps, tiers, yes-or-no, composites, price, ties, award limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from client.demo.tender_data import load_tender
from procurement.basics.problems import RuleBroken
from procurement.bidding.draft import BidForms
from procurement.evaluation.evaluate import LotResult, evaluate_lot
from procurement.evaluation.ranking import lots_in_order
from procurement.evaluation.sheets import EvaluationContext, LotWinner, Mark, MarkCount, ScoreSheet
from tests.procurement.evaluation.examples import bid, named, reviews, uscc
from tests.procurement.tendering.examples import D

TENDER = load_tender("beijing-lighting")
A, B, C, OVER = (uscc(n) for n in (1, 2, 3, 4))
Given = Mapping[str, str]
"""Leaf → points; "5#7" is 5 points for 7 counted contracts; "10 10 7" one mark for each member"""


def mark(supplier: str, leaf: str, text: str) -> Mark:
    points, _, number = text.partition("#")
    counts = (MarkCount(code=leaf, count=int(number)),) if number else ()
    return Mark(supplier=supplier, item=leaf, points=D(points), counts=counts)


def sheets(lot: str, given: Mapping[str, Given], members: int) -> list[ScoreSheet]:
    def of(text: str, member: int) -> str:
        texts = text.split()
        return texts[member] if len(texts) > 1 else text

    return [
        ScoreSheet(
            lot=lot,
            member=f"E{m}",
            marks=tuple(mark(s, leaf, of(t, m)) for s, leaves in given.items() for leaf, t in leaves.items()),
        )
        for m in range(members)
    ]


def run(
    lot: str,
    prices: Mapping[str, str],
    given: Mapping[str, Given],
    members: int = 5,
    winners: Sequence[tuple[str, str]] = (),
) -> LotResult:
    """All bidders are small enterprises: in a reserved lot that changes no price."""
    bids: list[BidForms] = [
        bid(number, prices[supplier], lot=lot, small=True)
        for number, supplier in enumerate((A, B, C, OVER), 1)
        if supplier in prices
    ]
    context = EvaluationContext(
        event=TENDER.announcement, winners=tuple(LotWinner(lot=of, supplier=s) for of, s in winners)
    )
    signed = reviews(TENDER, TENDER.lot(lot), [b.supplier for b in bids], members=members)
    return evaluate_lot(TENDER, lot, named(bids), signed, sheets(lot, given, members), context)


LIGHTING: dict[str, Given] = {
    A: {
        "s2-1": "5#7", "s2-2": "10#6", "s2-3-1": "5", "s2-3-2": "10 10 10 7 7",
        "s3-1": "10", "s3-2": "12 12 12 12 15", "s3-3": "7", "s3-4": "10", "s3-5": "10", "s3-6": "3",
    },
    B: {
        "s2-1": "3#3", "s2-2": "8#4", "s2-3-1": "0", "s2-3-2": "7",
        "s3-1": "7", "s3-2": "15", "s3-3": "10", "s3-4": "7", "s3-5": "10", "s3-6": "5",
    },
    C: {
        "s2-1": "0#0", "s2-2": "10#5", "s2-3-1": "5", "s2-3-2": "4",
        "s3-1": "10", "s3-2": "8", "s3-3": "4", "s3-4": "7", "s3-5": "4", "s3-6": "1",
    },
}  # fmt: skip
# Business of A: 7 contracts give 5 (cap), 6 × 2 = 12 gives 10 (cap), leader 5, team (10 + 10 + 10 + 7 + 7)/5 = 8.8: 28.8.
# Technical of A: 10 + (4 × 12 + 15)/5 = 12.6 + 7 + 10 + 10 + 3 = 52.6.
# Business of B: 3 + 8 + 0 + 7 = 18. Technical: 7 + 15 + 10 + 7 + 10 + 5 = 54.
# Business of C: 0 + 10 + 5 + 4 = 19. Technical: 10 + 8 + 4 + 7 + 4 + 1 = 34.


def test_lot_1_counts_tiers_and_price_by_hand() -> None:
    # Base 15 000 000, no deduction although all are small. A: 15/18 × 10 = 8.333… → 8.33. C: 15/16 × 10 = 9.375 → 9.38.
    # The fourth is one fen above 19 735 500. Totals: A 8.33 + 28.8 + 52.6 = 89.73; B 10 + 18 + 54 = 82; C 9.38 + 19 + 34 = 62.38.
    prices = {A: "18000000", B: "15000000", C: "16000000", OVER: "19735500.01"}
    result = run("1", prices, LIGHTING)
    assert [(b.supplier, b.rank, b.state, b.price_score, b.total) for b in result.bids] == [
        (A, 1, "ranked", D("8.33"), D("89.73")),
        (B, 2, "ranked", D("10.00"), D("82.00")),
        (C, 3, "ranked", D("9.38"), D("62.38")),
        (OVER, 0, "invalid", D(0), D(0)),
    ]
    assert [(g.group, g.points) for g in result.bids[0].group_scores] == [
        ("price", D("8.33")),
        ("business", D("28.8")),
        ("technical", D("52.6")),
    ]
    assert result.candidates == (A, B, C) and result.bids[0].evaluation_price == D("18000000")


def test_the_award_limit_runs_through_the_lots_by_hand() -> None:
    # Marks as in lot 1. In lot 2 the first candidate of lot 1 keeps its 12 000 000 as the base and its score, and yields:
    # A 10 + 81.4 = 91.40. B: 12/15 × 10 = 8, total 80. C: 12/16 × 10 = 7.5, total 60.5. B is first, and out of lot 3 as well.
    assert lots_in_order(TENDER)[:3] == ("1", "2", "3")
    prices = {A: "12000000", B: "15000000", C: "16000000"}
    second = run("2", prices, LIGHTING, winners=[("1", A)])
    assert [(b.supplier, b.rank, b.state, b.price_score, b.total) for b in second.bids] == [
        (B, 1, "ranked", D("8.00"), D("80.00")),
        (C, 2, "ranked", D("7.50"), D("60.50")),
        (A, 0, "award-limit", D("10.00"), D("91.40")),
    ]
    assert second.candidates == (B, C)
    third = run("3", prices, LIGHTING, winners=[("1", A), ("2", B)])
    assert {b.supplier: b.state for b in third.bids} == {A: "award-limit", B: "award-limit", C: "ranked"}
    assert third.candidates == (C,)
    # a place in a later lot bars nobody from an earlier one
    assert run("1", prices, LIGHTING, winners=[("2", A)]).first == (A,)


def test_lot_12_composite_and_tie_by_hand() -> None:
    # Seven members. Price: A and B 900 000, base, 10; C 1 000 000: 9.
    # A: 6 contracts → 5 (cap), no cloud monitoring 0: 5; technical 15 + 15 + 20 + 10 + 10 + 10 = 80; total 95.
    # B: 3 + 5 = 8; technical 12 + 15 + 20 + 10 + 10 + 10 = 77; total 95. Same total, same price: the technical part, 80 over 77.
    # C: 5 + 5 = 10; 8 + 10 + 14 + 7 + 10 = 49, promises (4 × 7 + 3 × 4)/7 = 5.714285…; total 9 + 10 + 54.714285 = 73.714… → 73.71.
    given: dict[str, Given] = {
        A: {"s2-1": "5#6", "s2-2": "0", "s3": "15", "s4": "15", "s5": "20", "s6": "10", "s7": "10", "s8": "10"},
        B: {"s2-1": "3#3", "s2-2": "5", "s3": "12", "s4": "15", "s5": "20", "s6": "10", "s7": "10", "s8": "10"},
        C: {
            "s2-1": "5#5",
            "s2-2": "5",
            "s3": "8",
            "s4": "10",
            "s5": "14",
            "s6": "7",
            "s7": "10",
            "s8": "7 7 7 7 4 4 4",
        },
    }
    result = run("12", {A: "900000", B: "900000", C: "1000000"}, given, members=7)
    assert [(b.supplier, b.rank, b.total) for b in result.bids] == [
        (A, 1, D("95.00")),
        (B, 2, D("95.00")),
        (C, 3, D("73.71")),
    ]
    assert [g.points for g in result.bids[0].group_scores] == [D("15.00"), D("80.00")]
    assert [i.points for i in result.bids[2].item_scores if i.item == "s2"] == [D("10.00")]


@pytest.mark.parametrize(
    ("leaf", "text", "code"),
    [
        ("s2-1", "5#4", "mark-differs-from-count"),
        ("s2-2", "7", "mark-outside-range"),
        ("s3-2", "10", "mark-outside-range"),
        ("s2-3-1", "3", "mark-outside-range"),
    ],
)
def test_marks_the_document_does_not_know_are_refused(leaf: str, text: str, code: str) -> None:
    # 4 contracts are 4 points; 7 is no multiple of 2; there is no tier of 10 in 15/12/8/4/0; the leader has 5 or 0
    wrong = {**LIGHTING, A: {**LIGHTING[A], leaf: text}}
    with pytest.raises(RuleBroken, match=code):
        run("1", {A: "18000000", B: "15000000", C: "16000000"}, wrong)

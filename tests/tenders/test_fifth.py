"""A fifth tender, written as plain JSON from the list of what real tenders ask and not from any document: what the four do not have
(fee rates with weights, final quotes, index, uneven deductions, brands of all core products, winner elsewhere) needs no code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from documents.tender_words import tender_document
from procurement.basics.problems import RuleBroken
from procurement.bidding.draft import (
    BidForms,
    Brand,
    Claim,
    Domestic,
    FilledCell,
    FilledRow,
    FilledTable,
    ParameterResponse,
    QuotedFigure,
)
from procurement.evaluation.evaluate import LotResult, evaluate_lot
from procurement.evaluation.ranking import lots_in_order
from procurement.evaluation.sheets import EvaluationContext, LotWinner, Mark, MarkCount, ScoreSheet
from procurement.tendering.lint import lint
from procurement.tendering.tender import Tender
from tests.procurement.evaluation.examples import bid, finals, named, reviews, uscc
from tests.procurement.tendering.examples import D, replace

TENDER = Tender.from_plain(json.loads(Path(__file__).with_name("fifth.json").read_text(encoding="utf-8")))
A, B, C, E = (uscc(n) for n in (1, 2, 3, 4))
MEMBERS = 3
Given = Mapping[str, Mapping[str, str]]
"""Supplier → leaf → "points", with "#7" or "#major=1,minor=3" for what was counted, "!copied" for a condition, "/a" for the tier,
"-1.5" for points deducted at discretion; several words are one mark for each member"""


def mark(supplier: str, leaf: str, text: str) -> Mark:
    made = Mark(supplier=supplier, item=leaf, points=D(0))
    points = text
    if "#" in text:
        points, _, counted = text.partition("#")
        pairs = [pair.split("=") if "=" in pair else [leaf, pair] for pair in counted.split(",")]
        made = made.model_copy(update={"counts": tuple(MarkCount(code=c, count=int(n)) for c, n in pairs)})
    elif "!" in text:
        points, _, condition = text.partition("!")
        made = made.model_copy(update={"condition": condition})
    elif "/" in text:
        points, _, tier = text.partition("/")
        made = made.model_copy(update={"tier": tier})
    elif "-" in text:
        points, _, deducted = text.partition("-")
        made = made.model_copy(update={"deducted": D(deducted)})
    return made.model_copy(update={"points": D(points)})


def run(lot: str, bids: list[BidForms], given: Given, winners: tuple[LotWinner, ...] = ()) -> LotResult:
    def of(text: str, member: int) -> str:
        return text.split()[member] if " " in text else text

    sheets = [
        ScoreSheet(
            lot=lot,
            member=f"E{m}",
            marks=tuple(mark(s, leaf, of(t, m)) for s, leaves in given.items() for leaf, t in leaves.items()),
        )
        for m in range(MEMBERS)
    ]
    signed = reviews(TENDER, TENDER.lot(lot), [b.supplier for b in bids], members=MEMBERS)
    context = EvaluationContext(event=TENDER.announcement, winners=winners, final=finals(bids))
    return evaluate_lot(TENDER, lot, named(bids), signed, sheets, context)


def test_it_reads_back_prints_and_has_only_the_findings_expected() -> None:
    # the three bands of the plan touch at 10 and 15: allowed, members say which band they chose
    assert Tender.from_bytes(TENDER.to_bytes()) == TENDER
    assert [(f.code, f.where, f.blocking) for f in lint(TENDER, TENDER.announcement)] == [
        ("band-overlap", "lots.1.scheme.plan", False)
    ] * 2
    assert all(tender_document(TENDER, of.code).scheme for of in TENDER.lots)


def rates(number: int, design: str, watch: str | None, *claims: Claim, small: bool = False) -> BidForms:
    """The final quote of a supplier; a watch rate of None is left blank."""
    quoted = [QuotedFigure(figure="design", amount=D(design))]
    if watch is not None:
        quoted.append(QuotedFigure(figure="watch", amount=D(watch)))
    return replace(bid(number, "1", lot="2", small=small, claims=claims), quote=tuple(quoted))


def stars(index: str) -> Claim:
    return Claim(item="stars", index=D(index))


def test_final_fee_rates_uneven_deductions_and_member_totals_by_hand() -> None:
    # A is small: 100 and 90 less 10 % are 90 and 81, the bases. E leaves one rate blank: no price points, and its 60 is no base.
    # Price A 12 + 8 = 20. B: 90/99 × 12 = 10.909… → 10.91, 81/90 × 8 = 7.20: 18.11. C: 90/108 × 12 = 10, 81/81 × 8 = 8: 18. E 0.
    # A: method 18, 16, 15; one defect 7; team 5 + 4 + 3 = 12; schedule 5; 4.5 stars 7; 5 cases 15 → 12; promise 6.5:
    #    members 87.5, 85.5, 84.5 → 257.5/3 = 85.8333… → 85.83.
    # B: method 20, 20, 18; no defect 10; team 5 + 6 + no record 0 = 11; schedule late 1; 5 stars 10; 2 cases 6; no promise 0:
    #    members 76.11, 76.11, 74.11 → 226.33/3 = 75.4433… → 75.44.
    # C: no method 0 (below the minimum of 6); 3 defects 1; team 0 + 2 + 4 = 6; 5; no star claimed 0; 12; 3; price 18: 45.
    # E: method 11; 4 defects, beyond the table, 0; team 5 + 6 + 4 = 15; 5; 3 stars 4; 1 case 3; 8; price 0: 46.
    bids = [
        rates(1, "100", "90", stars("4.5"), small=True),
        rates(2, "99", "90", stars("5")),
        rates(3, "108", "81"),
        rates(4, "60", None, stars("3")),
    ]
    given = {
        A: {
            "method": "18 16 15", "defects": "7#1", "leader": "5", "designers": "4#power=1,sound=1", "staff": "3#3",
            "schedule": "5", "cases": "12#5", "promise": "6.5",
        },
        B: {
            "method": "20 20 18", "defects": "10#0", "leader": "5", "designers": "6#power=1,net=1,sound=1",
            "staff": "0!no-prerequisite", "schedule": "1", "cases": "6#2", "promise": "0",
        },
        C: {
            "method": "0!missing", "defects": "1#3", "leader": "0", "designers": "2#net=1", "staff": "4#9",
            "schedule": "5", "cases": "12#4", "promise": "3",
        },
        E: {
            "method": "11", "defects": "0#4", "leader": "5", "designers": "6", "staff": "4",
            "schedule": "5", "cases": "3#1", "promise": "8",
        },
    }  # fmt: skip
    result = run("2", bids, given)
    assert [(b.supplier, b.rank, b.price_score, b.total) for b in result.bids] == [
        (A, 1, D("20.00"), D("85.83")),
        (B, 2, D("18.11"), D("75.44")),
        (E, 3, D("0.00"), D("46.00")),
        (C, 4, D("18.00"), D("45.00")),
    ]
    assert result.candidates == (A, B, E)
    assert result.bids[0].quote == Decimal(100) and result.bids[0].evaluation_price == Decimal(90)


def test_a_rate_over_its_limit_is_invalid_though_limits_may_exceed_100() -> None:
    # 110 is allowed, 110.01 is not; three are left
    bids = [rates(1, "110", "90"), rates(2, "110.01", "90"), rates(3, "100", "90"), rates(4, "100", "90")]
    marks = {
        "method": "16", "defects": "10", "leader": "5", "designers": "6", "staff": "4", "schedule": "5", "cases": "12",
        "promise": "8",
    }  # fmt: skip
    result = run("2", bids, {A: marks, C: marks, E: marks})
    assert {b.supplier: b.state for b in result.bids} == {A: "ranked", B: "invalid", C: "ranked", E: "ranked"}


def test_the_winner_of_lot_2_yields_in_lot_3_by_hand() -> None:
    # Base 60, by the one who yields: A 10, B 60/75 × 10 = 8, C 60/80 × 10 = 7.5.
    # Record: A none 30. B 4 late repairs 20, at most 15, and 1 complaint 2.5: 12.5. C 1 late repair 5 and 2 complaints 5: 20.
    # A 10 + 60 + 30 = 100; B 8 + 45 + 12.5 = 65.5; C 7.5 + 45 + 20 = 72.5.
    assert lots_in_order(TENDER) == ("2", "3", "1")
    bids = [bid(n, p, lot="3", figure="care", small=True) for n, p in ((1, "60"), (2, "75"), (3, "80"))]
    given = {
        A: {"ops": "60", "record": "30#fault=0,complaint=0"},
        B: {"ops": "45", "record": "12.5#fault=4,complaint=1"},
        C: {"ops": "45", "record": "20#fault=1,complaint=2"},
    }
    result = run("3", bids, given, (LotWinner(lot="2", supplier=A),))
    assert [(b.supplier, b.rank, b.state, b.price_score, b.total) for b in result.bids] == [
        (C, 1, "ranked", D("7.50"), D("72.50")),
        (B, 2, "ranked", D("8.00"), D("65.50")),
        (A, 0, "award-limit", D("10.00"), D("100.00")),
    ]
    # lot 1 stands outside the limit: a winner there may win here
    assert run("3", bids, given, (LotWinner(lot="1", supplier=A),)).first == (A,)


def equipment(
    number: int, price: str, host: str, switch: str, unmet: tuple[str, ...], index: str | None, domestic: bool
) -> BidForms:
    brands = (
        Brand(product="host", brand=host, manufacturer="厂"),
        Brand(product="switch", brand=switch, manufacturer="厂"),
    )
    responses = tuple(
        ParameterResponse(parameter=p.code, deviation="negative" if p.code in unmet else "none", offer="见说明书")
        for p in TENDER.lots[0].parameters
    )
    claims = (Claim(item="credit", index=D(index)),) if index else ()
    made = bid(number, price, small=number == 1, responses=responses, claims=claims)
    return replace(made, brands=brands, domestic=Domestic(declared=True) if domestic else None)


def test_brands_of_all_core_products_and_every_modifier_by_hand() -> None:
    # A's bill: 10 × 50 000 + 20 × 14 500 + 10 000 for fitting + 100 000.87 = 900 000.87; fractions of a yuan are cut off: 900 000.
    # A small and domestic: 900 000 less 10 % and 20 % of the original is 630 000, the base. B domestic: 800 000 less 20 %: 640 000.
    # Price: A 30; B 630/640 × 30 = 29.53125 → 29.53; C 630/700 × 30 = 27; E 630/756 × 30 = 25.
    # ▲: A 6; B one unmet 4.5; C three 1.5; E 6. Drawings: A 10 − 2 − 3 × 0.5 = 6.5; B 10; C four major 8, at most 6: 4; E 9.5.
    # Demonstration 5, 0, 5, 5. Plan: A 15 in the upper band; B 18; C copied 5; E 12 less 1.5 at discretion 10.5.
    # Training 0, 4, 2.5, 2. Technical: A 32.5, B 36.5, C 18, E 33.
    # Certificates: A three 6, cap 5; B 4; C 0; E 2. Cases, the first free: A 6 → 12.5, cap 10; B 3 → 5; C 1 → 0; E 2 → 2.5.
    # Index: 95 → 4; 80 → 2; 79.9 → 1; none 0. Service: 2 + 3; 2 + no record 0; 0 + 4; 2 + 4. Business: A 24, B 13, C 5, E 10.5.
    # Totals: A 86.5; B 79.03; C 50; E 68.5. A and B offer the same brand of both core products: B yields. C shares the host only.
    cells = (("r1", "50000", None), ("r2", "14500", "10000"), ("r3", "100000.87", None))
    rows = tuple(
        FilledRow(
            row=row,
            cells=(
                FilledCell(column="price", number=D(price)),
                *((FilledCell(column="fitting", number=D(fitting)),) if fitting else ()),
            ),
        )
        for row, price, fitting in cells
    )
    first = equipment(1, "900000.87", "甲", "乙", (), "95", True)
    bids = [
        replace(first, tables=(FilledTable(table="bill", rows=rows, total=D("900000.87")),)),
        equipment(2, "800000", "甲", "乙", ("t2",), "80", True),
        equipment(3, "700000", "甲", "丙", ("t2", "t3", "t4"), "79.9", False),
        equipment(4, "756000", "丁", "乙", (), None, False),
    ]
    given = {
        A: {
            "docs": "6.5#major=1,minor=3", "demo": "5", "plan": "15/a", "train": "0",
            "certs": "5#iso9001=1,iso20000=1,iso27001=1", "cases": "10#6", "site": "2", "staff": "3#3",
        },
        B: {
            "docs": "10#major=0,minor=0", "demo": "0", "plan": "18", "train": "4",
            "certs": "4#iso9001=1,iso20000=1", "cases": "5#3", "site": "2", "staff": "0!no-prerequisite",
        },
        C: {
            "docs": "4#major=4,minor=0", "demo": "5", "plan": "5!copied", "train": "2.5",
            "certs": "0#iso9001=0", "cases": "0#1", "site": "0", "staff": "4#5",
        },
        E: {
            "docs": "9.5#major=0,minor=1", "demo": "5", "plan": "10.5-1.5", "train": "2",
            "certs": "2#iso27001=1", "cases": "2.5#2", "site": "2", "staff": "4#4",
        },
    }  # fmt: skip
    result = run("1", bids, given)
    assert [(b.supplier, b.rank, b.state, b.price_score, b.total) for b in result.bids] == [
        (A, 1, "ranked", D("30.00"), D("86.50")),
        (E, 2, "ranked", D("25.00"), D("68.50")),
        (C, 3, "ranked", D("27.00"), D("50.00")),
        (B, 0, "same-brand", D("29.53"), D("79.03")),
    ]
    assert result.bids[0].quote == Decimal(900000) and not [f for f in result.findings if f.blocking]
    # 15 belongs to two bands: a mark that does not say which is refused
    with pytest.raises(RuleBroken, match="tier-unsaid"):
        run("1", bids, {**given, A: {**given[A], "plan": "15"}})

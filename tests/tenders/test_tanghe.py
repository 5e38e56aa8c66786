"""The peanut inputs of Tanghe, 2026, as data: numbers counted on the printed pages named in the comments, and three evaluations by
hand. Printed page n is page n + 1 of the file."""

from decimal import Decimal
from typing import Any

import pytest

from client.demo.tender_data import load_tender, names
from procurement.bidding.draft import BidForms
from procurement.evaluation.claims import index_points
from procurement.evaluation.sheets import TieDecision
from procurement.tendering.lint import lint
from procurement.tendering.lot import Lot
from procurement.tendering.marking import IndexLookup, Tiers
from procurement.tendering.tender import STATUTORY_SIX
from tests.procurement.evaluation.examples import uscc
from tests.tenders.evaluation_day import Given, bid, evaluate, small, table_of, unit_prices

D = Decimal
TENDER = load_tender("tanghe")
SEEDS, FERTILISERS, PESTICIDES = TENDER.lots


@pytest.mark.parametrize("lot", TENDER.lots, ids=("1", "2", "3"))
class TestEveryLot:
    def test_items_and_maxima(self, lot: Lot) -> None:
        # p. 31–32: 30; 20, 8, 8, 10, 10 (56); 6, 6, 2 (14); in all 100
        scheme = lot.scheme
        assert scheme.price is not None and scheme.price.maximum == 30
        assert [i.maximum for i in scheme.items] == [20, 8, 8, 10, 10, 6, 6, 2]
        assert [g.maximum for g in scheme.groups] == [30, 56, 14]
        assert 30 + sum(i.maximum for i in scheme.items) == scheme.total == 100
        assert [i.rule.kind for i in scheme.items] == ["tiers"] * 5 + ["count", "tiers", "index"]

    def test_tiers(self, lot: Lot) -> None:
        # p. 31–32: the grades as printed
        printed = {
            "supply-plan": [20, 16, 11, 5, 2, 0],
            "training": [8, 6, 4, 2, 0],
            "organisation": [8, 6, 4, 2, 0],
            "quality": [10, 8, 6, 4, 2, 0],
            "after-sales": [10, 8, 6, 4, 2, 0],
            "offers": [6, 4, 2, 1, 0],
        }
        given = {i.code: [t.low for t in i.rule.tiers] for i in lot.scheme.items if isinstance(i.rule, Tiers)}
        assert given == printed
        assert all(t.low == t.high for i in lot.scheme.items if isinstance(i.rule, Tiers) for t in i.rule.tiers)

    def test_credit_score(self, lot: Lot) -> None:
        # p. 32: full marks 2; above 90 to 99 1; below 90 none. The document leaves 90 itself and 99.5 open: nothing is given
        rule = lot.scheme.items[-1].rule
        assert isinstance(rule, IndexLookup)
        expected = {"100": 2, "99": 1, "95": 1, "90.01": 1, "90": 0, "89.99": 0, "0": 0, "99.5": 0}
        assert {value: index_points(rule, D(value)) for value in expected} == expected

    def test_conditions(self, lot: Lot) -> None:
        # p. 25–26: fourteen items of conformity in the table, and the technical review below it
        assert len(lot.conformity) == 14 + 1
        assert [c.check for c in lot.conformity if c.check != "panel"] == [
            "price-ceiling", "single-quote", "validity", "forms", "correction-confirmed", "low-price", "term", "collusion",
        ]  # fmt: skip
        # p. 9: no ★ and no ▲; 30 days from the contract, a year of warranty; p. 10: 60 days of validity; no deposit anywhere
        assert {p.importance for p in lot.parameters} == {"plain"}
        assert (lot.term.amount, lot.term.unit, lot.term.warranty_months) == (30, "calendar-days", 12)
        assert lot.validity_days == 60 and lot.deposit is None
        # p. 2 and p. 10: wholly reserved for small and medium enterprises of agriculture, so p. 31 deducts nothing
        assert lot.reservation.mode == "whole" and lot.scheme.deductions == ()
        assert {p.industry for p in lot.products} == {"农业"} and not lot.consortium.accepted
        # p. 45–54: seven letters, of which p. 53 makes one substantive; p. 46: delivery, quality, warranty, remark
        assert len(lot.forms) == 7 and [f.code for f in lot.forms if f.substantive] == ["credit"]
        assert [f.meaning for f in lot.opening_fields] == ["delivery-days", "quality", "warranty-months", "other"]
        # p. 55: ten columns that carry the total
        (table,) = lot.quote.tables
        assert len(table.columns) == 10 and table.sums_to == lot.quote.main.code
        # p. 28 (4.1, 4.2): price, then technical order; of one brand the better price score
        assert [k.key for k in lot.scheme.ties] == ["raw-price", "technical-merit"]
        assert [k.key for k in lot.scheme.same_brand.ties] == ["price-score"]


def test_it_is_found_by_name_and_keeps_its_bytes() -> None:
    assert "tanghe" in names() and TENDER.project_number == "唐财采购公开-2026-2"
    assert type(TENDER).from_bytes(TENDER.to_bytes()) == TENDER


def test_lots() -> None:
    # p. 2: 2,760,000 + 890,000 + 280,000 = 3,930,000, each the ceiling too
    assert [lot.money_ceiling for lot in TENDER.lots] == [2760000, 890000, 280000]
    assert sum(lot.budget for lot in TENDER.lots) == 3930000
    # p. 3–4: seven conditions, p. 23 (2-1) the proof of size; p. 3: licence and certificates of each lot
    assert [len(TENDER.qualification_of(lot)) for lot in TENDER.lots] == [8 + 2, 8 + 1, 8 + 2]
    certificates = [sum(len(q.evidence) for q in lot.qualification) for lot in TENDER.lots]
    assert certificates == [5, 1, 4]
    # p. 7: five varieties, 39 + 36 + 30 + 26 + 22.3 = 153.3 t; p. 8–9: two fertilisers, four kinds of protection
    assert [len(lot.products) for lot in TENDER.lots] == [5, 2, 4]
    assert sum(p.quantity or 0 for p in SEEDS.products) == D("153.3")
    # p. 7: eight requirements; p. 8: 7 and 11; p. 8–9: two for each preparation, and the packing of the liquid one
    assert [len(lot.parameters) for lot in TENDER.lots] == [8, 18, 9]
    # p. 8–9: 570,000 + 320,000 = 890,000; 42,000 + 182,000 (two rows) + 56,000 = 280,000
    caps = [[r.amount_ceiling for r in lot.quote.tables[0].rows] for lot in TENDER.lots]
    assert caps == [[None] * 5, [570000, 320000], [42000, None, None, 56000]]
    (shared,) = PESTICIDES.quote.tables[0].ceilings
    assert (len(shared.rows), shared.amount) == (2, 182000)


def test_opening_award_and_contract() -> None:
    # p. 21 (2.1, 2.2): bidders decrypt within 30 minutes, else withdrawn; the read-out page stays a minute
    opening = TENDER.opening
    assert (opening.window.minutes, opening.window.stated, opening.parties) == (30, True, "supplier")
    assert (opening.failure, opening.objection_minutes) == ("treated-as-withdrawn", 1)
    # p. 2: 26 February 2026, 9:30
    assert TENDER.deadline.isoformat() == "2026-02-26T01:30:00+00:00"
    # p. 29 (4.5): three candidates, the purchaser takes them in order; p. 18 (9.1): any number of lots, none limited
    assert (TENDER.award.candidates, TENDER.award.mode, TENDER.award.limit) == (3, "purchaser-in-order", None)
    assert TENDER.max_lots_bid == 0
    # p. 9: half in advance, half after delivery; p. 5: the document is free; p. 10: agency at least 10,000 yuan
    assert [(p.percent, p.condition) for p in TENDER.contract.payments] == [(50, "signed"), (50, "delivered")]
    assert TENDER.fees.document == 0 and TENDER.fees.agency_minimum == 10000
    # p. 26: the statutory six and eight of 宛财购〔2022〕3号, the first of which names three marks
    kinds = [c.kind for c in TENDER.collusion]
    assert tuple(kinds[:6]) == STATUTORY_SIX and len(kinds[6:]) == 8 + 2
    # p. 33: challenges on line within seven working days
    assert TENDER.challenge.online and TENDER.challenge.working_days == 7


def test_what_blocks_is_a_defect_of_the_document() -> None:
    found = lint(TENDER, TENDER.announcement)
    assert [(f.code, f.where) for f in found if f.blocking] == [
        # p. 4: 28 January to 3 February 2026; without the first day these are 29, 30 January, 2 and 3 February
        ("document-window-too-short", "available_until"),
        # p. 12 (2.4) refers to the table of p. 10, which names no core product, though p. 28 merges bids by it
        ("core-product-missing", "lots.1.products"),
        ("core-product-missing", "lots.2.products"),
        ("core-product-missing", "lots.3.products"),
    ]
    assert {f.code for f in found if not f.blocking} == {
        "band-gap",  # p. 32: the credit score
        "nature-unsaid",  # p. 31–32 do not say what is objective
        "paper-clause",  # p. 34: late challenges refused, identity papers at a remote opening
        "rounding-unsaid",  # p. 31 gives a formula and no decimals
    }


Row = list[Given]
BEST: Row = ["20", "8", "8", "10", "10", ("6", 3), "6", "2"]


def test_result_by_hand_tiers_count_and_index() -> None:
    """Lot 2, unit prices for 20 t of microbial and 281 t of organic fertiliser.

    1: 20 × 25,000 + 281 × 1,000 = 781,000.   2: 20 × 28,000 + 281 × 1,100 = 869,100.   3: 20 × 20,000 + 281 × 900 = 652,900.
    4: 20 × 28,600 = 572,000 is over the 570,000 of the row, though the sum of 853,000 is within 890,000: invalid.
    Price, base 652,900: 652,900/781,000 × 30 = 25.079 → 25.08; 652,900/869,100 × 30 = 22.537 → 22.54; 30. A small enterprise
    has no deduction, as the lot is reserved.
    1: plan 20, 16, 16, 16, 20 → 17.6; 8; 6; quality 10, 8, 8, 8, 10 → 8.8; 6; three contracts 6; 4; credit 95: 1.
       17.6 + 8 + 6 + 8.8 + 6 = 46.4; 6 + 4 + 1 = 11; 57.4; in all 82.48.
    2: 11 + 6 + 4 + 6 + 8 = 35; five contracts, at most 6; 6; credit 100: 2; 49; in all 71.54.
    3: 5 + 4 + 2 + 4 + 2 = 17; one contract 2; 1; credit 90: none; 20; in all 50.
    """

    def quoted(number: int, total: str, microbial: str, organic: str, **more: Any) -> BidForms:
        prices = unit_prices(FERTILISERS, {"microbial": microbial, "organic": organic})
        return bid(FERTILISERS, number, total, tables=prices, **more)

    bids = [
        quoted(1, "781000", "25000", "1000"),
        quoted(2, "869100", "28000", "1100", enterprise=small()),
        quoted(3, "652900", "20000", "900"),
        quoted(4, "853000", "28600", "1000"),
    ]
    result = evaluate(
        TENDER,
        FERTILISERS,
        bids,
        {
            1: [
                ("20", "16", "16", "16", "20"), "8", "6", ("10", "8", "8", "8", "10"), "6", ("6", 3), "4", "1",
            ],
            2: ["11", "6", "4", "6", "8", ("6", 5), "6", "2"],
            3: ["5", "4", "2", "4", "2", ("2", 1), "1", "0"],
        },
    )  # fmt: skip
    assert table_of(result) == [
        (1, 1, "ranked", D("25.08"), D("82.48")),
        (2, 2, "ranked", D("22.54"), D("71.54")),
        (3, 3, "ranked", D("30"), D("50")),
        (0, 4, "invalid", D("0"), D("0")),
    ]
    best = result.bids[0]
    assert {g.group: g.points for g in best.group_scores} == {
        "price": D("25.08"),
        "technical": D("46.4"),
        "general": 11,
    }
    assert "微生物" not in result.bids[3].reason and "570000" in result.bids[3].reason
    assert not [f for f in result.findings if f.blocking] and result.triggers == ()


def test_result_by_hand_shared_ceiling_and_technical_order() -> None:
    """Lot 3: 1,400 kg liquid fertiliser, 700 and 280 kg of fungicides under one ceiling of 182,000, 280 kg of insecticide.

    1 and 2: 1,400 × 28 = 39,200; 700 × 180 + 280 × 200 = 126,000 + 56,000 = 182,000; 280 × 190 = 53,200; together 274,400.
    3: 280 × 200.50 = 56,140 makes 182,140 of fungicides: invalid, though 274,540 is within 280,000.
    4: 1,400 × 25 + 700 × 150 + 280 × 150 + 280 × 160 = 35,000 + 105,000 + 42,000 + 44,800 = 226,800, the base.
    Price: 226,800/274,400 × 30 = 24.796 → 24.80; 30.
    1 and 2 have all 70 points: 94.80 each at one price; the technical order decides. 4 has the lowest grade five times: 10,
    nothing else; in all 40.
    """
    rows = ("amino", "fungicide-1", "fungicide-2", "insecticide")
    prices = {
        1: ("274400", "28", "180", "200", "190"),
        2: ("274400", "28", "180", "200", "190"),
        3: ("274540", "28", "180", "200.50", "190"),
        4: ("226800", "25", "150", "150", "160"),
    }
    bids = [
        bid(PESTICIDES, number, total, tables=unit_prices(PESTICIDES, dict(zip(rows, units, strict=True))))
        for number, (total, *units) in prices.items()
    ]
    marks: dict[int, Row] = {1: BEST, 2: BEST, 4: ["2", "2", "2", "2", "2", None, None, "0"]}
    waiting = evaluate(TENDER, PESTICIDES, bids, marks)
    assert [(f.code, f.facts["key"]) for f in waiting.findings if f.blocking] == [("tie-undecided", "technical-merit")]
    assert waiting.first == (uscc(1), uscc(2))
    decision = TieDecision(key="technical-merit", order=(uscc(2), uscc(1)), reason="技术指标较优")
    decided = evaluate(TENDER, PESTICIDES, bids, marks, decisions=(decision,))
    assert table_of(decided) == [
        (1, 2, "ranked", D("24.80"), D("94.80")),
        (2, 1, "ranked", D("24.80"), D("94.80")),
        (3, 4, "ranked", D("30"), D("40")),
        (0, 3, "invalid", D("0"), D("0")),
    ]
    assert "杀菌剂" in decided.bids[3].reason


def test_result_by_hand_ceiling_and_corrected_sum() -> None:
    """Lot 1, one price for 153.3 t of every variety.

    1: 18,010 × 153.3 = 2,760,933, over the ceiling of 2,760,000: invalid.
    2: writes 2,759,000, but its unit price of 18,000 makes 2,759,400: corrected, and confirmed (p. 25, item 7).
    3: 17,000 × 153.3 = 2,606,100, the base.   4: 17,500 × 153.3 = 2,682,750.
    Price: 17/18 × 30 = 28.333 → 28.33; 30; 17/17.5 × 30 = 29.142 → 29.14.
    2: 16+8+8+10+8 = 50, two contracts 4, 6, 1: 61; in all 89.33.   3: 11+6+6+8+8 = 39, none, 2, 0: 41; in all 71.
    4: 20+6+4+6+10 = 46, one contract 2, 4, 2: 54; in all 83.14.
    """

    def quoted(number: int, total: str, price: str) -> BidForms:
        return bid(SEEDS, number, total, tables=unit_prices(SEEDS, {p.code: price for p in SEEDS.products}))

    bids = [
        quoted(1, "2760933", "18010"),
        quoted(2, "2759000", "18000"),
        quoted(3, "2606100", "17000"),
        quoted(4, "2682750", "17500"),
    ]
    marks: dict[int, Row] = {
        2: ["16", "8", "8", "10", "8", ("4", 2), "6", "1"],
        3: ["11", "6", "6", "8", "8", None, "2", "0"],
        4: ["20", "6", "4", "6", "10", ("2", 1), "4", "2"],
    }
    result = evaluate(TENDER, SEEDS, bids, marks, confirmed=(uscc(2),))
    assert table_of(result) == [
        (1, 2, "ranked", D("28.33"), D("89.33")),
        (2, 4, "ranked", D("29.14"), D("83.14")),
        (3, 3, "ranked", D("30"), D("71")),
        (0, 1, "invalid", D("0"), D("0")),
    ]
    assert [b.quote for b in result.bids][:2] == [D("2759400"), D("2682750")]
    # Not confirmed, the bid is out and three are no longer left: two bids are too few to go on.
    refused = evaluate(TENDER, SEEDS, bids, marks, refused=(uscc(2),))
    assert refused.outcome == "too-few-conforming"

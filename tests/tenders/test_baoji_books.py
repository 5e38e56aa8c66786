"""The books of Baoji, 2025, as data: numbers counted on the printed pages named in the comments, and three evaluations by hand."""

from decimal import Decimal

import pytest

from client.demo.tender_data import load_tender, names
from procurement.basics.moment import shanghai_date
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import BidForms, Brand, DepositRecord
from procurement.evaluation.claims import table_points
from procurement.evaluation.sheets import TieDecision
from procurement.tendering.lint import lint
from procurement.tendering.lot import Lot
from procurement.tendering.marking import DeductionTable
from tests.procurement.evaluation.examples import uscc
from tests.procurement.tendering.examples import replace
from tests.tenders.evaluation_day import bid, evaluate, small, table_of

D = Decimal
TENDER = load_tender("baoji-books")
FIRST, SECOND = TENDER.lots


@pytest.mark.parametrize("lot", TENDER.lots, ids=("1", "2"))
class TestEveryLot:
    def test_items_and_maxima(self, lot: Lot) -> None:
        # p. 31–34: 30; 15, 8, 7, 6, 5 (41); 7, 2, 10 (19); 4, 6 (10); in all 100
        scheme = lot.scheme
        assert scheme.price is not None and scheme.price.maximum == 30
        assert [i.maximum for i in scheme.items] == [15, 8, 7, 6, 5, 7, 2, 10, 4, 6]
        assert [g.maximum for g in scheme.groups] == [30, 41, 19, 10]
        assert [i.group for i in scheme.items] == ["supply"] * 5 + ["capability"] * 3 + ["reorder"] * 2
        assert 30 + sum(i.maximum for i in scheme.items) == scheme.total == 100
        kinds = [i.rule.kind for i in scheme.items]
        assert kinds == ["deduction-table"] * 6 + ["binary", "count"] + ["deduction-table"] * 2
        assert [d.term for d in scheme.definitions] == ["瑕疵"]

    def test_defects(self, lot: Lot) -> None:
        # p. 31–34: points for 0, 1, 2 … defects as printed, then "and more"
        printed = {
            "supply-plan": [15, 13, 11, 9, 7, 5, 3, 1, 0],
            "arrival": [8, 7, 6, 5, 4, 3, 2, 1, 0],
            "delivery-quality": [7, 6, 5, 4, 3, 2, 1, 0],
            "vehicles": [6, 5, 4, 3, 2, 1, 0],
            "emergency": [5, 4, 3, 2, 1, 0],
            "channels": [7, 6, 5, 4, 3, 2, 1, 0],
            "reorder": [4, 3, 2, 1, 0],
            "book-quality": [6, 5, 4, 3, 2, 1, 0],
        }
        rules = {i.code: i.rule for i in lot.scheme.items if isinstance(i.rule, DeductionTable)}
        assert rules.keys() == printed.keys()
        for code, points in printed.items():
            assert [table_points(rules[code], n) for n in range(len(points))] == points, code
            assert table_points(rules[code], 99) == 0
        assert {i.missing for i in lot.scheme.items if i.code in printed} == {D(0)}

    def test_conditions(self, lot: Lot) -> None:
        # p. 9 (row 4): ten conditions of qualification for both lots; p. 24 (26.1.2): five of conformity; p. 12 note (2): deposit
        assert len(TENDER.qualification_of(lot)) == 10
        assert [c.check for c in lot.conformity] == [
            "panel", "signature", "star-parameters", "validity", "panel", "deposit",
        ]  # fmt: skip
        # p. 14: ★ rows 26 (time; place) and 27 (settlement; payment) of the table; p. 77: four plain requirements; no ▲
        assert [p.importance for p in lot.parameters] == ["star"] * 4 + ["plain"] * 4
        # p. 52–76: bid letter, five declarations and lists, two pledges, seal; the opening sheet and both deviation tables are
        # typed parts of every bid
        assert len(lot.forms) == 1 + 5 + 2 + 1
        # p. 14: delivered before 30 August, on the shelves before 1 September 2025
        assert [shanghai_date(d.by).isoformat() for d in lot.term.dates] == ["2025-08-30", "2025-09-01"]
        # p. 13: 90 days; p. 10: no consortium, no samples; p. 2: not reserved; p. 8: the books are the core product
        assert lot.validity_days == 90 and not lot.consortium.accepted and lot.presentations == ()
        assert lot.reservation.mode == "none" and [p.core for p in lot.products] == [True]

    def test_quote_and_policy(self, lot: Lot) -> None:
        # p. 54: one figure, a rate taken off; settlement = list price × (1 − rate); 100 yuan at "9 折" is a rate of 10 %
        (figure,) = lot.quote.figures
        assert (figure.dimension, figure.direction, figure.unit) == ("discount-rate", "higher", "%")
        assert lot.quote.settlement == "list-price-less-discount" and figure.payable(D(10)) == 90
        # p. 31: highest rate is the base, 30 points, two decimals
        assert lot.scheme.price is not None
        assert [(c.base, c.points) for c in lot.scheme.price.components] == [("highest", 30)]
        assert [(r.place, r.decimals, r.mode) for r in lot.scheme.rounding] == [("price-score", 2, "half-up")]
        # p. 10–11: 10 % for small, micro, prison and disabled-welfare enterprises, once
        assert [(d.applies, d.percent, d.transform) for d in lot.scheme.deductions] == [
            ("small-micro", 10, "payable-cut")
        ]
        # p. 26 (26.6.1) and p. 14 (row 24): price, technical score, purchaser; one brand only if all brands are the same
        keys = [k.key for k in lot.scheme.ties]
        assert keys == [k.key for k in lot.scheme.same_brand.ties] == ["raw-price", "group-score", "purchaser-decides"]
        assert lot.scheme.same_brand.policy == "all-brands"


def test_it_is_found_by_name_and_keeps_its_bytes() -> None:
    assert "baoji-books" in names()
    assert type(TENDER).from_bytes(TENDER.to_bytes()) == TENDER


def test_money_dates_and_contract() -> None:
    # p. 1: 160,000 + 140,000 = 300,000; p. 12: deposits of 3,100 and 2,700 in five forms
    assert [lot.money_ceiling for lot in TENDER.lots] == [160000, 140000]
    assert sum(lot.budget for lot in TENDER.lots) == 300000
    assert [lot.deposit.amount for lot in TENDER.lots if lot.deposit is not None] == [3100, 2700]
    assert {len(lot.deposit.forms) for lot in TENDER.lots if lot.deposit is not None} == {5}
    # p. 21 (16.4): two cases; p. 13 (row 23): credit looked up until the deadline; p. 27: the six circumstances
    assert len(TENDER.deposit_forfeiture) == 2 and TENDER.credit_query_until == "deadline"
    assert len(TENDER.collusion) == 6
    # p. 4–5: 11 July 2025, 14:30 in Shanghai; no release window, as the bids are on paper
    assert TENDER.deadline.isoformat() == "2025-07-11T06:30:00+00:00" and not TENDER.opening.window.stated
    # p. 28 (34.2): 25 days; p. 15: no bond, 4,500 yuan for the agency; p. 14: paid after acceptance; p. 39: 0.5 % a day, up to 15 %
    terms = TENDER.contract
    assert terms.sign_days == 25 and terms.performance_bond_percent is None and terms.delay is not None
    assert [(p.percent, p.condition) for p in terms.payments] == [(100, "accepted")]
    assert (terms.delay.percent, terms.delay.of, terms.delay.most_percent) == (D("0.5"), "contract", 15)
    assert TENDER.fees.agency_fixed == 4500 and TENDER.fees.agency_payer == "winner"
    # p. 14 (row 25): the purchaser takes candidates in order and decides between parallel ones; no limit on lots
    assert (TENDER.award.mode, TENDER.award.parallel) == ("purchaser-in-order", "purchaser-decides")
    assert TENDER.award.limit is None


def test_what_blocks_is_a_defect_of_the_document() -> None:
    found = lint(TENDER, TENDER.announcement)
    # p. 4: the document costs 300 yuan
    assert [f.code for f in found if f.blocking] == ["document-fee"]
    assert {f.code for f in found if not f.blocking} == {
        "nature-unsaid",  # p. 31–34 do not say what is objective
        "paper-clause",  # p. 4, 5, 13, 22, 29
        "rate-without-limit",  # p. 8: the ceiling is in yuan only
        "size-condition",  # p. 32: employees are scored
    }


def test_the_deduction_needs_a_transform_that_helps() -> None:
    for transform, code in (("unsaid", "deduction-undefined-for-rate"), ("price-cut", "deduction-punishes")):
        cut = replace(FIRST.scheme.deductions[0], transform=transform)
        changed = replace(FIRST, scheme=replace(FIRST.scheme, deductions=(cut,)))
        found = lint(replace(TENDER, lots=(changed, SECOND)), TENDER.announcement)
        assert [f.where for f in found if f.code == code] == ["lots.1.scheme.small-micro"]


def offering(made: BidForms, *publishers: str) -> BidForms:
    return replace(made, brands=tuple(Brand(product="books", brand=p, manufacturer=p) for p in publishers))


def test_result_by_hand_defects_count_binary_and_the_small_enterprise() -> None:
    """Lot 1. Rates 20 and 24 by large enterprises, 22 by a small one.

    The small one would be paid 78 for 100; less 10 % that is 70.2, a rate of 29.8, which is the base.
    Price: 20/29.8 × 30 = 20.134 → 20.13; 24/29.8 × 30 = 24.161 → 24.16; 30.
    1: nothing wrong, five contracts: 15+8+7+6+5 + 7+2+10 + 4+6 = 70; with 20.13: 90.13.
    2: 3, 9, 6, 5, 0 defects: 9+0+1+1+5 = 16; 2 defects, no local service, seven contracts: 5+0+10 = 15; 4 and 1 defects:
       0+5 = 5; together 36; with 24.16: 60.16.
    3: members 13, 13, 11, 15, 13 → 13; 1, 0 and 2 defects, no emergency plan: 7+7+4+0, sum 31; channels 6, 6, 6, 5, 7 → 6,
       local 2, three contracts 6, sum 14; 3+6 = 9; together 54; with 30: 84.
    """
    bids = [bid(FIRST, 1, "20"), bid(FIRST, 2, "24"), bid(FIRST, 3, "22", enterprise=small())]
    result = evaluate(
        TENDER,
        FIRST,
        bids,
        {
            1: [("15", 0), ("8", 0), ("7", 0), ("6", 0), ("5", 0), ("7", 0), "2", ("10", 5), ("4", 0), ("6", 0)],
            2: [("9", 3), ("0", 9), ("1", 6), ("1", 5), ("5", 0), ("5", 2), "0", ("10", 7), ("0", 4), ("5", 1)],
            3: [
                ("13", "13", "11", "15", "13"), ("7", 1), ("7", 0), ("4", 2), None,
                ("6", "6", "6", "5", "7"), "2", ("6", 3), ("3", 1), ("6", 0),
            ],
        },
    )  # fmt: skip
    assert table_of(result) == [
        (1, 1, "ranked", D("20.13"), D("90.13")),
        (2, 3, "ranked", D("30"), D("84")),
        (3, 2, "ranked", D("24.16"), D("60.16")),
    ]
    small_one = next(b for b in result.bids if b.supplier == uscc(3))
    assert (small_one.quote, small_one.evaluation_price) == (22, D("29.8"))
    assert {g.group: g.points for g in small_one.group_scores} == {
        "price": 30, "supply": 31, "capability": 14, "reorder": 9,
    }  # fmt: skip


def test_result_by_hand_the_tie_chain() -> None:
    """Lot 1. Rates 30, 15, 30, 30; the base is 30, so price 30, 15, 30, 30.

    1 and 4: 15+8+7 = 30 of supply, ten for contracts: 40, in all 70.    2: 41 + 10 + 4 = 55, in all 70.
    3: 15+5 = 20 of supply, 6+8 of capability, 6 of books: 40, in all 70.
    All have 70. Price first: 1, 3 and 4 take 30 off and pay 70, 2 pays 85. Supply: 1 and 4 have 30, 3 has 20.
    Between 1 and 4 the purchaser decides.
    """
    bids = [bid(FIRST, n, rate) for n, rate in ((1, "30"), (2, "15"), (3, "30"), (4, "30"))]
    alike = [("15", 0), ("8", 0), ("7", 0), None, None, None, "0", ("10", 5), None, None]
    marks = {
        1: alike,
        2: [("15", 0), ("8", 0), ("7", 0), ("6", 0), ("5", 0), None, "0", ("10", 6), ("4", 0), None],
        3: [("15", 0), ("5", 3), None, None, None, ("6", 1), "0", ("8", 4), None, ("6", 0)],
        4: alike,
    }
    waiting = evaluate(TENDER, FIRST, bids, marks)
    assert [f.code for f in waiting.findings if f.blocking] == ["tie-undecided"]
    decision = TieDecision(key="purchaser-decides", order=(uscc(4), uscc(1)), reason="采购人代表确定")
    decided = evaluate(TENDER, FIRST, bids, marks, decisions=(decision,))
    assert [(rank, number, total) for rank, number, _, _, total in table_of(decided)] == [
        (1, 4, 70), (2, 1, 70), (3, 3, 70), (4, 2, 70),
    ]  # fmt: skip
    assert not [f for f in decided.findings if f.blocking]


def test_result_by_hand_words_prevail_and_all_brands_the_same() -> None:
    """Lot 2. Supplier 1 writes 12 in digits and 21 in words: 21 counts (p. 25, 26.2 (2)). Others 28, 14, 28.

    Base 28: 21/28 × 30 = 22.5; 30; 15; 30.
    1: nothing wrong, 70; in all 92.5.    3: nothing provided; in all 15.
    2: one defect everywhere, two contracts: 13+7+6+5+4 = 35, 6+2+4 = 12, 3+5 = 8; 55; in all 85.
    4: two defects everywhere, one contract, no local service: 11+6+5+4+3 = 29, 5+0+2 = 7, 2+4 = 6; 42; in all 72.
    2 and 4 offer the same two publishers, 1 only one of them: 4 yields to 2 (p. 14, row 24, 1.3) and keeps its score.
    """
    bids = [
        offering(bid(SECOND, 1, "12", words=D(21)), "甲社"),
        offering(bid(SECOND, 2, "28"), "甲社", "乙社"),
        offering(bid(SECOND, 3, "14"), "丙社"),
        offering(bid(SECOND, 4, "28"), "乙社", "甲社"),
    ]
    marks = {
        1: [("15", 0), ("8", 0), ("7", 0), ("6", 0), ("5", 0), ("7", 0), "2", ("10", 5), ("4", 0), ("6", 0)],
        2: [("13", 1), ("7", 1), ("6", 1), ("5", 1), ("4", 1), ("6", 1), "2", ("4", 2), ("3", 1), ("5", 1)],
        3: [None, None, None, None, None, None, "0", ("0", 0), None, None],
        4: [("11", 2), ("6", 2), ("5", 2), ("4", 2), ("3", 2), ("5", 2), "0", ("2", 1), ("2", 2), ("4", 2)],
    }
    result = evaluate(TENDER, SECOND, bids, marks, confirmed=(uscc(1),))
    assert table_of(result) == [
        (1, 1, "ranked", D("22.5"), D("92.5")),
        (2, 2, "ranked", D("30"), D("85")),
        (3, 3, "ranked", D("15"), D("15")),
        (0, 4, "same-brand", D("30"), D("72")),
    ]
    assert result.candidates == (uscc(1), uscc(2), uscc(3))


def test_a_bid_with_too_small_a_deposit_is_held_back() -> None:
    # p. 12: 3,100 yuan for lot 1, a promissory note will do
    note = DepositRecord(
        form="promissory-note", amount=D(3000), payer_name="供应商1", paid_at=TENDER.announcement, voucher="N1"
    )
    found = {f.code for f in bid_findings(TENDER, bid(FIRST, 1, "20", deposit=note))}
    assert "deposit-too-small" in found
    whole = bid(FIRST, 1, "20", deposit=replace(note, amount=D(3100)))
    assert "deposit-too-small" not in {f.code for f in bid_findings(TENDER, whole)}

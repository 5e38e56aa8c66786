"""The Shanghai document of 2026 as data: its numbers, counted on the printed pages named in the comments."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from client.demo.tender_data import load_tender, names
from procurement.basics.problems import Refused
from procurement.tendering.lint import lint
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Composite

D = Decimal
NAME = "shanghai-exam-equipment"
TENDER = load_tender(NAME)
FIRST, SECOND = TENDER.lots


def maxima(lot: Lot) -> dict[str, Decimal]:
    """Every number in the column 分值: items, or the parts of an item that is scored in parts."""
    return {leaf.code: leaf.maximum for leaf in lot.scheme.leaves}


def test_it_is_found_by_name() -> None:
    assert NAME in names()
    with pytest.raises(Refused, match="tender-unknown"):
        load_tender("nowhere")


def test_items_and_maxima_of_lot_1() -> None:
    # p. 55–58: items 2 to 10; item 5 and item 7 have two numbers each
    assert FIRST.scheme.price is not None and FIRST.scheme.price.maximum == 30
    assert [i.maximum for i in FIRST.scheme.items] == [10, 8, 12, 10, 5, 8, 2, 5, 10]
    assert maxima(FIRST) == {
        "s2": 10, "s3": 8, "s4": 12, "s5-1": 5, "s5-2": 5, "s6": 5, "s7-1": 4, "s7-2": 4, "s8": 2, "s9": 5, "s10": 10,
    }  # fmt: skip
    assert 30 + sum(maxima(FIRST).values()) == FIRST.scheme.total == 100


def test_items_and_maxima_of_lot_2() -> None:
    # p. 59–62: items 2 to 9; item 6 is 6 + 10 and its ten are 2 + 2 + 4 + 2; item 7 is 5 + 5
    assert SECOND.scheme.price is not None and SECOND.scheme.price.maximum == 30
    assert [i.maximum for i in SECOND.scheme.items] == [10, 8, 10, 8, 16, 10, 3, 5]
    team = [m for code, m in maxima(SECOND).items() if code.startswith("s6-2")]
    assert team == [2, 2, 4, 2] and sum(team) == 10
    assert 30 + sum(maxima(SECOND).values()) == SECOND.scheme.total == 100


def test_objective_items() -> None:
    # marked 客观分: p. 56 items 3 and 4, p. 58 items 9 and 10; p. 59–62 items 3, 4, 6 (2) and 9
    objective = [[leaf.code for leaf in lot.scheme.leaves if leaf.nature == "objective"] for lot in TENDER.lots]
    assert objective[0] == ["s3", "s4", "s9", "s10"]
    assert objective[1] == ["s3", "s4", "s6-2-1", "s6-2-2", "s6-2-3", "s6-2-4", "s9"]
    assert [sum(isinstance(i.rule, Composite) for i in lot.scheme.items) for lot in TENDER.lots] == [2, 2]


def test_conditions() -> None:
    # p. 50 part 1: seven items of qualification; p. 2: three more (relation, branch, registration)
    assert len(TENDER.qualification) == 7 + 3
    for lot in TENDER.lots:
        # p. 50 part 2: ★ requirements, and three circumstances named (ceiling, collusion, labour law); p. 18–19 (23.7,
        # 23.12), p. 14 (16.1), p. 25 and p. 54: seven more ways to be invalid
        assert len(lot.conformity) == 4 + 7 and {c.importance for c in lot.conformity} == {"star"}
        # p. 13 (16): one ★ parameter in the document itself; p. 51–52: five commercial terms; the rest is in the annex
        assert [p.importance for p in lot.parameters] == ["star"] + 5 * ["plain"]
        assert lot.annex == "requirement"
        # p. 25–49: nineteen forms, of which four (6, 8, 13, 16) are typed parts of every bid and form 17 has two sheets
        assert len(lot.forms) + len(lot.quote.tables) == 19 - 4 + 1
        # p. 37: delivery days, warranty months, remark, total in whole yuan
        assert [f.code for f in lot.opening_fields] == ["days", "warranty", "remark"]
        assert lot.quote.main.decimals == 0 and len(lot.quote.figures) == 1
        # p. 38: twelve columns
        assert len(lot.quote.tables[0].columns) == 12
        # p. 6–7: no deposit, 90 days; p. 51: 10 days, three years
        assert lot.deposit is None and lot.validity_days == 90
        assert (lot.term.amount, lot.term.unit, lot.term.warranty_months) == (10, "calendar-days", 36)
        # p. 54: 50 %, 50 %, 45 %, 30 minutes
        low = lot.scheme.abnormally_low
        assert (low.mean_percent, low.second_percent, low.ceiling_percent, low.minutes) == (50, 50, 45, 30)
        # p. 4: 10 % for small and micro enterprises; p. 53: price, then vote; p. 55: one decimal
        assert [(d.applies, d.percent) for d in lot.scheme.deductions] == [("small-micro", 10)]
        assert [k.key for k in lot.scheme.ties] == ["raw-price", "open-vote"]
        assert [(r.place, r.decimals) for r in lot.scheme.rounding] == [("price-score", 1)]


def test_money_award_and_contract() -> None:
    # p. 1: 5,300,735 + 4,022,960 = 9,323,695; ceilings are the budgets
    assert [lot.money_ceiling for lot in TENDER.lots] == [D("5300735"), D("4022960")]
    assert sum(lot.budget for lot in TENDER.lots) == D("9323695")
    # p. 19: two candidates; p. 54: one lot each, lot 1 first, the winner stays in the price base of lot 2
    limit = TENDER.award.limit
    assert TENDER.award.candidates == 2 and limit is not None
    assert (limit.max_lots, limit.mode, limit.lots) == (1, "winner-elsewhere", ("1", "2"))
    # p. 6: contract within 30 days, no bond; p. 52: 70 % in 20 working days; p. 66: 1 % a week, at most 5 %
    terms = TENDER.contract
    assert terms.sign_days == 30 and terms.performance_bond_percent is None and terms.delay is not None
    assert [(p.percent, p.day_kind) for p in terms.payments] == [(70, "working"), (30, "calendar")]
    assert (terms.delay.percent, terms.delay.period_days, terms.delay.most_percent) == (1, 7, 5)
    # p. 20–21: the agency's fee in four bands
    assert [b.percent for b in TENDER.fees.agency_bands] == [D("1.5"), D("1.1"), D("0.8"), D("0.5")]


def test_nothing_blocks_under_its_own_region_and_the_documents_own_defects_are_found() -> None:
    found = lint(TENDER, datetime(2026, 4, 8, tzinfo=UTC))
    assert [f for f in found if f.blocking] == []
    assert {f.code for f in found} == {
        "collusion-clause-missing",  # p. 23 names collusion, not the statutory six
        "core-product-missing",  # p. 16 refers to chapter 5, which leaves it to the annex
        "deposit-text-without-deposit",  # p. 25 item 5, while p. 6 asks for none
        "nature-unsaid",  # only objective items are marked
        "paper-clause",  # p. 6 paper copies, p. 17 presence, p. 24 challenge on paper, p. 5 late ones refused
        "section-missing",  # p. 58 item 10 refers to chapter 5 part 4, which is not there
    }

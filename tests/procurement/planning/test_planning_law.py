"""Budget, intention, requirement, plan, numbering and entrustment: what each rule refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.basics.problems import RuleBroken
from procurement.planning.approval import MISMATCH_MESSAGE, check_approval, check_plan, next_number
from procurement.planning.balance import LineBalance, take_lines
from procurement.planning.budget import check_budget_import
from procurement.planning.catalogue import ANYWHERE, CATALOGUES, catalogue_for
from procurement.planning.entrust import (
    LANDLINE_MESSAGE,
    EntrustmentAcceptance,
    check_entrustment,
    check_entrustment_acceptance,
    check_profile,
    is_landline,
)
from procurement.planning.intention import check_intention, check_intention_age
from procurement.planning.plan import PlanApproval, PlanLine
from procurement.planning.requirement import check_requirement
from tests.procurement.chain import (
    AGENCY,
    BALANCES,
    BUDGET,
    CATALOGUE,
    ENTRUSTMENT,
    INTENTION,
    LINES,
    NUMBER,
    OTHER_PURCHASER,
    OTHER_REGION,
    PLAN,
    PROFILE,
    PURCHASER,
    REGION,
    REQUIREMENT,
    SURVEY,
    at,
    but,
    money,
)
from tests.procurement.refusals import refused

NOW = at(3, 2)
UNITS = {PURCHASER: REGION, OTHER_PURCHASER: OTHER_REGION}


def _import(batch: Any = BUDGET, known: frozenset[str] = frozenset(), own: str = REGION) -> None:
    check_budget_import(batch, own_region=own, units=UNITS, known_codes=known, now=NOW)


def test_a_clean_batch_is_imported() -> None:
    _import()


def test_finance_imports_its_own_region_and_year() -> None:
    with refused("R-018", "budget-region-not-own"):
        _import(own=OTHER_REGION)
    with refused("R-018", "budget-wrong-year"):
        _import(but(BUDGET, year=2025))
    with refused("R-018", "budget-empty"):
        _import(but(BUDGET, lines=()))


def test_a_bad_batch_is_refused_whole_with_every_row_named() -> None:
    rows = (
        LINES[0],
        but(LINES[1], code="EDU-001"),
        but(LINES[1], purchaser="91140000NOBODY0001"),
        but(LINES[1], code="EDU-003", purchaser=OTHER_PURCHASER, amount=money("0.00")),
        but(LINES[1], code="OLD"),
    )
    with refused("R-018", "budget-rows-wrong") as caught:
        _import(but(BUDGET, lines=rows), frozenset({"OLD"}))
    assert caught.value.facts["rows"] == (
        "2 duplicate-code; 3 unknown-unit; 4 unit-of-another-region; 4 amount-not-positive; 5 duplicate-code"
    )


def _intend(announced: frozenset[str] = frozenset(), balances: Any = BALANCES, **changes: Any) -> None:
    check_intention(but(INTENTION, **changes), balances=balances, announced=announced, now=NOW)


def test_intention_takes_the_way_its_budget_state_asks_for() -> None:
    _intend()
    tied = {code: but(line, planned=money("1.00")) for code, line in BALANCES.items()}
    _intend(balances=tied, route="with-plan", amount=money("1099998.00"))
    with refused("R-014", "budget-already-tied"):
        _intend(balances=tied)
    with refused("R-013", "budget-not-tied"):
        _intend(route="with-plan")


def test_intention_is_public_once_within_its_budget() -> None:
    with refused("R-015", "intention-duplicate"):
        _intend(frozenset({"EDU-002"}))
    with refused("R-015", "intention-lines-repeated"):
        _intend(lines=("EDU-001", "EDU-001"))
    with refused("R-064", "budget-line-unknown"):
        _intend(lines=("NONE",))
    with refused("R-064", "budget-line-unknown"):
        _intend(purchaser=OTHER_PURCHASER)
    spent = {code: but(line, planned=line.budget) for code, line in BALANCES.items()}
    with refused("R-064", "intention-amount-not-covered"):
        _intend(balances=spent, route="with-plan", amount=money("0.01"))
    with refused("R-064", "intention-amount-not-covered"):
        _intend(amount=money("1100000.01"))
    with refused("L-601", "intention-month-wrong"):
        _intend(expected_month="2026-02")
    with refused("L-601", "intention-month-wrong"):
        _intend(expected_month="2026-13")


def test_thirty_days_lie_between_intention_and_tender() -> None:
    check_intention_age(INTENTION, published=at(3, 2), start=at(4, 1))
    with refused("L-601", "intention-too-young") as caught:
        check_intention_age(INTENTION, published=at(3, 2), start=at(3, 31))
    assert caught.value.facts == {"age": "29", "days": "30", "earliest": "2026-04-01"}
    check_intention_age(but(INTENTION, exemption="汛期抢修"), published=at(3, 2), start=at(3, 3))


def _require(**changes: Any) -> None:
    check_requirement(but(REQUIREMENT, **changes), intention=INTENTION, now=NOW)


def test_requirement_rests_on_its_intention() -> None:
    _require()
    with refused("R-064", "requirement-amount-not-covered"):
        _require(amount=money("1100000.01"))
    with refused("R-048", "intention-of-another"):
        _require(purchaser=OTHER_PURCHASER)
    with refused("R-128", "responsible-missing"):
        _require(responsible=" ")
    with refused("R-048", "requirement-items-wrong"):
        _require(items=REQUIREMENT.items * 2)
    with refused("R-048", "quantity-not-positive"):
        _require(items=(but(REQUIREMENT.items[0], quantity=Decimal(0)),))


def test_drafters_may_not_review() -> None:
    with refused("L-613", "drafter-reviews"):
        _require(drafted_by=("孙丽", "刘洋"))
    with refused("L-613", "review-missing"):
        _require(drafted_by=())


def test_large_public_or_complex_projects_are_surveyed_and_get_the_focused_review() -> None:
    focused = but(REQUIREMENT.review, kind="focused")
    _require(complex=True, survey=SURVEY, review=focused)
    with refused("L-611", "survey-missing"):
        _require(public_interest=True, review=focused)
    with refused("L-611", "survey-too-few"):
        _require(complex=True, survey=but(SURVEY, objects=("甲", "甲", "乙")), review=focused)
    with refused("L-611", "survey-out-of-date"):
        _require(complex=True, survey=but(SURVEY, made_at=at(2, 1).replace(year=2025)), review=focused)
    with refused("L-613", "focused-review-missing"):
        _require(complex=True, survey=SURVEY)


@pytest.mark.parametrize(
    ("nature", "amount", "wanted"),
    [
        ("goods", "10000000.00", True),
        ("goods", "9999999.99", False),
        ("works", "30000000.00", True),
        ("works", "29999999.99", False),
    ],
)
def test_survey_threshold_includes_the_number_itself(nature: str, amount: str, wanted: bool) -> None:
    big = but(INTENTION, amount=money("90000000.00"))
    requirement = but(REQUIREMENT, nature=nature, amount=money(amount))
    if wanted:
        with refused("L-611", "survey-missing"):
            check_requirement(requirement, intention=big, now=NOW)
    else:
        check_requirement(requirement, intention=big, now=NOW)


def _plan(balances: Any = BALANCES, **changes: Any) -> dict[str, LineBalance]:
    return check_plan(
        but(PLAN, **changes),
        requirement=REQUIREMENT,
        intention=INTENTION,
        catalogue=CATALOGUE,
        balances=balances,
        own_region=REGION,
        now=NOW,
    )


def test_a_plan_ties_its_lines() -> None:
    after = _plan()
    assert after["EDU-001"].available == money("100000.00")
    assert after["EDU-002"].available == 0


def test_over_commitment_isrefused() -> None:
    used = {**BALANCES, "EDU-001": but(BALANCES["EDU-001"], planned=money("100000.01"))}
    with refused("R-019", "budget-over-committed") as caught:
        _plan(used)
    assert caught.value.facts["available"] == "699999.99"


def test_the_exact_words_of_r_024() -> None:
    assert MISMATCH_MESSAGE == "该采购计划申请填写内容不符合财政要求，请更改"
    with refused("R-024", "organisation-not-allowed") as caught:
        _plan(category="A02010105")
    assert caught.value.facts["message"] == MISMATCH_MESSAGE
    assert caught.value.facts["field"] == "organisation"
    assert caught.value.facts["allowed"] == "central-agency, e-mall"


def test_other_methods_at_the_threshold_need_approval() -> None:
    low = CATALOGUE.model_copy(update={"open_tender_goods": money("1000000.00")})
    facts: dict[str, Any] = {
        "requirement": REQUIREMENT,
        "intention": INTENTION,
        "balances": BALANCES,
        "own_region": REGION,
        "now": NOW,
    }
    with refused("L-303", "method-needs-approval"):
        check_plan(but(PLAN, method="consultation"), catalogue=low, **facts)
    check_plan(but(PLAN, method="consultation", method_approval="并财采〔2026〕7号"), catalogue=low, **facts)
    unknown = low.model_copy(update={"open_tender_goods": None})
    check_plan(but(PLAN, method="consultation"), catalogue=unknown, **facts)


def test_plan_agrees_with_what_it_rests_on() -> None:
    with refused("R-049", "plan-region-or-year"):
        _plan(region=OTHER_REGION)
    with refused("R-049", "plan-total-wrong"):
        _plan(amount=money("999999.99"))
    with refused("R-064", "plan-without-budget"):
        _plan(lines=(), amount=money("0.00"))
    with refused("R-047", "plan-lines-not-announced"):
        _plan(lines=(PlanLine(code="EDU-009", amount=money("1000000.00")),))
    with refused("L-617", "plan-differs-from-requirement"):
        _plan(nature="services")
    with refused("R-049", "requirement-of-another"):
        _plan(purchaser=OTHER_PURCHASER)


def test_finance_decides_for_its_own_region() -> None:
    approval = PlanApproval(plan="00" * 32, region=REGION, approved=True, reason="同意")
    check_approval(approval, plan=PLAN, own_region=REGION)
    with refused("R-044", "plan-of-another-region"):
        check_approval(approval, plan=PLAN, own_region=OTHER_REGION)


@given(st.lists(st.tuples(st.booleans(), st.decimals("0.01", "500000.00", places=2)), max_size=30))
def test_balances_never_become_negative(steps: list[tuple[bool, Decimal]]) -> None:
    lines = dict(BALANCES)
    for first, amount in steps:
        before = dict(lines)
        code = "EDU-001" if first else "EDU-002"
        try:
            lines = take_lines(lines, [PlanLine(code=code, amount=amount), PlanLine(code="EDU-002", amount=amount)])
        except RuleBroken as broken:
            assert broken.rule == "R-019"
            assert lines == before
        assert all(0 <= line.planned <= line.budget for line in lines.values())


def test_what_is_under_contract_stays_tied() -> None:
    line = but(BALANCES["EDU-001"], planned=money("500.00"), contracted=money("400.00"))
    assert line.give_back(money("100.00")).planned == money("400.00")
    with refused("R-011", "budget-tied-to-contract"):
        line.give_back(money("100.01"))


@given(st.integers(1, 60))
def test_numbers_are_gapless_and_unique(count: int) -> None:
    used: set[int] = set()
    numbers = []
    for _ in range(count):
        serial, number = next_number(CATALOGUE, region=REGION, year=2026, used=used)
        used.add(serial)
        numbers.append(number)
    assert used == set(range(1, count + 1))
    assert len(set(numbers)) == count
    assert numbers[0] == NUMBER


def test_a_lost_number_stops_the_numbering() -> None:
    with refused("R-022", "numbering-has-a-gap"):
        next_number(CATALOGUE, region=REGION, year=2026, used={1, 3})


def test_the_format_of_the_number_is_configuration() -> None:
    other = CATALOGUE.model_copy(update={"number_format": "SX{year}{region}-{serial:04d}"})
    assert next_number(other, region=REGION, year=2026, used=set())[1] == "SX2026140100-0001"


def test_the_nearest_catalogue_applies() -> None:
    province = CATALOGUE.model_copy(update={"region": "140000"})
    assert catalogue_for("140181", 2026, [*CATALOGUES, province]) is province
    assert catalogue_for("140181", 2026, [*CATALOGUES, province, CATALOGUE]) is CATALOGUE
    assert catalogue_for("110000", 2026).region == ANYWHERE
    with refused("R-010", "catalogue-missing"):
        catalogue_for(REGION, 2031)


def _entrust(profile: Any = PROFILE, plan: Any = PLAN, **changes: Any) -> None:
    check_entrustment(
        but(ENTRUSTMENT, **changes),
        plan=plan,
        requirement=REQUIREMENT,
        number=NUMBER,
        profile=profile,
        now=NOW,
    )


def test_the_exact_words_of_r_028() -> None:
    assert LANDLINE_MESSAGE == "当前办理人未维护电话"
    _entrust()
    for profile in (None, but(PROFILE, landline=""), but(PROFILE, landline="13812345678")):
        with refused("R-028", "agency-landline-missing") as caught:
            _entrust(profile)
        assert caught.value.facts["message"] == LANDLINE_MESSAGE


@pytest.mark.parametrize("text", ["0351-4123456", "010-68321234", "0351-4123456-808"])
def test_landlines(text: str) -> None:
    assert is_landline(text)
    check_profile(but(PROFILE, landline=text))


@pytest.mark.parametrize(
    "text", ["13812345678", "138-12345678", "4123456", "0351-0123456", "0351 4123456", "0351-412345"]
)
def test_what_is_no_landline(text: str) -> None:
    assert not is_landline(text)
    with refused("R-029", "landline-malformed"):
        check_profile(but(PROFILE, landline=text))


def test_entrustment_states_its_terms() -> None:
    with refused("L-673", "entrustment-terms-missing"):
        _entrust(until=at(3, 1))
    with refused("R-050", "entrustment-number-wrong"):
        _entrust(number="140100-2026-00002")
    with refused("R-130", "drafter-reviews-entrustment"):
        _entrust(reviewer="孙丽")
    with refused("R-008", "mall-purchase"):
        _entrust(plan=but(PLAN, organisation="e-mall"))
    with refused("L-672", "central-agency-required"):
        _entrust(plan=but(PLAN, organisation="central-agency"))
    _entrust(but(PROFILE, kind="central"), but(PLAN, organisation="central-agency"))


def test_only_the_entrusted_agency_accepts_in_time() -> None:
    accepted = EntrustmentAcceptance(agency=AGENCY, entrustment="00" * 32, contact="章倩")
    check_entrustment_acceptance(accepted, entrustment=ENTRUSTMENT, now=NOW)
    with refused("R-050", "not-the-entrusted-agency"):
        check_entrustment_acceptance(but(accepted, agency=PURCHASER), entrustment=ENTRUSTMENT, now=NOW)
    with refused("L-673", "entrustment-expired"):
        check_entrustment_acceptance(accepted, entrustment=ENTRUSTMENT, now=at(12, 31).replace(year=2027))

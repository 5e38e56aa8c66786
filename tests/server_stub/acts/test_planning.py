"""Planning over HTTP, past the client: who, when, and what the rules refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procurement.basics.statement import Statement
from procurement.planning.approval import MISMATCH_MESSAGE
from procurement.planning.entrust import LANDLINE_MESSAGE
from procurement.planning.plan import PlanLine, PlanNumbering
from procurement.planning.requirement import Requirement
from tests.procurement.chain import but
from tests.server_stub.acts import road
from tests.server_stub.acts.evidence import acts, database, logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import AGENCY, NUMBER, PURCHASER, Walk


def test_the_stage_is_walked_and_logged_and_numbered_by_the_platform(own: Station) -> None:
    walk = own("registered")
    steps = (
        ("finance", "budget-import", lambda w: road.budget_import()),
        ("purchaser", "intention", road.intention),
        ("purchaser", "requirement", road.requirement),
        ("purchaser", "plan", road.plan),
        ("finance", "plan-approval", road.plan_approval),
        ("agency", "agency-profile", lambda w: road.agency_profile()),
        ("purchaser", "entrustment", road.entrustment),
        ("agency", "entrustment-acceptance", road.entrustment_acceptance),
    )
    for actor, step, make in steps:
        statement: Statement = make(walk)
        logged(walk, walk.do(actor, step, statement), statement)
    numbering = walk.platform_statement(PlanNumbering)
    assert (numbering.number, numbering.approval) == (NUMBER, walk.id("plan-approval"))
    carried = {item.act: item.number for item in walk.by("agency").feed().items if item.number}
    assert carried == dict.fromkeys(("plan-numbering", "entrustment", "entrustment-acceptance"), NUMBER)


@pytest.mark.parametrize(
    ("actor", "make"),
    [
        ("purchaser", lambda w: road.budget_import("X-1")),
        ("agency", road.intention),
        ("finance", road.requirement),
        ("a", road.plan),
        ("purchaser", road.plan_approval),
        ("purchaser", lambda w: road.agency_profile()),
        ("agency", road.entrustment),
        ("purchaser", road.entrustment_acceptance),
    ],
    ids=["budget-import", "intention", "requirement", "plan", "approval", "profile", "entrustment", "acceptance"],
)
def test_another_role_is_refused(at: Station, actor: str, make: object) -> None:
    walk = at("planned")
    refuses(walk, actor, make(walk), "wrong-role")  # type: ignore[operator]


def test_finance_cannot_act_without_its_session(at: Station) -> None:
    walk = at("registered")
    finance = walk.by("finance")
    kept, finance.session = finance.session, ""
    try:
        refuses(walk, "finance", road.budget_import(), "session-required")
    finally:
        finance.session = kept


def test_nobody_signs_in_anothers_name(at: Station) -> None:
    walk = at("planned")
    refuses(walk, "purchaser", but(road.intention(walk), purchaser="12140000EDU0000009"), "not-the-author", "L-901")


@pytest.mark.parametrize(
    "make",
    [
        lambda w: but(road.requirement(w), responsible="另一人"),
        lambda w: but(road.plan(w), project_name="再报一次"),
        lambda w: but(road.plan_approval(w), reason="再批一次"),
        lambda w: but(road.entrustment(w), scope="再委托一次"),
        lambda w: but(road.entrustment_acceptance(w), contact="再受理一次"),
    ],
    ids=["requirement", "plan", "plan-approval", "entrustment", "entrustment-acceptance"],
)
def test_a_step_already_taken_is_out_of_order(at: Station, make: object) -> None:
    walk = at("planned")
    statement: Statement = make(walk)  # type: ignore[operator]
    actor = "finance" if statement.TYPE == "plan-approval" else "purchaser"
    actor = "agency" if statement.TYPE == "entrustment-acceptance" else actor
    denied = refuses(walk, actor, statement, "wrong-order", "R-046")
    assert denied.problem.facts["state"] == "agency-accepted"


def test_a_plan_comes_after_its_requirement(own: Station) -> None:
    walk = own("registered")
    walk.do("finance", "budget-import", road.budget_import())
    walk.do("purchaser", "intention", road.intention(walk))
    walk.done["requirement"] = road.requirement(walk)
    refuses(walk, "purchaser", road.plan(walk), "act-unknown")


def test_a_bad_batch_leaves_no_line_behind(own: Station) -> None:
    walk = own("registered")
    batch = road.budget_import("EDU-001", "EDU-001", "EDU-003")
    denied = refuses(walk, "finance", batch, "budget-rows-wrong", "R-018")
    assert denied.problem.facts["rows"] == "2 duplicate-code"
    refuses(walk, "finance", but(batch, region="140100"), "budget-region-not-own", "R-018")
    refuses(walk, "finance", but(batch, year=2025), "budget-wrong-year", "R-018")
    with database(walk) as connection:
        assert connection.execute("SELECT count(*) FROM budget_lines").fetchone() == (0,)
    walk.do("finance", "budget-import", road.budget_import())
    refuses(walk, "finance", but(road.budget_import(), batch="B-2"), "budget-rows-wrong", "R-018")


def test_intentions_cannot_be_repeated_or_exceed_their_budget(at: Station) -> None:
    walk = at("planned")
    again = but(road.intention(walk), outline="再公开一次")
    refuses(walk, "purchaser", again, "budget-already-tied", "R-014")
    refuses(walk, "purchaser", but(again, route="with-plan"), "intention-amount-not-covered", "R-064")
    refuses(walk, "purchaser", but(again, budget=walk.id("plan")), "act-unknown")
    refuses(walk, "purchaser", but(road.intention(walk), lines=("NONE",)), "budget-line-unknown", "R-064")


def test_what_is_left_on_a_line_serves_a_second_procurement_with_the_next_number(own: Station) -> None:
    walk = own("planned")
    rest = but(
        road.intention(walk),
        lines=("EDU-002",),
        route="with-plan",
        amount=Decimal("200000.00"),
        project_name="考场设备续购",
    )
    walk.do("purchaser", "intention", rest)
    refuses(walk, "purchaser", but(rest, outline="另一份"), "intention-duplicate", "R-015")
    walk.do("purchaser", "requirement", but(road.requirement(walk), amount=Decimal("200000.00")))
    line = PlanLine(code="EDU-002", amount=Decimal("200000.01"))
    over = but(road.plan(walk), lines=(line,), amount=line.amount)
    refuses(walk, "purchaser", over, "plan-differs-from-requirement", "L-617")
    exact = but(line, amount=Decimal("200000.00"))
    walk.do("purchaser", "plan", but(over, lines=(exact,), amount=exact.amount))
    walk.do("finance", "plan-approval", road.plan_approval(walk))
    assert walk.platform_statement(PlanNumbering).number == "140000-2026-00002"


def _to_plan(walk: Walk, **changes: object) -> Walk:
    walk.do("finance", "budget-import", road.budget_import())
    walk.do("purchaser", "intention", road.intention(walk))
    walk.do("purchaser", "requirement", but(road.requirement(walk), **changes))
    return walk


def test_content_of_a_plan_is_judged_by_rule(own: Station) -> None:
    walk = _to_plan(own("registered"), amount=Decimal("1200000.00"))
    plan = road.plan(walk)
    denied = refuses(walk, "purchaser", but(plan, organisation="e-mall"), "organisation-not-allowed", "R-024")
    assert denied.problem.facts["message"] == MISMATCH_MESSAGE
    over = PlanLine(code="EDU-001", amount=Decimal("600000.01"))
    refuses(
        walk,
        "purchaser",
        but(plan, lines=(over,), amount=Decimal("600000.01")),
        "budget-over-committed",
        "R-019",
    )
    refuses(walk, "purchaser", but(plan, lines=(), amount=Decimal("0.00")), "plan-without-budget", "R-064")
    with database(walk) as connection:
        assert connection.execute("SELECT count(*) FROM plan_lines").fetchone() == (0,)
    walk.do("purchaser", "plan", plan)


def test_drafters_may_not_review(own: Station) -> None:
    walk = own("registered")
    walk.do("finance", "budget-import", road.budget_import())
    walk.do("purchaser", "intention", road.intention(walk))
    same = but(road.requirement(walk), drafted_by=("孙丽", "刘洋"))
    refuses(walk, "purchaser", same, "drafter-reviews", "L-613")
    complex_ = Requirement.model_validate({**dict(road.requirement(walk)), "complex": True})
    refuses(walk, "purchaser", complex_, "survey-missing", "L-611")


def test_a_refused_plan_gives_its_budget_back_and_takes_no_number(own: Station) -> None:
    walk = _to_plan(own("registered"))
    walk.do("purchaser", "plan", road.plan(walk))
    walk.do("finance", "plan-approval", road.plan_approval(walk, approved=False))
    assert acts(walk, "plan-numbering") == []
    with database(walk) as connection:
        assert connection.execute("SELECT count(*) FROM plan_lines").fetchone() == (0,)
    walk.do("purchaser", "plan", but(road.plan(walk), project_name="重报的计划"))
    walk.do("finance", "plan-approval", road.plan_approval(walk))
    assert walk.platform_statement(PlanNumbering).number == NUMBER


def test_without_a_landline_nothing_is_entrusted_and_the_same_form_goes_later(own: Station) -> None:
    walk = _to_plan(own("registered"))
    walk.do("purchaser", "plan", road.plan(walk))
    walk.do("finance", "plan-approval", road.plan_approval(walk))
    form = road.entrustment(walk)
    denied = refuses(walk, "purchaser", form, "agency-landline-missing", "R-028")
    assert denied.problem.facts["message"] == LANDLINE_MESSAGE
    refuses(walk, "agency", road.agency_profile("13812345678"), "landline-malformed", "R-029")
    walk.do("agency", "agency-profile", road.agency_profile())
    refuses(walk, "purchaser", but(form, reviewer="孙丽"), "drafter-reviews-entrustment", "R-130")
    walk.do("purchaser", "entrustment", form)
    refuses(walk, "agency", but(road.entrustment_acceptance(walk), agency=PURCHASER), "not-the-author", "L-901")


def test_given_numbers_and_acts_cannot_be_changed_in_the_database(own: Station) -> None:
    import sqlite3

    walk = own("planned")
    with database(walk) as connection:
        for attack in (
            "UPDATE plan_numbers SET number = 'X'",
            "DELETE FROM plan_numbers",
            "UPDATE acts SET wire = x'00' WHERE type = 'plan'",
            "DELETE FROM acts WHERE type = 'plan'",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(attack)


def test_plans_are_for_those_who_take_part_and_intentions_for_everybody(at: Station) -> None:
    walk = at("planned")
    public = {item.act for item in walk.world.anybody().feed().items}
    assert {"intention", "plan-numbering"} <= public
    assert not public & {"budget-import", "requirement", "plan", "plan-approval", "entrustment"}
    bidder = {item.act for item in walk.by("a").feed().items}
    assert not bidder & {"requirement", "plan", "entrustment"}
    agency = {item.act for item in walk.by("agency").feed().items}
    assert {"requirement", "plan", "entrustment"} <= agency
    assert walk.by("agency").code == AGENCY

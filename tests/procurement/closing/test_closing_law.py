"""Archive, credit, performance and figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from procurement.basics.digest import digest
from procurement.closing.accounts import (
    ProjectFigures,
    check_closed_loop,
    check_credit,
    check_performance,
    check_statistics,
    whole_days,
)
from procurement.closing.checklist import CHECKLIST, archive_item, check_archive
from procurement.closing.records import Archive, CreditRecord, PerformanceEvaluation, StatisticsRelease
from tests.procurement.chain import AGENCY, ID, NOTHING, NUMBER, PURCHASER, REGION, A, at, but, money
from tests.procurement.refusals import refused

ACTS = {kind: (f"{n:064x}",) for n, kind in enumerate((*CHECKLIST["open"], "award-confirmation"))}
ACTS["submission"] = ("aa" * 32, "bb" * 32)
ENDED = at(6, 12)
ARCHIVE = Archive(
    contract=ID["contract"],
    number=NUMBER,
    items=tuple(archive_item(kind, ids) for kind, ids in ACTS.items()),
    keep_until=at(6, 12).replace(year=2041),
)


def _archive(acts: Any = ACTS, **changes: Any) -> None:
    check_archive(but(ARCHIVE, **changes), method="open", number=NUMBER, acts=acts, ended=ENDED)


def test_a_line_of_the_list_digests_the_ids_in_order() -> None:
    item = archive_item("submission", ACTS["submission"])
    assert item.count == 2
    assert item.digest == digest("archive-item", b"\xaa" * 32, b"\xbb" * 32).hex()
    assert item != archive_item("submission", ACTS["submission"][::-1])


def test_a_complete_archive_is_taken() -> None:
    _archive()


@pytest.mark.parametrize("kind", ["score-reveal", "acceptance", "performance-evaluation", "award-confirmation"])
def test_a_missing_record_keeps_the_project_open(kind: str) -> None:
    with refused("R-074", "archive-incomplete") as caught:
        _archive(items=tuple(item for item in ARCHIVE.items if item.kind != kind))
    assert kind in caught.value.facts["missing"]


def test_nothing_is_left_out_or_changed() -> None:
    with refused("R-074", "archive-differs-from-log"):
        _archive({**ACTS, "submission": (*ACTS["submission"], "cc" * 32)})
    with refused("L-641", "archive-omits-records"):
        _archive({**ACTS, "withdrawal": ("dd" * 32,)})
    with refused("R-023", "archive-number-wrong"):
        _archive(number="140100-2026-00002")


def test_fifteen_years() -> None:
    with refused("L-641", "archive-kept-too-short"):
        _archive(keep_until=at(6, 11).replace(year=2041))
    _archive(keep_until=at(1, 1).replace(year=2056))


def test_methods_without_scores_need_no_score_sheets() -> None:
    assert "score-reveal" not in CHECKLIST["inquiry"]
    assert "score-reveal" in CHECKLIST["consultation"]


PARTIES = {PURCHASER: "purchaser", AGENCY: "agency", A: "supplier"}
CREDIT = CreditRecord(
    contract=ID["contract"], by=PURCHASER, about=A, about_role="supplier", grade="good", facts="按期交付"
)


def _credit(judged: frozenset[tuple[str, str]] = frozenset(), **changes: Any) -> None:
    check_credit(but(CREDIT, **changes), parties=PARTIES, judged=judged)


def test_credit_is_about_another_party_of_the_contract() -> None:
    _credit()
    with refused("R-055", "credit-about-stranger"):
        _credit(about="91140100SUP000000Z")
    with refused("R-055", "credit-role-wrong"):
        _credit(about_role="agency")
    with refused("R-055", "credit-about-itself"):
        _credit(about=PURCHASER, about_role="purchaser")
    with refused("R-055", "credit-recorded-already"):
        _credit(frozenset({(PURCHASER, A)}))


def test_performance_follows_payment() -> None:
    evaluation = PerformanceEvaluation(
        contract=ID["contract"], payment=NOTHING, goals_met=True, score=Decimal("95"), findings="达到目标"
    )
    check_performance(evaluation, contract=ID["contract"], executed=frozenset({NOTHING}))
    with refused("R-056", "performance-before-payment"):
        check_performance(evaluation, contract=ID["contract"], executed=frozenset())
    with refused("R-056", "performance-score-range"):
        check_performance(
            but(evaluation, score=Decimal("100.5")), contract=ID["contract"], executed=frozenset({NOTHING})
        )


FIGURES = ProjectFigures(
    budget=money("1100000.00"),
    planned=money("1000000.00"),
    contracted=money("968000.00"),
    paid=money("968000.00"),
    bidders=3,
    days=40,
)


def test_figures_are_recomputed() -> None:
    release = StatisticsRelease(
        archive=NOTHING,
        number=NUMBER,
        region=REGION,
        year=2026,
        saved=money("32000.00"),
        comment="太原市 2026",
        **dict(FIGURES),
    )
    check_statistics(release, figures=FIGURES, number=NUMBER, region=REGION, year=2026)
    for field, wrong in (("paid", money("967999.99")), ("saved", money("32000.01")), ("bidders", 5), ("days", 41)):
        with refused("R-058", "figures-differ") as caught:
            check_statistics(but(release, **{field: wrong}), figures=FIGURES, number=NUMBER, region=REGION, year=2026)
        assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    "break_", [{"planned": "1100000.01"}, {"contracted": "1000000.01"}, {"paid": "968000.01"}, {"paid": "-0.01"}]
)
def test_the_loop_from_budget_to_payment_is_closed(break_: dict[str, str]) -> None:
    check_closed_loop(FIGURES)
    with refused("R-062", "figures-loop-broken"):
        check_closed_loop(FIGURES.model_copy(update={name: money(value) for name, value in break_.items()}))


def test_whole_days_are_days_in_shanghai() -> None:
    assert whole_days(at(4, 1, 15), at(4, 1, 16)) == 1  # 23:00 and 00:00 in Shanghai

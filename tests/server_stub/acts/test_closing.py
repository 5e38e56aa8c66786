"""Closing over HTTP, past the client: credit, performance, a complete archive and figures that are recomputed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from procurement.closing.checklist import archive_item
from tests.procurement.chain import but
from tests.server_stub.acts import road
from tests.server_stub.acts.evidence import logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import AGENCY, EXPERTS, PURCHASER, SUPPLIERS, Walk


def _evaluated(walk: Walk) -> Walk:
    walk.do("purchaser", "credit-record", road.credit(walk))
    walk.do("purchaser", "performance-evaluation", road.performance(walk))
    return walk


def test_the_procurement_ends_in_archive_and_figures(own: Station) -> None:
    walk = own("paid")
    for actor, step, make in (
        ("purchaser", "credit-record", road.credit),
        ("purchaser", "performance-evaluation", road.performance),
        ("agency", "archive", road.archive),
        ("finance", "statistics-release", road.statistics),
    ):
        statement = make(walk)
        logged(walk, walk.do(actor, step, statement), statement)
    assert "statistics-release" in {item.act for item in walk.world.anybody().feed().items}


def test_other_roles_do_not_close(own: Station) -> None:
    walk = own("paid")
    refuses(walk, "a", road.credit(walk), "wrong-role")
    refuses(walk, "agency", road.performance(walk), "wrong-role")
    refuses(walk, "purchaser", road.archive(walk), "wrong-role")
    walk.done["archive"] = road.archive(walk)
    refuses(walk, "agency", road.statistics(walk), "wrong-role")


def test_closing_goes_in_order(own: Station) -> None:
    walk = own("contracted")
    refuses(walk, "purchaser", road.credit(walk), "wrong-order", "R-046")
    walk.done["payment-1"] = walk.done["contract"]
    refuses(walk, "purchaser", road.performance(walk), "wrong-order", "R-046")
    refuses(walk, "agency", road.archive(walk), "wrong-order", "R-046")
    walk.done["archive"] = road.archive(walk)
    refuses(walk, "finance", road.statistics(walk), "act-unknown")


def test_credit_is_about_another_party_and_given_once(own: Station) -> None:
    walk = own("paid")
    good = road.credit(walk)
    refuses(walk, "purchaser", but(good, about=SUPPLIERS["b"]), "credit-about-stranger", "R-055")
    refuses(walk, "purchaser", but(good, about=AGENCY), "credit-role-wrong", "R-055")
    refuses(walk, "purchaser", but(good, about=PURCHASER, about_role="purchaser"), "credit-about-itself", "R-055")
    walk.do("purchaser", "credit-record", good)
    refuses(walk, "purchaser", but(good, grade="poor"), "credit-recorded-already", "R-055")
    expert = but(good, by=AGENCY, about=EXPERTS["expert-1"], about_role="expert")
    walk.do("agency", "credit-expert", expert)


def test_performance_names_a_payment_that_was_made(own: Station) -> None:
    walk = own("paid")
    good = road.performance(walk)
    refuses(walk, "purchaser", but(good, payment=walk.id("acceptance")), "performance-before-payment", "R-056")
    refuses(walk, "purchaser", but(good, score=Decimal("101")), "performance-score-range", "R-056")


def test_an_incomplete_or_false_archive_keeps_the_project_open(own: Station) -> None:
    walk = _evaluated(own("paid"))
    good = road.archive(walk)
    without = but(good, items=tuple(item for item in good.items if item.kind != "score-reveal"))
    denied = refuses(walk, "agency", without, "archive-incomplete", "R-074")
    assert denied.problem.facts["missing"] == "score-reveal"
    swapped = tuple(
        archive_item(item.kind, ["ab" * 32] * item.count) if item.kind == "submission" else item for item in good.items
    )
    refuses(walk, "agency", but(good, items=swapped), "archive-differs-from-log", "R-074")
    hidden = but(good, items=tuple(item for item in good.items if item.kind != "result-letter"))
    refuses(walk, "agency", hidden, "archive-omits-records", "L-641")
    short = but(good, keep_until=datetime(2041, 5, 1, tzinfo=UTC))
    refuses(walk, "agency", short, "archive-kept-too-short", "L-641")
    walk.do("agency", "archive", good)


def test_published_figures_are_the_recomputed_ones(own: Station) -> None:
    walk = _evaluated(own("paid"))
    walk.do("agency", "archive", road.archive(walk))
    good = road.statistics(walk)
    for field, wrong in (
        ("paid", Decimal("967999.99")),
        ("saved", Decimal("1.00")),
        ("bidders", 5),
        ("days", 3),
        ("region", "140100"),
    ):
        denied = refuses(walk, "finance", but(good, **{field: wrong}), "figures-differ", "R-058")
        assert denied.problem.facts["field"] == field
    walk.do("finance", "statistics-release", good)

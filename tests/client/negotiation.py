"""A consultation up to its round of final quotes, for tests of desks and of windows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from client.desk import Desk
from procurement.bidding.draft import QuotedFigure
from procurement.evaluation.quoting import QuoteNotice
from procurement.tendering.quote import Row
from procurement.tendering.tender import Award, Negotiation
from tests.client.journey import Journey
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.procurement.tendering.examples import quote as example_quote
from tests.procurement.tendering.examples import replace
from tests.world import World

FIRST = {"A": "900000", "C": "910000", "D": "930000", "E": "950000"}
FINAL = {"A": "880000", "C": "800000", "E": "860000"}
"""D gives none"""


def negotiation(world: World, *, row_ceiling: str = "") -> Journey:
    """A journey whose tender is a consultation with twenty minutes for the final quote; `row_ceiling` limits its one row."""
    found = Journey(world)
    found.terms = {
        "method": "consultation",
        "negotiation": Negotiation(rounds=2, final_quote_minutes=20, changeable=("technical", "service")),
        "award": Award(candidates=3),
    }
    if row_ceiling:
        form = example_quote()
        table = replace(form.tables[0], rows=(Row(code="r1", cells=(), unit_ceiling=Decimal(row_ceiling)),))
        plain = {"scheme": simple_scheme(), "parameters": (), "conformity": example_lot().conformity[:1]}
        found.terms["lots"] = (example_lot(quote=replace(form, tables=(table,)), **plain),)
    return found


@contextmanager
def consulting(folder: Path, *, row_ceiling: str = "") -> Iterator[Journey]:
    """Such a journey in a world of its own, ended with it."""
    journey = negotiation(World.create(folder), row_ceiling=row_ceiling)
    try:
        yield journey
    finally:
        journey.close()
        journey.world.close()


def figure(amount: str) -> tuple[QuotedFigure, ...]:
    return (QuotedFigure(figure="total", amount=Decimal(amount)),)


def to_the_round(journey: Journey) -> None:
    journey.to_the_reviews(FIRST, settled=False)


def notice_of(desk: Desk) -> str:
    desk.refresh()
    return desk.place.acts.only(QuoteNotice, supplier=desk.actor).id

"""A low price through the desks: the leader asks, the bidder explains with proof, members judge, the report tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procurement.evaluation.questions import ExplanationNotice
from procurement.evaluation.sheets import Ranking, ReviewClosed
from tests.client.journey import SUPPLIERS, Journey, pdf
from tests.world import World


@pytest.fixture
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("clarifying"))
    found = Journey(world)
    yield found
    found.close()
    world.close()


def test_a_low_price_is_explained_judged_and_told_in_the_report(journey: Journey) -> None:
    journey.plan()
    journey.publish()
    for key, price in (("A", "900000"), ("C", "910000"), ("E", "400000")):
        journey.submit(key, price)
    journey.shut()
    for key in ("A", "C", "E"):
        journey.refresh()
        journey.suppliers[key].releasing.release(journey.ids["closing"])
    journey.freeze()
    journey.open()
    journey.convene(("A", "C", "E"), settled=False)
    opening, low = journey.ids["opening"], SUPPLIERS["E"][2]
    leader, bidder = journey.experts[0], journey.suppliers["E"]
    found = leader.clarifying.in_question(opening)
    assert [(f.code, f.where, f.facts["causes"]) for f in found] == [("low-price-undecided", low, "second,ceiling")]
    assert leader.clarifying.ask_explanation(opening, low, "请说明成本构成").state == "accepted"
    bidder.refresh()
    notice = bidder.place.acts.only(ExplanationNotice, supplier=low).id
    proof = pdf(journey.world.folder / "costs.pdf")
    assert bidder.clarifying.explain_price(notice, "厂家直供，附成本测算", [proof]).state == "accepted"
    for desk in journey.experts[:3]:
        desk.refresh()
        assert (
            desk.clarifying.judge(notice, True, "成本测算合理", consulted=["https://example.gov.cn"]).state
            == "accepted"
        )
    leader.refresh()
    assert leader.clarifying.in_question(opening) == ()
    assert low in leader.place.acts.only(ReviewClosed, opening=opening).value.scored
    journey.score({"A": "50", "C": "40", "E": "45"})
    ranking = journey.agency.place.acts.only(Ranking, opening=opening)
    (section,) = journey.agency.committee.reports.data(ranking.id).others
    assert section.title == "异常低价审查"
    assert any("厂家直供" in line for line in section.paragraphs) and any(
        "costs.pdf" in line for line in section.paragraphs
    )

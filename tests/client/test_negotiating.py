"""A consultation through the desks: final quotes hidden until all are in, a second computer, the ranking and report on them, verify."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from client.verify.evidence import Logged
from client.workflows.negotiating import COMMITTED
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.evaluation.quoting import (
    FinalOffer,
    FinalQuotes,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuotesClosed,
)
from procurement.evaluation.sheets import Ranking, ReviewClosed
from tests.client.journey import SUPPLIERS, Journey
from tests.client.negotiation import FINAL, FIRST, consulting, figure, notice_of, to_the_round
from tests.client.parties import another_computer
from tests.journeys.recheck import recheck


@pytest.fixture
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with consulting(tmp_path_factory.mktemp("negotiating")) as found:
        yield found


def test_final_quotes_through_the_desks(journey: Journey, tmp_path: Path) -> None:
    to_the_round(journey)
    opening, leader = journey.ids["opening"], journey.experts[0]
    assert [f.code for f in leader.clarifying.in_question(opening)] == ["final-quotes-due"]
    assert leader.negotiating.ask_quotes(opening).state == "accepted"
    _give(journey, opening)
    journey.move(journey.world.now() + timedelta(minutes=22))
    closed = journey.agency.place.acts.only(QuotesClosed, opening=opening).value
    assert len(closed.commits) == len(FINAL)
    _show(journey, opening)
    together = journey.agency.negotiating.result(opening)
    assert together is not None and together.result.withdrawn == (SUPPLIERS["D"][2],)
    assert SUPPLIERS["D"][2] not in journey.agency.place.acts.only(ReviewClosed, opening=opening).value.scored
    journey.score({"A": "50", "C": "40", "E": "45"})
    ranking = journey.agency.place.acts.only(Ranking, opening=opening)
    assert {b.supplier: b.quote for b in ranking.value.bids if b.rank} == {
        SUPPLIERS[key][2]: Decimal(amount) for key, amount in FINAL.items()
    }
    (section,) = journey.agency.committee.reports.data(ranking.id).others
    assert section.title == "最后报价" and any("800000" in line for line in section.paragraphs)
    assert any("视为退出" in line for line in section.paragraphs)
    _verify(journey, tmp_path)


def test_a_final_quote_leaves_as_a_file_when_the_line_is_down(journey: Journey, tmp_path: Path) -> None:
    """Its opened bid was fetched when it was told of the round; another bidder's computer delivers the commitment in time."""
    to_the_round(journey)
    assert journey.experts[0].negotiating.ask_quotes(journey.ids["opening"]).state == "accepted"
    author, bearer = journey.suppliers["C"], journey.suppliers["E"]
    notice = notice_of(author)
    author.negotiating.first_offer(notice)
    port = journey.world.url.rpartition(":")[2]
    journey.world.stop()
    assert author.negotiating.give_quote(notice, figure(FINAL["C"])).state == "queued"
    (row,) = author.relaying.waiting()
    file = author.relaying.write(row.id, tmp_path / "quote.jincai-act")
    assert author.relaying.codes(row.id) and FINAL["C"].encode() not in file.read_bytes()
    journey.world.start(port)
    bearer.accounts.sign_in()
    bearer.refresh()
    assert bearer.relaying.deliver(file, tmp_path / "receipt.json").act.id == row.id
    author.accounts.sign_in()
    author.refresh()
    assert not author.relaying.waiting() and author.negotiating.own_commit(journey.ids["opening"]).id == row.id


def _give(journey: Journey, opening: str) -> None:
    for key, amount in FINAL.items():
        desk = journey.suppliers[key]
        notice = notice_of(desk)
        with pytest.raises(RuleBroken, match="quote-beyond-limit"):
            desk.negotiating.give_quote(notice, figure("1000000.01"))
        first = desk.negotiating.first_offer(notice)
        assert first.quote[0].amount == Decimal(FIRST[key])
        assert desk.negotiating.give_quote(notice, figure(amount)).state == "accepted"
        with pytest.raises(Refused, match="quoted-before"):
            desk.negotiating.give_quote(notice, figure("1"))
    assert not journey.agency.place.acts.all(QuoteReveal)


def _show(journey: Journey, opening: str) -> None:
    """A's computer is lost: the copy that the platform keeps, sealed to A's own certificate, opens with A's token elsewhere."""
    journey.refresh()
    spare = another_computer(journey.world, journey.suppliers["A"])
    try:
        spare.refresh()
        commit = spare.negotiating.own_commit(opening)
        assert spare.place.keepsakes.find(COMMITTED, commit.value.notice) is None
        with pytest.raises(NotAllowed, match="file-not-visible"):
            journey.suppliers["C"].negotiating.committed(commit)
        assert spare.negotiating.show_quote(opening).state == "accepted"
    finally:
        spare.close()
    for key in ("C", "E"):
        assert journey.suppliers[key].negotiating.show_quote(opening).state == "accepted"
    journey.refresh()


def _verify(journey: Journey, folder: Path) -> None:
    """The honest evidence holds; every liberty the platform might take with the round is named."""
    with recheck(journey, folder) as evidence:
        assert evidence.report.good and evidence.faults() == set()
        low = FinalOffer(supplier=SUPPLIERS["D"][2], reveal="ab" * 32, quote=figure("1"))

        def let_in(act: Logged[Any]) -> Any:
            if not isinstance(act.value, FinalQuotes):
                return act.value
            result = act.value.result
            return act.value.model_copy(
                update={"result": result.model_copy(update={"offers": (*result.offers, low), "withdrawn": ()})}
            )

        assert evidence.faults(let_in) == {("final quotes", "final-quotes-differ")}
        gone = evidence.acts(QuoteCommit)[0]
        left_out = evidence.faults(lambda act: None if act.id == gone.id else act.value)
        assert ("final quotes", "quotes-closed-wrongly") in left_out
        shown = evidence.acts(QuoteReveal)[0]
        dropped = evidence.faults(lambda act: None if act.id == shown.id else act.value)
        assert {("final quotes", "final-quotes-differ"), ("ranking recomputed", "ranking-by-other-rules")} <= dropped
        first_prices = evidence.faults(lambda act: _without_final(act.value))
        assert ("ranking recomputed", "ranking-by-other-rules") in first_prices
        hidden = evidence.acts(QuoteNotice)[0]
        unasked = evidence.faults(lambda act: None if act.id == hidden.id else act.value)
        assert ("final quotes", "quotes-asked-of-others") in unasked
        cheaper = evidence.faults(lambda act: _cheaper(act.value))
        assert ("final quotes", "quote-differs-from-commit") in cheaper


def _without_final(value: Any) -> Any:
    """A ranking by the first offers."""
    if not isinstance(value, Ranking) or value.context is None:
        return value
    return value.model_copy(update={"context": value.context.model_copy(update={"final": None})})


def _cheaper(value: Any) -> Any:
    if not isinstance(value, QuoteReveal):
        return value
    return value.model_copy(update={"quote": value.quote.replace(b'"800000', b'"700000')})

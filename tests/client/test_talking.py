"""Talks through the desks: two rounds with a change, one leaves, one is extended, the report says it, and verify sees every liberty taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from client.verify.evidence import Logged
from procurement.basics.problems import Refused, RuleBroken
from procurement.evaluation.quoting import QuoteRound
from procurement.evaluation.sheets import Ranking, ReviewClosed
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    ResponseVerdict,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksRound,
    TalksWithdrawal,
    TermChange,
)
from tests.client.journey import SUPPLIERS, Journey, pdf
from tests.client.negotiation import FINAL, consulting, figure, notice_of, to_the_round
from tests.journeys.recheck import recheck

CHANGE = TermChange(kind="service", place="第三章 2.1", before="两年质保", after="三年质保")
D = SUPPLIERS["D"][2]


@pytest.fixture
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with consulting(tmp_path_factory.mktemp("talking")) as found:
        yield found


def talk_of(journey: Journey, key: str, number: int) -> str:
    desk = journey.suppliers[key]
    desk.refresh()
    return desk.place.acts.only(TalksNotice, supplier=desk.actor, round=number).id


def test_talks_through_the_desks(journey: Journey, tmp_path: Path) -> None:
    to_the_round(journey)
    opening, leader = journey.ids["opening"], journey.experts[0]
    assert leader.talking.open_round(opening, "请说明实施安排").state == "accepted"
    paper = pdf(tmp_path / "实施方案.pdf")
    for key in ("A", "C", "E"):
        given = journey.suppliers[key].talking.respond(talk_of(journey, key, 1), f"{key} 的安排", (paper,))
        assert given.state == "accepted"
    (tmp_path / "x.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(RuleBroken, match="file-type-unknown"):
        journey.suppliers["D"].talking.respond(talk_of(journey, "D", 1), "安排", (tmp_path / "x.docx",))
    journey.suppliers["D"].talking.leave(talk_of(journey, "D", 1), "成本不合算")
    journey.refresh()
    assert len(leader.place.acts.all(TalksResponse)) == 3
    seen = leader.place.acts.all(TalksResponse)[0].value.papers[0]
    assert leader.talking.paper(seen.sha256) == seen.sha256
    _second(journey, opening)
    leader.refresh()
    assert leader.negotiating.ask_quotes(opening).state == "accepted"
    round_ = leader.place.acts.only(QuoteRound, opening=opening)
    leader.refresh()
    assert leader.talking.extend(round_.id, "请充分核算", minutes=30).state == "accepted"
    for key, amount in FINAL.items():
        desk = journey.suppliers[key]
        assert desk.negotiating.give_quote(notice_of(desk), figure(amount)).state == "accepted"
    for key in FINAL:
        journey.suppliers[key].refresh()
        assert journey.suppliers[key].negotiating.show_quote(opening).state == "accepted"
    journey.refresh()
    assert D not in journey.agency.place.acts.only(ReviewClosed, opening=opening).value.scored
    journey.score({"A": "50", "C": "40", "E": "45"})
    ranking = journey.agency.place.acts.only(Ranking, opening=opening)
    gone = next(b for b in ranking.value.bids if b.supplier == D)
    assert (gone.state, gone.reason) == ("withdrawn", "在提交最后报价之前退出：成本不合算")
    (talks, _quotes) = journey.agency.committee.reports.data(ranking.id).others
    said = "\n".join(talks.paragraphs)
    for words in (
        "第 1 轮",
        "第 2 轮",
        "原为“两年质保”，现为“三年质保”",
        "签章确认上述变动",
        "时限延长至",
        "成本不合算",
        "保证金应当退还",
    ):
        assert words in said
    _verify(journey, tmp_path)


def _second(journey: Journey, opening: str) -> None:
    """Changed terms: confirmed by the purchaser, extended, answered by all left, judged by all members."""
    leader = journey.experts[0]
    with pytest.raises(RuleBroken, match="change-not-allowed"):
        bad = TermChange(kind="contract", place="付款", after="六十日")
        leader.talking.open_round(opening, "变动", changes=(bad,))
    leader.refresh()
    assert leader.talking.open_round(opening, "按变动后的条款重新响应", changes=(CHANGE,)).state == "accepted"
    journey.refresh()
    assert not journey.suppliers["A"].place.acts.all(TalksNotice, round=2)
    request = journey.purchaser.place.acts.only(TalksRound, round=2).id
    assert journey.purchaser.talking.confirm_changes(request, True).state == "accepted"
    leader.refresh()
    with pytest.raises(Refused, match="talks-under-way"):
        leader.negotiating.ask_quotes(opening)
    assert leader.talking.extend(request, "请充分准备", minutes=30).state == "accepted"
    journey.move(journey.world.now() + timedelta(minutes=40))
    for key in ("A", "C", "E"):
        desk = journey.suppliers[key]
        assert desk.talking.respond(talk_of(journey, key, 2), "三年质保").state == "accepted"
    journey.refresh()
    closed = leader.place.acts.last(TalksClosed, request=request)
    assert closed is not None
    verdicts = tuple(ResponseVerdict(supplier=r.supplier, passed=True) for r in closed.value.responses)
    for desk in journey.experts:
        desk.refresh()
        assert desk.talking.judge_responses(closed.id, verdicts).state == "accepted"


def _verify(journey: Journey, folder: Path) -> None:
    """The honest evidence holds; every liberty the platform might take with the talks is named."""
    with recheck(journey, folder) as evidence:
        assert evidence.report.good and evidence.faults() == set()
        talks = "rounds of talks"

        def without(kind: type, place: int = 0) -> set[tuple[str, str]]:
            gone = evidence.acts(kind)[place]
            return evidence.faults(lambda act: None if act.id == gone.id else act.value)

        assert (talks, "change-unconfirmed") in without(ChangesConfirmation)
        assert (talks, "talks-put-unequally") in without(TalksNotice)
        assert (talks, "talks-closed-wrongly") in without(TalksResponse)
        assert (talks, "talks-put-unequally") in without(ExtensionNotice)
        assert ("ranking recomputed", "ranking-by-other-rules") in without(TalksWithdrawal)

        def other_words(act: Logged[Any]) -> Any:
            if not isinstance(act.value, TalksNotice) or act.value.round == 1:
                return act.value
            return act.value.model_copy(update={"changes": ()})

        assert (talks, "talks-differ") in evidence.faults(other_words)

        def shorter(act: Logged[Any]) -> Any:
            if not isinstance(act.value, TalksNotice):
                return act.value
            return act.value.model_copy(update={"until": act.value.until - timedelta(minutes=10)})

        assert (talks, "talks-put-unequally") in evidence.faults(shorter)

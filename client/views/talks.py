"""The talks of one lot as this reader may see them: rounds, what was changed, who answered, who left, what time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.acts import Act, Acts
from procurement.evaluation.quoting import QuoteNotice
from procurement.evaluation.talk_rounds import Talk, time_until, under_way
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
)


@dataclass(frozen=True, slots=True)
class TalksStory:
    """Acts of the talks. A bidder sees notices, responses and withdrawals of its own only, and no round as the committee opened it."""

    requests: tuple[Act[TalksRound], ...] = ()
    confirmations: tuple[Act[ChangesConfirmation], ...] = ()
    notices: tuple[Act[TalksNotice], ...] = ()
    responses: tuple[Act[TalksResponse], ...] = ()
    """Of others only when their round is closed"""
    withdrawals: tuple[Act[TalksWithdrawal], ...] = ()
    closings: tuple[Act[TalksClosed], ...] = ()
    reviews: tuple[Act[TalksReview], ...] = ()
    extensions: tuple[Act[ExtensionNotice], ...] = ()

    @property
    def talks(self) -> tuple[Talk, ...]:
        """The rounds as the law knows them; for those who see what the committee sees."""
        return tuple(self._talk(request) for request in self.requests)

    def _talk(self, request: Act[TalksRound]) -> Talk:
        said = next((act.value for act in self.confirmations if act.value.request == request.id), None)
        closed = self.closed(request.id)
        reviews = tuple(act.value for act in self.reviews if closed is not None and act.value.closed == closed.id)
        asked = tuple(act.value.supplier for act in self.notices if act.value.request == request.id)
        return Talk(request.id, request.value, said, asked, closed.value if closed else None, reviews)

    def closed(self, request: str) -> Act[TalksClosed] | None:
        return next((act for act in self.closings if act.value.request == request), None)

    def under_way(self, members: int) -> Talk | None:
        """The round that has to end before another, or the final quotes."""
        return under_way(self.talks, members)

    def left(self, supplier: str) -> bool:
        return any(act.value.supplier == supplier for act in self.withdrawals)

    def until(self, notice: Act[TalksNotice] | Act[QuoteNotice]) -> datetime:
        """Until when the bidder may answer, after extensions."""
        return time_until(notice.value.until, self.told(notice))

    def told(self, notice: Act[TalksNotice] | Act[QuoteNotice]) -> tuple[datetime, ...]:
        """The longer times this bidder was told."""
        return tuple(act.value.until for act in self.extensions if act.value.notice == notice.id)

    def extended_for(self, notice: Act[TalksNotice] | Act[QuoteNotice]) -> tuple[str, ...]:
        """The reasons given for longer times."""
        return tuple(act.value.reason for act in self.extensions if act.value.notice == notice.id)

    def response(self, notice: Act[TalksNotice]) -> Act[TalksResponse] | None:
        return next((act for act in self.responses if act.value.notice == notice.id), None)

    def notice_of(self, request: str, supplier: str) -> Act[TalksNotice] | None:
        """What was put to one bidder in one round."""
        mine = (act for act in self.notices if act.value.supplier == supplier)
        return next((act for act in mine if act.value.request == request), None)

    def own_notices(self, me: str) -> tuple[Act[TalksNotice], ...]:
        return tuple(act for act in self.notices if act.value.supplier == me)

    def due(self, me: str) -> Act[TalksNotice] | None:
        """The round this bidder has not answered: its last one, while it is in and neither answered nor left."""
        mine = self.own_notices(me)
        last = mine[-1] if mine else None
        return None if last is None or self.left(me) or self.response(last) is not None else last


def talks_story(acts: Acts, opening: str, lot: str, quotes: tuple[Act[QuoteNotice], ...]) -> TalksStory:
    """Gather the talks of a lot."""
    requests = acts.all(TalksRound, opening=opening, lot=lot)
    notices = acts.all(TalksNotice, opening=opening, lot=lot)
    closings = acts.all(TalksClosed, opening=opening, lot=lot)
    put = {act.id for act in notices}
    return TalksStory(
        requests=requests,
        confirmations=acts.among(ChangesConfirmation, "request", {act.id for act in requests}),
        notices=notices,
        responses=acts.among(TalksResponse, "notice", put),
        withdrawals=acts.among(TalksWithdrawal, "notice", put | {act.id for act in quotes}),
        closings=closings,
        reviews=acts.among(TalksReview, "closed", {act.id for act in closings}),
        extensions=acts.all(ExtensionNotice, opening=opening, lot=lot),
    )

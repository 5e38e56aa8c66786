"""The rounds of talks of a lot as they stood before an act, gathered again from the archive's acts (L-322, L-323, L-354)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from client.verify.evidence import Evidence, Logged
from procurement.basics.parties import Registration
from procurement.evaluation.panel import Panel
from procurement.evaluation.quoting import QuoteNotice
from procurement.evaluation.talk_rounds import Talk, names_of, talks_result, time_until
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    TalksClosed,
    TalksNotice,
    TalksResult,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
)


def talks_before(evidence: Evidence, opening: str, index: int) -> list[Talk]:
    """All rounds opened before the act at `index`, as they stood then."""
    return [_talk(evidence, r, index) for r in evidence.all(TalksRound, opening=opening) if r.index < index]


def _talk(evidence: Evidence, request: Logged[TalksRound], index: int) -> Talk:
    said = [c.value for c in evidence.all(ChangesConfirmation, request=request.id) if c.index < index]
    put = [n.value for n in evidence.all(TalksNotice, request=request.id) if n.index < index]
    closed = [c for c in evidence.all(TalksClosed, request=request.id) if c.index < index]
    reviews = [r.value for c in closed for r in evidence.all(TalksReview, closed=c.id) if r.index < index]
    return Talk(
        id=request.id,
        request=request.value,
        confirmation=said[-1] if said else None,
        asked=tuple(notice.supplier for notice in put),
        closed=closed[-1].value if closed else None,
        reviews=tuple(reviews),
    )


def withdrawn_before(evidence: Evidence, opening: str, index: int) -> dict[str, str]:
    """Who had left, with its reason."""
    notices = {n.id for n in evidence.all(TalksNotice, opening=opening)}
    notices |= {n.id for n in evidence.all(QuoteNotice, opening=opening)}
    found = [w for w in evidence.all(TalksWithdrawal) if w.value.notice in notices and w.index < index]
    return {w.value.supplier: w.value.reason for w in found}


def result_before(evidence: Evidence, opening: str, index: int, members: int) -> TalksResult | None:
    """What the talks had come to."""
    return talks_result(talks_before(evidence, opening, index), withdrawn_before(evidence, opening, index), members)


def until_before(evidence: Evidence, notice: Logged[TalksNotice] | Logged[QuoteNotice], index: int) -> datetime:
    """Until when this bidder could answer, after the extensions it had been told."""
    given = [e.value.until for e in evidence.all(ExtensionNotice, notice=notice.id) if e.index < index]
    return time_until(notice.value.until, given)


def naming(evidence: Evidence, panel: Panel, bidders: Collection[str]) -> dict[str, Collection[str]]:
    """The words by which members and bidders are known."""
    names = {r.value.actor: r.value.name for r in evidence.all(Registration) if r.value.actor in bidders}
    return names_of(panel, names)

"""The rounds of talks of a lot as accepted so far, gathered for the law (L-322, L-323, L-354)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

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
from procurement.opening.session import Opening
from server_stub.acts.day import opened_forms, supplier_name
from server_stub.acts.panels import sitting_panel
from server_stub.acts.reading import Act
from server_stub.acts.transaction import Tx

Pending = tuple[str, object] | None
"""Id and statement of the act in hand, which is not among the accepted ones yet"""


def talks_of(tx: Tx, opening: Act[Opening], pending: Pending = None) -> list[Talk]:
    """All rounds of a lot, in order."""
    return [_talk(tx, opening, request, pending) for request in tx.acts(TalksRound, opening=opening.id)]


def _talk(tx: Tx, opening: Act[Opening], request: Act[TalksRound], pending: Pending) -> Talk:
    confirmation = tx.last(ChangesConfirmation, request=request.id)
    closed_act = tx.last(TalksClosed, request=request.id)
    closed = (closed_act.id, closed_act.value) if closed_act is not None else None
    if pending is not None and isinstance(pending[1], TalksClosed) and pending[1].request == request.id:
        closed = (pending[0], pending[1])
    reviews = [a.value for a in tx.acts(TalksReview, closed=closed[0])] if closed is not None else []
    if pending is not None and isinstance(pending[1], TalksReview) and closed and pending[1].closed == closed[0]:
        reviews.append(pending[1])
    return Talk(
        id=request.id,
        request=request.value,
        confirmation=confirmation.value if confirmation is not None else None,
        asked=tuple(a.value.supplier for a in tx.acts(TalksNotice, request=request.id)),
        closed=closed[1] if closed is not None else None,
        reviews=tuple(reviews),
    )


def withdrawals_of(tx: Tx, opening: Act[Opening], pending: Pending = None) -> dict[str, str]:
    """Who has left, with its reason."""
    found = [a.value for a in tx.acts(TalksWithdrawal, project=opening.project, lot=opening.lot)]
    if pending is not None and isinstance(pending[1], TalksWithdrawal):
        found.append(pending[1])
    return {one.supplier: one.reason for one in found}


def result_of(tx: Tx, opening: Act[Opening], pending: Pending = None) -> TalksResult | None:
    """What the talks have come to, with the act in hand."""
    members = len(sitting_panel(tx, opening).value.members)
    return talks_result(talks_of(tx, opening, pending), withdrawals_of(tx, opening, pending), members)


def until_of(tx: Tx, notice: Act[TalksNotice] | Act[QuoteNotice]) -> datetime:
    """Until when this bidder may answer, after extensions."""
    return time_until(notice.value.until, (a.value.until for a in tx.acts(ExtensionNotice, notice=notice.id)))


def naming(tx: Tx, opening: Act[Opening]) -> dict[str, Collection[str]]:
    """The words by which members and bidders of a lot are known, by their codes."""
    bidders = {supplier: supplier_name(tx, opening, supplier) for supplier in opened_forms(tx, opening)}
    return names_of(sitting_panel(tx, opening).value, bidders)

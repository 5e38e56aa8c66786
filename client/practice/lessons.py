"""What a person has really done in practice, with its figures, for the end of the tour: read from the acts like the steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from client.desk import Desk
from client.practice.tender import LOT, TENDER
from client.views.contracts import contract_story
from procurement.awarding.award import ResultLetter
from procurement.challenging.letter import ChallengeLetter


@dataclass(frozen=True, slots=True)
class Lessons:
    """None or empty: it has not come to that."""

    leaf: int
    """Place of the receipt's entry in the log"""
    delivered: datetime
    released: datetime | None
    explained: datetime | None
    asked: bool
    """The committee asked about the price"""
    winner: str
    amount: Decimal | None
    """What the winner gets, in yuan"""
    won: bool
    rank: int
    """Own rank as the letter says; the winner gets none. 0 without one"""
    total: Decimal
    reason: str
    """Why the own bid was not ranked"""
    contract: str
    """Number of the contract that was signed"""
    challenged: bool


def lessons(desk: Desk) -> Lessons | None:
    """None before the receipt."""
    view = desk.tenders.tender(TENDER)
    story = desk.story(view, LOT) if view is not None and view.model is not None else None
    receipt = desk.place.mirror.receipt(story.standing.id) if story is not None and story.standing is not None else None
    if story is None or receipt is None:
        return None
    acts, notice = desk.place.acts, story.notice
    release = story.release_of(desk.actor)
    letter = acts.last(ResultLetter, notice=notice.id, supplier=desk.actor) if notice is not None else None
    contract = contract_story(acts, notice) if notice is not None else None
    signed = contract is not None and contract.signature is not None and contract.contract is not None
    return Lessons(
        leaf=receipt.leaf_index,
        delivered=receipt.entry().t_recv,
        released=release.item.t_recv if release is not None else None,
        explained=story.explanations[-1].item.t_recv if story.explanations else None,
        asked=bool(story.inquiries),
        winner=notice.value.winner_name if notice is not None else "",
        amount=notice.value.amount if notice is not None else None,
        won=notice is not None and notice.value.winner == desk.actor,
        rank=letter.value.rank if letter is not None else 0,
        total=letter.value.total if letter is not None else Decimal(0),
        reason=letter.value.reason if letter is not None else "",
        contract=contract.contract.value.contract_number if signed and contract and contract.contract else "",
        challenged=acts.last(ChallengeLetter, supplier=desk.actor) is not None,
    )

"""The opening hall as one table: every bidder with its release, its read-out and its word on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from client.acts import Act, Acts
from client.views.lots import LotStory
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.opening.session import ReadOutField

ReleaseState = Literal["waiting", "token", "slip", "absent"]
Word = Literal["waiting", "confirmed", "objected", "answered", "none"]


@dataclass(frozen=True, slots=True)
class Bidder:
    """One bidder of the lot, in the order of the record once there is one."""

    number: int
    supplier: str
    name: str
    release: ReleaseState
    released_at: datetime | None
    opened: Literal["waiting", "opened", "failed", "not-released"]
    fields: tuple[ReadOutField, ...]
    word: Word


@dataclass(frozen=True, slots=True)
class Minute:
    """One line of the meeting's minutes."""

    at: datetime
    kind: str
    """Statement type"""
    who: str
    """Name of the party, empty for the platform"""
    text: str = ""
    """A reason or an objection, in the words of whoever gave it"""


def bidders(story: LotStory, acts: Acts, name_of: dict[str, str]) -> tuple[Bidder, ...]:
    """Nobody before the closing: names and numbers are nobody's business until then (L-215)."""
    if story.closing is None:
        return ()
    read = {row.supplier: row for row in story.record.value.rows} if story.record else {}
    order = list(read) or list(standing_suppliers(story, acts))
    order += [act.value.supplier for act in story.releases if act.value.supplier not in order]
    return tuple(_bidder(place, supplier, story, name_of) for place, supplier in enumerate(order, 1))


def standing_suppliers(story: LotStory, acts: Acts) -> tuple[str, ...]:
    """Suppliers whose last act on the lot is a submission, in order of that act."""
    last: dict[str, Act[Submission] | Act[Withdrawal]] = {}
    found: list[Act[Submission] | Act[Withdrawal]] = [
        *acts.all(Submission, lot=story.lot),
        *acts.all(Withdrawal, lot=story.lot),
    ]
    for act in sorted(found, key=lambda one: one.item.leaf_index):
        if act.item.number == story.tender.package.number:
            last.pop(act.value.supplier, None)
            last[act.value.supplier] = act
    return tuple(supplier for supplier, act in last.items() if isinstance(act.value, Submission))


def _bidder(place: int, supplier: str, story: LotStory, name_of: dict[str, str]) -> Bidder:
    row = next((one for one in story.record.value.rows if one.supplier == supplier), None) if story.record else None
    release = story.release_of(supplier)
    state: ReleaseState = "absent" if story.freeze is not None else "waiting"
    if release is not None:
        state = release.value.source
    return Bidder(
        number=row.number if row else place,
        supplier=supplier,
        name=row.name if row else name_of.get(supplier, supplier),
        release=state,
        released_at=release.item.t_recv if release else None,
        opened=row.state if row else "waiting",
        fields=row.fields if row else (),
        word=_word(story, supplier),
    )


def _word(story: LotStory, supplier: str) -> Word:
    if story.record is None:
        return "none"
    answered = {act.value.objection for act in story.answers}
    mine = [act for act in story.objections if act.value.supplier == supplier]
    if mine:
        return "answered" if all(act.id in answered for act in mine) else "objected"
    return "confirmed" if any(act.value.supplier == supplier for act in story.confirmations) else "waiting"


def minutes(story: LotStory, name_of: dict[str, str]) -> tuple[Minute, ...]:
    """What happened since the closing, newest first."""
    acts: list[Act[Any]] = [
        *((story.closing,) if story.closing else ()), *((story.no_opening,) if story.no_opening else ()),
        *story.windows, *story.releases, *story.admissions, *((story.freeze,) if story.freeze else ()),
        *story.disputes, *story.custodian_releases, *((story.opening,) if story.opening else ()),
        *((story.record,) if story.record else ()), *story.confirmations, *story.objections, *story.answers,
    ]  # fmt: skip
    lines = [_minute(act, name_of) for act in sorted(acts, key=lambda one: one.item.leaf_index, reverse=True)]
    return tuple(lines)


def _minute(act: Act[Any], name_of: dict[str, str]) -> Minute:
    value = act.value
    who = str(getattr(value, "supplier", "") or getattr(value, "org", ""))
    text = str(getattr(value, "text", "") or getattr(value, "reason", ""))
    return Minute(act.item.t_recv, act.item.act, name_of.get(who, who), text)

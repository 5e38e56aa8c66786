"""Words and small decisions of 标书关联: states, coverage, pages, and what a click on a page means."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.bidding.draft import EvidenceLink
from procurement.bidding.linking import Coverage, LinkPlace
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_started


@dataclass(frozen=True, slots=True)
class Offer:
    """Pages that may answer the chosen item, suggested or found, and why."""

    document: str
    first: int
    last: int
    why: str


def place_state(place: LinkPlace) -> State:
    """Linked or not, as shape and word."""
    if place.link is not None:
        return done(tr("已关联"))
    if place.reason:
        return needs(tr("已写原因"))
    return blocked(tr("必须关联")) if place.mandatory else not_started(tr("未关联"))


def coverage_words(of: Coverage) -> str:
    """The meter in words: 已关联 12 / 31；必须的还缺 3."""
    words = tr("已关联 {linked} / {count}", linked=of.linked, count=len(of.places))
    if of.missing:
        words += "；" + tr("必须的还缺 {missing}", missing=of.missing)
    if of.excused:
        words += "；" + tr("写明原因的 {excused}", excused=of.excused)
    return words


def pages_words(title: str, first: int, last: int) -> str:
    if first == last:
        return f"{title} " + tr("第 {first} 页", first=first)
    return f"{title} " + tr("第 {first}–{last} 页", first=first, last=last)


def widened(link: EvidenceLink | None, document: str, page: int) -> tuple[int, int] | None:
    """What a click on a page makes of a link: outside it grows to the page, its end pages come off, inside it ends there."""
    if link is None or link.document != document:
        return page, page
    if page < link.first or page > link.last:
        return min(page, link.first), max(page, link.last)
    if link.first == link.last:
        return None
    if page == link.first:
        return link.first + 1, link.last
    return link.first, page - 1 if page == link.last else page


def kind_word(place: LinkPlace) -> str:
    """What kind of item it is."""
    return {
        "qualification": tr("资格"),
        "conformity": tr("符合性"),
        "parameter": tr("技术商务参数"),
        "score": tr("评分项"),
    }[place.kind]

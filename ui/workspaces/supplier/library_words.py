"""The company's evidence in words: kinds, how long a piece holds, what a row says."""

from __future__ import annotations

from datetime import date

from procurement.bidding.library import Evidence
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, plain
from ui.kit.progress import size_text
from ui.kit.tables import Cell, Column

SOON = 30
"""Days before the end from which on it is said aloud"""


def kind_words() -> dict[str, str]:
    return {
        "licence": tr("证照许可"),
        "certificate": tr("认证检测"),
        "performance": tr("业绩"),
        "person": tr("人员"),
        "finance": tr("财务社保"),
        "other": tr("其他"),
    }


def standing(entry: Evidence, day: date) -> str:
    """`over`, `soon`, `holds` on this day, or `forever`."""
    if not entry.file.expires:
        return "forever"
    left = (date.fromisoformat(entry.file.expires) - day).days
    return "over" if left < 0 else "soon" if left <= SOON else "holds"


def standing_state(entry: Evidence, day: date) -> State:
    """The same with its word; `day` is today in the library, the day of the opening in a bid."""
    found = standing(entry, day)
    if found == "forever":
        return plain(tr("长期"))
    if found == "over":
        return blocked(tr("已过期"))
    if found == "soon":
        left = (date.fromisoformat(entry.file.expires) - day).days
        return needs(tr("剩 {days} 天", days=left))
    return done(tr("未过期"))


def evidence_columns(day: date) -> tuple[Column[Evidence], ...]:
    """Columns of a list of evidence."""
    return (
        Column(tr("名称"), lambda one: Cell(one.title, " · ".join(t for t in (one.file.number, one.holder) if t)), 0),
        Column(tr("类别"), lambda one: Cell(kind_words()[one.kind]), 100),
        Column(tr("有效期止"), lambda one: Cell(one.file.expires or "—"), 112),
        Column(tr("状态"), lambda one: Cell(state=standing_state(one, day)), 124),
        Column(tr("页数"), lambda one: Cell(str(one.file.pages), size_text(one.file.size)), 92, "right"),
    )


def matches(entry: Evidence, words: str) -> bool:
    """Whether every word typed stands somewhere in the entry."""
    text = " ".join((entry.title, entry.holder, *(one.number for one in entry.files))).lower()
    return all(word in text for word in words.lower().split())

"""The opening hall as a board: bidders with release, read-out and their word; the minutes beneath."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from client.views.hall import Bidder, Minute, bidders, minutes
from client.views.lots import LotStory
from procurement.tendering.lot import Lot
from ui.boards.seals import SealsDialog
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import (
    Badge,
    State,
    blocked,
    done,
    informs,
    needs,
    not_applicable,
    not_started,
    waits,
)
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text, moment_text
from ui.kit.flow import Flow
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import clear, column, label

MINUTES_SHOWN = 60


def say_unseen(pane: StatePane, story: LotStory, more: str = "") -> None:
    """Before the deadline: who bids is shown to nobody, and why. `more`: a line under it."""
    text = tr(
        "{time} 以前，系统不向任何用户显示有几家、是谁，代理机构也一样（87 号令第二十八条）；"
        "平台运营方看得到，负有保密义务。到点自动公开。",
        time=moment_text(story.tender.package.deadline),
    )
    pane.say("lock", "mute", tr("截止前不公开名单和数量"), f"{text}\n{more}" if more else text)


class HallBoard(QWidget):
    """Shows a lot's opening. `choose` tells the selected bidder."""

    def __init__(self, context: Context, lot: Lot) -> None:
        super().__init__()
        self._context, self._desk, self._lot = context, context.desk, lot
        self._opening = ""
        self._card = Card(tr("唱标与状态"), tr("数字只取自解密后的文件，逐项带摘要"), flush=True)
        self._badges = Flow()
        self._badges.setContentsMargins(16, 12, 16, 12)
        holder = QWidget()
        holder.setLayout(self._badges)
        self.table: Table[Bidder] = Table(_columns(lot), tr("投标人"), row_height=44)
        self._seals = button(tr("标书内签章"), "link", self._ask_seals, small=True, object_name="bid-seals")
        self._seals.hide()
        self._card.head.addWidget(self._seals)
        self._card.body.addWidget(holder)
        self._card.body.addWidget(self.table, 1)
        self._minutes_card = Card(tr("会议记录"), tr("自动记录，只增不改"), height=44, flush=True)
        self._minutes: Table[Minute] = Table(
            (
                Column(tr("时间"), lambda one: Cell(exact_text(one.at)[11:], tone="text2"), 92),
                Column(tr("经过"), lambda one: Cell(minute_text(one)), 0),
            ),
            tr("会议记录"),
            row_height=26,
        )
        self._minutes.horizontalHeader().hide()
        self._minutes_card.body.addWidget(self._minutes)
        box = column(self._card, self._minutes_card, spacing=12)
        box.setStretch(0, 3)
        box.setStretch(1, 2)
        self.setLayout(box)

    def show_story(self, story: LotStory) -> tuple[Bidder, ...]:
        """Show the lot as it stands; returns the bidders shown."""
        acts = self._desk.place.acts
        names = {one.supplier: one.name for one in bidders(story, acts, {})}
        names = {code: self._desk.tenders.name_of(code) for code in names}
        names |= {act.value.org: self._desk.tenders.name_of(act.value.org) for act in story.custodian_releases}
        found = bidders(story, acts, names)
        self.table.show_rows(found)
        self._minutes.show_rows(minutes(story, names)[:MINUTES_SHOWN])
        self._show_badges(found)
        self._opening = story.opening.id if story.opening else ""
        self._seals.setVisible(bool(self._opening))
        return found

    def _ask_seals(self) -> None:
        """Every seal inside the opened bids that this reader may read, with its owner (R-109)."""
        SealsDialog(self.window(), self._context, self._desk.seals.of_opening, self._opening).open()

    def _show_badges(self, found: Sequence[Bidder]) -> None:
        clear(self._badges)
        self._badges.addWidget(label(tr("{count} 家投标", count=len(found)), "small"))
        for make, word, count in _counts(found):
            if count:
                self._badges.addWidget(Badge(make(f"{word} {count}")))


def _counts(found: Sequence[Bidder]) -> list[tuple[Callable[[str], State], str, int]]:
    released = sum(one.release == "token" for one in found)
    slip = sum(one.release == "slip" for one in found)
    absent = sum(one.release == "absent" for one in found)
    waiting = sum(one.release == "waiting" for one in found)
    confirmed = sum(one.word == "confirmed" for one in found)
    objected = sum(one.word == "objected" for one in found)
    return [
        (done, tr("已授权解密"), released),
        (informs, tr("备份补入"), slip),
        (blocked, tr("未按时解密"), absent),
        (waits, tr("待授权解密"), waiting),
        (done, tr("已确认"), confirmed),
        (needs, tr("有异议"), objected),
    ]


def release_state(one: Bidder) -> State:
    """A bidder's release as a badge."""
    at = f" {exact_text(one.released_at)[11:16]}" if one.released_at else ""
    if one.release == "token":
        return done(tr("已授权解密") + at)
    if one.release == "slip":
        return informs(tr("备份补入") + at)
    return blocked(tr("未按时解密")) if one.release == "absent" else waits(tr("待授权解密"))


def word_state(one: Bidder) -> State:
    """A bidder's word on the record as a badge."""
    if one.opened == "not-released":
        return not_applicable(tr("不唱标"))
    if one.opened == "failed":
        return blocked(tr("未能开启"))
    return {
        "confirmed": done(tr("已确认")),
        "objected": needs(tr("有异议")),
        "answered": informs(tr("异议已答复")),
        "waiting": not_started(tr("待确认")),
        "none": waits(tr("等唱标")),
    }[one.word]


def _columns(lot: Lot) -> tuple[Column[Bidder], ...]:
    """Name, release, the figures and fields that are read out, and the bidder's word."""
    read = [(figure.code, f"{figure.label}（{figure.unit}）", True) for figure in lot.quote.figures]
    read += [
        (
            field.code,
            field.label + (f"（{field.unit}）" if field.unit else ""),
            field.type in ("integer", "number", "money"),
        )
        for field in lot.opening_fields
        if field.read_out
    ]
    shown = [Column(title, _field_cell(code), 118, "right" if right else "left") for code, title, right in read[:3]]
    return (
        Column(tr("序号"), lambda one: Cell(str(one.number), tone="text2"), 60, "centre"),
        Column(tr("投标人"), lambda one: Cell(one.name), 0),
        Column(tr("解密"), lambda one: Cell(state=release_state(one)), 168),
        *shown,
        Column(tr("确认"), lambda one: Cell(state=word_state(one)), 120),
    )


def _field_cell(code: str) -> Callable[[Bidder], Cell]:
    def cell(one: Bidder) -> Cell:
        return Cell(next((field.text for field in one.fields if field.name == code), "—"))

    return cell


def minute_text(one: Minute) -> str:
    """A line of the minutes in words."""
    words = {
        "closing": tr("平台截标，投标名单固定"),
        "no-opening": tr("投标人不足法定家数，不开标"),
        "window": tr("主持人调整解密时限"),
        "release": tr("{who} 授权解密", who=one.who),
        "slip-admission": tr("主持人准予备份补入"),
        "freeze": tr("解密时限结束，名单冻结"),
        "freeze-disputed": tr("监管部门持有名单未列入的解密，提出异议"),
        "custodian-release": tr("托管人 {who} 释放开标密钥份额", who=one.who),
        "opening": tr("全部已授权的投标同时开启"),
        "opening-record": tr("开标记录已签章，进入异议与确认"),
        "opening-confirmation": tr("{who} 确认开标记录", who=one.who),
        "opening-objection": tr("{who} 提出异议", who=one.who),
        "objection-answer": tr("主持人答复异议"),
    }[one.kind]
    return f"{words}：{one.text}" if one.text else words

"""Filters of 找标: state, method, region, deadline, and what is watched or new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from client.views.lots import Phase
from client.workflows.following import Followed
from ui.boards.methods import method_words
from ui.i18n import tr
from ui.kit.choice import Choice
from ui.kit.flow import flow
from ui.theme import wide
from ui.workspaces.supplier.standing import Standing

NEVER = Followed(False, 0)


def news_words(one: Standing, followed: Followed) -> str:
    """What a row says of itself before its number: watched, never looked at, corrected since."""
    words = [tr("已关注")] if followed.watched else []
    news = followed.news(one.tender.package.version)
    words += [tr("未看过")] if news == "unseen" else [tr("看过后有更正")] if news == "changed" else []
    return "·".join(words)


class Filters(QWidget):
    """Lists whose first entry means all. `changed` is called after each choice."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self.state = self._list("filter-state", tr("状态"), (("open", tr("可投标")), ("over", tr("已截止"))))
        self.method = self._list("filter-method", tr("采购方式"), ())
        self.region = self._list("filter-region", tr("地区"), ())
        spans = ((3, tr("3 天内截止")), (7, tr("7 天内截止")), (30, tr("30 天内截止")))
        self.until = self._list("filter-deadline", tr("截止时间"), tuple((str(days), words) for days, words in spans))
        self.news = self._list(
            "filter-news",
            tr("关注与更新"),
            (("watched", tr("已关注")), ("changed", tr("看过后有更正")), ("unseen", tr("未看过"))),
        )
        line = flow(self.state, self.method, self.region, self.until, self.news)
        line.setContentsMargins(16, 10, 16, 10)
        self.setLayout(line)

    def _list(self, code: str, name: str, entries: Sequence[tuple[str, str]]) -> Choice:
        made = Choice()
        made.setProperty("tool", True)
        made.setObjectName(code)
        made.setAccessibleName(name)
        made.setMinimumWidth(wide(90))
        made.addItem(tr("{what}：全部", what=name), "")
        for value, words in entries:
            made.addItem(words, value)
        made.currentIndexChanged.connect(lambda _place: self._changed())
        return made

    def offer(self, rows: Iterable[Standing]) -> None:
        """Methods and regions that there are."""
        outlines = [one.tender.outline for one in rows if one.tender.outline is not None]
        _fill(self.method, {one.method: method_words(one.method) for one in outlines})
        _fill(self.region, {one.region: one.region for one in outlines})

    def taking(self, now: datetime) -> Callable[[Standing, Followed], bool] | None:
        """Says of a row whether it passes every filter as they are set now; None: none is set. A tender whose model is not here yet passes none that
        asks of the model."""
        state, until = self.state.currentData(), self.until.currentData()
        method, region, news = self.method.currentData(), self.region.currentData(), self.news.currentData()
        if not (state or until or method or region or news):
            return None

        def takes(one: Standing, followed: Followed) -> bool:
            outline, left = one.tender.outline, one.tender.package.deadline - now
            is_open = one.story.phase is Phase.BIDDING and left > timedelta(0)
            if state and is_open != (state == "open"):
                return False
            if until and not timedelta(0) <= left <= timedelta(days=int(until)):
                return False
            if method and (outline is None or outline.method != method):
                return False
            if region and (outline is None or outline.region != region):
                return False
            if news == "watched":
                return followed.watched
            return not news or followed.news(one.tender.package.version) == news

        return takes


def _fill(choice: Choice, entries: dict[str, str]) -> None:
    """Keep the first entry and what is chosen."""
    held = {choice.itemData(at) for at in range(1, choice.count())}
    if held == set(entries):
        return
    chosen = choice.currentData()
    choice.blockSignals(True)
    while choice.count() > 1:
        choice.removeItem(1)
    for value, words in sorted(entries.items()):
        choice.addItem(words, value)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))
    choice.blockSignals(False)

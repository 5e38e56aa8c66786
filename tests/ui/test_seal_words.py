"""What the pane says of seals: in words, for every state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.seals import Seal, State
from ui.boards.seals import state_of, words_of_seals
from ui.kit.pdf import PdfPane

AT = datetime(2026, 4, 29, 2, 40, tzinfo=UTC)


def seal(state: State, *, other: bool = False) -> Seal:
    return Seal("方案", "太原甲科技有限公司", "91140000MA0SUPPL01", state, "", AT, True, "B-LT", 2, 2, "", other)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("sound", "sound"), "签章 2 枚，全部有效，签署后未改动"),
        (("sound", "changed"), "签后被改动"),
        (("changed", "broken"), "签章无效"),
        (("not-believed",), "证书或时间戳不可信"),
        (("unreadable",), "签章无法读取"),
        ((), "没有电子签章"),
    ],
)
def test_the_pane_says_it_in_words(dressed: QApplication, qtbot: QtBot, states: tuple[State, ...], words: str) -> None:
    pane = PdfPane()
    qtbot.addWidget(pane)
    tone, title, text = words_of_seals([seal(one) for one in states])
    pane.say_seals(tone, title, text)
    assert words in pane.seals_said
    if states and states != ("unreadable",):
        assert "91140000MA0SUPPL01" in pane.seals_said
    pane.say_empty("没有打开的文件")
    assert pane.seals_said == ""


def test_each_state_has_its_own_word() -> None:
    states: tuple[State, ...] = ("sound", "changed", "broken", "not-believed", "unreadable")
    found = {state_of(seal(one)).word for one in states} | {state_of(seal("sound", other=True)).word}
    assert len(found) == 6

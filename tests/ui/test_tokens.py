"""The chooser of tokens, the self-test's page, and the loud warning before an opening."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from client.diagnosis import STEPS, Check
from client.tokens import TokenView
from procurement.basics.problems import Locked
from tests.ui.walker import nameless
from ui.context import Context
from ui.i18n import use_language
from ui.kit.tokens import TokenChooser, choose_token, pin_state
from ui.shell.selftest import SelfTest, row_of

UNIT = TokenView(
    key="甲/1",
    label="左",
    holder="太原测试科技有限公司",
    vendor="山西CA",
    driver="甲驱动",
    reader="槽 0",
    kind="unit",
    until=datetime(2027, 1, 1, tzinfo=UTC),
    encrypts=True,
    pin="fine",
    tries=0,
    mine=True,
)
OTHER = replace(UNIT, key="乙/2", label="右", vendor="天威", pin="low", tries=2)


def test_one_token_is_no_question_and_several_are(dressed: QApplication, qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    root.show()
    taken: list[str] = []
    assert choose_token(root, [UNIT, replace(OTHER, mine=False)], taken.append, lambda: None) is None
    assert taken == ["甲/1"]
    assert choose_token(root, [], taken.append, lambda: None) is None
    dialog = choose_token(root, [UNIT, OTHER], taken.append, lambda: taken.append("stopped"))
    assert isinstance(dialog, TokenChooser)
    assert nameless(dialog) == []
    assert not dialog.act.isEnabled(), "nothing is chosen for a person"
    dialog.findChild(QRadioButton, "token-乙/2").click()
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert taken[2:] == ["乙/2"]
    again = choose_token(root, [UNIT, OTHER], taken.append, lambda: taken.append("stopped"))
    assert again is not None
    QTest.mouseClick(again.keep, Qt.MouseButton.LeftButton)
    assert taken[3:] == ["stopped"]


def test_a_locked_token_cannot_be_chosen_and_tries_are_shown(dressed: QApplication, qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    dialog = TokenChooser(root, [replace(UNIT, pin="locked"), OTHER])
    assert not dialog.findChild(QRadioButton, "token-甲/1").isEnabled()
    words = [pin_state(replace(UNIT, pin=pin, tries=2)).word for pin in ("fine", "low", "final", "locked")]  # type: ignore[arg-type]
    assert words == ["口令输错过 2 次", "口令输错过 2 次", "口令只剩最后一次", "口令已锁定"]
    assert pin_state(UNIT).word == "可用"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_self_test_tells_found_missing_and_what_to_do(dressed: QApplication, qtbot: QtBot, language: str) -> None:
    use_language(dressed, language)
    page = SelfTest(cast("Context", None))
    qtbot.addWidget(page)
    assert nameless(page) == []
    wrong = Locked("token-pin-final", "Do not guess.", tries=4, state="final", token="左")
    checks = [
        Check("driver", "found", {"driver": "甲驱动", "file": "a.so"}),
        Check("slot", "found", {"token": "左", "reader": "槽 0"}),
        Check("certificate", "found", {"holder": "甲公司", "code": "X", "kind": "unit", "vendor": "天威"}),
        Check("expiry", "warning", {"usage": "sign", "until": "2026-05-01", "days": "30"}),
        Check("pin", "missing", {}, wrong),
        Check("signature", "skipped"),
        Check("decryption", "skipped"),
    ]
    rows = [row_of(check) for check in checks]
    assert [state.tone for state, _ in rows] == ["ok", "ok", "ok", "warn", "danger", "mute", "mute"]
    page.show_checks(checks)
    shown = " ".join(one.text() for one in page.findChildren(QLabel))
    assert ("只剩最后一次" if language == "zh" else "one try is left") in shown
    assert ("有 1 项不能用" if language == "zh" else "1 steps failed") in shown
    page.show_checks([Check(step, "found", dict(UNFACTS[step])) for step in STEPS])
    assert not any(
        one.text().startswith("有 1") for one in page.findChildren(QLabel) if not one.isHidden() and language == "en"
    )


UNFACTS: dict[str, dict[str, str]] = {step: {} for step in STEPS} | {
    "certificate": {"holder": "甲公司", "code": "X", "kind": "unit", "vendor": "天威"},
    "expiry": {"usage": "encrypt", "until": "2027-05-01", "days": "400"},
}

"""Help: every page of every role opens its own text with F1, in both languages, and the rules it names stand in the rulebook."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from client.demo.cast import PIN, party
from client.demo.world import PASSPHRASE
from procurement.basics.moment import SystemClock
from procurement.basics.roles import Role
from procurement.basics.rules import rulebook
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.help_texts import FOLDER, KEYS, all_topics, read_help, topics_of
from ui.i18n import LANGUAGES, use_language
from ui.kit.page import Page
from ui.screens import routes
from ui.shell.help import Help, HelpDialog
from ui.shell.navigation import Route
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace

SCRIPT = {"zh": re.compile(r"[一-鿿]"), "en": re.compile(r"[A-Za-z]{3}")}


def test_each_topic_has_one_file_in_each_language_and_no_more() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).iterdir()} == set(all_topics())


@pytest.mark.parametrize("topic", all_topics())
def test_both_languages_say_the_same_and_name_true_rules(topic: str) -> None:
    chinese, english = (read_help(topic, language) for language in LANGUAGES)
    for text, language in ((chinese, "zh"), (english, "en")):
        assert text.program == version("jincai"), "look through the text, then name the version it fits"
        assert set(text.rules) <= set(rulebook())
        lines = [text.title, *(line for part in text.parts for line in (*part.lines, *part.points))]
        assert all(SCRIPT[language].search(line) for line in lines)
        assert text.parts[0].head == "" and text.parts[0].lines
    assert chinese.rules == english.rules
    assert [(bool(p.head), len(p.lines), len(p.points)) for p in chinese.parts] == [
        (bool(p.head), len(p.lines), len(p.points)) for p in english.parts
    ]
    named = re.findall(r"\b(?:[LR]-\d{3}|C-\d)\b", (FOLDER / "zh" / f"{topic}.txt").read_text(encoding="utf-8"))
    assert set(named) == set(chinese.rules)


@pytest.mark.parametrize("who", ["supplier-a", "agency", "expert-1", "purchaser", "finance", "supervisor"])
def test_f1_opens_the_help_of_the_page_in_view(
    played: Played, who: str, tmp_path: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    with desk_at_the_end(played, who, tmp_path, PIN if party(who).algorithm != "none" else PASSPHRASE) as desk:
        bridge = Bridge()
        workspace = open_workspace(desk.role, Context(desk, bridge))
        window = Window(desk.now)
        qtbot.addWidget(window)
        window.open_role(workspace.places, workspace.make_page, workspace.first, topics_of(desk.role))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        for name, route in routes(desk, workspace.first.place):
            if route.place == "help":
                continue
            window.go(route)
            page = window.page
            assert isinstance(page, Page)
            topic = page.topic
            assert topic in topics_of(desk.role), name
            QTest.keyClick(window, Qt.Key.Key_F1)
            assert window.route == Route("help", topic)
            assert isinstance(window.page, Help)
            window.go_back()
            assert str(window.route) == str(route), "and back where one was"
        bridge.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_whole_on_a_small_screen_with_large_letters(
    language: str, theme: str, dressed: QApplication, qtbot: QtBot
) -> None:
    use_language(dressed, language)
    apply(dressed, theme, 1.5)  # type: ignore[arg-type]
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    for topic in (KEYS, *topics_of(Role.SUPPLIER)):
        window.show_alone(Help(topic, topics_of(Role.SUPPLIER), back=True))
        for _ in range(3):
            QApplication.processEvents()
        assert clipped(window) + nameless(window) == [], topic


def test_before_signing_in_f1_opens_a_dialog(dressed: QApplication, qtbot: QtBot) -> None:
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.show_alone(SignIn("晋采"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert dialog is not None and nameless(dialog) == []
    assert read_help("start", "zh").title in {one.text() for one in dialog.findChildren(QLabel)}
    dialog.accept()


def test_every_page_names_its_help() -> None:
    """Pages are made in many rooms: a new one without help of its own is found here."""
    silent = []
    for path in sorted(Path(__file__).parents[2].glob("ui/**/*.py")):
        source = path.read_text(encoding="utf-8")
        for name in re.findall(r"^class (\w+)\((?:Act)?Page\):", source, re.MULTILINE):
            body = source.partition(f"class {name}(")[2].partition("\nclass ")[0]
            if name != "ActPage" and not re.search(r"\btopic(?: = |\(self\))", body):
                silent.append(f"{path.name}: {name}")
    assert silent == []

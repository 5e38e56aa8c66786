"""Every problem and finding that the code can raise has words; every source string has its English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from procurement.basics.problems import Refused, RuleBroken
from ui.i18n import english, tr, use_language
from ui.messages import catalogue, words_of

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("procurement", "documents", "crypto", "offline_cache", "client", "server_stub")
CODE_PLACE = {
    "RuleBroken": 1, "NotAllowed": 0, "Refused": 0, "Tampered": 0, "Unreachable": 0, "Locked": 0, "Cancelled": 0,
    "Problem": 0, "block": 0, "warn": 0,
}  # fmt: skip
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\Z")
_FACT = re.compile(r"\{([a-z0-9_]+)\}")


def _codes() -> Iterator[tuple[str, str]]:
    """Codes given as literals to a problem's class, or to a function of the same module that takes `code`."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            place = CODE_PLACE | {
                node.name: [a.arg for a in node.args.args if a.arg not in ("self", "cls")].index("code")
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef) and "code" in [a.arg for a in node.args.args]
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                    if name in place and len(node.args) > place[name]:
                        for part in ast.walk(node.args[place[name]]):
                            if (
                                isinstance(part, ast.Constant)
                                and isinstance(part.value, str)
                                and _CODE.match(part.value)
                            ):
                                yield part.value, f"{path.relative_to(ROOT)}:{node.lineno}"


def _sources() -> Iterator[tuple[str, str]]:
    """Literals given to `tr`."""
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                assert node.args and isinstance(node.args[0], ast.Constant), (
                    f"{path}:{node.lineno} tr() needs a literal"
                )
                yield str(node.args[0].value), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_code_has_words() -> None:
    known = catalogue()
    missing = {code: where for code, where in _codes() if code not in known}
    assert missing == {}, "put Chinese title, Chinese remedy and English title into ui/locale/problems.json"


def test_words_are_whole_in_both_languages() -> None:
    for code, (title, remedy, english_title) in catalogue().items():
        assert title and remedy and english_title, code
        assert re.search(r"[一-鿿]", title), code
        assert not re.search(r"[一-鿿]", english_title), code


def test_every_source_string_has_its_english() -> None:
    missing = {source: where for source, where in _sources() if source not in english()}
    assert missing == {}, "put the English into ui/locale/en.json"


def test_english_keeps_the_places_of_facts() -> None:
    for source, text in english().items():
        assert set(_FACT.findall(source)) == set(_FACT.findall(text)), source


def test_no_english_is_left_over() -> None:
    used = {source for source, _ in _sources()}
    assert set(english()) - used == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_problem_is_told_with_reason_and_remedy(dressed: QApplication, language: str) -> None:
    use_language(dressed, language)
    words = words_of(RuleBroken("L-232", "late-commit", "The deadline has passed.", deadline="D", received="R"))
    assert words.title
    assert ("截止" in words.title) is (language == "zh")
    assert words.why and words.remedy
    assert "late-commit" in words.details
    assert tr("取消") == ("取消" if language == "zh" else "Cancel")


def test_an_unknown_code_still_tells_its_remedy(dressed: QApplication) -> None:
    words = words_of(Refused("never-heard-of", "Do this."))
    assert words.title == "平台没有接受这次提交"
    assert words.remedy == "Do this."

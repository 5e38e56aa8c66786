"""docs/adversaries.md and the tests say the same: every test named there exists, every adversary test is named there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def _named() -> set[tuple[str, str]]:
    return set(NAMED.findall((TESTS.parent / "docs" / "adversaries.md").read_text("utf-8")))


def test_every_test_named_exists() -> None:
    files = {file for file, _ in _named()}
    there = {(file, name) for file in files if (TESTS / file).is_file() for name in _tests_of(TESTS / file)}
    assert sorted(_named() - there) == []


def test_every_row_names_a_test() -> None:
    text = (TESTS.parent / "docs" / "adversaries.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    bare = [row for row in rows if not NAMED.search(row) and "---" not in row and "| Test |" not in row]
    assert bare == []


def test_every_adversary_test_is_named() -> None:
    ours = {
        (str(path.relative_to(TESTS)), name)
        for path in (TESTS / "adversaries").glob("test_*.py")
        for name in _tests_of(path)
    }
    assert sorted(ours - _named()) == []

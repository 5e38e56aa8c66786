"""The glossary names what exists, and every statement of the law."""

from __future__ import annotations

import re
from pathlib import Path

from procurement.basics.roles import Role
from procurement.wire.statements import STATEMENTS

ROOT = Path(__file__).parents[2]
ROOMS = ("procurement", "documents", "crypto", "client", "server_stub")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)


def _rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "glossary.md").read_text("utf-8"))


def test_every_row_has_a_chinese_and_an_english_term() -> None:
    rows = _rows()
    assert len(rows) > 100
    for chinese, english, _ in rows:
        assert re.search(r"[一-鿿]", chinese), chinese
        assert english.isascii(), english


def test_every_code_name_exists() -> None:
    sources = "\n".join(p.read_text("utf-8") for room in ROOMS for p in (ROOT / room).rglob("*.py"))
    words = set(re.findall(r"\w+", sources))
    missing = [name for _, _, name in _rows() if name.split(".")[-1] not in words]
    assert missing == []
    assert {f"Role.{role.name}" for role in Role} <= {name for _, _, name in _rows()}


def test_every_statement_has_a_term() -> None:
    named = {name for _, _, name in _rows()}
    assert sorted(kind.__name__ for kind in STATEMENTS if kind.__name__ not in named) == []

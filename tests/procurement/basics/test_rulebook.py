"""The rulebook explains every rule that the law applies, in the version of the day."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from procurement.basics.rules import rule, rulebook

ROOT = Path(__file__).parents[3]
LAW = sorted((ROOT / "procurement").rglob("*.py"))
_USED = re.compile(r"""(?:RuleBroken\(\s*|\brule=|rule\(\s*)["']([RL]-\d{3})["']""")


def test_every_rule_named_in_the_law_stands_in_the_rulebook() -> None:
    used = {(found, path.name) for path in LAW for found in _USED.findall(path.read_text())}
    assert len(used) > 40
    assert sorted((found, where) for found, where in used if found not in rulebook()) == []


def test_every_rule_says_why_in_both_languages_and_where_it_stands() -> None:
    for versions in rulebook().values():
        for row in versions:
            assert re.fullmatch(r"[RL]-\d{3}|C-\d", row.id)
            assert row.title, row.id
            assert row.citation, row.id
            assert re.search(r"[一-鿿]", row.why), row.id
            assert re.search(r"[a-z]{3}", row.why_en), row.id
            assert row.effective_from <= row.effective_to, row.id


def test_versions_of_a_rule_do_not_overlap() -> None:
    for versions in rulebook().values():
        for earlier, later in pairwise(versions):
            assert earlier.effective_to < later.effective_from, earlier.id


def test_a_rule_is_looked_up_by_the_day_of_the_event() -> None:
    assert rule("L-601", date(2026, 3, 2)).params["days"] == 30
    with pytest.raises(KeyError, match="not in force"):
        rule("L-601", date(2019, 1, 1))
    with pytest.raises(KeyError):
        rule("R-999")

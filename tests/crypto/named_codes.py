"""Which problem codes a module can name: read from its source, so that a new one is not forgotten."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping

from tests.processes import ROOT

WORDS = ROOT / "ui" / "locale" / "problems.json"


def named_in(modules: Iterable[str]) -> dict[str, set[str]]:
    """Every code that stands as a text in these files, and where. A code is what has words for people."""
    known, found = set(json.loads(WORDS.read_text("utf-8"))), {}
    for module in modules:
        for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known:
                found.setdefault(node.value, set()).add(module)
    return found


def without_file(modules: Iterable[str], shown: Iterable[str], reasons: Mapping[str, str]) -> dict[str, set[str]]:
    """Codes that no golden file shows and for which no reason is given, with their modules. Fails on a reason that is out of date:
    for a code that is shown, or that nobody names."""
    named, seen = named_in(modules), set(shown)
    assert set(reasons) & seen == set(), "shown by a file, so no reason is wanted"
    assert set(reasons) - set(named) == set(), "named by no module"
    return {code: where for code, where in named.items() if code not in seen and code not in reasons}

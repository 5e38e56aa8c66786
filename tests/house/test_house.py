"""The architecture's own tests: rooms, names, lengths, exact money, every act with its statement, no Qt in the core."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from procurement.wire.endpoints import ACTS, PLATFORM_ACTS
from procurement.wire.statements import BY_TYPE, STATEMENTS

ROOT = Path(__file__).parents[2]
ROOMS = ("procurement", "documents", "crypto", "offline_cache", "client", "ui", "server_stub", "bench", "shipping")
STAGES = (
    "planning",
    "tendering",
    "bidding",
    "opening",
    "evaluation",
    "awarding",
    "challenging",
    "performing",
    "closing",
)
TOP = {
    *ROOMS,
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "build.spec",
    "docs",
    "pyproject.toml",
    "requirements.lock",
    "tenders",
    "tests",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "controller", "main_window", "manager"}
LONGEST = 400
"""Lines a file may have; beyond it a second thing has moved in."""


def _tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def _sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_the_top_level_holds_the_rooms_and_nothing_else() -> None:
    assert {path.parts[0] for path in _tracked()} - TOP == set()


def test_no_drawers() -> None:
    found = [path for path in _tracked() if {*path.with_suffix("").parts} & DRAWERS]
    assert found == []


def test_files_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources(*ROOMS, "tests")
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p.relative_to(ROOT)) for p in _sources(*ROOMS) if not ast.get_docstring(ast.parse(p.read_text()))]
    assert silent == []


def test_the_law_knows_no_float() -> None:
    found = []
    for path in _sources("procurement"):
        for node in ast.walk(ast.parse(path.read_text())):
            constant = isinstance(node, ast.Constant) and isinstance(node.value, float)
            name = isinstance(node, ast.Name) and node.id == "float"
            if constant or name:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_the_law_reads_no_clock() -> None:
    """But for `SystemClock`, which others hand their moments from."""
    found = []
    for path in _sources("procurement"):
        if path.name == "moment.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize("floor", ["procurement", "server_stub/acts", "client/workflows"])
def test_each_stage_has_its_room_on_each_floor(floor: str) -> None:
    folder = ROOT / floor
    missing = [stage for stage in STAGES if not (folder / stage).is_dir() and not (folder / f"{stage}.py").is_file()]
    assert missing == []


def test_every_act_has_a_statement() -> None:
    assert set(ACTS) - set(BY_TYPE) == set()
    assert set(PLATFORM_ACTS) - set(BY_TYPE) == set()
    assert not set(ACTS) & set(PLATFORM_ACTS)


def test_every_statement_is_listed() -> None:
    written = set()
    for path in _sources("procurement"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(b, ast.Name) and b.id == "Statement" for b in node.bases
            ):
                written.add(node.name)
    assert written - {"Statement"} == {kind.__name__ for kind in STATEMENTS}


BLOCKED = """
import importlib, pkgutil, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(name + " is blocked")
sys.meta_path.insert(0, Block())
for room in sys.argv[1:]:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, room + "."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
"""


def test_no_window_asks_a_layout_for_its_items() -> None:
    """PySide keeps what `itemAt` gives as long as the layout lives, Qt deletes it with its widget: what is made there next takes the
    program down. `indexOf`, or a list of one's own, asks the same."""
    asked = ("itemAt", "itemAtPosition")
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "ui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked
    ]
    assert not calls


def test_everything_below_the_windows_works_without_qt() -> None:
    rooms = [room for room in ROOMS if room not in ("ui", "bench")]
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, *rooms], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr

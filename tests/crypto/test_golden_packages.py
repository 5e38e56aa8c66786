"""The golden packages (tests/vectors/packages): this version answers as the one that made them, in both suites."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from client.verify.command import main as verify
from client.verify.evidence import Anchors
from tests.crypto.golden_packages import FOLDER, Case, judged, lay
from tests.crypto.named_codes import without_file
from tests.processes import ROOT

DOCUMENT: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
CASES = [Case(**one) for one in DOCUMENT["cases"]]
READERS = ("client/packages.py", "client/verify/packages.py", "procurement/tendering/custody.py")
NO_FILE = {
    "package-manifest-differs": "takes the manifest as the log has it: tests/fuzz/kept.py, tests/client",
    "not-this-custodian": "said of a check of readiness",
    "readiness-not-now": "said of a check of readiness",
}
"""Codes of these modules that no folder alone can show, with the reason"""
ELSEWHERE = {
    "package-manifest-differs",
    "statement-unknown",
    "tender-superseded",
}
"""Named by the specification for the platform and for a folder beside the log's manifest"""


@pytest.fixture(scope="module")
def anchors() -> Anchors:
    return Anchors.load(FOLDER / "trust")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.suite}-{case.name}")
def test_a_folder_is_judged_as_it_was(case: Case, anchors: Anchors, tmp_path: Path) -> None:
    lay(case, tmp_path / "package")
    assert judged(tmp_path / "package", anchors) == case.code


def test_every_code_has_a_file_or_a_reason() -> None:
    for suite in ("I1", "S1"):
        assert without_file(READERS, {case.code for case in CASES if case.suite == suite}, NO_FILE) == {}


def test_what_the_specification_names_is_shown() -> None:
    text = (ROOT / "docs" / "tender-package-format.md").read_text("utf-8")
    named = {code for code in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", text) if code != "tender-package"}
    assert len(named) > 10
    assert named - {case.code for case in CASES} == ELSEWHERE


def test_the_command_takes_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = (next(one for one in CASES if one.name == name) for name in ("good", "document-another"))
    lay(good, tmp_path / "good")
    lay(bad, tmp_path / "bad")
    trust = ["--trust", str(FOLDER / "trust")]
    assert verify([*trust, str(tmp_path / "good")]) == 0 and "Everything checked holds" in capsys.readouterr().out
    assert verify([*trust, str(tmp_path / "bad")]) == 1 and "package-file-differs" in capsys.readouterr().out
    assert verify([*trust, str(tmp_path / "none")]) == 2

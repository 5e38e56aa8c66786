"""The golden files of opening (tests/vectors/opening): this version answers as the one that made them, in both suites."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from crypto.certificates import TrustStore
from crypto.container import BidReader
from tests.crypto.golden_bids import FOLDER, Case, judged, lot_key_of
from tests.crypto.named_codes import without_file
from tests.processes import ROOT

DOCUMENT: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
CASES = [Case(**one) for one in DOCUMENT["cases"]]
KEYS = {text.partition(":")[0]: lot_key_of(text) for text in DOCUMENT["lot_keys"]}
CODE = re.compile(r"`([a-z0-9-]+)`")
NO_FILE = {"bid-missing"}
"""Named failures that no bytes can show"""


CONTAINER = (
    "crypto/asic_manifest.py",
    "crypto/bidfile.py",
    "crypto/container.py",
    "crypto/container_form.py",
    "crypto/container_stream.py",
    "crypto/content.py",
    "crypto/manifest_signature.py",
    "crypto/zip_profile.py",
)
"""Readers of a sealed file's layout and of the container inside"""
_LARGE = "megabytes, or four gigabytes: tests/crypto/test_container.py, tests/fuzz/test_sizes.py"
UNSHOWN = {
    "bid-missing": "no file",
    "container-unreadable": "no file",
    "container-member-unreadable": "said when packing",
    "container-too-many-members": "said when packing; a container of more members is container-malformed",
    "container-member-too-large": _LARGE,
    "container-too-large": _LARGE,
    "signature-content-changed": "a manifest that is another one has another digest in the header: manifest-not-committed",
}
"""Codes of these readers that no sealed file of a few kilobytes can show, with the reason"""


@pytest.fixture(scope="module")
def reader() -> BidReader:
    return BidReader(TrustStore.load(FOLDER / "trust"), datetime.fromisoformat(DOCUMENT["at"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_opening_answers_as_it_did(case: Case, reader: BidReader) -> None:
    assert judged(FOLDER / case.file, case, KEYS[case.suite], reader) == case


def test_every_failure_the_specification_names_has_a_file_in_each_suite() -> None:
    text = (ROOT / "docs" / "sealed-bid-format.md").read_text("utf-8")
    table = text.partition("## Opening, in this order")[2].partition("Before anybody else")[0]
    named = {code for row in table.splitlines() for code in CODE.findall(row) if "-" in code} - NO_FILE
    assert len(named) > 15
    for suite in ("I1", "S1"):
        shown = {code for case in CASES if case.suite == suite for code in (case.layout, case.code)}
        assert named - shown == set(), suite


def test_every_code_of_layout_and_container_has_a_file_or_a_reason() -> None:
    for suite in ("I1", "S1"):
        shown = {code for case in CASES if case.suite == suite for code in (case.layout, case.code)}
        assert without_file(CONTAINER, shown, UNSHOWN) == {}

"""The golden receipts (tests/vectors/receipts): this version answers as the one that made them, in both suites."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from client.verify.evidence import Anchors
from tests.crypto.golden_receipts import FOLDER, Case, judged
from tests.crypto.named_codes import without_file
from tests.processes import ROOT

DOCUMENT: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
CASES = [Case(**one) for one in DOCUMENT["cases"]]
READERS = (
    "client/verify/command.py",
    "crypto/certificates.py",
    "crypto/cms.py",
    "crypto/log.py",
    "crypto/merkle.py",
    "crypto/notes.py",
    "crypto/signing.py",
    "crypto/timestamps.py",
    "procurement/basics/canonical.py",
    "procurement/basics/statement.py",
    "procurement/basics/value.py",
)
_CERTIFICATES = "how a certificate or list is made: tests/crypto/test_certificates.py, test_national_certificates.py"
_HEADS = "takes two heads: tests/crypto/test_log.py, test_merkle.py"
NO_FILE = {
    "amount-malformed": "no amount stands in these statements",
    "certificate-issuer-not-ca": _CERTIFICATES,
    "certificate-path-too-long": _CERTIFICATES,
    "certificate-unknown-extension": _CERTIFICATES,
    "certificate-weak-key": _CERTIFICATES,
    "checkpoint-key-of-another-log": "said when signing",
    "cosignature-without-time": "a receipt's head carries no witness's line",
    "crl-unreadable": "the verifier's own list",
    "json-bad-type": "what no JSON text can hold",
    "json-too-large": "a file of 4 MiB; tests/procurement/basics",
    "log-consistency-wrong": _HEADS,
    "log-index-outside-tree": "said by who makes a proof",
    "log-rollback": _HEADS,
    "log-sizes-out-of-order": _HEADS,
    "note-key-malformed": "the verifier's own key of the log",
    "pdf-seal-missing": "a sealed paper",
    "public-key-malformed": "an enrolled key",
    "signature-certificate-mismatch": "another certificate of the same number and issuer: tests/crypto/test_signing.py",
    "signature-needs-other-suite": "said when signing",
    "timestamp-nonce-wrong": "takes the question that was asked",
    "timestamp-not-granted": "an authority's answer without a token",
    "trust-missing": "the verifier's own folder",
}
"""Codes of these modules that no receipt alone can show, with the reason"""


@pytest.fixture(scope="module")
def anchors() -> Anchors:
    return Anchors.load(FOLDER / "trust")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_receipt_is_judged_as_it_was(case: Case, anchors: Anchors) -> None:
    assert judged((FOLDER / case.file).read_bytes(), anchors) == case.code


def test_the_index_names_every_file() -> None:
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")} - {"cases.json"}
    assert there == {case.file for case in CASES}


def test_what_the_specification_names_is_shown() -> None:
    text = (ROOT / "docs" / "log-and-receipt.md").read_text("utf-8").partition("## Refusals, by code")[2]
    named = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", text.partition("## Why it holds")[0]))
    assert len(named) > 25
    assert named - {case.code for case in CASES} - set(NO_FILE) == set()


def test_every_code_has_a_file_or_a_reason() -> None:
    shown = {case.code for case in CASES}
    assert without_file(READERS, shown, NO_FILE) == {}

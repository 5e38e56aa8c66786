"""A receipt checked alone: good, one changed byte anywhere, a foreign log."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.verify.command import main as verify
from client.verify.command import verify_receipt
from client.verify.evidence import Anchors
from crypto.log import NoteSigner
from procurement.basics.problems import Problem
from tests.played import Played

FLIPS = 120


@pytest.fixture
def receipt(played: Played) -> bytes:
    return next(path for path in played.receipts if path.name.endswith("-submission.json")).read_bytes()


def test_good(played: Played, receipt: bytes) -> None:
    report = verify_receipt(receipt, played.anchors)
    assert report.good and any("time" in grade for grade in report.grades) and report.limits


def test_a_changed_byte_anywhere(played: Played, receipt: bytes) -> None:
    anchors, dice = played.anchors, random.Random(7)
    for offset in (dice.randrange(len(receipt)) for _ in range(FLIPS)):
        changed = bytearray(receipt)
        changed[offset] ^= 1
        try:
            assert verify_receipt(bytes(changed), anchors).faults, offset
        except Problem as problem:
            assert problem.code


def test_the_package_of_the_demo(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder that `jincai demo` leaves: documents, opening keys and acknowledgements of two lots."""
    assert verify(["--trust", str(played.trust), str(played.output / "tender")]) == 0
    said = capsys.readouterr().out
    assert "opening keys / 开标密钥: 2 of 2" in said and "acknowledgements by enrolled keys" in said


def test_exit_1_names_the_fault(
    played: Played, receipt: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt.replace(b'"leaf_index":', b'"leaf_index":1', 1))
    assert verify(["--trust", str(played.trust), str(path)]) == 1
    assert "receipt-index-wrong" in capsys.readouterr().out


def test_of_a_log_the_verifier_does_not_know(played: Played, receipt: bytes) -> None:
    known = played.anchors
    other = NoteSigner.of(known.log_key.name, Ed25519PrivateKey.generate()).key
    faults = verify_receipt(receipt, Anchors(known.trust, other)).faults
    assert [fault.problem.code for fault in faults] == ["note-not-signed"]

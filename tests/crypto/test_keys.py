"""Local keys: protected on disk, never overwritten, failures with names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.keys import CustodyKey, EnrolledKey, hpke_seal
from crypto.vault import protect
from procurement.basics.problems import Locked, Refused, Tampered

PASSPHRASE = "五台山上的云-2026"


def test_an_enrolled_key_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "finance.key"
    key = EnrolledKey.create(file, PASSPHRASE)
    assert EnrolledKey.open(file, PASSPHRASE).digest == key.digest
    assert b"PRIVATE" not in file.read_bytes() and file.stat().st_mode & 0o077 == 0
    with pytest.raises(Refused, match="key-exists"):
        EnrolledKey.create(file, PASSPHRASE)
    with pytest.raises(Locked, match="enrolled-key-passphrase-wrong"):
        EnrolledKey.open(file, PASSPHRASE + "x")
    with pytest.raises(Locked, match="key-missing"):
        EnrolledKey.open(tmp_path / "none", PASSPHRASE)
    with pytest.raises(Tampered, match="custody-key-malformed"):
        CustodyKey.open(file, PASSPHRASE)


def test_a_custody_key_opens_what_was_sealed_to_it(tmp_path: Path) -> None:
    key = CustodyKey.create(tmp_path / "c.key", PASSPHRASE)
    sealed = hpke_seal(key.public, b"share", b"context")
    assert len(sealed) == 65 + 5 + 16
    assert CustodyKey.open(tmp_path / "c.key", PASSPHRASE).unseal(sealed, b"context") == b"share"
    for other, info in ((sealed, b"other"), (sealed[:-1], b"context"), (b"", b"context"), (bytes(86), b"context")):
        with pytest.raises(Tampered, match="unwrap-failed"):
            key.unseal(other, info)
    with pytest.raises(Refused, match="public-key-malformed"):
        hpke_seal(b"\x04" + bytes(64), b"share", b"context")


def test_a_protected_file_that_holds_no_key_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "a.key").write_bytes(protect(b"no key", "a long passphrase", CustodyKey.LABEL))
    with pytest.raises(Tampered, match="custody-key-malformed"):
        CustodyKey.open(tmp_path / "a.key", "a long passphrase")

"""Secrets under a passphrase, and the backup slip: every failure has its own name, no parameter is trusted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crypto.slip import make_slip, open_slip
from crypto.suites import I1, context, share_commitment
from crypto.vault import Argon2Parameters, protect, unprotect
from procurement.basics.canonical import canonical
from procurement.basics.problems import Locked, Problem, Refused, Tampered
from procurement.bidding.sealed import BidHeader

WORDS = "汾河流水哗啦啦 2026"
QUICK = Argon2Parameters(m=8 * 1024, t=1, p=1)


@pytest.fixture(scope="module")
def file() -> bytes:
    return protect(b"secret", WORDS, "test", QUICK)


def changed(file: bytes, **fields: Any) -> bytes:
    return canonical({**json.loads(file), **fields})


def test_there_and_back(file: bytes) -> None:
    assert unprotect(file, WORDS, "test") == b"secret"
    assert b"secret" not in file
    assert unprotect(protect(b"", WORDS, "test"), WORDS, "test") == b""


def test_the_same_words_typed_on_another_keyboard() -> None:
    assert unprotect(protect(b"x", "Cafe\u0301 2026!", "test", QUICK), "Caf\u00e9 2026!", "test") == b"x"


def test_failures(file: bytes) -> None:
    with pytest.raises(Locked, match="test-passphrase-wrong"):
        unprotect(file, WORDS + "!", "test")
    with pytest.raises(Refused, match="passphrase-too-short"):
        protect(b"x", "1234567", "test")
    with pytest.raises(Tampered, match="other-malformed"):
        unprotect(file, WORDS, "other")
    with pytest.raises(Tampered, match="test-damaged"):
        unprotect(changed(file, data="AAAA" + json.loads(file)["data"][4:]), WORDS, "test")
    for bad in (b"", b"{}", file[:-1], file + b"\n", changed(file, more="x"), changed(file, salt="AAAA")):
        with pytest.raises(Tampered, match="test-malformed"):
            unprotect(bad, WORDS, "test")


@pytest.mark.parametrize(
    "parameters",
    [
        {"m": 1024 * 1024 + 1, "t": 1, "p": 1},
        {"m": 2**40, "t": 1, "p": 1},
        {"m": 8192, "t": 11, "p": 1},
        {"m": 8192, "t": 1, "p": 17},
        {"m": 8, "t": 1, "p": 1},
        {"m": 8192, "t": 0, "p": 1},
        {"m": 8192, "t": 1, "p": -1},
    ],
)
def test_a_file_cannot_make_its_reader_work_without_end(file: bytes, parameters: dict[str, int]) -> None:
    with pytest.raises(Tampered, match="test-malformed"):
        unprotect(changed(file, parameters=parameters), WORDS, "test")


NONCE, TENDER, S = bytes(range(32)), b"\x01" * 32, b"\x5a" * 32


def header(s: bytes = S) -> bytes:
    ctx = context(I1, TENDER, "lot-1", "91140000TEST000001", NONCE)
    return BidHeader(
        tender=TENDER.hex(),
        lot="lot-1",
        supplier="91140000TEST000001",
        nonce=NONCE.hex(),
        chunk_size=1048576,
        chunks=1,
        size=5,
        share_s=share_commitment(I1, "s", ctx, s).hex(),
        share_o="0" * 64,
        content="0" * 64,
        env_s=b"",
        env_o=b"",
    ).to_bytes()


def test_a_slip_gives_s_back() -> None:
    file = make_slip("ab" * 32, header(), S, WORDS, QUICK)
    slip = open_slip(file, WORDS)
    assert (slip.bid, bytes.fromhex(slip.s), slip.header) == ("ab" * 32, S, header())
    assert slip.read_header().lot == "lot-1"
    assert S.hex() not in repr(slip) and S.hex().encode() not in file
    with pytest.raises(Locked, match="slip-passphrase-wrong"):
        open_slip(file, WORDS + "x")
    with pytest.raises(Tampered, match="slip-malformed"):
        open_slip(protect(b"{}", WORDS, "slip", QUICK), WORDS)


def test_a_slip_of_another_bid_is_not_made_and_not_believed() -> None:
    with pytest.raises(Tampered, match="slip-share-wrong"):
        make_slip("ab" * 32, header(), b"\x5b" * 32, WORDS, QUICK)
    file = make_slip("ab" * 32, header(), S, WORDS, QUICK)
    inside = json.loads(unprotect(file, WORDS, "slip"))
    forged = protect(canonical({**inside, "s": "5b" * 32}), WORDS, "slip", QUICK)
    with pytest.raises(Problem, match="slip-share-wrong"):
        open_slip(forged, WORDS)

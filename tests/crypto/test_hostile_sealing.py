"""Bytes made to hurt: whatever a reader is given, it answers with a problem of its own, never with a crash."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import MAGIC, inspect, read_header
from crypto.chunk_line import BATCH, SPARE, THREADS
from crypto.cms_enveloped import AuthEnveloped
from crypto.envelope import Recipient, unwrap_s, wrap_s
from crypto.log import Checkpoint, NoteKey, TlogProof
from crypto.notes import split_note
from crypto.sealing import bid_digest
from crypto.stream import BodyKey, encrypt_and_open_body, encrypt_body
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.pulse import NoPulse
from procurement.bidding.sealed import CHUNK_SIZE

AUTHORITY = TestAuthority.create("坏字节认证")
ISSUED = {kind: AUTHORITY.issue_organisation("单位", "91140000TEST000001", kind=kind) for kind in ("ec", "rsa")}  # type: ignore[arg-type]


def envelope(issued: Issued) -> bytes:
    assert issued.encryption is not None
    return wrap_s(b"c" * 32, b"s" * 32, [Recipient(issued.encryption[1])])


GOOD = {kind: envelope(issued) for kind, issued in ISSUED.items()}


def splice(data: bytes, at: int, cut: int, put: bytes) -> bytes:
    return data[:at] + put + data[at + cut :]


@given(st.sampled_from(["ec", "rsa"]), st.integers(0, 500), st.integers(0, 40), st.binary(max_size=40))
def test_spliced_envelopes(kind: str, at: int, cut: int, put: bytes) -> None:
    data = splice(GOOD[kind], at, cut, put)
    if data == GOOD[kind]:
        return
    with pytest.raises(Tampered, match="unwrap-failed"):
        unwrap_s(data, ISSUED[kind].token, b"c" * 32)


@given(st.binary(max_size=300))
def test_random_envelopes(data: bytes) -> None:
    with pytest.raises(ValueError):
        AuthEnveloped.from_der(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.booleans())
def test_random_sealed_files(tmp_path: Path, data: bytes, with_magic: bool) -> None:
    path = tmp_path / "bid.sealed"
    path.write_bytes(MAGIC + data if with_magic else data)
    with pytest.raises(Tampered):
        inspect(path)
    try:
        assert len(bid_digest(path)) == 64
    except Tampered as problem:
        assert problem.code in ("bid-magic-wrong", "bid-truncated", "bid-header-too-large")


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='{}[]",:0123456789ein_', max_size=200).map(str.encode)))
def test_random_headers(data: bytes) -> None:
    with pytest.raises(Tampered, match="bid-header-malformed"):
        read_header(data)


def test_deep_json_in_a_header() -> None:
    for data in (b'{"a":' * 20000 + b"1" + b"}" * 2000, b"[" * 60000, b'{"a":' * 8000 + b"1" + b"}" * 8000):
        with pytest.raises(Tampered):
            read_header(data[:65000])


@given(st.text(max_size=300))
def test_random_texts(text: str) -> None:
    for work in (split_note, Checkpoint.from_text, TlogProof.from_text, NoteKey.from_vkey):
        for given_text in (text, f"c2sp.org/tlog-proof@v1\n{text}", f"{text}\n\n— a {text}\n", f"o\n{text}\n"):
            try:
                work(given_text)
            except Problem:
                continue


@pytest.mark.parametrize("text", ["\ud800\n\n— a AAAAAAA=\n", "a\n\n— a \ud800\n", "\n\n\n"])
def test_texts_that_are_no_text(text: str) -> None:
    with pytest.raises(Refused, match="note-malformed"):
        split_note(text)


def test_memory_does_not_grow_with_the_content(tmp_path: Path) -> None:
    source, target, size = tmp_path / "in", tmp_path / "out", 48 * CHUNK_SIZE
    with source.open("wb") as file:
        file.truncate(size)
    target.touch()
    tracemalloc.start()
    seen: list[int] = []
    found = encrypt_and_open_body(
        source, size, target, 0, BodyKey(b"k" * 32), b"k" * 32, lambda plain: seen.append(len(plain)), NoPulse()
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.bad_chunk is None and sum(seen) == size and peak < (BATCH + SPARE + THREADS + 1) * CHUNK_SIZE


def test_a_body_key_serves_once(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    (tmp_path / "out").touch()
    key = BodyKey(b"k" * 32)
    encrypt_body(tmp_path / "in", 1, tmp_path / "out", 0, key, NoPulse())
    with pytest.raises(Refused, match="body-key-spent"):
        encrypt_body(tmp_path / "in", 1, tmp_path / "out", 0, key, NoPulse())

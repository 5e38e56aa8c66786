"""Hashing several chunks at once gives what hashlib gives, whatever the machine offers."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import leaf_hashes
from crypto.chunk_line import SEALED_CHUNK, body_size
from crypto.leaf_hashes import PREFIX, leaf_hasher
from crypto.stream import BodyKey, encrypt_body, hash_body
from procurement.basics.pulse import NoPulse
from procurement.bidding.sealed import CHUNK_SIZE


def _views(messages: list[bytes]) -> list[memoryview]:
    return [memoryview(bytearray(PREFIX + message)) for message in messages]


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_as_hashlib_does(messages: list[bytes]) -> None:
    assert leaf_hasher("sha256").leaves(_views(messages)) == [
        hashlib.sha256(PREFIX + message).digest() for message in messages
    ]


def test_threads_do_not_meet() -> None:
    chunks = [[bytes([seed, number]) * (SEALED_CHUNK // 2) for number in range(9)] for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda messages: leaf_hasher("sha256").leaves(_views(messages)), chunks))
    assert found == [[hashlib.sha256(PREFIX + message).digest() for message in messages] for messages in chunks]


@pytest.mark.parametrize("chunks", [1, 2, 5, 6, 7, 11, 13, 25])
@pytest.mark.parametrize("less", [0, 1, CHUNK_SIZE - 1])
def test_a_body_has_the_same_leaves_without_the_library(
    tmp_path: Path, chunks: int, less: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, source, target = chunks * CHUNK_SIZE - less, tmp_path / "in", tmp_path / "out"
    with source.open("wb") as file:
        file.truncate(size)
    with target.open("wb") as file:
        file.truncate(7 + body_size(size))
    made = encrypt_body(source, size, target, 7, BodyKey(b"k" * 32), NoPulse())
    body = target.read_bytes()[7:]
    by_hand = [
        hashlib.sha256(PREFIX + body[at : at + SEALED_CHUNK]).digest() for at in range(0, len(body), SEALED_CHUNK)
    ]
    assert made == hash_body(target, 7, size, NoPulse()) == by_hand
    monkeypatch.setattr(leaf_hashes, "_library", lambda: None)
    assert hash_body(target, 7, size, NoPulse()) == by_hand


def test_a_message_too_long_for_a_lane_is_not_given_to_it() -> None:
    hasher = leaf_hasher("sha256")
    if hasher.lanes == 1:
        pytest.skip("this machine hashes one by one")
    with pytest.raises(ValueError, match="too long"):
        hasher.leaves([memoryview(bytearray(3 * 1024**2))])

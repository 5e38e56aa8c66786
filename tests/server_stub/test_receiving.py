"""A sealed bid laid into memory chunk by chunk: any cut of the stream makes the same file, and a wrong chunk is named."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.merkle import leaf_hash
from procurement.basics.problems import Tampered
from server_stub.store.receiving import Plan, Receiving, Tray

CHUNK, PREFIX = 50, 70


def _file(size: int) -> bytes:
    return hashlib.shake_128(b"bid").digest(size)


def _plan(data: bytes) -> Plan:
    leaves = (leaf_hash(data[at : at + CHUNK]) for at in range(PREFIX, len(data), CHUNK))
    return Plan(len(data), PREFIX, CHUNK, b"".join(leaves))


def _pour(data: bytes, tray: Tray, most: int) -> bytes:
    """Fill the tray in steps of at most `most` bytes; what did not fit."""
    while data and (room := tray.room()):
        count = min(most, len(room), len(data))
        room[:count] = data[:count]
        tray.came(count)
        data = data[count:]
    return data


def _patch(handle: int, plan: Plan, data: bytes, at: int, most: int, marks: list[int], chunks: int = 3) -> Receiving:
    receiving = Receiving(handle, plan, at, marks.append, 120)
    tray = receiving.first()
    while data := _pour(data, tray, most):
        receiving.take(tray)
        offset, tray = tray.offset, Tray(plan, chunks)
        tray.lay(offset)
    receiving.take(tray)
    return receiving


@pytest.fixture(scope="module")
def handle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    made = os.open(tmp_path_factory.mktemp("receiving") / "bid", os.O_RDWR | os.O_CREAT)
    yield made
    os.close(made)


@settings(deadline=None)
@given(
    size=st.integers(PREFIX + 1, PREFIX + 12 * CHUNK),
    cuts=st.lists(st.integers(0, PREFIX + 12 * CHUNK), max_size=4),
    most=st.integers(1, 200),
    chunks=st.integers(1, 5),
)
def test_any_cut_makes_the_same_file(handle: int, size: int, cuts: list[int], most: int, chunks: int) -> None:
    data, marks = _file(size), list[int]()
    plan, borders = _plan(data), sorted({0, size, *(min(cut, size) for cut in cuts)})
    os.ftruncate(handle, 0)
    for start, end in itertools.pairwise(borders):
        receiving = _patch(handle, plan, data[start:end], start, most, marks, chunks)
        assert receiving.offset == end
    assert receiving.complete
    assert os.pread(handle, size + 1, 0) == data
    assert marks == sorted(marks)


@pytest.mark.parametrize(
    ("wrong", "cut"),
    [(0, 0), (0, 30), (0, PREFIX + 3), (2, 0), (2, PREFIX + 3), (2, PREFIX + 2 * CHUNK + 9), (7, PREFIX + 2 * CHUNK)],
)
def test_a_wrong_chunk_is_forgotten_with_what_follows(tmp_path: Path, wrong: int, cut: int) -> None:
    data = _file(PREFIX + 8 * CHUNK - 11)
    plan, place = _plan(data), PREFIX + wrong * CHUNK
    bad = data[: place + 5] + bytes([data[place + 5] ^ 1]) + data[place + 6 :]
    handle = os.open(tmp_path / "bid", os.O_RDWR | os.O_CREAT)
    try:
        os.pwrite(handle, bad[:cut], 0)
        receiving = Receiving(handle, plan, cut, lambda _: None, 10**9)
        tray = receiving.first()
        with pytest.raises(Tampered) as told:
            rest = _pour(bad[cut:], tray, 1000)
            receiving.take(tray)
            while rest:
                tray.lay(tray.offset)
                rest = _pour(rest, tray, 1000)
                receiving.take(tray)
        assert (told.value.code, told.value.facts["chunk"]) == ("upload-chunk-differs", str(wrong))
        assert receiving.offset == place
        again = _patch(handle, plan, data[place:], place, 33, [])
        assert again.complete
        assert os.pread(handle, len(data) + 1, 0) == data
    finally:
        os.close(handle)


def test_memory_is_bounded_by_the_tray() -> None:
    data = _file(PREFIX + 100 * CHUNK)
    tray = Tray(_plan(data), 4)
    tray.lay(0)
    assert len(_pour(data, tray, 10**6)) == len(data) - PREFIX - 3 * CHUNK
    assert not tray.room()

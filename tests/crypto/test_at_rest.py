from __future__ import annotations

from pathlib import Path

import pytest

from crypto.at_rest import CHUNK, open_file, seal_file
from procurement.basics.problems import Tampered

KEY = bytes(range(32))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_round_trip(tmp_path: Path, size: int) -> None:
    source, sealed, back = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    source.write_bytes(b"\x5a" * size)
    seal_file(source, sealed, KEY)
    open_file(sealed, back, KEY)
    assert back.read_bytes() == source.read_bytes()


def _cut_at_a_chunk(data: bytes) -> bytes:
    return data[: 40 + CHUNK + 16]


def _swap_chunks(data: bytes) -> bytes:
    size = CHUNK + 16
    return data[:40] + data[40 + size : 40 + 2 * size] + data[40 : 40 + size] + data[40 + 2 * size :]


@pytest.mark.parametrize(
    "harm",
    [
        _cut_at_a_chunk,
        _swap_chunks,
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:50] + b"?" + data[51:],
        lambda data: b"X" + data[1:],
        lambda data: data[:20],
    ],
)
def test_harm_is_noticed(tmp_path: Path, harm) -> None:
    source, sealed = tmp_path / "a", tmp_path / "b"
    source.write_bytes(bytes(i % 251 for i in range(2 * CHUNK + 5)))
    seal_file(source, sealed, KEY)
    sealed.write_bytes(harm(sealed.read_bytes()))
    with pytest.raises(Tampered) as caught:
        open_file(sealed, tmp_path / "c", KEY)
    assert caught.value.code == "stored-file-damaged"


def test_another_key(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    seal_file(tmp_path / "a", tmp_path / "b", KEY)
    with pytest.raises(Tampered):
        open_file(tmp_path / "b", tmp_path / "c", bytes(32))

"""Draft bundles as bytes: the vectors, the independent reader, and what a changed byte does."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crypto.portable import PortableReader, PortableWriter, file_size
from procurement.basics.problems import Problem
from procurement.basics.pulse import NoPulse
from procurement.bidding.bundle import INDEX_LIMIT, DraftIndex

ROOT = Path(__file__).parents[2]
READER = ROOT / "docs" / "reader" / "draft_reader.py"
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "vectors" / "draft-bundle.json").read_text("utf-8"))["cases"]
NAMES = [case["name"] for case in CASES]


def content_of(case: dict[str, Any]) -> bytes:
    index = case["index"].encode()
    files = (hashlib.shake_256(str(number).encode()).digest(size) for number, size in enumerate(case["sizes"], 1))
    return len(index).to_bytes(4, "big") + index + b"".join(files)


def file_of(case: dict[str, Any], piece: int = 65_537) -> bytes:
    content, out = content_of(case), io.BytesIO()
    writer = PortableWriter(out, case["box"].encode(), bytes.fromhex(case["key"]), len(content), NoPulse())
    for at in range(0, len(content), piece):
        writer.write(content[at : at + piece])
    writer.finish()
    return out.getvalue()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_vectors_are_written_and_read(case: dict[str, Any]) -> None:
    content, file = content_of(case), file_of(case)
    assert len(content) == case["size"] and len(file) == file_size(case["size"], case["box"].encode())
    assert (
        hashlib.sha256(file).hexdigest() == case["file_sha256"] == hashlib.sha256(file_of(case, 2_000_000)).hexdigest()
    )
    reader = PortableReader(io.BytesIO(file), case["passphrase"], NoPulse())
    assert reader.exactly(case["size"]) == content and reader.read(1) == b""
    assert DraftIndex.from_bytes(case["index"].encode(), INDEX_LIMIT).to_bytes() == case["index"].encode()


def _read(file: bytes, passphrase: str, folder: Path) -> tuple[int, str]:
    (folder / "a.jcdraft").write_bytes(file)
    words = [sys.executable, "-I", "-S", str(READER), str(folder / "a.jcdraft"), str(folder / "out")]
    done = subprocess.run(words, input=passphrase + "\n", capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_independent_reader_agrees(tmp_path: Path) -> None:
    """It computes Argon2id and GHASH by itself; the one case with two chunks has everything in it."""
    case = next(one for one in CASES if len(one["sizes"]) == 2)
    code, words = _read(file_of(case), case["passphrase"], tmp_path)
    assert code == 0, words
    assert (tmp_path / "out" / "index.json").read_text("utf-8") == case["index"]
    for number, size in enumerate(case["sizes"], 1):
        data = hashlib.shake_256(str(number).encode()).digest(size)
        assert (tmp_path / "out" / hashlib.sha256(data).hexdigest()).read_bytes() == data


def test_the_independent_reader_shares_nothing() -> None:
    text = READER.read_text("utf-8")
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names) and len(text.splitlines()) < 300


def test_the_independent_reader_names_what_is_wrong(tmp_path: Path) -> None:
    case = CASES[0]
    file = file_of(case)
    for changed, passphrase, said in (
        (file[:-1], case["passphrase"], "cut short"),
        (b"X" + file, case["passphrase"], "no draft bundle"),
        (file, "another one altogether", "the passphrase is wrong"),
        (file[:-1] + bytes([file[-1] ^ 1]), case["passphrase"], "chunk 0 is damaged"),
    ):
        code, words = _read(changed, passphrase, tmp_path)
        assert code == 1 and said in words, words


@pytest.mark.parametrize("place", [3, 9, 15, 18, 24, 120, 300, 340, 380, 420, -1])
def test_any_changed_byte_is_noticed(place: int) -> None:
    case = CASES[0]
    file = bytearray(file_of(case))
    file[place] ^= 4
    with pytest.raises(Problem) as caught:
        reader = PortableReader(io.BytesIO(bytes(file)), case["passphrase"], NoPulse())
        reader.exactly(reader.size)
    assert caught.value.code.startswith("draft-bundle-") and caught.value.code != "draft-bundle-passphrase-wrong"


def test_chunks_cannot_be_moved_or_dropped() -> None:
    case = next(one for one in CASES if len(one["sizes"]) == 2)
    file = file_of(case)
    body = file_size(0, case["box"].encode())
    chunk = 1024 * 1024 + 16
    first, second = file[body : body + chunk], file[body + chunk :]
    padded = second + first[len(second) :]
    for wrong in (file[:body] + padded + first[: len(second)], file[:body] + first):
        with pytest.raises(Problem, match=r"draft-bundle-(damaged|truncated)"):
            reader = PortableReader(io.BytesIO(wrong), case["passphrase"], NoPulse())
            reader.exactly(reader.size)


def test_what_comes_must_be_as_long_as_was_told() -> None:
    case = CASES[0]
    writer = PortableWriter(io.BytesIO(), case["box"].encode(), bytes.fromhex(case["key"]), 10, NoPulse())
    writer.write(b"nine byte")
    with pytest.raises(Problem, match="content-changed"):
        writer.finish()

"""The independent reader (docs/reader): shares no code with the project, agrees with it, and refuses what is wrong."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.crypto.golden_bids import FOLDER
from tests.crypto.golden_receipts import FOLDER as RECEIPT_FOLDER
from tests.crypto.test_golden_bids import CASES
from tests.crypto.test_golden_receipts import CASES as RECEIPTS
from tests.crypto.test_sealing_vectors import content_of, seal_case
from tests.played import Played
from tests.processes import ROOT

READER = ROOT / "docs" / "reader" / "reader.py"
VECTORS = json.loads((ROOT / "tests" / "vectors" / "sealed-bid.json").read_text())


BEYOND = {
    "certificate-of-legal-person",
    "certificate-revocation-unknown",
    "certificate-revoked",
    "certificate-wrong-usage",
}
"""What it does not ask of a certificate, as its first lines say"""


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The reader as a module: many files without a process for each."""
    spec = importlib.util.spec_from_file_location("independent_reader", READER)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def read(*words: str | Path) -> tuple[int, str]:
    """Exit code and words, from an interpreter without our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(READER), *map(str, words)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_it_is_short_and_shares_nothing() -> None:
    text = READER.read_text()
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 200
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


@pytest.fixture(scope="module")
def bids(played: Played, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    """The opened bids of the demo's archive with what the opening told of them."""
    folder = tmp_path_factory.mktemp("bids")
    with zipfile.ZipFile(played.archive) as archive:
        names = [name for name in archive.namelist() if name.startswith("bids/")]
        archive.extractall(folder, names)
    sealed = sorted((folder / "bids").glob("*.sealed"))
    assert len(sealed) == 3
    return [(path, json.loads(path.with_suffix(".json").read_bytes())) for path in sealed]


def test_it_opens_every_bid_of_the_archive(bids: list[tuple[Path, dict[str, Any]]], tmp_path: Path) -> None:
    for path, told in bids:
        out = tmp_path / f"{path.stem}.asice"
        code, words = read("open", path, told["s"], told["o"], path.stem, out)
        assert code == 0, words
        with zipfile.ZipFile(out) as container:
            assert container.testzip() is None and "mimetype" in container.namelist()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("s", "share s is not the one committed to"),
        ("o", "share o is not the one committed to"),
        ("bid", "the bid digest is"),
        ("header", "not canonical"),
        ("commit", "the key commitment is wrong"),
        ("body", "the bid digest is"),
        ("tail", "another length"),
        ("cut", "another length"),
    ],
)
def test_what_is_wrong_is_named(
    bids: list[tuple[Path, dict[str, Any]]], tmp_path: Path, change: str, said: str
) -> None:
    path, told = bids[0]
    data, words = bytearray(path.read_bytes()), {"s": told["s"], "o": told["o"], "bid": path.stem}
    header = 12 + int.from_bytes(data[8:12], "big")
    if change in words:
        words[change] = ("1" if words[change][0] == "0" else "0") + words[change][1:]
    elif change == "header":
        data[13:13] = b" "
        data[8:12] = (header - 12 + 1).to_bytes(4, "big")
    elif change in ("commit", "body"):
        data[header if change == "commit" else header + 40] ^= 1
    elif change == "tail":
        data += b"\0"
    else:
        del data[-1]
    wrong = tmp_path / "wrong.sealed"
    wrong.write_bytes(data)
    code, answer = read("open", wrong, *words.values(), tmp_path / "out")
    assert code == 1 and said in answer
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_it_agrees_with_the_vectors(case: dict[str, Any], tmp_path: Path) -> None:
    """The reference's files, byte for byte (`file_sha256` is checked where they are made)."""
    inputs, out, path = VECTORS["inputs"], tmp_path / "out", tmp_path / "bid.sealed"
    content = content_of(case)
    seal_case(case, path)
    code, words = read("open", path, inputs["s"], inputs["o"], case["expected"]["bid"], out)
    assert code == 0, words
    assert out.read_bytes() == content


def test_it_judges_the_golden_files(reader: ModuleType, tmp_path: Path) -> None:
    """Those of opening, both suites: all that shares, commitments and digests can tell. GCM's tags and the container are beyond it."""
    refused = ("bid-magic", "bid-header", "bid-digest", "bid-commit", "share-")
    for case in CASES:
        out, told = tmp_path / "out", ""
        words = (FOLDER / case.file, bytes.fromhex(case.s), bytes.fromhex(case.o), case.bid, out)
        try:
            reader.open_bid(*words)
        except (reader.Wrong, KeyError, TypeError, ValueError) as wrong:
            told = repr(wrong)
        assert bool(told) == case.code.startswith(refused), (case.file, told)
        if case.code == "opened":
            assert zipfile.ZipFile(out).testzip() is None


def test_it_believes_every_receipt_of_the_demo(played: Played) -> None:
    for path in played.receipts:
        code, words = read("receipt", path, played.trust)
        assert code == 0 and "time-stamped" in words, words


def test_it_believes_no_changed_receipt(played: Played, tmp_path: Path) -> None:
    good = json.loads(played.receipts[0].read_bytes())
    other = json.loads(played.receipts[1].read_bytes())
    wrong = tmp_path / "wrong.json"
    for part in ("receipt", "act", "proof", "timestamp"):
        mixed = {**good, part: other[part]}
        wrong.write_text(json.dumps(mixed, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        code, words = read("receipt", wrong, played.trust)
        assert code == 1 and "WRONG" in words, part


def test_it_judges_the_golden_receipts(reader: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Both suites. It goes no further into a certificate than its path and its times."""
    for case in RECEIPTS:
        told = ""
        try:
            reader.check_receipt(RECEIPT_FOLDER / case.file, RECEIPT_FOLDER / "trust")
        except (reader.Wrong, KeyError, TypeError, ValueError, AttributeError) as wrong:
            told = repr(wrong)
        assert bool(told) == (case.code not in {"holds", *BEYOND}), (case.file, told)
    assert "receipt holds" in capsys.readouterr().out

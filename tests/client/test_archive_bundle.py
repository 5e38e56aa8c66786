"""The archive's container has exactly one form."""

from pathlib import Path

import pytest

from client.archive.bundle import Bundle, write_bundle
from procurement.basics.problems import Problem, Refused


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    big = tmp_path / "big"
    big.write_bytes(b"\x07" * 3_000_001)
    path = tmp_path / "a.zip"
    write_bundle(path, {"acts/1.json": b"{}", "empty": b"", "bids/x.sealed": big})
    return path


def test_members_come_back(archive: Path) -> None:
    with Bundle(archive) as bundle:
        assert sorted(bundle.members) == ["acts/1.json", "bids/x.sealed", "empty"]
        assert bundle.read("acts/1.json") == b"{}"
        assert bundle.read("empty") == b""
        assert bundle.read("bids/x.sealed") == b"\x07" * 3_000_001


def test_other_zip_tools_read_it(archive: Path) -> None:
    import zipfile

    with zipfile.ZipFile(archive) as other:
        assert other.testzip() is None
        assert other.read("acts/1.json") == b"{}"


def test_every_byte_counts(tmp_path: Path) -> None:
    path = tmp_path / "small.zip"
    write_bundle(path, {"a": b"12", "b/c": b"3"})
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(Problem), Bundle(path) as bundle:
            for name in bundle.members:
                bundle.read(name)


@pytest.mark.parametrize("change", [lambda b: b + b"x", lambda b: b"x" + b, lambda b: b[:-1], lambda b: b""])
def test_added_or_missing_bytes_are_refused(archive: Path, change) -> None:  # type: ignore[no-untyped-def]
    archive.write_bytes(change(archive.read_bytes()))
    with pytest.raises(Problem):
        Bundle(archive)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../b", "a/./b", "标书", "a b", ""])
def test_names_outside_the_profile_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        write_bundle(tmp_path / "a.zip", {name: b""})
    assert not list(tmp_path.iterdir())

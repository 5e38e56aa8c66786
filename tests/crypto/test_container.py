"""Signed containers: other tools read them, and no other form passes for one."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from crypto.asic_manifest import read_manifest, write_manifest
from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore
from crypto.container import MANIFEST_NAME, BidReader, read_container, read_manifest_bytes, write_container
from crypto.content import Content
from crypto.signing import sign_bytes
from crypto.zip_profile import Entry, check_names, crc32, finish
from procurement.basics.problems import Cancelled, Problem
from procurement.basics.pulse import cancelled
from procurement.bidding.sealed import BidContent

STATEMENT = BidContent(tender="1" * 64, lot="lot-1", supplier="91140000TEST000001").to_bytes()
BIG = bytes(range(256)) * 8192 + b"tail"


@pytest.fixture(scope="module")
def bidder(authority: TestAuthority) -> Issued:
    return authority.issue_organisation("太原测试科技有限公司", "91140000TEST000001")


@pytest.fixture
def bid(tmp_path: Path, bidder: Issued) -> Path:
    attachment = tmp_path / "附件.pdf"
    attachment.write_bytes(BIG)
    target = tmp_path / "bid.asice"
    members = {"bid-content.json": STATEMENT, "files/0001.pdf": attachment, "empty": b""}
    write_container(target, members, bidder.token)
    return target


def refusal(path: Path, trust: TrustStore, at: datetime) -> str:
    """What reading the file says; following it as it goes by must say the same."""
    with pytest.raises(Problem) as caught:
        read_container(path, trust, at)
    with pytest.raises(Problem, match=caught.value.code):
        _followed(BidReader(trust, at), path)
    return " ".join([caught.value.code, *(caught.value.facts.get(k, "") for k in ("reason",))]).strip()


def packed(path: Path, members: list[tuple[str, bytes]]) -> Path:
    """A container in the right ZIP form with whatever members."""
    entries: list[Entry] = []
    with path.open("wb") as out:
        for name, data in members:
            entries.append(Entry(name, crc32(data), len(data), out.tell()))
            out.write(entries[-1].local() + data)
        finish(out, entries)
    return path


def parts(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as z:
        return [(info.filename, z.read(info)) for info in z.infolist()]


def test_written_and_read(bid: Path, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    found = read_container(bid, trust, at)
    assert list(found.members) == ["bid-content.json", "files/0001.pdf", "empty"]
    assert found.signer.org == "91140000TEST000001"
    assert found.read("bid-content.json") == STATEMENT
    assert found.members["files/0001.pdf"].digest == hashlib.sha256(BIG).hexdigest()
    with found.open("files/0001.pdf") as source:
        assert source.read(3) == BIG[:3] and source.read() == BIG[3:]
    found.extract("files/0001.pdf", tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == BIG
    assert read_manifest_bytes(bid) == found.manifest
    assert found.read("empty") == b""
    assert not list(tmp_path.glob(".*"))


def test_other_tools_agree(bid: Path, trust: TrustStore, tmp_path: Path) -> None:
    with zipfile.ZipFile(bid) as z:
        assert z.testzip() is None
        assert z.infolist()[0].filename == "mimetype"
        z.extractall(tmp_path / "x")
    assert bid.read_bytes()[30:69] == b"mimetypeapplication/vnd.etsi.asic-e+zip"
    trust.save(tmp_path)
    command = (
        f"openssl cms -verify -binary -inform DER -in x/META-INF/signature.p7s -content x/{MANIFEST_NAME}"
        " -CAfile roots.pem -out out"
    )
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_bid_reader_answers_what_sealing_asks(bid: Path, trust: TrustStore, at: datetime, bidder: Issued) -> None:
    reader = BidReader(trust, at)
    content = _followed(reader, bid)
    assert (content.statement, content.signer) == (STATEMENT, "91140000TEST000001")
    assert content.manifest == reader.manifest(bid)
    other = bid.with_name("other")
    write_container(other, {"a": b"a"}, bidder.token)
    with pytest.raises(Problem, match="content-statement-missing"):
        _followed(reader, other)


def _followed(reader: BidReader, path: Path, piece: int = 7777) -> Content:
    data = path.read_bytes()
    with path.open("rb") as file:
        follower = reader.follow(file, len(data))
    for at in range(0, len(data), piece):
        follower.take(memoryview(data)[at : at + piece])
    return follower.done()


def test_the_same_members_make_the_same_manifest(bid: Path, bidder: Issued, trust: TrustStore, at: datetime) -> None:
    again = bid.with_name("again")
    members = {"bid-content.json": STATEMENT, "files/0001.pdf": BIG, "empty": b""}
    assert write_container(again, members, bidder.token) == read_manifest_bytes(bid)
    assert read_manifest(read_manifest_bytes(bid))["empty"] == hashlib.sha256(b"").digest()


def test_every_byte_counts(bidder: Issued, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    small = tmp_path / "small"
    write_container(small, {"bid-content.json": STATEMENT, "a/b": b"12345"}, bidder.token)
    good = small.read_bytes()
    for place in range(0, len(good), 5):
        small.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        try:
            read_container(small, trust, at)
        except Problem:
            with pytest.raises(Problem):
                _followed(BidReader(trust, at), small, 100)
            continue
        pytest.fail(f"byte {place}")


def test_members_must_be_the_manifests(bid: Path, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    all_parts = parts(bid)
    other = tmp_path / "other"
    assert refusal(packed(other, [*all_parts[:-2], ("extra", b"x"), *all_parts[-2:]]), trust, at) == (
        "container-member-unlisted"
    )
    assert refusal(packed(other, [p for p in all_parts if p[0] != "empty"]), trust, at) == "container-member-missing"
    swapped = [all_parts[0], all_parts[2], all_parts[1], *all_parts[3:]]
    assert refusal(packed(other, swapped), trust, at).startswith("container-malformed members are not")
    changed = [(name, data + b"!" if name == "empty" else data) for name, data in all_parts]
    assert refusal(packed(other, changed), trust, at) == "container-member-changed"
    doubled = [*all_parts[:-2], ("empty", b""), *all_parts[-2:]]
    assert refusal(packed(other, doubled), trust, at) == "container-member-doubled"
    cased = [*all_parts[:-2], ("EMPTY", b""), *all_parts[-2:]]
    assert refusal(packed(other, cased), trust, at) == "container-member-doubled"
    assert refusal(packed(other, all_parts[1:]), trust, at).startswith("container-malformed mimetype")
    assert refusal(packed(other, all_parts[:-1]), trust, at).startswith("container-malformed mimetype")
    wrong = [("mimetype", b"application/vnd.etsi.asic-s+zip"), *all_parts[1:]]
    assert refusal(packed(other, wrong), trust, at) == "container-malformed another media type"
    second = [*all_parts[:-2], ("META-INF/signature2.p7s", b"x"), *all_parts[-2:]]
    assert refusal(packed(other, second), trust, at) == "container-member-unlisted"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../b",
        "/etc/x",
        "a//b",
        "a/",
        "a\\b",
        ".hidden",
        "附件",
        "a b",
        "a.",
        "CON",
        "com1.txt",
        "x" * 201,
        "",
    ],
)
def test_names(name: str, bidder: Issued, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="container-name-refused"):
        write_container(tmp_path / "t", {name: b""}, bidder.token)
    assert not list(tmp_path.iterdir())
    if name.isascii():
        bad = packed(tmp_path / "t", [("mimetype", b""), (name, b""), ("b", b""), ("c", b"")])
        assert refusal(bad, trust, at).split()[0] in ("container-name-refused", "container-malformed")


def test_more_names(bidder: Issued, tmp_path: Path) -> None:
    for names in (["META-INF/x"], ["meta-inf/x"], ["mimetype"], ["MimeType"], ["a", "a/b"], ["A/b", "a"]):
        with pytest.raises(Problem, match="container-name-refused"):
            write_container(tmp_path / "t", dict.fromkeys(names, b""), bidder.token)
    check_names(["a/b", "a-b", "a.b/c", "0001.pdf"])


def _patch(place: Callable[[bytes], int], data: bytes) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        at = place(raw)
        return raw[:at] + data + raw[at + len(data) :]

    return change


def _central(raw: bytes, number: int = 1) -> int:
    at = struct.unpack_from("<I", raw, len(raw) - 6)[0]
    for _ in range(number):
        at += 46 + struct.unpack_from("<H", raw, at + 28)[0]
    return int(at)


def _moved(raw: bytes, at: int, extra: bytes) -> bytes:
    """`extra` put in at `at`, all offsets behind it set right."""
    start = _central(raw, 0)
    count = struct.unpack_from("<H", raw, len(raw) - 12)[0]
    out = bytearray(raw)
    for number in range(count):
        record = _central(raw, number)
        offset = struct.unpack_from("<I", raw, record + 42)[0]
        if offset >= at:
            struct.pack_into("<I", out, record + 42, offset + len(extra))
    struct.pack_into("<I", out, len(raw) - 6, start + len(extra))
    return bytes(out[:at] + extra + out[at:])


def _second_local(raw: bytes) -> int:
    return int(struct.unpack_from("<I", raw, _central(raw, 1) + 42)[0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda raw: b"MZ" + raw, "gap between directory and end record, bytes before the first member, or zip64"),
        (lambda raw: _moved(raw, 0, b"MZ"), "gap or overlap between members, or bytes before the first"),
        (
            lambda raw: _moved(raw, _second_local(raw), b"gap"),
            "gap or overlap between members, or bytes before the first",
        ),
        (lambda raw: _moved(raw, _central(raw, 0), b"gap"), "gap before the directory"),
        (lambda raw: raw + b"x", "no end record at the very end: a comment, or bytes after it"),
        (lambda raw: raw[:-2] + b"\x01\x00x", "no end record at the very end: a comment, or bytes after it"),
        (
            lambda raw: raw[:-22] + b"gap" + raw[-22:],
            "gap between directory and end record, bytes before the first member, or zip64",
        ),
        (_patch(lambda raw: _central(raw) + 8, b"\x08"), "data descriptor"),
        (_patch(lambda raw: _second_local(raw) + 6, b"\x08"), "data descriptor"),
        (_patch(lambda raw: _central(raw) + 8, b"\x01"), "encrypted member"),
        (_patch(lambda raw: _central(raw) + 10, b"\x08"), "compressed member"),
        (_patch(lambda raw: _second_local(raw) + 26, b"\x11"), "local header and directory differ"),
        (_patch(lambda raw: _second_local(raw) + 30, b"X"), "local header and directory differ"),
        (_patch(lambda raw: _central(raw) + 20, b"\xff\xff\xff\xff" * 2), "declared size reaches beyond the members"),
        (_patch(lambda raw: _central(raw) + 20, b"\x01\0\0\0\x01\0\0\0"), "local header and directory differ"),
        (
            _patch(lambda raw: _central(raw) + 12, b"\x01"),
            "directory record with extra field, comment, attributes or time",
        ),
        (
            _patch(lambda raw: _central(raw) + 38, b"\x01"),
            "directory record with extra field, comment, attributes or time",
        ),
        (_patch(lambda raw: len(raw) - 12, b"\xff\xff\xff\xff"), "end record"),
        (_patch(lambda raw: len(raw) - 14, b"\x01"), "end record"),
        (lambda raw: raw[:100], "no end record at the very end: a comment, or bytes after it"),
        (lambda raw: b"", "size"),
    ],
)
def test_only_one_zip_form(
    change: Callable[[bytes], bytes], reason: str, bid: Path, trust: TrustStore, at: datetime
) -> None:
    bid.write_bytes(change(bid.read_bytes()))
    assert refusal(bid, trust, at) == f"container-malformed {reason}"


def test_a_zip_by_another_tool_is_not_one(bid: Path, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts(bid):
            z.writestr(name, data)
    assert refusal(other, trust, at) == "container-malformed compressed member"


def test_a_manifest_has_one_spelling(
    bid: Path, bidder: Issued, trust: TrustStore, at: datetime, tmp_path: Path
) -> None:
    """A manifest with a DTD, another spelling or a doubled row is refused although its signature is right."""
    good = read_manifest_bytes(bid)
    row = good.split(b"\n")[3] + b"\n"
    for bad in (
        good.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n'),
        good.replace(b"<asic:DataObject", b"<!-- --><asic:DataObject", 1),
        good.replace(b"\n", b"\r\n"),
        good + b"\n",
        good.replace(b'URI="empty"', b'URI="&#101;mpty"'),
        good.replace(b"sha256", b"sha512", 1),
        b"\xef\xbb\xbf" + good,
        b"",
    ):
        members = [(n, bad if n == MANIFEST_NAME else d) for n, d in parts(bid)]
        members[-1] = (members[-1][0], sign_bytes(bad, bidder.token))
        assert refusal(packed(tmp_path / "x", members), trust, at) == "container-manifest-malformed"
    doubled = good.replace(row, row + row)
    with pytest.raises(Problem, match="container-member-doubled"):
        read_manifest(doubled)
    assert write_manifest(read_manifest(good)) == good


def test_the_signature_is_judged(bid: Path, authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    stranger = TestAuthority.create("别处").issue_organisation("某", "91140000TEST000001")
    manifest = read_manifest_bytes(bid)
    members = parts(bid)
    members[-1] = (members[-1][0], sign_bytes(manifest, stranger.token))
    assert refusal(packed(bid, members), trust, at) == "certificate-issuer-unknown"
    members[-1] = (members[-1][0], sign_bytes(b"other", stranger.token))
    assert refusal(packed(bid, members), trust, at) == "signature-content-changed"


def test_progress_and_stopping(bid: Path, bidder: Issued, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    class Seen:
        def __init__(self, stop: bool) -> None:
            self.steps: list[tuple[int, int]] = []
            self.stop = stop

        def step(self, done: int, total: int) -> None:
            self.steps.append((done, total))
            if self.stop:
                raise cancelled()

    seen = Seen(False)
    read_container(bid, trust, at, seen)
    assert seen.steps[-1] == (len(STATEMENT) + len(BIG),) * 2
    with pytest.raises(Cancelled):
        read_container(bid, trust, at, Seen(True))
    before = bid.read_bytes()
    with pytest.raises(Cancelled):
        write_container(bid, {"a": tmp_path / "附件.pdf"}, bidder.token, Seen(True))
    assert bid.read_bytes() == before and not list(tmp_path.glob(".*"))


def test_many_members_side_by_side(bidder: Issued, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    members = {f"files/{n:04}.bin": bytes([n % 256]) * (n * 1000) for n in range(60)}
    write_container(tmp_path / "c", members, bidder.token)
    found = read_container(tmp_path / "c", trust, at)
    assert {name: found.read(name) for name in found.members} == members
    raw = bytearray((tmp_path / "c").read_bytes())
    for name in ("files/0009.bin", "files/0050.bin"):
        raw[found.members[name].entry.data] ^= 1
    (tmp_path / "c").write_bytes(raw)
    with pytest.raises(Problem, match=r"name=files/0009\.bin"):
        read_container(tmp_path / "c", trust, at)


def test_what_cannot_be_packed(bidder: Issued, tmp_path: Path) -> None:
    target = tmp_path / "t"
    with pytest.raises(Problem, match="container-member-unreadable"):
        write_container(target, {"a": tmp_path / "none"}, bidder.token)
    with pytest.raises(Problem, match="container-too-many-members"):
        write_container(target, {}, bidder.token)
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(4 * 1024**3)  # sparse: takes no room
    with pytest.raises(Problem, match="container-too-large"):
        write_container(target, {"a": huge}, bidder.token)
    assert not target.exists()


def test_a_member_changed_after_reading(bid: Path, trust: TrustStore, at: datetime, tmp_path: Path) -> None:
    found = read_container(bid, trust, at)
    raw = bytearray(bid.read_bytes())
    raw[found.members["files/0001.pdf"].entry.data] ^= 1
    bid.write_bytes(raw)
    for act in (lambda: found.read("files/0001.pdf"), lambda: found.extract("files/0001.pdf", tmp_path / "o")):
        with pytest.raises(Problem, match="container-member-changed"):
            act()
    assert not (tmp_path / "o").exists()

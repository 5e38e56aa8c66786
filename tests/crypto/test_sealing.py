"""Sealing and opening real bids: each step of B3 fails by its own name and on the right party."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import bid_digest, digest_of, inspect
from crypto.certificates import TrustStore
from crypto.chunk_line import BATCH, SEALED_CHUNK, SPARE
from crypto.container import BidReader
from crypto.merkle import leaf_hash
from crypto.sealing import fault_of, open_released, open_sealed, seal
from crypto.suites import chunk_nonce
from procurement.basics.problems import Cancelled, Problem, Refused, Tampered
from procurement.basics.pulse import cancelled
from tests.crypto.bid_world import LOT, MEMBER, TENDER, Forged, World, public_of
from tests.crypto.conftest import AT, CODE


@pytest.fixture
def world(tmp_path: Path, authority: TestAuthority, organisation: Issued) -> World:
    return World(tmp_path, authority, organisation)


def opened_code(world: World, forged: Forged, s: bytes | None = None, o: bytes | None = None) -> str:
    """Code and fault of the refusal; nothing is left behind."""
    target = world.folder / "opened.asice"
    with pytest.raises(Problem) as found:
        open_sealed(forged.path, s or forged.s, o or forged.o, target, bid=forged.bid, reader=world.reader)
    assert not target.exists() and not list(world.folder.glob("*.part"))
    return f"{found.value.code} {fault_of(found.value)}"


def test_what_is_sealed_opens_again(world: World) -> None:
    container = world.container()
    sealed = world.seal(container=container)
    path, target = world.folder / "bid.sealed", world.folder / "opened.asice"
    assert (sealed.chunks, sealed.file_size) == (3, path.stat().st_size)
    assert sealed.bid_digest == bid_digest(path)
    assert sealed.header_digest == inspect(path).header_digest.hex()
    opened = open_released(path, sealed.s, world.lot_key, target, bid=sealed.bid_digest, reader=world.reader)
    assert target.read_bytes() == container.read_bytes()
    assert opened.content.signer == CODE and opened.header == sealed.header
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not list(world.folder.glob("*.part"))


def test_the_forger_can_make_a_good_bid(world: World) -> None:
    """Else the failures below would prove nothing."""
    forged = world.forge_from(world.container())
    open_sealed(forged.path, forged.s, forged.o, world.folder / "o", bid=forged.bid, reader=world.reader)


def test_digest_from_arriving_chunks(world: World) -> None:
    sealed = world.seal()
    found = inspect(world.folder / "bid.sealed")
    body = (world.folder / "bid.sealed").read_bytes()[found.offset :]
    leaves = [leaf_hash(body[i : i + SEALED_CHUNK]) for i in range(0, len(body), SEALED_CHUNK)]
    assert tuple(leaves) == sealed.chunk_hashes and len(body) == sealed.size
    assert digest_of(found.header_bytes, found.commit, leaves, len(body)) == sealed.bid_digest


def test_every_sealing_is_another_bid(world: World) -> None:
    container = world.container()
    one, two = world.seal("one", container=container), world.seal("two", container=container)
    assert one.header.nonce != two.header.nonce and one.s != two.s and one.bid_digest != two.bid_digest
    with pytest.raises(Refused, match="file-exists"):
        world.seal("one", container=container)


@pytest.mark.parametrize("size", [1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 4 * 1024 * 1024])
def test_chunk_edges(world: World, size: int) -> None:
    class Bare:
        def manifest(self, container: Path) -> bytes:
            return b"m"

    content = world.folder / "content"
    content.write_bytes(os.urandom(size))
    sealed = world.seal(container=content, reader=Bare(), recheck=False)
    path = world.folder / "bid.sealed"
    assert sealed.chunks == -(-size // (1024 * 1024)) and bid_digest(path) == sealed.bid_digest
    with pytest.raises(Tampered, match="container-"):
        open_released(path, sealed.s, world.lot_key, world.folder / "o", bid=sealed.bid_digest, reader=world.reader)


# --- what the storage may do to a bid -------------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[bytes, int], bytes]] = {
    "magic": lambda data, _: b"JINCAIB2" + data[8:],
    "header bit": lambda data, _: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "header length": lambda data, _: data[:8] + b"\xff\xff\xff\xff" + data[12:],
    "commit bit": lambda data, at: data[: at - 1] + bytes([data[at - 1] ^ 1]) + data[at:],
    "first chunk bit": lambda data, at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
    "last tag bit": lambda data, _: data[:-1] + bytes([data[-1] ^ 1]),
    "chunk swapped": lambda data, at: (
        data[:at] + data[at + SEALED_CHUNK : at + 2 * SEALED_CHUNK] + data[at : at + SEALED_CHUNK]
        + data[at + 2 * SEALED_CHUNK :]
    ),
    "truncated": lambda data, _: data[:-1],
    "last chunk gone": lambda data, at: data[: at + 2 * SEALED_CHUNK],
    "only the start": lambda data, _: data[:10],
    "empty": lambda data, _: b"",
    "trailing": lambda data, _: data + b"\0",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_storage_is_never_the_bidders_fault(world: World, damage: str) -> None:
    sealed = world.seal()
    path = world.folder / "bid.sealed"
    path.write_bytes(DAMAGE[damage](path.read_bytes(), inspect(path).offset))
    target = world.folder / "opened.asice"
    with pytest.raises(Tampered) as found:
        open_released(path, sealed.s, world.lot_key, target, bid=sealed.bid_digest, reader=world.reader)
    assert (found.value.code, fault_of(found.value)) == ("bid-digest-wrong", "platform")
    assert not target.exists() and not list(world.folder.glob("*.part"))


def test_a_lost_file_is_the_platforms(world: World) -> None:
    with pytest.raises(Tampered) as found:
        open_sealed(world.folder / "gone", b"s" * 32, b"o" * 32, world.folder / "o", bid="0" * 64, reader=world.reader)
    assert fault_of(found.value) == "platform"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("magic", "bid-magic-wrong"),
        ("header length", "bid-header-too-large"),
        ("truncated", "bid-truncated"),
        ("only the start", "bid-truncated"),
        ("empty", "bid-magic-wrong"),
        ("trailing", "bid-trailing-data"),
    ],
)
def test_layout_is_judged_before_anything_is_read(world: World, damage: str, code: str) -> None:
    world.seal()
    path = world.folder / "bid.sealed"
    path.write_bytes(DAMAGE[damage](path.read_bytes(), inspect(path).offset))
    with pytest.raises(Tampered) as found:
        inspect(path)
    assert found.value.code == code


# --- what a bidder may do on purpose --------------------------------------------------------------------------------


def test_wrong_shares(world: World) -> None:
    forged = world.forge_from(world.container())
    assert opened_code(world, forged, s=b"\0" * 32) == "share-s-wrong bidder"
    assert opened_code(world, forged, o=b"\0" * 32) == "share-o-wrong bidder"
    assert opened_code(world, forged, s=forged.s + b"\0") == "share-s-wrong bidder"


def test_opening_envelope_broken_on_purpose(world: World) -> None:
    forged = world.forge_from(world.container(), env_o=b"garbage")
    with pytest.raises(Tampered) as found:
        open_released(forged.path, forged.s, world.lot_key, world.folder / "o", bid=forged.bid, reader=world.reader)
    assert (found.value.code, fault_of(found.value)) == ("env-o-unreadable", "bidder")


def test_share_o_wrong_inside_a_good_envelope(world: World) -> None:
    forged = world.forge_from(world.container(), header={"share_o": "0" * 64})
    with pytest.raises(Tampered) as found:
        open_released(forged.path, forged.s, world.lot_key, world.folder / "o", bid=forged.bid, reader=world.reader)
    assert (found.value.code, fault_of(found.value)) == ("share-o-wrong", "bidder")


def test_commit_flipped_by_the_bidder(world: World) -> None:
    forged = world.forge_from(world.container(), commit=b"\0" * 32)
    assert opened_code(world, forged) == "bid-commit-wrong bidder"


def test_last_flag_dropped(world: World) -> None:
    forged = world.forge_from(world.container(), chunk_nonces=lambda i, last: chunk_nonce(i, False))
    assert opened_code(world, forged) == "bid-chunk-wrong bidder"


def test_chunks_swapped_by_the_bidder(world: World) -> None:
    forged = world.forge_from(world.container(), chunk_nonces=lambda i, last: chunk_nonce({0: 1, 1: 0}.get(i, i), last))
    assert opened_code(world, forged) == "bid-chunk-wrong bidder"


HEADERS: dict[str, Callable[[bytes], bytes]] = {
    "re-ordered": lambda data: b'{"suite":"I1",' + data[1:].replace(b',"suite":"I1"', b""),
    "duplicate key": lambda data: data[:-1] + b',"tender":"' + b"1" * 64 + b'"}',
    "float": lambda data: data.replace(b'"chunk_size":1048576', b'"chunk_size":1048576.0'),
    "exponent": lambda data: data.replace(b'"chunk_size":1048576', b'"chunk_size":1e6'),
    "space": lambda data: data.replace(b'"suite":', b'"suite": '),
    "null": lambda data: data.replace(b'"suite":"I1"', b'"suite":null'),
    "not utf-8": lambda data: data.replace(b'"lot":"lot-1"', b'"lot":"lot-\xff"'),
    "other suite": lambda data: data.replace(b'"suite":"I1"', b'"suite":"S9"'),
    "unknown field": lambda data: data.replace(b'"tender":', b'"tenda":"","tender":'),
    "other type": lambda data: data.replace(b"bid-header", b"submission"),
}


@pytest.mark.parametrize("change", HEADERS)
def test_header_outside_the_canonical_form(world: World, change: str) -> None:
    forged = world.forge_from(world.container(), raw_header=HEADERS[change])
    assert opened_code(world, forged) == "bid-header-malformed bidder"


@pytest.mark.parametrize(
    "fields",
    [{"size": 0}, {"size": 2**50}, {"chunks": 2}, {"chunks": 2**40}, {"chunk_size": 4096}, {"size": -1}],
)
def test_header_whose_numbers_disagree(world: World, fields: dict[str, int]) -> None:
    forged = world.forge_from(world.container(), header=fields)
    assert opened_code(world, forged) == "bid-header-inconsistent bidder"


def test_header_too_large(world: World) -> None:
    with pytest.raises(Tampered, match="bid-header-too-large"):
        world.forge_from(world.container(), env_s=b"\0" * 60000)
    with pytest.raises(Tampered, match="bid-header-too-large"):
        inspect(world.folder / "forged.sealed")


def test_content_other_than_committed(world: World) -> None:
    container = world.container()
    assert opened_code(world, world.forge("f", container.read_bytes(), manifest=b"<other/>")) == "content-wrong bidder"
    assert opened_code(world, world.forge("g", b"no container")).startswith("container-")


@pytest.mark.parametrize("changed", [{"tender": "0" * 64}, {"lot": "lot-2"}, {"supplier": "91140000OTHER00002"}])
def test_content_signed_for_something_else(world: World, changed: dict[str, str]) -> None:
    forged = world.forge_from(world.container(**changed))
    assert opened_code(world, forged) == "content-for-another-bid bidder"
    with pytest.raises(Tampered, match="content-for-another-bid"):
        world.seal(container=world.folder / "bid.asice")
    assert not (world.folder / "bid.sealed").exists()


def test_content_signed_by_somebody_else(world: World) -> None:
    other = world.authority.issue_organisation("另一家公司", "91140000OTHER00002")
    forged = world.forge_from(world.container(signer=other))
    assert opened_code(world, forged) == "content-signer-wrong bidder"


def test_a_copied_ciphertext_names_its_maker(world: World) -> None:
    """H10: another supplier cannot take over a body; the header's digest is in the key's derivation."""
    forged = world.forge_from(world.container())
    data = forged.path.read_bytes().replace(CODE.encode(), b"91140000OTHER00002")
    forged.path.write_bytes(data)
    forged.bid = bid_digest(forged.path)
    assert opened_code(world, forged) == "share-s-wrong bidder"


def test_another_lot_key_opens_nothing(world: World) -> None:
    sealed = world.seal()
    with pytest.raises(Tampered, match="env-o-unreadable"):
        open_released(
            world.folder / "bid.sealed",
            sealed.s,
            ec.generate_private_key(ec.SECP256R1()),
            world.folder / "o",
            bid=sealed.bid_digest,
            reader=world.reader,
        )


# --- sealing as a work ----------------------------------------------------------------------------------------------


def test_cancelled_sealing_leaves_nothing(world: World) -> None:
    class Stop:
        def step(self, done: int, total: int) -> None:
            raise cancelled()

    with pytest.raises(Cancelled):
        world.seal(pulse=Stop())
    assert sorted(p.name for p in world.folder.iterdir()) == ["bid.asice"]


def test_progress_reaches_the_whole(world: World) -> None:
    seen: list[tuple[int, int]] = []

    class Watch:
        def step(self, done: int, total: int) -> None:
            seen.append((done, total))

    container = world.container()
    world.seal(container=container, pulse=Watch(), recheck=False)
    size = container.stat().st_size
    assert len(MEMBER) < size and seen[-1] == (size, size) and seen == sorted(seen)


def test_content_changed_while_sealing(world: World) -> None:
    container = world.container()

    class Touch:
        def step(self, done: int, total: int) -> None:
            os.utime(container, (1, done))

    with pytest.raises(Refused, match="content-changed"):
        world.seal(container=container, pulse=Touch())
    assert not (world.folder / "bid.sealed").exists()


def test_content_changed_while_sealing_with_its_time_put_back(world: World) -> None:
    """Size, time and inode say nothing then; what was sealed is opened, and is not what was signed."""
    world.member = b"p" * ((BATCH + SPARE + 2) * SEALED_CHUNK)  # the end is read after the first step is told
    container = world.container()
    before = container.stat()

    class Swap:
        def step(self, done: int, total: int) -> None:
            with container.open("r+b") as file:
                file.seek(-100_000, 2)
                file.write(b"q")
            os.utime(container, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(Tampered, match="container-member-changed"):
        world.seal(container=container, pulse=Swap())
    assert not (world.folder / "bid.sealed").exists()


def test_missing_or_empty_content(world: World) -> None:
    (world.folder / "empty").touch()
    for name, code in (("empty", "content-empty"), ("gone", "content-missing")):
        with pytest.raises(Refused, match=code):
            world.seal(container=world.folder / name)


def test_failures_that_say_nothing_of_the_bid_blame_nobody(world: World) -> None:
    sealed = world.seal()
    path, nowhere = world.folder / "bid.sealed", world.folder / "no" / "folder"
    with pytest.raises(Problem) as found:
        open_released(path, sealed.s, world.lot_key, nowhere, bid=sealed.bid_digest, reader=world.reader)
    assert (found.value.code, fault_of(found.value)) == ("storage-failed", "unknown")
    blind = BidReader(TrustStore(world.authority.trust().roots, world.authority.trust().intermediates, ()), AT)
    with pytest.raises(Problem) as found:
        open_released(path, sealed.s, world.lot_key, world.folder / "o", bid=sealed.bid_digest, reader=blind)
    assert (found.value.code, fault_of(found.value)) == ("certificate-revocation-unknown", "unknown")


def test_no_room_for_the_file(world: World) -> None:
    container = world.container()
    with pytest.raises(Problem, match="storage-failed"):
        seal(
            container,
            world.folder / "no" / "such" / "folder",
            tender=TENDER,
            lot=LOT,
            supplier=CODE,
            recipients=world.recipients,
            lot_public_key=public_of(world.lot_key),
            reader=world.reader,
        )

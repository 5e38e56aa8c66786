"""Sealed bids come in whole, by tus, through kills and corruption; only what was announced counts."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from crypto.bidfile import digest_of, lay_out
from crypto.chunk_line import SEALED_CHUNK, body_size, chunk_count
from crypto.merkle import leaf_hash
from procurement.basics.digest import digest
from procurement.bidding.sealed import CHUNK_SIZE, BidHeader
from procurement.wire.messages import UploadAnnouncement, UploadState
from tests.world import Denied, Raw, World, read

TUS = {"Tus-Resumable": "1.0.0"}
ANNOUNCED: dict[str, UploadAnnouncement] = {}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}


def sealed(supplier: Raw, size: int) -> tuple[bytes, UploadAnnouncement]:
    """A file of the right shape whose body nobody can open: all that an upload can see."""
    header = BidHeader(
        tender="01" * 32,
        lot="lot-1",
        supplier=supplier.code,
        nonce=os.urandom(32).hex(),
        chunk_size=CHUNK_SIZE,
        chunks=chunk_count(size),
        size=size,
        share_s="02" * 32,
        share_o="03" * 32,
        content="04" * 32,
        env_s=b"s",
        env_o=b"o",
    ).to_bytes()
    commit, body = os.urandom(32), os.urandom(body_size(size))
    leaves = [leaf_hash(body[at : at + SEALED_CHUNK]) for at in range(0, len(body), SEALED_CHUNK)]
    start = lay_out(header, commit)
    said = UploadAnnouncement(
        tender="01" * 32,
        lot="lot-1",
        header=digest("header", header).hex(),
        bid=digest_of(header, commit, leaves, len(body)),
        size=len(start) + len(body),
        prefix=len(start),
        chunk=SEALED_CHUNK,
        hashes=b"".join(leaves),
    )
    return start + body, said


def announce(supplier: Raw, said: UploadAnnouncement) -> str:
    headers = TUS | {"Upload-Length": str(said.size)}
    answer = supplier.request("POST", "/v1/uploads", said.to_bytes(), headers)
    if answer.status_code != 201:
        read(answer, UploadState)
    place = str(answer.headers["location"])
    ANNOUNCED[place] = said
    return place


def offset(supplier: Raw, place: str) -> int:
    return int(supplier.request("HEAD", place, headers=TUS).headers["upload-offset"])


def patch(supplier: Raw, place: str, data: bytes, at: int) -> requests.Response:
    headers = BYTES | {"Upload-Offset": str(at)} | supplier.proof("PATCH", place, bound(place, at))
    return supplier.request("PATCH", place, data, headers)


def bound(place: str, at: int) -> str:
    """The body digest a PATCH names: the announced hashes still to come."""
    said = ANNOUNCED[place]
    return hashlib.sha256(said.hashes[32 * (max(0, at - said.prefix) // said.chunk) :]).hexdigest()


def state(supplier: Raw, place: str) -> UploadState:
    return read(supplier.request("GET", place), UploadState)


@pytest.mark.parametrize("step", [1_000_003, 7 * 1024 * 1024])
def test_pieces_of_any_size_make_the_whole(world: World, step: int) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 3 * CHUNK_SIZE + 12345)
    place = announce(supplier, said)
    for at in range(0, len(data), step):
        answer = patch(supplier, place, data[at : at + step], at)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(min(at + step, len(data))))
    assert state(supplier, place).complete
    assert (world.data / "uploads" / f"{place.rpartition('/')[2]}.sealed").read_bytes() == data
    assert announce(supplier, said) == place


def test_a_corrupt_chunk_is_named_and_sent_again(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 3 * CHUNK_SIZE)
    place = announce(supplier, said)
    bad = bytearray(data)
    bad[said.prefix + SEALED_CHUNK + 5] ^= 1
    answer = patch(supplier, place, bytes(bad), 0)
    assert (answer.status_code, answer.json()["code"]) == (460, "upload-chunk-differs")
    assert answer.json()["facts"]["chunk"] == "1"
    at = offset(supplier, place)
    assert at == said.prefix + SEALED_CHUNK
    assert patch(supplier, place, data[at:], at).status_code == 204
    assert state(supplier, place).complete


def test_what_is_not_the_announced_bid_never_counts(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 5000)
    for change in ({"bid": "ab" * 32}, {"header": "cd" * 32}, {"lot": "lot-2"}):
        wrong = said.model_copy(update=change)
        place = announce(supplier, wrong)
        answer = patch(supplier, place, data, 0)
        assert answer.json()["code"] == "upload-not-as-announced"
        assert not state(supplier, place).complete
        supplier.request("DELETE", place, headers=TUS)


Change = Callable[[UploadAnnouncement], dict[str, object]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: {"hashes": said.hashes[:-1]}, "upload-malformed"),
        (lambda said: {"chunk": 1000}, "upload-malformed"),
        (lambda said: {"prefix": 3}, "upload-malformed"),
        (lambda said: {"prefix": said.size}, "upload-malformed"),
        (lambda said: {"size": 2**40}, "upload-too-large"),
    ],
)
def test_announcements_are_checked(world: World, change: Change, code: str) -> None:
    supplier = world.raw("supplier")
    _, said = sealed(supplier, 5000)
    with pytest.raises(Denied) as denied:
        announce(supplier, said.model_copy(update=change(said)))
    assert denied.value.code == code


def test_an_upload_belongs_to_its_organisation(world: World) -> None:
    supplier, agency = world.raw("supplier"), world.raw("agency")
    data, said = sealed(supplier, 5000)
    place = announce(supplier, said)
    assert patch(agency, place, data, 0).status_code == 404
    assert agency.request("GET", place).json()["code"] == "upload-unknown"
    with pytest.raises(Denied, match="wrong-role"):
        announce(agency, said)
    assert world.anybody().request("GET", place).status_code == 401


def test_tus_words(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 5000)
    place = announce(supplier, said)
    assert patch(supplier, place, data, 7).status_code == 409
    other = BYTES | supplier.proof("PATCH", place) | {"Upload-Offset": "0"}
    assert supplier.request("PATCH", place, data, other).json()["code"] == "proof-of-another-request"
    assert supplier.request("PATCH", place, data, other | {"Content-Type": "x/y"}).status_code == 415
    assert supplier.request("HEAD", place).status_code == 412
    assert patch(supplier, place, data + b"more", 0).json()["code"] == "upload-too-long"
    options = requests.options(world.url + "/v1/uploads", timeout=60)
    assert options.headers["tus-extension"] == "creation,termination,expiration"
    assert supplier.request("DELETE", place, headers=TUS).status_code == 204
    assert supplier.request("HEAD", place, headers=TUS).status_code == 404


def test_the_quota_holds(tmp_path: Path) -> None:
    from server_stub.settings import Limits

    world = World.create(tmp_path, Limits(quota=100_000))
    try:
        supplier = world.register(world.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01"))
        announce(supplier, sealed(supplier, 60_000)[1])
        with pytest.raises(Denied, match="quota-exceeded"):
            announce(supplier, sealed(supplier, 60_000)[1])
    finally:
        world.close()


def test_an_upload_goes_on_after_a_kill(own_world: World) -> None:
    world = own_world
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 6 * CHUNK_SIZE + 77)
    place = announce(supplier, said)
    first = 2 * CHUNK_SIZE + 5
    assert patch(supplier, place, data[:first], 0).status_code == 204
    begin_patch(supplier, place, data, first, 2 * CHUNK_SIZE)
    world.kill()
    world.start()
    at = offset(supplier, place)
    assert at >= first
    assert patch(supplier, place, data[at:], at).status_code == 204
    assert state(supplier, place).complete


def test_a_broken_line_keeps_what_came(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 4 * CHUNK_SIZE)
    place = announce(supplier, said)
    begin_patch(supplier, place, data, 0, CHUNK_SIZE + 100).close()
    while (answer := patch(supplier, place, data[(at := offset(supplier, place)) :], at)).status_code in (409, 423):
        assert answer.json()["code"] in ("upload-busy", "upload-offset-differs")
    assert answer.status_code == 204
    assert state(supplier, place).complete


def test_a_body_of_unknown_length_comes_by_the_ordinary_way(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 3 * CHUNK_SIZE)
    place = announce(supplier, said)
    headers = BYTES | {"Upload-Offset": "0"} | supplier.proof("PATCH", place, bound(place, 0))
    pieces = (data[at : at + 700_001] for at in range(0, len(data), 700_001))
    answer = requests.patch(supplier.world.url + place, data=pieces, headers=headers, timeout=60)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(data)))
    assert state(supplier, place).complete
    long = announce(supplier, sealed(supplier, 5000)[1])
    headers = BYTES | {"Upload-Offset": "0"} | supplier.proof("PATCH", long, bound(long, 0))
    answer = requests.patch(supplier.world.url + long, data=iter([data]), headers=headers, timeout=60)
    assert answer.json()["code"] == "upload-too-long"
    assert not state(supplier, long).complete


def test_a_client_that_waits_for_a_word_is_told_to_go_on(world: World) -> None:
    supplier = world.raw("supplier")
    data, said = sealed(supplier, CHUNK_SIZE)
    place = announce(supplier, said)
    with begin_patch(supplier, place, data, 0, 0, {"Expect": "100-continue"}) as line:
        assert line.recv(1000).startswith(b"HTTP/1.1 100 ")
        line.sendall(data)
        assert b" 204 " in line.recv(1000)
    assert state(supplier, place).complete


def test_head_and_body_in_one_breath_and_the_answer_after_a_fault(world: World) -> None:
    """The first bytes come with the head, by another way than the rest; a refusal reaches a client that is still sending."""
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 40 * CHUNK_SIZE)
    place = announce(supplier, said)
    bad = bytearray(data)
    bad[said.prefix + 3 * SEALED_CHUNK] ^= 1
    with begin_patch(supplier, place, bytes(bad), 0, len(bad)) as line:
        told = line.recv(4000)
    assert b" 460 " in told and b"connection: close" in told
    at = offset(supplier, place)
    assert at == said.prefix + 3 * SEALED_CHUNK
    assert patch(supplier, place, data[at:], at).status_code == 204
    assert state(supplier, place).complete


def begin_patch(
    supplier: Raw, place: str, data: bytes, at: int, count: int, more: dict[str, str] | None = None
) -> socket.socket:
    """Promise the rest, send only `count` bytes of it, and leave the line open."""
    target = urlsplit(supplier.world.url)
    assert target.hostname is not None
    line = socket.create_connection((target.hostname, target.port))
    headers = (
        BYTES | supplier.proof("PATCH", place, bound(place, at)) | {"Upload-Offset": str(at), "Host": target.netloc}
    )
    headers |= {"Content-Length": str(len(data) - at)} | (more or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + data[at : at + count])
    return line

"""Sizes that a file or a message declares are checked before they are believed: no reader takes memory for what is not there."""

from __future__ import annotations

import base64
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from client.archive.bundle import Bundle
from client.gateway.session import SessionKey
from client.monitor import Monitor
from client.packages import compare_folder
from crypto.authority import TestAuthority
from crypto.bidfile import MAGIC, bid_digest, inspect, lay_out
from crypto.der import require_der
from crypto.log import Checkpoint, CheckpointSigner, TlogProof
from crypto.national.sm2 import Sm2PrivateKey
from crypto.slip import open_slip
from crypto.timestamps import token_of_response, verify_token
from crypto.tokens.driver import LINE_LIMIT, Driver, read_answer
from crypto.zip_profile import read_entries
from procurement.basics.canonical import canonical, parse_canonical
from procurement.basics.problems import Problem
from procurement.bidding.sealed import CHUNK_SIZE
from procurement.wire.messages import UploadAnnouncement
from server_stub.settings import Settings
from server_stub.store.engine import Database
from server_stub.store.uploads import Uploads
from server_stub.trust.auth import read_proof
from tests.crypto.bid_world import World
from tests.crypto.conftest import AT, CODE
from tests.crypto.test_log import LOG_KEY
from tests.fuzz.kept import small_package

MIB = 1024 * 1024
ROOM = 4 * MIB
"""What a reader may take beyond the bytes it was given, whatever these say"""


def _costs(work: Callable[[], object]) -> int:
    """Peak of memory while a reader refuses."""
    tracemalloc.start()
    try:
        with pytest.raises(Problem):
            work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    authority = TestAuthority.create("大小认证")
    return World(tmp_path_factory.mktemp("sizes"), authority, authority.issue_organisation("某", CODE))


@pytest.mark.parametrize("length", [2**32 - 1, 2**31, 64 * 1024 + 1])
def test_a_sealed_file_that_declares_a_header_of_gigabytes(tmp_path: Path, length: int) -> None:
    path = tmp_path / "bid.sealed"
    path.write_bytes(MAGIC + struct.pack(">I", length) + b"{}")
    assert _costs(lambda: inspect(path)) < ROOM
    assert _costs(lambda: bid_digest(path)) < ROOM


@pytest.mark.parametrize("size", [2**53 - 1, 2**40, CHUNK_SIZE * 10**6])
def test_a_header_that_declares_a_body_of_terabytes(world: World, tmp_path: Path, size: int) -> None:
    sealed = world.forge("small", b"x" * 100)
    raw = inspect(sealed.path).header_bytes
    fields = parse_canonical(raw) | {"size": size, "chunks": -(-size // CHUNK_SIZE)}
    path = tmp_path / "bid.sealed"
    path.write_bytes(lay_out(canonical(fields), b"c" * 32) + b"x" * 100)
    assert _costs(lambda: inspect(path)) < ROOM


@pytest.mark.parametrize("head", ["308400000000", "3084ffffffff", "3088ffffffffffffffff", "30fe" + "ff" * 126])
def test_der_that_declares_more_than_there_is(world: World, head: str) -> None:
    data = bytes.fromhex(head) + b"\x02\x01\x00" * 10
    for read in (
        require_der,
        token_of_response,
        lambda b: verify_token(b, b"x" * 32, world.authority.trust()),
        Sm2PrivateKey.generate().decrypt,
    ):
        assert _costs(lambda read=read: read(data)) < ROOM  # type: ignore[misc]


def test_der_nested_without_end() -> None:
    data = b"\x30\x80" * 30000
    assert _costs(lambda: require_der(data)) < ROOM
    deep = b""
    for _ in range(3000):
        deep = b"\x30\x82" + struct.pack(">H", len(deep)) + deep
    assert _costs(lambda: require_der(deep)) < ROOM


@pytest.mark.parametrize("field", [8, 10, 12, 16])
def test_zips_that_declare_more_than_there_is(world: World, tmp_path: Path, field: int) -> None:
    data = bytearray(world.container("zip.asice").read_bytes())
    data[len(data) - 22 + field : len(data) - 22 + field + 2] = b"\xff\xff"
    path = tmp_path / "bad.zip"
    path.write_bytes(data)
    with path.open("rb") as file:
        assert _costs(lambda: read_entries(file)) < ROOM
    assert _costs(lambda: Bundle(path)) < ROOM


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"a":' + b"9" * 100_000 + b"}",
        b'{"a":1e' + b"9" * 100_000 + b"}",
        b'{"a":"' + b"\\u0041" * 10_000 + b'"}',
    ],
)
def test_json_that_is_deep_or_long(data: bytes) -> None:
    assert _costs(lambda: parse_canonical(data)) < ROOM + 4 * len(data)
    assert _costs(lambda: parse_canonical(data, limit=1024)) < ROOM


def test_an_upload_of_petabytes_with_few_hashes(tmp_path: Path) -> None:
    settings = Settings(origin="a", log_origin="a/log", platform=CODE, name="某")
    uploads = Uploads(Database(tmp_path / "db"), tmp_path, settings)
    plain = {
        **dict.fromkeys(("tender", "header", "bid"), "ab" * 32),
        "lot": "1",
        "prefix": 100,
        "chunk": 1,
        "size": 2**53 - 1,
        "hashes": "aGhoaA==",
    }
    assert _costs(lambda: uploads.announce(CODE, UploadAnnouncement.from_bytes(canonical(plain)), AT)) < ROOM


@pytest.mark.parametrize("size", ["9" * 18, "9" * 19, "9" * 5000])
def test_a_tree_of_more_leaves_than_there_are(size: str) -> None:
    head = f"x\n{size}\n{'A' * 43}=\n\n— x {'A' * 43}=\n"
    proof = f"c2sp.org/tlog-proof@v1\nindex {size}\n\n{head}"
    assert _costs(lambda: TlogProof.from_text(proof).verify(b"", LOG_KEY.key)) < ROOM
    assert _costs(lambda: Checkpoint.verify(head, LOG_KEY.key)) < ROOM


def test_a_slip_that_asks_for_a_terabyte() -> None:
    slip = {
        "_type": "jincai/v1/protected",
        "suite": "I1",
        "label": "slip",
        "kdf": "argon2id",
        "parameters": {"m": 2**30, "t": 10**6, "p": 16},
        "check": "ab" * 32,
        "salt": "AAAA",
        "nonce": "AAAA",
        "data": "AAAA",
    }
    assert _costs(lambda: open_slip(canonical(slip), "a passphrase")) < ROOM


def test_memories_that_have_grown(tmp_path: Path) -> None:
    """A log's memory, a monitor's head, a witness's memory: no more is read than a signed note may have."""
    grown = tmp_path / "head.txt"
    grown.write_bytes(b"x" * 64 * MIB)
    assert _costs(lambda: CheckpointSigner(LOG_KEY, grown).last) < ROOM
    assert _costs(lambda: Monitor(tmp_path, LOG_KEY.key)) < ROOM


def test_an_answer_of_a_driver_without_end() -> None:
    driver = Driver(Path("/usr/lib/vendor.so"))
    line = b'{"value":"' + b"A" * LINE_LIMIT + b'"}\n'
    assert _costs(lambda: read_answer(line, driver)) < ROOM
    assert _costs(lambda: read_answer(b"[" * MIB, driver)) < ROOM


def test_a_proof_nested_without_end() -> None:
    deep, spki = base64.urlsafe_b64encode(b"[" * 3 * MIB).decode(), SessionKey().spki
    text = f"{deep}.{deep}.AAAA"
    assert _costs(lambda: read_proof(text, spki)) < ROOM


def test_a_package_folder_of_gigabytes(tmp_path: Path) -> None:
    """Each file is as large as the package says, or it is another one; it is not read to find that out."""
    folder, known, trust = small_package(tmp_path)
    for name in sorted(path for path in folder.rglob("*") if path.is_file()):
        good = name.read_bytes()
        with name.open("r+b") as file:
            file.truncate(2**34)  # sparse: no room is taken
        if name.name != "tender.json":  # the manifest names no size for the model: it is hashed in pieces
            assert _costs(lambda: compare_folder(folder, known, trust)) < ROOM
        name.write_bytes(good)
    compare_folder(folder, known, trust)

"""Every reader of foreign bytes, with a good example to start from. A reader answers, or raises a problem of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from client.archive.bundle import Bundle, write_bundle
from client.archive.layout import ArchiveIndex
from client.gateway.gateway import Gateway
from client.gateway.servertime import ServerClock
from client.gateway.transport import Answer, FileBody
from client.profile import Profile
from crypto.authority import TestAuthority
from crypto.bidfile import bid_digest, inspect, read_header
from crypto.certificates import TrustStore
from crypto.container import read_container, write_container
from crypto.custody import open_share, seal_share
from crypto.der import require_der
from crypto.envelope import unwrap_o, unwrap_s
from crypto.log import Checkpoint, TlogProof, verify_logged
from crypto.national.sm2 import Sm2PrivateKey, Sm2PublicKey
from crypto.notes import NoteKey, NoteSigner, cosignatures, split_note
from crypto.platform_file import describe_folder, read_platform_file
from crypto.sealing import open_sealed
from crypto.sheet_copy import open_copy, seal_copy
from crypto.signing import sign_statement, verify_bytes, verify_statement
from crypto.slip import make_slip, open_slip
from crypto.timestamps import TimestampAuthority, make_request, token_of_response, verify_token
from crypto.vault import Argon2Parameters
from procurement.basics.moment import SystemClock
from procurement.basics.pulse import Pulse
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement, read_statement
from procurement.basics.value import Value
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import BidContent
from procurement.wire.messages import (
    ActMessage,
    ClockMessage,
    Feed,
    FeedItem,
    LogHashes,
    LoginMessage,
    NonceAnswer,
    PlatformAnswer,
    ProblemDocument,
    ServerTime,
    UploadAnnouncement,
)  # fmt: skip
from tests.crypto.bid_world import LOT, TENDER, World
from tests.crypto.conftest import AT, CODE
from tests.crypto.custody_world import custody
from tests.crypto.test_log import LOG_KEY, receipt
from tests.procurement import chain
from tests.procurement.tendering.examples import tender

Shape = Literal["bytes", "json"]
PASSPHRASE = "a passphrase of this test"


@dataclass(frozen=True)
class Target:
    """One reader."""

    name: str
    good: bytes
    read: Callable[[bytes], object]
    shape: Shape = "bytes"
    share: float = 1.0
    """Of the examples the others get: less for those that are slow"""
    other: bytes = b""
    """What is spliced in"""


class HostilePlatform:
    """The gateway's port, at whose other end somebody answers what he likes."""

    origin = "https://hostile.invalid"

    def __init__(self, answer: bytes, status: int = 200, kind: str = "application/json") -> None:
        self._answer = Answer(status, {"content-type": kind}, answer)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | FileBody = b"",
        into: BinaryIO | None = None,
        pulse: Pulse | None = None,
    ) -> Answer:
        if into is not None:
            into.write(self._answer.body)
        return self._answer

    def close(self) -> None:
        """Nothing is held."""


def targets(world: World, folder: Path) -> list[Target]:
    """All of them. `world` is one supplier's with its token; `folder` is for readers of files."""
    return [*_bids(world, folder), *_signed(world), *_keys(), *_log(), *_values(world), *_answers(), *_archives(folder)]


def file_reader(folder: Path, name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A reader of files as a reader of bytes."""
    path = folder / name

    def take(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return take


def _bids(world: World, folder: Path) -> list[Target]:
    container = world.folder / "small.asice"
    _small(world, container)
    sealed = world.seal("small.sealed", container=container)
    data, key, token = (world.folder / "small.sealed").read_bytes(), world.lot_key, world.supplier.token
    ctx = inspect(world.folder / "small.sealed").ctx
    o = unwrap_o(sealed.header.env_o, key, ctx)
    out = folder / "out.asice"

    def opening(path: Path) -> object:
        inspect(path)
        return open_sealed(path, sealed.s, o, out, bid=bid_digest(path), reader=world.reader)

    def reading(path: Path) -> object:
        return read_container(path, world.reader.trust, AT)

    cheap = Argon2Parameters(m=8 * 1024, t=1, p=1)
    slip = make_slip(sealed.bid_digest, sealed.header_bytes, sealed.s, PASSPHRASE, cheap)
    assert world.supplier.encryption is not None
    copy = seal_copy(b'{"a":1}', "ab" * 32, world.supplier.encryption[1])
    return [
        Target("sealed header", sealed.header_bytes, read_header, "json"),
        Target("sealed file", data, file_reader(folder, "bid.sealed", opening), share=0.5),
        Target("container", container.read_bytes(), file_reader(folder, "bid.asice", reading), share=0.5),
        Target("envelope of s", sealed.header.env_s, lambda b: unwrap_s(b, token, ctx)),  # type: ignore[arg-type]
        Target("envelope of o", sealed.header.env_o, lambda b: unwrap_o(b, key, ctx)),
        Target("slip", slip, lambda b: open_slip(b, PASSPHRASE), "json", 0.2),
        Target("copy of a sheet", copy, lambda b: open_copy(b, "ab" * 32, token)),
    ]


def _small(world: World, path: Path) -> None:
    said = BidContent(tender=TENDER, lot=LOT, supplier=CODE)
    write_container(path, {"bid-content.json": said.to_bytes(), "forms.json": b"{}"}, world.supplier.token)


def _signed(world: World) -> list[Target]:
    token, trust = world.supplier.token, world.authority.trust()
    statement = chain.PROFILE
    signed = sign_statement(statement, token)
    stamps = TimestampAuthority(world.authority.issue_tsa("时间戳").token)
    digest = b"x" * 32
    response = stamps.respond(make_request(digest, 7), AT)
    return [
        Target("CMS signature", signed.signature.der, lambda b: verify_bytes(b, statement.to_bytes(), trust, AT)),
        Target(
            "signed statement",
            signed.to_bytes(),
            lambda b: verify_statement(SignedBytes.from_bytes(b), trust, AT),
            "json",
        ),
        Target("time-stamp token", stamps.stamp(digest, AT), lambda b: verify_token(b, digest, trust)),
        Target("time-stamp answer", response, lambda b: verify_token(token_of_response(b), digest, trust, nonce=7)),
        Target("time-stamp question", make_request(digest, 7), lambda b: stamps.respond(b, AT)),
        Target("DER", signed.signature.der, require_der),
    ]


def _keys() -> list[Target]:
    private = Sm2PrivateKey.generate()
    dealing, keys, lot_key = custody()
    envelope = seal_share(lot_key, 1, dealing.shares[0])
    data = b"statement"
    return [
        Target("SM2 ciphertext", private.public.encrypt(b"record"), private.decrypt),
        Target("SM2 signature", private.sign(data), lambda b: private.public.verify(b, data)),
        Target("SM2 public key", private.public.spki, Sm2PublicKey.from_spki),
        Target("custody envelope", envelope, lambda b: open_share(b, keys[0], lot_key)),
    ]


def _log() -> list[Target]:
    good, key = receipt(), LOG_KEY.key
    note = TlogProof.from_text(good.proof).note
    witness = NoteSigner.of("w", LOG_KEY.private, 4)
    noted = (note + witness.line(note.rpartition("\n\n")[0] + "\n", AT)).encode()

    def text(read: Callable[[str], object]) -> Callable[[bytes], object]:
        return lambda data: read(data.decode("utf-8", "replace"))

    return [
        Target("receipt", good.to_bytes(), lambda b: verify_logged(Receipt.from_bytes(b), key), "json"),
        Target("log proof", good.proof.encode(), text(lambda t: TlogProof.from_text(t).verify(b"\0" * 32, key))),
        Target("checkpoint", note.encode(), text(lambda t: Checkpoint.verify(t, key))),
        Target("checkpoint's text", note.rpartition("\n\n")[0].encode() + b"\n", text(Checkpoint.from_text)),
        Target("note", noted, text(split_note)),
        Target("cosigned note", noted, text(lambda t: cosignatures(t, [witness.key]))),
        Target("log key", key.vkey.encode(), text(NoteKey.from_vkey)),
    ]


def _values(world: World) -> list[Target]:
    signed = sign_statement(chain.PROFILE, world.supplier.token)
    sealed = world.folder / "small.sealed"
    head = inspect(sealed)
    announcement = UploadAnnouncement(
        tender="ab" * 32, lot="1", header="ab" * 32, bid="ab" * 32, size=sealed.stat().st_size,
        prefix=sealed.stat().st_size - head.body, chunk=1024 * 1024 + 16, hashes=b"h" * 32,
    )  # fmt: skip
    profile = Profile(server="https://a.b", actor=CODE, role=Role.SUPPLIER, name="甲", person="张三", region="140000")
    values: dict[str, Value] = {
        "act message": ActMessage(signed=signed, secret=b"s" * 32),
        "login message": LoginMessage(signed=signed, password="a password"),
        "clock message": ClockMessage(now=AT),
        "upload announcement": announcement,
        "tender": tender(),
        "profile": profile,
    }
    found = [Target(name, one.to_bytes(), type(one).from_bytes, "json") for name, one in values.items()]
    statements = [one for one in vars(chain).values() if isinstance(one, Statement)]
    found += [Target(f"statement {one.TYPE}", one.to_bytes(), read_statement, "json", 0.3) for one in statements]
    return found


def _answers() -> list[Target]:
    good = receipt()
    item = FeedItem(seq=1, id=good.act.id, act="withdrawal", signed=good.act, t_recv=AT, leaf_index=2, lot="1")
    feed = Feed(items=(item,), next=1, more=False, server_time=AT)
    problem = ProblemDocument(
        type="urn:x", title="x", status=409, code="x", kind="refused", remedy="x", facts={"a": "b"}
    )

    def ask(question: Callable[[Gateway], object], status: int = 200) -> Callable[[bytes], object]:
        kind = "application/problem+json" if status >= 400 else "application/json"
        return lambda data: question(Gateway(HostilePlatform(data, status, kind), ServerClock(SystemClock())))

    hashes = LogHashes(hashes=("ab" * 32, "cd" * 32)).to_bytes()
    return [
        Target("feed", feed.to_bytes(), ask(lambda g: g.feed(0)), "json"),
        Target("receipt from the platform", good.to_bytes(), ask(lambda g: g.receipt("ab" * 32)), "json"),
        Target("time", ServerTime(now=AT, demo_clock=False).to_bytes(), ask(lambda g: g.time()), "json"),
        Target(
            "platform's name",
            PlatformAnswer(name="甲", operator=CODE, origin="a", log_key="k").to_bytes(),
            ask(lambda g: g.platform()),
            "json",
        ),
        Target("nonce", NonceAnswer(nonce="ab" * 32).to_bytes(), ask(lambda g: g.nonce()), "json"),
        Target("consistency proof", hashes, ask(lambda g: g.consistency(1, 2)), "json"),
        Target("leaves", hashes, ask(lambda g: g.leaves(2)), "json"),
        Target("head", TlogProof.from_text(good.proof).note.encode(), ask(lambda g: g.checkpoint())),
        Target("problem", problem.to_bytes(), ask(lambda g: g.feed(0), 409), "json"),
        Target("disclosure", b'{"bids":[],"entries":[]}', ask(lambda g: g.disclosure("ab" * 32)), "json"),
    ]


def _archives(folder: Path) -> list[Target]:
    index = ArchiveIndex(edition="full", number="140000-2026-00001", tender_id="JC-1", files=())
    path = folder / "good.zip"
    write_bundle(path, {"acts/00000001.json": b"{}", "index.json": index.to_bytes(), "log/leaves": os.urandom(64)})

    def reading(file: Path) -> object:
        with Bundle(file) as bundle:
            return [bundle.read(name) for name in bundle.members]

    def trusting(file: Path) -> object:
        return TrustStore.load(file.parent)

    store = folder / "trust"
    store.mkdir()
    authority = TestAuthority.create("别家")
    authority.issue_platform("平台", CODE)
    authority.trust().save(store)
    roots = (store / "roots.pem").read_bytes()
    described = describe_folder(
        store, NoteKey("x/log", 1, bytes(31) + b"\x01"), AT, server="https://a.b", origin="a.b", name="甲", operator=CODE, region="1"
    )  # fmt: skip
    return [
        Target("archive", path.read_bytes(), file_reader(folder, "bad.zip", reading)),
        Target("archive's index", index.to_bytes(), ArchiveIndex.from_bytes, "json"),
        Target("platform's file", described.to_bytes(), read_platform_file, "json", share=0.3),
        Target("trust folder", roots, file_reader(store, "roots.pem", trusting), share=0.3),
    ]

"""One procurement walked over HTTP, act by act, with a copy of the platform kept at every station on the way.

Planning, awarding, performing and closing go through the server like any other act. What lies between (tender, bids,
opening, evaluation) is only recorded here, signed and logged, so that the tests of these four stages stand on it; its
own law is judged by its own tests.
"""

from __future__ import annotations

import copy
import shutil
import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TypeVar

import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.signing import certificate_signer, sign_statement, verify_statement
from crypto.tokens import Pkcs12Token
from procurement.basics.lifecycle import State
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement
from procurement.bidding.receipt import Receipt
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.tender import Tender
from server_stub.acts import course
from server_stub.acts.transaction import Shared, Tx
from server_stub.app import create_app
from server_stub.platform import Platform
from server_stub.settings import Folder, Limits
from server_stub.store.blobs import FolderBlobs
from server_stub.store.models import ActRow
from tests.world import REGION, START, Raw, World

HOUR = timedelta(hours=1)
S = TypeVar("S", bound=Statement)
PURCHASER, AGENCY = "12140000EDU0000003", "91140000MA0AGENCY1"
SUPPLIERS = {"a": "91140000MA0SUPPL0A", "b": "91140000MA0SUPPL0B", "c": "91140000MA0SUPPL0C"}
EXPERTS = {"expert-1": "SXZJ20260001", "expert-2": "SXZJ20260002"}
NUMBER = f"{REGION}-2026-00001"


class ThreadWorld(World):
    """A world whose server runs in a thread of this process: the same application over the same sockets, up at once."""

    def start(self) -> None:
        application = create_app(Platform(Folder(self.data, self.data / "keys"), demo_clock=START))
        config = uvicorn.Config(application, lifespan="on", access_log=False, log_config=None)
        self._server, self._socket = uvicorn.Server(config), socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, name="platform")
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)
        assert self._server.started
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()
        self.url = ""

    def close(self) -> None:
        if self.url:
            self.stop()


@dataclass
class Walk:
    """A world with the statements made so far, by a short name of the step."""

    world: World
    done: dict[str, Statement] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)
    """What parties keep to themselves: shares, salts, sheets, by a short name"""
    model: Tender | None = None
    """The tender of a road of its own; None: the usual one"""
    quoted: dict[str, dict[str, object]] = field(default_factory=dict)
    """By supplier: what its forms say other than usual"""

    def by(self, actor: str) -> Raw:
        return self.world.raw(actor)

    def id(self, step: str) -> str:
        return self.done[step].id

    def statement(self, kind: type[S], step: str) -> S:
        """What was done at a step, as its own type."""
        made = self.done[step]
        assert isinstance(made, kind)
        return made

    def do(self, actor: str, step: str, statement: Statement, secret: bytes = b"") -> Receipt:
        """Send an act and remember it under the name of the step."""
        party = self.by(actor)
        receipt = party.act(statement, secret)
        self.done[step] = statement.in_suite(party.suite)
        return receipt

    def now(self) -> datetime:
        return self.world.now()

    def to(self, month: int, day: int) -> datetime:
        """Move the clock to ten o'clock in Shanghai of a day in 2026."""
        return self.world.move(datetime(2026, month, day, 2, tzinfo=UTC))

    def keep_file(self, text: str) -> str:
        """A file that the platform already holds."""
        return FolderBlobs(self.world.data / "files").put(text.encode())

    def platform_statement(self, kind: type[S]) -> S:
        """The latest statement of this type in the public feed."""
        found = [item for item in self.world.anybody().feed().items if item.act == kind.TYPE]
        return kind.from_bytes(found[-1].signed.statement)

    def copy(self, folder: Path) -> Walk:
        """The same parties over a copy of the platform's data; the copy's server is not started."""
        shutil.copytree(self.world.data, folder / "server", ignore=shutil.ignore_patterns("platform.db*"))
        source, target = self.world.data / "platform.db", folder / "server" / "platform.db"
        with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(target)) as kept:
            running.backup(kept)
        world = ThreadWorld(folder)
        world.authority, world.platform, world.vkey = self.world.authority, self.world.platform, self.world.vkey
        world.national = self.world.national
        world.parties = {name: copy.copy(raw) for name, raw in self.world.parties.items()}
        for raw in world.parties.values():
            raw.world = world
        return Walk(world, dict(self.done), dict(self.secrets), self.model, dict(self.quoted))


def new_walk(folder: Path) -> Walk:
    """A world in which everybody is registered and finance has its key."""
    world = World.create(folder, Limits(session=366 * 86400))
    world.organisation("purchaser", "太原市教育考试中心", PURCHASER)
    world.organisation("agency", "晋采招标代理有限公司", AGENCY)
    for short, code in SUPPLIERS.items():
        world.organisation(short, f"太原{short}科技有限公司", code, Role.SUPPLIER)
    for short, number in EXPERTS.items():
        world.person(short, f"专家{number[-1]}", number)
    for raw in list(world.parties.values()):
        world.register(raw)
    world.enrol(world.office(Role.FINANCE), world.raw("agency"))
    return Walk(world)


class Recorder:
    """Writes acts into a stopped platform's record, signed and logged, without a stage's own judgement."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        folder = Folder(walk.world.data, walk.world.data / "keys")
        self.platform = Platform(folder, demo_clock=START)
        pin = (folder.keys / "receipt.pin").read_text("utf-8")
        self._token = Pkcs12Token.open(folder.keys / "receipt.p12", pin)
        self.now = self.platform.clock.now()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_error: object) -> None:
        self.platform.close()

    def record(self, actor: str, step: str, statement: Statement, *, outcome: str = "") -> str:
        """Record one act an hour after the one before; `actor` empty is the platform itself. Its leaf in the log."""
        self.now += HOUR
        signed = self._walk.by(actor).sign(statement) if actor else sign_statement(statement, self._token)
        self.platform.frame.transact(self.now, lambda s, sh: self._write(s, sh, actor, statement, signed, outcome))
        self._walk.done[step] = statement
        with self.platform.database.read() as session:
            return session.scalars(select(ActRow.leaf).where(ActRow.id == statement.id)).one()

    def _write(
        self, session: Session, shared: Shared, actor: str, statement: Statement, signed: SignedBytes, outcome: str
    ) -> None:
        if actor:
            signer = verify_statement(signed, self.platform.trust(), self.now)
            roles = frozenset(self._walk.by(actor).roles)
        else:
            signer = certificate_signer(self._token.signing_certificate, self.now)
            roles = frozenset({Role.PLATFORM})
        tx = Tx(session, self.now, shared, signed.id, signer.actor, roles)
        if isinstance(statement, TenderPackage):
            tx.alias(tender_digest(signed.statement))
        self.platform.frame._record(tx, statement, signed, signer)
        course.step(tx, statement.TYPE, tx.filing.project, tx.filing.lot, outcome)
        if isinstance(statement, TenderPackage):
            course.put(tx, tx.filing.project, "1", State.BIDDING)

"""One procurement walked over HTTP, act by act, with a copy of the platform kept at every station on the way.

Planning, awarding, performing and closing go through the server like any other act. What lies between (tender, bids,
opening, evaluation) is only recorded here, signed and logged, so that the tests of these four stages stand on it; its
own law is judged by its own tests.
"""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from crypto.signing import certificate_signer, sign_statement, verify_statement
from crypto.tokens import Pkcs12Token
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import Receipt
from procurement.tendering.package import TenderPackage, tender_digest
from server_stub.acts import course
from server_stub.acts.transaction import Shared, Tx
from server_stub.platform import Platform
from server_stub.settings import Folder
from server_stub.store.blobs import FolderBlobs
from tests.world import REGION, Raw, World

S = TypeVar("S", bound=Statement)
PURCHASER, AGENCY = "12140000EDU0000003", "91140000MA0AGENCY1"
SUPPLIERS = {"a": "91140000MA0SUPPL0A", "b": "91140000MA0SUPPL0B", "c": "91140000MA0SUPPL0C"}
EXPERTS = {"expert-1": "SXZJ20260001", "expert-2": "SXZJ20260002"}
NUMBER = f"{REGION}-2026-00001"


@dataclass
class Walk:
    """A world with the statements made so far, by a short name of the step."""

    world: World
    done: dict[str, Statement] = field(default_factory=dict)

    def by(self, actor: str) -> Raw:
        return self.world.raw(actor)

    def id(self, step: str) -> str:
        return self.done[step].id

    def do(self, actor: str, step: str, statement: Statement) -> Receipt:
        """Send an act and remember it under the name of the step."""
        receipt = self.by(actor).act(statement)
        self.done[step] = statement
        return receipt

    def now(self) -> datetime:
        return self.world.now()

    def to(self, month: int, day: int) -> datetime:
        """Move the clock to ten o'clock in Shanghai of a day in 2026."""
        return self.world.move(datetime(2026, month, day, 2, tzinfo=self.now().tzinfo))

    def keep_file(self, text: str) -> str:
        """A file that the platform already holds."""
        return FolderBlobs(self.world.data / "files").put(text.encode())

    def platform_statement(self, kind: type[S]) -> S:
        """The latest statement of this type in the public feed."""
        found = [item for item in self.world.anybody().feed().items if item.act == kind.TYPE]
        return kind.from_bytes(found[-1].signed.statement)

    def copy(self, folder: Path) -> Walk:
        """The same parties over a copy of the platform's data; the copy's server is not started."""
        shutil.copytree(self.world.data, folder / "server")
        world = copy.copy(self.world)
        world.folder, world.data, world._process, world.url = folder, folder / "server", None, ""
        world.parties = {name: copy.copy(raw) for name, raw in self.world.parties.items()}
        for raw in world.parties.values():
            raw.world = world
        return Walk(world, dict(self.done))


def new_walk(folder: Path) -> Walk:
    """A world in which everybody is registered and finance has its key."""
    world = World.create(folder)
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
    """Writes acts into a stopped server's record, signed and logged, without a stage's own judgement."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        folder = Folder(walk.world.data, walk.world.data / "keys")
        self.platform = Platform(folder, demo_clock=datetime(2026, 3, 2, tzinfo=walk_zone(walk)))
        pin = (folder.keys / "receipt.pin").read_text("utf-8")
        self._token = Pkcs12Token.open(folder.keys / "receipt.p12", pin)
        self.now = self.platform.clock.now()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_error: object) -> None:
        self.platform.close()

    def record(self, actor: str, step: str, statement: Statement, *, after: timedelta = timedelta(hours=1)) -> None:
        """Record one act an hour (or `after`) later; `actor` empty is the platform itself."""
        self.now += after
        signed = self._walk.by(actor).sign(statement) if actor else sign_statement(statement, self._token)
        self.platform.frame.transact(self.now, lambda s, shared: self._write(s, shared, actor, statement, signed))
        self._walk.done[step] = statement

    def leaf(self, step: str) -> str:
        """The log leaf of a recorded step."""
        with self.platform.database.read() as session:
            found = self.platform.frame.tx(session, self.platform._shared(), self.now).act(self._walk.id(step))
        assert found is not None
        return found.leaf

    def _write(self, session: Session, shared: Shared, actor: str, statement: Statement, signed: SignedBytes) -> None:
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
        course.advance(tx, statement)


def walk_zone(walk: Walk) -> Any:
    from datetime import UTC

    return UTC


def days(count: int) -> timedelta:
    return timedelta(days=count)


def money(text: str) -> Decimal:
    return Decimal(text)


__all__ = ["NUMBER", "ZERO_ID", "Recorder", "Walk", "days", "money", "new_walk"]

"""The platform put together from its parts: one process, one database, one writer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.certificates import TrustStore
from crypto.tokens import NationalToken, Pkcs12Token
from procurement.wire.versions import accepted
from server_stub.acts.arrivals import Arrivals
from server_stub.acts.frame import Frame, load_law
from server_stub.acts.transaction import Shared, Tx
from server_stub.clock import DemoClock, ServerClock
from server_stub.jobs.timers import Heart, Timers
from server_stub.settings import Folder
from server_stub.setup import NATIONAL
from server_stub.store.access import AccessLog
from server_stub.store.blobs import FolderBlobs
from server_stub.store.engine import Database
from server_stub.store.models import ActRow, CheckpointRow, ClockRow, from_millis, to_millis
from server_stub.store.uploads import Uploads
from server_stub.trust import log
from server_stub.trust.auth import Door, Replays
from server_stub.trust.limits import Gate
from server_stub.trust.stamping import Stamping
from server_stub.trust.witnessing import Witnessing

logger = logging.getLogger("server_stub")


class Platform:
    """Everything the routers may ask."""

    def __init__(
        self,
        folder: Folder,
        *,
        demo_clock: datetime | None = None,
        tsa: str = "",
        witness: str = "",
        durable: bool = True,
    ) -> None:
        """`demo_clock`: start instant of a demo's settable clock; None for the machine's clock. `tsa`, `witness`: their
        URLs, or none.

        `durable=False` leaves upload bytes to the system's own time: benchmarks only.
        """
        load_law()
        self.folder, self.settings = folder, folder.settings()
        self.database = Database(folder.database)
        self.blobs = FolderBlobs(folder.blobs)
        folder.uploads.mkdir(exist_ok=True)
        folder.clear_work()
        self.uploads = Uploads(self.database, folder.uploads, self.settings, durable=durable)
        self.clock = self._clock(demo_clock)
        self.arrivals = Arrivals(self.clock.now)
        self._trust_read, self._trust = 0, TrustStore.load(folder.trust)
        pin = (folder.keys / "receipt.pin").read_text("utf-8")
        token = Pkcs12Token.open(folder.keys / "receipt.p12", pin)
        self.signer = log.open_signer(folder.keys, self.settings.log_origin)
        self.witnessing = Witnessing(witness, self.clock)
        self.frame = Frame(
            *(self.database, self.blobs, self._shared, token, self.signer, self.trust, self.witnessing),
            national=_national(folder.keys),
        )
        limit = self.settings.limits.proof
        self.replays = Replays(folder.proofs_seen, limit)
        self.door = Door(self.database, self.settings, self.replays)
        self.gate = Gate(self.settings.limits)
        self.speaks = accepted(self.settings.oldest)
        self.access = AccessLog(folder.access_log, self.settings.limits)
        self.stamping = Stamping(self.database, tsa, self.trust, self.clock)
        self.timers = Timers(self)
        self.heart = Heart(self.beat)
        self._check_log()
        self.frame.prove()

    def trust(self) -> TrustStore:
        """The anchors, read again when the operator puts a new revocation list in their place."""
        changed = max(path.stat().st_mtime_ns for path in self.folder.trust.iterdir())
        if changed != self._trust_read:
            self._trust_read, self._trust = changed, TrustStore.load(self.folder.trust)
        return self._trust

    def transact(self, now: datetime, work: Callable[[Tx], None]) -> None:
        """One transaction of the platform's own."""
        self.frame.transact(now, lambda session, shared: work(self.frame.tx(session, shared, now)))

    def beat(self) -> None:
        """What is done each second: timers, public checkpoints, time-stamps that are still missing."""
        now = self.clock.now()
        self.timers.run_due(now)
        self.publish_head(now)
        self.stamping.catch_up()

    def move_clock(self, target: datetime) -> None:
        """Move a demo's clock. Timers on the way run at their own time; returns when all are done."""
        if not self.clock.demo or target < self.clock.now():
            self.clock.move(target)
        while (due := self.timers.next_due(target)) is not None:
            self.clock.forward(due)
            if not self.timers.run_due(self.clock.now()):
                break
        self.clock.forward(target)
        self.beat()

    def publish_head(self, now: datetime) -> None:
        """Pad and publish the log's head on its beat (H7). The heart and a moved clock may come here at once."""
        with self.frame.order:
            with self.database.read() as session:
                last = log.public_checkpoint(session)
            if last is not None and now < from_millis(last.t) + timedelta(seconds=self.settings.limits.beat):
                return

            def write(session: Session, _shared: Shared) -> None:
                log.pad(session, last.size if last else 0)

            self.frame.transact(now, write)
            with self.database.write() as session:
                tree = log.size(session)
                note = self.signer.sign(log.Nodes(session), tree)
                note = self.witnessing.cosigned(note, tree, log.Nodes(session))
                session.add(CheckpointRow(size=tree, note=note, t=to_millis(now)))

    def close(self) -> None:
        if self.heart.is_alive():
            self.heart.stop()
        self.replays.close()
        self.access.close()
        self.database.close()

    def _check_log(self) -> None:
        """Sign the stored head once more: a database older than what was signed does not start (H14). Raises `Tampered`."""
        with self.database.read() as session:
            self.signer.sign(log.Nodes(session), log.size(session))

    def _shared(self) -> Shared:
        settings, take = self.settings, self.door.take
        shared = Shared(self.blobs, self.folder.uploads, settings.platform, settings.name, take, self.trust)
        shared.after.append(lambda: self.heart.wake())
        return shared

    def _clock(self, demo: datetime | None) -> ServerClock:
        if demo is None:
            return ServerClock()
        with self.database.read() as session:
            row = session.get(ClockRow, 1)
            last = session.scalar(select(func.max(ActRow.t_recv)))
        known = [from_millis(value) for value in (row and row.now, last) if value]
        return DemoClock(max(known, default=demo), self._keep_clock)

    def _keep_clock(self, now: datetime) -> None:
        with self.database.write() as session:
            session.merge(ClockRow(id=1, now=to_millis(now)))


def _national(keys: Path) -> NationalToken | None:
    """The platform's SM2 keys, where its operator gave some: then acts of suite S1 are taken."""
    path = keys / NATIONAL
    return NationalToken.open(path, (keys / f"{NATIONAL}.pin").read_text("utf-8")) if path.is_file() else None

"""What an act may do while it is being accepted. See `acts.frame` for the whole path."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.certificates import TrustStore
from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from server_stub.acts.reading import Reading
from server_stub.store.blobs import FolderBlobs
from server_stub.store.models import FeedRow, FileUseRow, HandleRow, TimerRow, UploadRow, to_millis


@dataclass(slots=True)
class Filing:
    """Where the act in hand will be filed. Empty means: as its parents are."""

    project: str = ""
    number: str = ""
    lot: str = ""
    handles: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Shared:
    """What all acts of one transaction have in common."""

    blobs: FolderBlobs
    uploads: Path
    platform: str
    """统一社会信用代码 of the operator"""
    platform_name: str
    take_nonce: Callable[[str, datetime], bool]
    """Uses up a nonce the server gave out lately; False when it did not, or it was used"""
    trust: Callable[[], TrustStore]
    """The anchors as they are now"""
    queue: list[Statement] = field(default_factory=list)
    disclosed: list[str] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)


class Tx(Reading):
    """One act in the one transaction. Nothing here is kept if anything in it raises."""

    def __init__(
        self, session: Session, now: datetime, shared: Shared, id_: str, actor: str, roles: frozenset[Role]
    ) -> None:
        super().__init__(session, now)
        self.shared = shared
        self.id = id_
        """Id of the act in hand; it is not among `acts` until its stage function has returned"""
        self.actor = actor
        self.actor_roles = roles
        """The author's registered roles among those the act admits"""
        self.filing = Filing()

    @property
    def platform(self) -> str:
        """统一社会信用代码 of the platform's operator."""
        return self.shared.platform

    def file(self, *, project: str = "", number: str = "", lot: str = "") -> None:
        """File the act under a project, 备案号 and lot. Without it, it is filed as the acts it names are filed."""
        self.filing.project = project or self.filing.project
        self.filing.number = number or self.filing.number
        self.filing.lot = lot or self.filing.lot

    def begin_project(self) -> None:
        """This act begins a project; those that name it, or name what names it, are filed under its id."""
        self.filing.project = self.id

    def alias(self, handle: str) -> None:
        """The act is also named by this digest (a package by its TV)."""
        self.filing.handles.append(handle)

    def platform_act(self, statement: Statement) -> str:
        """An act the platform does because of this one, in the same transaction and right after it. Its id."""
        self.shared.queue.append(statement)
        return statement.id

    def require_file(self, sha256: str, *, size: int | None = None) -> Path:
        """The file an act names must be here; readers of the act may then read it. Raises `Refused("file-missing")`."""
        path = self.shared.blobs.path(sha256)
        if not path.is_file() or (size is not None and path.stat().st_size != size):
            raise Refused("file-missing", "Upload the file first, whole, then send the act again.", sha256=sha256)
        self.filing.files.append(sha256)
        return path

    def require_upload(self, bid: str, org: str) -> Path:
        """The sealed bid with this digest, whole and checked, sent by this organisation (M18). Raises `Refused`."""
        where = select(UploadRow).where(UploadRow.bid == bid, UploadRow.org == org, UploadRow.complete)
        row = self.session.scalar(where.limit(1))
        path = self.shared.uploads / f"{row.id}.sealed" if row is not None else None
        if path is None or not path.is_file():
            raise Refused("bid-body-missing", "Finish the upload of the sealed bid, then commit again.", bid=bid)
        return path

    def disclose(self, *acts: str) -> None:
        """These earlier acts can be read by more people now: they come again in the feed."""
        self.shared.disclosed += acts

    def at(self, due: datetime, kind: str, key: str, **payload: str) -> None:
        """When `due` comes, run the timer `kind` (see `jobs.timers`). One timer for each kind and key; a new time moves it."""
        row = self.session.scalar(select(TimerRow).where(TimerRow.kind == kind, TimerRow.key == key))
        if row is None:
            row = TimerRow(kind=kind, key=key)
            self.session.add(row)
        row.due, row.payload, row.state = to_millis(due), json.dumps(payload), "waiting"
        row.attempts, row.retry, row.error = 0, 0, ""
        self.session.flush()

    def cancel(self, kind: str, key: str) -> None:
        """Take a waiting timer back."""
        row = self.session.scalar(select(TimerRow).where(TimerRow.kind == kind, TimerRow.key == key))
        if row is not None and row.state == "waiting":
            row.state = "cancelled"

    def after_commit(self, run: Callable[[], None]) -> None:
        """Run once the transaction is safe on disk; not at all if it is not."""
        self.shared.after.append(run)


def announce(session: Session, act: str) -> None:
    """Put an act at the feed's end. Positions leave random gaps: they must not count what a reader may not see (L-215)."""
    last = session.scalar(select(func.max(FeedRow.pos))) or 0
    session.add(FeedRow(pos=last + 1 + secrets.randbelow(8), act=act))
    session.flush()


def keep_filing(session: Session, id_: str, filing: Filing) -> None:
    """Write the act's other names and the files it uses."""
    session.add_all(HandleRow(handle=handle, act=id_) for handle in filing.handles)
    session.add_all(FileUseRow(sha256=sha256, act=id_) for sha256 in dict.fromkeys(filing.files))

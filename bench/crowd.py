"""A platform that shows thousands of tenders: packages signed as an agency signs them, put straight into the platform's own tables."""

from __future__ import annotations

import hashlib
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.desk_world import AGENCY, AGENCY_NAME, AT, ZERO, DeskWorld
from client.demo.tender_data import load_tender
from crypto.authority import Issued, TestAuthority
from crypto.signing import sign_statement
from procurement.tendering.package import LotCustody, TenderPackage, tender_digest
from server_stub.settings import Folder, Settings
from server_stub.setup import Setup, init
from server_stub.store.blobs import FolderBlobs
from server_stub.store.engine import Database
from server_stub.store.models import ActRow, FeedRow, FileUseRow, HandleRow, to_millis
from server_stub.trust import log

PLATFORM = "91140000MA0JINCAI0"
PATIENCE = 60.0


class Crowd:
    """The data of one platform. `publish` adds tenders; `served` runs it as a process of its own."""

    def __init__(self, folder: Path, authority: TestAuthority, agency: Issued) -> None:
        self._folder, self._agency = folder, agency
        folder.mkdir(parents=True)
        authority.issue_platform("晋采平台", PLATFORM).write_p12(folder / "receipt.p12", "platform-pin")
        authority.trust(AT).save(folder / "trust")
        settings = Settings(origin="jincai.bench", log_origin="jincai.bench/log", platform=PLATFORM, name="晋采平台")
        self._data = Folder(folder / "data", folder / "keys")
        setup = Setup(settings=settings, receipt_p12="receipt.p12", receipt_pin="platform-pin", trust="trust")
        init(self._data, setup, folder)
        model = load_tender("tanghe")
        self._model, self._title, self._lot = model.to_bytes(), model.title, model.lots[0].code
        self.count = 0

    def publish(self, count: int, *, models: bool = False) -> None:
        """So many more tenders, each with its own package; with `models`, their tender models can be fetched, too."""
        database = Database(self._data.database)
        try:
            with database.write() as session:
                for _ in range(count):
                    self.count += 1
                    self._add(session, self.count, models)
        finally:
            database.close()

    def _add(self, session: Session, number: int, keep: bool) -> None:
        model = self._model.replace(self._title.encode(), f"{self._title}第{number}号".encode())
        sha256 = FolderBlobs(self._data.blobs).put(model) if keep else hashlib.sha256(model).hexdigest()
        name = f"BENCH-{number}"
        statement = TenderPackage(
            tender_id=f"crowd-{number}", number=name, entrustment=ZERO, agency=AGENCY, version=1, previous=ZERO,
            model=sha256, issued=AT - timedelta(days=1), deadline=AT + timedelta(days=20, minutes=number),
            custody=(LotCustody(lot=self._lot, lot_key=ZERO, acks=()),), files=(),
        )  # fmt: skip
        signed = sign_statement(statement, self._agency.token)
        leaf = secrets.token_bytes(32)
        at = log.add(session, leaf)
        seq = (session.scalar(select(func.max(ActRow.seq))) or 0) + 1
        session.add(
            ActRow(
                seq=seq, id=signed.id, type=statement.TYPE, actor=AGENCY, name=AGENCY_NAME, role="agency",
                project=signed.id, number=name, lot="", t_recv=to_millis(AT), leaf_index=at, leaf=leaf.hex(),
                chain="", salt=secrets.token_hex(32), wire=signed.to_bytes(), receipt=b"",
            )
        )  # fmt: skip
        session.add(FeedRow(pos=seq * 4, act=signed.id))
        session.add(HandleRow(handle=tender_digest(signed.statement), act=signed.id))
        session.add(FileUseRow(sha256=sha256, act=signed.id))
        session.flush()

    @contextmanager
    def served(self) -> Iterator[str]:
        """The platform's address while it runs."""
        port = self._folder / "port"
        command = [sys.executable, "-m", "server_stub", "serve", "--data", str(self._data.data)]
        command += ["--keys", str(self._data.keys), "--port", "0", "--port-file", str(port)]
        command += ["--demo-clock", "2026-03-10T01:00:00.000Z"]
        with (self._folder / "server.log").open("ab") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            end = time.monotonic() + PATIENCE
            while not port.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(
                        "the platform did not start: " + (self._folder / "server.log").read_text("utf-8")
                    )
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port.read_text()}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def crowd_and_desk(folder: Path, url: str = "") -> tuple[Crowd, DeskWorld]:
    """A platform and a supplier that trust one authority."""
    world = DeskWorld.create(folder / "desk", url or "http://127.0.0.1:9")
    return Crowd(folder / "platform", world.authority, world.agency), world

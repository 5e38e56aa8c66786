"""Upload of a sealed bid: our client into our server, against tus-js-client into @tus/server. No flush on either side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.bids import LOT, SUPPLIER, TENDER, BidWorld
from bench.measuring import Line, Plan, alternate, median, speed
from bench.node import PEERS, Node, ready
from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from client.gateway.uploads import Uploader
from crypto.chunk_line import SEALED_CHUNK
from crypto.sealing import Sealed
from crypto.signing import sign_statement
from offline_cache.connection import Connection
from offline_cache.uploads import Uploads
from procurement.basics.moment import SystemClock
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.wire.messages import ActMessage, UploadAnnouncement
from server_stub.settings import Folder, Settings
from server_stub.setup import Setup, init

ORIGIN, PLATFORM = "jincai.bench", "91140000MA0JINCAI0"
TARGET = 1.0
PATIENCE = 60.0
"""Seconds within which a server takes connections"""


@dataclass(slots=True)
class Spent:
    """Processor seconds (user and system) of each upload, in order: steadier than seconds by the clock on a busy machine."""

    client: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)

    def told(self, size: int) -> str:
        """Per GiB, as client + server."""
        gib = size / 1024**3
        return f"{median(self.client) / gib:.1f} + {median(self.server) / gib:.1f}"


def measure(plan: Plan) -> list[Line]:
    """One line for the upload."""
    world = BidWorld.create(plan.folder, plan.size)
    file = plan.folder / "bid.sealed"
    said = _announcement(world.seal(file))
    world.container.unlink()
    node, missing = ready() if plan.peers else (None, "no peers asked for")
    parties: dict[str, Callable[[], float]] = {}
    mine, others = Spent(), Spent()
    if node is not None:
        parties["tus-js-client"] = lambda: _peer(node, file, plan.folder, others)
    parties["jincai"] = lambda: _ours(world, said, file, plan.folder, mine)
    runs = alternate(parties, plan.rounds)
    file.unlink()
    ours = median(runs["jincai"])
    if node is None:
        return [Line("upload", speed(said.size, ours), note=missing, runs=runs)]
    theirs = median(runs["tus-js-client"])
    note = (
        "ours checks SHA-256 of each chunk as it arrives; the peer checks nothing. Processor seconds per GiB, "
        f"client + server: ours {mine.told(said.size)}, peer {others.told(said.size)}"
    )
    runs |= {f"processor: {name}": values for name, values in _spent(mine, others)}
    ratio = theirs / ours
    return [
        Line(
            "upload against tus-js-client into @tus/server",
            speed(said.size, ours),
            speed(said.size, theirs),
            ratio,
            f"≥ {TARGET}×",
            ratio >= TARGET,
            note,
            runs,
        )
    ]


def _spent(mine: Spent, others: Spent) -> Iterator[tuple[str, list[float]]]:
    yield from {"our client": mine.client, "our server": mine.server}.items()
    yield from {"tus-js-client": others.client, "@tus/server": others.server}.items()


def _announcement(sealed: Sealed) -> UploadAnnouncement:
    return UploadAnnouncement(
        tender=TENDER,
        lot=LOT,
        header=sealed.header_digest,
        bid=sealed.bid_digest,
        size=sealed.file_size,
        prefix=sealed.file_size - sealed.size,
        chunk=SEALED_CHUNK,
        hashes=b"".join(sealed.chunk_hashes),
    )


def _ours(world: BidWorld, said: UploadAnnouncement, file: Path, folder: Path, spent: Spent) -> float:
    """One upload by a registered supplier into a new platform; seconds of the upload alone."""
    with tempfile.TemporaryDirectory(dir=folder) as made, _server(world, Path(made)) as (url, server):
        gateway = Gateway(HttpTransport(url), ServerClock(SystemClock()), ORIGIN)
        cache = Connection(Path(made) / "cache.db", os.urandom(32))
        try:
            token = world.supplier.token
            statement = Registration(
                actor=SUPPLIER, role=Role.SUPPLIER, name="太原测试科技有限公司", region="140000", contact="张三"
            )
            gateway.time()
            gateway.act(Registration.TYPE, ActMessage(signed=sign_statement(statement, token)))
            gateway.sign_in(SUPPLIER, Role.SUPPLIER, lambda login: sign_statement(login, token))
            uploader = Uploader(gateway, Uploads(cache))
            start, busy, served = time.perf_counter(), time.process_time(), _processor(server)
            uploader.upload(said, file)
            taken = time.perf_counter() - start
            spent.client.append(time.process_time() - busy)
            spent.server.append(_processor(server) - served)
            return taken
        finally:
            gateway.close()
            cache.close()


@contextmanager
def _server(world: BidWorld, folder: Path) -> Iterator[tuple[str, int]]:
    """The reference platform as a process; its address and process id."""
    world.authority.issue_platform("晋采平台", PLATFORM).write_p12(folder / "receipt.p12", "platform-pin")
    world.authority.trust().save(folder / "trust")
    settings = Settings(origin=ORIGIN, log_origin="jincai.bench/log", platform=PLATFORM, name="晋采平台")
    data = Folder(folder / "data", folder / "keys")
    init(data, Setup(settings=settings, receipt_p12="receipt.p12", receipt_pin="platform-pin", trust="trust"), folder)
    port = folder / "port"
    command = [sys.executable, "-m", "server_stub", "serve", "--data", str(data.data), "--keys", str(data.keys)]
    command += ["--port", "0", "--port-file", str(port), "--no-upload-flush"]
    command += ["--demo-clock", "2026-03-02T01:00:00.000Z"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{_port(port, process)}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _port(file: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while not file.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the server did not start: " + (file.parent / "server.log").read_text("utf-8"))
        time.sleep(0.05)
    return file.read_text()


def _processor(process: int) -> float:
    """Seconds a process has used its processors so far, its own and the system's for it."""
    times = psutil.Process(process).cpu_times()
    return times.user + times.system


def _peer(node: Node, file: Path, folder: Path, spent: Spent) -> float:
    """One upload by tus-js-client into a new @tus/server; seconds as it says itself."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        server = subprocess.Popen([node.node, "server.mjs", made], cwd=PEERS, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            place = f"http://127.0.0.1:{int(server.stdout.readline())}/files"
            command, served = [node.node, "upload.mjs", str(file), place], _processor(server.pid)
            said = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=True).stdout
            taken, busy = json.loads(said)
            spent.client.append(busy)
            spent.server.append(_processor(server.pid) - served)
            return float(taken)
        finally:
            server.terminate()
            server.wait(PATIENCE)

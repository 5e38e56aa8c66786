"""kill -9 of client or server in an upload, a commit, a release: before or after, never between; no receipt is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from client.desk import Desk
from procurement.basics.problems import Unreachable
from procurement.bidding.sealed import Submission
from procurement.opening.session import Release
from tests.client.journey import LOT, TENDER
from tests.client.parties import PASSPHRASE, PIN
from tests.journeys.snapshots import Revisit
from tests.journeys.waiting import until
from tests.world import ROOT

MIB = 1024 * 1024


def kill_client(journey: Revisit, key: str, verb: str, argument: str, stop: str, folder: Path) -> None:
    """Run the verb in a process of its own and kill -9 it at the point."""
    ready = folder / "ready"
    command = [sys.executable, "-m", "tests.journeys.victim", str(journey.supplier_profile(key)), PASSPHRASE, PIN]
    with subprocess.Popen([*command, verb, argument, stop, str(ready)], cwd=ROOT) as victim:
        until(lambda: ready.exists() or victim.poll() is not None, "the client to reach the point")
        assert victim.poll() is None, "the client ended by itself"
        victim.send_signal(signal.SIGKILL)


def sealed_by(journey: Revisit, key: str, *, size: int = 0) -> str:
    """A sealed bid of this supplier, with an attachment of random bytes, and nobody at the desk."""
    desk = journey.supplier(key)
    if size:
        desk.bidding.drafts.attach(TENDER, LOT, _large(journey.world.folder / "large.pdf", size), "catalogue", "样本")
    return desk.bidding.seal(TENDER, LOT).bid


def leave(journey: Revisit, key: str) -> None:
    journey.suppliers.pop(key).close()


def _large(path: Path, size: int) -> Path:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.Filling = made.make_stream(os.urandom(size))
        made.save(path)
    return path


class Marks:
    """Notes how far the upload was each time; does something once on the way."""

    def __init__(self, at: int, act: object) -> None:
        self.at, self.act, self.seen = at, act, list[int]()
        self.done = False

    def step(self, done: int, total: int) -> None:
        self.seen.append(done)
        if not self.done and done >= self.at:
            self.done = True
            self.act()  # type: ignore[operator]


def test_client_killed_in_an_upload(at_published: Revisit, tmp_path: Path) -> None:
    journey = at_published
    bid = sealed_by(journey, "A", size=12 * MIB)
    leave(journey, "A")
    kill_client(journey, "A", "deliver", bid, "half", tmp_path)
    desk, marks = journey.supplier("A"), Marks(0, lambda: None)
    desk.bidding.deliver(bid, marks)
    assert marks.seen[0] >= 4 * MIB, "what the server had is not sent again"
    assert desk.bidding.commit(bid).state == "accepted"


def test_server_killed_in_an_upload(at_published: Revisit) -> None:
    """Bytes below the last durable mark (64 MiB) are not sent again."""
    journey = at_published
    bid = sealed_by(journey, "A", size=80 * MIB)

    def fall() -> None:
        journey.world.kill()
        journey.restart()

    marks = Marks(76 * MIB, fall)
    journey.supplier("A").bidding.deliver(bid, marks)
    again = marks.seen[next(i for i, one in enumerate(marks.seen) if one >= marks.at) + 1 :]
    assert 64 * MIB <= min(again) < 80 * MIB
    assert journey.supplier("A").bidding.commit(bid).state == "accepted"


@pytest.mark.parametrize("stop", ["before:submission", "after:submission"])
def test_client_killed_in_a_commit(at_published: Revisit, tmp_path: Path, stop: str) -> None:
    """The signed act lies in the outbox before it leaves: on return it goes, once, and its receipt is here."""
    journey = at_published
    bid = sealed_by(journey, "A")
    journey.supplier("A").bidding.deliver(bid)
    leave(journey, "A")
    kill_client(journey, "A", "commit", bid, stop, tmp_path)
    _one_act(journey.supplier("A"), Submission)


@pytest.mark.parametrize("stop", ["before:release", "after:release"])
def test_client_killed_in_a_release(at_closed: Revisit, tmp_path: Path, stop: str) -> None:
    journey = at_closed
    kill_client(journey, "A", "release", journey.ids["closing"], stop, tmp_path)
    _one_act(journey.supplier("A"), Release)


def _one_act(desk: Desk, kind: type[Submission] | type[Release]) -> None:
    desk.refresh()
    (act,) = desk.place.acts.all(kind)
    (row,) = [row for row in desk.place.outbox.all() if row.act == kind.TYPE]
    kept = desk.place.mirror.receipt(act.id)
    assert (row.id, row.state) == (act.id, "accepted")
    assert kept is not None and kept.receipt == desk.place.gateway.act(kind.TYPE, row.message).receipt


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
def test_server_killed_in_a_commit(at_published: Revisit, written: bool) -> None:
    """Killed before it read the request, and as soon as the act's transaction shows in its files."""
    journey = at_published
    desk, bid = journey.supplier("A"), sealed_by(journey, "A")
    desk.bidding.deliver(bid)
    process = journey.world._process
    assert process is not None
    log = journey.world.data / "platform.db-wal"
    if not written:
        process.send_signal(signal.SIGSTOP)
    before = log.stat().st_mtime_ns
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(desk.bidding.commit, bid)
        until(lambda: desk.place.outbox.all()[-1].state != "queued", "the act to leave", pause=0.0005)
        if written:
            until(lambda: log.stat().st_mtime_ns != before, "the transaction", pause=0.0002)
        journey.world.kill()
        with contextlib.suppress(Unreachable):
            sent.result()
    journey.restart()
    desk.refresh()
    _one_act(desk, Submission)


def test_server_killed_in_a_release(at_closed: Revisit) -> None:
    journey = at_closed
    desk, closing = journey.supplier("A"), journey.ids["closing"]
    before = (log := journey.world.data / "platform.db-wal").stat().st_mtime_ns
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(desk.releasing.release, closing)
        until(lambda: any(r.act == "release" for r in desk.place.outbox.all()), "the act", pause=0.0005)
        until(lambda: log.stat().st_mtime_ns != before, "the transaction", pause=0.0002)
        journey.world.kill()
        with contextlib.suppress(Unreachable):
            sent.result()
    journey.restart()
    desk.refresh()
    _one_act(desk, Release)

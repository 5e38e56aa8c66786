"""kill -9 of the client in an upload, a commit, a release, and of a custodian in its own: before or after, no receipt lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest

from client.custodian import READY
from client.desk import Desk
from procurement.basics.roles import Role
from procurement.bidding.sealed import Submission
from procurement.opening.session import CustodianRelease, Opening, Release
from tests.client.journey import LOT, TENDER
from tests.client.parties import PASSPHRASE, PIN
from tests.journeys.snapshots import Revisit
from tests.journeys.waiting import until
from tests.processes import ROOT
from tests.world import PLATFORM

MIB = 1024 * 1024


def kill_client(profile: Path, verb: str, argument: str, stop: str, folder: Path) -> None:
    """Run the verb in a process of its own and kill -9 it at the point."""
    ready = folder / "ready"
    command = [sys.executable, "-m", "tests.journeys.victim", str(profile), PASSPHRASE, PIN]
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
    """Notes how far the upload was each time."""

    def __init__(self) -> None:
        self.seen = list[int]()

    def step(self, done: int, total: int) -> None:
        self.seen.append(done)


def test_client_killed_in_an_upload(at_published: Revisit, tmp_path: Path) -> None:
    journey = at_published
    bid = sealed_by(journey, "A", size=12 * MIB)
    leave(journey, "A")
    kill_client(journey.supplier_profile("A"), "deliver", bid, "half", tmp_path)
    desk, marks = journey.supplier("A"), Marks()
    desk.bidding.deliver(bid, marks)
    assert marks.seen[0] >= 4 * MIB, "what the server had is not sent again"
    assert desk.bidding.commit(bid).state == "accepted"


@pytest.mark.parametrize("stop", ["before:submission", "after:submission", "kept"])
def test_client_killed_in_a_commit(at_published: Revisit, tmp_path: Path, stop: str) -> None:
    """The signed act lies in the outbox before it leaves: on return it goes, once, and its receipt is here."""
    journey = at_published
    bid = sealed_by(journey, "A")
    journey.supplier("A").bidding.deliver(bid)
    leave(journey, "A")
    kill_client(journey.supplier_profile("A"), "commit", bid, stop, tmp_path)
    _one_act(journey.supplier("A"), Submission)


@pytest.mark.parametrize("stop", ["before:release", "after:release", "kept"])
def test_client_killed_in_a_release(at_closed: Revisit, tmp_path: Path, stop: str) -> None:
    journey = at_closed
    kill_client(journey.supplier_profile("A"), "release", journey.ids["closing"], stop, tmp_path)
    _one_act(journey.supplier("A"), Release)


@pytest.mark.parametrize("stop", ["before:custodian-release", "after:custodian-release", "kept"])
def test_custodian_killed_in_a_release(at_frozen: Revisit, tmp_path: Path, stop: str) -> None:
    """The platform's custodian, a process of its own, shot while it releases: started again it has released once, and all opens."""
    journey = at_frozen
    profile = journey.profile(Role.PLATFORM, PLATFORM)
    kill_client(profile, "custodian", "", stop, tmp_path)
    with custodian(profile, tmp_path):
        for desk in (journey.agency, journey.purchaser):
            assert desk.custody_release.release(journey.ids["freeze"]).state == "accepted"
        agency = journey.agency
        until(lambda: agency.refresh() or agency.place.acts.last(Opening), "the opening")
    released = [act.value.org for act in agency.place.acts.all(CustodianRelease)]
    assert sorted(released) == sorted([agency.actor, journey.purchaser.actor, PLATFORM])
    assert [one.code for one in agency.place.acts.only(Opening).value.results] == ["opened"] * 3
    _one_act(journey.platform, CustodianRelease, PLATFORM)


@contextmanager
def custodian(profile: Path, folder: Path) -> Iterator[None]:
    """`jincai custodian` as an operator runs it, from when it is at work; it ends when told to."""
    said = folder / "log"
    for name, text in (("pin", PIN), ("passphrase", PASSPHRASE)):
        (folder / name).write_text(text)
    files = ["--pin-file", str(folder / "pin"), "--passphrase-file", str(folder / "passphrase")]
    command = [sys.executable, "-m", "client.cli", "custodian", "--profile", str(profile), *files, "--rest", "0.05"]
    with said.open("wb") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as process:
        until(lambda: READY in said.read_text("utf-8") or process.poll() is not None, "the custodian to be at work")
        yield
        process.terminate()
        assert process.wait(30) == 0


def _one_act(desk: Desk, kind: type[Submission | Release | CustodianRelease], org: str = "") -> None:
    desk.refresh()
    (act,) = desk.place.acts.all(kind, **({"org": org} if org else {}))
    (row,) = [row for row in desk.place.outbox.all() if row.act == kind.TYPE]
    kept = desk.place.mirror.receipt(act.id)
    assert (row.id, row.state) == (act.id, "accepted")
    assert kept is not None and kept.receipt == desk.place.gateway.act(kind.TYPE, row.message).receipt

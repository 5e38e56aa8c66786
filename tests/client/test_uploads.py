"""A sealed file reaches the server whole, through stops, kills on either side, and damage on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from client.desk import Desk
from client.gateway.uploads import TUS, Uploader
from procurement.basics.problems import Cancelled, Problem, Refused, Unreachable
from procurement.basics.pulse import cancelled
from procurement.basics.roles import Role
from procurement.wire.messages import UploadAnnouncement
from tests.client.parties import PIN, desk_of, signed_in
from tests.server_stub.test_uploads import sealed
from tests.world import Raw, World

SIZE = 24 * 1024 * 1024 + 17


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World.create(tmp_path_factory.mktemp("uploads"), start=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found.options += ["--port", str(probe.getsockname()[1])]
    found.start()
    yield found
    found.close()


@pytest.fixture(scope="module")
def supplier(world: World) -> Iterator[Desk]:
    desk = signed_in(world, Role.SUPPLIER, "太原衡测信息技术有限公司", "91140000MA0SUPPLY1")
    yield desk
    desk.close()


@pytest.fixture
def bid(tmp_path: Path, world: World, supplier: Desk) -> tuple[UploadAnnouncement, Path]:
    data, announcement = sealed(Raw(world, supplier.name, supplier.actor, (Role.SUPPLIER,)), SIZE)
    path = tmp_path / "bid.sealed"
    path.write_bytes(data)
    return announcement, path


@dataclass
class Watch:
    """A pulse that does something once, when half is through."""

    at_half: Callable[[], None] = lambda: None
    steps: list[int] = field(default_factory=list)
    fired: bool = False

    def step(self, done: int, total: int) -> None:
        self.steps.append(done)
        if not self.fired and 2 * done > total:
            self.fired = True
            self.at_half()


def settled(desk: Desk, bid: str) -> int:
    """Bytes the server holds once it has noticed that the request before is broken."""
    state = desk.place.uploads.get(bid)
    assert state is not None
    end = time.monotonic() + 30
    while time.monotonic() < end:
        held = int(desk.place.gateway.ask("HEAD", state.url, headers=TUS).headers["upload-offset"])
        if held:
            return held
        time.sleep(0.01)
    raise AssertionError("the server kept nothing")


def stop() -> None:
    raise cancelled()


def test_a_file_arrives_and_is_not_sent_again(supplier: Desk, bid: tuple[UploadAnnouncement, Path]) -> None:
    announcement, path = bid
    watch = Watch()
    supplier.place.uploader.upload(announcement, path, watch)
    assert watch.steps[-1] == announcement.size and watch.steps == sorted(watch.steps)
    state = supplier.place.uploads.get(announcement.bid)
    assert state is not None and state.done
    again = Watch()
    supplier.place.uploader.upload(announcement, path, again)
    assert again.steps == []


def test_a_stopped_upload_goes_on_where_it_stood(supplier: Desk, bid: tuple[UploadAnnouncement, Path]) -> None:
    announcement, path = bid
    with pytest.raises(Cancelled):
        supplier.place.uploader.upload(announcement, path, Watch(stop))
    held, watch = settled(supplier, announcement.bid), Watch()
    supplier.place.uploader.upload(announcement, path, watch)
    assert watch.steps[0] == held and watch.steps[-1] == announcement.size


def test_a_killed_server_costs_no_more_than_what_was_under_way(
    world: World, supplier: Desk, bid: tuple[UploadAnnouncement, Path]
) -> None:
    announcement, path = bid
    waited: list[bool] = []
    place = supplier.place
    uploader = Uploader(place.gateway, place.uploads, lambda _s: (waited.append(uploader.waiting), world.start())[0])
    watch = Watch(world.kill)
    uploader.upload(announcement, path, watch)
    assert len(waited) >= 1 and all(waited), "whoever looks is told that the line is broken"
    assert not uploader.waiting
    state = place.uploads.get(announcement.bid)
    assert state is not None and state.done


_SENDER = """
import json, sys, time
from pathlib import Path
from procurement.wire.messages import UploadAnnouncement
from tests.client.parties import PIN, desk_of
desk = desk_of(Path(sys.argv[1]))
desk.accounts.unlock(PIN)
desk.accounts.sign_in()
class Tell:
    def step(self, done, total):
        print(done, flush=True)
        if 2 * done > total:
            sys.stdin.read()
announcement = UploadAnnouncement.from_bytes(Path(sys.argv[2]).read_bytes())
desk.place.uploader.upload(announcement, Path(sys.argv[3]), Tell())
"""


def test_a_killed_client_resumes(world: World, bid: tuple[UploadAnnouncement, Path], tmp_path: Path) -> None:
    announcement, path = bid
    said = tmp_path / "announcement.json"
    said.write_bytes(announcement.to_bytes())
    folder = world.folder / "profiles" / "supplier-91140000MA0SUPPLY1"
    sender = subprocess.Popen(
        [sys.executable, "-c", _SENDER, str(folder), str(said), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sender.stdout is not None and sender.stdin is not None
    while 2 * int(sender.stdout.readline()) <= announcement.size:
        pass
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    sender.stdout.close()
    sender.stdin.close()
    again = desk_of(folder)
    again.accounts.unlock(PIN)
    again.accounts.sign_in()
    held, watch = settled(again, announcement.bid), Watch()
    again.place.uploader.upload(announcement, path, watch)
    assert watch.steps[0] == held
    again.close()


def test_damage_on_the_way_is_named(supplier: Desk, bid: tuple[UploadAnnouncement, Path]) -> None:
    announcement, path = bid
    data = bytearray(path.read_bytes())
    data[announcement.prefix + 5_000_000] ^= 1
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        supplier.place.uploader.upload(announcement, path)
    assert caught.value.code == "upload-chunk-differs"


def test_a_changed_file_and_a_dead_server(world: World, supplier: Desk, bid: tuple[UploadAnnouncement, Path]) -> None:
    announcement, path = bid
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused):
        supplier.place.uploader.upload(announcement, path)
    path.write_bytes(path.read_bytes() + b"x")
    world.stop()
    waited: list[float] = []
    uploader = Uploader(supplier.place.gateway, supplier.place.uploads, waited.append)
    with pytest.raises(Unreachable):
        uploader.upload(announcement, path)
    assert waited == sorted(waited, key=lambda one: round(one)) and len(waited) >= 4
    world.start()

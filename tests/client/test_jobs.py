"""Lanes: one after another within a lane, side by side between lanes, progress and stopping."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator

import pytest

from client.changes import Bulletin, Changes
from client.jobs import Lanes
from procurement.basics.problems import Cancelled, Locked, Refused
from procurement.basics.pulse import Pulse


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    found = Lanes()
    yield found
    found.close()


def test_one_lane_keeps_order_and_lanes_run_side_by_side(lanes: Lanes) -> None:
    order: list[int] = []
    gate = threading.Event()
    first = lanes.run("net", "first", lambda pulse: (gate.wait(10), order.append(1)))
    second = lanes.run("net", "second", lambda pulse: order.append(2))
    other = lanes.run("seal", "other", lambda pulse: gate.set())
    for job in (other, first, second):
        job.result(10)
    assert order == [1, 2]
    assert not first.running


def test_progress_is_told_and_a_cancelled_job_stops_at_its_next_step(lanes: Lanes) -> None:
    begun, seen = threading.Event(), []

    def work(pulse: Pulse) -> None:
        for done in range(1, 10**9):
            pulse.step(done, 10**9)
            begun.set()

    job = lanes.run("upload", "long", work)
    job.on_progress(lambda done, total: seen.append((done, total)))
    assert begun.wait(10)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(10)
    assert job.progress()[0] > 0 and job.progress()[1] == 10**9


def test_problems_come_out_of_the_job_and_unknown_lanes_are_named(lanes: Lanes) -> None:
    def work(pulse: Pulse) -> None:
        raise Refused("not-today", "Come again.")

    told: list[str] = []
    job = lanes.run("store", "bad", work)
    job.on_done(lambda one: told.append(one.name))
    with pytest.raises(Refused):
        job.result(10)
    with pytest.raises(Refused) as caught:
        lanes.run("kitchen", "soup", work)
    assert caught.value.code == "lane-unknown"


def test_changes_are_joined_and_silence_is_not_posted() -> None:
    bulletin, heard = Bulletin(), []
    stop = bulletin.listen(heard.append)
    bulletin.post(Changes())
    bulletin.post([Changes(acts=frozenset({"plan"})), Changes(outbox=True)])
    stop()
    bulletin.post(Changes(link=True))
    assert heard == [Changes(acts=frozenset({"plan"}), outbox=True)]
    assert heard[0].touches("plan", "budget-import") and not heard[0].touches("intention")


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk-full"), (errno.EACCES, "storage-failed"), (errno.EROFS, "storage-failed")],
)
def test_what_the_disk_says_against_it_has_a_remedy(number: int, code: str) -> None:
    def work(_pulse: Pulse) -> None:
        raise OSError(number, os.strerror(number), "/home/zhang/投标/a.pdf")

    lanes = Lanes()
    with pytest.raises(Locked) as caught:
        lanes.run("store", "work", work).result(10)
    assert caught.value.code == code and "/home" not in str(caught.value.facts)
    lanes.close()

"""Timers run once, in order, each at its own time, and a failing one neither stops the others nor is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from procurement.basics.problems import Refused
from server_stub.acts.transaction import Tx
from server_stub.jobs.timers import TRIES, due
from server_stub.platform import Platform
from server_stub.settings import Folder
from server_stub.store.models import TimerRow
from tests.world import START, World

RAN: list[tuple[str, datetime]] = []


@due("test-note")
def _note(tx: Tx, payload: dict[str, str]) -> None:
    RAN.append((payload["name"], tx.now))


@due("test-chain")
def _chain(tx: Tx, payload: dict[str, str]) -> None:
    RAN.append(("chain", tx.now))
    tx.at(tx.now + timedelta(days=1), "test-note", "after-chain", name="after-chain")


@due("test-fail")
def _fail(tx: Tx, payload: dict[str, str]) -> None:
    tx.at(tx.now, "test-note", "never", name="never")
    raise Refused("test-broken", "Nothing to do.")


@due("test-apart", apart=True)
def _apart(platform: Platform, payload: dict[str, str], now: datetime) -> None:
    RAN.append(("apart", now))


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    World.create(tmp_path, start=False)
    made = Platform(Folder(tmp_path / "server", tmp_path / "server" / "keys"), demo_clock=START)
    RAN.clear()
    yield made
    made.close()


def _set(platform: Platform, kind: str, key: str, after: timedelta, **payload: str) -> None:
    platform.transact(platform.clock.now(), lambda tx: tx.at(START + after, kind, key, **payload))


def _row(platform: Platform, key: str) -> TimerRow:
    with platform.database.read() as session:
        return session.query(TimerRow).filter_by(key=key).one()


def test_a_moved_clock_stops_at_each_timer(platform: Platform) -> None:
    for day, name in ((9, "late"), (3, "early"), (40, "beyond")):
        _set(platform, "test-note", name, timedelta(days=day), name=name)
    _set(platform, "test-chain", "chain", timedelta(days=5))
    platform.move_clock(START + timedelta(days=20))
    assert [name for name, _ in RAN] == ["early", "chain", "after-chain", "late"]
    for (_, ran), day in zip(RAN, (3, 5, 6, 9), strict=True):
        assert timedelta() <= ran - (START + timedelta(days=day)) < timedelta(hours=1)
    assert _row(platform, "beyond").state == "waiting"


def test_once_and_only_once(platform: Platform) -> None:
    _set(platform, "test-note", "a", timedelta(), name="a")
    _set(platform, "test-apart", "b", timedelta())
    assert platform.timers.run_due(platform.clock.now()) == 2
    assert platform.timers.run_due(platform.clock.now()) == 0
    assert [name for name, _ in RAN] == ["a", "apart"]


def test_a_new_time_moves_a_timer_and_cancelling_stops_it(platform: Platform) -> None:
    _set(platform, "test-note", "a", timedelta(), name="a")
    _set(platform, "test-note", "a", timedelta(days=1), name="a")
    platform.transact(platform.clock.now(), lambda tx: tx.cancel("test-note", "a"))
    platform.move_clock(START + timedelta(days=2))
    assert RAN == []


def test_a_timer_waits_for_acts_that_came_before_it(platform: Platform) -> None:
    with ThreadPoolExecutor(1) as pool:
        with platform.arrivals.one() as t_recv:
            platform.transact(t_recv, lambda tx: tx.at(t_recv, "test-note", "closing", name="closing"))
            running = pool.submit(platform.timers.run_due, t_recv)
            with pytest.raises(TimeoutError):
                running.result(0.2)
            assert RAN == []
        running.result()
    assert [name for name, _ in RAN] == ["closing"]


def test_a_failing_timer_is_tried_again_and_then_set_aside(platform: Platform) -> None:
    _set(platform, "test-fail", "bad", timedelta())
    _set(platform, "test-note", "good", timedelta(), name="good")
    for hour in range(TRIES):
        platform.timers.run_due(START + timedelta(hours=hour + 1))
        platform.timers.run_due(START + timedelta(hours=hour + 1, seconds=1))
    assert [name for name, _ in RAN] == ["good"]
    assert (_row(platform, "bad").state, _row(platform, "bad").attempts) == ("failed", TRIES)
    assert "test-broken" in _row(platform, "bad").error

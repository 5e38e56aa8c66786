"""Timers: rows with a due time. A handler runs in one transaction with the mark that it is done.

    @due("closing")
    def close_lot(tx: Tx, payload: dict[str, str]) -> None:
        tx.platform_act(Closing(…))

`tx.now` is when the timer was due, when a demo clock was moved past it (each timer sees its own time), else the
clock's time. A handler with work too long for a transaction (opening bids) is declared `@due("open", apart=True)` and
gets the platform instead; it may run again after a kill, so it must be safe to repeat, and calls `platform.transact`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from procurement.basics.problems import Problem
from server_stub.acts.transaction import Tx
from server_stub.store.models import TimerRow, from_millis, to_millis

if TYPE_CHECKING:
    from server_stub.platform import Platform

logger = logging.getLogger("server_stub.jobs")
TRIES, PAUSE = 8, timedelta(seconds=5)
"""A failing timer is tried so often, after pauses that double"""
Handler = Callable[..., None]


@dataclass(frozen=True, slots=True)
class _Job:
    run: Handler
    apart: bool


_JOBS: dict[str, _Job] = {}


def due(kind: str, *, apart: bool = False) -> Callable[[Handler], Handler]:
    """Registers the handler of a kind of timer."""

    def register(handler: Handler) -> Handler:
        if kind in _JOBS and _JOBS[kind].run is not handler:
            raise TypeError(f"two handlers for {kind}")
        _JOBS[kind] = _Job(handler, apart)
        return handler

    return register


class Timers:
    """Runs what is due, one after another."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._running = Lock()

    def next_due(self, until: datetime) -> datetime | None:
        """When the earliest waiting timer up to `until` is due."""
        with self._platform.database.read() as session:
            where = select(TimerRow.due).where(TimerRow.state == "waiting", TimerRow.due <= to_millis(until))
            first = session.scalar(where.order_by(TimerRow.due).limit(1))
        return None if first is None else from_millis(first)

    def run_due(self, now: datetime) -> int:
        """Run every timer due by `now`, in order of time; how many ran well."""
        done = 0
        with self._running:
            tried: set[int] = set()
            while (row := self._take(now, tried)) is not None:
                tried.add(row.id)
                if not self._platform.arrivals.drain(from_millis(row.due)):
                    logger.error("timer %d does not wait longer for acts under way", row.id)
                done += self._run(row, now)
        return done

    def _take(self, now: datetime, tried: set[int]) -> TimerRow | None:
        with self._platform.database.write() as session:
            where = select(TimerRow).where(
                TimerRow.state == "waiting",
                TimerRow.due <= to_millis(now),
                TimerRow.retry <= to_millis(now),
                TimerRow.id.not_in(tried),
            )
            row = session.scalar(where.order_by(TimerRow.due, TimerRow.id).limit(1))
            if row is not None:
                row.attempts += 1
            return row

    def _run(self, row: TimerRow, now: datetime) -> bool:
        job = _JOBS.get(row.kind)
        payload: dict[str, str] = json.loads(row.payload)
        try:
            if job is None:
                raise LookupError(f"nobody handles {row.kind}")
            if job.apart:
                job.run(self._platform, payload, now)
                self._platform.transact(now, lambda tx: _finish(tx, row.id))
            else:
                self._platform.transact(now, lambda tx: _run_in(tx, job.run, payload, row.id))
        except Exception as error:  # noqa: BLE001 - a failing timer must neither stop the others nor be lost
            self._fail(row.id, error, now)
            return False
        return True

    def _fail(self, id_: int, error: Exception, now: datetime) -> None:
        logger.error("timer %d failed", id_, exc_info=error)
        text = str(error) if isinstance(error, Problem) else repr(error)
        with self._platform.database.write() as session:
            row = session.get_one(TimerRow, id_)
            row.error, row.retry = text[:2000], to_millis(now + PAUSE * 2**row.attempts)
            row.state = "failed" if row.attempts >= TRIES else row.state


def _run_in(tx: Tx, handler: Handler, payload: dict[str, str], id_: int) -> None:
    handler(tx, payload)
    _finish(tx, id_)


def _finish(tx: Tx, id_: int) -> None:
    row = tx.session.get_one(TimerRow, id_)
    set_anew = row.attempts == 0
    if row.state == "waiting" and row.due <= to_millis(tx.now) and not set_anew:
        row.state, row.error = "done", ""


class Heart(Thread):
    """Beats once a second of real time, and at once when woken."""

    def __init__(self, beat: Callable[[], Any]) -> None:
        super().__init__(name="heart", daemon=True)
        self._beat, self._wake, self._ended = beat, Event(), False

    def run(self) -> None:
        while not self._ended:
            try:
                self._beat()
            except Exception:  # the next beat tries again
                logger.exception("a beat failed")
            self._wake.wait(1)
            self._wake.clear()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._ended = True
        self._wake.set()
        self.join(30)

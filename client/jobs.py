"""Long work runs on lanes: one thread per resource, so that nothing of one kind overtakes itself (vorta's habit)."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from procurement.basics.problems import Locked, Refused
from procurement.basics.pulse import Pulse, cancelled

LANES = ("net", "upload", "token", "seal", "print", "store")
"""net: acts and feed · upload: sealed bids · token: signing · seal: sealing, hashing · print: PDFs · store: local files"""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHUT = (errno.EACCES, errno.EPERM, errno.EROFS)
P = ParamSpec("P")
R = TypeVar("R")
Progress = Callable[[int, int], None]


class JobPulse:
    """The pulse of one job: keeps the last step, tells a listener, and stops the work when asked."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._listeners: list[Progress] = []
        self.done = 0
        self.total = 0

    def step(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise cancelled()
        self.done, self.total = done, total
        for listener in self._listeners:
            listener(done, total)

    def stop(self) -> None:
        self._stop.set()

    def listen(self, listener: Progress) -> None:
        self._listeners.append(listener)


class Job(Generic[R]):
    """Work under way. `future` gives the result or raises the problem."""

    def __init__(self, lane: str, name: str, future: Future[R], pulse: JobPulse) -> None:
        self.lane = lane
        self.name = name
        self.future = future
        self.pulse = pulse

    def result(self, timeout: float | None = None) -> R:
        return self.future.result(timeout)

    @property
    def running(self) -> bool:
        return not self.future.done()

    def progress(self) -> tuple[int, int]:
        """Done and total; 0 of 0 before the first step."""
        return self.pulse.done, self.pulse.total

    def on_progress(self, listener: Progress) -> None:
        """Called on the lane's thread, often."""
        self.pulse.listen(listener)

    def on_done(self, listener: Callable[[Job[R]], None]) -> None:
        """Called once, on the lane's thread (or at once when the work is over)."""
        self.future.add_done_callback(lambda _: listener(self))

    def cancel(self) -> None:
        """Ask the work to stop at its next step; work that has not begun never begins."""
        self.pulse.stop()
        self.future.cancel()


def _named(work: Callable[[], R]) -> R:
    """Run work; what the disk or a folder says against it becomes a problem with a remedy, whoever met it."""
    try:
        return work()
    except OSError as error:
        if error.errno in _FULL:
            raise Locked("disk-full", "Free disk space, or choose another place.") from error
        if error.errno in _SHUT:
            reason = error.strerror or type(error).__name__
            remedy = "See that this folder may be written, or choose another."
            raise Locked("storage-failed", remedy, reason=reason, file=Path(str(error.filename or "")).name) from error
        raise


class Lanes:
    """One thread per lane. Closing waits for running work after asking it to stop."""

    def __init__(self) -> None:
        self._pools = {lane: ThreadPoolExecutor(1, f"lane-{lane}") for lane in LANES}
        self._jobs: set[Job[Any]] = set()
        self._guard = threading.Lock()

    def run(
        self,
        lane: str,
        name: str,
        work: Callable[Concatenate[Pulse, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Job[R]:
        """Start `work(pulse, …)` on a lane after what is already waiting there."""
        pool = self._pools.get(lane)
        if pool is None:
            raise Refused("lane-unknown", "Use one of the lanes.", lane=lane)
        pulse = JobPulse()
        future: Future[R] = pool.submit(_named, partial(work, pulse, *args, **kwargs))
        job = Job(lane, name, future, pulse)
        with self._guard:
            self._jobs.add(job)
        future.add_done_callback(lambda _: self._forget(job))
        return job

    def running(self) -> tuple[Job[Any], ...]:
        with self._guard:
            return tuple(self._jobs)

    def _forget(self, job: Job[Any]) -> None:
        with self._guard:
            self._jobs.discard(job)

    def close(self) -> None:
        for job in self.running():
            job.cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

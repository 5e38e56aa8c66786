"""The longest time in which the window's thread does nothing for the person, while a bid is sealed on its lane."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bench.bids import BidWorld
from bench.measuring import MIB, Line, Plan, median

LIMIT = 0.05
BEAT = 2
"""Milliseconds between two beats of a window at rest"""
MOST = 256 * MIB


def measure(plan: Plan) -> list[Line]:
    """One line: the longest gap between two beats, median of the rounds. The program's whole path: lane, pulse, bridge."""
    world = BidWorld.create(plan.folder, min(plan.size, MOST))
    context = multiprocessing.get_context("fork")
    runs, rest = list[float](), list[float]()
    for _ in range(plan.rounds):
        ours, theirs = context.Pipe()
        process = context.Process(target=_window, args=(world, plan.folder / "window.sealed", theirs))
        process.start()
        quiet, gap = ours.recv()
        process.join()
        rest.append(quiet)
        runs.append(gap)
    world.container.unlink()
    taken = median(runs)
    return [
        Line(
            "longest gap of the window's thread while sealing",
            f"{taken * 1000:.0f} ms",
            target=f"< {LIMIT * 1000:.0f} ms",
            met=taken < LIMIT,
            note=f"the same window at rest: {median(rest) * 1000:.0f} ms (the machine's own pauses)",
            runs={"sealing": runs, "rest": rest},
        )
    ]


def _window(world: BidWorld, target: Path, line: Connection) -> None:
    """A window with a progress bar on this thread; the sealing on the lane of the product."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication, QProgressBar

    from client.jobs import Lanes
    from ui.bridge import Bridge

    app = QApplication([])
    bar, bridge, lanes = QProgressBar(), Bridge(), Lanes()
    bar.show()
    beats: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(BEAT)
    QTimer.singleShot(1000, app.quit)
    app.exec()
    quiet, beats[:] = _longest(beats[10:]), []
    job = lanes.run("seal", "seal", lambda pulse: world.seal(target, recheck=True, pulse=pulse))

    def show(done: int, total: int) -> None:
        bridge.post(lambda: bar.setValue(100 * done // max(1, total)))

    job.on_progress(show)
    job.on_done(lambda _: bridge.post(app.quit))
    app.exec()
    job.result()
    gap = _longest(beats)
    lanes.close()
    bridge.close()
    target.unlink()
    line.send((quiet, gap))


@dataclass(frozen=True, slots=True)
class Gap:
    """The longest wait of a window's thread, in seconds."""

    wall: float
    work: float
    """The longest wait as far as this process itself worked meanwhile: what a busy machine adds is not in it"""


class Beats:
    """A beat of this thread's event loop, and the longest gap between two."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._beats: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        self._beats.append((time.perf_counter(), time.process_time()))

    def begin(self) -> None:
        self._beats.clear()
        self._beat()
        self._timer.start(BEAT)

    def end(self) -> Gap:
        """The longest gap since `begin`."""
        self._timer.stop()
        self._beat()
        gaps = [(b[0] - a[0], min(b[0] - a[0], b[1] - a[1])) for a, b in itertools.pairwise(self._beats)]
        return Gap(max(wall for wall, _ in gaps), max(work for _, work in gaps))


def _longest(beats: list[float]) -> float:
    """Seconds between the two beats furthest apart."""
    return max((after - before for before, after in itertools.pairwise(beats)), default=0.0)

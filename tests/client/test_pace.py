"""The upload limit: the average holds, unused time is no credit, and another limit is felt at once."""

from __future__ import annotations

from pathlib import Path

from client.gateway.pace import Pace
from client.gateway.transport import FileBody, FileReader


class Hours:
    """A clock that goes on only by waiting."""

    def __init__(self) -> None:
        self.now, self.waits = 100.0, 0

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits += 1


def _send(pace: Pace, size: int, folder: Path) -> list[int]:
    path = folder / "bid.sealed"
    path.write_bytes(bytes(size))
    reader = FileReader(FileBody(path, 0, size, pace=pace))
    pieces = []
    while piece := reader.read(1024 * 1024):
        pieces.append(len(piece))
    reader.close()
    return pieces


def test_a_limit_holds_and_pieces_are_short_enough_to_stop_soon(tmp_path: Path) -> None:
    clock = Hours()
    pace = Pace(lambda: clock.now, clock.wait)
    pace.limit = 250_000
    pieces = _send(pace, 5_000_000, tmp_path)
    assert sum(pieces) == 5_000_000 and max(pieces) == 50_000
    assert abs(clock.now - 120.0) < 0.01, "20 s at 250 kB/s"


def test_no_limit_waits_for_nothing(tmp_path: Path) -> None:
    clock = Hours()
    assert _send(Pace(lambda: clock.now, clock.wait), 3 * 1024 * 1024, tmp_path) == [1024 * 1024] * 3
    assert clock.waits == 0


def test_a_rest_is_no_credit_and_a_new_limit_counts_at_once() -> None:
    clock = Hours()
    pace = Pace(lambda: clock.now, clock.wait)
    pace.limit = 1000
    pace.passed(1000)
    assert clock.now == 101.0
    clock.now += 60
    pace.passed(500)
    assert clock.now == 161.5, "nothing was saved up in the minute"
    pace.limit = 0
    pace.passed(10_000_000)
    assert clock.now == 161.5

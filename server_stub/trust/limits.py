"""How often somebody may ask: buckets that fill evenly, by address and by party. Called from the loop's thread alone."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from procurement.basics.problems import Unreachable
from server_stub.settings import Limits

MOST = 20_000
"""Keys remembered for one rate"""


class Rate:
    """`per_minute` at once, and as many again over each minute; 0: any number."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._full, self._clock = per_minute, clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> int:
        """Take one. 0, or the seconds after which there is one again; then none is taken."""
        wait = self.wait(key)
        if not wait and self._full:
            self._make_room()
            self._levels[key] = self._level(key) - 1, self._clock()
        return wait

    def wait(self, key: str) -> int:
        """Seconds until there is one; 0 when there is. Takes none."""
        missing = 1 - self._level(key) if self._full else 0
        return math.ceil(missing * 60 / self._full) if missing > 0 else 0

    def _level(self, key: str) -> float:
        level, then = self._levels.get(key, (self._full, 0.0))
        return min(self._full, level + (self._clock() - then) * self._full / 60)

    def _make_room(self) -> None:
        if len(self._levels) < MOST:
            return
        self._levels = {key: kept for key, kept in self._levels.items() if self._level(key) < self._full}
        while len(self._levels) >= MOST:
            self._levels.pop(next(iter(self._levels)))


class Gate:
    """The rates of one platform. Raises `Unreachable`: the client tries again later, and nothing is judged."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._sessions = Rate(limits.sessions_per_minute, clock)
        self._public = Rate(limits.public_per_minute, clock)
        self._uploads = Rate(limits.uploads_per_minute, clock)
        self._arriving: Counter[str] = Counter()

    def sign_in(self, address: str) -> None:
        """Somebody asks for a nonce or a session."""
        _refuse_for(self._sessions.take(network(address)))

    def public(self, address: str) -> None:
        """Somebody asks for what is open to all."""
        _refuse_for(self._public.take(network(address)))

    def session(self, address: str) -> None:
        """Somebody names a session; that costs nothing unless it is wrong."""
        _refuse_for(self._public.wait(network(address)))

    def failed(self, address: str) -> None:
        """The session was wrong."""
        self._public.take(network(address))

    def upload(self, party: str) -> None:
        """A party announces an upload, goes on with one, or puts a file."""
        _refuse_for(self._uploads.take(party))

    @contextmanager
    def arriving(self, party: str) -> Iterator[None]:
        """A sealed bid of a party comes in while the block runs: each takes memory."""
        limits, here = self._limits, self._arriving
        if here.total() >= limits.uploads_at_once > 0 or here[party] >= limits.uploads_at_once_each > 0:
            raise Unreachable("too-many-uploads", "Wait until another upload has ended.", seconds=5)
        here[party] += 1
        try:
            yield
        finally:
            here[party] -= 1
            if not here[party]:
                del here[party]


def network(address: str) -> str:
    """Whom an address counts for: itself, or of IPv6 the /64 that one customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def _refuse_for(seconds: int) -> None:
    if seconds:
        raise Unreachable("too-many-requests", "Wait as long as is said, then try again.", seconds=seconds)

"""The loop. One exchange at a time under one lock: pull the feed into the mirror, push the outbox in order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from client.changes import Bulletin, Changes
from client.gateway.answers import document_of, is_final
from client.gateway.gateway import Gateway
from client.sync.receipts import CheckedReceipt, ReceiptDesk
from offline_cache.blobs import Blobs
from offline_cache.mirror import Mirror
from offline_cache.outbox import Outbox, OutboxRow
from procurement.basics.problems import Cancelled, Locked, NotAllowed, Problem, Refused, Tampered, Unreachable
from procurement.basics.pulse import NoPulse, Pulse
from procurement.wire.messages import Feed, FeedItem
from procurement.wire.versions import SPOKEN, TOO_OLD

PUBLIC = "public"
PAGE = 500
SESSION_LOST = ("session-", "proof-")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    arrived: tuple[FeedItem, ...] = ()
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    waiting: int = 0
    """Acts still without an answer"""
    problem: Problem | None = None
    """Why the round ended early: the server was unreachable, or the session is over"""


@dataclass(slots=True)
class _Tally:
    arrived: list[FeedItem] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Sync:
    """Owned by the workplace. `step` may be called from any thread; rounds never overlap."""

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        outbox: Outbox,
        blobs: Blobs,
        receipts: ReceiptDesk,
        bulletin: Bulletin,
        believe: Callable[[FeedItem], None],
        settle: Callable[[tuple[FeedItem, ...]], object] = lambda _items: None,
    ) -> None:
        """`believe` verifies one act of the feed and raises when it must not be shown; `settle` is given the acts that were taken, so that
        whoever looks at them next, on whatever thread, finds them read."""
        self._gateway = gateway
        self._mirror = mirror
        self._outbox = outbox
        self._blobs = blobs
        self._receipts = receipts
        self._bulletin = bulletin
        self._believe = believe
        self._settle = settle
        self._lock = threading.RLock()
        self.online = False
        self.behind: Problem | None = None
        """Why this program and the platform do not understand each other, as long as that is so"""

    def step(self, pulse: Pulse | None = None, *, introducing: bool = False) -> Round:
        """One round: push what waits, then pull. Never raises for the network or a lost session; says so in the result.

        Without a session nothing is pushed, except by one who is just `introducing` itself (registration, enrolment).
        """
        pulse = pulse or NoPulse()
        tally, problem = _Tally(), None
        with self._lock:
            try:
                if introducing or self._gateway.session is not None:
                    self._push(tally, pulse)
                self._pull(tally, pulse)
                online = True
            except (Unreachable, NotAllowed, Locked, Tampered) as found:
                problem, online = found, not isinstance(found, Unreachable)
            behind = problem if problem is not None and problem.code in TOO_OLD else None
            news = behind if behind is not None and self.behind is None else None
            self.behind = behind
            came_or_went = online != self.online
            self.online = online
            waiting = len(self._outbox.waiting())
        self._post(tally, came_or_went, news)
        return Round(tuple(tally.arrived), tuple(tally.accepted), tuple(tally.refused), waiting, problem)

    def pull(self) -> Round:
        """Only the feed; for readers who have nothing to send. Raises what goes wrong."""
        tally = _Tally()
        with self._lock:
            self._pull(tally, NoPulse())
        self._post(tally, False)
        return Round(tuple(tally.arrived))

    # -- push

    def _push(self, tally: _Tally, pulse: Pulse) -> None:
        rows = self._outbox.waiting()
        for place, row in enumerate(rows):
            pulse.step(place, len(rows))
            self._send(row, tally)

    def _send(self, row: OutboxRow, tally: _Tally) -> None:
        try:
            self._send_files(row)
            self._outbox.sending(row.id)
            receipt = self._gateway.act(row.act, row.message)
            checked = self._receipts.check(receipt, row.message.signed)
        except (Cancelled, Unreachable) as problem:
            self._outbox.troubled(row.id, document_of(problem))
            raise
        except Problem as problem:
            if not is_final(problem) or problem.code.startswith(SESSION_LOST):
                self._outbox.troubled(row.id, document_of(problem))
                raise
            self._outbox.refused(row.id, document_of(problem))
            tally.refused.append(row.id)
            return
        self._keep(checked)
        tally.accepted.append(row.id)

    def _send_files(self, row: OutboxRow) -> None:
        for sha256 in row.files:
            if not self._gateway.has_file(sha256):
                with self._blobs.clear(sha256) as path:
                    self._gateway.put_file(sha256, path)

    def _keep(self, checked: CheckedReceipt) -> None:
        """Receipt first: a kill between the two lines costs one more exchange, never the receipt."""
        statement = checked.receipt.act.id
        self._mirror.keep_receipt(statement, checked.receipt, checked.entry.t_recv)
        self._outbox.accepted(statement)

    # -- pull

    def _pull(self, tally: _Tally, pulse: Pulse) -> None:
        session = self._gateway.session
        reader = PUBLIC if session is None else f"{session.role}:{session.actor}"
        page = self._gateway.feed(self._mirror.cursor(reader), PAGE)
        with ThreadPoolExecutor(1, "sync-ahead") as ahead:  # starts no thread for a feed of one page
            while True:
                pulse.step(len(tally.arrived), len(tally.arrived) + 1)
                coming = ahead.submit(self._gateway.feed, page.next, PAGE) if page.more else None
                self._take(reader, page, tally)
                if coming is None:
                    return
                page = coming.result()

    def _take(self, reader: str, page: Feed, tally: _Tally) -> None:
        """Verify what is new in a page, then keep it, in one step with the place in the feed."""
        known = self._mirror.known(item.id for item in page.items)
        for item in page.items:
            if item.id not in known:
                self._read(item)
        new = self._mirror.take(reader, page.items, page.next)
        tally.arrived += new
        if new:
            self._settle(new)

    def _read(self, item: FeedItem) -> None:
        """Believe one act. What only a newer program can read stops the feed here, so that nothing after it is shown without
        it; after an update the feed goes on from this place."""
        try:
            self._believe(item)
        except Refused as problem:
            if problem.code != "statement-unknown":
                raise
            remedy = "Update this program; drafts stay and can be edited meanwhile."
            facts = {"part": "statements", "client": str(SPOKEN["statements"]), "platform": item.act}
            raise Locked("client-too-old", remedy, **facts) from problem

    def _post(self, tally: _Tally, link: bool, behind: Problem | None = None) -> None:
        self._bulletin.post(
            Changes(
                acts=frozenset(item.act for item in tally.arrived),
                projects=frozenset(item.number for item in tally.arrived if item.number),
                lots=frozenset(item.lot for item in tally.arrived if item.lot),
                outbox=bool(tally.accepted or tally.refused),
                link=link,
                behind=behind,
            )
        )


class Beat:
    """Keeps the loop going in the background: after each kick, at rest every few seconds, slower while unreachable."""

    def __init__(self, sync: Sync, rest: float = 3.0, longest: float = 60.0) -> None:
        self._sync = sync
        self._rest = rest
        self._longest = longest
        self._kicked = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync-beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def kick(self) -> None:
        self._kicked.set()

    def stop(self) -> None:
        self._stopped.set()
        self._kicked.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = self._rest
        while not self._stopped.is_set():
            found = self._sync.step()
            pause = self._rest if found.problem is None else min(self._longest, pause * 2)
            self._kicked.wait(pause)
            self._kicked.clear()

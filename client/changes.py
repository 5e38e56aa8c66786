"""What has changed, so that pages re-read only what they show (anki's OpChanges, in our words)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from procurement.basics.problems import Locked, Problem


@dataclass(frozen=True, slots=True)
class Changes:
    """Said after each change of the local store. Empty sets mean "none of these"."""

    acts: frozenset[str] = frozenset()
    """Statement types that arrived"""
    projects: frozenset[str] = frozenset()
    """备案号 of the projects concerned"""
    lots: frozenset[str] = frozenset()
    outbox: bool = False
    """An act was queued, sent, accepted or refused"""
    drafts: frozenset[str] = frozenset()
    """Kinds of drafts saved"""
    link: bool = False
    """The connection to the server came or went, or a session began or ended"""
    token: Locked | None = None
    """Why the open token is open no more, when nobody closed it"""
    behind: Problem | None = None
    """This program or the platform turned out to be too old for the other"""

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.acts | other.acts,
            self.projects | other.projects,
            self.lots | other.lots,
            self.outbox or other.outbox,
            self.drafts | other.drafts,
            self.link or other.link,
            self.token or other.token,
            self.behind or other.behind,
        )

    def __bool__(self) -> bool:
        return self != Changes()

    def touches(self, *acts: str) -> bool:
        return not self.acts.isdisjoint(acts)


Listener = Callable[[Changes], None]


class Bulletin:
    """Where changes are posted. Listeners are called on the thread that posts; the windows hop to theirs (`ui/bridge`)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; returns what takes it away again."""
        with self._guard:
            self._listeners.append(listener)

        def stop() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def post(self, changes: Changes | Iterable[Changes]) -> None:
        if not isinstance(changes, Changes):
            total = Changes()
            for one in changes:
                total |= one
            changes = total
        if not changes:
            return
        with self._guard:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(changes)

"""What the chapters of the demo share: the world, the teller, everybody's desk, and what has happened so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from client.demo.cast import AGENCY, PIN, Party
from client.demo.matter import EXAM_ROOMS, Matter
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, PASSWORD, World
from client.desk import Desk
from client.workplace import Outcome
from procurement.basics.moment import at_shanghai
from procurement.basics.problems import Locked
from procurement.basics.statement import Statement
from procurement.tendering.tender import Tender

S = TypeVar("S", bound=Statement)


@dataclass(slots=True)
class Story:
    """The demo as far as it has got."""

    world: World
    teller: Teller
    output: Path
    pdfs: Path | None = None
    """Folder with real tender PDFs (JINCAI_TENDER_PDFS)"""
    matter: Matter = EXAM_ROOMS
    number: str = ""
    """备案号"""
    tender: Tender | None = None
    ids: dict[str, str] = field(default_factory=dict)
    """Ids of acts that later chapters rest on, by a short name"""

    def desk(self, party: Party) -> Desk:
        """The party's desk with open token and session, in step with the server."""
        desk = self.world.desk(party)
        if not desk.unlocked:
            desk.accounts.unlock(PIN if party.algorithm != "none" else PASSPHRASE)
        if not desk.signed_in:
            desk.accounts.sign_in(PASSWORD if party.algorithm == "none" else "")
        desk.refresh()
        return desk

    def act(self, what: str, party: Party, outcome: Outcome, key: str = "") -> str:
        """Tell an accepted act; keep its id under `key`. Raises `Locked` when it still waits."""
        if outcome.receipt is None:
            raise Locked("demo-act-waits", "Look at the server's log.", what=what, why=str(outcome.waiting_for))
        desk = self.world.desk(party)
        desk.refresh()
        known = [a for a in desk.place.acts.everything() if a.id == outcome.id]
        signer = desk.place.acts.signer(known[0]) if known else None
        self.teller.done(what, party.name, outcome.receipt.entry().t_recv, signer, outcome.id)
        if key:
            self.ids[key] = outcome.id
        return outcome.id

    def once(
        self,
        what: str,
        party: Party,
        kind: type[S],
        make: Callable[[Desk], Outcome],
        *,
        key: str = "",
        **fields: object,
    ) -> str:
        """An act of this party, made unless the acts say that it was made before; its id. What was stopped is so gone on with."""
        desk = self.desk(party)
        before = desk.place.acts.last(kind, **fields)
        if before is None:
            return self.act(what, party, make(desk), key)
        if key:
            self.ids[key] = before.id
        return before.id

    def platform(self, what: str, kind: type[S], party: Party = AGENCY, **fields: object) -> str:
        """Tell what the platform did by itself, as this party sees it; the act's id."""
        desk = self.desk(party)
        act = desk.place.acts.only(kind, **fields)
        signer = desk.place.acts.signer(act)
        self.teller.done(what, signer.name, act.item.t_recv, signer, act.id)
        return act.id

    def clock(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let time pass until then (Shanghai, 2026), unless it has. Sessions older than a day are opened anew."""
        then = at_shanghai(datetime(2026, month, day).date(), hour, minute)  # noqa: DTZ001
        if then > self.now():
            self.move(then)

    def move(self, to: datetime) -> None:
        """Let time pass."""
        self.world.move(to)
        for desk in self.world.open_desks:
            if desk.signed_in:
                desk.place.gateway.session = None
                desk.place.gateway.time()

    def later(self, **delta: float) -> None:
        """Let a little time pass."""
        self.world.move(self.now() + timedelta(**delta))
        for desk in self.world.open_desks:
            desk.place.gateway.time()

    def now(self) -> datetime:
        return self.world.now()

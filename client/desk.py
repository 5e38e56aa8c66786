"""The desk: all that the windows and the demo may ask. Verbs by stage, views by what one looks at; both are short lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from client.changes import Bulletin
from client.jobs import Job
from client.seals import Seals
from client.tenders import Tenders
from client.views.lots import LotStory, lot_story
from client.views.tenders import TenderView, TenderViews
from client.workflows.accounts import Accounts
from client.workflows.alerting import Alerting
from client.workflows.asking import Asking
from client.workflows.awarding import Awarding
from client.workflows.bidding import Bidding
from client.workflows.challenging import Challenging
from client.workflows.clarifying import Clarifying
from client.workflows.closing import ClosingRoom
from client.workflows.evaluation import Committee
from client.workflows.following import Following
from client.workflows.negotiating import Negotiating
from client.workflows.opening import OpeningHall
from client.workflows.performing import Performing
from client.workflows.planning import Planning
from client.workflows.relaying import Relaying
from client.workflows.releasing import CustodyRelease, Releasing
from client.workflows.scoring import Scoring
from client.workflows.second_look import SecondLooks
from client.workflows.talking import Talking
from client.workflows.tendering import Custody, Tendering
from client.workflows.unsent import Unsent
from client.workflows.updating import Updating
from client.workflows.verbs import is_pulsed, lane_of
from client.workflows.verifying import Verifying
from client.workplace import Outcome, Workplace
from procurement.basics.pulse import Pulse
from procurement.basics.roles import Role

P = ParamSpec("P")
R = TypeVar("R")


class Desk:
    """One profile's desk. Call a verb to do it here and now; hand it to `start` to do it on its lane.

    desk.accounts.sign_in()                                  # headless: returns or raises
    job = desk.start(desk.accounts.sign_in)                  # windows: a Job with progress, cancel, result
    """

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.published = Tenders(place)
        self.tenders = TenderViews(place)
        self.following = Following(place)
        self.accounts = Accounts(place)
        self.planning = Planning(place)
        self.custody = Custody(place)
        self.tendering = Tendering(place, self.published)
        self.bidding = Bidding(place, self.published)
        self.unsent = Unsent(place)
        self.asking = Asking(place, self.tenders, self.following)
        self.alerts = Alerting(place, self.tenders, self.following, self.bidding, self.asking)
        self.releasing = Releasing(place, self.published)
        self.custody_release = CustodyRelease(place, self.published, self.custody)
        self.second_looks = SecondLooks(place, self.published, self.custody)
        self.opening = OpeningHall(place, self.published)
        self.committee = Committee(place, self.published)
        self.scoring = Scoring(place, self.published)
        self.clarifying = Clarifying(place, self.published, self.scoring)
        self.negotiating = Negotiating(place, self.published)
        self.talking = Talking(place, self.published)
        self.awarding = Awarding(place, self.published)
        self.performing = Performing(place, self.published)
        self.seals = Seals(place, self.published)
        self.relaying = Relaying(place)
        self.verifying = Verifying(place)
        self.updating = Updating(place)
        self.challenging = Challenging(place, self.tenders)
        self.closing = ClosingRoom(place, self.published)

    # -- who and when

    @property
    def role(self) -> Role:
        return self.place.role

    @property
    def actor(self) -> str:
        return self.place.profile.actor

    @property
    def name(self) -> str:
        return self.place.profile.name

    @property
    def online(self) -> bool:
        return self.place.sync.online

    @property
    def signed_in(self) -> bool:
        return self.place.signed_in

    @property
    def unlocked(self) -> bool:
        return self.place.unlocked

    def now(self) -> datetime:
        """Server time, aware UTC."""
        return self.place.now()

    # -- views

    def story(self, tender: TenderView, lot: str) -> LotStory:
        """All acts of one lot that this desk may see, from the local store."""
        return lot_story(self.place.acts, tender, lot, self.actor)

    # -- work

    @property
    def bulletin(self) -> Bulletin:
        """Says what has changed; listen to it to re-read views."""
        return self.place.bulletin

    def start(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job[R]:
        """Run a verb on its lane."""

        def run(pulse: Pulse) -> R:
            extra: dict[str, Any] = {"pulse": pulse} if is_pulsed(work) else {}
            return work(*args, **kwargs, **extra)

        return self.place.lanes.run(lane_of(work), getattr(work, "__name__", "work"), run)

    def refresh(self) -> None:
        """One round with the server now; the network's absence is no error."""
        self.place.sync.step()

    def pending(self) -> tuple[Outcome, ...]:
        """Acts that wait for the server, in order."""
        return tuple(Outcome(row.id, "queued") for row in self.place.outbox.waiting())

    def warm(self) -> None:
        """Read what lists are made of from the store now, on this thread, so that no window waits for it."""
        self.place.acts.settle()
        self.tenders.warm()

    def start_beat(self, rest: float = 3.0) -> None:
        self.place.start_beat(rest)

    def close(self) -> None:
        self.place.close()

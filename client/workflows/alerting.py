"""What a supplier is told unasked: a receipt, a deadline near, a changed tender, the release window, a question, an answer, a
contract to sign.

Reckoned from the local store and the server's time as known here, so it works without a line. Nothing leaves the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from client.acts import Act
from client.views.contracts import Stage, contract_of
from client.views.lots import LotStory, Phase, lot_story
from client.views.tenders import TenderView, TenderViews
from client.workflows.asking import Asking
from client.workflows.bidding import Bidding
from client.workflows.following import Following
from client.workflows.verbs import Workflow
from client.workplace import Workplace
from procurement.awarding.award import AwardNotice
from procurement.basics.value import format_instant, parse_instant
from procurement.bidding.sealed import Submission
from procurement.evaluation.quoting import QuoteNotice
from procurement.evaluation.talks import TalksNotice
from procurement.performing.contract import Contract
from procurement.performing.signing import contract_due
from procurement.tendering.package import TenderPackage

TOLD = "told-alert"
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
SOON = timedelta(minutes=10)
"""Before the end of a round; said again when it was given more time"""
FRESH = timedelta(hours=24)
"""A receipt older than this is no news"""
KEPT = 200
"""Alerts kept to be read again"""


class Kind(StrEnum):
    RECEIPT = "receipt"
    DAY_LEFT = "day-left"
    HOUR_LEFT = "hour-left"
    CHANGED = "changed"
    WINDOW = "window"
    """The release window is open and the own release is not there"""
    ASKED = "asked"
    """The committee waits for an answer about a price"""
    ROUND = "round"
    """A round of talks is open"""
    QUOTE = "quote"
    """The final quote is asked for"""
    LONGER = "longer"
    """A round was given more time"""
    MINUTES_LEFT = "minutes-left"
    """A round ends soon, and the own answer or quote is not there"""
    SHOW = "show"
    """The own final quote is to be shown"""
    ANSWERED = "answered"
    """An own question (询问) was answered, and nobody here has read the answer"""
    CONTRACT = "contract"
    """A contract waits for the own signature"""
    IN_FORCE = "in-force"
    """The last party of an own contract has signed"""
    UNDELIVERED = "undelivered"
    """Sealed, but without a receipt: said again at each start"""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell, about one lot. `about` makes it another one when it happens again: a version, a time, an act."""

    kind: Kind
    tender: str
    """The tender's own id"""
    lot: str
    """Empty where it is about the whole tender"""
    about: str
    delivered: bool
    """Whether a bid of one's own stood when this was told"""
    until: datetime | None
    """The time it points to: deadline, end of the window"""

    @property
    def key(self) -> str:
        return "|".join((self.kind, self.tender, self.lot, self.about))


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An alert that was told."""

    alert: Alert
    at: datetime
    read: bool


class Alerting(Workflow):
    """Reads local things only; call it often."""

    def __init__(
        self, place: Workplace, tenders: TenderViews, following: Following, bidding: Bidding, asking: Asking
    ) -> None:
        super().__init__(place)
        self._tenders, self._following, self._bidding, self._asking = tenders, following, bidding, asking
        self._said_at_start: set[str] = set()
        self._keys: dict[str, str] = {}
        """Tender's own id by TV, of own submissions"""

    def due(self) -> tuple[Alert, ...]:
        """Alerts that are true now and were not told; the most pressing first."""
        return tuple(one for one in self._now_true() if not self._told_before(one))

    def tell(self, alert: Alert) -> None:
        """The person was told: it is kept, and not told again (what is said at each start: not in this session)."""
        self._said_at_start.add(alert.key)
        self._keep(ToldAlert(alert, self.place.now(), read=False))
        for old in self.told()[KEPT:]:
            self.place.drafts.discard(TOLD, old.alert.key)

    def told(self) -> tuple[ToldAlert, ...]:
        """What was told, newest first."""
        kept = (self._read(key) for key in self.place.drafts.keys(TOLD))
        return tuple(sorted((one for one in kept if one), key=lambda one: one.at, reverse=True))

    def mark_read(self) -> None:
        """The person has looked at the list."""
        for one in self.told():
            if not one.read:
                self._keep(ToldAlert(one.alert, one.at, read=True))

    # -- reckoning

    def _now_true(self) -> Iterator[Alert]:
        drafted = set(self._bidding.drafts.all())
        followed = self._following.all()
        watched_keys = {key for key, one in followed.items() if one.watched}
        bid_for = {self._key_of(act.value.tender) for act in self.place.acts.all(Submission, supplier=self.me)}
        for key in sorted({key for key, _lot in drafted} | watched_keys | bid_for):
            tender = self._tenders.tender(key)
            if tender is None:
                continue
            codes = list(dict.fromkeys(custody.lot.partition("#")[0] for custody in tender.package.custody))
            for code in codes:
                story = lot_story(self.place.acts, tender, code, self.me)
                mine = (tender.key, code) in drafted or bool(story.mine)
                if mine:
                    yield from self._of_bid(story)
                yield from self._of_deadline(story)
            yield from self._of_change(tender, codes[0], followed[key].seen if key in followed else 0)
        yield from self._of_contracts()
        yield from self._of_questions()

    def _of_contracts(self) -> Iterator[Alert]:
        """Own contracts, those of a consortium among them whose bid another handed in."""
        acts, now = self.place.acts, self.place.now()
        for notice in dict.fromkeys(act.value.notice for act in acts.all(Contract)):
            story = contract_of(acts, acts.get(AwardNotice, notice), self.me)
            package = acts.last(TenderPackage, number=story.notice.value.number) if story else None
            if story is None or story.contract is None or package is None or story.stage is Stage.SUPERSEDED:
                continue
            tender, lot, signed = package.value.tender_id, story.notice.value.lot, story.signature
            if self.me in story.missing:
                until = contract_due(story.notice.value.sent)
                yield Alert(Kind.CONTRACT, tender, lot, story.contract.id, delivered=True, until=until)
            elif signed is not None and signed.value.supplier != self.me and now - signed.item.t_recv < FRESH:
                yield Alert(Kind.IN_FORCE, tender, lot, story.contract.id, delivered=True, until=None)

    def _of_questions(self) -> Iterator[Alert]:
        for one in self._asking.unseen():
            if one.tender is not None and one.answer is not None:
                yield Alert(Kind.ANSWERED, one.tender.key, "", one.answer.id, delivered=False, until=None)

    def _key_of(self, tv: str) -> str:
        if tv not in self._keys:
            found = self._tenders.version(tv)
            self._keys[tv] = found.key if found else ""
        return self._keys[tv]

    def _of_bid(self, story: LotStory) -> Iterator[Alert]:
        me, now, standing = self.me, self.place.now(), story.standing
        until = story.window_until
        if until is not None and story.awaits_release(me, now):
            yield _alert(Kind.WINDOW, story, format_instant(until), until)
        if story.asked_about_price:
            yield _alert(Kind.ASKED, story, story.opening.id if story.opening else "", None)
        yield from self._of_rounds(story)
        receipt = self.place.mirror.receipt(standing.id) if standing else None
        if standing is not None and receipt is not None and now - receipt.entry().t_recv < FRESH:
            yield _alert(Kind.RECEIPT, story, standing.id, receipt.entry().t_recv)
        if story.phase is Phase.BIDDING and standing is None and self._bidding.bids.of_lot(story.counting, story.lot):
            yield _alert(Kind.UNDELIVERED, story, "", story.tender.package.deadline)

    def _of_rounds(self, story: LotStory) -> Iterator[Alert]:
        """A round of talks or of final quotes that this bidder has not answered."""
        now, talk = self.place.now(), story.talks.due(self.me)
        given = {act.value.notice for act in story.quote_commits}
        quotes = [act for act in story.quote_notices if act.id not in given and not story.talks.left(self.me)]
        open_: list[tuple[Kind, Act[TalksNotice] | Act[QuoteNotice]]] = [(Kind.QUOTE, act) for act in quotes]
        if talk is not None and not story.quote_notices and not self._waits(talk.id):
            open_.append((Kind.ROUND, talk))
        for kind, notice in open_:
            until = story.talks.until(notice)
            if now > until or story.quotes_closed is not None:
                continue
            yield _alert(kind, story, notice.id, notice.value.until)
            if until != notice.value.until:
                yield _alert(Kind.LONGER, story, f"{notice.id}|{format_instant(until)}", until)
            if until - now <= SOON:
                yield _alert(Kind.MINUTES_LEFT, story, f"{notice.id}|{format_instant(until)}", until)
        closed = story.quotes_closed
        if closed is not None and story.quote_commits and not story.quote_reveals and now <= closed.value.reveal_until:
            yield _alert(Kind.SHOW, story, closed.id, closed.value.reveal_until)

    def _waits(self, notice: str) -> bool:
        """Whether the own answer is signed and only waits for the platform."""
        return any(notice.encode() in row.message.signed.statement for row in self.place.outbox.waiting())

    def _of_deadline(self, story: LotStory) -> Iterator[Alert]:
        deadline = story.tender.package.deadline
        left = deadline - self.place.now()
        if story.phase is Phase.BIDDING and timedelta(0) < left <= DAY:
            kind = Kind.HOUR_LEFT if left <= HOUR else Kind.DAY_LEFT
            yield _alert(kind, story, format_instant(deadline), deadline)

    def _of_change(self, tender: TenderView, lot: str, seen: int) -> Iterator[Alert]:
        version = tender.package.version
        if version > max(seen, 1):
            story = lot_story(self.place.acts, tender, lot, self.me)
            yield _alert(Kind.CHANGED, story, str(version), tender.package.deadline)

    # -- keeping

    def _told_before(self, alert: Alert) -> bool:
        if alert.kind is Kind.UNDELIVERED:
            return alert.key in self._said_at_start
        return self.place.drafts.load(TOLD, alert.key) is not None

    def _keep(self, told: ToldAlert) -> None:
        alert = told.alert
        until = format_instant(alert.until) if alert.until else ""
        body = {"at": format_instant(told.at), "read": told.read, "delivered": alert.delivered, "until": until}
        self.place.drafts.save(TOLD, alert.key, json.dumps(body).encode(), self.place.now())

    def _read(self, key: str) -> ToldAlert | None:
        kept = self.place.drafts.load(TOLD, key)
        if kept is None:
            return None
        kind, tender, lot, about = key.split("|", 3)
        body = json.loads(kept.body)
        until = parse_instant(body["until"]) if body["until"] else None
        alert = Alert(Kind(kind), tender, lot, about, bool(body["delivered"]), until)
        return ToldAlert(alert, parse_instant(body["at"]), bool(body["read"]))


def _alert(kind: Kind, story: LotStory, about: str, until: datetime | None) -> Alert:
    return Alert(kind, story.tender.key, story.lot, about, story.standing is not None, until)

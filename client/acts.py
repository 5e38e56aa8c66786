"""Acts as the rooms read them: typed, in the log's order, with who signed. All from the mirror; no network."""

from __future__ import annotations

import hashlib
import threading
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

import procurement.wire.statements  # noqa: F401  (makes every statement type known)
from client.authors import check_author
from crypto.certificates import TrustStore
from crypto.signing import verify_statement
from offline_cache.mirror import Mirror
from procurement.basics.parties import KeyEnrolment
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import KeySignature, Signer, Statement, read_statement
from procurement.wire.endpoints import PLATFORM_ACTS
from procurement.wire.messages import FeedItem

S = TypeVar("S", bound=Statement)
S_co = TypeVar("S_co", bound=Statement, covariant=True)


@dataclass(frozen=True, slots=True)
class Act(Generic[S_co]):
    """One act of the mirror."""

    item: FeedItem
    value: S_co

    @property
    def id(self) -> str:
        return self.item.id


_ByValue = dict[object, list[Act[Any]]]


class Acts:
    """The index over the mirror. Cheap to ask: it reads only what is new."""

    def __init__(self, mirror: Mirror, trust: TrustStore) -> None:
        self._mirror = mirror
        self._trust = trust
        self._guard = threading.RLock()
        self._by_id: dict[str, Act[Any]] = {}
        self._by_type: dict[str, list[Act[Any]]] = {}
        self._signers: dict[str, Signer] = {}
        self._keys: dict[str, KeyEnrolment | bytes] = {}
        self._past = False
        self._by_field: dict[str, dict[str, _ByValue]] = {}
        """By type and by each field that was ever asked for: what is found does not cost what is there"""
        self._held = threading.local()
        self._believed: dict[str, Statement] = {}
        """Read when they were believed, and not yet in the mirror"""

    def look_back(self, moment: datetime) -> None:
        """From now on show the acts as they stood at `moment`: what came later, or comes still, is not shown."""
        self._refresh()
        with self._guard:
            self._past = True
            self._by_id = {key: act for key, act in self._by_id.items() if act.item.t_recv <= moment}
            self._by_type = {
                kind: [act for act in acts if act.id in self._by_id] for kind, acts in self._by_type.items()
            }
            self._by_field.clear()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Many questions of this thread about one state: what arrives meanwhile is seen afterwards."""
        if getattr(self._held, "on", False):
            yield
            return
        self._refresh()
        self._held.on = True
        try:
            yield
        finally:
            self._held.on = False

    def all(self, kind: type[S], **where: object) -> tuple[Act[S], ...]:
        """Acts of one type whose fields equal `where`, in the log's order."""
        self._refresh()
        with self._guard:
            if not where:
                return tuple(self._by_type.get(kind.TYPE, ()))
            found = min((self._by(kind.TYPE, name).get(value, ()) for name, value in where.items()), key=len)
            if len(where) == 1:
                return tuple(found)
            return tuple(
                act for act in found if all(getattr(act.value, name) == value for name, value in where.items())
            )

    def among(self, kind: type[S], field: str, values: Iterable[object]) -> tuple[Act[S], ...]:
        """Acts of one type whose `field` is one of `values`, in the log's order."""
        self._refresh()
        with self._guard:
            by = self._by(kind.TYPE, field)
            found = [act for value in set(values) for act in by.get(value, ())]
        return tuple(sorted(found, key=_place))

    def last(self, kind: type[S], **where: object) -> Act[S] | None:
        found = self.all(kind, **where)
        return found[-1] if found else None

    def only(self, kind: type[S], **where: object) -> Act[S]:
        """The latest act that fits. Raises `Refused("act-not-here")`."""
        found = self.last(kind, **where)
        if found is None:
            raise Refused("act-not-here", "Fetch what is new; the act this rests on has not arrived.", act=kind.TYPE)
        return found

    def get(self, kind: type[S], statement_id: str) -> Act[S]:
        """One act by id. Raises `Refused("act-not-here")`."""
        self._refresh()
        found = self._by_id.get(statement_id)
        if found is None or not isinstance(found.value, kind):
            raise Refused("act-not-here", "Fetch what is new; the act this rests on has not arrived.", act=kind.TYPE)
        return cast("Act[S]", found)

    def everything(self) -> tuple[Act[Any], ...]:
        self._refresh()
        with self._guard:
            return tuple(sorted(self._by_id.values(), key=_place))

    def signer(self, act: Act[Any]) -> Signer:
        """Who signed the act, as verified at the time the platform received it."""
        known = self._signers.get(act.id)
        if known is None:
            known = self.believe(act.item)
        return known

    def believe(self, item: FeedItem) -> Signer:
        """Verify one act of the feed: it is what its place says, its signature holds and is that of the author it names. Raises `Tampered`, `Refused`."""
        statement = read_statement(item.signed.statement)
        if item.id != item.signed.id or item.act != statement.TYPE:
            raise Tampered("feed-item-mislabelled", "Tell the platform's operator; the act is not shown.", seq=item.seq)
        if isinstance(statement, KeyEnrolment):
            self._learn_key(statement)
        usage = "platform" if item.act in PLATFORM_ACTS else "sign"
        keys = self.enrolled() if isinstance(item.signed.signature, KeySignature) else {}
        signer = verify_statement(item.signed, self._trust, item.t_recv, keys, usage)  # type: ignore[arg-type]
        if usage == "sign":
            check_author(statement, signer)
        self._signers[item.id] = signer
        if item.id not in self._by_id:
            self._believed[item.id] = statement
        return signer

    def enrolled(self) -> Mapping[str, KeyEnrolment | bytes]:
        """Keys of those without certificate, by digest; after a restart they come from the mirror."""
        self._refresh()
        return self._keys

    def _learn_key(self, enrolment: KeyEnrolment) -> None:
        self._keys.setdefault(hashlib.sha256(enrolment.key).hexdigest(), enrolment)

    def settle(self, items: Iterable[FeedItem] = ()) -> None:
        """Take `items`, which the mirror has just taken, and whatever else is new, now and on this thread."""
        with self._guard:
            for item in items:
                self._take(item)
        self._refresh()

    def _by(self, kind: str, field: str) -> _ByValue:
        """Acts of a type by the value of one of their fields, each in the log's order."""
        fields = self._by_field.setdefault(kind, {})
        if field not in fields:
            found = fields[field] = {}
            for act in self._by_type.get(kind, ()):
                found.setdefault(getattr(act.value, field), []).append(act)
        return fields[field]

    def _refresh(self) -> None:
        if getattr(self._held, "on", False):
            return
        with self._guard:
            if self._past:
                return
            new = self._mirror.unread(self._by_id.keys())
            if not new:
                return
            for item in new:
                self._take(item)

    def _take(self, item: FeedItem) -> None:
        if self._past or item.id in self._by_id:
            return
        value = self._believed.pop(item.id, None) or read_statement(item.signed.statement)
        act: Act[Any] = Act(item, value)
        self._by_id[item.id] = act
        _put(self._by_type.setdefault(item.act, []), act)
        for field, found in self._by_field.get(item.act, {}).items():
            _put(found.setdefault(getattr(value, field), []), act)
        if isinstance(value, KeyEnrolment):
            self._learn_key(value)


def _put(acts: list[Act[Any]], act: Act[Any]) -> None:
    """Into its place; nearly always the last."""
    if acts and _place(act) < _place(acts[-1]):
        insort(acts, act, key=_place)
    else:
        acts.append(act)


def _place(act: Act[Any]) -> int:
    return act.item.leaf_index

"""Tenders as published: the version in force of each, with its model when that is in the local store."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from client.acts import Act
from client.views.outlines import Outline, Outlines
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from crypto.files import becoming
from procurement.basics.parties import KeyEnrolment, Registration
from procurement.basics.problems import Refused
from procurement.tendering.package import PackageFile, TenderPackage, tender_digest
from procurement.tendering.tender import Tender

MODELS = 64
"""Tender models kept parsed; a large one takes some megabytes"""


@dataclass(frozen=True, slots=True)
class TenderView:
    """One version of a tender. `id` is TV, the digest of the package that bids name."""

    id: str
    act: Act[TenderPackage]
    outline: Outline | None
    """None while the model has not been fetched"""
    read: Callable[[str], Tender | None] = field(compare=False, repr=False)
    """Reads a model from the local store"""

    @property
    def model(self) -> Tender | None:
        """The whole tender; None while it has not been fetched. Lists do with the outline."""
        return self.read(self.act.value.model)

    @property
    def package(self) -> TenderPackage:
        return self.act.value

    @property
    def key(self) -> str:
        """The tender's own id, the same in all its versions."""
        return self.act.value.tender_id

    @property
    def title(self) -> str:
        return self.key if self.outline is None else self.outline.title

    def lot_word(self, code: str) -> str:
        """A lot's own part of its title: 标包一 of “…更新、增补标包一”."""
        lot = self.outline.lot(code) if self.outline else None
        return code if lot is None else lot.word


class TenderViews(Workflow):
    """Reads the mirror; only `fetch` and `read_file` go to the network."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._outlines = Outlines(place.keepsakes, self.model)
        self._digests: dict[str, str] = {}
        """TV by the id of the package's act"""
        self._models: OrderedDict[str, Tender] = OrderedDict()
        self._guard = threading.Lock()

    def warm(self) -> None:
        """Read what lists need from the store, on this thread."""
        self._outlines.read()
        self.tenders()

    def tenders(self) -> tuple[TenderView, ...]:
        """The version in force of every tender, in order of their first publication."""
        return tuple(self.each())

    def each(self) -> Iterator[TenderView]:
        """The same, one after the other."""
        latest: dict[str, Act[TenderPackage]] = {}
        for act in self.place.acts.all(TenderPackage):
            latest[act.value.tender_id] = act
        return (self._view(act) for act in latest.values())

    def tender(self, key: str) -> TenderView | None:
        """The version in force of the tender `key` (its own id)."""
        act = self.place.acts.last(TenderPackage, tender_id=key)
        return None if act is None else self._view(act)

    def version(self, tender: str) -> TenderView | None:
        """The version whose digest is `tender` (TV), superseded or not."""
        for act in reversed(self.place.acts.all(TenderPackage)):
            if self._digest(act) == tender:
                return self._view(act)
        return None

    def model(self, sha256: str) -> Tender | None:
        """A tender model by its digest, if it is in the local store."""
        with self._guard:
            if sha256 in self._models:
                self._models.move_to_end(sha256)
                return self._models[sha256]
        if not self.place.blobs.has(sha256):
            return None
        found = Tender.from_bytes(self.place.blobs.read(sha256), 16 * 1024 * 1024)
        with self._guard:
            self._models[sha256] = found
            if len(self._models) > MODELS:
                self._models.popitem(last=False)
        return found

    @verb()
    def fetch(self, key: str) -> TenderView:
        """Bring the model of a tender into the local store. Raises `Unreachable`, `Refused`."""
        act = self.place.acts.only(TenderPackage, tender_id=key)
        self.place.fetch(act.value.model)
        return self._view(act)

    @verb()
    def fetch_some(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Bring several models, one after the other; those that could not be had are answered. Raises `Unreachable`."""
        missing = []
        for key in keys:
            try:
                self.fetch(key)
            except Refused:
                missing.append(key)
        return tuple(missing)

    @verb()
    def read_file(self, file: PackageFile) -> bytes:
        """The bytes of a document of a package, fetched if need be."""
        return self.place.read(file.sha256)

    @verb()
    def read(self, sha256: str) -> bytes:
        """The bytes of any file this reader may have, by digest; fetched if need be."""
        return self.place.read(sha256)

    @verb()
    def save(self, sha256: str, target: Path) -> Path:
        """A copy of a file this reader may have, written whole to `target`; fetched if need be. Raises `Locked("storage-failed")`."""
        self.place.fetch(sha256)
        with becoming(target) as part:
            self.place.blobs.export(sha256, part)
        return target

    def name_of(self, code: str) -> str:
        """The name under which a party registered; its code when it is not known here."""
        registered = self.place.acts.last(Registration, actor=code)
        if registered is not None:
            return registered.value.name
        enrolled = self.place.acts.last(KeyEnrolment, actor=code)
        return code if enrolled is None else enrolled.value.name

    def _view(self, act: Act[TenderPackage]) -> TenderView:
        return TenderView(self._digest(act), act, self._outlines.find(act.value.model), self.model)

    def _digest(self, act: Act[TenderPackage]) -> str:
        found = self._digests.get(act.id)
        if found is None:
            found = self._digests[act.id] = tender_digest(act.item.signed.statement)
        return found

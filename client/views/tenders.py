"""Tenders as published: the version in force of each, with its model when that is in the local store."""

from __future__ import annotations

from dataclasses import dataclass

from client.acts import Act
from client.workflows.verbs import Workflow, verb
from procurement.basics.parties import KeyEnrolment, Registration
from procurement.tendering.package import PackageFile, TenderPackage, tender_digest
from procurement.tendering.tender import Tender


@dataclass(frozen=True, slots=True)
class TenderView:
    """One version of a tender. `id` is TV, the digest of the package that bids name."""

    id: str
    act: Act[TenderPackage]
    model: Tender | None
    """None while the model has not been fetched"""

    @property
    def package(self) -> TenderPackage:
        return self.act.value

    @property
    def key(self) -> str:
        """The tender's own id, the same in all its versions."""
        return self.act.value.tender_id

    @property
    def title(self) -> str:
        return self.key if self.model is None else self.model.title

    def lot_word(self, code: str) -> str:
        """A lot's own part of its title: 标包一 of “…更新、增补标包一”."""
        if self.model is None:
            return code
        title = self.model.lot(code.partition("#")[0]).title
        return title.removeprefix(self.model.title).strip(" （）()·") or title


class TenderViews(Workflow):
    """Reads the mirror; only `fetch` and `read_file` go to the network."""

    def tenders(self) -> tuple[TenderView, ...]:
        """The version in force of every tender, in order of their first publication."""
        latest: dict[str, Act[TenderPackage]] = {}
        for act in self.place.acts.all(TenderPackage):
            latest[act.value.tender_id] = act
        return tuple(self._view(act) for act in latest.values())

    def tender(self, key: str) -> TenderView | None:
        """The version in force of the tender `key` (its own id)."""
        act = self.place.acts.last(TenderPackage, tender_id=key)
        return None if act is None else self._view(act)

    def version(self, tender: str) -> TenderView | None:
        """The version whose digest is `tender` (TV), superseded or not."""
        for act in reversed(self.place.acts.all(TenderPackage)):
            if tender_digest(act.item.signed.statement) == tender:
                return self._view(act)
        return None

    def model(self, sha256: str) -> Tender | None:
        """A tender model by its digest, if it is in the local store."""
        if not self.place.blobs.has(sha256):
            return None
        return Tender.from_bytes(self.place.blobs.read(sha256), 16 * 1024 * 1024)

    @verb()
    def fetch(self, key: str) -> TenderView:
        """Bring the model of a tender into the local store. Raises `Unreachable`, `Refused`."""
        act = self.place.acts.only(TenderPackage, tender_id=key)
        self.place.fetch(act.value.model)
        return self._view(act)

    @verb()
    def read_file(self, file: PackageFile) -> bytes:
        """The bytes of a document of a package, fetched if need be."""
        return self.place.read(file.sha256)

    @verb()
    def read(self, sha256: str) -> bytes:
        """The bytes of any file this reader may have, by digest; fetched if need be."""
        return self.place.read(sha256)

    def name_of(self, code: str) -> str:
        """The name under which a party registered; its code when it is not known here."""
        registered = self.place.acts.last(Registration, actor=code)
        if registered is not None:
            return registered.value.name
        enrolled = self.place.acts.last(KeyEnrolment, actor=code)
        return code if enrolled is None else enrolled.value.name

    def _view(self, act: Act[TenderPackage]) -> TenderView:
        return TenderView(tender_digest(act.item.signed.statement), act, self.model(act.value.model))

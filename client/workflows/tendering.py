"""Custody ceremony and publication by the agency; fetching and checking a package by a supplier (B1, R-051, R-084)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from client.dealer import DealingOrder, deal_apart
from client.packages import PackageCheck, check_folder, check_package, package_files, write_package
from client.tenders import Published, Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.certificates import certificate_digest
from crypto.custody import HeldShare, acknowledge, open_share
from crypto.keys import CustodyKey as CustodyKeyFile
from crypto.keys import NationalCustodyKey
from procurement.basics.problems import Refused
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.roles import Role
from procurement.basics.value import ZERO_ID
from procurement.planning.entrust import Entrustment, EntrustmentAcceptance
from procurement.tendering.custody import (
    ENVELOPES,
    Custodian,
    CustodyAck,
    CustodyEnvelopes,
    CustodyKey,
    CustodyReady,
    EnvelopeKey,
    LotKey,
    SigningReference,
)
from procurement.tendering.package import Correction, LotCustody, PackageFile, TenderPackage, tender_digest
from procurement.tendering.tender import Tender, TenderDocument

Media = Literal["application/pdf", "application/json", "application/octet-stream"]
PACKAGE_CHECK = "package-check"
"""Keepsake: TV → the warning of the check, empty when there was none. Sealing needs it, online or not"""
BUYER_SIDE = frozenset({Role.AGENCY, Role.PURCHASER})
_MEDIA: dict[str, Media] = {".pdf": "application/pdf", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class TenderFile:
    """A document to publish."""

    path: str
    """Name in the package, as the tender model gives it"""
    title: str
    source: Path


class Custody(Workflow):
    """What every custodian does: publish a key, open and check its share, acknowledge."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._key: CustodyKeyFile | None = None
        self._national: NationalCustodyKey | None = None

    @verb("token")
    def open_key(self, passphrase: str) -> None:
        """Open the custody key of this machine, or make it. It is encrypted under the passphrase."""
        path, national = self.place.folder.custody_key, self.place.folder.national_custody_key
        opened = CustodyKeyFile.open(path, passphrase) if path.exists() else CustodyKeyFile.create(path, passphrase)
        self._national = NationalCustodyKey.open(national, passphrase) if national.exists() else None
        self._key = opened

    @verb("token")
    def open_national_key(self, passphrase: str) -> None:
        """The same for lot keys of suite S1: an SM2 key of its own. Raises `Locked("national-unavailable")`."""
        path = self.place.folder.national_custody_key
        kind = NationalCustodyKey
        self._national = kind.open(path, passphrase) if path.exists() else kind.create(path, passphrase)

    @property
    def key(self) -> CustodyKeyFile:
        """Raises `Refused("custody-key-closed")`."""
        if self._key is None:
            raise Refused("custody-key-closed", "Open the custody key with its passphrase.")
        return self._key

    @property
    def national_key(self) -> NationalCustodyKey:
        """Raises `Refused("custody-key-closed")`."""
        if self._national is None:
            raise Refused("custody-key-closed", "Open the custody key with its passphrase.")
        return self._national

    @verb()
    def publish_key(self) -> Outcome:
        """`custody-key`: under which shares reach this custodian, and how it signs."""
        return self._publish(EnvelopeKey(key=self.key.public))

    @verb()
    def publish_national_key(self) -> Outcome:
        """`custody-key` for lot keys of suite S1."""
        return self._publish(EnvelopeKey(kind="sm2", key=self.national_key.public))

    def _publish(self, enc: EnvelopeKey) -> Outcome:
        if self.place.uses_certificate:
            digest = certificate_digest(self.place.token.signing_certificate)
            sign = SigningReference(kind="cert", digest=digest)
        else:
            sign = SigningReference(kind="enrolled-key", digest=self.place.enrolled_key.digest)
        return self.place.act(CustodyKey(org=self.me, role=self.place.role, sign=sign, enc=enc))

    @verb("token")
    def share_of(self, lot_key: str) -> HeldShare:
        """This custodian's share of a lot key, opened and checked against the commitments; it does not leave the machine."""
        acts = self.place.acts
        key = acts.get(LotKey, lot_key).value
        own = self.national_key if key.suite == "S1" else self.key
        mine = next((c for c in key.custodians if c.enc.key == own.public), None)
        if mine is None or mine.org != self.me:
            raise Refused("custody-key-not-named", "Use the custody key that this lot key names.", lot=key.lot)
        envelopes = acts.only(CustodyEnvelopes, lot_key=lot_key).value.envelopes
        if len(envelopes) != key.n:
            raise Refused("custody-envelopes-missing", "Ask the agency for all envelopes.", lot=key.lot)
        return open_share(envelopes[mine.i - 1], own, key)

    @verb()
    def acknowledge(self, lot_key: str) -> Outcome:
        """`custody-ack` after the share was opened and checked (H2)."""
        key = self.place.acts.get(LotKey, lot_key).value
        return self.place.act(acknowledge(key, self.share_of(lot_key)), subject=key.lot)

    @verb("token")
    def ready(self, tv: str, lot: str) -> Outcome:
        """就绪检查: open and check the own share on this machine, and say so before it is needed. It is not sent (L5).

        Raises what `share_of` raises: whoever gets here a refusal could not release on the day.
        """
        package = next(
            a.value for a in self.place.acts.all(TenderPackage) if tender_digest(a.item.signed.statement) == tv
        )
        key = next((one.lot_key for one in package.custody if one.lot == lot), "")
        share, now = self.share_of(key), self.place.now()
        statement = CustodyReady(tender=tv, lot=lot, lot_key=key, i=share.i, org=self.me, checked=now)
        return self.place.act(statement, subject=lot)


class Tendering(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders

    # -- custody ceremony

    @verb("token")
    def make_lot_key(self, tender_id: str, number: str, lot: str, k: int, custodians: Sequence[str]) -> Outcome:
        """Deal a new lot key to the custodians whose codes are given, in order; needs `k` of them. `number` is the 备案号.

        It is made in the suite of the token that signs it, which must be the tender's. Statement and envelopes enter the outbox
        together: a kill leaves both or neither. The secret is made and shared in a process of its own, which has ended by then
        (`client.dealer`). Raises `RuleBroken` C-7 when the buyer's side would suffice.
        """
        dealer = certificate_digest(self.place.token.signing_certificate)
        suite = self.place.suite
        named = tuple(self._custodian(i, org, ENVELOPES[suite]) for i, org in enumerate(custodians, 1))
        key, envelopes = deal_apart(
            DealingOrder(
                suite=suite,
                tender_id=tender_id,
                lot=lot,
                k=k,
                custodians=named,
                dealers=(dealer,),
                entrustment=self._entrustment(number),
            )
        )
        signed = [(one, self.place.sign(one)) for one in (key, envelopes)]
        with self.place.connection.write():
            for statement, wire in signed:
                self.place.outbox.add(statement.TYPE, wire, made=self.place.now(), subject=lot)
        found = self.place.sync.step()
        self.place.outcome(envelopes.id, found)
        return self.place.outcome(key.id, found)

    def _custodian(self, i: int, org: str, kind: str) -> Custodian:
        found = [act for act in self.place.acts.all(CustodyKey, org=org) if act.value.enc.kind == kind]
        published = found[-1] if found else None
        if published is None:
            raise Refused("custody-key-missing", "Ask this custodian to publish its custody key.", org=org)
        value = published.value
        return Custodian(
            i=i,
            org=org,
            name=self.place.acts.signer(published).name,
            role=value.role,
            buyer_side=value.role in BUYER_SIDE,
            custody_key=published.id,
            sign=value.sign,
            enc=value.enc,
        )

    def acks_of(self, lot_key: str) -> tuple[str, ...]:
        """Ids of the acknowledgements in order of i. Raises `Refused("custody-acks-missing")`."""
        key = self.place.acts.get(LotKey, lot_key).value
        found = {act.value.i: act.id for act in self.place.acts.all(CustodyAck, lot_key=lot_key)}
        missing = [c.name for c in key.custodians if c.i not in found]
        if missing:
            raise Refused(
                "custody-acks-missing", "Wait until every custodian has acknowledged.", missing="、".join(missing)
            )
        return tuple(found[i] for i in range(1, key.n + 1))

    # -- publication

    @verb("net", pulsed=True)
    def publish(
        self,
        tender: Tender,
        files: Sequence[TenderFile],
        lot_keys: Mapping[str, str],
        *,
        correction: Correction | None = None,
        pulse: Pulse | None = None,
    ) -> Outcome:
        """Publish a tender, or its next version: model, documents, lot keys and acknowledgements as one signed package.

        `lot_keys` maps each lot (part) to the id of its lot key. A correction reuses the keys it names.
        Raises `Refused("suite-differs")` where the token that signs is not of the tender's suite.
        """
        pulse = pulse or NoPulse()
        if self.place.suite != tender.suite:
            raise Refused("suite-differs", "Use certificates of the suite that the tender names.", suite=tender.suite)
        members = tuple(self._member(one, place, len(files), pulse) for place, one in enumerate(files))
        model = self.place.keep_bytes(tender.to_bytes())
        earlier = self.tenders.versions(tender.id)
        package = TenderPackage(
            tender_id=tender.id,
            number=tender.number,
            entrustment=self._entrustment(tender.number),
            agency=self.me,
            version=len(earlier) + 1,
            previous=earlier[-1].tv if earlier else ZERO_ID,
            correction=correction,
            model=model,
            issued=tender.issued,
            deadline=tender.deadline,
            custody=tuple(LotCustody(lot=lot, lot_key=key, acks=self.acks_of(key)) for lot, key in lot_keys.items()),
            files=members,
        )
        digests = (model, *(one.sha256 for one in members))
        return self.place.act(package, files=digests, subject=tender.title)

    @verb("net", pulsed=True)
    def correct(
        self,
        tender_id: str,
        correction: Correction,
        *,
        deadline: datetime,
        files: Sequence[TenderFile] = (),
        model: Tender | None = None,
        pulse: Pulse | None = None,
    ) -> Outcome:
        """更正或澄清: the next version of a published tender (L-204). Lot keys and unchanged documents stay.

        `files` replace the documents of the same path; others are added as attachments, a written notice for one.
        `model` is the corrected data; None keeps the data in force. The deadline given counts for both.
        """
        pulse = pulse or NoPulse()
        old = self.tenders.current(tender_id)
        fresh = {one.path: self._member(one, place, len(files), pulse) for place, one in enumerate(files)}
        kept = tuple(fresh.pop(one.path, one) for one in old.package.files)
        members = (*kept, *fresh.values())
        tender = corrected(model or old.tender, members, deadline, old.tender)
        digest = self.place.keep_bytes(tender.to_bytes())
        package = old.package.model_copy(
            update={
                "version": old.package.version + 1,
                "previous": old.tv,
                "correction": correction,
                "model": digest,
                "issued": self.place.now(),
                "deadline": tender.deadline,
                "files": members,
            }
        )
        given = {one.path for one in files}
        digests = (digest, *(one.sha256 for one in members if one.path in given))
        return self.place.act(package, files=digests, subject=tender.title)

    def _member(self, file: TenderFile, place: int, total: int, pulse: Pulse) -> PackageFile:
        pulse.step(place, total)
        return PackageFile(
            path=file.path,
            title=file.title,
            media=_MEDIA.get(file.source.suffix.lower(), "application/octet-stream"),
            size=file.source.stat().st_size,
            sha256=self.place.keep(file.source),
        )

    def _entrustment(self, number: str) -> str:
        entrusted = self.place.acts.only(Entrustment, number=number, agency=self.me)
        self.place.acts.only(EntrustmentAcceptance, entrustment=entrusted.id)
        return entrusted.id

    # -- a supplier's side

    @verb("net", pulsed=True)
    def fetch(self, tender_id: str, pulse: Pulse | None = None) -> Published:
        """Fetch every file of the version in force and check the whole package. Free, without registration (R-083).

        Raises what `check` raises: nothing unchecked is offered for bidding.
        """
        published = self.tenders.current(tender_id)
        wanted = package_files(published)
        for done, sha256 in enumerate(wanted):
            (pulse or NoPulse()).step(done, len(wanted))
            self.place.fetch(sha256)
        self.check(published.tv)
        return published

    @verb()
    def check(self, tv: str) -> PackageCheck:
        """Everything a supplier checks before it seals: signatures, digests, acks, quorum, the log (B2, H2, H15)."""
        found = check_package(self.place, self.tenders, self.tenders.by_tv(tv))
        self.place.keepsakes.keep(PACKAGE_CHECK, tv, found.warning.encode())
        return found

    @verb()
    def save_package(self, tv: str, folder: Path) -> Path:
        """Write the signed package as a folder that anyone can check; what is not here yet is fetched."""
        published = self.tenders.by_tv(tv)
        write_package(self.place, self.tenders, published, folder)
        return folder

    @verb("store")
    def check_package_folder(self, tv: str, folder: Path) -> None:
        """Compare a package that came by another way, such as a USB stick, with the signed one. Raises `Tampered`, `Refused`."""
        check_folder(self.place, self.tenders, folder, self.tenders.by_tv(tv))

    def time_left(self, tv: str) -> tuple[datetime, int]:
        """Deadline, and milliseconds to it in server time (negative when past)."""
        deadline = self.tenders.by_tv(tv).package.deadline
        return deadline, round((deadline - self.place.now()).total_seconds() * 1000)


def corrected(tender: Tender, members: Sequence[PackageFile], deadline: datetime, old: Tender) -> Tender:
    """The model of the next version: its documents are those of the package, its deadline the new one.

    Where documents were offered until the deadline, they are offered until the new one. The first day of issue stays.
    """
    named = {one.path: one for one in tender.documents}
    documents = tuple(_document(one, named.get(one.path), place) for place, one in enumerate(members, 1))
    until = deadline if tender.available_until == old.deadline else tender.available_until
    return tender.model_copy(
        update={
            "documents": documents,
            "deadline": deadline,
            "available_until": until,
            "issued": old.issued,
            "announcement": old.announcement,
        }
    )


def _document(member: PackageFile, named: TenderDocument | None, place: int) -> TenderDocument:
    if named is None:
        return TenderDocument(
            code=f"added-{place}", title=member.title, role="attachment", path=member.path, sha256=member.sha256
        )
    bound = None if named.sha256 is None else member.sha256
    return named.model_copy(update={"title": member.title, "sha256": bound})


def manifest_sha256(published: Published) -> str:
    """SHA-256 of the manifest's bytes, as people compare it."""
    return hashlib.sha256(published.act.item.signed.statement).hexdigest()

"""From the draft to the receipt: complete, pack, seal, back up, rehearse, deliver, commit; replace and withdraw (R-076 … R-082)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from client.acts import Act
from client.attachments import check_attachment
from client.machine import same_machine
from client.receipt_paper import ReceiptPapers
from client.release import client_release
from client.renewal import renewal_findings
from client.sealed_bids import SealedBid, SealedBids
from client.tenders import Published, Tenders
from client.workflows.carrying import Carrying
from client.workflows.checking import Checking
from client.workflows.drafting import Drafting
from client.workflows.library import EvidenceLibrary
from client.workflows.linking import Linking
from client.workflows.printing import Printing
from client.workflows.tendering import PACKAGE_CHECK
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.certificates import certificate_digest, subject_name
from crypto.container import CONTENT_NAME, BidReader, write_container
from crypto.custody import lot_public_key
from crypto.envelope import Recipient
from crypto.files import write_whole
from crypto.release import share_from_token
from crypto.sealing import seal
from crypto.slip import make_slip
from crypto.suites import suite_named
from procurement.basics.digest import digest
from procurement.basics.findings import Finding, refuse_blocking
from procurement.basics.problems import Locked, Problem, Refused
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.statement import read_statement
from procurement.basics.value import ZERO_ID
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import BidForms
from procurement.bidding.sealed import BidContent, EncryptionCerts, Submission, Withdrawal

FORMS_NAME = "forms.json"
SETTING, UPLOAD_LIMIT = "setting", "upload-limit"


@dataclass(frozen=True, slots=True)
class RecipientView:
    """A certificate to which a bid may be sealed, as a person is shown it (C5)."""

    digest: str
    name: str
    serial: str
    on_token: bool
    """On a token that is plugged in now; else only in the own signed list"""


class Bidding(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.drafts = Drafting(place, tenders)
        self.carrying = Carrying(place, tenders, self.drafts)
        self.library = EvidenceLibrary(place, tenders, self.drafts)
        self.links = Linking(place)
        self.checks = Checking(place, tenders, self.links)
        self.printing = Printing(place, tenders, self.drafts)
        self.bids = SealedBids(place)
        self.receipts = ReceiptPapers(place, tenders)
        self.place.uploader.pace.limit = self.upload_limit

    # -- before sealing

    def findings(self, tender_id: str, lot: str) -> tuple[Finding, ...]:
        """What is missing or wrong in the draft; blocking ones first."""
        published = self.tenders.current(tender_id)
        forms = self.drafts.open(tender_id, lot).forms
        return (*bid_findings(published.tender, forms), *self.library.findings(tender_id, forms))

    @verb("token")
    def recipients(self) -> tuple[RecipientView, ...]:
        """Certificates to which a bid may be sealed: the open token's, other tokens' now plugged in, the own signed list's.

        Nothing here comes from a directory of the server (C5).
        """
        mine, plugged = self._token_certificate(), self.place.tokens.encryption_certificates()
        here = {certificate_digest(one) for one in (mine, *plugged)}
        listed = {certificate_digest(one): one for one in (mine, *plugged, *(r.certificate for r in self._listed()))}
        return tuple(
            RecipientView(digest, subject_name(one), f"{one.serial_number:x}", digest in here)
            for digest, one in listed.items()
        )

    # -- sealing

    @verb("seal", pulsed=True)
    def seal(
        self,
        tender_id: str,
        lot: str,
        *,
        slip: Path | None = None,
        passphrase: str = "",
        also_to: Sequence[str] = (),
        warning_accepted: bool = False,
        pulse: Pulse | None = None,
    ) -> SealedBid:
        """Pack and seal the draft into a new `.sealed` file. Works offline once the package was fetched and checked.

        `slip`: where to write the backup slip under `passphrase`; `also_to`: digests of further certificates from
        `recipients()`, chosen by the person; `warning_accepted`: the sentence of the package check was answered.
        Raises `RuleBroken` for a blocking finding, `Refused("package-not-checked")`, `Refused("package-warning")`.
        """
        published = self.tenders.current(tender_id)
        suite = published.tender.suite
        if self.place.suite != suite:
            raise Refused("suite-differs", "Use certificates of the suite that the tender names.", suite=suite)
        self._require_checked(published, warning_accepted)
        forms = self._final_forms(published, lot)
        refuse_blocking(bid_findings(published.tender, forms))
        recipients = self._recipients(also_to)
        key = lot_public_key(self.tenders.lot_key(published, lot).value)
        reader = BidReader(self.place.trust, self.place.now())
        self.place.folder.sealed.mkdir(exist_ok=True)
        pending = self.place.folder.sealed / f".{os.urandom(8).hex()}.sealing"
        with self.place.blobs.scratch() as folder:
            container = folder / "bid.asice"
            self._pack(published, lot, forms, container, folder, pulse)
            done = seal(
                container,
                pending,
                tender=published.tv,
                lot=lot,
                supplier=self.me,
                recipients=recipients,
                lot_public_key=key,
                reader=reader,
                suite=suite_named(suite),
                pulse=pulse,
            )
        if slip is not None:
            write_whole(slip, make_slip(done.bid_digest, done.header_bytes, done.s, passphrase), secret=True)
        pending.replace(self.bids.path(done.bid_digest))
        machine = self._machine_digest(done.bid_digest, forms)
        self.bids.keep_forms(done.bid_digest, forms)
        return self.bids.keep(done, machine, self.place.now(), slip=slip is not None)

    @verb("token")
    def rehearse(self, bid: str) -> None:
        """Really unwrap, really check, with the token that is open now; nothing leaves the machine (L4).

        It proves token and share today; it says nothing of the custodians. Raises what the release would raise.
        """
        sealed = self.bids.get(bid)
        share_from_token(sealed.header_bytes, self._submission(sealed, ZERO_ID), self.place.token)

    @verb("token")
    def renewal(self, bid: str) -> tuple[Finding, ...]:
        """What threatens this bid's opening because certificates end or were renewed; to be shown loudly, any day."""
        sealed = self.bids.get(bid)
        deadline = self.tenders.by_tv(sealed.tender).package.deadline
        place = self.place
        token = place.token if place.unlocked else None
        plugged = place.tokens.encryption_certificates()
        known = (*plugged, *(one.certificate for one in self._listed()))
        return renewal_findings(sealed.header_bytes, deadline, place.now(), token, plugged, known)

    # -- delivering

    @verb("upload", pulsed=True)
    def deliver(self, bid: str, pulse: Pulse | None = None) -> None:
        """Bring the ciphertext to the platform; resumes after any break. Nothing is submitted yet."""
        self.place.uploader.upload(self.bids.get(bid).announcement, self.bids.file(bid), pulse)

    @property
    def line_broken(self) -> bool:
        """An upload under way waits for the line, and tries again by itself."""
        return self.place.uploader.waiting

    @property
    def upload_limit(self) -> int:
        """Bytes per second at which sealed bids leave this machine; 0 for no limit."""
        kept = self.place.drafts.load(SETTING, UPLOAD_LIMIT)
        return 0 if kept is None else int(kept.body)

    def limit_upload(self, bytes_per_second: int) -> None:
        """From now on, also for the upload under way; kept on this machine."""
        self.place.drafts.save(SETTING, UPLOAD_LIMIT, str(bytes_per_second).encode(), self.place.now())
        self.place.uploader.pace.limit = bytes_per_second

    def delivered(self, bid: str) -> tuple[int, int]:
        """Bytes confirmed by the platform, and all."""
        state = self.place.uploads.get(bid)
        total = self.bids.get(bid).file_size
        return (0, total) if state is None else (total if state.done else state.confirmed, total)

    @verb()
    def commit(self, bid: str) -> Outcome:
        """投标: the signed act of under 4 KB that counts. Also replaces the own standing bid on this lot."""
        sealed = self.bids.get(bid)
        state = self.place.uploads.get(bid)
        if state is None or not state.done:
            raise Refused("bid-not-delivered", "Deliver the sealed file first.", bid=bid)
        statement = self._submission(sealed, self.head(sealed.tender, sealed.lot))
        return self._kept(self.place.act(statement, subject=sealed.lot))

    @verb("upload", pulsed=True)
    def submit(self, bid: str, pulse: Pulse | None = None) -> Outcome:
        """Deliver, then commit."""
        self.place.uploader.upload(self.bids.get(bid).announcement, self.bids.file(bid), pulse or NoPulse())
        return self.commit(bid)

    @verb()
    def withdraw(self, tender_id: str, lot: str) -> Outcome:
        """撤回 the standing bid before the deadline; another one may follow."""
        published = self.tenders.current(tender_id)
        head = self.head(published.tv, lot)
        withdrawal = Withdrawal(tender=published.tv, lot=lot, supplier=self.me, prev=head)
        return self._kept(self.place.act(withdrawal, subject=lot))

    def head(self, tv: str, lot: str) -> str:
        """Id of the own last act on a lot, waiting ones included; 64 zeros when there is none (H8)."""
        tvs = self.tenders.sibling_tvs(tv)
        acts = self.place.acts
        mine: list[Act[Submission] | Act[Withdrawal]] = [
            *acts.all(Submission, supplier=self.me, lot=lot),
            *acts.all(Withdrawal, supplier=self.me, lot=lot),
        ]
        done = [act for act in mine if act.value.tender in tvs]
        for row in reversed(self.place.outbox.waiting()):
            statement = read_statement(row.message.signed.statement)
            if isinstance(statement, Submission | Withdrawal) and statement.lot == lot and statement.tender in tvs:
                return row.id
        return max(done, key=lambda act: act.item.leaf_index).id if done else ZERO_ID

    @verb("store")
    def save_receipt(self, statement_id: str, target: Path) -> Path:
        """回执 as one JSON file anyone can check offline, and as a PDF beside it. Raises `Locked("receipt-not-here")`."""
        return self.receipts.save(statement_id, target)

    @verb("print")
    def keep_receipts(self) -> tuple[Path, ...]:
        """Save the receipts that are not in the profile's folder yet, each as JSON and PDF; those saved now."""
        return self.receipts.keep_missing()

    # -- parts

    def _kept(self, outcome: Outcome) -> Outcome:
        """A receipt that has come is saved at once. One that cannot be printed is still in the store, and the act stands."""
        with suppress(Problem, OSError):
            self.receipts.keep_missing()
        return outcome

    def _require_checked(self, published: Published, warning_accepted: bool) -> None:
        kept = self.place.keepsakes.find(PACKAGE_CHECK, published.tv)
        if kept is None:
            raise Refused("package-not-checked", "Fetch the tender while online; its package is checked then.")
        if kept and not warning_accepted:
            raise Refused("package-warning", "Read the warning of this tender and decide.", warning=kept.decode())

    def _final_forms(self, published: Published, lot: str) -> BidForms:
        forms = self.drafts.open(published.package.tender_id, lot).forms
        now = self.place.now()
        machine = self.place.machine(now, now)
        known = [one for one in forms.machines if not same_machine(one, machine)]
        before = next((one for one in forms.machines if same_machine(one, machine)), machine)
        machine = machine.model_copy(update={"first_used": before.first_used})
        return forms.model_copy(update={"tender": published.tv, "machines": (*known, machine)})

    def _pack(
        self, published: Published, lot: str, forms: BidForms, container: Path, folder: Path, pulse: Pulse | None
    ) -> None:
        """The signed container: what it is for, the forms, the documents under their paths."""
        content = BidContent(tender=published.tv, lot=lot, supplier=self.me)
        members: dict[str, Path | bytes] = {CONTENT_NAME: content.to_bytes(), FORMS_NAME: forms.to_bytes()}
        for place, document in enumerate(forms.documents):
            path = folder / f"member-{place}"
            self.place.blobs.export(document.sha256, path)
            check_attachment(path.rename(path.with_suffix(Path(document.path).suffix)), published.tender.upload)
            members[document.path] = path.with_suffix(Path(document.path).suffix)
        write_container(container, members, self.place.token, pulse)

    def _submission(self, sealed: SealedBid, prev: str) -> Submission:
        return Submission(
            tender=sealed.tender,
            lot=sealed.lot,
            supplier=self.me,
            bid=sealed.bid,
            header=sealed.header,
            chunks=sealed.chunks,
            size=sealed.size,
            prev=prev,
            client_time=self.place.clock.machine_now(),
            skew_ms=self.place.clock.skew_ms,
            client=client_release(),
            machine=sealed.machine,
        )

    def _machine_digest(self, bid: str, forms: BidForms) -> str:
        salt = self.place.keepsakes.keep("machine-salt", bid, os.urandom(32))
        return digest("machine", salt, *(one.to_bytes() for one in forms.machines)).hex()

    def _token_certificate(self) -> x509.Certificate:
        mine = self.place.token.encryption_certificate
        if mine is None:
            raise Locked("token-no-encryption-key", "Use a token that carries an encryption certificate.")
        return mine

    def _listed(self) -> list[Recipient]:
        """The own signed list; its signature was verified when it arrived, and its author is this organisation."""
        acts = [act for act in self.place.acts.all(EncryptionCerts, org=self.me) if self._is_mine(act)]
        if not acts:
            return []
        act = acts[-1]
        found = [Recipient(x509.load_der_x509_certificate(one.der), one.oaep) for one in act.value.certs]
        return [one for one in found if self.place.trust.code_of(one.certificate) == self.me]

    def _is_mine(self, act: Act[EncryptionCerts]) -> bool:
        return self.place.acts.signer(act).org == self.me

    def _recipients(self, also_to: Sequence[str]) -> list[Recipient]:
        """The open token's certificate and those chosen; each must hold today and be fit to encrypt."""
        token, mine, listed = self.place.token, self._token_certificate(), self._listed()
        plugged = [Recipient(one) for one in self.place.tokens.encryption_certificates() if one != mine]
        chosen = [next((one for one in listed if one.certificate == mine), Recipient(mine, token.oaep))]
        for wanted in also_to:
            offered = (*listed, *plugged)
            found = next((one for one in offered if certificate_digest(one.certificate) == wanted), None)
            if found is None:
                raise Refused("recipient-not-listed", "Add the certificate to your signed list first.", digest=wanted)
            if found.certificate not in [one.certificate for one in chosen]:
                chosen.append(found)
        for one in chosen:
            self.place.trust.validate(one.certificate, token.chain, self.place.now(), "encrypt")
        return chosen

"""Shares leave a machine here and nowhere else: a supplier's s in the window, a custodian's share after the freeze (C3, B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from client.acts import Act
from client.evidence import Evidence
from client.sealed_bids import KIND, SealedBid
from client.tenders import Tenders
from client.workflows.tendering import Custody
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.custody import custodian_release
from crypto.files import write_whole
from crypto.release import (
    check_closing_for,
    check_freeze_for,
    own_header,
    release_statement,
    share_from_slip,
    share_from_token,
)
from crypto.signing import verify_statement
from crypto.slip import open_slip
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.statement import SignedBytes
from procurement.bidding.sealed import Submission
from procurement.opening.session import Closing, CustodianRelease, Freeze, FreezeDisputed, Release
from procurement.tendering.custody import LotKey
from procurement.wire.messages import ActMessage

HELD = "held-release"
HELD_AT = "held-release-at"
"""Keepsake: when a held release was taken in"""
SIGNED_FREEZE = "signed-freeze"
RELEASE_LIMIT = 64 * 1024
"""Bytes of a signed release with its certificates at most"""


@dataclass(frozen=True, slots=True)
class HeldRelease:
    """A supplier's signed release that this custodian took in (M21)."""

    id: str
    content: Release
    at: datetime
    """When it was taken in, by the server's clock as far as it was known"""


class Releasing(Workflow):
    """A supplier's side."""

    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.evidence = Evidence(place)

    @verb("token")
    def release(self, closing_id: str, *, slip: Path | None = None, passphrase: str = "") -> Outcome:
        """Release the own standing bid of a closed lot, with the token or with the backup slip.

        Everything is checked before s is even unwrapped: the own signed submission, the closing in the log, its
        time-stamp, the own place in the chain. Raises `Tampered` with evidence to keep, `Refused`, `Locked`.
        """
        statement, s = self._prepared(closing_id, slip, passphrase)
        return self.place.act(statement, secret=s, subject=statement.lot)

    @verb("token")
    def release_all(self, closing_ids: Sequence[str]) -> tuple[Outcome | Problem, ...]:
        """Release the own standing bids of several closed lots with the token, one after another; one's trouble stops no other."""
        made: list[Outcome | Problem] = []
        for closing_id in closing_ids:
            try:
                made.append(self.release(closing_id))
            except Problem as problem:
                made.append(problem)
        return tuple(made)

    @verb("token")
    def hand_over(self, closing_id: str, target: Path, *, slip: Path | None = None, passphrase: str = "") -> Path:
        """The signed release as a file for the supervisor, when the platform does not take it (M21). The share stays here.

        After the same checks as `release`. In time, it lets the supervisor keep its custody share and dispute a freeze without it.
        """
        statement, _ = self._prepared(closing_id, slip, passphrase)
        write_whole(target, self.place.sign(statement).to_bytes())
        return target

    def _prepared(self, closing_id: str, slip: Path | None, passphrase: str) -> tuple[Release, bytes]:
        closing = self.place.acts.get(Closing, closing_id)
        submission = self._own_standing(closing)
        header = self._header(submission.value)
        own_header(header, submission.value)
        if self.place.suite != submission.value.suite:
            remedy = "Sign in with the certificate of the suite that the tender names; a slip is released by it too."
            raise Refused("suite-differs", remedy, suite=submission.value.suite)
        source: Literal["token", "slip"] = "token" if slip is None else "slip"
        if slip is None:
            s = share_from_token(header, submission.value, self.place.token)
        else:
            found = open_slip(slip.read_bytes(), passphrase)
            s = share_from_slip(header, submission.value, found.bid, bytes.fromhex(found.s))
        return release_statement(submission.value, closing.value, source), s

    def _own_standing(self, closing: Act[Closing]) -> Act[Submission]:
        """The own submission that the closing lists, after all checks of B6.2."""
        tvs = self.tenders.standing_tvs(closing.value.tender)
        sent = self.place.acts.all(Submission, supplier=self.me, lot=closing.value.lot)
        mine = [act for act in sent if act.value.tender in tvs]
        if not mine:
            raise Refused("nothing-to-release", "No bid of yours stands on this lot.", lot=closing.value.lot)
        submission = mine[-1]
        if self.place.acts.signer(submission).org != self.me:
            raise Tampered("submission-not-own", "Show this to the supervisor: it is not signed by you.")
        own = self.evidence.receipt(submission)
        closed = self.evidence.receipt(closing, stamped=True)
        check_closing_for(
            closing.value,
            submission.value,
            self.evidence.leaf(own.receipt),
            own.entry,
            deadline=self.tenders.by_tv(closing.value.tender).package.deadline,
            now=self.place.surely(),
            stamped=self.evidence.stamped(closed.receipt),
            also=tvs,
        )
        return submission

    def _header(self, submission: Submission) -> bytes:
        """The bid's header: from this machine when it was sealed here, else a few KB from the platform."""
        kept = self.place.keepsakes.find(KIND, submission.bid)
        if kept is not None:
            return SealedBid.from_bytes(kept, 16 * 1024 * 1024).header_bytes
        return self.place.gateway.header(submission.bid)


class CustodyRelease(Workflow):
    """A custodian's side: agency, purchaser, supervisor (the platform's custodian is a process of its own)."""

    def __init__(self, place: Workplace, tenders: Tenders, custody: Custody) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.custody = custody
        self.evidence = Evidence(place)

    @verb("token")
    def release(self, freeze_id: str) -> Outcome:
        """Release this custodian's share of the lot's key against a logged freeze; once more, if it is released already.

        Raises `Tampered("freeze-suppresses-release")` when a release held here is missing from it (M21),
        `Tampered("second-freeze")` (M22), `Refused("release-too-early")` while the window is open by clock or stamp.
        """
        made = self.place.acts.last(CustodianRelease, freeze=freeze_id, org=self.me)
        if made is not None:  # the platform may have lost the share in a restart
            self.send_again(freeze_id)
            return self.place.outcome(made.id)
        freeze, key = self._checked(freeze_id)
        share = self.custody.share_of(key.id)
        statement = custodian_release(freeze.id, key.value, share)
        self.place.keepsakes.keep(SIGNED_FREEZE, key.id, freeze.id.encode())
        return self.place.act(statement, secret=share.value, subject=key.value.lot)

    @verb("token")
    def send_again(self, freeze_id: str) -> None:
        """After a restart of the platform before the opening: the same statement and share once more (decision 3)."""
        freeze, key = self._checked(freeze_id)
        made = self.place.acts.only(CustodianRelease, freeze=freeze.id, org=self.me)
        share = self.custody.share_of(key.id)
        self.place.gateway.act(CustodianRelease.TYPE, ActMessage(signed=made.item.signed, secret=share.value))
        self.place.sync.step()

    @verb("store")
    def hold_release(self, file: Path) -> str:
        """Take in a supplier's signed release that came by file (M21). Returns its id. Raises `Refused("release-file-unreadable")`, `Tampered`."""
        try:
            with file.open("rb") as source:
                signed = SignedBytes.from_bytes(source.read(RELEASE_LIMIT + 1), RELEASE_LIMIT)
            release = Release.from_bytes(signed.statement)
        except (Refused, OSError) as error:
            raise Refused(
                "release-file-unreadable",
                "Ask the bidder for the file that its program wrote on the page of the opening.",
                file=file.name,
            ) from error
        signer = verify_statement(signed, self.place.trust, self.place.now())
        if signer.org != release.supplier:
            raise Tampered("release-foreign-signer", "Do not use it: the supplier has not signed it.", id=signed.id)
        self.place.keepsakes.keep(HELD_AT, signed.id, self.place.now().isoformat().encode())
        self.place.keepsakes.keep(HELD, signed.id, signed.to_bytes())
        return signed.id

    def held(self) -> tuple[HeldRelease, ...]:
        """The releases taken in here, oldest first."""
        found = []
        for one in self.place.keepsakes.keys(HELD):
            kept, at = self.place.keepsakes.find(HELD, one), self.place.keepsakes.find(HELD_AT, one)
            if kept is not None and at is not None:
                content = Release.from_bytes(SignedBytes.from_bytes(kept).statement)
                found.append(HeldRelease(one, content, datetime.fromisoformat(at.decode())))
        return tuple(sorted(found, key=lambda one: one.at))

    @verb()
    def dispute(self, freeze_id: str, release_id: str, reason: str) -> Outcome:
        """A supervisor's statement that a freeze lacks a release it holds: evidence, no veto (decision 3).

        Raises `Refused("release-not-held")`, and what the platform says of a release that proves nothing.
        """
        kept = self.place.keepsakes.find(HELD, release_id)
        at = self.place.keepsakes.find(HELD_AT, release_id)
        if kept is None or at is None:
            raise Refused("release-not-held", "Take in the supplier's signed release first.", release=release_id)
        held = datetime.fromisoformat(at.decode())
        statement = FreezeDisputed(freeze=freeze_id, release=SignedBytes.from_bytes(kept), held=held, reason=reason)
        return self.place.act(statement, subject=self.place.acts.get(Freeze, freeze_id).item.lot)

    def _checked(self, freeze_id: str) -> tuple[Act[Freeze], Act[LotKey]]:
        acts = self.place.acts
        freeze = acts.get(Freeze, freeze_id)
        closing = acts.get(Closing, freeze.value.closing)
        published = self.tenders.by_tv(closing.value.tender)
        key = self.tenders.lot_key(published, closing.value.lot)
        logged = self.evidence.receipt(freeze, stamped=True)
        signed = self.place.keepsakes.find(SIGNED_FREEZE, key.id)
        check_freeze_for(
            freeze.value,
            closing.value,
            [act.value for act in self.tenders.windows(closing)],
            self.tenders.first_window_end(closing),
            now=self.place.surely(),
            stamped=self.evidence.stamped(logged.receipt),
            held=self._held(closing),
            signed=[signed.decode()] if signed else [],
        )
        return freeze, key

    def _held(self, closing: Act[Closing]) -> list[str]:
        """Leaves of bids whose signed release for this closing is held here."""
        bids = {one.content.bid for one in self.held() if one.content.closing == closing.id}
        acts = [act for act in self.place.acts.all(Submission, lot=closing.value.lot) if act.value.bid in bids]
        return [self.evidence.leaf(self.evidence.receipt(act).receipt) for act in acts]

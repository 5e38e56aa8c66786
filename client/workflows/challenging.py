"""质疑: write a letter, see its clocks, answer it (R-100, L-401 … L-408)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client.acts import Act
from client.challenge_letter import Case, LetterAct, reply_print
from client.papers import Papers
from client.views.tenders import TenderView, TenderViews
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.files import becoming
from documents.papers import print_challenge_reply
from procurement.awarding.award import AwardNotice
from procurement.basics.problems import Refused
from procurement.challenging.letter import (
    ChallengeLetter,
    ChallengeReply,
    Letter,
    Matter,
    MatterReply,
    PaperChallenge,
    Stage,
)
from procurement.challenging.terms import challenge_until, check_reply, received_at, reply_until
from procurement.opening.session import Closing, Freeze, Opening, OpeningRecord
from procurement.tendering.package import TenderPackage


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that may be challenged: what it is, and until when."""

    stage: Stage
    about: str
    tender: TenderView
    lot: str
    until: datetime
    made: bool
    """This supplier has already challenged it"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as the letter has to say (L-403)."""

    representative: str
    contact: str
    phone: str
    address: str
    postcode: str
    agent: str = ""
    authorisation: Path | None = None


@dataclass(frozen=True, slots=True)
class Challenger:
    """Who wrote a letter on paper, as it says."""

    code: str
    name: str
    contact: str
    phone: str
    address: str
    postcode: str
    agent: str = ""


class Challenging(Workflow):
    """Grounds and cases are read from the mirror; letters and replies are acts like any other."""

    def __init__(self, place: Workplace, tenders: TenderViews) -> None:
        super().__init__(place)
        self._tenders, self._papers = tenders, Papers(place)

    def grounds(self) -> tuple[Ground, ...]:
        """What this supplier may challenge, the nearest end first; what is over is left out."""
        now = self.place.now()
        found = [one for one in self.grounds_of(self.me) if now <= one.until]
        return tuple(sorted(found, key=lambda one: one.until))

    def grounds_of(self, supplier: str = "") -> tuple[Ground, ...]:
        """What `supplier`, or anybody, has or had reason to challenge, the latest end first: a letter on paper may be about any of it."""
        found = [
            one
            for tender in self._tenders.tenders()
            for lot in dict.fromkeys(custody.lot.partition("#")[0] for custody in tender.package.custody)
            for one in self._grounds_of(tender, lot, supplier)
        ]
        return tuple(sorted(found, key=lambda one: one.until, reverse=True))

    def cases(self) -> tuple[Case, ...]:
        """Every letter this desk may read, newest first."""
        return tuple(self._case(one) for one in sorted(self._letters(), key=lambda act: -act.item.leaf_index))

    def _letters(self) -> list[LetterAct]:
        found: list[LetterAct] = [*self.place.acts.all(ChallengeLetter)]
        return [*found, *self.place.acts.all(PaperChallenge)]

    @verb()
    def challenge(
        self, ground: Ground, sender: Sender, matters: Sequence[Matter], evidence: Sequence[Path] = ()
    ) -> Outcome:
        """Send a letter, sealed with the open certificate. Raises `Refused("challenge-without-matter")` and the server's refusals."""
        if not matters:
            raise Refused("challenge-without-matter", "State what is challenged, and what you ask.", rule="L-403")
        proofs = tuple(self.place.keep(path) for path in evidence)
        authority = self.place.keep(sender.authorisation) if sender.authorisation else None
        letter = ChallengeLetter(
            stage=ground.stage,
            about=ground.about,
            lot=ground.lot,
            supplier=self.me,
            representative=sender.representative,
            contact=sender.contact,
            phone=sender.phone,
            address=sender.address,
            postcode=sender.postcode,
            agent=sender.agent,
            authorisation=authority,
            matters=tuple(matters),
            evidence=proofs,
        )
        return self.place.act(letter, files=(*proofs, *((authority,) if authority else ())), subject=ground.lot)

    @verb()
    def enter(
        self,
        ground: Ground,
        writer: Challenger,
        received: datetime,
        scan: Path,
        matters: Sequence[Matter],
        authorisation: Path | None = None,
    ) -> Outcome:
        """Enter a letter that came on paper, sealed by whoever received it. Raises as `challenge`."""
        if not matters:
            raise Refused("challenge-without-matter", "State what is challenged, and what you ask.", rule="L-403")
        files = (self.place.keep(scan), *((self.place.keep(authorisation),) if authorisation else ()))
        entered = PaperChallenge(
            org=self.me,
            stage=ground.stage,
            about=ground.about,
            lot=ground.lot,
            supplier=writer.code,
            name=writer.name,
            received=received,
            scan=files[0],
            contact=writer.contact,
            phone=writer.phone,
            address=writer.address,
            postcode=writer.postcode,
            agent=writer.agent,
            authorisation=files[1] if authorisation else None,
            matters=tuple(matters),
        )
        return self.place.act(entered, files=files, subject=ground.lot)

    @verb("print")
    def print_reply(self, letter_id: str, target: Path) -> Path:
        """The answer as a letter under the own seal, to hand over or to post; written to `target`."""
        case = next(one for one in self.cases() if one.letter.id == letter_id)
        data = reply_print(case, self._name_of(case), self.place.profile.name)
        with self.place.blobs.scratch() as folder:
            printed = print_challenge_reply(data, folder / "reply.pdf")
            self._papers.seal_file(
                printed.path, folder / "sealed.pdf", printed.boxes["responder"], "responder", "质疑答复函"
            )
            with becoming(target) as part:
                shutil.copyfile(folder / "sealed.pdf", part)
        return target

    def _name_of(self, case: Case) -> str:
        return case.paper.name if case.paper is not None else self.place.acts.signer(case.letter).name

    @verb()
    def reply(
        self,
        letter_id: str,
        matters: Sequence[MatterReply],
        *,
        affects: bool,
        measure: str,
        complain_to: str,
        responder: str,
    ) -> Outcome:
        """Answer a letter, matter by matter. Raises `RuleBroken` as the server would."""
        letter = next(case.letter for case in self.cases() if case.letter.id == letter_id)
        reply = ChallengeReply(
            challenge=letter_id,
            lot=letter.value.lot,
            matters=tuple(matters),
            affects=affects,
            measure=measure,
            complain_to=complain_to,
            responder=responder,
        )
        check_reply(reply, letter.value)
        return self.place.act(reply, subject=letter.value.lot)

    def _grounds_of(self, tender: TenderView, lot: str, supplier: str) -> list[Ground]:
        about: list[tuple[Stage, str, datetime]] = [("document", tender.act.id, tender.act.item.t_recv)]
        record = self._record(tender, lot)
        if record is not None and (not supplier or supplier in {row.supplier for row in record.value.rows}):
            about.append(("opening", record.id, record.item.t_recv))
            notice = self.place.acts.last(AwardNotice, number=tender.package.number, lot=lot)
            if notice is not None:
                about.append(("result", notice.id, notice.value.sent))
        made = {(act.value.about, act.value.lot) for act in self._letters() if act.value.supplier == supplier}
        return [
            Ground(stage, id_, tender, lot, challenge_until(stage, known), (id_, lot) in made)
            for stage, id_, known in about
        ]

    def _record(self, tender: TenderView, lot: str) -> Act[OpeningRecord] | None:
        acts = self.place.acts
        closing = acts.last(Closing, tender=tender.id, lot=lot)
        freeze = acts.last(Freeze, closing=closing.id) if closing else None
        opening = acts.last(Opening, freeze=freeze.id) if freeze else None
        return acts.last(OpeningRecord, opening=opening.id) if opening else None

    def _case(self, letter: LetterAct) -> Case:
        tender, known = self._origin(letter.value)
        until = challenge_until(letter.value.stage, known) if known else None
        reply = self.place.acts.last(ChallengeReply, challenge=letter.id)
        due = reply_until(received_at(letter.value, letter.item.t_recv))
        return Case(letter, tender, until, due, reply)

    def _origin(self, letter: Letter) -> tuple[TenderView | None, datetime | None]:
        """The tender a letter is about, and when what it challenges was made known."""
        acts = self.place.acts
        if letter.stage == "document":
            package = next((act for act in acts.all(TenderPackage) if act.id == letter.about), None)
            return (self._tenders.tender(package.value.tender_id), package.item.t_recv) if package else (None, None)
        if letter.stage == "opening":
            record = next((act for act in acts.all(OpeningRecord) if act.id == letter.about), None)
            found = next((t for t in self._tenders.tenders() if self._is_record(t, letter)), None)
            return found, record.item.t_recv if record else None
        notice = next((act for act in acts.all(AwardNotice) if act.id == letter.about), None)
        if notice is None:
            return None, None
        number = notice.value.number
        return next((t for t in self._tenders.tenders() if t.package.number == number), None), notice.value.sent

    def _is_record(self, tender: TenderView, letter: Letter) -> bool:
        record = self._record(tender, letter.lot)
        return record is not None and record.id == letter.about

"""质疑: letters are taken whatever their time, answered by purchaser or agency; contracts wait for them (R-100, L-401 … L-408)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from procurement.awarding.award import AwardConfirmation, AwardNotice
from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.challenging.letter import ChallengeLetter, ChallengeReply, Letter, PaperChallenge
from procurement.challenging.terms import (
    Standing,
    challenge_until,
    check_letter,
    check_no_challenge,
    check_paper,
    check_reply,
    received_at,
)
from procurement.evaluation.sheets import Ranking
from procurement.opening.session import OpeningRecord
from procurement.tendering.package import TenderPackage
from server_stub.acts.dossier import buyers, tender_of, watched_by
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible

WATCHERS = watched_by(Role.FINANCE, Role.SUPERVISOR)
visible("challenge-letter")(WATCHERS)


@visible("challenge-paper")
def _to_its_challenger(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The challenger may see what was entered in its name."""
    assert isinstance(act.value, PaperChallenge)
    return reader.actor == act.value.supplier or WATCHERS(reading, reader, act)


@visible("challenge-reply")
def _to_all_concerned(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The challenger, and after the opening the other bidders of the lot (L-405)."""
    assert isinstance(act.value, ChallengeReply)
    letter = _letter(reading, act.value.challenge)
    concerned = {letter.value.supplier, *_bidders(reading, act.project, act.lot)}
    return (bool(reader.actor) and reader.actor in concerned) or WATCHERS(reading, reader, act)


@accepts(ChallengeLetter)
def challenge_letter(tx: Tx, act: ChallengeLetter, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-401 … L-404. Late ones are taken, too: what follows from lateness the purchaser decides."""
    author_is(signer, act.supplier)
    _take(tx, act)


@accepts(PaperChallenge)
def challenge_paper(tx: Tx, act: PaperChallenge, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-405: entered by the project's purchaser or agency, with the scan; then answered like any other."""
    author_is(signer, act.org)
    project = _challenged(tx, act).project
    if signer.actor not in buyers(tx, project):
        raise NotAllowed("not-of-this-project", "Purchaser or agency of the project enter it.", rule="L-405")
    check_paper(act, now)
    tx.require_file(act.scan)
    _take(tx, act)


def _take(tx: Tx, act: Letter) -> None:
    about = _challenged(tx, act)
    if about.value.TYPE != TenderPackage.TYPE and about.lot != act.lot:
        raise Refused("challenge-of-another-lot", "Name the lot whose act you challenge.", lot=about.lot)
    tender = tender_of(tx, about.project)
    if tender is not None and act.lot not in {lot.code for lot in tender.lots}:
        raise Refused("challenge-of-another-lot", "Name a lot of this tender.", lot=act.lot)
    earlier = [one.value for one in _letters(tx, project=about.project, supplier=act.supplier)]
    once = tender is None or tender.challenge.once
    check_letter(act, bidders=_bidders(tx, about.project, act.lot), earlier=earlier, once=once)
    for file in (*act.evidence, *((act.authorisation,) if act.authorisation else ())):
        tx.require_file(file)
    tx.file(project=about.project, lot=act.lot)


@accepts(ChallengeReply)
def challenge_reply(tx: Tx, act: ChallengeReply, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-405, L-406: once, whole, by the project's purchaser or agency."""
    letter = _letter(tx, act.challenge)
    if signer.actor not in buyers(tx, letter.project):
        raise NotAllowed("not-of-this-project", "Purchaser or agency of the project answer.", rule="L-405")
    if act.lot != letter.lot:
        raise Refused("challenge-of-another-lot", "Name the lot of the letter.", lot=letter.lot)
    if tx.last(ChallengeReply, challenge=letter.id) is not None:
        raise Refused("challenge-answered", "This letter has its answer; it is not replaced.", rule="L-405")
    check_reply(act, letter.value)


def require_settled(tx: Tx, project: str, lot: str) -> None:
    """No contract while a challenge may change the result (L-407, L-408). Raises `NotAllowed`."""
    confirmation = tx.last(AwardConfirmation, project=project, lot=lot)
    standings = []
    for letter in _letters(tx, project=project, lot=lot):
        reply = tx.last(ChallengeReply, challenge=letter.id)
        again = reply is not None and confirmation is not None and confirmation.seq > reply.seq
        arrived = received_at(letter.value, letter.t_recv)
        in_time = arrived <= challenge_until(letter.value.stage, _known(_challenged(tx, letter.value)))
        standings.append(Standing(letter.value, in_time, reply.value if reply else None, again))
    check_no_challenge(standings)


def _letter(reading: Reading, id_: str) -> Act[ChallengeLetter] | Act[PaperChallenge]:
    return reading.get(PaperChallenge, id_) or reading.find(ChallengeLetter, id_)


def _letters(reading: Reading, **facts: object) -> list[Act[ChallengeLetter] | Act[PaperChallenge]]:
    """Sent and entered ones in the order of their arrival at the platform."""
    found: list[Act[ChallengeLetter] | Act[PaperChallenge]] = [*reading.acts(ChallengeLetter, **facts)]
    found += reading.acts(PaperChallenge, **facts)
    return sorted(found, key=lambda act: act.seq)


def _challenged(tx: Tx, letter: Letter) -> Act[TenderPackage] | Act[OpeningRecord] | Act[AwardNotice]:
    if letter.stage == "document":
        return tx.find(TenderPackage, letter.about)
    if letter.stage == "opening":
        return tx.find(OpeningRecord, letter.about)
    return tx.find(AwardNotice, letter.about)


def _known(about: Act[TenderPackage] | Act[OpeningRecord] | Act[AwardNotice]) -> datetime:
    """When it was made known."""
    return about.value.sent if isinstance(about.value, AwardNotice) else about.t_recv


def _bidders(reading: Reading, project: str, lot: str) -> Collection[str]:
    """Who took part in a lot, as read out and as ranked; nobody before the opening."""
    record = reading.last(OpeningRecord, project=project, lot=lot)
    ranking = reading.last(Ranking, project=project, lot=lot)
    found = {row.supplier for row in record.value.rows} if record is not None else set()
    return found | ({bid.supplier for bid in ranking.value.bids} if ranking is not None else set())

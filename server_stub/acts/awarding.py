"""Awarding: confirmation, or the first candidate by silence; notice and letters (R-087, R-088, L-271 … L-274)."""

from __future__ import annotations

from datetime import datetime, timedelta

from procurement.awarding.award import AwardConfirmation, AwardDeemed, AwardNotice, ResultLetter
from procurement.awarding.confirmation import check_confirmation, confirmation_due, deem
from procurement.awarding.notice import check_letter, check_notice, contract_amount
from procurement.basics.lifecycle import State
from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.evaluation.sheets import EvaluationReport, Ranking, ReportSignature
from procurement.planning.entrust import Entrustment
from procurement.planning.intention import Intention
from server_stub.acts import course
from server_stub.acts.dossier import buyers, number_of, tender_of, the, watched_by
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, public, visible
from server_stub.jobs.timers import due

_A_SECOND = timedelta(seconds=1)
SILENCE = "award-silence"
visible("award-confirmation", "award-deemed")(watched_by(Role.FINANCE, Role.SUPERVISOR))
visible("award-notice")(public)


@visible("result-letter")
def _to_its_supplier(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """L-274: each loser its own, never another's."""
    assert isinstance(act.value, ResultLetter)
    watching = reader.actor in buyers(reading, act.project) or Role.SUPERVISOR in reader.roles
    return bool(reader.actor) and (reader.actor == act.value.supplier or watching)


def _received(reading: Reading, report: str) -> datetime:
    """When the purchaser had the report: with the last member's signature it is readable at once (L-271)."""
    last = reading.last(ReportSignature, report=report)
    if last is None:
        raise Refused("report-unsigned", "Wait for the signatures of the committee.", report=report)
    return last.t_recv


@course.entering(State.REPORT_SIGNED)
def start_term(tx: Tx, project: str, lot: str) -> None:
    """L-272: five working days from now, or the first candidate wins by silence."""
    report = the(tx, EvaluationReport, project, lot=lot)
    end = confirmation_due(tx.now)
    tx.at(end.replace(microsecond=0) + _A_SECOND, SILENCE, f"{project}/{lot}", report=report.id)


@due(SILENCE)
def silence(tx: Tx, payload: dict[str, str]) -> None:
    """The term is over: the platform states who won by rule, unless the purchaser confirmed meanwhile."""
    report = tx.find(EvaluationReport, payload["report"])
    if course.state_of(tx, report.project, report.lot) is not State.REPORT_SIGNED:
        return
    ranking = tx.find(Ranking, report.value.ranking).value
    stated = deem(ranking, report=report.id, received=_received(tx, report.id), now=tx.now)
    if stated is not None:
        tx.platform_act(stated)


@accepts(AwardDeemed)
def award_deemed(tx: Tx, act: AwardDeemed, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-272: it stands in the place of a confirmation."""
    report = tx.find(EvaluationReport, act.report)
    course.step(tx, act.TYPE, report.project, report.lot)


@accepts(AwardConfirmation)
def award_confirmation(tx: Tx, act: AwardConfirmation, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-272, L-278, R-128."""
    report = tx.find(EvaluationReport, act.report)
    author_is(signer, the(tx, Intention, report.project).value.purchaser)
    fallen = _fallen(tx, report.project, report.lot)
    course.step(tx, act.TYPE, report.project, report.lot)
    check_confirmation(
        act,
        ranking=tx.find(Ranking, report.value.ranking).value,
        received=_received(tx, report.id),
        now=now,
        fallen=fallen,
    )
    tx.cancel(SILENCE, f"{report.project}/{report.lot}")


def _fallen(reading: Reading, project: str, lot: str) -> frozenset[str]:
    """Winners of this lot so far, when the award is already made and a further confirmation comes (L-278)."""
    if course.state_of(reading, project, lot) is State.REPORT_SIGNED:
        return frozenset()
    earlier: list[Act[AwardConfirmation] | Act[AwardDeemed]] = [
        *reading.acts(AwardConfirmation, project=project, lot=lot),
        *reading.acts(AwardDeemed, project=project, lot=lot),
    ]
    return frozenset(act.value.winner for act in earlier)


def _decided(reading: Reading, confirmation: str) -> tuple[str, Act[EvaluationReport]]:
    """The winner and the report that an `award-confirmation` or `award-deemed` names; only the latest one counts."""
    found: Act[AwardConfirmation] | Act[AwardDeemed] | None = reading.get(AwardConfirmation, confirmation)
    found = found or reading.get(AwardDeemed, confirmation)
    if found is None:
        raise Refused("act-unknown", "Name the confirmation of the award.", type="award-confirmation", id=confirmation)
    report = reading.find(EvaluationReport, found.value.report)
    newer = reading.last(AwardConfirmation, project=report.project, lot=report.lot)
    if newer is not None and newer.seq > found.seq:
        raise Refused("confirmation-superseded", "Name the latest confirmation.", latest=newer.id)
    return found.value.winner, report


@accepts(AwardNotice)
def award_notice(tx: Tx, act: AwardNotice, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-088, L-512: sealed by the entrusted agency."""
    winner, report = _decided(tx, act.confirmation)
    _by_agency(tx, signer, report.project)
    course.step(tx, act.TYPE, report.project, report.lot)
    ranking = tx.find(Ranking, report.value.ranking).value
    tender = tender_of(tx, report.project)
    check_notice(
        act,
        ranking=ranking,
        winner=winner,
        number=number_of(tx, report.project),
        amount=contract_amount(tender.lot(ranking.lot)) if tender is not None else None,
        now=now,
    )
    tx.require_file(act.pdf)


@accepts(ResultLetter)
def result_letter(tx: Tx, act: ResultLetter, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-274."""
    notice = tx.find(AwardNotice, act.notice)
    _by_agency(tx, signer, notice.project)
    course.step(tx, act.TYPE, notice.project, notice.lot)
    _, report = _decided(tx, notice.value.confirmation)
    told = frozenset(letter.value.supplier for letter in tx.acts(ResultLetter, notice=act.notice))
    ranking = tx.find(Ranking, report.value.ranking).value
    check_letter(act, notice=notice.value, ranking=ranking, told=told)


def _by_agency(tx: Tx, signer: Signer, project: str) -> None:
    agency = the(tx, Entrustment, project).value.agency
    if signer.actor != agency:
        raise NotAllowed("not-the-entrusted-agency", "The entrusted agency does this.", agency=agency)

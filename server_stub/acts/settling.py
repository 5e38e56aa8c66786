"""Acts that settle what a ranking leaves open: sheets set right, ties decided (L-258, L-260, 87号令 第六十四条)."""

from __future__ import annotations

from datetime import datetime

from procurement.basics.problems import Refused
from procurement.basics.statement import Signer
from procurement.basics.value import ZERO_ID
from procurement.evaluation.committee import PURCHASER_KEYS, check_tie
from procurement.evaluation.rescoring import check_committed, check_corrected, faults, pointed_at
from procurement.evaluation.sheets import (
    Ranking,
    ReviewClosed,
    ScoreCommit,
    ScoreCorrection,
    ScoresClosed,
    TieSettlement,
)
from procurement.opening.session import Opening
from server_stub.acts import course, ranking
from server_stub.acts.day import opened_forms
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.panels import certificate_of, committee_sees, day_behind, leader, present, same_lot, sitting_panel
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import visible


@accepts(ScoreCorrection)
def score_correction(tx: Tx, act: ScoreCorrection, signer: Signer, now: datetime, secret: bytes) -> None:
    """Before the ranking it shows a faulty committed sheet with the one that stands; after it, it settles an open point."""
    commit = tx.find(ScoreCommit, act.commit)
    author_is(signer, commit.value.member)
    opening = tx.find(Opening, commit.value.opening)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    closed = tx.last(ScoresClosed, opening=opening.id)
    check_committed(act, commit.value, closed.id if closed else ZERO_ID, certificate_of(tx, opening, commit.actor))
    review = tx.last(ReviewClosed, opening=opening.id)
    assert closed is not None and review is not None
    day, forms, scored = day_behind(tx, opening), opened_forms(tx, opening), review.value.scored
    made = tx.last(Ranking, opening=opening.id)
    stands = ranking.sheets_of(tx, closed).get(act.commit)
    if made is None:
        if stands is not None:
            raise Refused("revealed-before", "This sheet is revealed.", member=commit.actor)
        if act.ground != "outside-range":
            raise Refused("ranking-missing", "Wait for the ranking; it shows such points.", rule="L-260")
        at_fault = faults(day.lot, forms, act.sheet, commit.actor, scored)
        check_corrected(day.lot, forms, act.sheet, act, commit.actor, scored, at_fault)
        ranking.rank_when_all(tx, opening, closed, (tx.id, act))
    else:
        assert stands is not None
        ranking.check_unsigned(tx, made)
        at_fault = pointed_at(made.value.open_points, act.ground, commit.actor, day.lot, scored)
        check_corrected(day.lot, forms, stands.body, act, commit.actor, scored, at_fault)
        ranking.rank_again(tx, opening, (tx.id, act))


@accepts(TieSettlement)
def tie_decision(tx: Tx, act: TieSettlement, signer: Signer, now: datetime, secret: bytes) -> None:
    """The committee through its leader, or the purchaser, as the tender's chain says; the ranking is made again."""
    author_is(signer, act.decider)
    made = tx.find(Ranking, act.ranking)
    opening = tx.find(Opening, made.value.opening)
    same_lot(act.lot, made.lot)
    course.require(tx, act.TYPE, made.project, made.lot)
    ranking.check_unsigned(tx, made)
    purchaser = day_behind(tx, opening).tender.purchaser.code
    if act.key not in PURCHASER_KEYS:
        present(tx, sitting_panel(tx, opening).id, act.decider, signer)
    _case, _closed, _sheets, result = ranking.evaluation_of(tx, opening)
    check_tie(act, result.findings, leader(tx, sitting_panel(tx, opening)), purchaser)
    ranking.rank_again(tx, opening, (tx.id, act))


visible("tie-decision")(committee_sees)

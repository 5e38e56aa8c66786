"""What the platform computes in an evaluation: who is scored, and the ranking. The law does the arithmetic; this gathers facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from procurement.bidding.draft import BidForms
from procurement.evaluation.evaluate import Reviews, evaluate_lot, sift
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    LotWinner,
    QualificationReview,
    Ranking,
    ReviewClosed,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
)
from procurement.opening.session import Opening
from server_stub.acts.day import Day, supplier_name
from server_stub.acts.reading import Act
from server_stub.acts.transaction import Tx


def context_of(tx: Tx, day: Day) -> EvaluationContext:
    """Rules by the date of announcement; first candidates of other lots where awards are limited (L-253, award limit)."""
    ranked = [a.value for a in tx.acts(Ranking, project=day.project) if a.lot != day.lot.code]
    winners = tuple(LotWinner(lot=r.lot, supplier=r.candidates[0]) for r in ranked if r.candidates)
    return EvaluationContext(event=day.tender.announcement, winners=winners if day.tender.award.limit else ())


def close_review(
    tx: Tx,
    day: Day,
    opening: Act[Opening],
    qualification: Act[QualificationReview],
    reviews: Sequence[tuple[str, ConformityReview]],
    forms: Mapping[str, BidForms],
) -> ReviewClosed:
    """Majority results of both reviews. `reviews` are (act id, review) of all members. Too few left: nobody is scored."""
    given = Reviews(qualification.value, tuple(review for _, review in reviews))
    survivors = sift(day.tender, day.lot, forms, given, context_of(tx, day))
    return ReviewClosed(
        opening=opening.id,
        lot=day.lot.code,
        qualification=qualification.id,
        conformity=tuple(id_ for id_, _ in reviews),
        scored=tuple(survivors.standing) if survivors.outcome == "ranked" else (),
    )


def rank(
    tx: Tx,
    day: Day,
    opening: Act[Opening],
    review: Act[ReviewClosed],
    closed: Act[ScoresClosed],
    reveals: Sequence[tuple[str, ScoreReveal]],
    forms: Mapping[str, BidForms],
) -> Ranking:
    """The ranking from opened bids and revealed sheets. `reveals` are (act id, reveal), in the order of the commits."""
    reviews = Reviews(
        tx.find(QualificationReview, review.value.qualification).value,
        tuple(tx.find(ConformityReview, id_).value for id_ in review.value.conformity),
    )
    bids = [(supplier, supplier_name(tx, opening, supplier), form) for supplier, form in forms.items()]
    sheets = [ScoreSheet.from_bytes(reveal.sheet) for _, reveal in reveals]
    context = context_of(tx, day)
    result = evaluate_lot(day.tender, day.lot.code, bids, reviews, sheets, context)
    return Ranking(
        opening=opening.id,
        lot=day.lot.code,
        scheme=day.tender.digest,
        closed=closed.id,
        reveals=tuple(id_ for id_, _ in reveals),
        bids=result.bids,
        candidates=result.candidates,
        computed_at=tx.now,
        context=context,
        open_points=result.open_points,
    )

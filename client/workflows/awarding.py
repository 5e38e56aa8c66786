"""Confirmation of the result, the notice sealed and sent, what each loser is told (R-087, R-088, L-271 … L-274)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from client.acts import Act
from client.papers import Papers
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from documents.data import AwardNoticePrint
from documents.papers import print_award_notice
from documents.tender_words import term_words
from procurement.awarding.award import AwardConfirmation, AwardDeemed, AwardNotice, ResultLetter
from procurement.basics.problems import Refused
from procurement.evaluation.sheets import EvaluationReport, RankedBid, Ranking
from procurement.opening.session import Closing, Freeze, Opening
from procurement.performing.signing import contract_due


class Awarding(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.papers = Papers(place)

    @verb()
    def confirm(
        self,
        report_id: str,
        responsible: str,
        *,
        winner: str = "",
        skip_ground: Literal["", "winner-refused", "cannot-perform", "challenge-upheld"] = "",
        reason: str = "",
    ) -> Outcome:
        """The purchaser confirms the first candidate, or another with a lawful ground (L-272)."""
        report = self.place.acts.get(EvaluationReport, report_id).value
        ranking = self.place.acts.get(Ranking, report.ranking).value
        if not winner and not ranking.candidates:
            raise Refused("no-candidate", "The committee recommends nobody; procure again.", lot=report.lot)
        statement = AwardConfirmation(
            report=report_id,
            lot=report.lot,
            winner=winner or ranking.candidates[0],
            responsible=responsible,
            skip_ground=skip_ground,
            reason=reason,
        )
        return self.place.act(statement, subject=report.lot)

    @verb("print")
    def send_notice(self, confirmation_id: str, *, term: str = "", amount: Decimal | None = None) -> Outcome:
        """中标通知书: printed, sealed with the agency's token, sent.

        `amount` is the contract amount where the quote is a rate; otherwise the quote is the amount (L-512).
        """
        report_id, winner = self._confirmed(confirmation_id)
        report = self.place.acts.get(EvaluationReport, report_id)
        ranking = self.place.acts.get(Ranking, report.value.ranking)
        opening = self.place.acts.get(Opening, ranking.value.opening)
        freeze = self.place.acts.get(Freeze, opening.value.freeze)
        closing = self.place.acts.get(Closing, freeze.value.closing)
        published = self.tenders.by_tv(closing.value.tender)
        lot = published.lot(report.value.lot)
        bid = _bid_of(ranking.value, winner)
        now = self.place.now()
        figure = lot.quote.figures[0]
        data = AwardNoticePrint(
            project=self.papers.project(published, lot.code),
            number=published.tender.number,
            winner=self.papers.supplier(winner, bid.name),
            amount=bid.quote if amount is None else amount,
            quote=f"{bid.quote:,f} {figure.unit}",
            term=term or term_words(lot.term),
            opened=opening.item.t_recv,
            evaluated=ranking.value.computed_at,
            confirmation=confirmation_id,
            contract_until=contract_due(now, published.tender.contract.sign_days),
            sent=now,
        )
        pdf = self.papers.seal(lambda path: print_award_notice(data, path), "agency", "中标通知书")
        notice = AwardNotice(
            confirmation=confirmation_id,
            number=published.tender.number,
            lot=lot.code,
            project_name=published.tender.title,
            winner=winner,
            winner_name=bid.name,
            amount=data.amount,
            quote=bid.quote,
            sent=now,
            pdf=pdf,
        )
        return self.place.act(notice, files=(pdf,), subject=published.tender.title)

    @verb()
    def tell_losers(self, notice_id: str) -> tuple[Outcome, ...]:
        """结果告知: each bidder that did not win learns its own score and rank, or why it was out (L-274)."""
        notice = self.place.acts.get(AwardNotice, notice_id)
        report_id, _ = self._confirmed(notice.value.confirmation)
        ranking = self.place.acts.get(Ranking, self.place.acts.get(EvaluationReport, report_id).value.ranking).value
        told = {act.value.supplier for act in self.place.acts.all(ResultLetter, notice=notice_id)}
        return tuple(
            self.place.act(
                ResultLetter(
                    notice=notice_id, supplier=bid.supplier, rank=bid.rank, total=bid.total, reason=bid.reason
                ),
                subject=bid.name,
            )
            for bid in ranking.bids
            if bid.supplier != notice.value.winner and bid.supplier not in told
        )

    def _confirmed(self, confirmation_id: str) -> tuple[str, str]:
        """Report and winner of a confirmation, or of the award deemed by silence."""
        acts = self.place.acts
        given: list[Act[AwardConfirmation] | Act[AwardDeemed]] = [*acts.all(AwardConfirmation), *acts.all(AwardDeemed)]
        for act in given:
            if act.id == confirmation_id:
                return act.value.report, act.value.winner
        raise Refused("act-not-here", "Fetch what is new; the confirmation has not arrived.", act="award-confirmation")


def _bid_of(ranking: Ranking, supplier: str) -> RankedBid:
    for bid in ranking.bids:
        if bid.supplier == supplier:
            return bid
    raise Refused("winner-not-ranked", "Name a bidder of the ranking.", supplier=supplier)

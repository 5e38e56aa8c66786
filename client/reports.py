"""The evaluation report's data, computed from signed acts and opened bids alone: agency and members print the same bytes (M10)."""

from __future__ import annotations

from collections.abc import Iterable

from client.acts import Act
from client.collusion import collusion_section
from client.lot_day import LotDay, lot_day
from client.papers import Papers
from client.report_sections import sections
from client.tenders import Tenders
from client.workplace import Workplace
from documents.data import Fact
from documents.report_data import CodeName, EvaluationReportPrint, PanelLine, ReviewedItem, ReviewMark
from documents.scheme_words import price_rules, report_lines, rounding_words
from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import Refused
from procurement.evaluation.committee import leader_of
from procurement.evaluation.panel import LeaderVote, Panel, SignIn
from procurement.evaluation.sheets import (
    ConformityReview,
    QualificationReview,
    Ranking,
    ReviewClosed,
    ScoreCorrection,
    ScoreReveal,
    ScoreSheet,
)
from procurement.opening.readout import read_out_rows

SHEET_LIMIT = 16 * 1024 * 1024


class Reports:
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        self._place = place
        self._tenders = tenders
        self._papers = Papers(place)

    def data(self, ranking_id: str) -> EvaluationReportPrint:
        """Everything the report says about one ranking. Raises `Refused("act-not-here")` when an act is missing."""
        acts = self._place.acts
        ranking = acts.get(Ranking, ranking_id)
        day = lot_day(self._place, self._tenders, ranking.value.opening)
        lot = day.published.lot(day.lot)
        panel = acts.only(Panel, opening=day.opening.id)
        closed = acts.only(ReviewClosed, opening=day.opening.id)
        qualification = acts.get(QualificationReview, closed.value.qualification)
        sheets = self._sheets(ranking.value)
        return EvaluationReportPrint(
            project=self._papers.project(day.published, day.lot),
            announcement=self._announcement(day),
            opened=day.opening.item.t_recv,
            place=day.published.tender.opening.place,
            rows=read_out_rows(lot, day.cases),
            panel=self._panel(panel.id, panel.value),
            drawn_from=panel.value.drawn_from,
            method=(
                Fact(label="采购方式", text=day.published.tender.profile.title),
                *(Fact(label=f"价格评审 {place}", text=line) for place, line in enumerate(price_rules(lot), 1)),
            ),
            rounding=rounding_words(lot.scheme) or ("不另行修约",),
            quote_unit=lot.quote.figures[0].unit,
            qualification_by=acts.signer(qualification).name,
            qualification=self._qualification(day, qualification.value),
            conformity=self._conformity(
                day, [acts.get(ConformityReview, one).value for one in closed.value.conformity]
            ),
            items=report_lines(lot.scheme),
            sheets=sheets,
            bids=ranking.value.bids,
            candidates=ranking.value.candidates,
            names=tuple(CodeName(code=one.code, name=one.label) for one in lot.quote.figures)
            + tuple(CodeName(code=one.code, name=one.title) for one in lot.scheme.deductions),
            others=sections(acts, ranking.value, day.names, {m.member: m.name for m in panel.value.members}),
            collusion=collusion_section(day.published.tender, day.names, day.forms),
            opening=day.opening.id,
            ranking=ranking_id,
            finished=ranking.value.computed_at,
        )

    def _sheets(self, ranking: Ranking) -> tuple[ScoreSheet, ...]:
        """The sheets a ranking rests on, each from its reveal or its correction."""
        acts = self._place.acts
        given: list[Act[ScoreReveal] | Act[ScoreCorrection]] = [*acts.all(ScoreReveal), *acts.all(ScoreCorrection)]
        bodies = {a.id: a.value.sheet if isinstance(a.value, ScoreReveal) else a.value.corrected for a in given}
        missing = [one for one in ranking.reveals if one not in bodies]
        if missing:
            raise Refused(
                "act-not-here", "Fetch what is new; the act this rests on has not arrived.", act="score-reveal"
            )
        return tuple(ScoreSheet.from_bytes(bodies[one], SHEET_LIMIT) for one in ranking.reveals)

    def _announcement(self, day: LotDay) -> tuple[Fact, ...]:
        found = []
        for one in self._tenders.versions(day.published.package.tender_id):
            local = one.act.item.t_recv.astimezone(SHANGHAI)
            label = "采购公告" if one.package.version == 1 else f"更正公告（第{one.package.version}版）"
            found.append(Fact(label=label, text=f"{local:%Y-%m-%d %H:%M}，本平台公开发布"))
        return tuple(found)

    def _panel(self, panel_id: str, panel: Panel) -> tuple[PanelLine, ...]:
        acts = self._place.acts
        leader = leader_of(panel, [act.value for act in acts.all(LeaderVote, panel=panel_id)])
        signed = {act.value.member: act.item.t_recv for act in acts.all(SignIn, panel=panel_id)}
        return tuple(
            PanelLine(
                member=one.member,
                name=one.name,
                kind=one.kind,
                leader=one.member == leader,
                signed_in=signed[one.member],
            )
            for one in panel.members
            if one.member in signed
        )

    def _qualification(self, day: LotDay, review: QualificationReview) -> tuple[ReviewedItem, ...]:
        items = day.published.tender.qualification_of(day.published.lot(day.lot))
        return tuple(
            ReviewedItem(
                code=item.code,
                name=item.title,
                marks=tuple(
                    ReviewMark(
                        supplier=one.supplier,
                        passed=one.passed,
                        in_favour=int(one.passed),
                        votes=1,
                        reason=one.reason,
                    )
                    for one in review.verdicts
                    if one.item == item.code
                ),
            )
            for item in items
        )

    def _conformity(self, day: LotDay, reviews: list[ConformityReview]) -> tuple[ReviewedItem, ...]:
        return tuple(
            ReviewedItem(code=item.code, name=item.title, marks=tuple(_votes(item.code, reviews)))
            for item in day.published.lot(day.lot).conformity
        )


def _votes(item: str, reviews: list[ConformityReview]) -> Iterable[ReviewMark]:
    given = [one for review in reviews for one in review.verdicts if one.item == item]
    for supplier in dict.fromkeys(one.supplier for one in given):
        mine = [one for one in given if one.supplier == supplier]
        against = [one for one in mine if not one.passed]
        yield ReviewMark(
            supplier=supplier,
            passed=2 * len(against) <= len(mine),
            in_favour=len(mine) - len(against),
            votes=len(mine),
            reason="；".join(dict.fromkeys(one.reason for one in against)),
        )

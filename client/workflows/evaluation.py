"""The committee as the agency runs it: panel, identity, qualification, report (R-089 … R-093)."""

from __future__ import annotations

from collections.abc import Sequence

from client.lot_day import LotDay, lot_day
from client.papers import Papers
from client.reports import Reports
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from documents.papers import print_evaluation_report
from procurement.basics.parties import Registration
from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.evaluation.panel import IdentityCheck, Panel, PanelMember, SignIn
from procurement.evaluation.sheets import EvaluationReport, QualificationReview, Ranking, Verdict


class Committee(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.papers = Papers(place)
        self.reports = Reports(place, tenders)

    @verb()
    def name_panel(
        self,
        opening_id: str,
        members: Sequence[str],
        drawn_from: str,
        *,
        representatives: Sequence[str] = (),
    ) -> Outcome:
        """The panel by the members' numbers; `representatives` are those of them who stand for the purchaser."""
        day = lot_day(self.place, self.tenders, opening_id)
        named = tuple(self._member(one, one in representatives) for one in members)
        panel = Panel(tender=day.published.tv, lot=day.lot, opening=opening_id, members=named, drawn_from=drawn_from)
        return self.place.act(panel, subject=day.lot)

    def _member(self, number: str, representative: bool) -> PanelMember:
        known = self.place.acts.last(Registration, actor=number, role=Role.EXPERT)
        if known is None:
            raise Refused("member-not-registered", "Name members registered as experts.", member=number)
        return PanelMember(
            member=number,
            name=known.value.name,
            certificate=self.place.acts.signer(known).certificate,
            kind="purchaser-representative" if representative else "expert",
        )

    @verb()
    def check_identity(self, sign_in_id: str, witness: str, reason: str) -> Outcome:
        """Identity of a signed-in member checked by hand with a witness (R-091, L-916)."""
        given = self.place.acts.get(SignIn, sign_in_id).value
        check = IdentityCheck(sign_in=sign_in_id, member=given.member, method="manual", witness=witness, reason=reason)
        return self.place.act(check)

    def opened(self, opening_id: str) -> LotDay:
        """The opened bids with their forms; may have to fetch them."""
        return lot_day(self.place, self.tenders, opening_id)

    def qualification_items(self, opening_id: str) -> tuple[tuple[str, str], ...]:
        """(supplier, item code) of every verdict that a qualification review needs."""
        return qualification_items(self.opened(opening_id))

    @verb()
    def review_qualification(self, opening_id: str, verdicts: Sequence[Verdict]) -> Outcome:
        """资格审查 by the purchaser or the agency (L-241)."""
        day = lot_day(self.place, self.tenders, opening_id)
        review = QualificationReview(opening=opening_id, lot=day.lot, verdicts=tuple(verdicts))
        return self.place.act(review, subject=day.lot)

    @verb("print")
    def make_report(self, ranking_id: str) -> Outcome:
        """评审报告: printed from the signed acts alone, so that every member can print it again and compare (M10)."""
        ranking = self.place.acts.get(Ranking, ranking_id)
        data = self.reports.data(ranking_id)
        pdf = self.papers.keep(lambda path: print_evaluation_report(data, path))
        report = EvaluationReport(ranking=ranking_id, lot=ranking.value.lot, pdf=pdf)
        return self.place.act(report, files=(pdf,), subject=ranking.value.lot)


def qualification_items(day: LotDay) -> tuple[tuple[str, str], ...]:
    """(supplier, item code) of every verdict that a qualification review of these bids needs."""
    items = day.published.tender.qualification_of(day.published.lot(day.lot))
    return tuple((supplier, item.code) for supplier in day.forms for item in items)

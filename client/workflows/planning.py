"""Budget, intention, requirement, plan, entrustment (R-046 … R-050)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome
from offline_cache.blobs import file_digest
from procurement.planning.budget import BudgetImport, BudgetLine
from procurement.planning.entrust import AgencyProfile, Entrustment, EntrustmentAcceptance
from procurement.planning.intention import Intention
from procurement.planning.plan import Method, Organisation, Plan, PlanApproval, PlanLine, PlanNumbering
from procurement.planning.requirement import Requirement, RequirementItem, Review, Survey


class Planning(Workflow):
    @verb()
    def import_budget(self, year: int, batch: str, operator: str, source: Path, lines: Sequence[BudgetLine]) -> Outcome:
        """Finance imports a batch by hand; `source` is the file that came from the intranet (R-017)."""
        return self.place.act(
            BudgetImport(
                region=self.place.profile.region,
                year=year,
                batch=batch,
                operator=operator,
                source_digest=file_digest(source),
                lines=tuple(lines),
            ),
            subject=batch,
        )

    @verb()
    def publish_intention(
        self,
        budget: str,
        lines: Sequence[str],
        project_name: str,
        outline: str,
        amount: Decimal,
        expected_month: str,
        *,
        route: Literal["before-plan", "with-plan"] = "before-plan",
        note: str = "",
        exemption: str = "",
    ) -> Outcome:
        """采购意向 on lines of the import `budget` (an id). `expected_month` reads YYYY-MM."""
        return self.place.act(
            Intention(
                purchaser=self.me,
                budget=budget,
                lines=tuple(lines),
                project_name=project_name,
                outline=outline,
                amount=amount,
                expected_month=expected_month,
                route=route,
                note=note,
                exemption=exemption,
            ),
            subject=project_name,
        )

    @verb()
    def sign_requirement(
        self,
        intention: str,
        nature: Literal["goods", "services", "works"],
        amount: Decimal,
        items: Sequence[RequirementItem],
        drafted_by: Sequence[str],
        responsible: str,
        review: Review,
        *,
        survey: Survey | None = None,
        public_interest: bool = False,
        complex_: bool = False,
    ) -> Outcome:
        """采购需求 with its responsible person (R-128), resting on an intention."""
        named = self.place.acts.get(Intention, intention).value.project_name
        return self.place.act(
            Requirement(
                purchaser=self.me,
                intention=intention,
                nature=nature,
                amount=amount,
                items=tuple(items),
                drafted_by=tuple(drafted_by),
                responsible=responsible,
                survey=survey,
                review=review,
                public_interest=public_interest,
                complex=complex_,
            ),
            subject=named,
        )

    @verb()
    def submit_plan(
        self,
        requirement: str,
        category: str,
        organisation: Organisation,
        method: Method,
        lines: Sequence[PlanLine],
        *,
        reserved_for_sme: bool = False,
        method_approval: str = "",
        year: int | None = None,
    ) -> Outcome:
        """采购计划. Name, nature and amount come from the requirement, its intention and the lines."""
        basis = self.place.acts.get(Requirement, requirement).value
        intention = self.place.acts.get(Intention, basis.intention).value
        return self.place.act(
            Plan(
                purchaser=self.me,
                requirement=requirement,
                project_name=intention.project_name,
                year=year or self.place.now().year,
                region=self.place.profile.region,
                category=category,
                organisation=organisation,
                method=method,
                nature=basis.nature,
                reserved_for_sme=reserved_for_sme,
                lines=tuple(lines),
                amount=sum((line.amount for line in lines), Decimal("0.00")),
                method_approval=method_approval,
            ),
            subject=intention.project_name,
        )

    @verb()
    def decide_plan(self, plan: str, approved: bool, reason: str) -> Outcome:
        """Finance approves or refuses a plan of its region; the platform numbers an approved one by itself."""
        named = self.place.acts.get(Plan, plan).value.project_name
        return self.place.act(
            PlanApproval(plan=plan, region=self.place.profile.region, approved=approved, reason=reason), subject=named
        )

    @verb()
    def configure_agency(self, contact: str, landline: str, kind: Literal["central", "social"] = "social") -> Outcome:
        """委托受理配置: who is reached where. `landline` as 0351-4123456 (R-029)."""
        return self.place.act(AgencyProfile(agency=self.me, contact=contact, landline=landline, kind=kind))

    @verb()
    def entrust(self, number: str, agency: str, scope: str, authority: str, until: datetime, reviewer: str) -> Outcome:
        """委托协议 for the plan that carries 备案号 `number`, signed after the internal review (R-030)."""
        numbering = self.place.acts.only(PlanNumbering, number=number)
        return self.place.act(
            Entrustment(
                purchaser=self.me,
                agency=agency,
                numbering=numbering.id,
                number=number,
                scope=scope,
                authority=authority,
                until=until,
                reviewer=reviewer,
            ),
            subject=number,
        )

    @verb()
    def accept_entrustment(self, entrustment: str, contact: str) -> Outcome:
        number = self.place.acts.get(Entrustment, entrustment).value.number
        return self.place.act(
            EntrustmentAcceptance(agency=self.me, entrustment=entrustment, contact=contact), subject=number
        )

    # -- what one needs to look up

    def number_of(self, plan: str) -> str:
        """The 备案号 of a plan. Raises `Refused("act-not-here")` while there is none."""
        return self.place.acts.only(PlanNumbering, plan=plan).value.number

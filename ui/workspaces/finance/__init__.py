"""Finance and supervision: what was done, plans to decide, payments to check, the shares a supervisor keeps."""

from __future__ import annotations

from procurement.basics.roles import Role
from ui.boards.custody import CustodyPage
from ui.boards.ledger import LedgerPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.page import Page
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.workspaces import Workspace
from ui.workspaces.finance.oversight import OversightPage
from ui.workspaces.finance.payments import PaymentsPage
from ui.workspaces.finance.plans import PlansPage


def workspace(context: Context) -> Workspace:
    """Places and pages of a finance office or a supervisor."""
    finance = context.desk.role is Role.FINANCE

    def make_page(route: Route) -> Page:
        if route.place == "custody":
            return CustodyPage(context)
        if route.place == "oversight":
            return OversightPage(context)
        if route.place == "payments":
            return PaymentsPage(context)
        return PlansPage(context) if route.place == "plans" else LedgerPage(context, tr("办理记录"))

    duties: tuple[Place, ...] = (Place("oversight", tr("监督"), "gavel"), Place("custody", tr("托管"), "key"))
    if finance:
        duties = (Place("plans", tr("计划"), "list"), Place("payments", tr("支付"), "money"))
    title = tr("财政部门") if finance else tr("监管部门")
    return Workspace(title, (Place("desk", tr("记录"), "archive"), *duties), make_page, Route("desk"))

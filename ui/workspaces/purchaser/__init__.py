"""The purchaser's windows: what was done, the result to confirm, contracts to payment, the shares it keeps."""

from __future__ import annotations

from ui.boards.answers import AnswersPage
from ui.boards.custody import CustodyPage
from ui.boards.ledger import LedgerPage
from ui.boards.replies import RepliesPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.page import Page
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.workspaces import Workspace
from ui.workspaces.purchaser.contracts import ContractsPage
from ui.workspaces.purchaser.results import ResultsPage
from ui.workspaces.purchaser.talks import ChangesPage


def workspace(context: Context) -> Workspace:
    """Places and pages of a purchaser."""

    def make_page(route: Route) -> Page:
        if route.place == "custody":
            return CustodyPage(context)
        if route.place == "questions":
            return AnswersPage(context)
        if route.place == "challenges":
            return RepliesPage(context)
        if route.place == "changes":
            return ChangesPage(context)
        if route.place == "contracts":
            return ContractsPage(context)
        return ResultsPage(context) if route.place == "results" else LedgerPage(context, tr("办理记录"))

    places = (
        Place("desk", tr("记录"), "list"),
        Place("results", tr("结果"), "gavel"),
        Place("changes", tr("变动"), "chat"),
        Place("contracts", tr("合同"), "file"),
        Place("questions", tr("询问"), "info"),
        Place("challenges", tr("质疑"), "chat"),
        Place("custody", tr("托管"), "key"),
    )

    def unread() -> dict[str, int]:
        return {"questions": context.desk.asking.open_count(), "changes": context.desk.talking.unconfirmed()}

    return Workspace(tr("采购人"), places, make_page, Route("desk"), unread=unread)

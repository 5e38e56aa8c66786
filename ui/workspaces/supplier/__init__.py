"""The supplier's windows: find a tender, prepare a bid, seal and deliver it, attend its opening."""

from __future__ import annotations

from ui.context import Context
from ui.i18n import tr
from ui.kit.page import Page
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.workspaces import Workspace
from ui.workspaces.supplier.alerts import AlertsPage, tell_due
from ui.workspaces.supplier.ask import AskPage
from ui.workspaces.supplier.challenge import ChallengePage
from ui.workspaces.supplier.home import ProjectsPage
from ui.workspaces.supplier.library import LibraryPage
from ui.workspaces.supplier.tender_page import TenderPage


def workspace(context: Context) -> Workspace:
    """Places and pages of a supplier."""

    def make_page(route: Route) -> Page:
        if route.place == "alerts":
            return AlertsPage(context)
        if route.place == "questions":
            return AskPage(context, answer=route.lot) if route.lot else AskPage(context, route.tender)
        if route.place == "challenge":
            return ChallengePage(context)
        if route.place == "library":
            return LibraryPage(context)
        if route.tender and route.lot:
            return TenderPage(context, route)
        return ProjectsPage(context, mine=route.place == "projects")

    def unread() -> dict[str, int]:
        answered = context.desk.asking.unread()
        return {"alerts": sum(not one.read for one in context.desk.alerts.told()), "questions": answered}

    places = (
        Place("projects", tr("项目"), "folder"),
        Place("find", tr("找标"), "search"),
        Place("library", tr("资料库"), "archive"),
        Place("questions", tr("询问"), "info"),
        Place("challenge", tr("质疑"), "chat"),
        Place("alerts", tr("提醒"), "bell"),
    )
    return Workspace(tr("供应商"), places, make_page, Route("projects"), news=lambda: tell_due(context), unread=unread)

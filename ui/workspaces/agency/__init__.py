"""The agency's windows: publish and correct a tender, keep its shares, run its opening, organise the evaluation."""

from __future__ import annotations

from ui.boards.answers import AnswersPage
from ui.boards.custody import CustodyPage
from ui.boards.replies import RepliesPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.page import Page
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.workspaces import Workspace
from ui.workspaces.agency.correct import CorrectPage
from ui.workspaces.agency.desk_page import DeskPage
from ui.workspaces.agency.lot_page import LotPage
from ui.workspaces.agency.publish import PublishPage


def workspace(context: Context) -> Workspace:
    """Places and pages of an agency."""

    def make_page(route: Route) -> Page:
        if route.place == "publish":
            return PublishPage(context)
        if route.place == "custody":
            return CustodyPage(context)
        if route.place == "questions":
            return AnswersPage(context)
        if route.place == "challenges":
            return RepliesPage(context)
        if route.place == "correct":
            return CorrectPage(context, route.tender)
        if route.tender and route.lot:
            return LotPage(context, route)
        return DeskPage(context)

    places = (
        Place("desk", tr("工作台"), "home"),
        Place("publish", tr("发布"), "upload"),
        Place("questions", tr("询问"), "info"),
        Place("challenges", tr("质疑"), "chat"),
        Place("custody", tr("托管"), "key"),
    )

    def unread() -> dict[str, int]:
        return {"questions": context.desk.asking.open_count()}

    return Workspace(tr("采购代理机构·主持"), places, make_page, Route("desk"), unread=unread)

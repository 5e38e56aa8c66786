"""The expert's windows: sign in, review, score, sign the report."""

from __future__ import annotations

from ui.context import Context
from ui.i18n import tr
from ui.kit.page import Page
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.workspaces import Workspace
from ui.workspaces.expert.room_page import RoomPage
from ui.workspaces.expert.rooms import RoomsPage


def workspace(context: Context) -> Workspace:
    """Places and pages of a member of a committee."""

    def make_page(route: Route) -> Page:
        if route.tender and route.lot:
            return RoomPage(context, route)
        return RoomsPage(context)

    return Workspace(tr("评审专家"), (Place("rooms", tr("评审室"), "people"),), make_page, Route("rooms"))

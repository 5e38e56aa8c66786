"""The workspaces, one for each who looks through these windows. They do not know one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import ui.guard  # noqa: F401 - before any class is derived from Qt's
from procurement.basics.roles import Role
from ui.context import Context
from ui.kit.page import Page
from ui.shell.herald import News
from ui.shell.navigation import Route
from ui.shell.rail import Place

_ROOMS: dict[Role, str] = {
    Role.SUPPLIER: "supplier",
    Role.AGENCY: "agency",
    Role.EXPERT: "expert",
    Role.PURCHASER: "purchaser",
    Role.FINANCE: "finance",
    Role.SUPERVISOR: "finance",
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """A role's places and pages. `title` is what the top bar says."""

    title: str
    places: Sequence[Place]
    make_page: Callable[[Route], Page]
    first: Route
    news: Callable[[], Sequence[News]] | None = None
    """What is to be told unasked now; each is given once"""
    unread: Callable[[], dict[str, int]] = dict
    """Bubbles of places: how much is unread there"""


def fetch_workspace(role: Role) -> ModuleType:
    """Import a role's windows, on any thread, so that no page has to be waited for later."""
    return import_module(f"ui.workspaces.{_ROOMS[role]}")


def open_workspace(role: Role, context: Context) -> Workspace:
    """The workspace of a role, imported now if it was not fetched."""
    made: Workspace = fetch_workspace(role).workspace(context)
    return made

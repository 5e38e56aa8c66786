"""Buttons: primary (one on a page), default, link, danger, icon only. Verb and object in their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from ui import theme
from ui.theme.icons import icon as make_icon

Kind = Literal["primary", "default", "link", "danger", "icon"]


def button(
    text: str,
    kind: Kind = "default",
    pressed: Callable[[], object] | None = None,
    *,
    icon: str = "",
    small: bool = False,
    tall: bool = False,
    name: str = "",
    object_name: str = "",
) -> QPushButton:
    """A button. `name` is its accessible name where the words alone do not say it; icon-only buttons must give one."""
    tokens = theme.current()
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setProperty("small", small)
    made.setProperty("tall", tall)
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    if object_name:
        made.setObjectName(object_name)
    if icon:
        ink = {"primary": tokens.on_primary, "link": tokens.link, "danger": tokens.danger}.get(kind, tokens.text2)
        made.setIcon(make_icon(icon, ink, tokens.text3))
        made.setIconSize(QSize(16, 16))
    if kind == "icon":
        made.setToolTip(name)
        made.setFixedSize(28, 28)
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made

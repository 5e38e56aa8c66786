"""Tab goes as one reads: by the place of things in their layouts, whenever they were made.

Qt's own chain is the order of making. What is made later (an editor, a finding, a tab) would come last, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QScrollArea, QWidget


def in_reading_order(root: QWidget) -> Iterator[QWidget]:
    """What Tab reaches in a widget, itself first, as it stands on the screen."""
    if not root.isVisible() or not root.isEnabled():
        return
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus and root.focusProxy() is None:
        yield root
    layout = root.layout()
    others = [one for one in root.children() if isinstance(one, QWidget) and not one.isWindow()]
    placed = list(_placed(layout, others)) if layout is not None else []
    for child in (*placed, *others):
        yield from in_reading_order(child)


def first_in(root: QWidget) -> QWidget | None:
    """The first control that Tab reaches in a widget."""
    return next(in_reading_order(root), None)


def step(window: QWidget, start: QWidget, *, forward: bool) -> bool:
    """Give the focus to what comes after (or before) the widget that has it; False where that one has no place in the order."""
    order = list(in_reading_order(window))
    if start not in order:
        return False
    target = order[(order.index(start) + (1 if forward else -1)) % len(order)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    bring_into_view(target)
    return True


def bring_into_view(control: QWidget, wide: int = 24, high: int = 48) -> None:
    """Scroll every area around a control so that it is seen, with so many pixels about it."""
    above = control.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(control, wide, high)
        above = above.parentWidget()


def _placed(layout: QLayout, among: list[QWidget]) -> Iterator[QWidget]:
    """Those `among` the children that stand in a layout, in its order; found ones are taken out of `among`.

    Asked by `indexOf`, never by `itemAt`: PySide keeps what that gives as long as the layout lives, Qt deletes it with its widget.
    Whatever Qt then made at the same place in memory took the program down when it went.
    """
    inside: list[QWidget | QLayout] = [one for one in layout.children() if isinstance(one, QLayout)]
    inside += among
    places = {one: place for one in inside if (place := layout.indexOf(one)) >= 0}
    if isinstance(layout, QGridLayout):
        order = sorted(places, key=lambda one: (*layout.getItemPosition(places[one])[:2], places[one]))  # type: ignore[index]
    else:
        order = sorted(places, key=places.__getitem__)
    for one in order:
        if isinstance(one, QLayout):
            yield from _placed(one, among)
        else:
            among.remove(one)
            yield one

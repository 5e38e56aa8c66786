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
    placed = list(_placed(layout)) if layout is not None else []
    others = [one for one in root.children() if isinstance(one, QWidget) and not one.isWindow() and one not in placed]
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


def _placed(layout: QLayout) -> Iterator[QWidget]:
    places = range(layout.count())
    if isinstance(layout, QGridLayout):
        places = sorted(places, key=lambda place: layout.getItemPosition(place)[:2])  # type: ignore[index,assignment]
    for place in places:
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _placed(inner)

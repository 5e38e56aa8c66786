"""Walks all controls of a window: names those that a screen reader or a keyboard would not find, and words that are cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from client.desk import Desk
from ui.i18n import use_language
from ui.kit.badge import Badge
from ui.kit.choice import Choice
from ui.kit.fitting import Floor
from ui.kit.pinned import Pinned
from ui.kit.steps import StepTab
from ui.kit.tables import WRAPPED, Table
from ui.shell.rail import PlaceButton
from ui.shell.window import Window
from ui.theme import scale
from ui.theme.fonts import sized
from ui.theme.style import apply
from ui.theme.tokens import ThemeName

SCREENS, SCALES, BAR = ((1366, 768), (1920, 1080), (2880, 1800)), (1.0, 1.25, 1.5, 2.0), 40
"""Screens in use, how far the system may enlarge what is on them, and what its own bar takes"""
Size = tuple[int, int]
MATRIX: tuple[Size, ...] = tuple(
    sorted({(round(wide / scale), round(high / scale) - BAR) for wide, high in SCREENS for scale in SCALES})
)
"""Every screen at every scale, in units of the window: all that a layout sees of them"""
NARROWEST = min(wide for wide, _high in MATRIX)
"""Letters of 150 % need half as much again: with both at once, enlarged system and enlarged letters, the narrowest windows scroll"""
SMALL: tuple[Size, ...] = ((1366, 728),)
Dress = tuple[str, int, tuple[Size, ...], ThemeName]
DRESS: tuple[Dress, ...] = (
    ("zh", 100, MATRIX, "light"),
    ("en", 150, MATRIX, "contrast"),
    ("zh", 150, SMALL, "dark"),
    ("en", 100, SMALL, "dark"),
)
"""Language, letter size in percent, sizes of the window, theme"""


def name_of(dress: Dress) -> str:
    return f"{dress[0]}-{dress[1]}-{len(dress[2])}-{dress[3]}"


class Strays(QObject):
    """Hears of widgets that are shown as windows of their own, before they have their place: they flash, and take the keys."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.found: list[str] = []
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            plain = watched.windowFlags() & Qt.WindowType.WindowType_Mask == Qt.WindowType.Window
            if plain and not isinstance(watched, QMainWindow):
                words = watched.text() if isinstance(watched, QLabel) else watched.objectName()
                self.found.append(f"shown as a window: {type(watched).__name__} {words}")
        return False

    def stop(self) -> None:
        self._app.removeEventFilter(self)


CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)


def controls(root: QWidget) -> list[QWidget]:
    """Every control under `root` that a person can operate."""
    found = [child for child in root.findChildren(QWidget) if isinstance(child, CONTROLS)]
    return [child for child in found if not isinstance(child, QHeaderView) and not _inner(child)]


def _inner(child: QWidget) -> bool:
    """Parts inside a control: the list of a combo box, the corner of a table, the columns kept at the left of a grid."""
    if isinstance(child, Pinned):  # the grid's own cells, which Tab and arrows reach in the grid
        return True
    parent = child.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox):
            return True
        parent = parent.parentWidget()
    return type(child).__name__ == "QTableCornerButton" or child.metaObject().className() == "QTableCornerButton"


def nameless(root: QWidget) -> list[str]:
    """Controls without an accessible name."""
    return [
        f"{type(child).__name__} in {type(child.parentWidget()).__name__}"
        for child in controls(root)
        if not child.accessibleName().strip()
    ]


def unreachable(root: QWidget) -> list[str]:
    """Enabled controls that the tab key never reaches."""
    return [
        child.accessibleName()
        for child in controls(root)
        if child.isEnabled() and not child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def clipped(root: QWidget) -> list[str]:
    """Words in view that are cut: labels, buttons and heads smaller than their text, or hanging over their parent's edge.

    What is typed into a grid, lists of more than two hundred rows and a `Choice` (which opens) may end in an ellipsis and do not count.
    """
    found = []
    for child in root.findChildren(QWidget):
        if not child.isVisible() or _inside_a_table(child):
            continue
        words = _words(child)
        if words and (_too_small(child) or _over_the_edge(child)):
            space = f"{child.width()}x{child.height()} of {_wanted(child).width()}x{_wanted(child).height()}"
            found.append(f"{type(child).__name__} “{words}” {space} in {type(child.parentWidget()).__name__}")
    tables = [table for table in root.findChildren(QTableView) if table.isVisible()]
    return found + [cut for table in tables for cut in (*_cut_heads(table), *_cut_cells(table))]


def _words(child: QWidget) -> str:
    if isinstance(child, PlaceButton | Badge | StepTab):
        return child.accessibleName()
    if isinstance(child, QLabel | QAbstractButton):
        return str(child.text())
    if isinstance(child, QComboBox):
        return "" if isinstance(child, Choice) else child.currentText()
    return ""


def _wanted(child: QWidget) -> QSize:
    """How large a control must be to show its words whole."""
    if (isinstance(child, QLabel) and child.wordWrap()) or (
        isinstance(child, QPushButton) and child.hasHeightForWidth()
    ):
        return QSize(0, child.heightForWidth(child.width()))
    if isinstance(child, PlaceButton):  # pressed together on a low screen, icon and word whole
        return QSize(
            QFontMetrics(sized(12, 500)).horizontalAdvance(child.place.title), child.minimumSizeHint().height()
        )
    if isinstance(child, QComboBox):
        return QSize(child.fontMetrics().horizontalAdvance(child.currentText()) + 40, child.fontMetrics().height())
    return child.sizeHint()


def _too_small(child: QWidget) -> bool:
    wanted = _wanted(child)
    return wanted.width() > child.width() + 1 or wanted.height() > child.height() + 1


def _over_the_edge(child: QWidget) -> bool:
    parent = child.parentWidget()
    if parent is None or child.isWindow() or isinstance(parent.parentWidget(), QScrollArea):
        return False
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(child.geometry())


def _inside_a_table(child: QWidget) -> bool:
    parent = child.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False


def _cut_heads(table: QTableView) -> list[str]:
    head, model = table.horizontalHeader(), table.model()
    if not head.isVisible() or model is None:
        return []
    metrics, cut = QFontMetrics(sized(12, 500)), []
    for place in range(model.columnCount()):
        text = str(model.headerData(place, Qt.Orientation.Horizontal) or "")
        widest = max(metrics.horizontalAdvance(line) for line in text.split("\n"))
        if widest + 8 > head.sectionSize(place):
            cut.append(f"head “{text}” {head.sectionSize(place)} of {widest} in {table.accessibleName()}")
    return cut


def _cut_cells(table: QTableView) -> list[str]:
    """Words in the cells of a list whose row is too low for them."""
    if not isinstance(table, Table) or len(table.rows_model.rows) > WRAPPED:
        return []
    cut = []
    for place in range(len(table.rows_model.rows)):
        for at in range(len(table.rows_model.columns)):
            high, wanted = table.rowHeight(place), table.wanted_height(place, at)
            if wanted > high:
                words = table.rows_model.columns[at].cell(table.rows_model.rows[place]).text
                cut.append(f"cell “{words}” {high} of {wanted} in {table.accessibleName()}")
    return cut


def sideways(root: QWidget) -> list[str]:
    """Parts in view that scroll sideways. Tables and papers may: what is in them has a width of its own."""
    return [
        f"{type(area).__name__} in {type(area.parentWidget()).__name__} scrolls sideways by {area.horizontalScrollBar().maximum()}"
        for area in root.findChildren(QScrollArea)
        if area.isVisible() and area.horizontalScrollBar().maximum() > 0
    ]


def put_on(qapp: QApplication, dress: Dress) -> None:
    """Language, letter size and theme of a dress; the window's size is the caller's to set."""
    use_language(qapp, dress[0])
    apply(qapp, dress[3], dress[1] / 100)


def wrong(window: Window, sizes: tuple[Size, ...] = SMALL) -> list[str]:
    """Everything a walker minds in what is shown, at each of these sizes of the window."""
    found = [*nameless(window), *unreachable(window)]
    for size in sizes:
        window.resize(*size)
        for _ in range(5):
            QApplication.processEvents()
        found += [f"{size}: {one}" for one in (*clipped(window), *lost(window))]
        found += [f"{size}: {one}" for one in tall_heads(window)]
        if size[0] >= NARROWEST * scale():
            found += [f"{size}: {one}" for one in sideways(window)]
    return found


def tall_heads(root: QWidget) -> list[str]:
    """Heads of cards that are higher than their words need: room that the card has too much went to the wrong place."""
    heads = [one for one in root.findChildren(QFrame, "cardHead") if one.isVisible()]
    needed = [max(one.minimumHeight(), one.heightForWidth(one.width())) for one in heads]
    return [
        f"{' '.join(map(_words, one.findChildren(QLabel)))}: head of {one.height()}, needs {high}"
        for one, high in zip(heads, needed, strict=True)
        if one.height() > high
    ]


def lost(window: Window) -> list[str]:
    """Whether part of the page has no place on the window and cannot be scrolled to."""
    floor = window.centralWidget()
    assert isinstance(floor, Floor)
    inner, view = floor.widget(), floor.viewport()
    seen = QSize(
        view.width() + floor.horizontalScrollBar().maximum(), view.height() + floor.verticalScrollBar().maximum()
    )
    whole = inner.size().expandedTo(inner.minimumSizeHint())
    if floor.size() != window.size() or seen.expandedTo(whole) != seen:
        return [f"window {window.size()}, can be scrolled to {seen}, is {whole}"]
    return []


def settle(qtbot: QtBot, desk: Desk) -> None:
    """Until the lanes have brought home what the page asked for, and the page has laid itself out."""
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    for _ in range(3):
        QApplication.processEvents()

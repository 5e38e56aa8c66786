"""What a person sees of a control: its words, and those in the cells of a table."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ui.kit.badge import Badge


def names(control: QWidget) -> list[str]:
    """The words by which a control is known: accessible name, text, object name."""
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return [control.accessibleName(), text, control.objectName()]


def drawn(one: QWidget) -> str:
    """The words a widget draws itself."""
    if isinstance(one, QLabel):
        return one.text()
    if isinstance(one, QAbstractButton):
        return one.text() or one.accessibleName()
    if isinstance(one, Badge):
        return one.accessibleName()
    if isinstance(one, QComboBox):
        return one.currentText()
    if isinstance(one, QPlainTextEdit):
        return one.toPlainText()
    return one.displayText() if isinstance(one, QLineEdit) else ""


def table_cells(table: QAbstractItemView) -> list[list[str]]:
    """What is drawn in the cells of a table, row by row."""
    model, root = table.model(), table.rootIndex()
    if model is None:
        return []
    places, rows = range(model.columnCount(root)), range(model.rowCount(root))
    return [[str(model.index(row, place, root).data() or "") for place in places] for row in rows]


def table_rows(table: QAbstractItemView) -> list[str]:
    return [" ".join(row) for row in table_cells(table)]

"""Walks all controls of a window and names those that a screen reader or a keyboard would not find."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)


def controls(root: QWidget) -> list[QWidget]:
    """Every control under `root` that a person can operate."""
    found = [child for child in root.findChildren(QWidget) if isinstance(child, CONTROLS)]
    return [child for child in found if not isinstance(child, QHeaderView) and not _inner(child)]


def _inner(child: QWidget) -> bool:
    """Parts that Qt makes inside its own controls: the list of a combo box, the corner of a table."""
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

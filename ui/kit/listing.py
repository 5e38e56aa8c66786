"""A table that fills a page, or the reason why it is empty and what to do then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QStackedLayout, QWidget

from ui.kit.cards import Card
from ui.kit.states import StatePane
from ui.kit.tables import Table
from ui.theme.tokens import Tone

T = TypeVar("T")


class Listing(QWidget, Generic[T]):
    """Shows one of the two, never both."""

    def __init__(self, table: Table[T], icon: str, tone: Tone, title: str, text: str) -> None:
        super().__init__()
        self._table = table
        self._card = Card(flush=True)
        self._card.body.addWidget(table)
        self._empty = StatePane()
        self.say_empty(icon, tone, title, text)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._card)
        self._stack.addWidget(self._empty)

    def say_empty(self, icon: str, tone: Tone, title: str, text: str) -> None:
        """What is said while there are no rows."""
        self._empty.say(icon, tone, title, text)

    def show_rows(self, rows: Sequence[T], select: int | None = None) -> None:
        """Show these rows; `select` is the row to stand on while the person has chosen none."""
        self._table.show_rows(rows)
        self._stack.setCurrentWidget(self._card if rows else self._empty)
        if rows and select is not None and not self._table.currentIndex().isValid():
            self._table.selectRow(select)

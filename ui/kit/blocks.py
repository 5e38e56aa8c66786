"""Blocks of cells on the clipboard, as Excel and WPS put and take them: tabs between cells, lines between rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence


def cells_of(text: str) -> list[list[str]]:
    """Rows of cells. A cell with a break or a tab inside stands in quotes; its break becomes a blank."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.endswith("\n"):
        plain = plain[:-1]
    try:
        rows = list(csv.reader(io.StringIO(plain, newline=""), delimiter="\t", strict=True))
    except csv.Error:  # a mark of inches is no quotation
        rows = [line.split("\t") for line in plain.split("\n")]
    return [[" ".join(cell.split("\n")).strip() for cell in row] or [""] for row in rows]


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Cells as a spreadsheet takes them."""
    return "\n".join("\t".join(_quoted(cell) for cell in row) for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in '\t\n"') else cell

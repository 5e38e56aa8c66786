"""Defects of a quote form: weights, limits, tables that do not add up to anything."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from procurement.basics.findings import Finding, block, warn
from procurement.tendering.lot import Lot


def quote_findings(lot: Lot, where: str) -> Iterator[Finding]:
    """Findings on `lot.quote`."""
    figures = lot.quote.figures
    if not figures:
        yield block("quote-missing", f"{where}.quote", "L-208", "Say what is to be quoted.")
        return
    if sum((f.weight for f in figures), Decimal(0)) != 1:
        yield block("quote-weights", f"{where}.quote", "L-211", "The weights of the figures sum to 1.")
    codes = {f.code for f in figures}
    for figure in figures:
        at = f"{where}.quote.{figure.code}"
        higher = figure.dimension == "discount-rate"
        if (figure.direction == "higher") != higher and figure.dimension != "factor":
            yield warn("quote-direction", at, "L-257", "A rate taken off is better when higher, all else when lower.")
        if figure.dimension == "total" and figure.limit is not None and figure.limit > lot.budget:
            yield block("ceiling-over-budget", at, "L-209", "Lower the limit.", limit=figure.limit)
        if figure.limit is None and figure.dimension != "total":
            yield warn("rate-without-limit", at, "L-253", "Give the limit in the rate's own dimension.")
    for table in lot.quote.tables:
        at = f"{where}.quote.{table.code}"
        if table.sums_to and table.sums_to not in codes:
            yield block("table-sum-unknown", at, "L-251", "Name a figure of the quote.", figure=table.sums_to)
        roles = {c.role for c in table.columns}
        if table.sums_to and "amount" not in roles:
            yield block("table-without-amount", at, "L-251", "A table that carries the total has an amount column.")
        for ceiling in table.ceilings:
            if set(ceiling.rows) - {r.code for r in table.rows}:
                yield block("ceiling-without-row", at, "L-208", "Name rows of the table.", what=ceiling.title)
        known = {c.code for c in table.columns}
        for row in table.rows:
            if {c.column for c in row.cells} - known:
                yield block("cell-without-column", at, "L-208", "Put each cell in an existing column.", row=row.code)

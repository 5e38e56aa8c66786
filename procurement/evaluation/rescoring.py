"""改正评分: which marks of a sheet may be set right before the report is signed, and which sheets stand (87号令 第六十四条, L-260).

A committed sheet is never replaced in silence. Where it breaks the scheme, its member reveals it together with the corrected one;
where marks of an objective item differ, or marks lie far out, after the ranking shows them. Only the marks at fault may change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from procurement.basics.problems import Problem, Refused, RuleBroken, Tampered
from procurement.bidding.draft import BidForms
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.marks import CheckedMarks
from procurement.evaluation.scoring import check_sheet
from procurement.evaluation.sheets import (
    Mark,
    OpenPoint,
    ScoreCommit,
    ScoreCorrection,
    ScoreReveal,
    ScoreSheet,
    score_commitment,
)
from procurement.tendering.lot import Lot

Cell = tuple[str, str]
"""Supplier and item"""
SHEET_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stands:
    """The sheet of one commit as it stands, and the act it stands in."""

    act: str
    salt: str
    body: bytes

    @property
    def sheet(self) -> ScoreSheet:
        return ScoreSheet.from_bytes(self.body, SHEET_LIMIT)


def standing(acts: Iterable[tuple[str, ScoreReveal | ScoreCorrection]]) -> dict[str, Stands]:
    """By commit, from reveals and corrections in order: the last one counts."""
    found: dict[str, Stands] = {}
    for id_, act in acts:
        body = act.sheet if isinstance(act, ScoreReveal) else act.corrected
        found[act.commit] = Stands(id_, act.salt, body)
    return found


def faults(
    lot: Lot, forms: Mapping[str, BidForms], body: bytes, member: str, suppliers: Sequence[str]
) -> frozenset[Cell] | None:
    """The marks of a committed sheet that break the scheme; None when it cannot be read as this member's sheet at all."""
    try:
        sheet = ScoreSheet.from_bytes(body, SHEET_LIMIT)
    except Problem:
        return None
    if (sheet.lot, sheet.member) != (lot.code, member):
        return None
    leaves = {leaf.code: leaf for leaf in lot.scheme.leaves}
    checkers = {code: CheckedMarks(leaf) for code, leaf in leaves.items()}
    found: set[Cell] = set()
    seen: set[Cell] = set()
    for mark in sheet.marks:
        cell = (mark.supplier, mark.item)
        if (
            cell in seen
            or mark.item not in leaves
            or mark.supplier not in suppliers
            or not _allowed(checkers[mark.item], mark)
        ):
            found.add(cell)
        seen.add(cell)
    for supplier in suppliers:
        for code, leaf in leaves.items():
            settled = leaf.settled_by == "claims" and claimed_points(lot, leaf, forms[supplier]) is not None
            if (supplier, code) not in seen and not settled:
                found.add((supplier, code))
    return frozenset(found)


def _allowed(checker: CheckedMarks, mark: Mark) -> bool:
    if checker.part.settled_by == "claims" and not mark.reason.strip():
        return False
    try:
        checker.points(mark)
    except Problem:
        return False
    return True


def pointed_at(
    points: Sequence[OpenPoint], ground: str, member: str, lot: Lot, suppliers: Sequence[str]
) -> frozenset[Cell]:
    """The marks of one member that open points of a ranking let change on this ground."""
    places = {p.where for p in points if p.code == ground}
    items = [leaf.code for leaf in lot.scheme.leaves]
    if ground == "objective-marks-differ":
        return frozenset((s, i) for s in suppliers for i in items if f"{i}.{s}" in places)
    return frozenset((s, i) for s in suppliers for i in items if f"{member}.{s}" in places)


def check_corrected(
    lot: Lot,
    forms: Mapping[str, BidForms],
    before: bytes,
    act: ScoreCorrection,
    member: str,
    suppliers: Sequence[str],
    may_change: Collection[Cell] | None,
) -> None:
    """The corrected sheet is whole and allowed, and differs from `before` only in `may_change` (None: it could not be read, so in all)."""
    if may_change is not None and not may_change:
        raise RuleBroken(
            "L-260",
            "sheet-not-at-fault",
            "Only marks that are at fault are set right.",
            member=member,
            ground=act.ground,
        )
    sheet = ScoreSheet.from_bytes(act.corrected, SHEET_LIMIT)
    if (sheet.lot, sheet.member) != (lot.code, member):
        raise Refused("sheet-of-another", "Send the sheet of this member for this lot.", member=member)
    check_sheet(lot, forms, sheet, suppliers)
    if act.corrected == before:
        raise Refused("nothing-corrected", "Set the marks at fault right.", rule="L-260", member=member)
    if may_change is None:
        return
    changed = _differing(ScoreSheet.from_bytes(before, SHEET_LIMIT), sheet)
    beyond = sorted(changed - set(may_change))
    if beyond:
        raise RuleBroken(
            "L-260",
            "correction-beyond-fault",
            "Change only the marks that are at fault.",
            supplier=beyond[0][0],
            item=beyond[0][1],
        )


def _differing(before: ScoreSheet, after: ScoreSheet) -> set[Cell]:
    old = {(m.supplier, m.item): m for m in before.marks}
    new = {(m.supplier, m.item): m for m in after.marks}
    return {cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}


def check_committed(act: ScoreCorrection, commit: ScoreCommit, closed_id: str, certificate: str) -> None:
    """The correction shows the very sheet that was committed. Raises `Refused` or `Tampered`."""
    if act.closed != closed_id:
        raise Refused(
            "reveal-before-closing", "Sheets are revealed only after all are committed.", member=commit.member
        )
    salt = bytes.fromhex(act.salt)
    found = score_commitment(certificate, commit.lot, commit.round, commit.opening, commit.scheme, salt, act.sheet)
    if found != commit.c:
        raise Tampered("sheet-differs-from-commit", "Show the sheet that was committed.", member=commit.member)

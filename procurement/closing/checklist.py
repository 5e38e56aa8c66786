"""What an archive must hold, by method, and how it is counted (R-074, L-641, L-642)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from procurement.basics.digest import digest
from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.closing.records import Archive, ArchiveItem

_ALWAYS = (
    "budget-import",
    "intention",
    "requirement",
    "plan",
    "plan-approval",
    "plan-numbering",
    "entrustment",
    "entrustment-acceptance",
    "tender-package",
    "submission",
    "closing",
    "freeze",
    "opening",
    "opening-record",
    "panel",
    "sign-in",
    "qualification-review",
    "conformity-review",
    "review-closed",
    "ranking",
    "evaluation-report",
    "report-signature",
    "award-notice",
    "contract",
    "contract-signature",
    "contract-publication",
    "acceptance",
    "payment",
    "payment-execution",
    "credit-record",
    "performance-evaluation",
)
_SCORED = ("score-commit", "scores-closed", "score-reveal")
_QUOTED = ("quote-round", "quotes-closed", "final-quotes")

CHECKLIST: dict[str, tuple[str, ...]] = {
    "open": _ALWAYS + _SCORED,
    "invited": _ALWAYS + _SCORED,
    "consultation": _ALWAYS + _SCORED + _QUOTED,
    "negotiation": _ALWAYS + _QUOTED,
    "inquiry": _ALWAYS,
    "single-source": _ALWAYS,
}
"""Statement types without which a procurement of that method cannot be closed."""
KEPT_APART = frozenset({"custody-envelopes"})
"""Sealed shares are for their custodians alone: they are counted in no archive, and stand in it as log entries only"""
EITHER = (("award-confirmation", "award-deemed"),)
"""One of each group is enough: the winner is confirmed, or deemed by silence."""


def archive_item(kind: str, ids: Sequence[str]) -> ArchiveItem:
    """One line of the archive's list: D("archive-item", ids in log order)."""
    value = digest("archive-item", *(bytes.fromhex(one) for one in ids)).hex()
    return ArchiveItem(kind=kind, count=len(ids), digest=value)


def check_archive(
    archive: Archive,
    *,
    method: str,
    number: str,
    acts: Mapping[str, Sequence[str]],
    ended: datetime,
) -> None:
    """Judge an archive against the log. `acts` are the ids of the project's acts by type, in log order.

    `ended` is the end of the procurement, from which the fifteen years run (L-641). Raises `RuleBroken`.
    """
    if archive.number != number:
        raise RuleBroken("R-023", "archive-number-wrong", "Carry the 备案号 of the project.", number=number)
    listed = {item.kind: item for item in archive.items}
    missing = [kind for kind in CHECKLIST[method] if kind not in listed]
    missing += ["|".join(group) for group in EITHER if not any(kind in listed for kind in group)]
    if missing or len(listed) != len(archive.items):
        raise RuleBroken(
            "R-074",
            "archive-incomplete",
            "Complete the named records first; the project cannot be closed without them.",
            missing=", ".join(missing),
            method=method,
        )
    _check_items(listed, acts)
    _check_term(archive, ended)


def _check_items(listed: Mapping[str, ArchiveItem], acts: Mapping[str, Sequence[str]]) -> None:
    for kind, item in listed.items():
        if archive_item(kind, acts.get(kind, ())) != item:
            raise RuleBroken(
                "R-074",
                "archive-differs-from-log",
                "List every record of this kind, in the order of the log.",
                kind=kind,
                listed=item.count,
                in_log=len(acts.get(kind, ())),
            )
    forgotten = sorted(kind for kind, ids in acts.items() if ids and kind not in listed)
    if forgotten:
        raise RuleBroken("L-641", "archive-omits-records", "Nothing is left out or hidden.", kinds=", ".join(forgotten))


def _check_term(archive: Archive, ended: datetime) -> None:
    years = int(rule("L-641").params["years"])
    end, keep = shanghai_date(ended), shanghai_date(archive.keep_until)
    if (keep.year - years, keep.month, keep.day) < (end.year, end.month, end.day):
        raise RuleBroken(
            "L-641", "archive-kept-too-short", "Keep it for at least fifteen years.", ended=end, keep_until=keep
        )

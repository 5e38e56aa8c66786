"""Who wins: the first candidate, confirmed within five working days or deemed by silence (L-271, L-272, L-278)."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from procurement.awarding.award import AwardConfirmation, AwardDeemed
from procurement.basics.moment import add_working_days, end_of_day, shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.evaluation.sheets import Ranking


def _within(rule_id: str, since: datetime) -> datetime:
    start = shanghai_date(since)
    return end_of_day(add_working_days(start, int(rule(rule_id, start).params["working_days"])))


def report_due(evaluated: datetime) -> datetime:
    """Until when the agency hands the report to the purchaser (L-271)."""
    return _within("L-271", evaluated)


def confirmation_due(received: datetime) -> datetime:
    """Until when the purchaser confirms a report it received at `received` (L-272)."""
    return _within("L-272", received)


def announcement_due(confirmed: datetime) -> datetime:
    """Until when result and notice go out (L-273)."""
    return _within("L-273", confirmed)


def first_candidates(ranking: Ranking) -> tuple[str, ...]:
    """The candidate in first place; several when they are parallel (L-258)."""
    ranks = {bid.supplier: bid.rank for bid in ranking.bids}
    if not ranking.candidates:
        return ()
    best = ranks[ranking.candidates[0]]
    return tuple(code for code in ranking.candidates if ranks[code] == best)


def check_confirmation(
    confirmation: AwardConfirmation,
    *,
    ranking: Ranking,
    received: datetime,
    now: datetime,
    fallen: Set[str] = frozenset(),
) -> None:
    """Judge the purchaser's confirmation. `received` is when the last member signed the report. Raises `RuleBroken`.

    `fallen` are winners of this lot who refused the contract or lost the award: the next candidate follows, with its
    ground and without the term of five days (L-278).
    """
    if confirmation.lot != ranking.lot:
        raise RuleBroken("L-272", "award-of-another-lot", "Confirm the lot of this report.", lot=ranking.lot)
    due = confirmation_due(received)
    if now > due and not fallen and len(first_candidates(ranking)) == 1:
        raise RuleBroken(
            "L-272",
            "confirmation-too-late",
            "The first candidate is the winner by rule; the notice follows.",
            due=due,
        )
    if not confirmation.responsible.strip():
        raise RuleBroken("R-128", "responsible-missing", "Name the person who answers for the result.")
    if confirmation.winner not in ranking.candidates or confirmation.winner in fallen:
        raise RuleBroken(
            "L-272",
            "winner-not-a-candidate",
            "Choose among the candidates that the committee recommends.",
            winner=confirmation.winner,
            candidates=", ".join(ranking.candidates),
        )
    skipped = confirmation.winner not in first_candidates(ranking)
    if skipped and not (confirmation.skip_ground and confirmation.reason.strip()):
        raise RuleBroken(
            "L-272",
            "first-candidate-skipped",
            "Confirm the first candidate, or give the lawful ground and the reason for passing over it.",
            first=", ".join(first_candidates(ranking)),
            winner=confirmation.winner,
        )
    if not skipped and confirmation.skip_ground:
        raise RuleBroken("L-272", "nobody-skipped", "Leave the ground out: the first candidate wins.")


def deem(ranking: Ranking, *, report: str, received: datetime, now: datetime) -> AwardDeemed | None:
    """What the platform states when the purchaser stayed silent: None until the term is over, or with parallel firsts.

    Parallel first candidates are left to people: the document's rule or a draw decides between them (L-272).
    """
    first = first_candidates(ranking)
    due = confirmation_due(received)
    if now <= due or len(first) != 1:
        return None
    return AwardDeemed(report=report, lot=ranking.lot, winner=first[0], due=due)

"""Law of the committee: size, presence, leader, order of commits and reveals, signing the report (87号令 第四十五–四十九、六十一条)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from procurement.basics.findings import Finding
from procurement.basics.problems import NotAllowed, Refused, RuleBroken, Tampered
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, SignIn
from procurement.evaluation.sheets import (
    Ranking,
    ReportSignature,
    ScoreCommit,
    ScoreReveal,
    TieSettlement,
    score_commitment,
)

LARGE_BUDGET = Decimal("10000000")


def check_panel(panel: Panel, budget: Decimal, minimum: int) -> None:
    """Odd, at least `minimum` (7 from ten million yuan in tendering), two thirds experts (L-244, L-301, L-353). Raises `RuleBroken`."""
    size = len(panel.members)
    experts = sum(m.kind == "expert" for m in panel.members)
    needed = max(minimum, 7) if minimum >= 5 and budget >= LARGE_BUDGET else minimum
    if size < needed or size % 2 == 0:
        raise RuleBroken(
            "L-244",
            "panel-size",
            "Draw an odd number of members, at least as many as the rule asks.",
            size=size,
            needed=needed,
        )
    if 3 * experts < 2 * size:
        raise RuleBroken(
            "L-244",
            "panel-too-few-experts",
            "At least two thirds of the members must be experts.",
            size=size,
            experts=experts,
        )
    if len({m.member for m in panel.members}) != size or len({m.certificate for m in panel.members}) != size:
        raise Refused("panel-member-twice", "Name each member once.", size=size)


def check_sign_in(sign_in: SignIn, panel: Panel, certificate: str, nonce: str) -> None:
    """A member signs in with its own certificate against a fresh nonce and declares no conflict (R-090, L-246)."""
    member = next((m for m in panel.members if m.member == sign_in.member), None)
    if member is None or member.certificate != certificate:
        raise NotAllowed(
            "not-on-the-panel",
            "Only a member of this panel signs in, with its own certificate.",
            rule="R-090",
            member=sign_in.member,
        )
    if sign_in.server_nonce != nonce:
        raise Refused("sign-in-nonce-stale", "Ask for a new nonce and sign in again.", member=sign_in.member)
    if not sign_in.no_conflict:
        raise NotAllowed(
            "member-must-recuse",
            "A member with a conflict of interest is replaced.",
            rule="L-246",
            member=sign_in.member,
        )


def check_present(member: str, sign_ins: Mapping[str, SignIn], checks: Collection[IdentityCheck]) -> None:
    """No evaluation before sign-in and identity check of this member (R-092). Raises `NotAllowed`."""
    sign_in = sign_ins.get(member)
    if sign_in is None:
        raise NotAllowed(
            "not-signed-in",
            "Sign in with the CA certificate at the evaluation site first.",
            rule="R-092",
            member=member,
        )
    if not any(check.sign_in == sign_in.id and check.member == member for check in checks):
        raise NotAllowed(
            "identity-not-checked", "Let the agency check the identity first.", rule="R-092", member=member
        )


def check_leader(vote: LeaderVote, panel: Panel) -> None:
    """The leader is a member and not the purchaser's representative (L-248)."""
    leader = next((m for m in panel.members if m.member == vote.leader), None)
    if leader is None or leader.kind == "purchaser-representative":
        raise RuleBroken("L-248", "leader-not-eligible", "Elect an expert of this panel.", leader=vote.leader)


def leader_of(panel: Panel, votes: Collection[LeaderVote]) -> str:
    """The elected leader: most votes, ties by the panel's order; empty until more than half have voted."""
    if 2 * len(votes) <= len(panel.members):
        return ""
    order = {m.member: place for place, m in enumerate(panel.members)}
    return max(order, key=lambda member: (sum(v.leader == member for v in votes), -order[member]))


def check_speaker(member: str, leader: str) -> None:
    """What the committee says to others is said by its elected leader (L-248). Raises `NotAllowed` or `Refused`."""
    if not leader:
        raise Refused("leader-missing", "Elect the leader first.", rule="L-248")
    if member != leader:
        raise NotAllowed("not-the-leader", "The leader speaks for the committee.", rule="L-248", leader=leader)


PURCHASER_KEYS = ("purchaser-decides", "purchaser-draws")
"""Keys of a tie chain that the purchaser decides; the other recorded ones are the committee's"""


def check_tie(act: TieSettlement, findings: Sequence[Finding], leader: str, purchaser: str) -> None:
    """The tie is open, all its bids are put in order, and whoever the tender names decides it (L-258, L-259)."""
    if act.key in PURCHASER_KEYS:
        if act.decider != purchaser:
            raise NotAllowed(
                "tie-decided-by-others", "The tender leaves this to the purchaser.", rule="L-258", key=act.key
            )
    else:
        check_speaker(act.decider, leader)
    for found in findings:
        if found.code != "tie-undecided" or found.facts["key"] != act.key:
            continue
        if sorted(act.order) == found.facts["bids"].split(","):
            return
    raise RuleBroken(
        "L-258", "tie-not-open", "Put all bids of an open tie in order, by the key that is due.", key=act.key
    )


def check_reportable(ranking: Ranking) -> None:
    """No report while something is left to settle (L-260). Raises `RuleBroken` with the first open point."""
    first = next((p for p in ranking.open_points if p.blocking), None)
    if first is not None:
        raise RuleBroken(
            "L-260",
            "open-points-left",
            "Settle the open points of the ranking first.",
            point=first.code,
            where=first.where,
            of=first.rule,
        )


def check_commit(commit: ScoreCommit, earlier: Collection[ScoreCommit], *, closed: bool) -> None:
    """The first commit of a member counts; none after the scores are closed (M13). Raises `Refused`."""
    if closed:
        raise Refused("scores-closed", "All sheets are committed; none can be changed or added.", member=commit.member)
    if any(other.member == commit.member and other.id != commit.id for other in earlier):
        raise Refused("already-committed", "The first sheet counts; it cannot be replaced.", member=commit.member)


def check_reveal(reveal: ScoreReveal, commit: ScoreCommit, closed_id: str, certificate: str) -> None:
    """The revealed sheet is the committed one. Raises `Refused` or `Tampered`."""
    if reveal.closed != closed_id:
        raise Refused(
            "reveal-before-closing", "Sheets are revealed only after all are committed.", member=commit.member
        )
    found = score_commitment(
        certificate, commit.lot, commit.round, commit.opening, commit.scheme, bytes.fromhex(reveal.salt), reveal.sheet
    )
    if found != commit.c:
        raise Tampered("sheet-differs-from-commit", "Reveal the sheet that was committed.", member=commit.member)


def check_report_signature(
    signature: ReportSignature, panel: Panel, signed: Mapping[str, str], current_pdf: str
) -> None:
    """Each member signs once, on the PDF as it now stands (R-093). `signed` maps member → signed PDF."""
    if signature.member not in {m.member for m in panel.members}:
        raise NotAllowed(
            "not-on-the-panel", "Only members of this panel sign the report.", rule="R-093", member=signature.member
        )
    if signature.member in signed:
        raise Refused("already-signed", "This member has signed the report.", member=signature.member)
    if signature.pdf_before != current_pdf:
        raise Refused(
            "report-moved-on", "Another member signed first; fetch the report again and sign that.", current=current_pdf
        )

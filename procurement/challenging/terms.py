"""Terms and checks of challenges: who, until when, once, answered whole; and when a contract has to wait (L-401 … L-408)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from procurement.basics.moment import add_working_days, end_of_day, shanghai_date
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.basics.rules import rule
from procurement.challenging.letter import ChallengeReply, Letter, PaperChallenge, Stage


def challenge_until(stage: Stage, known: datetime) -> datetime:
    """The last moment of the seven working days (L-401).

    `known`: publication of the documents, the opening record's arrival, or the sending of the award notice. Documents and
    results are known when the term of their announcement is over; a step of the procedure when it ends.
    """
    day = shanghai_date(known)
    terms = rule("L-401", day).params
    day = add_working_days(day, int(terms[f"{stage}_notice_days"]))
    return end_of_day(add_working_days(day, int(terms["working_days"])))


def reply_until(received: datetime) -> datetime:
    """Until when a letter that arrived at `received` is answered (L-405)."""
    day = shanghai_date(received)
    return end_of_day(add_working_days(day, int(rule("L-405", day).params["working_days"])))


def complaint_until(reply_due: datetime) -> datetime:
    """Until when the challenger may complain: fifteen working days after the term of the reply (L-411)."""
    day = shanghai_date(reply_due)
    return end_of_day(add_working_days(day, int(rule("L-411", day).params["working_days"])))


def check_letter(letter: Letter, *, bidders: Collection[str], earlier: Sequence[Letter], once: bool) -> None:
    """Raises `NotAllowed("not-a-participant")`, `Refused("challenge-made-once")`, `RuleBroken`.

    `bidders`: who took part in the lot; `earlier`: this supplier's letters so far; `once`: the tender wants challenges to one
    stage together. A letter that comes late is taken all the same: what follows is the purchaser's decision (L-401, L-405).
    """
    if letter.stage != "document" and letter.supplier not in bidders:
        raise NotAllowed(
            "not-a-participant",
            "Only those who took part in the lot challenge its opening and its result.",
            rule="L-402",
            supplier=letter.supplier,
        )
    if not letter.matters:
        raise RuleBroken("L-403", "challenge-without-matter", "State what is challenged, and what you ask.")
    if bool(letter.agent) != (letter.authorisation is not None):
        raise RuleBroken("L-403", "agent-without-authority", "Name the agent and add the authorisation, or neither.")
    if once and any(one.about == letter.about and one.lot == letter.lot for one in earlier):
        raise Refused(
            "challenge-made-once",
            "This tender wants challenges to one step together; the letter already sent is being answered.",
            rule="L-404",
        )


def received_at(letter: Letter, entered: datetime) -> datetime:
    """When a letter arrived: one on paper when the receiver says, never after it was `entered`."""
    return min(letter.received, entered) if isinstance(letter, PaperChallenge) else entered


def check_paper(letter: PaperChallenge, now: datetime) -> None:
    """Raises `Refused("paper-not-received-yet")`."""
    if letter.received > now:
        raise Refused("paper-not-received-yet", "Write when the letter arrived.", rule="L-405")


def check_reply(reply: ChallengeReply, letter: Letter) -> None:
    """Every matter is answered, and what is founded is followed by a measure. Raises `RuleBroken`."""
    if len(reply.matters) != len(letter.matters):
        raise RuleBroken(
            "L-406",
            "reply-incomplete",
            "Answer every matter of the letter.",
            asked=len(letter.matters),
            answered=len(reply.matters),
        )
    founded = any(one.finding != "unfounded" for one in reply.matters)
    if reply.affects and not founded:
        raise RuleBroken("L-408", "reply-contradicts-itself", "What is unfounded does not affect the result.")
    if founded and not reply.measure.strip():
        raise RuleBroken("L-408", "reply-without-measure", "Say what is done about what is founded.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A letter and what became of it, as far as a contract has to know."""

    letter: Letter
    in_time: bool
    reply: ChallengeReply | None
    confirmed_since: bool
    """The award was confirmed anew after the reply"""


def check_no_challenge(standings: Sequence[Standing]) -> None:
    """No contract is signed while a challenge that came in time may change the result (L-407). Raises `NotAllowed`."""
    if any(one.reply is None and one.in_time for one in standings):
        raise NotAllowed("challenge-open", "Answer the challenge first; signing waits for it.", rule="L-407")
    if any(one.reply is not None and one.reply.affects and not one.confirmed_since for one in standings):
        raise NotAllowed(
            "challenge-upheld", "Confirm the award anew, or do the procurement again; then the contract.", rule="L-408"
        )

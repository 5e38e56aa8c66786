"""The committee of a lot, as its other acts ask for it: who sits, who is present, who leads, who may look on."""

from __future__ import annotations

from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.evaluation.committee import check_present, check_speaker, leader_of
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, SignIn
from procurement.evaluation.questions import CorrectionRequest, ExplanationRequest
from procurement.evaluation.quoting import QuoteRound
from procurement.evaluation.talks import TalksRound, TimeExtension
from procurement.opening.session import Freeze, Opening
from server_stub.acts import course
from server_stub.acts.day import Day, day_of
from server_stub.acts.frame import author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader


def same_lot(named: str, lot: str) -> None:
    """What rests on a lot's act is filed under that lot."""
    if named != lot:
        raise Refused("wrong-lot", "Name the lot of the act this one rests on.", rule="L-208", lot=named)


def day_behind(tx: Tx, opening: Act[Opening]) -> Day:
    return day_of(tx, tx.find(Freeze, opening.value.freeze).value.closing)


def sitting_panel(tx: Reading, opening: Act[Opening]) -> Act[Panel]:
    """The panel now named. Raises `Refused` when there is none."""
    sitting = tx.last(Panel, opening=opening.id)
    if sitting is None:
        raise Refused("wrong-order", "The agency names the panel first.", rule="L-244", act="panel")
    return sitting


def present(tx: Tx, panel_id: str, member: str, signer: Signer) -> Act[Panel]:
    """The signer is this member, of this panel, signed in and checked (R-092)."""
    author_is(signer, member)
    sitting = tx.find(Panel, panel_id)
    if member not in {m.member for m in sitting.value.members}:
        raise NotAllowed(
            "not-on-the-panel", "Only members of this panel review and score.", rule="R-092", member=member
        )
    sign_ins = {a.value.member: a.value for a in tx.acts(SignIn, panel=panel_id)}
    checks = [a.value for s in sign_ins.values() for a in tx.acts(IdentityCheck, sign_in=s.id)]
    check_present(member, sign_ins, checks)
    return sitting


def leader(tx: Reading, sitting: Act[Panel]) -> str:
    """The elected leader's number; empty until more than half have voted."""
    return leader_of(sitting.value, [a.value for a in tx.acts(LeaderVote, panel=sitting.id)])


def speaks(tx: Tx, opening: Act[Opening], member: str, signer: Signer) -> Act[Panel]:
    """The signer is the leader, present, and speaks for the committee (L-248)."""
    sitting = present(tx, sitting_panel(tx, opening).id, member, signer)
    check_speaker(member, leader(tx, sitting))
    return sitting


def spoken(
    tx: Tx, act: TalksRound | QuoteRound | TimeExtension | CorrectionRequest | ExplanationRequest, signer: Signer
) -> tuple[Act[Opening], Act[Panel]]:
    """The opening that the act names and the panel whose leader has signed it: under the right lot, in a state that admits it."""
    opening = tx.find(Opening, act.opening)
    sitting = speaks(tx, opening, act.member, signer)
    same_lot(act.lot, opening.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    return opening, sitting


def certificate_of(tx: Tx, opening: Act[Opening], member: str) -> str:
    return next(m.certificate for m in sitting_panel(tx, opening).value.members if m.member == member)


def on_the_panel(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    sitting = reading.last(Panel, project=act.project, lot=act.lot)
    return sitting is not None and reader.actor in {m.member for m in sitting.value.members}


def committee_sees(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The committee and those who organise it; members stay secret from bidders until the result (L-245)."""
    return bool(reader.roles & {Role.AGENCY, Role.PURCHASER, Role.SUPERVISOR}) or on_the_panel(reading, reader, act)

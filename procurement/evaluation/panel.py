"""评审委员会: who evaluates, and that they are there (L-244, R-089 … R-092)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Name, Text, Value


class PanelMember(Value):
    member: Code
    """Expert bank number, or the purchaser representative's number"""
    name: Name
    certificate: Hex32
    kind: Literal["expert", "purchaser-representative"]


class Panel(Statement):
    """The committee for one lot, recorded by the agency after the opening record.

    `drawn_from` is the register the agency says its experts come from; nothing is drawn here.
    """

    TYPE: ClassVar[str] = "panel"
    tender: Hex32
    lot: Code
    opening: Hex32
    members: tuple[PanelMember, ...]
    drawn_from: Name


class SignIn(Statement):
    """签到 with the personal certificate at the registered venue, with the member's recusal declaration (R-090, L-246)."""

    TYPE: ClassVar[str] = "sign-in"
    panel: Hex32
    member: Code
    venue: Name
    no_conflict: bool
    server_nonce: Hex32


class IdentityCheck(Statement):
    """Identity of a signed-in member, checked by hand by the agency with a witness: the fallback of R-091 and L-916."""

    TYPE: ClassVar[str] = "identity-check"
    sign_in: Hex32
    member: Code
    method: Literal["manual"]
    witness: Name
    reason: Text


class LeaderVote(Statement):
    """组长 elected by the members; never the purchaser's representative (L-248)."""

    TYPE: ClassVar[str] = "leader-vote"
    panel: Hex32
    member: Code
    leader: Code

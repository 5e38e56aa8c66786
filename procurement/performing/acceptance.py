"""履约验收: every item, signed by the members (R-053, L-631)."""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar

from procurement.basics.problems import RuleBroken
from procurement.basics.statement import Statement
from procurement.basics.value import Hex32, Name, Number, Text, Value
from procurement.performing.contract import Contract


class AcceptedItem(Value):
    name: Name
    delivered: Number
    accepted: bool
    finding: Text


class Acceptance(Statement):
    TYPE: ClassVar[str] = "acceptance"
    contract: Hex32
    items: tuple[AcceptedItem, ...]
    members: tuple[Name, ...]
    passed: bool
    opinion: Text


def check_acceptance(acceptance: Acceptance, *, contract: Contract, drafters: Set[str]) -> None:
    """Every contract item is looked at, by members who did not draft the requirement (L-631, R-053, R-130)."""
    wanted = {item.name: item for item in contract.items}
    seen = {item.name: item for item in acceptance.items}
    if len(seen) != len(acceptance.items) or seen.keys() != wanted.keys():
        raise RuleBroken(
            "L-631",
            "acceptance-incomplete",
            "Accept or reject each item of the contract, once.",
            missing="、".join(sorted(wanted.keys() - seen.keys())),
            unknown="、".join(sorted(seen.keys() - wanted.keys())),
        )
    for name, item in seen.items():
        if item.accepted and item.delivered < wanted[name].quantity:
            raise RuleBroken(
                "L-631",
                "delivered-too-little",
                "An item delivered in part is not accepted yet.",
                item=name,
                delivered=item.delivered,
                quantity=wanted[name].quantity,
            )
    if acceptance.passed != all(item.accepted for item in acceptance.items):
        raise RuleBroken("L-631", "acceptance-contradicts-items", "Pass only when every item is accepted, and then do.")
    _check_members(acceptance, drafters)


def _check_members(acceptance: Acceptance, drafters: Set[str]) -> None:
    if not acceptance.members:
        raise RuleBroken("L-631", "acceptance-without-members", "Name the members who sign the acceptance.")
    both = drafters & set(acceptance.members)
    if both:
        raise RuleBroken(
            "R-130",
            "drafter-accepts",
            "Whoever drafted the requirement may not accept the goods.",
            names="、".join(sorted(both)),
        )

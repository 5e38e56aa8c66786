"""履约验收: every item, signed by the members (R-053, L-631)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import Statement
from procurement.basics.value import Hex32, Name, Number, Text, Value


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

"""项目委托: the purchaser entrusts an agency and signs (R-028 … R-032, L-673)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc


class AgencyProfile(Statement):
    """配置管理 > 委托受理配置 of an agency. Without a landline it cannot be entrusted (R-029)."""

    TYPE: ClassVar[str] = "agency-profile"
    agency: Uscc
    contact: Name
    landline: str
    """区号-号码; a mobile number alone is not enough"""


class Entrustment(Statement):
    """委托协议: scope, authority and term, signed after the unit's internal review (R-030)."""

    TYPE: ClassVar[str] = "entrustment"
    purchaser: Uscc
    agency: Uscc
    numbering: Hex32
    number: Code
    """备案号"""
    scope: Text
    authority: Text
    until: Instant
    reviewer: Name
    """Who agreed in the internal review and signs (R-031)"""


class EntrustmentAcceptance(Statement):
    TYPE: ClassVar[str] = "entrustment-acceptance"
    agency: Uscc
    entrustment: Hex32
    contact: Name

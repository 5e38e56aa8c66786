"""采购计划: no procurement without an approved, numbered plan (R-016 … R-027)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Money, Name, Text, Uscc, Value

Organisation = Literal["central-agency", "department", "decentralised", "e-mall"]
"""组织形式: 政府集中采购, 部门集中采购, 分散采购, 电子卖场"""
Method = Literal["open", "invited", "negotiation", "consultation", "inquiry", "single-source"]
"""采购方式: 公开招标, 邀请招标, 竞争性谈判, 竞争性磋商, 询价, 单一来源"""


class PlanLine(Value):
    code: Code
    """预算项目编码"""
    amount: Money


class Plan(Statement):
    """采购计划, submitted by the purchaser."""

    TYPE: ClassVar[str] = "plan"
    purchaser: Uscc
    requirement: Hex32
    project_name: Name
    year: int
    region: Code
    category: Code
    """采购品目"""
    organisation: Organisation
    method: Method
    nature: Literal["goods", "services", "works"]
    reserved_for_sme: bool
    lines: tuple[PlanLine, ...]
    amount: Money
    method_approval: str = ""
    """文号 of finance's approval, where a method other than open tendering is used at or above the threshold (L-303)"""


class PlanApproval(Statement):
    """Finance's decision on a plan, signed with its enrolled key."""

    TYPE: ClassVar[str] = "plan-approval"
    plan: Hex32
    region: Code
    approved: bool
    reason: Text


class PlanNumbering(Statement):
    """备案号, given by the platform once after approval: unique, gapless per region and year, never reused (R-022)."""

    TYPE: ClassVar[str] = "plan-numbering"
    plan: Hex32
    approval: Hex32
    number: Code

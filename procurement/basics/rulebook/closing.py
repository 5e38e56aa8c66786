"""Rules that the law of closing applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from procurement.basics.rules import Rule

_NOTICE = "晋财购〔2023〕44号"

RULES: tuple[Rule, ...] = (
    Rule(
        id="R-055",
        title="信用管理",
        citation=_NOTICE,
        why="履约后当事人相互记录信用，一人一次，不得自评。",
        why_en="After performance the parties record each other's credit, once.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-056",
        title="绩效评价",
        citation=_NOTICE,
        why="支付完成后对项目绩效评价，百分制。",
        why_en="Performance is evaluated after payment, out of 100.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-057",
        title="档案管理",
        citation=_NOTICE,
        why="采购档案在线归集并保存。",
        why_en="Records are archived on line.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-058",
        title="大数据服务",
        citation=_NOTICE,
        why="发布的统计数据由系统依据各环节记录重新计算核对。",
        why_en="Published figures are recomputed from the acts.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-074",
        title="完整归档",
        citation=_NOTICE,
        why="招标资料和交易过程资料按采购方式的清单完整归档，缺项不得结项。",
        why_en="The archive is complete by the method's checklist, or the project stays open.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="L-641",
        title="档案保存 15 年",
        citation="政府采购法 第四十二条；实施条例 第四十六条",
        why="采购文件从采购结束之日起至少保存十五年，不得伪造、变造、隐匿或销毁。",
        why_en="Records are kept for at least fifteen years and nothing is hidden.",
        confidence="V",
        effective_from=date(2003, 1, 1),
        params={"years": Decimal("15")},
    ),
    Rule(
        id="L-642",
        title="采购活动记录",
        citation="政府采购法 第四十二条",
        why="采购活动记录载明类别、预算、方式、邀请与评标定标等内容。",
        why_en="The record of the procurement has its statutory contents.",
        confidence="V",
        effective_from=date(2003, 1, 1),
    ),
)

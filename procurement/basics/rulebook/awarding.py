"""Rules that the law of awarding applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from procurement.basics.rules import Rule

_NOTICE = "晋财购〔2023〕44号"

RULES: tuple[Rule, ...] = (
    Rule(
        id="R-087",
        title="取消纸质中标通知书",
        citation=_NOTICE,
        why="中标通知书只以电子文书发送。",
        why_en="Award notices are electronic only.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-088",
        title="CA 签章在线发送中标通知书",
        citation=_NOTICE,
        why="代理机构以 CA 签章在线向中标供应商发送通知书，发送时间起算签约期限。",
        why_en="The agency seals and sends the notice on line; its sending starts the 30 days.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="L-271",
        title="评审报告送采购人",
        citation="财政部令第87号 第六十八条；实施条例 第四十三条",
        why="评审结束后 2 个工作日内将评审报告送采购人。",
        why_en="The report goes to the purchaser within two working days.",
        confidence="V",
        effective_from=date(2017, 10, 1),
        params={"working_days": Decimal("2")},
    ),
    Rule(
        id="L-272",
        title="确认中标供应商",
        citation="财政部令第87号 第六十八条；实施条例 第四十三条",
        why="采购人收到报告后 5 个工作日内按顺序确认；逾期不确认又无异议的，视同确认第一候选人。",
        why_en="The purchaser confirms in order within five working days; silence makes the first candidate the winner.",
        confidence="V",
        effective_from=date(2017, 10, 1),
        params={"working_days": Decimal("5")},
    ),
    Rule(
        id="L-273",
        title="中标结果公告",
        citation="财政部令第87号 第六十九条",
        why="确定中标供应商后 2 个工作日内公告结果，公告期 1 个工作日。",
        why_en="The result is announced within two working days.",
        confidence="V",
        effective_from=date(2017, 10, 1),
        params={"working_days": Decimal("2")},
    ),
    Rule(
        id="L-274",
        title="告知未中标供应商",
        citation="财政部令第87号 第六十九条",
        why="告知资格审查未通过的原因，综合评分法告知本人得分与排序，不告知他人得分。",
        why_en="Each loser is told its own score and rank, or why it was out.",
        confidence="V",
        effective_from=date(2017, 10, 1),
    ),
    Rule(
        id="L-278",
        title="中标人拒签合同",
        citation="实施条例 第四十九条",
        why="中标供应商拒绝签订合同的，按候选顺序递补或重新采购。",
        why_en="When the winner refuses, the next candidate follows, or the procurement is run again.",
        confidence="V",
        effective_from=date(2015, 3, 1),
    ),
    Rule(
        id="L-512",
        title="评审价不是合同价",
        citation="财库〔2020〕46号 第九条",
        why="价格扣除只用于评审，合同价为修正后的投标报价。",
        why_en="Deductions serve the evaluation only; the contract price is the corrected bid price.",
        confidence="V",
        effective_from=date(2021, 1, 1),
    ),
)

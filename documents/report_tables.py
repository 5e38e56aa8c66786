"""The tables of the evaluation report, worked out from the values: who scored what, how each price became a score."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from documents.report_data import EvaluationReportPrint, ReviewedItem
from procurement.bidding.price import PriceStep
from procurement.evaluation.sheets import RankedBid

STEP_WORDS = {
    "sheet-over-parts": "开标一览表与其他部分不一致，以开标一览表为准",
    "words-over-figures": "大写与小写不一致，以大写为准",
    "decimal-slip": "小数点明显错位，以开标一览表总价为准并修改单价",
    "unit-price-over-total": "总价与单价汇总不一致，以单价计算结果为准",
    "precision": "按规定的小数位数处理",
    "deduction": "政策性价格扣除",
    "base": "评标基准价",
    "price-score": "价格分",
}
STATE_WORDS = {
    "ranked": "参与排序",
    "unqualified": "资格审查不合格",
    "nonconforming": "符合性审查不合格",
    "withdrawn": "未提交最后报价，退出",
    "invalid": "投标无效",
    "same-brand": "相同品牌，不参与排序",
    "award-limit": "已达中标包数上限，不推荐",
}
_SCORED = ("ranked", "same-brand", "award-limit")


def report_tables(data: EvaluationReportPrint) -> dict[str, Any]:
    """Everything the template cannot read off directly."""
    words = {entry.code: entry.name for entry in data.names}
    return {
        "qualification_table": [_review(item, data) for item in data.qualification],
        "conformity_table": [_review(item, data) for item in data.conformity],
        "failures": _failures(data),
        "excluded": [_excluded(bid) for bid in data.bids if bid.state not in _SCORED],
        "score_tables": [_scores(data, bid) for bid in _in_order(data) if bid.state in _SCORED],
        "price_tables": [
            {"name": bid.name, "steps": [_step(s, words) for s in bid.steps]} for bid in _in_order(data) if bid.steps
        ],
        "ranked": [_ranked(bid) for bid in _in_order(data)],
        "candidate_names": [_name(data, code) for code in data.candidates],
    }


def _in_order(data: EvaluationReportPrint) -> list[RankedBid]:
    return sorted(data.bids, key=lambda bid: (bid.rank == 0, bid.rank))


def _name(data: EvaluationReportPrint, supplier: str) -> str:
    return next((row.name for row in data.rows if row.supplier == supplier), supplier)


def _review(item: ReviewedItem, data: EvaluationReportPrint) -> dict[str, Any]:
    marks = {mark.supplier: mark for mark in item.marks}
    cells = []
    for row in data.rows:
        mark = marks.get(row.supplier)
        if mark is None:
            cells.append("—")
        else:
            votes = f" {mark.in_favour}/{mark.votes}" if mark.votes > 1 else ""
            cells.append(("通过" if mark.passed else "不通过") + votes)
    return {"code": item.code, "name": item.name, "cells": cells}


def _failures(data: EvaluationReportPrint) -> list[dict[str, str]]:
    return [
        {"name": _name(data, mark.supplier), "item": item.name, "reason": mark.reason}
        for item in (*data.qualification, *data.conformity)
        for mark in item.marks
        if not mark.passed
    ]


def _excluded(bid: RankedBid) -> dict[str, str]:
    return {"name": bid.name, "state": STATE_WORDS[bid.state], "reason": bid.reason}


def _scores(data: EvaluationReportPrint, bid: RankedBid) -> dict[str, Any]:
    """One bidder's table: each item with every member's mark and the mean; marks with reasons stand below."""
    marks = {
        (sheet.member, mark.item): mark
        for sheet in data.sheets
        for mark in sheet.marks
        if mark.supplier == bid.supplier
    }
    means = {score.item: score.points for score in bid.item_scores}
    rows = []
    for item in data.items:
        given = [marks.get((member.member, item.code)) for member in data.panel]
        rows.append(
            {
                "group": item.group,
                "name": item.name,
                "maximum": _plain(item.maximum),
                "marks": [_plain(mark.points) if mark else "—" for mark in given],
                "mean": _plain(means[item.code]) if item.code in means else "—",
            }
        )
    reasons = [
        f"{_item(data, mark.item)}（{_member(data, member)}，{_plain(mark.points)} 分）：{mark.reason}"
        for (member, _), mark in marks.items()
        if mark.reason
    ]
    return {
        "name": bid.name,
        "rows": rows,
        "price_score": _plain(bid.price_score),
        "total": _plain(bid.total),
        "reasons": reasons,
    }


def _item(data: EvaluationReportPrint, code: str) -> str:
    return next((item.name for item in data.items if item.code == code), code)


def _member(data: EvaluationReportPrint, code: str) -> str:
    return next((member.name for member in data.panel if member.member == code), code)


def _step(step: PriceStep, words: dict[str, str]) -> dict[str, str]:
    return {
        "kind": STEP_WORDS[step.kind],
        "of": words.get(step.of, step.of),
        "before": format(step.before, ",f"),
        "after": format(step.after, ",f"),
        "rule": step.rule,
    }


def _ranked(bid: RankedBid) -> dict[str, str]:
    scored = bid.state in _SCORED
    return {
        "rank": str(bid.rank) if bid.rank else "—",
        "name": bid.name,
        "quote": format(bid.quote, ",f"),
        "evaluation": format(bid.evaluation_price, ",f") if scored else "—",
        "price": _plain(bid.price_score) if scored else "—",
        "total": _plain(bid.total) if scored else "—",
        "state": STATE_WORDS[bid.state],
    }


def _plain(value: Decimal) -> str:
    return format(value, "f")

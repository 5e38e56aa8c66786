"""Rules that the law of bidding applies."""

from __future__ import annotations

from procurement.basics.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "L-231",
        "截止前可补充、修改、撤回",
        "87号令 第三十四条",
        "投标截止时间前，投标人可以补充、修改或者撤回投标文件。",
        "Until the deadline a bidder may supplement, modify or withdraw its bid.",
        "V",
    ),
    Rule(
        "L-232",
        "逾期送达应当拒收，签收须给回执",
        "87号令 第三十三条",
        "以平台服务器收到最后一个字节的时间为准；截止后送达的一律拒收，按时送达的出具回执。",
        "The server's time of the last byte counts; what arrives after the deadline is refused, what arrives in time gets a receipt.",
        "V",
    ),
)
"""Submission, replacement, withdrawal."""

"""Rules that the law of opening applies."""

from __future__ import annotations

from procurement.basics.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "L-234",
        "投标人不足三家不得开标",
        "87号令 第四十一条",
        "投标人不足法定家数的，不得开标，已递交的投标文件保持密封。",
        "With fewer bidders than the method requires nothing is opened; bids stay sealed.",
        "V",
    ),
    Rule(
        "L-236",
        "唱标、确认与异议",
        "87号令 第四十一、四十二条",
        "开标时宣布投标人名称、报价等内容；投标人对开标过程有疑义的当场提出，未提出视为确认。",
        "Names, prices and other contents are read out; doubts are raised on the spot, silence confirms.",
        "V",
    ),
)

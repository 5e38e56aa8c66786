"""Rules that the law of evaluation applies."""

from __future__ import annotations

from procurement.basics.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "R-090",
        "专家用 CA 证书签到",
        "晋财购〔2023〕44号 二（二）",
        "评审专家到达评审现场后，用本人 CA 证书签到。",
        "Experts sign in at the evaluation site with their own CA certificate.",
        "SOURCE",
    ),
    Rule(
        "R-092",
        "签到并核验身份后方可评审",
        "晋财购〔2023〕44号 二（二）",
        "未签到、未通过身份核验的成员不得查看和评审投标文件。",
        "Nobody evaluates before signing in and passing the identity check.",
        "SOURCE",
    ),
    Rule(
        "R-093",
        "评审结束后用 CA 证书确认结果",
        "晋财购〔2023〕44号 二（二）",
        "每位成员对评审报告签名；签名后报告有任何改动，签名即失效。",
        "Every member signs the report; any later change breaks the signatures.",
        "SOURCE",
    ),
    Rule(
        "L-244",
        "评标委员会组成",
        "87号令 第四十七条",
        "五人以上单数，专家不少于三分之二；预算一千万元以上的，七人以上单数。",
        "An odd number of five or more, two thirds of them experts; seven or more from ten million yuan.",
        "V",
    ),
    Rule(
        "L-246",
        "回避",
        "政府采购法实施条例 第九条",
        "与供应商有利害关系的成员应当回避，由他人替换。",
        "A member with an interest in a supplier is replaced.",
        "V",
    ),
    Rule(
        "L-248",
        "组长由成员推举，采购人代表不得担任",
        "87号令 第四十五条",
        "评标委员会组长由成员推选产生，采购人代表不得担任组长。",
        "The members elect their leader; the purchaser's representative may not lead.",
        "V",
    ),
)

"""Rules that the law of evaluation applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from procurement.basics.rules import Rule

_D = Decimal

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
        "L-245",
        "评审委员会成员名单保密",
        "87号令 第四十七、四十八条",
        "评审委员会成员名单在评审结果公告前应当保密。",
        "The names of the committee's members stay secret until the result is announced.",
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
    Rule(
        "L-241", "资格审查由采购人或者代理机构进行", "87号令 第四十四条",
        "开标后由采购人或者采购代理机构审查投标人资格；合格投标人不足三家的不得评标。",
        "The purchaser or agency checks qualification after the opening; fewer than three qualified bidders end it.",
        "V", params={"minimum": _D(3)},
    ),
    Rule(
        "L-242", "符合性审查由评标委员会进行", "87号令 第五十条",
        "评标委员会对资格合格的投标文件进行符合性审查，按少数服从多数作出结论。",
        "The committee checks conformity; the majority decides.", "V",
    ),
    Rule(
        "L-243", "不足三家的处理", "87号令 第四十三条",
        "通过资格审查或者符合性审查的投标人不足三家的，终止评标，依法重新采购或者变更方式。",
        "With fewer than three qualified or conforming bidders the evaluation ends.", "V",
    ),
    Rule(
        "L-250", "澄清、说明、补正应当书面", "87号令 第五十一条",
        "评标委员会书面要求投标人作出澄清、说明或者补正；投标人由授权代表签字或者加盖公章答复，不得改变实质性内容。",
        "The committee asks in writing; the bidder answers signed or sealed, without changing the substance.", "V",
    ),
    Rule(
        "L-261", "少数服从多数", "87号令 第六十一条",
        "评标委员会成员对需要共同认定的事项有争议的，按照少数服从多数的原则作出结论；不同意见写入评标报告。",
        "Disputes are decided by majority; a dissenting opinion stands in the report.", "V",
    ),
    Rule(
        "L-252", "报价明显过低的应当说明", "87号令 第六十条",
        "报价明显低于其他通过符合性审查的投标人，可能影响质量或者履约的，应当要求书面说明；不能证明合理的作无效投标处理。",
        "An obviously low price has to be explained in writing; otherwise the bid is invalid.", "V",
    ),
    Rule(
        "L-253", "异常低价审查标准", "财库〔2026〕2号",
        "报价低于均值百分之五十、次低价百分之五十或最高限价百分之四十五的启动审查；可提高标准，但不超过百分之六十五。",
        "Review starts below 50 % of the mean, 50 % of the second lowest or 45 % of the ceiling; raised to 65 % at most.",
        "S", date(2026, 2, 1),
        params={"mean": _D(50), "second": _D(50), "ceiling": _D(45), "most": _D(65), "minutes": _D(30)},
    ),
    Rule(
        "L-259", "同品牌处理方法应当载明", "87号令 第三十一条",
        "提供相同品牌产品的按一家投标人计算，推荐办法应当在招标文件中规定。",
        "Bids of the same brand count as one; the document says who is recommended.", "V",
    ),
    Rule(
        "L-254", "投标无效的情形", "87号令 第六十三条",
        "未按要求交纳保证金、签署盖章、不具备资格、报价超过预算或者最高限价、含不能接受的附加条件等情形，投标无效。",
        "Grounds for an invalid bid: deposit, seal, qualification, price above budget or ceiling, conditions, others.", "V",
    ),
    Rule(
        "L-256", "成员独立评分", "87号令 第五十五条",
        "评标委员会成员独立评价、打分，再汇总；不得去掉最高或者最低报价，不得使用采购文件没有规定的标准。",
        "Members score independently; no price is removed, no unpublished criterion is used.", "V",
    ),
    Rule(
        "L-257", "价格分计算", "87号令 第五十五条",
        "满足招标文件要求且投标价格最低的为评标基准价；投标报价得分＝（评标基准价／投标报价）×价格分值。",
        "The lowest conforming price is the base; score = base ÷ price × points.", "V",
    ),
    Rule(
        "L-258", "排名与并列", "87号令 第五十六、五十七条",
        "按得分由高到低排列；得分相同的按报价由低到高；得分且报价相同的并列。",
        "Ranked by score, then by price; otherwise parallel, unless the document says more.", "V",
    ),
    Rule(
        "L-260", "评审结果可以修改的情形", "87号令 第六十四条",
        "汇总错误、分项评分超出范围、客观评审因素评分不一致、评分畸高畸低的，应当当场修改或者重新评审。",
        "Wrong sums, marks outside the range, objective marks that differ, and outlying marks are to be corrected.",
        "V", params={"outlier": _D(30)},
    ),
    Rule(
        "L-262", "采购文件存在歧义或者重大缺陷", "87号令 第六十五条",
        "采购文件存在歧义、重大缺陷导致评标无法进行的，应当停止评标，修改后重新组织采购。",
        "An ambiguous or defective document stops the evaluation.", "V",
    ),
    Rule(
        "L-358", "磋商候选供应商", "财库〔2014〕214号 第二十五条",
        "推荐三名以上成交候选供应商；得分相同的按最后报价由低到高，再按技术指标优劣排列。",
        "At least three candidates; ties by final price, then technical merit.", "M",
    ),
    Rule(
        "L-511", "价格扣除均以原报价计算", "财政部国库司答复（2026）",
        "本国产品与中小企业扣除均以原报价为基数计算后相减，评审价格不作为合同价格。",
        "Both deductions are computed on the original price.", "S",
    ),
    Rule(
        "L-513", "价格计算顺序", "87号令 第五十五、五十九、六十条",
        "先算术修正，再按修正后的原报价核对最高限价和异常低价，然后作政策扣除，最后计算基准价与得分。",
        "Correction, then ceiling and low-price checks on the raw price, then deductions, then base and score.", "D",
    ),
)  # fmt: skip

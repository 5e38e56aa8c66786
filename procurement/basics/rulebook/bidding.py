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
        "以平台服务器收到最后一个字节的时间为准；截止后送达的、未按要求密封或与封存时不一致的一律拒收，按时送达的出具回执。",
        "The server's time of the last byte counts; what arrives after the deadline, or not as it was sealed, is refused; what arrives in time gets a receipt.",
        "V",
    ),
    Rule(
        "L-218", "投标有效期", "87号令 第二十三条",
        "投标有效期从截止之日起算，投标文件承诺的不得少于招标文件载明的。",
        "A bid stays valid from the deadline for at least as long as the document asks.", "V",
    ),
    Rule(
        "L-222", "保证金由投标人选择形式", "财库〔2019〕38号 三",
        "保证金到账截止时间与投标截止时间一致，投标人可以自主选择形式。",
        "A deposit arrives by the deadline, in the form the bidder chooses.", "V",
    ),
    Rule(
        "L-251", "报价修正顺序", "87号令 第五十九条",
        "依次以开标一览表、大写金额、开标一览表总价（单价明显错位）、单价汇总金额为准，修正后经投标人确认，不确认的投标无效。",
        "Corrections in order: opening sheet, amount in words, total for a slipped unit price, sum of unit prices; the bidder confirms.",
        "V",
    ),
    Rule(
        "L-213", "联合体投标", "87号令 第十九条",
        "招标文件未载明是否接受联合体投标的，不得拒绝；载明不接受的，联合体投标无效。",
        "A consortium is refused only where the document says so.", "V",
    ),
    Rule(
        "L-505", "中小企业声明函", "财库〔2020〕46号 第十一条",
        "享受扶持政策只需出具《中小企业声明函》，不得要求其他证明。",
        "The declaration alone is asked for; without it there is no deduction.", "V",
    ),
    Rule(
        "L-510", "本国产品声明", "国办发〔2025〕34号",
        "享受本国产品价格评审优惠的，应当提供声明函；不是资格条件。",
        "The declaration of domestic products gives the deduction; it is no qualification.", "S",
    ),
    Rule(
        "L-901", "可靠的电子签名", "电子签名法 第十三条",
        "签名数据应当专属于签名人并由其单独控制，签名后的改动能够被发现；证书须为本人所有、签署时有效、由平台认可的机构签发。",
        "A signature is its signer's own and under its sole control, and later changes show: the certificate is the author's, "
        "valid when it signs, and issued by an authority the platform accepts.", "V",
    ),
    Rule(
        "L-902", "金额以元、角、分表示", "人民币管理条例 第四条",
        "人民币的单位为元，辅币单位为角、分：金额是以元为单位、最多两位小数的十进制数。",
        "The unit is the yuan, with jiao and fen below it: an amount is a decimal number of yuan with at most two decimals.", "S",
    ),
    Rule(
        "L-904", "联合体协议与各方责任", "政府采购法 第二十四条；实施条例 第二十二条",
        "联合体应当提交联合协议，载明各方承担的工作和义务；各方不得再单独参加或者与其他供应商另外组成联合体参加同一合同项下的采购活动。",
        "A consortium hands in its agreement on who does what; its members may not bid for the same contract alone or in another one.",
        "V",
    ),
    Rule(
        "L-255", "视为串通投标的情形", "87号令 第三十七条",
        "不同投标人的文件由同一单位编制、异常一致、互相混装、盖有他人印章等，视为串通投标，投标无效。",
        "Bids drawn up by one hand, mixed with another's papers or bearing another bidder's seal are taken for collusion and are invalid.",
        "V",
    ),
    Rule(
        "L-903", "格式、形式问题不影响投标", "财库〔2019〕38号 三",
        "投标文件的格式、形式要求应当简化明确，不得因装订、纸张、文件排序等非实质性的格式、形式问题限制供应商投标。",
        "Requirements of form are kept simple; defects of format that are not of substance may not keep a supplier out.", "V",
    ),
    Rule(
        "C-5", "只对自己认定的证书加密", "密封规约 C5",
        "投标只对当前插着的本单位证书和本单位签名的证书名单加密，不采用平台目录；加密后续期，旧密钥仍是开启的依据。",
        "A bid is sealed to one's own tokens and one's own signed list, never to a directory of the platform; after a renewal the old key still opens.",
        "SOURCE",
    ),
    Rule(
        "R-105", "采集编制机器信息", "晋财购〔2023〕44号 （三）",
        "编制、上传投标文件所用计算机的网卡 MAC 地址和 IP 地址随投标文件记录，供串通情形比对。",
        "MAC and IP addresses of the machines are recorded inside the bid.", "SOURCE",
    ),
)  # fmt: skip
"""Submission, replacement, withdrawal."""

"""Rules that the law of tendering applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from procurement.basics.rules import Rule

_D = Decimal

RULES: tuple[Rule, ...] = (
    Rule(
        "L-201", "投标准备期不少于二十日", "政府采购法 第三十五条",
        "自招标文件开始发出之日起至投标截止之日止，不得少于二十日。",
        "At least twenty days lie between the issue of the document and the deadline.",
        "V", params={"days": _D(20)},
    ),
    Rule(
        "L-203", "采购文件提供期限不少于五个工作日", "87号令 第十八条",
        "自公告发布之日起，采购文件的提供期限不得少于五个工作日。",
        "The document is available for at least five working days from the announcement.",
        "V", params={"working_days": _D(5)},
    ),
    Rule(
        "L-204", "澄清修改的时限与禁改内容", "87号令 第二十七条",
        "可能影响投标文件编制的更正须在截止十五日前发出，不足的应当顺延；不得改变采购标的和资格条件。",
        "A correction that affects bids leaves 15 days, or the deadline moves; subject and qualification may not change.",
        "V", params={"days": _D(15)},
    ),
    Rule(
        "L-209", "最高限价不得超过预算", "87号令 第十二条",
        "应当公开预算金额，最高限价不得高于预算，也不得设定最低限价。",
        "The budget is disclosed, the ceiling does not exceed it, and there is no minimum price.", "V",
    ),
    Rule(
        "L-210", "不得以规模条件设限", "87号令 第十七条",
        "注册资本、资产总额、营业收入、从业人员、利润、纳税额等规模条件不得作为资格要求或评审因素。",
        "Registered capital, assets, turnover, staff, profit or taxes may be neither qualification nor scoring factor.", "V",
    ),
    Rule(
        "L-211", "评审因素与价格权重", "87号令 第五十五条",
        "资格条件不得作为评审因素；评审因素应当量化；货物价格分不低于百分之三十，服务不低于百分之十。",
        "Qualification is no scoring factor; factors are quantified; price weighs at least 30 % for goods, 10 % for services.",
        "V", params={"goods": _D(30), "services": _D(10)},
    ),
    Rule(
        "L-212", "规格统一的应当采用最低评标价法", "87号令 第五十四条",
        "技术、服务等标准统一的货物服务项目，应当采用最低评标价法。",
        "Goods and services of uniform standard are evaluated by the lowest price.", "V",
    ),
    Rule(
        "L-214", "应当载明核心产品", "87号令 第三十一条",
        "非单一产品采购项目应当根据采购项目合理确定核心产品，并在招标文件中载明。",
        "A tender for several products names its core product.", "V",
    ),
    Rule(
        "L-217", "一般不得要求提供样品", "87号令 第二十二条",
        "除仅凭书面方式不能准确描述需求等特殊情况外，一般不得要求投标人提供样品。",
        "Samples are in general not asked for.", "V",
    ),
    Rule(
        "L-221", "投标保证金不超过预算的百分之二", "政府采购法实施条例 第三十三条",
        "投标保证金不得超过采购项目预算金额的百分之二。",
        "A deposit is at most two percent of the budget.", "V", params={"percent": _D(2)},
    ),
    Rule(
        "L-276", "三十日内按中标结果签订合同", "政府采购法 第四十六条；财政部令第87号 第七十一条",
        "自中标通知书发出之日起三十日内签订合同，不得对采购文件和中标供应商的投标文件作实质性修改。",
        "The contract is signed within thirty days of the notice and may not change what was tendered and bid.", "V", params={"days": _D(30)},
    ),
    Rule(
        "L-277", "履约保证金不超过百分之十", "政府采购法实施条例 第四十八条",
        "履约保证金的数额不得超过政府采购合同金额的百分之十。",
        "A performance bond is at most ten percent of the contract.", "V", params={"percent": _D(10)},
    ),
    Rule(
        "L-321", "谈判文件发出至首次响应不少于三个工作日", "74号令 第二十九条",
        "从谈判文件发出之日起至供应商提交首次响应文件截止之日止不得少于三个工作日。",
        "At least three working days from the negotiation document to the first response.", "V", params={"days": _D(3)},
    ),
    Rule(
        "L-322", "谈判中的变动", "74号令 第三十一、三十二条",
        "谈判小组与单一供应商分别谈判；只可以实质性变动技术、服务要求以及合同草案条款，变动须经采购人代表确认，"
        "并以书面形式同时通知所有参加谈判的供应商，供应商按变动情况重新提交响应文件。",
        "Talks are held with one supplier at a time; only technical and service requirements and the draft contract may change, "
        "confirmed by the purchaser's representative and told to all in writing at the same time; suppliers respond anew.",
        "V",
    ),
    Rule(
        "L-325", "与两家供应商谈判", "74号令 第二十七条",
        "公开招标中提交投标文件或者实质性响应的供应商只有两家的，经批准后可以与该两家进行竞争性谈判采购。",
        "Where an open tender found only two, the purchase may be negotiated with these two after approval.", "V",
    ),
    Rule(
        "L-323", "谈判的最后报价", "74号令 第三十三、三十四条",
        "谈判结束后，所有继续参加谈判的供应商在规定时间内提交最后报价，不得少于三家；提交最后报价之前可以退出谈判。",
        "After the negotiation the suppliers still in hand in final quotes in time, three at least; before that they may quit.",
        "V",
    ),
    Rule(
        "L-331", "询价通知书发出至响应不少于三个工作日", "74号令 第四十五条",
        "从询价通知书发出之日起至提交响应文件截止之日止不得少于三个工作日。",
        "At least three working days from the inquiry to the response.", "V", params={"days": _D(3)},
    ),
    Rule(
        "L-352", "磋商文件发出至首次响应不少于十日", "财库〔2014〕214号 第十条",
        "从磋商文件发出之日起至供应商提交首次响应文件截止之日止不得少于十日。",
        "At least ten days from the consultation document to the first response.", "S", params={"days": _D(10)},
    ),
    Rule(
        "L-356", "磋商价格权重", "财库〔2014〕214号 第二十四条",
        "货物项目价格分值占百分之三十至六十，服务项目占百分之十至三十。",
        "Price weighs 30–60 % for goods and 10–30 % for services.", "S",
    ),
    Rule(
        "L-502", "小微企业价格扣除比例", "财库〔2020〕46号 第九条；财库〔2022〕19号",
        "未预留份额的货物服务项目，对小微企业报价给予百分之十至二十的扣除。",
        "In lots that are not reserved small and micro enterprises get ten to twenty percent off for evaluation.",
        "S", date(2022, 7, 1), params={"low": _D(10), "high": _D(20)},
    ),
    Rule(
        "L-504", "扣除比例应当载明", "财库〔2020〕46号 第九条",
        "价格扣除的具体比例应当在采购文件中载明。",
        "The exact deduction stands in the document.", "V",
    ),
    Rule(
        "L-208", "招标文件应当载明的内容", "87号令 第二十条",
        "招标文件应当逐项载明法定内容，实质性要求以醒目方式标明。",
        "The document states the items the law lists and marks what is substantive.", "V",
    ),
    Rule(
        "L-354", "磋商轮次与最后报价", "财库〔2014〕214号 第十九至二十一条",
        "磋商小组与单一供应商分别磋商，磋商结束后由不少于规定家数的供应商提交最后报价。",
        "After negotiating one by one, the suppliers hand in final quotes.", "S",
    ),
    Rule(
        "R-081", "解密时限应当载明", "晋财购〔2023〕44号 （二）",
        "采购文件应当明确解密时限以及启用备用方式的条件。",
        "The document says how long decryption may take and when the fallback is used.", "SOURCE",
    ),
    Rule(
        "R-083", "取消采购文件收费", "晋财购〔2023〕44号 （二）",
        "采购文件免费提供，不得收取工本费、报名费等费用。",
        "Procurement documents are free.", "SOURCE",
    ),
    Rule(
        "R-061", "全流程电子化，不再要求纸质材料", "晋财购〔2023〕44号 （一）",
        "各环节均在线实施，采购文件不得要求纸质投标文件或现场办理。",
        "Every stage runs on line; a document may not ask for paper or presence.", "SOURCE",
    ),
    Rule(
        "R-086", "不得另外收取采购文件费用", "晋财购〔2023〕44号 （二）",
        "采购代理机构不得另外收取采购文件费用。",
        "The agency may not charge for documents in another way.", "SOURCE",
    ),
    Rule(
        "R-112", "采购文件应当载明串通情形", "晋财购〔2023〕44号 （三）",
        "采购人、采购代理机构应当将视为串通的情形在采购文件中予以明确。",
        "The circumstances that count as collusion stand in the document.", "SOURCE",
    ),
    Rule(
        "R-084", "采购文件与公告一并发布", "晋财购〔2023〕44号 （二）",
        "采购文件随公告一并公开，版本以签名的文件清单为准。",
        "The documents are published together with the announcement, as one signed list.", "SOURCE",
    ),
    Rule(
        "C-7", "保管门限大于采购人一侧人数", "密封规约 B1；87号令 第四十条",
        "采购人和代理机构同为采购人一侧；所需份额数必须大于其人数，且每一保管人都已核对份额，开标前才没有一方能单独开启。",
        "Purchaser and agency are one side; more shares are needed than they hold, and every custodian has checked its own, "
        "so that no side can open a bid alone.",
        "D",
    ),
)  # fmt: skip

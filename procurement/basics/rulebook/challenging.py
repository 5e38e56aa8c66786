"""Rules that the law of challenges applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from procurement.basics.rules import Rule

_ORDER = "财政部令第94号"
_FROM = date(2018, 3, 1)

RULES: tuple[Rule, ...] = (
    Rule(
        id="R-100",
        title="全部在线质疑",
        citation="晋财购〔2023〕44号",
        why="质疑的提出、接收、答复都在线上进行，线下寄来的由代理机构登记。",
        why_en="Challenges are made, received and answered on line.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="R-101",
        title="质疑程序按94号令",
        citation="晋财购〔2023〕44号",
        why="线上质疑的程序与期限仍按财政部令第94号执行。",
        why_en="Procedure and terms stay those of Order 94.",
        confidence="SOURCE",
        effective_from=date(2023, 12, 1),
    ),
    Rule(
        id="L-400",
        title="询问在三个工作日内答复",
        citation="政府采购法 第五十一条、第五十二条；实施条例 第五十二条",
        why="供应商对采购活动事项有疑问，可以询问；采购人或者代理机构在 3 个工作日内答复，内容不得涉及商业秘密。",
        why_en="A supplier may ask about a procurement; purchaser or agency answer within three working days, without trade secrets.",
        confidence="V",
        effective_from=date(2015, 3, 1),
        params={"working_days": Decimal("3")},
    ),
    Rule(
        id="L-401",
        title="七个工作日内提出质疑",
        citation=f"{_ORDER} 第十条、第十一条；实施条例 第五十三条",
        why="知道或应当知道权益受损之日起 7 个工作日内提出：采购文件自公告期限届满，采购过程自该环节结束，结果自结果公告期限届满。",
        why_en="Within seven working days: of documents and results from the end of their announcement, of a step from its end.",
        confidence="V",
        effective_from=_FROM,
        params={
            "working_days": Decimal("7"),
            "document_notice_days": Decimal("5"),
            "opening_notice_days": Decimal("0"),
            "result_notice_days": Decimal("1"),
        },
    ),
    Rule(
        id="L-402",
        title="谁可以质疑",
        citation=f"{_ORDER} 第十一条",
        why="参与所质疑采购活动的供应商可以质疑；依法获取采购文件的潜在供应商可以质疑采购文件。",
        why_en="Participants may challenge; whoever lawfully obtained the documents may challenge these.",
        confidence="V",
        effective_from=_FROM,
    ),
    Rule(
        id="L-403",
        title="质疑函的内容",
        citation=f"{_ORDER} 第八条、第十二条",
        why="质疑函写明名称、地址、邮编、联系人、电话，项目名称、编号，具体明确的质疑事项和请求，事实依据，必要的法律依据，日期；由法定代表人签字盖章，代理的附授权委托书。",
        why_en="A letter says who, which project, what matters and requests, facts and, where needed, law; an agent shows authority.",
        confidence="V",
        effective_from=_FROM,
    ),
    Rule(
        id="L-404",
        title="同一环节一次性提出",
        citation=f"{_ORDER} 第十条",
        why="采购文件可以要求在法定质疑期内一次性提出针对同一采购程序环节的质疑。",
        why_en="The documents may want challenges to one step made together.",
        confidence="V",
        effective_from=_FROM,
    ),
    Rule(
        id="L-405",
        title="七个工作日内答复",
        citation=f"{_ORDER} 第十三条",
        why="不得拒收在法定期限内发出的质疑函；收到后 7 个工作日内答复，并通知质疑供应商和其他有关供应商。",
        why_en="A letter in time is never refused; it is answered within seven working days, to all concerned.",
        confidence="V",
        effective_from=_FROM,
        params={"working_days": Decimal("7")},
    ),
    Rule(
        id="L-406",
        title="质疑答复的内容",
        citation=f"{_ORDER} 第十五条",
        why="答复逐项写明事项、具体内容、事实依据和法律依据，告知依法投诉的权利，不得涉及商业秘密。",
        why_en="A reply answers each matter with facts and law, tells of the right to complain, and keeps trade secrets.",
        confidence="V",
        effective_from=_FROM,
    ),
    Rule(
        id="L-407",
        title="可能影响结果的，暂停签订合同",
        citation="实施条例 第五十四条",
        why="质疑事项可能影响中标、成交结果的，采购人应当暂停签订合同，已经签订的应当中止履行。",
        why_en="While a challenge may change the result, no contract is signed.",
        confidence="V",
        effective_from=date(2015, 3, 1),
    ),
    Rule(
        id="L-408",
        title="质疑成立的处理",
        citation=f"{_ORDER} 第十六条",
        why="质疑成立且影响或可能影响结果的，合格供应商符合法定数量时另行确定中标供应商，否则重新采购。",
        why_en="A founded challenge that affects the result leads to the next candidate or to a new procurement.",
        confidence="V",
        effective_from=_FROM,
    ),
    Rule(
        id="L-411",
        title="十五个工作日内投诉",
        citation=f"{_ORDER} 第十七条",
        why="对答复不满意，或者未在规定时间内答复的，可以在答复期满后 15 个工作日内向财政部门投诉。",
        why_en="A complaint may follow within fifteen working days after the term of the reply.",
        confidence="V",
        effective_from=_FROM,
        params={"working_days": Decimal("15")},
    ),
)

"""质疑 as both sides see it: the words for stages, clocks and states, and one case with all its matters."""

from __future__ import annotations

from collections.abc import Sequence

from client.challenge_letter import Case
from procurement.challenging.letter import MatterReply, Stage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, waits
from ui.kit.cards import Card, CardColumn, Facts
from ui.kit.countdown import exact_text, moment_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import label


def stage_word(stage: Stage) -> str:
    return {"document": tr("采购文件"), "opening": tr("开标"), "result": tr("采购结果")}[stage]


def finding_word(reply: MatterReply) -> str:
    return {"founded": tr("成立"), "partly": tr("部分成立"), "unfounded": tr("不成立")}[reply.finding]


def case_state(case: Case) -> State:
    if case.reply is not None:
        return done(tr("已答复"))
    return waits(tr("逾期提出")) if case.late else needs(tr("待答复"))


def case_title(case: Case) -> str:
    return case.tender.title if case.tender else tr("未知项目")


def case_table(context: Context) -> Table[Case]:
    """Letters, one a row."""

    def under(case: Case) -> str:
        return f"{stage_word(case.letter.value.stage)}·{supplier_name(context, case)}"

    return Table(
        (
            Column(tr("质疑"), lambda one: Cell(case_title(one), under(one)), 0),
            Column(tr("状态"), lambda one: Cell(state=case_state(one)), 128),
            Column(tr("答复期限"), lambda one: Cell(moment_text(one.reply_until, seconds=False)), 150),
        ),
        tr("质疑"),
        row_height=56,
    )


def supplier_name(context: Context, case: Case) -> str:
    """As the certificate that signed the letter says; of one on paper as it says itself."""
    if case.paper is not None:
        return case.paper.name
    return context.desk.place.acts.signer(case.letter).name


def matter_form(number: int) -> Form:
    """One matter of a letter to be written: what, why, by which law, and what is asked (94号令)."""
    return Form(
        (
            FieldSpec("matter", tr("事项 {number}", number=number), "long", span=12),
            FieldSpec("facts", tr("事实依据"), "long", span=12),
            FieldSpec("law", tr("法律依据"), required=False, span=12, note=tr("必要时填写")),
            FieldSpec("request", tr("请求"), "long", span=12),
        )
    )


class CaseView(CardColumn):
    """One letter with its reply, matter by matter."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def show_case(self, case: Case | None) -> None:
        letter = [self._letter(case)] if case is not None else []
        reply = [self._reply(case)] if case is not None and case.reply is not None else []
        self.show_cards(*letter, *reply)

    def _letter(self, case: Case) -> Card:
        letter = case.letter.value
        card = Card(tr("质疑函"), stage_word(letter.stage))
        sent = exact_text(case.received)
        if case.until is not None:
            end = moment_text(case.until, seconds=False)
            sent = tr("{sent}（质疑期至 {end}）", sent=sent, end=end)
        agent = [(tr("代理人"), letter.agent)] if letter.agent else []
        pairs = [
            (tr("质疑人"), supplier_name(self._context, case)),
            (tr("联系"), f"{letter.contact}，{letter.phone}"),
            (tr("地址"), f"{letter.address}，{letter.postcode}"),
            *agent,
            *([(tr("形式"), self._on_paper(case))] if case.paper else []),
            (tr("收到"), sent),
            (tr("答复期限"), moment_text(case.reply_until, seconds=False)),
        ]
        card.body.addWidget(Facts(pairs))
        for number, one in enumerate(letter.matters, 1):
            head = tr("事项 {number}", number=number)
            law = [(tr("依据"), one.law)] if one.law else []
            card.body.addWidget(Facts([(head, one.matter), (tr("事实"), one.facts), *law, (tr("请求"), one.request)]))
        count = len(letter.evidence)
        if count:
            card.body.addWidget(label(tr("附证明材料 {count} 份", count=count), "hint"))
        return card

    def _on_paper(self, case: Case) -> str:
        by = self._context.desk.tenders.name_of(case.paper.org if case.paper else "")
        return tr("纸质，由{by}登记，附扫描件", by=by)

    def _reply(self, case: Case) -> Card:
        assert case.reply is not None
        reply = case.reply.value
        card = Card(tr("质疑答复"), exact_text(case.reply.item.t_recv))
        for number, one in enumerate(reply.matters, 1):
            card.body.addWidget(Facts(_reply_pairs(number, one)))
        effect = tr("影响或可能影响结果，中标人须重新确定") if reply.affects else tr("不影响结果")
        end = moment_text(case.complaint_until, seconds=False)
        pairs = [(tr("对结果"), effect)]
        pairs += [(tr("处理"), reply.measure)] if reply.measure else []
        complain = tr("不服答复的，{end} 以前可以向{office}投诉。", end=end, office=reply.complain_to)
        pairs += [(tr("投诉"), complain), (tr("答复人"), reply.responder)]
        card.body.addWidget(Facts(pairs))
        return card


def _reply_pairs(number: int, one: MatterReply) -> Sequence[tuple[str, str]]:
    law = [(tr("依据"), one.law)] if one.law else []
    head = tr("事项 {number}", number=number)
    return [(head, f"{finding_word(one)}：{one.answer}"), (tr("事实"), one.facts), *law]

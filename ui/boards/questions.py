"""询问 as both sides see it: a table of questions with their clocks, and one question with its answer."""

from __future__ import annotations

from client.workflows.asking import Asked
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs
from ui.kit.cards import Card, CardColumn, Facts
from ui.kit.countdown import exact_text, left_text, moment_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import label


def question_state(one: Asked, context: Context) -> State:
    if one.answer is not None:
        return done(tr("迟 {days} 个工作日答复", days=one.late) if one.late else tr("已答复"))
    return needs(tr("逾期未答复") if context.now() > one.until else tr("待答复"))


def question_table(context: Context) -> Table[Asked]:
    """Questions, one a row."""

    def left(one: Asked) -> str:
        over = one.answer is not None or context.now() > one.until
        return "" if over else tr("剩 {time}", time=left_text(one.until - context.now()))

    return Table(
        (
            Column(tr("询问"), lambda one: Cell(title_of(one), one.question.value.about), 0),
            Column(tr("状态"), lambda one: Cell(state=question_state(one, context)), 176),
            Column(tr("答复期限"), lambda one: Cell(moment_text(one.until, seconds=False), left(one)), 150),
        ),
        tr("询问"),
        row_height=56,
    )


def title_of(one: Asked) -> str:
    return one.tender.title if one.tender else tr("未知项目")


class QuestionView(CardColumn):
    """One question, and its answer once there is one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def show_question(self, one: Asked | None) -> None:
        asked = [self._question(one)] if one is not None else []
        answer = [self._answer(one)] if one is not None and one.answer is not None else []
        self.show_cards(*asked, *answer)

    def _question(self, one: Asked) -> Card:
        asked = one.question.value
        card = Card(tr("询问"), title_of(one))
        version = tr("第 {version} 版", version=one.version) if one.version else tr("版本不在本机")
        pairs = [
            (tr("询问人"), self._context.desk.place.acts.signer(one.question).name),
            (tr("联系"), f"{asked.contact}，{asked.phone}"),
            (tr("采购文件"), version),
            (tr("位置"), asked.about),
            (tr("问题"), asked.question),
            (tr("收到"), exact_text(one.question.item.t_recv)),
            (tr("答复期限"), moment_text(one.until, seconds=False)),
        ]
        card.body.addWidget(Facts(pairs))
        if one.after_deadline:
            card.body.addWidget(label(tr("投标截止后提出：照常答复，采购文件不再更改。"), "hint", wrap=True))
        return card

    def _answer(self, one: Asked) -> Card:
        assert one.answer is not None
        answer = one.answer.value
        card = Card(tr("答复"), exact_text(one.answer.item.t_recv))
        effect = tr("采购文件因此更正，更正公告发给所有供应商") if answer.changes else tr("采购文件不变")
        late = [(tr("期限"), tr("超过答复期限 {days} 个工作日", days=one.late))] if one.late else []
        pairs = [(tr("答复"), answer.answer), (tr("对文件"), effect), *late, (tr("答复人"), answer.responder)]
        card.body.addWidget(Facts(pairs))
        return card

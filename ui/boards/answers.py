"""答复询问: purchaser and agency answer a supplier's question within three working days (L-400)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.workflows.asking import Asked
from ui.boards.act_page import ActPage
from ui.boards.questions import QuestionView, question_table
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.countdown import left_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.listing import Listing
from ui.kit.text import column, label


class AnswersPage(ActPage):
    """Questions at the left; the question and the answer to write at the right. What was typed stays with its question."""

    topic = "answers"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("答复询问"), under=tr("收到后 3 个工作日内答复；开标前不得向他人透露询问人"))
        self._questions = question_table(context)
        self._list = Listing(
            self._questions, "chat", "mute", tr("没有收到询问"), tr("供应商在线提出的询问会列在这里，并显示答复期限。")
        )
        self._questions.on_selected(lambda one: self._choose(one))
        self._view = QuestionView(context)
        effects = (("no", tr("采购文件不变")), ("yes", tr("更正采购文件，另发更正公告")))
        self._form = Form(
            (
                FieldSpec("answer", tr("答复"), "long", span=12, tall=True),
                FieldSpec("changes", tr("对文件"), "choice", choices=effects, span=12),
                FieldSpec("responder", tr("答复人"), span=12),
            )
        )
        self._kept: dict[str, dict[str, str]] = {}
        self._of = ""
        card = Card(tr("写答复"), tr("不得涉及商业秘密"))
        card.body.addWidget(self._form)
        fair = tr("答复只送询问人。其他供应商也该知道的内容，要用更正公告发给所有人。")
        card.body.addWidget(label(fair, "hint", wrap=True))
        self._right = QWidget()
        self._right.setLayout(column(card, 0))
        self.body.addWidget(
            columns(self._list, self._view, self._right, left_width=560, right_width=400, first="left"), 1
        )
        self.listen()

    def work(self) -> QWidget:
        return self._questions

    def refresh(self) -> None:
        self._list.show_rows(self.context.desk.asking.asked(), 0)
        self._choose(self._questions.row())

    def _choose(self, one: Asked | None) -> None:
        self._view.show_question(one)
        wanted = one.question.id if one is not None and one.answer is None else ""
        if wanted != self._of:
            if self._of:
                self._kept[self._of] = self._form.values()
            empty = {"answer": "", "changes": "", "responder": ""}
            self._form.fill(self._kept.get(wanted, empty))
            self._form.show_errors({})
            self._of = wanted
        self._right.setVisible(bool(wanted))
        self.settle_foot()

    def show_foot(self) -> None:
        one = self._questions.row()
        self.foot.set_buttons()
        if one is None:
            self.foot.say("mute", tr("没有待答复的询问"))
        elif one.answer is not None:
            self.foot.say("ok", tr("已答复"), tr("询问人已经可以看到"))
        else:
            over = self.context.now() > one.until
            time = left_text(one.until - self.context.now())
            said = tr("超过期限也要答复，迟的天数记入档案") if over else tr("剩 {time}", time=time)
            self.foot.say("warn", tr("逾期未答复") if over else tr("待答复"), said)
            self.foot.set_buttons(button(tr("签章答复"), "primary", self._ask, object_name="send-answer"))

    def _ask(self) -> None:
        one, form = self._questions.row(), self._form
        titles = form.missing()
        form.show_errors({n: tr("请填写") for n, f in form.fields.items() if f.spec.title in titles})
        if one is None or titles:
            return
        text = tr("答复由本单位签章，只送询问人，进入档案。答复后不能更改。")
        if form.values()["changes"] == "yes":
            text += tr("更正公告不会自动发出，请接着在“更正”里办理。")
        self.confirm(tr("答复询问？"), text, tr("签章答复"), tr("再看看"), lambda: self._send(one))

    def _send(self, one: Asked) -> None:
        told = self._form.values()
        answer = self.context.desk.asking.answer
        changes = told["changes"] == "yes"
        self.do(tr("正在签章"), answer, one.question.id, told["answer"], changes=changes, responder=told["responder"])

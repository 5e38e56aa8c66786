"""询问: ask about a tender, and read the answers."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from client.views.tenders import TenderView
from client.workflows.asking import Asked
from ui.boards.act_page import ActPage
from ui.boards.questions import QuestionView, question_table
from ui.boards.unsent import Writing
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.countdown import moment_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.listing import Listing
from ui.kit.text import column, label

UNSENT = "question"
"""The one question that is being written"""


class AskPage(ActPage):
    """Left what was asked; right a question with its answer, or the form for a new one."""

    topic = "supplier-ask"

    def __init__(self, context: Context, tender: str = "", answer: str = "") -> None:
        """`tender`: the key of the tender to ask about at once; `answer`: the id of the answer to show at once."""
        super().__init__(context)
        self.head.show_title(tr("询问"), under=tr("对采购文件或采购活动有疑问，在线提出；3 个工作日内答复"))
        self._questions = question_table(context)
        self._list = Listing(
            self._questions,
            "chat",
            "mute",
            tr("还没有提出过询问"),
            tr("点“提出询问”，选项目、写问题。答复会列在这里。"),
        )
        self._questions.on_selected(lambda one: self._choose(one))
        self._view = QuestionView(context)
        self._tenders: tuple[TenderView, ...] = ()
        self._form: Form | None = None
        self._unsent = Writing(self, context, self, self._typed)
        self._begun = self._unsent.begin(UNSENT)
        self._writing = QWidget()
        self._inside = column(0)
        self._writing.setLayout(self._inside)
        self._right = QStackedWidget()
        self._right.addWidget(self._view)
        self._right.addWidget(self._writing)
        self.body.addWidget(columns(self._list, self._right, left_width=620, first="left"), 1)
        self.listen()
        if tender:
            self.write(tender)
        rows = self._questions.rows_model.rows
        wanted = (place for place, one in enumerate(rows) if one.answer is not None and one.answer.id == answer)
        for place in wanted:
            self._questions.selectRow(place)

    def work(self) -> QWidget:
        return self._questions

    def refresh(self) -> None:
        self._list.show_rows(self.context.desk.asking.asked())
        self._view.show_question(self._questions.row())
        self.settle_foot()

    def write(self, tender: str = "") -> None:
        """Begin a question, or go on with the one begun."""
        if self._form is None:
            self._form = self._make_form(tender)
        if tender and not self._form.values()["question"]:
            self._form.fill({"tender": tender})
        self._questions.clearSelection()
        self._right.setCurrentIndex(1)
        self.settle_foot()

    def _make_form(self, tender: str) -> Form:
        self._tenders = self.context.desk.asking.may_ask(self._begun.get("tender", tender))
        choices = tuple(
            (
                one.key,
                tr("{title}（截止 {time}）", title=one.title, time=moment_text(one.package.deadline, seconds=False)),
            )
            for one in self._tenders
        )
        form = Form(
            (
                FieldSpec("tender", tr("项目"), "choice", choices=choices, span=12),
                FieldSpec("about", tr("位置"), span=12, note=tr("哪份文件、第几章或第几页")),
                FieldSpec("question", tr("问题"), "long", span=12, tall=True),
                FieldSpec("contact", tr("联系人"), span=6),
                FieldSpec("phone", tr("电话"), span=6),
            )
        )
        form.fill(self._begun)
        self._unsent.follow(form)
        card = Card(tr("提出询问"))
        card.body.addWidget(form)
        who = tr("询问人的名称只有代理机构和采购人能看到，不给其他供应商看。问题里不要写报价和投标内容。")
        card.body.addWidget(label(who, "hint", wrap=True))
        self._inside.insertWidget(0, card)
        return form

    def _choose(self, one: Asked | None) -> None:
        if one is None:
            return
        self._view.show_question(one)
        self.context.desk.asking.see(one)
        self._right.setCurrentIndex(0)
        self.settle_foot()

    def show_foot(self) -> None:
        if self._right.currentIndex() == 1:
            self.foot.say("info", tr("写询问"), tr("签章后送代理机构和采购人，不能更改"))
            keep = button(tr("暂不提出"), pressed=self._put_aside, object_name="put-aside")
            self.foot.set_buttons(keep, button(tr("签章提出"), "primary", self._ask, object_name="send-question"))
            return
        if self._begun if self._form is None else self._written():
            self.foot.say("info", tr("有一件没写完的询问"), tr("加密存在本机，提出或清空后不再保存"))
            drop = button(tr("不写了，清空"), pressed=self._ask_drop, object_name="drop-question")
            self.foot.set_buttons(drop, button(tr("接着写"), "primary", self.write, object_name="write-question"))
            return
        waiting = self.context.desk.asking.open_count()
        words = tr("{count} 件待答复", count=waiting) if waiting else tr("没有待答复的询问")
        self.foot.say("mute", words)
        self.foot.set_buttons(button(tr("提出询问"), "primary", self.write, object_name="write-question"))

    def _put_aside(self) -> None:
        """What was typed stays until it is sent or emptied."""
        self._unsent.flush()
        if not self._written():
            self._clear()
        self._right.setCurrentIndex(0)
        self.settle_foot()

    def _ask(self) -> None:
        form = self._form
        if form is None:
            return
        titles = form.missing()
        form.show_errors({n: tr("请填写") for n, f in form.fields.items() if f.spec.title in titles})
        told = form.values()
        tender = next((one for one in self._tenders if one.key == told["tender"]), None)
        if titles or tender is None:
            return
        text = tr("询问由本单位签章，送代理机构和采购人，进入档案。提出后不能更改。")
        if tender.package.deadline <= self.context.now():
            text += tr("投标已经截止：照常答复，采购文件不再更改。")
        self.confirm(tr("提出询问？"), text, tr("签章提出"), tr("再看看"), lambda: self._send(tender, told))

    def _send(self, tender: TenderView, told: dict[str, str]) -> None:
        ask = self.context.desk.asking.ask
        parts = (told["about"], told["question"], told["contact"], told["phone"])
        self.do(tr("正在签章"), ask, tender, *parts, then=self._sent)

    def _typed(self) -> dict[str, str]:
        return self._form.values() if self._form is not None and self._written() else {}

    def _written(self) -> bool:
        """Whether anything but the tender is filled in."""
        typed = self._form.values() if self._form is not None else {}
        return any(text for name, text in typed.items() if name != "tender")

    def _ask_drop(self) -> None:
        text = tr("写过的内容不再保存，不能找回。")
        self.confirm(tr("清空没写完的询问？"), text, tr("不写了，清空"), tr("留着"), self._dropped, danger=True)

    def _dropped(self) -> None:
        self._clear()
        self.settle_foot()

    def _sent(self, _outcome: object) -> None:
        self._clear()
        self._right.setCurrentIndex(0)
        self.refresh()

    def _clear(self) -> None:
        self._unsent.drop()
        self._begun = {}
        old = self._inside.takeAt(0)
        widget = old.widget() if old is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        self._form = None

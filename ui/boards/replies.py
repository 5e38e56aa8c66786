"""质疑答复: purchaser and agency answer letters, matter by matter, within seven working days (L-405, L-406)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from client.challenge_letter import Case
from procurement.challenging.letter import MatterReply
from ui.boards.act_page import ActPage
from ui.boards.challenges import CaseView, case_table
from ui.boards.paper_challenge import Entered, PaperDialog
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.columns import columns
from ui.kit.countdown import left_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.listing import Listing


class ReplyForm(QWidget):
    """One form for each matter of the letter, and what follows from them."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._matters = [self._matter_form(number) for number in range(1, len(case.letter.value.matters) + 1)]
        effects = (("no", tr("不影响结果")), ("yes", tr("影响或可能影响结果")))
        self._end = Form(
            (
                FieldSpec("affects", tr("对结果"), "choice", choices=effects, span=6),
                FieldSpec("complain_to", tr("投诉受理部门"), span=6),
                FieldSpec("measure", tr("处理"), "long", required=False, span=12, note=tr("有事项成立时必填")),
                FieldSpec("responder", tr("答复人"), span=6),
            )
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for number, form in enumerate(self._matters, 1):
            card = Card(tr("答复事项 {number}", number=number))
            card.body.addWidget(form)
            box.addWidget(card)
        last = Card(tr("结论"), tr("不得涉及商业秘密"))
        last.body.addWidget(self._end)
        box.addWidget(last)
        box.addStretch(1)

    def _matter_form(self, number: int) -> Form:
        words = (("founded", tr("成立")), ("partly", tr("部分成立")), ("unfounded", tr("不成立")))
        return Form(
            (
                FieldSpec("finding", tr("认定"), "choice", choices=words, span=6),
                FieldSpec("answer", tr("答复"), "long", span=12),
                FieldSpec("facts", tr("事实依据"), "long", span=12),
                FieldSpec("law", tr("法律依据"), required=False, span=12),
            )
        )

    def complete(self) -> bool:
        whole = True
        for form in (*self._matters, self._end):
            titles = form.missing()
            form.show_errors({n: tr("请填写") for n, f in form.fields.items() if f.spec.title in titles})
            whole = whole and not titles
        return whole

    def matters(self) -> tuple[MatterReply, ...]:
        return tuple(MatterReply.model_validate(form.values()) for form in self._matters)

    def end(self) -> dict[str, str]:
        return self._end.values()


class RepliesPage(ActPage):
    """Letters at the left; the letter and the answer to write at the right."""

    topic = "challenges"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("质疑答复"), under=tr("收到后 7 个工作日内答复，不得拒收"))
        self._cases = case_table(context)
        self._list = Listing(
            self._cases, "chat", "mute", tr("没有收到质疑"), tr("供应商在线提出的质疑会列在这里，并显示答复期限。")
        )
        self._cases.on_selected(lambda one: self._choose(one))
        self._view = CaseView(context)
        self._right = QStackedWidget()
        self._form: ReplyForm | None = None
        self._of = ""
        self.body.addWidget(
            columns(self._list, self._view, self._right, left_width=520, right_width=460, first="left"), 1
        )
        self._right.hide()
        self.listen()

    def work(self) -> QWidget:
        return self._cases

    def refresh(self) -> None:
        self._list.show_rows(self.context.desk.challenging.cases(), 0)
        self._choose(self._cases.row())

    def _choose(self, case: Case | None) -> None:
        self._view.show_case(case)
        self._offer(case)
        self.settle_foot()

    def _offer(self, case: Case | None) -> None:
        """The form for a letter that has no answer; what was typed stays while the letter is the same."""
        wanted = case.letter.id if case is not None and case.reply is None else ""
        if wanted != self._of:
            while (old := self._right.widget(0)) is not None:
                self._right.removeWidget(old)
                old.deleteLater()
            self._form = ReplyForm(case) if case is not None and wanted else None
            if self._form is not None:
                self._right.addWidget(scrolled(self._form))
            self._of = wanted
        self._right.setVisible(bool(wanted))

    def show_foot(self) -> None:
        case = self._cases.row()
        if case is None:
            self.foot.say("mute", tr("没有待答复的质疑"))
            self.foot.set_buttons(self._paper_button())
        elif case.reply is not None:
            self.foot.say("ok", tr("已答复"), tr("质疑人和其他有关供应商已经可以看到"))
            letter = button(tr("存成答复函（PDF）"), pressed=self._ask_letter, object_name="print-reply")
            self.foot.set_buttons(self._paper_button(), letter)
        else:
            time = left_text(case.reply_until - self.context.now())
            self.foot.say("warn", tr("待答复"), tr("剩 {time}", time=time))
            answer = button(tr("签章答复"), "primary", self._ask, object_name="send-reply")
            self.foot.set_buttons(self._paper_button(), answer)

    def _paper_button(self) -> QPushButton:
        """A letter that came on paper is entered here."""
        return button(tr("登记纸质质疑函"), pressed=self._enter_paper, object_name="enter-paper")

    def _enter_paper(self) -> None:
        PaperDialog(self.window(), self.context, self._entered).open()

    def _entered(self, entered: Entered) -> None:
        enter = self.context.desk.challenging.enter
        self.do(
            tr("正在签章"), enter, entered.ground, entered.writer, entered.received, entered.scan, entered.matters,
            entered.authorisation,
        )  # fmt: skip

    def _ask_letter(self) -> None:
        case = self._cases.row()
        if case is None:
            return
        dialog = QFileDialog(self, tr("答复函存到哪里"), f"{tr('质疑答复函')}-{case.letter.id[:8]}.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(lambda path: self.save_letter(case, Path(path)))
        dialog.open()

    def save_letter(self, case: Case, target: Path) -> None:
        """The answer under the own seal, as a PDF to print and hand over."""
        told = tr("答复函已存到 {path}，可以打印送达", path=target)
        verb = self.context.desk.challenging.print_reply
        self.context.start(self, lambda _path: self.foot.say("ok", told), verb, case.letter.id, target)

    def _ask(self) -> None:
        case, form = self._cases.row(), self._form
        if case is None or form is None or not form.complete():
            return
        text = tr("答复由本单位签章，送达质疑人和其他有关供应商。答复后不能更改。")
        self.confirm(tr("答复质疑？"), text, tr("签章答复"), tr("再看看"), lambda: self._reply(case, form))

    def _reply(self, case: Case, form: ReplyForm) -> None:
        end = form.end()
        self.do(
            tr("正在签章"),
            self.context.desk.challenging.reply,
            case.letter.id,
            form.matters(),
            affects=end["affects"] == "yes",
            measure=end["measure"],
            complain_to=end["complain_to"],
            responder=end["responder"],
        )

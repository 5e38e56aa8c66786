"""质疑: what may still be challenged and until when, the letter to write, and the letters sent with their answers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from client.challenge_letter import Case
from client.workflows.challenging import Ground, Sender
from procurement.challenging.letter import Matter
from ui.boards.act_page import ActPage
from ui.boards.challenges import CaseView, case_table, matter_form, stage_word
from ui.boards.unsent import Writing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, not_started
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.columns import columns
from ui.kit.countdown import left_text, moment_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.listing import Listing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import label, row

UNSENT = "challenge"
"""The one letter that is being written"""


class LetterForm(QWidget):
    """Who writes, and matter after matter. `changed` fires as the person types."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._matters: list[Form] = []
        self.proofs: list[Path] = []
        sender = Card(tr("质疑人"), tr("94 号令第十二条"))
        self._sender = Form(
            (
                FieldSpec("representative", tr("法定代表人"), span=6),
                FieldSpec("contact", tr("联系人"), span=6),
                FieldSpec("phone", tr("电话"), span=6),
                FieldSpec("postcode", tr("邮编"), span=6),
                FieldSpec("address", tr("地址"), span=12),
                FieldSpec("agent", tr("委托代理人"), required=False, span=6, note=tr("没有的不填")),
            )
        )
        self._sender.on_edited(lambda _name: self.changed.emit())
        self.authorisation: Path | None = None
        self._authority = label(tr("代理人提出的，附授权委托书（PDF）"), "hint", wrap=True)
        authorise = button(
            tr("选择授权委托书"), pressed=self._ask_authority, small=True, object_name="attach-authority"
        )
        sender.body.addWidget(self._sender)
        sender.body.addLayout(row(authorise, self._authority, spacing=10))
        self._card = Card(tr("质疑事项"), tr("同一环节的事项请一次提出"))
        self._box = QVBoxLayout()
        self._box.setSpacing(16)
        self._card.body.addLayout(self._box)
        more = button(tr("再加一项"), pressed=self.add_matter, small=True, object_name="add-matter")
        self._less = button(tr("去掉最后一项"), pressed=self._drop, small=True, object_name="drop-matter")
        attach = button(tr("添加证明材料"), pressed=self._choose, small=True, object_name="attach-evidence")
        self._files = label("", "hint", wrap=True)
        line = row(more, self._less, attach)
        line.addStretch(1)
        self._card.body.addLayout(line)
        self._card.body.addWidget(self._files)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(sender)
        box.addWidget(self._card)
        box.addStretch(1)
        self.add_matter()

    def add_matter(self) -> None:
        made = matter_form(len(self._matters) + 1)
        made.on_edited(lambda _name: self.changed.emit())
        self._matters.append(made)
        self._box.addWidget(made)
        self._less.setEnabled(len(self._matters) > 1)

    def _drop(self) -> None:
        if len(self._matters) > 1:
            last = self._matters.pop()
            last.hide()
            last.deleteLater()
            self.changed.emit()
        self._less.setEnabled(len(self._matters) > 1)

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择证明材料"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, paths: list[str]) -> None:
        self.proofs += [Path(path) for path in paths]
        self._files.setText("、".join(path.name for path in self.proofs))

    def _ask_authority(self) -> None:
        dialog = QFileDialog(self, tr("选择授权委托书"), "", "PDF (*.pdf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.authorise(Path(path)))
        dialog.open()

    def authorise(self, path: Path) -> None:
        """The file that empowers the agent."""
        self.authorisation = path
        self._authority.setText(path.name)

    def written(self) -> dict[str, str]:
        """What is written, by matter and field; "0" is who writes. Files are only noted: they are chosen again."""
        forms = enumerate((self._sender, *self._matters))
        found = {f"{at}/{name}": text for at, form in forms for name, text in form.values().items() if text}
        return found | ({"files": "yes"} if found and (self.proofs or self.authorisation) else {})

    def restore(self, written: dict[str, str]) -> None:
        """Go on with what was written."""
        if written.get("files"):
            self._files.setText(tr("上次选的文件要重新选"))
        for place, text in sorted(written.items()):
            at, _, name = place.partition("/")
            while at.isdecimal() and len(self._matters) < int(at):
                self.add_matter()
            if at.isdecimal():
                (self._sender, *self._matters)[int(at)].fill({name: text})

    def complete(self) -> bool:
        """Whether every required field is filled; shows those that are not. An agent and the authority go together."""
        whole = True
        for form in (self._sender, *self._matters):
            titles = form.missing()
            form.show_errors({n: tr("请填写") for n, f in form.fields.items() if f.spec.title in titles})
            whole = whole and not titles
        agent = self._sender.values()["agent"]
        if bool(agent) != (self.authorisation is not None):
            wrong = tr("附上授权委托书") if agent else tr("填写代理人")
            self._sender.fields["agent"].show_error(wrong)
            whole = False
        return whole

    def writer(self) -> Sender:
        told = self._sender.values()
        return Sender(
            told["representative"],
            told["contact"],
            told["phone"],
            told["address"],
            told["postcode"],
            told["agent"],
            self.authorisation,
        )

    def matters(self) -> tuple[Matter, ...]:
        return tuple(Matter(**form.values()) for form in self._matters)


class ChallengePage(ActPage):
    """Left what may be challenged and what was; right the letter, or the case."""

    topic = "supplier-challenge"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("质疑"), under=tr("知道或应当知道权益受损之日起 7 个工作日内，在线提出"))
        self._form: LetterForm | None = None
        self._unsent = Writing(self, context, self, self._written)
        self._begun = self._unsent.begin(UNSENT)
        self._grounds: Table[Ground] = Table(
            (
                Column(tr("可以质疑"), lambda one: Cell(one.tender.title, stage_word(one.stage)), 0),
                Column(tr("质疑期至"), lambda one: Cell(moment_text(one.until, seconds=False), self._left(one)), 168),
                Column(tr("状态"), lambda one: Cell(state=_ground_state(one)), 110),
            ),
            tr("可以质疑"),
            row_height=56,
        )
        self._cases = case_table(context)
        self._grounds_list = Listing(
            self._grounds,
            "chat",
            "mute",
            tr("现在没有可以质疑的环节"),
            tr("采购文件发布、开标、结果公告后，在质疑期内会列在这里。"),
        )
        self._cases_list = Listing(
            self._cases, "chat", "mute", tr("还没有提出过质疑"), tr("提出的质疑和答复会列在这里。")
        )
        self._grounds.on_selected(lambda one: self._choose_ground(one))
        self._cases.on_selected(lambda one: self._choose_case(one))
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._grounds_list, 1)
        box.addWidget(self._cases_list, 1)
        self._right = QStackedWidget()
        self._view = CaseView(context)
        self._right.addWidget(self._view)
        self.body.addWidget(columns(left, self._right, left_width=620, first="left"), 1)
        self.listen()

    def work(self) -> QWidget:
        return self._grounds

    def refresh(self) -> None:
        challenging = self.context.desk.challenging
        self._grounds_list.show_rows(challenging.grounds())
        self._cases_list.show_rows(challenging.cases())
        self._view.show_case(self._cases.row())
        self.settle_foot()

    def _left(self, ground: Ground) -> str:
        return tr("剩 {time}", time=left_text(ground.until - self.context.now()))

    def _choose_ground(self, ground: Ground | None) -> None:
        if ground is None:
            return
        self._cases.clearSelection()
        if self._form is None:
            self._form = LetterForm()
            self._form.restore(self._begun)
            self._form.changed.connect(self._unsent.changed)
            self._right.addWidget(scrolled(self._form))
        self._right.setCurrentIndex(1)
        self.settle_foot()

    def _choose_case(self, case: Case | None) -> None:
        if case is None:
            return
        self._grounds.clearSelection()
        self._view.show_case(case)
        self._right.setCurrentIndex(0)
        self.settle_foot()

    def _chosen(self) -> Ground | None:
        return self._grounds.row() if self._right.currentIndex() == 1 else None

    def show_foot(self) -> None:
        ground = self._chosen()
        if ground is None and (self._begun if self._form is None else self._written()):
            self.foot.say(
                "info", tr("有一封没写完的质疑函"), tr("选一个环节接着写；加密存在本机，提出或清空后不再保存")
            )
            self.foot.set_buttons(button(tr("不写了，清空"), pressed=self._ask_drop, object_name="drop-letter"))
            return
        if ground is None:
            self.foot.say("mute", tr("选一个环节写质疑函"), tr("质疑期内提出的，不得拒收；7 个工作日内答复"))
            self.foot.set_buttons()
            return
        send = button(tr("签章提出质疑"), "primary", self._ask, object_name="send-challenge")
        if ground.made:
            self.foot.say("info", tr("这个环节已经质疑过"), tr("采购文件要求同一环节一次提出"))
        else:
            self.foot.say("info", stage_word(ground.stage), tr("答复前，可能影响结果的，暂停签订合同"))
        self.foot.set_buttons(send)

    def _ask(self) -> None:
        ground, form = self._chosen(), self._form
        if ground is None or form is None or not form.complete():
            return
        text = tr("质疑函由本单位签章，送达代理机构和采购人，财政部门可见。提出后不能更改。")
        self.confirm(tr("提出质疑？"), text, tr("签章提出"), tr("再看看"), lambda: self._send(ground, form))

    def _send(self, ground: Ground, form: LetterForm) -> None:
        challenge = self.context.desk.challenging.challenge
        self.do(tr("正在签章"), challenge, ground, form.writer(), form.matters(), tuple(form.proofs), then=self._sent)

    def _written(self) -> dict[str, str]:
        return self._form.written() if self._form is not None else {}

    def _ask_drop(self) -> None:
        text = tr("写过的内容不再保存，不能找回。")
        self.confirm(tr("清空没写完的质疑函？"), text, tr("不写了，清空"), tr("留着"), self._dropped, danger=True)

    def _dropped(self) -> None:
        self._sent(None)
        self.settle_foot()

    def _sent(self, _outcome: object) -> None:
        self._unsent.drop()
        self._begun = {}
        form, self._form = self._form, None
        area = self._right.widget(1)
        if form is not None and area is not None:
            self._right.removeWidget(area)
            area.deleteLater()
        self._right.setCurrentIndex(0)
        self._grounds.clearSelection()


def _ground_state(ground: Ground) -> State:
    return done(tr("已提出")) if ground.made else not_started(tr("可提出"))

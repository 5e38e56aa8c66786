"""Help: the text of one page with the rules behind it, or the keys and words that hold everywhere; F1 opens that of the page in view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from procurement.basics.rules import rulebook
from ui import theme
from ui.citations import cited
from ui.help_texts import KEYS, HelpText, Part, help_text
from ui.i18n import pick, tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.columns import columns
from ui.kit.page import Page
from ui.kit.text import TOP, column, label, row
from ui.theme import px, wide


class Help(Page):
    """At the left what there is help for, at the right the text. `topic`: of which page; none for keys and words."""

    topic = KEYS

    def __init__(self, topic: str = KEYS, topics: Sequence[str] = (), *, back: bool = False) -> None:
        super().__init__(head=64, foot=back)
        self._back: QWidget | None = None
        shown = _text(topic)
        self.head.show_title(shown.title if shown else tr("帮助"), place=tr("帮助") if shown else "")
        middle = _of_page(shown) if shown else _of_all()
        box = QWidget()
        box.setLayout(column(*middle, 0, spacing=12))
        if topics:
            self.body.addWidget(columns(self._index(topic, topics), box, left_width=280))
        else:
            self.body.addWidget(box)
        self.body.addStretch(1)
        if back:
            self.foot.say("mute", tr("按 Alt+← 也能返回"))
            made = button(tr("返回"), "primary", lambda: self.asked.emit(""), object_name="help-back")
            self._back = made
            self.foot.set_buttons(made)

    def work(self) -> QWidget | None:
        return self._back

    def _index(self, topic: str, topics: Sequence[str]) -> QWidget:
        card = Card(tr("各页的帮助"))
        card.body.setSpacing(0)
        for one in (KEYS, *topics):
            text = _text(one)
            title = text.title if text else tr("快捷键和几个词")
            made = button(title, "link", partial(self.asked.emit, f"help/{one}"), object_name=f"help-{one}", small=True)
            made.setEnabled(one != topic)
            card.body.addLayout(row(made, 0))
        report = button(tr("查看诊断信息"), pressed=lambda: self.asked.emit("diagnosis"), object_name="open-diagnosis")
        practise = button(tr("先练一次"), pressed=lambda: self.asked.emit("practice"), object_name="open-practice")
        card.body.addSpacing(8)
        card.body.addLayout(row(report, 0))
        card.body.addLayout(row(practise, 0))
        card.body.addStretch(1)
        return card


def _text(topic: str) -> HelpText | None:
    try:
        return help_text(topic)
    except KeyError:
        return None


def help_title(topic: str) -> str:
    shown = _text(topic)
    return shown.title if shown else tr("快捷键和几个词")


def help_cards(topic: str) -> list[QWidget]:
    """The text of a topic, or keys and words, as cards: for pages and for the dialog at sign-in."""
    shown = _text(topic)
    return list(_of_page(shown) if shown else _of_all())


def _of_page(text: HelpText) -> list[QWidget]:
    made: list[QWidget] = [_part(part) for part in text.parts]
    rules = [rulebook()[rule][-1] for rule in text.rules if rule in rulebook()]
    if rules:
        card = Card(tr("依据"), tr("条文内容取自程序的规则库"))
        pairs = [(one.id, f"{cited(one.citation)}：{pick(one.why, one.why_en)}") for one in rules]
        card.body.addWidget(Facts(pairs, name_width=64))
        made.append(card)
    made.append(label(tr("为 {version} 版编写；随程序安装，不联网也能看。", version=text.program), "hint", wrap=True))
    return made


def _part(part: Part) -> Card:
    card = Card(part.head)
    for line in part.lines:
        card.body.addWidget(label(line, "body", wrap=True, copy=True))
    for point in part.points:
        dot = QLabel("·")
        dot.setStyleSheet(f"color: {theme.current().text3};")
        said = label(point, "body", wrap=True, copy=True)
        beside = row(spacing=8)
        beside.addWidget(dot, 0, TOP)
        beside.addWidget(said, 1)
        card.body.addLayout(beside)
    return card


def _of_all() -> list[QWidget]:
    keys = Card(tr("快捷键"))
    keys.body.addWidget(
        Facts(
            (
                ("Alt+1 … 9", tr("到第几步")),
                ("Alt+←", tr("返回上一处")),
                ("Ctrl+PgDn", tr("编制时到下一节")),
                ("Ctrl+PgUp", tr("编制时到上一节")),
                ("Alt+0", tr("编制时到投标文件目录")),
                ("Ctrl+↓", tr("逐项填写时到下一项")),
                ("Ctrl+↑", tr("逐项填写时到上一项")),
                ("F6", tr("到下一栏")),
                ("Ctrl+F", tr("在打开的文件中查找")),
                ("Ctrl+V", tr("在报价表中粘贴 Excel 的单元格")),
                ("Esc", tr("关闭对话框")),
                ("F1", tr("打开本页帮助")),
            ),
            name_width=96,
        )
    )
    words = Card(tr("几个词"))
    words.body.addWidget(
        Facts(
            (
                (tr("未递交"), tr("平台上还没有这份投标。签章、加密、上传都不等于递交，只有核验过的回执才算。")),
                (tr("已递交"), tr("回执已存本机并核验：平台签名、时间戳、日志包含证明。")),
                (tr("释放"), tr("截止后由投标人交出自己的那一份密钥，全部释放后一起开标。")),
                (tr("备份补入"), tr("用备份条代替证书释放，须在解密时限内。")),
                (tr("线索"), tr("系统只列线索，不作结论；认定由人作出。")),
            ),
            name_width=96,
        )
    )
    return [keys, words, label(tr("时间均为北京时间，以服务器时钟为准。"), "hint")]


class HelpDialog(QDialog):
    """The help beside a window without pages: at sign-in."""

    def __init__(self, parent: QWidget, topic: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(tr("帮助"))
        self.resize(wide(640), px(560))
        inner = QWidget()
        inner.setObjectName("canvas")
        box = column(label(help_title(topic), "title", wrap=True), *help_cards(topic), 0, spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        inner.setLayout(box)
        close = button(tr("关闭"), "primary", self.accept, object_name="close-help")
        foot = row(0, close)
        foot.setContentsMargins(16, 8, 16, 12)
        whole = column(scrolled(inner), foot, spacing=0)
        whole.setContentsMargins(0, 0, 0, 0)
        self.setLayout(whole)
        close.setFocus()

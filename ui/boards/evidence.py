"""核验: drop a receipt, a sealed paper or an archive, and see what holds, what is wrong, how strong it is and what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.verify.report import Fault, Report
from client.workflows.verifying import ReceiptFacts, Verified
from ui.boards.act_page import ActPage
from ui.boards.ledger import act_word
from ui.context import Context
from ui.i18n import language, tr
from ui.kit.badge import State, blocked, done
from ui.kit.banner import Banner
from ui.kit.cards import Card, Checks, Facts, scrolled
from ui.kit.countdown import exact_text
from ui.kit.files import DropZone
from ui.kit.text import clear, column, label
from ui.messages import words_of

SUFFIXES = "Jincai (*.json *.pdf *.zip)"


def line_text(line: str) -> str:
    """A line of a report in the language in use. Reports are written in both: `English / 中文`."""
    english, _, chinese = line.rpartition(" / ")
    if not english:
        return line
    return english if language() == "en" else f"{chinese}（{english}）"


def check_word(check: str) -> str:
    """A check's name alone."""
    english, _, chinese = check.rpartition(" / ")
    return (english if language() == "en" else chinese) or check


class EvidencePage(ActPage):
    """Works without a network and without the platform: only the anchors of this profile are believed."""

    topic = "evidence"

    def __init__(self, context: Context) -> None:
        super().__init__(context, head=84)
        self.head.show_title(tr("核验"), under=tr("在本机核对，不联网，不问平台；只信本账户的信任根"))
        self._zone = DropZone(
            tr("把回执、签章的 PDF 或档案拖到这里"), tr("回执 .json，文件 .pdf，档案 .zip"), suffixes=SUFFIXES
        )
        self._zone.on_given(self.check)
        self._banner = Banner()
        self._found = QVBoxLayout()
        self._found.setSpacing(12)
        self._found.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self._found)
        self.body.addWidget(self._zone)
        self.body.addWidget(self._banner)
        self.body.addWidget(scrolled(inner), 1)
        self.settle_foot()

    def work(self) -> QWidget:
        return self._zone.choose

    def refresh(self) -> None:
        self.settle_foot()

    def show_foot(self) -> None:
        self.foot.say("mute", tr("与命令行的 jincai verify 是同一套核对"), tr("核验不改动文件，也不上传"))
        self.foot.set_buttons()

    def check(self, path: Path) -> None:
        """Check a file; what is shown of an earlier one goes."""
        self._banner.hide()
        clear(self._found)
        self.do(tr("正在核验"), self.context.desk.verifying.check, path, then=self._show)

    def _show(self, found: Verified) -> None:
        report = found.report
        if report.good:
            self._banner.say("ok", tr("核验通过"), tr("{name}：核对的各项都成立。", name=found.name))
        else:
            count = len(report.faults)
            text = tr("{name}：有 {count} 处不成立。请保留原件，不要据此办事。", name=found.name, count=count)
            self._banner.say("danger", tr("核验不通过"), text)
        if report.faults:
            self._found.addWidget(_faults(report.faults))
        if found.receipt is not None:
            self._found.addWidget(_receipt(found.receipt))
        self._found.addWidget(_checks(report))
        for title, note, lines in (
            (tr("签章"), tr("文件里的签章与所有人"), report.seals),
            (tr("证据强度"), tr("时间、见证由谁出具"), report.grades),
            (tr("无法证明"), tr("这份材料本身说明不了的"), report.limits),
        ):
            if lines:
                self._found.addWidget(_lines(title, note, lines))
        self._found.addStretch(1)


def _faults(faults: Sequence[Fault]) -> Card:
    card = Card(tr("不成立的"), tr("{count} 处", count=len(faults)))
    for fault in faults:
        words = words_of(fault.problem)
        head = label(f"{check_word(fault.check)}：{words.title}", "strong", "danger", wrap=True)
        text = label(f"{fault.subject}　{words.text}", "small", wrap=True, copy=True)
        card.body.addLayout(column(head, text, spacing=2))
    return card


def _receipt(facts: ReceiptFacts) -> Card:
    card = Card(tr("这份回执"))
    card.body.addWidget(
        Facts(
            (
                (tr("事项"), act_word(facts.act)),
                (tr("平台收到"), exact_text(facts.received)),
                (tr("日志位置"), str(facts.place)),
                (tr("编号"), facts.id),
            ),
            name_width=84,
        )
    )
    return card


def _checks(report: Report) -> Card:
    card = Card(tr("核对了什么"), tr("{count} 项", count=len(report.passed)))
    rows: list[tuple[State, str]] = []
    for check, count in report.passed:
        bad = sum(fault.check == check for fault in report.faults)
        make = blocked if bad else done
        rows.append((make(check_word(check)), tr("{good} / {count} 成立", good=count - bad, count=count)))
    card.body.addWidget(Checks(rows, columns=2, name_width=150))
    return card


def _lines(title: str, note: str, lines: Sequence[str]) -> Card:
    card = Card(title, note)
    for line in dict.fromkeys(lines):
        card.body.addWidget(label(line_text(line), "small", wrap=True, copy=True))
    return card

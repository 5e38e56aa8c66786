"""纸质质疑函 as purchaser or agency enter it: what it is about, who wrote it, when it came, the scan, and its matters (94号令 第十三条)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from client.workflows.challenging import Challenger, Ground
from procurement.basics.moment import SHANGHAI
from procurement.challenging.letter import Matter
from ui.boards.challenges import matter_form, stage_word
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.focus import FocusRing
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import column, label, row

_USCC = re.compile(r"[0-9A-Z]{18}\Z")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed, complete."""

    ground: Ground
    writer: Challenger
    received: datetime
    scan: Path
    matters: tuple[Matter, ...]
    authorisation: Path | None


class PaperDialog(QDialog):
    """`then` gets what was entered. Nothing is sent half empty."""

    def __init__(self, parent: QWidget, context: Context, then: Callable[[Entered], object]) -> None:
        super().__init__(parent)
        self._context, self._then = context, then
        self._grounds = context.desk.challenging.grounds_of()
        self.scan: Path | None = None
        self.authorisation: Path | None = None
        self.setObjectName("paper-challenge")
        self.setWindowTitle(tr("登记纸质质疑函"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(760, parent.width() - 40), min(720, parent.height() - 40))
        grounds = tuple((str(place), _ground_words(one)) for place, one in enumerate(self._grounds))
        now = context.now().astimezone(SHANGHAI)
        self.form = Form(
            (
                FieldSpec("ground", tr("质疑的环节"), "choice", choices=grounds, span=12),
                FieldSpec("day", tr("收到日期"), span=3, note=f"{now:%Y-%m-%d}"),
                FieldSpec("hour", tr("收到时间"), span=3, note=f"{now:%H:%M}"),
                FieldSpec("code", tr("统一社会信用代码"), span=6),
                FieldSpec("name", tr("质疑人"), span=6),
                FieldSpec("contact", tr("联系人"), span=3),
                FieldSpec("phone", tr("电话"), span=3),
                FieldSpec("address", tr("地址"), span=9),
                FieldSpec("postcode", tr("邮编"), span=3),
                FieldSpec("agent", tr("委托代理人"), required=False, span=6, note=tr("没有的不填")),
            )
        )
        self._scan = label(tr("扫描件（PDF），连同信封"), "hint", wrap=True)
        self._authority = label(tr("代理人提出的，附授权委托书（PDF）"), "hint", wrap=True)
        scan = button(
            tr("选择扫描件"), pressed=lambda: self._ask_file(self.take_scan), small=True, object_name="attach-scan"
        )
        authority = button(
            tr("选择授权委托书"), pressed=lambda: self._ask_file(self.take_authority), small=True,
            object_name="attach-authority",
        )  # fmt: skip
        self._matters: list[Form] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(16)
        more = button(tr("再加一项"), pressed=self.add_matter, small=True, object_name="add-matter")
        letter = Card(tr("质疑函"), tr("按原件抄录，原件以扫描件为准"))
        letter.body.addWidget(self.form)
        letter.body.addLayout(row(scan, self._scan, spacing=10))
        letter.body.addLayout(row(authority, self._authority, spacing=10))
        matters = Card(tr("质疑事项"))
        matters.body.addLayout(self._box)
        matters.body.addLayout(row(more, 0))
        inner = QWidget()
        inner.setLayout(column(letter, matters, 0, spacing=12))
        keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        act = button(tr("签章登记"), "primary", self._send, object_name="act")
        box = column(scrolled(inner), row(0, keep, act), spacing=12)
        box.setStretch(0, 1)
        box.setContentsMargins(20, 18, 20, 16)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.add_matter()

    def add_matter(self) -> None:
        """One more matter of the letter."""
        made = matter_form(len(self._matters) + 1)
        self._matters.append(made)
        self._box.addWidget(made)

    def _ask_file(self, then: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self, tr("选择扫描件"), "", "PDF (*.pdf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.open()

    def take_scan(self, path: Path) -> None:
        self.scan = path
        self._scan.setText(path.name)

    def take_authority(self, path: Path) -> None:
        self.authorisation = path
        self._authority.setText(path.name)

    def received(self) -> datetime | None:
        """The moment typed, in Beijing time; None where it is none, or not yet."""
        typed = self.form.values()
        hour = _TIME.match(typed["hour"].strip())
        try:
            day = date.fromisoformat(typed["day"].strip())
        except ValueError:
            return None
        if hour is None:
            return None
        moment = datetime.combine(day, time(int(hour[1]), int(hour[2])), SHANGHAI)
        return moment if moment <= self._context.now() else None

    def entered(self) -> Entered | None:
        """Everything, or None and the fields say what is wrong."""
        whole = True
        for form in (self.form, *self._matters):
            titles = form.missing()
            form.show_errors({n: tr("请填写") for n, f in form.fields.items() if f.spec.title in titles})
            whole = whole and not titles
        typed, received = self.form.values(), self.received()
        code = typed["code"].strip().upper()
        if received is None:
            self.form.fields["day"].show_error(tr("写成 2026-03-02 和 10:05，不晚于现在"))
        if not _USCC.match(code):
            self.form.fields["code"].show_error(tr("应为 18 位数字和大写字母"))
        if bool(typed["agent"]) != (self.authorisation is not None):
            self.form.fields["agent"].show_error(tr("附上授权委托书") if typed["agent"] else tr("填写代理人"))
            whole = False
        if self.scan is None:
            self._scan.setText(tr("请选择扫描件（PDF）"))
        if not whole or received is None or not _USCC.match(code) or self.scan is None:
            return None
        who = (typed[name] for name in ("name", "contact", "phone", "address", "postcode", "agent"))
        matters = tuple(Matter(**form.values()) for form in self._matters)
        ground = self._grounds[int(typed["ground"])]
        return Entered(ground, Challenger(code, *who), received, self.scan, matters, self.authorisation)

    def _send(self) -> None:
        found = self.entered()
        if found is not None:
            self._then(found)
            self.accept()


def _ground_words(one: Ground) -> str:
    return f"{stage_word(one.stage)}·{one.tender.title}·{one.tender.lot_word(one.lot)}"

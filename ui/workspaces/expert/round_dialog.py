"""提出一轮: what is asked of all, changes of terms that the tender allows, and what is said to one bidder alone (L-322, L-354)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from procurement.evaluation.final_round import round_minutes
from procurement.evaluation.talks import TalkPoint, TermChange
from procurement.tendering.tender import Tender
from ui.boards.talks import change_text, kind_word, round_word
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.focus import FocusRing
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.text import column, label, row
from ui.theme import wide

NO_CHANGE, NO_POINT = {"kind": "", "place": "", "before": "", "after": ""}, {"supplier": "", "said": ""}


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """A round as far as the leader has written it; kept when the window of it is closed."""

    subject: str = ""
    minutes: str = ""
    changes: tuple[TermChange, ...] = ()
    points: tuple[TalkPoint, ...] = ()


class RoundDialog(QDialog):
    """`kept` takes what was written whenever the window closes; `taken` is called when it is to be signed."""

    def __init__(
        self,
        parent: QWidget,
        tender: Tender,
        number: int,
        names: Mapping[str, str],
        draft: RoundDraft,
        kept: Callable[[RoundDraft], object],
        taken: Callable[[], object],
    ) -> None:
        """`names`: bidders still in, by code."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = tr("提出{round}", round=round_word(number))
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(wide(720), wide(600))
        self._least, self._names = round_minutes(tender), names
        self._changes, self._points = list(draft.changes), list(draft.points)
        self._kept, self._taken = kept, taken
        note = tr("不少于 {minutes} 分钟", minutes=self._least)
        self._form = Form(
            (
                FieldSpec("subject", tr("对各家的要求"), "long", span=12, tall=True),
                FieldSpec("minutes", tr("答复时间"), "integer", tr("分钟"), span=6, note=note),
            )
        )
        self._form.fill({"subject": draft.subject, "minutes": draft.minutes or str(self._least)})
        inner = QWidget()
        allowed = tender.negotiation.changeable if tender.negotiation is not None else ()
        parts: list[QWidget | int] = [self._form, self._change_card(allowed), self._point_card(), 0]
        inner.setLayout(column(*parts, spacing=14))
        words = tr("同一时刻书面通知仍在谈判的各家；文字里不能出现成员或其他供应商的名称。")
        keep = button(tr("暂不"), pressed=self.reject, object_name="keep")
        self.act = button(tr("写好了"), "primary", self._take, object_name="take-round")
        box = column(
            label(title, "title"), label(words, "small", "text2", wrap=True), scrolled(inner), row(0, keep, self.act),
            spacing=12,
        )  # fmt: skip
        box.setStretch(2, 1)
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.finished.connect(lambda _how: self._kept(self._draft()))
        self._show()

    def _change_card(self, allowed: tuple[str, ...]) -> Card:
        card = Card(tr("条款变动"), tr("经采购人代表确认后才通知各家"))
        self._change = Form(
            (
                FieldSpec(
                    "kind", tr("变动的类别"), "choice", choices=tuple((k, kind_word(k)) for k in allowed), span=6
                ),
                FieldSpec("place", tr("章节、条款"), span=6),
                FieldSpec("before", tr("原文"), span=12, required=False, note=tr("增加条款的不填")),
                FieldSpec("after", tr("改为"), "long", span=12),
            )
        )
        self._change_list = label("", "small", wrap=True)
        none = label(tr("采购文件没有写明可以变动的内容，本项目不能变动条款。"), "hint", wrap=True)
        none.setVisible(not allowed)
        self._change.setVisible(bool(allowed))
        add = button(tr("加上这条变动"), pressed=self._add_change, small=True, object_name="add-change")
        add.setVisible(bool(allowed))
        self._drop_change = button(tr("删去最后一条"), "link", self._take_change_back, small=True)
        for one in (none, self._change_list, self._change):
            card.body.addWidget(one)
        card.body.addLayout(row(add, self._drop_change, 0))
        return card

    def _point_card(self) -> Card:
        card = Card(tr("单独提出"), tr("只对这一家说，其他供应商看不到"))
        choices = tuple(self._names.items())
        self._point = Form(
            (
                FieldSpec("supplier", tr("供应商"), "choice", choices=choices, span=12, required=False),
                FieldSpec("said", tr("内容"), "long", span=12, required=False),
            )
        )
        self._point_list = label("", "small", wrap=True)
        add = button(tr("加上这条"), pressed=self._add_point, small=True, object_name="add-point")
        self._drop_point = button(tr("删去最后一条"), "link", self._take_point_back, small=True)
        for one in (self._point_list, self._point):
            card.body.addWidget(one)
        card.body.addLayout(row(add, self._drop_point, 0))
        return card

    def _show(self) -> None:
        self._change_list.setText("\n".join(change_text(one) for one in self._changes))
        self._change_list.setVisible(bool(self._changes))
        self._drop_change.setVisible(bool(self._changes))
        self._point_list.setText(
            "\n".join(f"{self._names.get(p.supplier, p.supplier)}：{p.text}" for p in self._points)
        )
        self._point_list.setVisible(bool(self._points))
        self._drop_point.setVisible(bool(self._points))

    def _add_change(self) -> bool:
        typed = self._change.values()
        missing = {name: tr("请填写") for name in ("kind", "place", "after") if not typed[name]}
        self._change.show_errors(missing)
        if missing:
            return False
        self._changes.append(TermChange.model_validate(typed))
        self._change.fill(NO_CHANGE)
        self._show()
        return True

    def _add_point(self) -> bool:
        typed = self._point.values()
        missing = {name: tr("请填写") for name in ("supplier", "said") if not typed[name]}
        self._point.show_errors(missing)
        if missing:
            return False
        self._points = [one for one in self._points if one.supplier != typed["supplier"]]
        self._points.append(TalkPoint(supplier=typed["supplier"], text=typed["said"]))
        self._point.fill(NO_POINT)
        self._show()
        return True

    def _take_change_back(self) -> None:
        last = self._changes.pop()
        self._change.fill({"kind": last.kind, "place": last.place, "before": last.before, "after": last.after})
        self._show()

    def _take_point_back(self) -> None:
        last = self._points.pop()
        self._point.fill({"supplier": last.supplier, "said": last.text})
        self._show()

    def _draft(self) -> RoundDraft:
        typed = self._form.values()
        return RoundDraft(typed["subject"], typed["minutes"], tuple(self._changes), tuple(self._points))

    def _take(self) -> None:
        """What is typed and not added yet is added first; what is missing is named."""
        typed, minutes = self._form.values(), as_number(self._form.values()["minutes"])
        errors = {} if typed["subject"] else {"subject": tr("请填写")}
        if minutes is None or minutes < self._least:
            errors["minutes"] = tr("不少于 {minutes} 分钟", minutes=self._least)
        self._form.show_errors(errors)
        if errors:
            return
        if any(self._change.values().values()) and not self._add_change():
            return
        if any(self._point.values().values()) and not self._add_point():
            return
        self.accept()
        self._taken()

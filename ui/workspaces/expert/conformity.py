"""符合性审查: one verdict for each item of each qualified bid; the majority decides."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget

from client.lot_day import LotDay
from client.views.lots import LotStory
from procurement.basics.typed import sound_text
from procurement.evaluation.sheets import Verdict
from ui.boards.bid_papers import EvidencePane
from ui.boards.consortium import ConsortiumBanner
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import blocked, done
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.page import Page
from ui.kit.tables import Cell
from ui.kit.text import column, label
from ui.theme import px
from ui.theme.tokens import Tone
from ui.workspaces.expert.grid import GridRow, MarkGrid, short_name


class ConformityPane(QWidget):
    """Left the grid, in the middle the bid, at the right the item and the verdict."""

    def __init__(self, context: Context, page: Page, day: LotDay) -> None:
        super().__init__()
        self._context, self._page, self._day = context, page, day
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._lot = day.published.lot(day.lot)
        self._items = {item.code: item for item in self._lot.conformity}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._at = ("", "")
        self._quiet = False
        self._bidders = tuple((supplier, day.names[supplier]) for supplier in day.forms)
        rows = [
            GridRow(item.code, item.title, "★" if item.importance == "star" else "") for item in self._lot.conformity
        ]
        self._grid = MarkGrid(
            rows, [(code, short_name(name)) for code, name in self._bidders], self._cell, tr("审查项"), tr("性质")
        )
        self._grid.picked.connect(self._show_cell)
        card = Card(tr("我的审查"), tr("他人的结论在全部提交后公开"), flush=True)
        card.body.addWidget(self._grid)
        self._evidence = EvidencePane(context)
        self._make_detail()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._consortium = ConsortiumBanner()
        box.addWidget(self._consortium)
        box.addWidget(columns(card, self._evidence, self._detail, left_width=500, right_width=312, first="left"))

    def _make_detail(self) -> None:
        self._detail = Card(tr("审查项"))
        self._who = label("", "hint")
        self._text = label("", "small", wrap=True)
        self._where = label("", "hint", wrap=True)
        self._pass = QRadioButton(tr("符合"))
        self._fail = QRadioButton(tr("不符合"))
        for made, name in ((self._pass, "pass"), (self._fail, "fail")):
            made.setAccessibleName(made.text())
            made.setObjectName(name)
            made.clicked.connect(self._judged)
        self._reason = QPlainTextEdit()
        self._reason.setAccessibleName(tr("理由"))
        self._reason.setObjectName("reason")
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(px(92))
        self._reason.setPlaceholderText(tr("不符合的，写明事实和依据"))
        self._reason.textChanged.connect(self._judged)
        self._all = button(tr("其余未审的都符合"), pressed=self._pass_rest, small=True, object_name="pass-rest")
        self._detail.body.addLayout(
            column(
                self._who,
                self._text,
                self._where,
                self._pass,
                self._fail,
                label(tr("理由"), "label"),
                self._reason,
                0,
                self._all,
            )
        )

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self._evidence.show_talks(story.talks)
        me = self._context.desk.actor
        mine = next((act for act in story.conformity if act.value.member == me), None)
        if mine is not None:
            self._verdicts = {(one.item, one.supplier): one for one in mine.value.verdicts}
        for made in (self._pass, self._fail, self._reason, self._all):
            made.setEnabled(mine is None)
        self._grid.show_again()
        if not self._at[0] and self._items and self._bidders:
            self._grid.go(next(iter(self._items)), self._bidders[0][0])

    def _cell(self, item: str, supplier: str) -> Cell:
        verdict = self._verdicts.get((item, supplier))
        if verdict is None:
            return Cell(tr("未审"), tone="text3")
        return Cell(state=done(tr("符合")) if verdict.passed else blocked(tr("不符合")))

    def _show_cell(self, item: str, supplier: str) -> None:
        self._at = (item, supplier)
        one = self._items[item]
        self._quiet = True
        mark = "★ " if one.importance == "star" and not one.title.startswith("★") else ""
        self._detail.title.setText(mark + one.title)
        self._who.setText(self._day.names[supplier])
        self._consortium.show_bid(supplier, self._day.forms, self._day.names)
        self._text.setText(one.text)
        self._where.setText(tr("位置：{words}", words=self._evidence.show_item(self._day.forms[supplier], item)))
        verdict = self._verdicts.get((item, supplier))
        for made, value in ((self._pass, True), (self._fail, False)):
            made.setAutoExclusive(False)
            made.setChecked(verdict is not None and verdict.passed is value)
            made.setAutoExclusive(True)
        self._reason.setPlainText(verdict.reason if verdict else "")
        self._quiet = False

    def _judged(self) -> None:
        if self._quiet or not (self._pass.isChecked() or self._fail.isChecked()):
            return
        item, supplier = self._at
        passed = self._pass.isChecked()
        reason = "" if passed else sound_text(self._reason.toPlainText()).strip()
        self._verdicts[(item, supplier)] = Verdict(supplier=supplier, item=item, passed=passed, reason=reason)
        self._grid.show_again()
        self._page.show_foot()  # type: ignore[attr-defined]

    def _pass_rest(self) -> None:
        for item, supplier in self._grid.order():
            self._verdicts.setdefault((item, supplier), Verdict(supplier=supplier, item=item, passed=True))
        self._grid.show_again()
        self._show_cell(*self._at)
        self._page.show_foot()  # type: ignore[attr-defined]

    # -- footer

    def progress(self) -> tuple[str, int, int]:
        return tr("我的审查"), len(self._verdicts), len(self._grid.order())

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story, me = self._story, self._context.desk.actor
        if story is None or any(act.value.member == me for act in story.conformity):
            return "ok", tr("已提交符合性审查"), tr("多数意见在全部成员提交后得出"), []
        left = len(self._grid.order()) - len(self._verdicts)
        silent = sum(not one.passed and not one.reason for one in self._verdicts.values())
        submit = button(tr("提交我的审查"), "primary", self._ask_submit, object_name="submit-review")
        submit.setEnabled(not left and not silent and not self._doing.busy)
        if left:
            return "warn", tr("还有 {count} 格未审", count=left), tr("全部审完才能提交"), [submit]
        if silent:
            return "warn", tr("{count} 格不符合没有写理由", count=silent), tr("不符合的须写明事实和依据"), [submit]
        return "ok", tr("已全部审完"), tr("提交后不能再改"), [submit]

    def _ask_submit(self) -> None:
        failed = sum(not one.passed for one in self._verdicts.values())
        text = tr("{count} 格不符合。提交后用本人证书签名，不能再改。", count=failed)
        self._doing.ask(tr("提交我的符合性审查？"), text, tr("签名提交"), tr("再看看"), self._submit)

    def _submit(self) -> None:
        verdicts = tuple(self._verdicts[cell] for cell in self._grid.order())
        self._doing.do(self._context.desk.scoring.review_conformity, self._day.opening.id, verdicts)

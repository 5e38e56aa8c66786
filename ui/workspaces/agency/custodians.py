"""密钥托管人: who has published a custody key, who is chosen in which order, and how many must release."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from procurement.basics.statement import Suite
from procurement.tendering.custody import ENVELOPES, CustodyKey
from ui.boards.suites import suite_words
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, not_started
from ui.kit.cards import Card, scrolled
from ui.kit.dialogs import tell
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label


class CustodianCard(Card):
    """Everybody with a custody key; those who have one of the tender's suite can be chosen."""

    def __init__(self, context: Context, changed: Callable[[], object]) -> None:
        super().__init__(tr("密钥托管人"), tr("双击选用，按选用次序编号"), flush=True)
        self._context, self._changed = context, changed
        self._suite: Suite = "I1"
        self.chosen: list[str] = []
        """Codes in the order of their choice"""
        self._table: Table[str] = Table(
            (
                Column(tr("托管人"), lambda org: Cell(self.name_of(org), org), 0),
                Column(tr("选用"), lambda org: Cell(state=self._state(org), bare=True), 128),
            ),
            tr("托管人"),
            row_height=54,
        )
        self._table.on_activated(self._toggle)
        self.body.addWidget(self._table, 1)
        self._quorum = Form((FieldSpec("k", tr("须有几人释放才能开启"), "integer", tr("人"), span=12),))
        self._quorum.fill({"k": "3"})
        holder = QWidget()
        text = tr("人数须多于采购人一侧的托管人（采购人、代理机构），单靠一侧打不开任何投标。")
        box = column(self._quorum, label(text, "hint", wrap=True))
        box.setContentsMargins(16, 12, 16, 14)
        holder.setLayout(box)
        self.body.addWidget(scrolled(holder))

    def show_for(self, suite: Suite) -> None:
        """The custodians as the store has them, for lot keys of this suite; who cannot serve it is chosen no more."""
        self._suite = suite
        acts = self._context.desk.place.acts
        self.chosen[:] = [org for org in self.chosen if self._serves(org)]
        self._table.show_rows(tuple(dict.fromkeys(act.value.org for act in acts.all(CustodyKey))))

    def quorum(self) -> int | None:
        """How many must release; None, and said at the field, while it cannot be so many."""
        k = as_number(self._quorum.values()["k"])
        if not self.chosen or k is None or not 1 <= k <= len(self.chosen):
            self._quorum.show_errors({"k": tr("先选托管人；人数在 1 和所选人数之间")})
            return None
        return int(k)

    def name_of(self, code: str) -> str:
        return self._context.desk.tenders.name_of(code)

    def _serves(self, org: str) -> bool:
        """Whether a custodian has published a custody key for lot keys of the suite."""
        published = self._context.desk.place.acts.all(CustodyKey, org=org)
        return any(act.value.enc.kind == ENVELOPES[self._suite] for act in published)

    def _state(self, org: str) -> State:
        if org in self.chosen:
            return done(tr("第 {place} 份", place=self.chosen.index(org) + 1))
        return not_started(tr("未选用")) if self._serves(org) else blocked(tr("缺托管密钥"))

    def _toggle(self, org: str) -> None:
        if org in self.chosen:
            self.chosen.remove(org)
        elif self._serves(org):
            self.chosen.append(org)
        else:
            title = tr("{name} 还没有公布这套算法的托管密钥", name=self.name_of(org))
            text = tr("请对方在“托管”页公布 {suite} 的托管密钥，随后就能选用。", suite=suite_words(self._suite))
            tell(self.window(), title, text)
            return
        self._changed()

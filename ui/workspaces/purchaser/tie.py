"""并列: the tender leaves the order of bids that are level to the purchaser, by decision or by drawing lots (L-258)."""

from __future__ import annotations

from collections.abc import Callable

from client.views.lots import LotStory
from client.views.ties import tie_key, tied
from procurement.evaluation.sheets import RankedBid
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table


class TieCard(Card):
    """The level bids in the order to be decided, and how the order was found."""

    def __init__(self, edited: Callable[[], None]) -> None:
        super().__init__(tr("并列"), tr("按先后排列，排在最前的先成为候选人"))
        self._story: LotStory | None = None
        self._order: list[str] = []
        self._table: Table[str] = Table(
            (
                Column(tr("先后"), lambda one: Cell(str(self._order.index(one) + 1), tone="text2"), 60, "centre"),
                Column(tr("投标人"), lambda one: Cell(self._name(one)), 0),
                Column(tr("投标价（元）"), lambda one: Cell(self._price(one)), 150, "right"),
            ),
            tr("并列的投标人"),
            row_height=44,
        )
        up = button(tr("上移一位"), pressed=self._raise, small=True, object_name="tie-up")
        self.head.addWidget(up)
        self._form = Form(
            (FieldSpec("reason", tr("怎样确定的"), "long", span=12, note=tr("抽签的，写明时间、地点和见证人")),)
        )
        self._form.on_edited(lambda _name: edited())
        self.body.addWidget(self._table)
        self.body.addWidget(self._form)

    def show_story(self, story: LotStory) -> None:
        """Keep the order that a person has begun while the same bids are level."""
        self._story, found = story, tied(story)
        if sorted(found) != sorted(self._order):
            self._order = list(found)
        self._show()

    @property
    def ready(self) -> bool:
        return bool(self._order) and not self._form.missing()

    @property
    def decision(self) -> tuple[str, tuple[str, ...], str]:
        """Key, order and reason, as `decide_tie` takes them."""
        assert self._story is not None
        return tie_key(self._story), tuple(self._order), str(self._form.values()["reason"])

    @property
    def names(self) -> str:
        return "、".join(self._name(one) for one in self._order)

    def clear(self) -> None:
        self._order = []
        self._form.fill({"reason": ""})

    def _show(self) -> None:
        self._table.show_rows(self._order)
        if self._order and not self._table.currentIndex().isValid():
            self._table.selectRow(len(self._order) - 1)

    def _raise(self) -> None:
        chosen = self._table.row()
        if chosen is None or not (place := self._order.index(chosen)):
            return
        self._order[place - 1 : place + 1] = [chosen, self._order[place - 1]]
        self._show()
        self._table.selectRow(place - 1)

    def _bid(self, supplier: str) -> RankedBid:
        assert self._story is not None and self._story.ranking is not None
        return next(one for one in self._story.ranking.value.bids if one.supplier == supplier)

    def _name(self, supplier: str) -> str:
        return self._bid(supplier).name

    def _price(self, supplier: str) -> str:
        return money_text(self._bid(supplier).quote)

"""最后报价: the one final quote of a negotiation, given in time and shown when the round is closed (L-323, L-354)."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QPushButton

from client.acts import Act
from client.views.lots import LotStory
from procurement.bidding.draft import BidForms, FilledTable, QuotedFigure
from procurement.evaluation.final_round import limits_rows
from procurement.evaluation.quoting import QuoteCommit, QuoteNotice
from procurement.tendering.lot import Lot
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.page import Page
from ui.theme.tokens import Tone
from ui.workspaces.supplier.final_tables import FinalTables

Footer = tuple[Tone, str, str, list[QPushButton]]


class FinalQuoteCard(Card):
    """Shown only while, or after, this bidder is asked for its final quote."""

    def __init__(self, context: Context, page: Page, lot: Lot) -> None:
        super().__init__(tr("最后报价"))
        self._context, self._lot, self._figures = context, lot, lot.quote.figures
        self._by_rows, self._tables = limits_rows(lot), tuple[FilledTable, ...]()
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._facts = Facts(name_width=64)
        self._form = Form(
            tuple(FieldSpec(f"final-{one.code}", one.label, "number", one.unit, span=12) for one in self._figures)
        )
        self._rows = button(tr("逐行填写"), pressed=self._fill_rows, small=True, object_name="fill-tables")
        self.body.addWidget(self._facts)
        self.body.addWidget(self._form)
        self.body.addWidget(self._rows)
        self.hide()

    def show_story(self, story: LotStory) -> None:
        self._story = story
        notice = self._notice(story)
        self.setVisible(notice is not None)
        if notice is not None:
            pairs = [(tr("时限"), exact_text(story.talks.until(notice)))]
            pairs += [(tr("延长"), reason) for reason in story.talks.extended_for(notice)]
            self._facts.set_pairs((*pairs, (tr("状态"), self._word(story))))
        self._form.setVisible(self._may_give(story))
        self._rows.setVisible(self._by_rows and self._may_give(story))

    def _notice(self, story: LotStory) -> Act[QuoteNotice] | None:
        me = self._context.desk.actor
        return next((act for act in story.quote_notices if act.value.supplier == me), None)

    def _commit(self, story: LotStory) -> Act[QuoteCommit] | None:
        me = self._context.desk.actor
        return next((act for act in story.quote_commits if act.value.supplier == me), None)

    def _shown(self, story: LotStory) -> bool:
        return any(act.value.supplier == self._context.desk.actor for act in story.quote_reveals)

    def _may_give(self, story: LotStory) -> bool:
        notice = self._notice(story)
        if notice is None or self._commit(story) is not None or story.talks.left(self._context.desk.actor):
            return False
        return self._context.now() <= story.talks.until(notice)

    def _may_show(self, story: LotStory) -> bool:
        closed = story.quotes_closed
        waiting = self._commit(story) is not None and not self._shown(story)
        return waiting and closed is not None and self._context.now() <= closed.value.reveal_until

    def _word(self, story: LotStory) -> str:
        if self._shown(story):
            return tr("已公开")
        if self._commit(story) is not None:
            return tr("已提交，截止以后公开")
        if story.talks.left(self._context.desk.actor):
            return tr("已退出")
        return tr("还没有提交") if self._may_give(story) else tr("没有提交，视为退出")

    # -- footer

    def footer(self) -> Footer | None:
        """What is due now; None when nothing is."""
        story = self._story
        if story is None:
            return None
        if self._may_give(story):
            until = self._until(story)
            made = button(tr("签章提交最后报价"), "primary", self._ask_give, object_name="give-quote")
            footer: Footer = ("warn", tr("请提交最后报价"), tr("{until} 以前没有提交的，视为退出", until=until), [made])
        elif self._may_show(story):
            made = button(tr("公开最后报价"), "primary", self._ask_show, object_name="show-quote")
            footer = ("warn", tr("请公开最后报价"), tr("到时没有公开的，视为没有提交"), [made])
        else:
            return None
        self._doing.settle(made)
        return footer

    def _until(self, story: LotStory) -> str:
        notice = self._notice(story)
        return exact_text(story.talks.until(notice)) if notice is not None else ""

    # -- acts

    def _ask_give(self) -> None:
        story, typed = self._story, self._form.values()
        notice = self._notice(story) if story else None
        assert notice is not None
        if self._by_rows and not self._tables:
            self._fill_rows()
            return
        amounts = {one.code: as_number(typed[f"final-{one.code}"]) for one in self._figures}
        errors = {f"final-{code}": tr("请填写") for code, amount in amounts.items() if amount is None}
        self._form.show_errors(errors)
        if errors:
            return
        quote = tuple(QuotedFigure(figure=code, amount=amount or Decimal(0)) for code, amount in amounts.items())
        text = tr("只能提交一次，不能更换。截止以前任何人看不到，平台也一样；截止以后由本单位公开。")
        verb = self._context.desk.negotiating.give_quote
        title, keep = tr("提交最后报价？"), tr("再看看")
        self._doing.ask(title, text, tr("签章提交"), keep, lambda: self._doing.do(verb, notice.id, quote, self._tables))

    def _fill_rows(self) -> None:
        """Single rows are limited: the quote is typed in its tables, and the figures follow from them."""
        story = self._story
        notice = self._notice(story) if story else None
        assert notice is not None
        self._doing.do(self._context.desk.negotiating.first_offer, notice.id, then=self._show_rows)

    def _show_rows(self, first: BidForms) -> None:
        assert self._story is not None and self._story.tender.model is not None
        begun = first.model_copy(update={"tables": self._tables or first.tables})
        FinalTables(self.window(), self._story.tender.model, self._lot, begun, self._take_rows).open()

    def _take_rows(self, tables: tuple[FilledTable, ...], sums: dict[str, Decimal]) -> None:
        self._tables = tables
        self._form.fill({f"final-{code}": f"{amount:f}" for code, amount in sums.items()})

    def _ask_show(self) -> None:
        story = self._story
        assert story is not None and story.opening is not None
        opening, verb = story.opening.id, self._context.desk.negotiating.show_quote
        text = tr("公开的就是已提交的那一份；全部公开以后，评审委员会才一并看到。")
        title, keep = tr("公开最后报价？"), tr("再看看")
        self._doing.ask(title, text, tr("签章公开"), keep, lambda: self._doing.do(verb, opening))

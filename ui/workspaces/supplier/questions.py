"""评审委员会的要求: confirm a corrected price, explain a low one; in time, signed, with proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton

from client.acts import Act
from client.views.lots import LotStory
from procurement.evaluation.questions import CorrectionNotice, ExplanationNotice
from ui.boards.doing import Doing
from ui.boards.prices import cause_words, step_lines
from ui.boards.unsent import Writing
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.theme.tokens import Tone

Footer = tuple[Tone, str, str, list[QPushButton]]


class QuestionCard(Card):
    """Shown only while, or after, the committee asked this bidder something."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__(tr("评审委员会的要求"))
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._files: list[Path] = []
        self._facts = Facts(name_width=64)
        self._form = Form((FieldSpec("explanation", tr("书面说明"), "long", span=12, tall=True),))
        self._writing = Writing(self, context, page, self._form.values)
        self._writing.follow(self._form)
        self._attach = button(tr("添加证明材料"), pressed=self._choose, small=True, object_name="attach-proof")
        for one in (self._facts, self._form, self._attach):
            self.body.addWidget(one)
        self.hide()

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self.setVisible(bool(story.corrections or story.inquiries))
        pairs = [pair for act in story.corrections for pair in self._correction_pairs(story, act)]
        pairs += [pair for act in story.inquiries for pair in self._inquiry_pairs(story, act)]
        if self._files:
            pairs.append((tr("证明材料"), "、".join(path.name for path in self._files)))
        self._facts.set_pairs(pairs)
        inquiry = self._inquiry(story)
        if inquiry is not None and self._writing.key != inquiry.id:
            self._form.fill({"explanation": "", **self._writing.begin(inquiry.id)})
        for one in (self._form, self._attach):
            one.setVisible(inquiry is not None)

    def _correction_pairs(self, story: LotStory, act: Act[CorrectionNotice]) -> list[tuple[str, str]]:
        answer = next((a for a in story.answers_to_corrections if a.value.notice == act.id), None)
        word = tr("还没有答复")
        if answer is not None:
            word = tr("已确认") if answer.value.confirmed else tr("不确认，投标无效")
        amounts = "、".join(money_text(figure.amount) for figure in act.value.figures)
        return [
            *((tr("报价修正"), line) for line in step_lines(act.value.steps)),
            (tr("修正后"), amounts),
            (tr("答复期限"), exact_text(act.value.until)),
            (tr("答复"), word),
        ]

    def _inquiry_pairs(self, story: LotStory, act: Act[ExplanationNotice]) -> list[tuple[str, str]]:
        given = next((a for a in story.explanations if a.value.notice == act.id), None)
        return [
            (tr("异常低价"), cause_words(act.value.causes)),
            (tr("要求说明"), act.value.reason),
            (tr("答复期限"), exact_text(act.value.until)),
            (tr("说明"), given.value.text if given else tr("还没有答复")),
        ]

    def _correction(self, story: LotStory) -> Act[CorrectionNotice] | None:
        answered = {act.value.notice for act in story.answers_to_corrections}
        now = self._context.now()
        return next((a for a in story.corrections if a.id not in answered and now <= a.value.until), None)

    def _inquiry(self, story: LotStory) -> Act[ExplanationNotice] | None:
        explained = {act.value.notice for act in story.explanations}
        now = self._context.now()
        return next((a for a in story.inquiries if a.id not in explained and now <= a.value.until), None)

    def footer(self) -> Footer | None:
        """What is due now; None when nothing is."""
        story = self._story
        if story is None:
            return None
        made: list[QPushButton]
        if self._correction(story) is not None:
            made = [
                button(tr("不确认"), pressed=lambda: self._ask_answer(False), object_name="refuse-correction"),
                button(tr("签章确认修正"), "primary", lambda: self._ask_answer(True), object_name="confirm-correction"),
            ]
            footer: Footer = ("warn", tr("请确认修正后的报价"), tr("到时没有确认的，投标无效"), made)
        elif self._inquiry(story) is not None:
            made = [button(tr("签章提交说明"), "primary", self._ask_explain, object_name="explain-price")]
            footer = ("warn", tr("请说明报价的合理性"), tr("不能证明报价合理的，投标无效"), made)
        else:
            return None
        self._doing.settle(*footer[3])
        return footer

    # -- acts

    def _ask_answer(self, confirmed: bool) -> None:
        story = self._story
        notice = self._correction(story) if story else None
        assert notice is not None
        title = tr("确认修正后的报价？") if confirmed else tr("不确认修正后的报价？")
        text = (
            tr("确认后，修正后的报价对本单位有约束力。")
            if confirmed
            else tr("不确认的，本单位的投标无效（87 号令第五十九条）。")
        )
        verb = self._context.desk.clarifying.answer_correction
        act = tr("签章确认") if confirmed else tr("签章不确认")
        self._ask(title, text, act, not confirmed, lambda: self._doing.do(verb, notice.id, confirmed))

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择证明材料"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, paths: list[str]) -> None:
        self._files += [Path(path) for path in paths]
        self._page.refresh()

    def _ask_explain(self) -> None:
        story, text = self._story, str(self._form.values()["explanation"])
        notice = self._inquiry(story) if story else None
        assert notice is not None
        if not text:
            self._form.show_errors({"explanation": tr("请填写")})
            return
        files = tuple(self._files)
        words = tr("说明和 {count} 份证明材料由本单位签章，提交后不能再改。", count=len(files))
        title = tr("提交书面说明？")
        self._ask(title, words, tr("签章提交"), False, lambda: self._explain(notice.id, text, files))

    def _ask(self, title: str, text: str, act: str, danger: bool, then: Callable[[], object]) -> None:
        self._doing.ask(title, text, act, tr("再看看"), then, danger=danger)

    def _explain(self, notice: str, text: str, files: tuple[Path, ...]) -> None:
        explain = self._context.desk.clarifying.explain_price
        self._doing.do(explain, notice, text, files, then=lambda _done: self._sent())

    def _sent(self) -> None:
        self._files.clear()
        self._writing.drop()

"""磋商、谈判: what the committee asks in a round, the signed answer with its papers, and leaving before the final quote (L-322, L-323)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton

from client.acts import Act
from client.views.lots import LotStory
from procurement.evaluation.quoting import QuoteNotice
from procurement.evaluation.talks import TalksNotice
from ui.boards.doing import Doing
from ui.boards.talks import ResponsePapers, notice_pairs, response_pairs, round_word
from ui.boards.unsent import Writing
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.text import label, row
from ui.theme.tokens import Tone

Footer = tuple[Tone, str, str, list[QPushButton]]


class TalksCard(Card):
    """Shown only while, or after, a round was put to this bidder."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__(tr("磋商、谈判"))
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._files: list[Path] = []
        self._facts = Facts(name_width=64)
        self._papers = ResponsePapers(context)
        self._form = Form((FieldSpec("response", tr("本单位的响应"), "long", span=12, tall=True),))
        self._writing = Writing(self, context, page, self._form.values)
        self._writing.follow(self._form)
        self._chosen_files = label("", "hint", wrap=True)
        self._attach = button(tr("添加 PDF"), pressed=self._choose, small=True, object_name="attach-response")
        self._clear = button(tr("清除文件"), "link", self._drop, small=True, object_name="clear-response")
        self._leave = button(tr("退出这次谈判"), "link", self._ask_leave, small=True, object_name="leave-talks")
        words = tr("合计不超过 2.8 MB 的，断线时可以在“待送达”里存成文件带走。")
        self._hint = label(words, "hint", wrap=True)
        for one in (self._facts, self._papers, self._form, self._chosen_files):
            self.body.addWidget(one)
        self.body.addLayout(row(self._attach, self._clear, 0, self._leave))
        self.body.addWidget(self._hint)
        self.hide()

    def show_story(self, story: LotStory) -> None:
        self._story = story
        mine = story.talks.own_notices(self._context.desk.actor)
        self.setVisible(bool(mine) or self._may_leave(story) is not None)
        pairs: list[tuple[str, str]] = []
        for notice in reversed(mine):
            pairs += [*notice_pairs(story.talks, notice), *response_pairs(story.talks, notice)]
            pairs.append((tr("状态"), self._word(story, notice)))
        self._facts.set_pairs(pairs)
        given = story.talks.response(mine[-1]) if mine else None
        self._papers.show_papers(given.value.papers if given is not None else ())
        asked = self._due(story)
        due = asked is not None
        if asked is not None and self._writing.key != asked.id:
            self._form.fill({"response": "", **self._writing.begin(asked.id)})
        for one in (self._form, self._attach, self._hint):
            one.setVisible(due)
        self._chosen_files.setText("、".join(path.name for path in self._files))
        self._chosen_files.setVisible(due and bool(self._files))
        self._clear.setVisible(due and bool(self._files))
        self._leave.setVisible(self._may_leave(story) is not None)
        self._doing.settle(self._leave)

    def _word(self, story: LotStory, notice: Act[TalksNotice]) -> str:
        if story.talks.response(notice) is not None:
            return tr("已答复")
        if story.talks.left(self._context.desk.actor):
            return tr("已退出")
        if self._waits(notice):
            return tr("已签章，等待送达平台")
        if self._context.now() <= story.talks.until(notice):
            return tr("还没有答复")
        return tr("没有答复，视为退出") if notice.value.changes else tr("没有答复，原响应不变")

    def _waits(self, notice: Act[TalksNotice] | Act[QuoteNotice]) -> bool:
        return self._context.desk.talking.waits(notice.id)

    def _due(self, story: LotStory) -> Act[TalksNotice] | None:
        """The round to answer now."""
        notice = story.talks.due(self._context.desk.actor)
        if notice is None or self._waits(notice) or self._context.now() > story.talks.until(notice):
            return None
        return notice

    def _may_leave(self, story: LotStory) -> Act[TalksNotice] | Act[QuoteNotice] | None:
        """What the bidder would leave from: its last notice, before its final quote and while the lot is negotiated."""
        me = self._context.desk.actor
        notices: list[Act[TalksNotice] | Act[QuoteNotice]] = [*story.talks.own_notices(me), *story.quote_notices]
        over = story.quotes_closed is not None or story.notice is not None
        if not notices or over or story.talks.left(me) or story.quote_commits or self._waits(notices[-1]):
            return None
        if story.quote_notices and self._context.now() > story.talks.until(story.quote_notices[-1]):
            return None
        return notices[-1]

    def footer(self) -> Footer | None:
        """What is due now; None when nothing is."""
        story = self._story
        notice = self._due(story) if story is not None else None
        if story is None or notice is None:
            return None
        until = exact_text(story.talks.until(notice))
        made = button(tr("签章提交响应"), "primary", self._ask_respond, object_name="give-response")
        self._doing.settle(made)
        why = tr("{until} 以前没有答复的，原响应不变", until=until)
        if notice.value.changes:
            why = tr("条款有变动：{until} 以前没有重新响应的，视为退出", until=until)
        return "warn", tr("请答复{round}", round=round_word(notice.value.round)), why, [made]

    # -- acts

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择 PDF"), "", "PDF (*.pdf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.take_files)
        dialog.open()

    def take_files(self, paths: list[str]) -> None:
        """Files that go with the response, each once."""
        self._files += [path for path in map(Path, paths) if path not in self._files]
        self._page.refresh()

    def _drop(self) -> None:
        self._files.clear()
        self._page.refresh()

    def _ask_respond(self) -> None:
        story, text = self._story, str(self._form.values()["response"])
        notice = self._due(story) if story else None
        assert notice is not None
        if not text:
            self._form.show_errors({"response": tr("请填写")})
            return
        files = tuple(self._files)
        words = tr(
            "响应和 {count} 份文件由本单位签章，提交后不能更换，对本单位有约束力。本轮截止以前，评审委员会和其他供应商看不到；"
            "平台运营方看得到，请不要写报价。",
            count=len(files),
        )
        verb = self._context.desk.talking.respond
        title, keep = tr("提交本轮响应？"), tr("再看看")
        self._doing.ask(
            title,
            words,
            tr("签章提交"),
            keep,
            lambda: self._doing.do(verb, notice.id, text, files, then=lambda _done: self._sent()),
        )

    def _sent(self) -> None:
        self._files.clear()
        self._form.fill({"response": ""})
        self._writing.drop()

    def _ask_leave(self) -> None:
        story = self._story
        notice = self._may_leave(story) if story else None
        assert notice is not None
        text = tr("退出以后不能再答复和报价，不能撤回。提交最后报价之前退出的，保证金应当退还（74 号令第三十四条）。")
        verb = self._context.desk.talking.leave
        title, act, keep = tr("退出这个标包的谈判？"), tr("签章退出"), tr("不退出")
        self._doing.ask(title, text, act, keep, lambda: self._doing.do(verb, notice.id), danger=True)

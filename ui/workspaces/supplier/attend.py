"""开标: release in the window, see everybody's state, confirm the record or object."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from client.acts import Act
from client.views.hall import Bidder
from client.views.lots import LotStory, Phase
from client.workplace import Outcome
from procurement.basics.problems import Problem
from procurement.opening.session import Release
from ui.boards.copies import Paper
from ui.boards.doing import Doing
from ui.boards.hall import HallBoard, say_unseen
from ui.boards.unsent import Writing
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.dialogs import tell
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.text import column, label
from ui.theme.tokens import Tone
from ui.workspaces.supplier.final_quote import FinalQuoteCard
from ui.workspaces.supplier.questions import Footer, QuestionCard
from ui.workspaces.supplier.talks import TalksCard


class AttendPane(QWidget):
    """The supplier's side of the hall."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._mine: Bidder | None = None
        self._doing = Doing(self, context, page)
        self._wait = StatePane()
        self._hall = QWidget()
        self._board: HallBoard | None = None
        self._state = Card(tr("本单位"))
        self._facts = Facts(name_width=64)
        self._state.body.addWidget(self._facts)
        self._applies = label("", "hint", wrap=True)
        self._state.body.addWidget(self._applies)
        self._aside = button(
            tr("平台不收？存成授权文件"), "link", self._ask_hand_over, small=True, object_name="hand-over"
        )
        self._state.body.addWidget(self._aside)
        self._record = Paper(context, tr("开标记录"), "record")
        self._state.body.addWidget(self._record)
        self._questions = QuestionCard(context, page)
        self._talks = TalksCard(context, page)
        self._final: FinalQuoteCard | None = None
        self._objection = Card(tr("提出异议"), tr("签章后全场可见"))
        self._form = Form((FieldSpec("text", tr("异议内容"), "long", span=12, tall=True),))
        self._objection.body.addWidget(self._form)
        self._writing = Writing(self, context, page, self._form.values)
        self._writing.follow(self._form)
        self._object = button(tr("签章并提出异议"), pressed=self._ask_object, small=True, object_name="object")
        self._objection.body.addWidget(self._object)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._wait)
        self._stack.addWidget(self._hall)

    def show_story(self, story: LotStory) -> None:
        self._story = story
        if story.phase is Phase.BIDDING:
            say_unseen(self._wait, story)
            self._stack.setCurrentWidget(self._wait)
            return
        if story.phase is Phase.FAILED:
            text = tr("投标人不足法定家数，密文不解密，全部原样保存。")
            self._wait.say("gavel", "warn", tr("这个标包不开标"), text)
            self._stack.setCurrentWidget(self._wait)
            return
        if self._board is None:
            self._make_hall(story)
        assert self._board is not None
        found = self._board.show_story(story)
        me = self._context.desk.actor
        self._mine = next((one for one in found if one.supplier == me), None)
        self._show_mine(story)
        self._stack.setCurrentWidget(self._hall)

    def _make_hall(self, story: LotStory) -> None:
        assert story.tender.model is not None
        self._board = HallBoard(self._context, story.tender.model.lot(story.lot))
        side = QWidget()
        self._final = FinalQuoteCard(self._context, self._page, story.tender.model.lot(story.lot))
        side.setLayout(column(self._final, self._talks, self._questions, self._state, self._objection, 0, spacing=12))
        box = QVBoxLayout(self._hall)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(None, self._board, side, right_width=324, first="right"))

    def _show_mine(self, story: LotStory) -> None:
        release = story.release_of(self._context.desk.actor)
        pairs = [
            (tr("递交"), tr("有效") if story.standing else tr("没有有效投标")),
            (tr("解密"), _release_words(story, release)),
        ]
        self._applies.setText(
            tr("授权解密只交出本单位那一份密钥；时限结束、名单冻结后，全部投标同时开启。")
            if story.standing
            else tr("授权解密、确认和异议只由递交投标的单位办理；联合体由牵头成员办理，其他成员可以在这里旁听。")
        )
        if self._mine is not None:
            pairs += [(field.label, field.text) for field in self._mine.fields]
        self._facts.set_pairs(pairs)
        self._aside.setVisible(story.phase is Phase.CLOSED and story.standing is not None and release is None)
        self._record.show_paper(story.record.value.pdf if story.record is not None else "")
        self._questions.show_story(story)
        self._talks.show_story(story)
        if self._final is not None:
            self._final.show_story(story)
        can_object = story.panel is None and self._may_answer(story)
        if story.record is not None and can_object and self._writing.key != story.record.id:
            self._form.fill({"text": "", **self._writing.begin(story.record.id)})
        self._objection.setVisible(can_object)

    def _may_answer(self, story: LotStory) -> bool:
        return story.may_answer_record(self._context.desk.actor, self._context.now())

    # -- footer

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._story
        if story is None or story.standing is None:
            early = story is None or story.phase is Phase.BIDDING
            reason = tr("截止前还可以递交") if early else tr("可以旁听；无须授权解密，也不确认、不提异议")
            return "mute", tr("本单位没有有效投标"), reason, []
        asked = self._asked()
        if asked is not None:
            return asked
        release = story.release_of(self._context.desk.actor)
        if story.phase is Phase.CLOSED and (release is None or not story.counts(release)):
            slip = button(tr("用备份条补入"), pressed=self._choose_slip, object_name="release-slip")
            go = button(tr("用证书授权解密"), "primary", self._ask_release, object_name="release")
            self._doing.settle(slip, go)
            if release is not None:
                return "warn", tr("备份补入待主持人准予"), tr("时限结束前也可以改用证书授权解密"), [go]
            return "warn", tr("待授权解密"), tr("时限结束前未授权，视为未按时解密"), [slip, go]
        word = self._mine.word if self._mine is not None else "none"
        if word == "waiting" and self._may_answer(story):
            confirm = button(tr("确认开标记录"), "primary", self._ask_confirm, object_name="confirm")
            self._doing.settle(confirm)
            return "warn", tr("待确认"), tr("请核对本单位一行；未表态视为确认"), [confirm]
        words = {
            Phase.BIDDING: tr("到点自动开放"),
            Phase.CLOSED: tr("已授权解密，等待时限结束"),
            Phase.FROZEN: tr("名单已冻结，等待托管人释放密钥份额"),
            Phase.OPENED: tr("已全部开启，等待开标记录"),
        }
        said = {
            "waiting": tr("没有在时限内表态，视为确认"),
            "objected": tr("异议已提出，等主持人答复"),
            "answered": tr("异议已答复"),
        }
        return "info", words.get(story.phase, said.get(word, tr("开标记录已确认"))), "", []

    def _asked(self) -> Footer | None:
        """What the committee asks of this bidder comes before everything else: its time is short."""
        final = self._final.footer() if self._final is not None else None
        return final or self._talks.footer() or self._questions.footer()

    # -- acts

    def _waiting(self) -> tuple[LotStory, ...]:
        """Every lot whose release is due now, this one first: one PIN releases all."""
        assert self._story is not None
        desk, now = self._context.desk, self._context.now()
        others = (
            desk.story(tender, lot.code)
            for tender in desk.tenders.tenders()
            for lot in (tender.outline.lots if tender.outline else ())
            if (tender.id, lot.code) != (self._story.tender.id, self._story.lot)
        )
        return (self._story, *(one for one in others if one.awaits_release(desk.actor, now)))

    def _ask_release(self) -> None:
        waiting = self._waiting()
        text = tr("程序先核对截标记录、本单位回执和时间戳，全部一致才交出密钥份额。")
        title = tr("授权解密本单位的投标？")
        if len(waiting) > 1:
            names = "；".join(f"{one.tender.title}（{one.tender.lot_word(one.lot)}）" for one in waiting)
            text = tr("{text}这次一并授权 {count} 个标包：{names}。", text=text, count=len(waiting), names=names)
            title = tr("授权解密本单位的 {count} 份投标？", count=len(waiting))
        act, keep = tr("授权解密"), tr("暂不授权")
        self._doing.ask_with(tr("证书口令"), title, text, act, keep, lambda pin: self._release(pin, waiting))

    def _release(self, pin: str, waiting: tuple[LotStory, ...]) -> None:
        """The PIN is asked again: who sits here now must hold the token."""
        desk = self._context.desk
        closings = [one.closing.id for one in waiting if one.closing is not None]
        self._doing.do(
            desk.accounts.unlock,
            pin,
            then=lambda _none: self._doing.do(desk.releasing.release_all, closings, then=self._released),
        )

    def _released(self, made: tuple[Outcome | Problem, ...]) -> None:
        """What did not work is told; what worked stands."""
        for one in made:
            if isinstance(one, Problem):
                self._context.tell_problem(self, one)

    def _choose_slip(self) -> None:
        dialog = QFileDialog(self, tr("选择备份条"), "", "JSON (*.json)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._ask_slip)
        dialog.open()

    def _ask_slip(self, path: str) -> None:
        text = tr("备份条交出的是同一份密钥，开标记录注明“备份补入”。")
        title, act, keep = tr("用备份条补入？"), tr("补入"), tr("不补入")
        self._doing.ask_with(
            tr("备份条口令"), title, text, act, keep, lambda passphrase: self._release_slip(Path(path), passphrase)
        )

    def _release_slip(self, slip: Path, passphrase: str) -> None:
        story = self._story
        assert story is not None and story.closing is not None
        self._doing.do(self._context.desk.releasing.release, story.closing.id, slip=slip, passphrase=passphrase)

    def _ask_hand_over(self) -> None:
        text = tr(
            "授权签章后存成文件，密钥份额不在里面。时限内交给监管部门或托管人：冻结名单若不含本单位，它就是证据。"
            "这不代替授权解密，仍须在时限内送达平台。"
        )
        title, act, keep = tr("存成授权文件？"), tr("签章并存成文件"), tr("暂不")
        self._doing.ask_with(tr("证书口令"), title, text, act, keep, self._choose_target)

    def _choose_target(self, pin: str) -> None:
        dialog = QFileDialog(self, tr("存成授权文件"), "授权.jincai-release", "Jincai (*.jincai-release)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.hand_over(pin, Path(path)))
        dialog.open()

    def hand_over(self, pin: str, path: Path) -> None:
        story, desk = self._story, self._context.desk
        assert story is not None and story.closing is not None
        closing = story.closing.id
        told = partial(tell, self.window(), tr("已存成文件"), tr("请在时限内交给监管部门。"), str(path))
        write = partial(self._doing.do, desk.releasing.hand_over, closing, path, then=lambda _path: told())
        self._doing.do(desk.accounts.unlock, pin, then=lambda _none: write())

    def _ask_confirm(self) -> None:
        text = tr("程序已把本单位一行与本机的投标内容逐项核对。确认后不能再提异议。")
        self._doing.ask(tr("确认开标记录？"), text, tr("签章确认"), tr("再看看"), self._confirm)

    def _confirm(self) -> None:
        story = self._story
        assert story is not None and story.record is not None
        self._doing.do(self._context.desk.opening.confirm, story.record.id)

    def _ask_object(self) -> None:
        text = self._form.values()["text"]
        if not text:
            self._form.show_errors({"text": tr("写明对哪一项有异议，以及依据")})
            return
        self._doing.ask(tr("提出异议？"), text, tr("签章并提出"), tr("再改改"), lambda: self._send_objection(text))

    def _send_objection(self, text: str) -> None:
        story = self._story
        assert story is not None and story.record is not None
        self._doing.do(self._context.desk.opening.object, story.record.id, text, then=lambda _done: self._objected())

    def _objected(self) -> None:
        self._form.fill({"text": ""})
        self._writing.drop()


def _release_words(story: LotStory, release: Act[Release] | None) -> str:
    if release is not None:
        return exact_text(release.item.t_recv)
    return tr("尚未授权") if story.standing else tr("无须授权")

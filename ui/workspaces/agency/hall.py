"""开标厅 as the host runs it: window, custodian's share, record, objections."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget

from client.acts import Act
from client.views.lots import LotStory, Phase
from procurement.opening.session import OpeningObjection, Release
from ui.boards.doing import Doing
from ui.boards.hall import HallBoard, say_unseen
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import Badge, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.text import clear, column, hair, label, row
from ui.theme.tokens import Tone

EXTENSION = timedelta(minutes=30)


def readiness(story: LotStory) -> str:
    """Which custodians have checked their share on their own machine, and who is still to be asked."""
    said = story.custodians
    missing = "、".join(name for name, at in said if at is None)
    words = tr("托管人就绪检查：{count} / {all}", count=sum(at is not None for _, at in said), all=len(said))
    return words + (tr("；还没有检查：{names}", names=missing) if missing else "")


class HallPane(QWidget):
    """Everything the host does is signed, has a reason, and is public at once."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._wait = StatePane()
        self._hall = QWidget()
        self._board: HallBoard | None = None
        self._objections = Card(tr("异议"), flush=True)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(16, 8, 16, 12)
        self._objections.body.addLayout(self._list)
        self._form = Form((FieldSpec("text", tr("答复内容"), "long", span=12, tall=True, note=tr("签章后全场可见")),))
        self._answer = Card(tr("答复"))
        self._answer.body.addWidget(self._form)
        self._host = Form(
            (
                FieldSpec("host", tr("主持人"), span=6),
                FieldSpec("recorder", tr("记录人"), span=6),
            )
        )
        self._host.fill({"host": context.desk.place.profile.person})
        self._record = Card(tr("开标记录"), tr("制作后由投标人确认"))
        self._record.body.addWidget(self._host)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._wait)
        self._stack.addWidget(self._hall)

    def show_story(self, story: LotStory) -> None:
        self._story = story
        if story.phase is Phase.BIDDING:
            say_unseen(self._wait, story, readiness(story))
            self._stack.setCurrentWidget(self._wait)
            return
        if story.phase is Phase.FAILED:
            text = tr("投标人不足法定家数，密文不解密，全部原样保存。应依法重新采购。")
            self._wait.say("gavel", "warn", tr("这个标包不开标"), text)
            self._stack.setCurrentWidget(self._wait)
            return
        if self._board is None:
            self._make_hall(story)
        assert self._board is not None
        self._board.show_story(story)
        self._show_objections(story)
        self._record.setVisible(story.phase is Phase.OPENED)
        self._stack.setCurrentWidget(self._hall)

    def _make_hall(self, story: LotStory) -> None:
        assert story.tender.model is not None
        self._board = HallBoard(self._context, story.tender.model.lot(story.lot))
        side = QWidget()
        side.setLayout(column(self._record, self._objections, self._answer, 0, spacing=12))
        box = QVBoxLayout(self._hall)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(None, self._board, side, right_width=324))

    def _open_objection(self) -> Act[OpeningObjection] | None:
        story = self._story
        if story is None:
            return None
        answered = {act.value.objection for act in story.answers}
        return next((act for act in story.objections if act.id not in answered), None)

    def _show_objections(self, story: LotStory) -> None:
        clear(self._list)
        answers = {act.value.objection: act for act in story.answers}
        name_of = self._context.desk.tenders.name_of
        for act in story.objections:
            answer = answers.get(act.id)
            badge = Badge(done(tr("已答复")) if answer else needs(tr("待答复")))
            time = exact_text(act.item.t_recv)[11:]
            self._list.addLayout(row(label(name_of(act.value.supplier), "strong"), 0, label(time, "hint"), badge))
            self._list.addWidget(label(act.value.text, "small", wrap=True))
            if answer is not None:
                self._list.addWidget(label(tr("答复：{text}", text=answer.value.text), "label", wrap=True))
            self._list.addWidget(hair())
        if not story.objections:
            self._list.addWidget(label(tr("没有异议。"), "label"))
        self._answer.setVisible(self._open_objection() is not None)

    # -- footer

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._story
        made: list[QPushButton] = []
        words, reason = tr("主持操作须写理由，立即公开并记入日志"), ""
        if story is None:
            return "mute", words, reason, made
        if story.phase is Phase.BIDDING:
            go = partial(self._page.asked.emit, f"correct/{story.tender.key}")
            made.append(button(tr("更正或澄清"), "primary", go, object_name="go-correct"))
            return "mute", tr("截止前可以更正；更正后投标人须按新版投标"), "", made
        if story.phase is Phase.CLOSED:
            if story.window_until is None:
                made.append(button(tr("恢复解密时限"), "primary", self._ask_resume, object_name="resume"))
            else:
                if self._slip() is not None:
                    made.append(button(tr("准予备份补入"), pressed=self._ask_slip, object_name="admit-slip"))
                made.append(button(tr("暂停"), pressed=self._ask_pause, icon="pause", object_name="pause-window"))
                made.append(button(tr("延长解密时限"), "primary", self._ask_extend, object_name="extend"))
        elif story.phase is Phase.FROZEN:
            mine = any(act.value.org == self._context.desk.actor for act in story.custodian_releases)
            reason = tr("名单已冻结；{count} 份密钥份额已释放", count=len(story.custodian_releases))
            if not mine:
                made.append(button(tr("释放本机构的密钥份额"), "primary", self._ask_share, object_name="release-share"))
        elif story.phase is Phase.OPENED:
            made.append(button(tr("制作并签章开标记录"), "primary", self._ask_record, object_name="make-record"))
        elif self._open_objection() is not None:
            made.append(button(tr("签章并答复异议"), "primary", self._ask_answer, object_name="answer"))
        self._doing.settle(*made)
        return "mute", words, reason, made

    # -- window

    def _ask_extend(self) -> None:
        text = tr("延长 30 分钟。延长与理由立即公开，并记入日志。")
        self._doing.ask_reason(tr("延长解密时限？"), text, tr("延长 30 分钟"), tr("不延长"), self._extend)

    def _extend(self, reason: str) -> None:
        story = self._story
        assert story is not None and story.closing is not None and story.window_until is not None
        until = max(story.window_until, self._context.now()) + EXTENSION
        change = self._context.desk.opening.change_window
        self._doing.do(change, story.closing.id, "extend", reason, until)

    def _ask_pause(self) -> None:
        text = tr("暂停期间不计时，投标人也不能解密。请在恢复后继续。")
        self._doing.ask_reason(tr("暂停解密？"), text, tr("暂停"), tr("不暂停"), self._pause)

    def _pause(self, reason: str) -> None:
        story = self._story
        assert story is not None and story.closing is not None
        self._doing.do(self._context.desk.opening.change_window, story.closing.id, "pause", reason)

    def _ask_resume(self) -> None:
        text = tr("从现在起再给 30 分钟。")
        self._doing.ask_reason(tr("恢复解密时限？"), text, tr("恢复"), tr("暂不恢复"), self._resume)

    def _resume(self, reason: str) -> None:
        story = self._story
        assert story is not None and story.closing is not None
        until = self._context.now() + EXTENSION
        self._doing.do(self._context.desk.opening.change_window, story.closing.id, "resume", reason, until)

    def _slip(self) -> Act[Release] | None:
        """A release by a backup slip that waits for the host's word."""
        story = self._story
        waiting = [act for act in story.releases if not story.counts(act)] if story is not None else []
        return waiting[0] if waiting else None

    def _ask_slip(self) -> None:
        slip = self._slip()
        assert slip is not None
        name = self._context.desk.tenders.name_of(slip.value.supplier)
        text = tr("{name} 用备份条交出密钥。准予后与其他投标一同开启，开标记录注明“备份补入”。", name=name)
        admit = self._context.desk.opening.admit_slip
        act, keep = tr("签章准予"), tr("暂不")
        self._doing.ask_reason(tr("准予备份补入？"), text, act, keep, lambda why: self._doing.do(admit, slip.id, why))

    # -- share, record, answer

    def _ask_share(self) -> None:
        text = tr(
            "程序先核对冻结记录与各投标人的授权，一致才释放。释放后，与其他托管人的份额一起开启全部已授权的投标。"
        )
        title, act, keep = tr("释放本机构的密钥份额？"), tr("释放份额"), tr("暂不释放")
        self._doing.ask_with(tr("托管密钥口令"), title, text, act, keep, self._open_key)

    def _open_key(self, passphrase: str) -> None:
        desk, story = self._context.desk, self._story
        assert story is not None and story.freeze is not None
        freeze = story.freeze.id
        self._doing.do(
            desk.custody.open_key,
            passphrase,
            then=lambda _none: self._doing.do(desk.custody_release.release, freeze),
        )

    def _ask_record(self) -> None:
        missing = self._host.missing()
        if missing:
            self._host.show_errors(dict.fromkeys(("host", "recorder"), tr("请填写")))
            return
        text = tr("各行只取自解密后的文件。签章后进入异议与确认，不能再改。")
        self._doing.ask(tr("制作并签章开标记录？"), text, tr("签章"), tr("再看看"), self._make_record)

    def _make_record(self) -> None:
        story = self._story
        assert story is not None and story.opening is not None
        typed = self._host.values()
        self._doing.do(self._context.desk.opening.make_record, story.opening.id, typed["host"], typed["recorder"])

    def _ask_answer(self) -> None:
        text = self._form.values()["text"]
        if not text:
            self._form.show_errors({"text": tr("写明核对了什么、结论和依据")})
            return
        self._doing.ask(tr("答复这条异议？"), text, tr("签章并答复"), tr("再改改"), self._send_answer)

    def _send_answer(self) -> None:
        objection = self._open_objection()
        assert objection is not None
        text = self._form.values()["text"]
        self._form.fill({"text": ""})
        self._doing.do(self._context.desk.opening.answer, objection.id, text)

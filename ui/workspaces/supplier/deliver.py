"""签章与递交: seal, rehearse, upload, commit, receipt; replace and withdraw. 未递交 until a verified receipt is here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from client.jobs import Job
from client.sealed_bids import SealedBid
from client.views.lots import LotStory, Phase
from client.workplace import Outcome
from procurement.basics.problems import Problem
from procurement.tendering.lot import Lot
from ui.boards.receipt import ReceiptBoard
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.dialogs import Question, ask, tell
from ui.kit.milestones import Milestones
from ui.kit.progress import Progress
from ui.kit.text import column, label
from ui.messages import words_of
from ui.shell.navigation import Route
from ui.theme.tokens import Tone
from ui.workspaces.supplier.delivery import Delivery, before_words, milestones, read_delivery, sealed_facts, undelivered
from ui.workspaces.supplier.pace import LineWatch, PaceChoice
from ui.workspaces.supplier.recipients_card import RecipientsCard
from ui.workspaces.supplier.since import SinceCard
from ui.workspaces.supplier.slip_card import ReplaceQuestion, SlipCard
from ui.workspaces.supplier.suite_banner import other_suite

CHUNK = 1024 * 1024


class DeliverPane(QWidget):
    """`changed` asks the page to show its footer again, `asked` carries the section that a person wants to look at."""

    changed = Signal()
    asked = Signal(str)

    def __init__(self, context: Context, route: Route, flush: Callable[[Callable[[], object]], object]) -> None:
        """`flush` has what is being typed kept before it calls on: sealing takes what is kept."""
        super().__init__()
        self._flush = flush
        self._context, self._route = context, route
        self._busy = ""
        self._job: Job[Any] | None = None
        self._rehearsed = ""
        self._told = ""
        self._story: LotStory | None = None
        self._delivery: Delivery | None = None
        self._kept = ""
        self._banner = Banner(big=True)
        self._steps = Milestones()
        self._steps_card = Card(tr("递交步骤"), flush=True)
        self._steps_card.body.addWidget(self._steps)
        self._make_right()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._banner)
        self._since = SinceCard(self.asked.emit)
        right = QWidget()
        right.setLayout(column(self._since, self._right, spacing=12))
        box.addWidget(columns(self._steps_card, right, left_width=400), 1)

    def _make_right(self) -> None:
        self._progress = Progress(tr("进度"))
        self._progress.allow(pause=self._pause, cancel=self._stop)
        LineWatch(self._context.desk.bidding, self._progress)
        self._work = Card(tr("准备递交"))
        self._hint = label("", "small", "text2", wrap=True)
        self._work.body.addWidget(self._hint)
        self._work.body.addWidget(self._progress)
        self._pace = PaceChoice(self._context.desk.bidding)
        self._work.body.addWidget(self._pace)
        self._slip = SlipCard()
        self._recipients = RecipientsCard(self._context)
        self._file = Card(tr("这份文件"))
        self._facts = Facts(columns=2, name_width=72)
        self._file.body.addWidget(self._facts)
        before = QWidget()
        before.setLayout(column(self._work, self._slip, self._recipients, self._file, 0, spacing=12))
        self._receipt = ReceiptBoard()
        self._right = QStackedWidget()
        self._right.addWidget(before)
        self._right.addWidget(self._receipt)

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self._delivery = delivery = read_delivery(self._context.desk, story)
        lot = self._lot(story)
        checked = not any(one.blocking for one in self._context.desk.bidding.findings(story.tender.key, story.lot))
        rehearsed = delivery.sealed is not None and self._rehearsed == delivery.sealed.bid
        assert story.tender.model is not None
        steps = milestones(delivery, story.tender.model.suite, checked=checked, rehearsed=rehearsed, busy=self._busy)
        self._steps.show_steps(steps)
        self._show_banner(story, delivery)
        self._since.show_changes(story.tender.model, lot, delivery, busy=bool(self._busy))
        self._steps_card.note.setText(tr("{done} / {count} 完成", done=self._steps.finished, count=len(steps)))
        if delivery.receipt is not None and not delivery.replaces and not self._busy:
            self._receipt.show_receipt(story, lot, delivery.receipt, self._context.desk.name)
            self._right.setCurrentWidget(self._receipt)
        else:
            self._right.setCurrentIndex(0)
            self._show_work(delivery)
        if delivery.receipt is not None and self._kept != delivery.receipt.act.id:
            self._kept = delivery.receipt.act.id  # it may have come from the outbox, while nobody looked
            self._context.start(self, lambda _files: None, self._context.desk.bidding.keep_receipts)
        self.changed.emit()

    def _lot(self, story: LotStory) -> Lot:
        assert story.tender.model is not None
        return story.tender.model.lot(story.lot)

    def _show_banner(self, story: LotStory, delivery: Delivery) -> None:
        if delivery.receipt is not None:
            time = exact_text(delivery.receipt.entry().t_recv)
            text = tr("平台于 {time} 签收，回执已存本机并核验通过。现在可以关机。", time=time)
            count = sum(act.item.act == "submission" for act in story.mine)
            aside = tr("日志序号 {index}", index=delivery.receipt.leaf_index)
            under = tr("第 {count} 次递交·截止前可替换或撤回", count=count)
            if story.explained:
                under = tr("其后的澄清不影响投标，已递交的继续有效，不必重新递交")
            self._banner.say("ok", tr("已递交"), text, aside=aside, under=under)
            return
        late = story.phase is not Phase.BIDDING
        text = undelivered(story, delivery)
        left = 8 - self._steps.finished
        self._banner.say(
            "danger" if late else "warn", tr("未递交"), text, aside="" if late else tr("还差 {count} 步", count=left)
        )

    def _show_work(self, delivery: Delivery) -> None:
        titles = {
            "seal": tr("正在签章并加密"),
            "rehearse": tr("正在演练"),
            "upload": tr("正在上传"),
            "commit": tr("正在递交"),
        }
        self._work.title.setText(titles.get(self._busy, tr("准备递交")))
        self._progress.setVisible(self._busy in ("seal", "upload"))
        self._progress.pause.setVisible(self._busy == "upload")
        waits = delivery.sealed is not None and not delivery.all_uploaded and not delivery.edited_since
        self._pace.setVisible(self._busy == "upload" or (waits and not self._busy))
        self._hint.setText(self._told or self._next_words(delivery))
        for before in (self._slip, self._recipients):
            before.setVisible(not self._busy and (delivery.sealed is None or delivery.edited_since))
        self._recipients.read()
        sealed = delivery.sealed
        self._file.setVisible(sealed is not None and not delivery.edited_since)
        if sealed is not None:
            self._facts.set_pairs(sealed_facts(sealed))

    def _next_words(self, delivery: Delivery) -> str:
        if delivery.sealed is None:
            return tr("签章后内容就固定了，随后在本机加密；没有网络也可以做这一步。")
        if delivery.edited_since:
            return tr("要让改动生效，请重新签章加密；要做的步骤列在上面。")
        if not delivery.all_uploaded:
            return tr("密文还没有全部到平台。可随时暂停，断线、休眠、退出后从断点续传。")
        return tr("密文已全部到平台。最后一步是确认递交。")

    # -- the footer

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        delivery, story = self._delivery, self._story
        if delivery is None or story is None:
            return "mute", "", "", []
        open_ = story.phase is Phase.BIDDING
        if delivery.submitted and not delivery.replaces:
            buttons = [
                button(tr("保存回执"), "primary", self._save_receipt, icon="download", object_name="save-receipt")
            ]
            if open_:
                withdraw = button(tr("撤回投标"), "danger", self._ask_withdraw, object_name="withdraw")
                again = button(tr("替换投标文件"), pressed=self._ask_replace, object_name="replace")
                buttons = [withdraw, again, *buttons]
            return "ok", tr("已递交"), tr("撤回、替换各有回执，以最后一次为准"), buttons
        if not open_:
            return "danger", tr("未递交"), tr("提交已截止"), []
        return "warn", tr("未递交"), self._reason(delivery), self._actions(delivery)

    def _reason(self, delivery: Delivery) -> str:
        if self._busy:
            return tr("完成后才能继续下一步")
        if other_suite(self._context.desk, self._story):
            return other_suite(self._context.desk, self._story)
        if delivery.waiting:
            return tr("联网后自动送达，送达前不算递交")
        if delivery.sealed is None:
            return tr("签章加密后才能上传")
        if delivery.edited_since:
            return tr("改动要重新签章加密后才算")
        return tr("上传完成，可以确认递交") if delivery.all_uploaded else tr("上传完成后，“确认递交”才可用")

    def _actions(self, delivery: Delivery) -> list[QPushButton]:
        seal = button(
            tr("重新签章并加密") if delivery.sealed else tr("签章并加密"), pressed=self._ask_seal, object_name="seal"
        )
        if delivery.sealed is None or delivery.edited_since:
            seal = button(seal.text(), "primary", self._ask_seal, object_name="seal")
            buttons = [seal]
        elif not delivery.all_uploaded:
            buttons = [seal, button(tr("上传密文"), "primary", self.upload, object_name="upload")]
        else:
            buttons = [seal, button(tr("确认递交"), "primary", self._ask_commit, object_name="commit")]
        stopped = bool(other_suite(self._context.desk, self._story))
        for made in buttons:
            made.setEnabled(not self._busy and not delivery.waiting and not stopped)
        return buttons

    # -- sealing

    def _ask_seal(self) -> None:
        passphrase = self._slip.passphrase()
        if passphrase is None:
            return
        text = tr("用现在打开的证书对投标内容签名，并在本机加密。之后改动投标内容须重新签章。")
        question = Question(
            self.window(), tr("签章并加密这份投标？"), text, act=tr("签章并加密"), keep=tr("再看看"), danger=False
        )
        ask(question, lambda _pin: self._check_package(passphrase))

    def _check_package(self, passphrase: str) -> None:
        """The package is checked first, once, while online; sealing itself needs no network."""
        desk = self._context.desk
        self._set_busy("seal")

        def fetch() -> None:
            job = desk.start(desk.tendering.fetch, self._route.tender)
            self._context.home(
                job.future, self, lambda _done: self._seal(passphrase), lambda _problem: self._seal(passphrase)
            )

        self._flush(fetch)

    def _seal(self, passphrase: str, *, accepted: bool = False) -> None:
        desk, folder = self._context.desk, self._context.desk.place.folder.folder
        slip: Path | None = None
        if passphrase:
            stamp = f"{self._context.now():%Y%m%d-%H%M%S}"
            slip = folder / f"slip-{self._route.lot}-{stamp}.json".replace("#", "-")
        job = desk.start(
            desk.bidding.seal,
            self._route.tender,
            self._route.lot,
            slip=slip,
            passphrase=passphrase,
            also_to=self._recipients.chosen(),
            warning_accepted=accepted,
        )
        self._follow(job, self._sealed, lambda problem: self._not_sealed(problem, passphrase))

    def _not_sealed(self, problem: Problem, passphrase: str) -> None:
        self._set_busy("")
        if problem.code != "package-warning":
            self._context.tell_problem(self, problem)
            return
        warning = problem.facts.get("warning", "")
        question = Question(
            self.window(),
            tr("这个项目的开标密钥有一处提醒"),
            warning,
            act=tr("知道了，继续加密"),
            keep=tr("先不加密"),
            tick=tr("我已了解这个风险"),
        )
        ask(question, lambda _pin: self._seal_in_spite(passphrase))

    def _seal_in_spite(self, passphrase: str) -> None:
        self._set_busy("seal")
        self._seal(passphrase, accepted=True)

    def _sealed(self, sealed: SealedBid) -> None:
        self._slip.forget()
        self._told = ""
        self._set_busy("rehearse")
        desk = self._context.desk
        job = desk.start(desk.bidding.rehearse, sealed.bid)
        self._context.home(job.future, self, lambda _none: self._rehearsal_done(sealed.bid), self._failed)

    def _rehearsal_done(self, bid: str) -> None:
        self._rehearsed = bid
        self._set_busy("")

    # -- uploading

    def upload(self) -> None:
        """Bring the ciphertext to the platform; goes on where it stopped."""
        assert self._delivery is not None and self._delivery.sealed is not None
        desk = self._context.desk
        self._set_busy("upload")
        self._told = ""
        self._follow(
            desk.start(desk.bidding.deliver, self._delivery.sealed.bid), lambda _none: self._set_busy(""), self._failed
        )

    def _pause(self) -> None:
        if self._job is not None:
            self._told = tr("已暂停。平台已签收的块不会丢，继续上传时从断点开始。")
            self._job.cancel()

    def _stop(self) -> None:
        if self._job is not None:
            self._told = tr("已停止，一切如前。")
            self._job.cancel()

    def _follow(self, job: Job[Any], done: Callable[[Any], object], failed: Callable[[Problem], object]) -> None:
        self._job = job
        self._progress.step(0, 0)
        self._context.progress(job, self, self._stepped)
        self._context.home(job.future, self, done, failed, stopped=lambda: self._set_busy(""))

    def _stepped(self, done: int, total: int) -> None:
        parts = ""
        if self._busy == "upload":
            parts = tr("{done} / {count} 块已由平台签收", done=done // CHUNK, count=-(-total // CHUNK))
        self._progress.step(done, total, parts=parts)

    def _failed(self, problem: Problem) -> None:
        words = words_of(problem)
        self._told = f"{words.title}。{words.remedy}"
        self._set_busy("")
        if problem.kind != "unreachable":
            self._context.tell_problem(self, problem)

    def _set_busy(self, name: str) -> None:
        self._busy = name
        if not name:
            self._job = None
        if self._story is not None:
            self.show_story(self._context.desk.story(self._story.tender, self._story.lot))

    # -- committing

    def _ask_commit(self) -> None:
        text = tr("平台签收并发回执后，这份投标才算递交。截止前可以替换或撤回。") + before_words(self._delivery)
        question = Question(
            self.window(), tr("确认递交这份投标？"), text, act=tr("确认递交"), keep=tr("先不递交"), danger=False
        )
        ask(question, lambda _pin: self._commit())

    def _commit(self) -> None:
        assert self._delivery is not None and self._delivery.sealed is not None
        desk = self._context.desk
        self._set_busy("commit")
        job = desk.start(desk.bidding.commit, self._delivery.sealed.bid)
        self._context.home(job.future, self, self._answered, self._failed)

    def _answered(self, outcome: Outcome) -> None:
        self._told = (
            ""
            if outcome.state == "accepted"
            else tr("现在连不上平台。指令已签名并排队，联网后自动送达；拿到回执才算递交。")
        )
        self._set_busy("")

    def _ask_withdraw(self) -> None:
        text = tr("平台上的密文将作废，并另发撤回回执。截止前可以重新递交；截止后不能撤回。") + before_words(
            self._delivery
        )
        tick = tr("我知道撤回后，重新递交前没有有效投标")
        question = Question(
            self.window(), tr("撤回这个标包的投标？"), text, act=tr("撤回投标"), keep=tr("不撤回"), tick=tick
        )
        ask(question, lambda _pin: self._withdraw())

    def _withdraw(self) -> None:
        desk = self._context.desk
        self._set_busy("commit")
        job = desk.start(desk.bidding.withdraw, self._route.tender, self._route.lot)
        self._context.home(job.future, self, self._answered, self._failed)

    def _ask_replace(self) -> None:
        question = ReplaceQuestion(self.window(), before_words(self._delivery))
        ask(question, lambda _pin: self._check_package(question.passphrase))

    def _save_receipt(self) -> None:
        assert self._story is not None and self._story.standing is not None
        dialog = QFileDialog(self, tr("保存回执"), f"receipt-{self._route.lot}.json", "JSON (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        statement = self._story.standing.id
        save = self._context.desk.bidding.save_receipt
        dialog.fileSelected.connect(lambda path: self._context.start(self, self._saved, save, statement, Path(path)))
        dialog.open()

    def _saved(self, path: Path) -> None:
        tell(self.window(), tr("回执已保存"), str(path))

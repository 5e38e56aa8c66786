"""程序更新: which version runs, what a signed newer one says, fetch and install it, or go back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from client.jobs import Job
from client.updating.install import Offer
from client.workflows.updating import ProgramHere
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import language, tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.page import Page
from ui.kit.progress import Progress, size_text
from ui.kit.text import label
from ui.messages import words_of


class UpdatesPage(Page):
    """Nothing is fetched before the person has read what it is and who signed it."""

    topic = "updates"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64)
        self._context, self._verbs = context, context.desk.updating
        self._offer: Offer | None = None
        self._job: Job[Path] | None = None
        self.head.show_title(tr("程序更新"))
        self._banner = Banner()
        here = Card(tr("这个程序"), tr("换版本不动草稿、回执和证书"))
        self._here = Facts(name_width=96)
        here.body.addWidget(self._here)
        offered = Card(tr("新版本"), tr("只认制作者的签名，不认来处"))
        self._facts = Facts(name_width=96)
        self._news = label("", wrap=True, copy=True)
        self._progress = Progress(tr("更新进度"))
        self._progress.allow(cancel=self._stop)
        self._progress.hide()
        for widget in (self._facts, self._news, self._progress):
            offered.body.addWidget(widget)
        for one in (self._banner, here, offered):
            self.body.addWidget(one)
        self.body.addStretch(1)
        self._folder = button(tr("从文件夹更新"), pressed=self._choose, object_name="update-folder")
        self._back = button(tr("回到上一版本"), pressed=self._go_back, object_name="update-back")
        self._ask = button(tr("向平台查询"), "primary", self.look, object_name="update-look")
        self._install = button(tr("下载并安装"), "primary", self.install, object_name="update-install")
        self.foot.set_buttons(self._back, self._folder, self._ask, self._install)
        self._show_buttons(can=False)
        self._news.setText(tr("还没有查询。平台只转发新版本；也可以把制作者发布的文件夹存在 U 盘上带来。"))
        self.foot.say("mute", tr("查询之前什么也不取"))
        context.start(self, self._show_here, self._verbs.here)

    def work(self) -> QWidget | None:
        return self._ask

    def look(self) -> None:
        """Ask the platform of this profile."""
        self._look(None)

    def look_in(self, folder: Path) -> None:
        """Look into a folder."""
        self._look(folder)

    def install(self) -> None:
        """Fetch and install what was offered."""
        if self._offer is None or self._job is not None:
            return
        self._show_buttons(can=False)
        self._progress.show()
        self._job = self._context.desk.start(self._verbs.install, self._offer)
        self._context.progress(self._job, self, lambda done, total: self._progress.step(done, total))
        self._context.home(self._job.future, self, self._installed, self._failed, stopped=self._stopped)

    def _look(self, folder: Path | None) -> None:
        self._banner.hide()
        self._show_buttons(can=False)
        self.foot.say("mute", tr("正在查询"))
        job = self._context.desk.start(self._verbs.look, folder)
        self._context.home(job.future, self, self._show_offer, self._failed)

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("选择放新版本的文件夹"))
        if name:
            self.look_in(Path(name))

    def _go_back(self) -> None:
        job = self._context.desk.start(self._verbs.go_back)
        self._context.home(job.future, self, self._installed, self._failed)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _show_here(self, found: ProgramHere) -> None:
        self._can_here = found.hindrance is None
        needed = tr("{n} 个中的 {k} 个", n=len(found.keys), k=found.threshold)
        self._here.set_pairs(
            [
                (tr("版本"), found.version),
                (tr("源码摘要"), found.digest),
                (tr("位置"), found.folder or "—"),
                (tr("需要的签名"), f"{needed}：{'、'.join(found.keys)}" if found.keys else "—"),
                (tr("上一版本"), found.other or "—"),
            ]
        )
        if found.hindrance is not None:
            words = words_of(found.hindrance)
            self._banner.say("info", words.title, words.text)
        self._other = bool(found.other)
        self._show_buttons(can=found.hindrance is None)

    def _show_offer(self, offer: Offer) -> None:
        self._offer = offer
        release = offer.release
        self._facts.set_pairs(
            [
                (tr("版本"), f"{release.version} ({release.number})"),
                (tr("签名"), "、".join(offer.signed.signers)),
                (tr("要下载"), tr("{size}，其余用本机已有的", size=size_text(offer.size))),
                (tr("签名有效到"), f"{release.good_until:%Y-%m-%d}"),
                (tr("源码摘要"), release.client),
            ]
        )
        self._news.setText(release.news_zh if language() == "zh" else release.news_en)
        self.foot.say("ok", tr("签名核对无误"))
        self._show_buttons(can=True)
        self._install.setFocus()

    def _installed(self, folder: Path) -> None:
        self._job, self._offer = None, None
        self._progress.hide()
        self._banner.say(
            "ok", tr("下次启动就是它"), tr("手上的事做完，关闭程序再打开。版本在 {folder}。", folder=str(folder))
        )
        self.foot.say("ok", tr("已换好"))
        self._context.start(self, self._show_here, self._verbs.here)

    def _stopped(self) -> None:
        self._job = None
        self._progress.hide()
        self.foot.say("mute", tr("已停下；已取到的留着，再装时接着做"))
        self._show_buttons(can=True)

    def _failed(self, problem: Problem) -> None:
        self._job = None
        self._progress.hide()
        words = words_of(problem)
        harmless = problem.code in ("release-not-newer", "release-missing")
        self._banner.say("info" if harmless else "danger", words.title, words.text)
        self.foot.say("mute", words.title)
        self._show_buttons(can=True)

    _other = _can_here = False

    def _show_buttons(self, *, can: bool) -> None:
        can = can and self._can_here
        for one in (self._ask, self._folder, self._install, self._back):
            one.setEnabled(can)
        self._install.setVisible(self._offer is not None)
        self._ask.setVisible(self._offer is None)
        self._back.setVisible(self._other)

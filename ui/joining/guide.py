"""Does the work of the page on a lane beside the window: reads the file, asks the platform, makes the profile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from client.joining import Joiner
from client.platform_offer import Offer, meet
from procurement.basics.problems import Problem
from ui.bridge import Bridge
from ui.i18n import tr
from ui.joining.page import JoinPage
from ui.messages import words_of

T = TypeVar("T")


class Joining(QObject):
    """One visit to the page. `joined` carries the folder of the profile made and the `Secrets` with which it is opened at once (None
    without a certificate): they are typed once, and kept no longer than that. `left` asks for the sign-in page."""

    joined = Signal(Path, object)
    left = Signal()

    def __init__(self, root: Path, lane: ThreadPoolExecutor, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._lane, self._bridge = lane, bridge
        self._joiner = Joiner(root)
        self._offer: Offer | None = None
        self.page = JoinPage(self._joiner.kept())
        self.page.given.connect(self._read)
        self.page.met.connect(self._meet)
        self.page.renew.connect(self._renew)
        self.page.made.connect(self._make)
        self.page.home.connect(self.left)
        self.page.account.scan.connect(self._scan)

    def _do(self, doing: str, work: Callable[[], T], done: Callable[[T], object]) -> None:
        """Work on the lane; a problem is told on the page, and nothing was changed."""
        self.page.busy(doing)

        def good(found: T) -> None:
            self.page.busy("")
            done(found)

        def wrong(problem: Problem) -> None:
            self.page.show_wrong(words_of(problem))

        self._bridge.await_(self._lane.submit(work), self.page, good, wrong)

    def _read(self, path: Path) -> None:
        def show(offer: Offer) -> None:
            self._offer = offer
            self.page.show_offer(offer)

        self._do(tr("正在读文件"), lambda: self._joiner.read(path), show)

    def _meet(self) -> None:
        offer = self._offer
        if offer is not None:
            self._do(tr("正在连接平台"), lambda: meet(offer.file), lambda _now: self.page.show_met())

    def _renew(self, folder: Path) -> None:
        offer = self._offer
        if offer is None:
            return
        name = next(one.profile.name for one in offer.known if one.folder == folder)
        self._do(
            tr("正在更新账户"), lambda: self._joiner.renew(folder, offer.file), lambda _: self.page.show_renewed(name)
        )

    def _scan(self, library: str) -> None:
        self._do(tr("正在查找证书"), lambda: self._joiner.plugged(library), self.page.account.show_tokens)

    def _make(self) -> None:
        offer = self._offer
        if offer is None:
            return
        account = self.page.account
        holder, secrets = account.holder(), account.secrets()
        account.forget_pin()

        def made(folder: Path) -> None:
            self.joined.emit(folder, secrets)

        self._do(tr("正在建立账户"), lambda: self._joiner.join(offer.file, holder), made)

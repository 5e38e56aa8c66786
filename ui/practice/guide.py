"""Who looks after practice: makes, opens and stops its world on a thread of its own, and tells band and pages how it stands.

The tour comes with the staff; it is fetched when practice begins, not with the first window (ADR 0020).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from client.practice.place import SAMPLE, WORLD, is_ready, trial_profile
from procurement.basics.problems import Problem
from procurement.basics.pulse import cancelled
from ui.bridge import Bridge
from ui.i18n import tr
from ui.kit.dialogs import Question, ask, tell
from ui.messages import words_of
from ui.practice.keeper import Keeper, Part
from ui.practice.start import Stage, StartPage

if TYPE_CHECKING:
    from client.desk import Desk
    from client.practice.lessons import Lessons
    from client.practice.tour import Point
    from ui.practice.band import Band
    from ui.practice.tour_page import TourPage

LOOK_MS = 1_000
"""How often the tour is read anew: drafts are kept as one types, and nobody tells of it"""
SAMPLE_NAME = "练习样本-营业执照.pdf"


class Beat:
    """The pulse of the world's work: progress to the window, and the window's wish to stop."""

    def __init__(self, bridge: Bridge, show: Callable[[int, int], object]) -> None:
        self._bridge, self._show = bridge, show
        self.stopped = Event()

    def step(self, done: int, total: int) -> None:
        if self.stopped.is_set():
            raise cancelled()
        self._bridge.post(lambda: _void(self._show(done, total)))


class Guide(QObject):
    """`on` while practice has the windows. `entered` and `left` ask the application to show its sign-in anew."""

    entered = Signal()
    left = Signal()
    moved = Signal(str)
    """Asks the application to go to a route"""
    registration = Signal()
    """The person wants to register after all"""
    told = Signal()
    """The practice platform did something; desks may look"""

    def __init__(self, bridge: Bridge, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._folder = bridge, folder
        self._worker = ThreadPoolExecutor(1, "practice")
        self._keeper = Keeper(folder)
        self._beat: Beat | None = None
        self._desk: Desk | None = None
        self._doing, self._far, self._failed = "", "", False
        """What the practice platform is doing and how far it is; whether it failed, so that nothing is tried again unasked"""
        self._broken = False
        """The person had the line broken"""
        self._lessons: Lessons | None = None
        self._stage: Stage = "none"
        self._points: tuple[Point, ...] = ()
        self._page: StartPage | None = None
        self._band: Band | None = None
        self._alone, self._route = True, ""
        self.on = self._closed = False
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(lambda: self.look(self._desk, self._route))
        self._clock.start()

    # -- what others see

    @property
    def profile(self) -> Path:
        """The trial company's profile folder."""
        return trial_profile(self._folder)

    def points(self) -> tuple[Point, ...]:
        return self._points

    def busy(self) -> str:
        """What the practice platform is doing for this person just now, and how far it is."""
        return f"{self._doing} {self._far}".rstrip() if self._doing else ""

    def lessons(self) -> Lessons | None:
        """What was practised so far; None before the receipt."""
        return self._lessons

    def start_page(self, *, at_home: bool) -> StartPage:
        """The page practice begins on; there is one at a time."""
        page = StartPage(at_home=at_home)
        page.wanted.connect(self._wanted)
        self._page = page
        if self._stage not in ("making", "opening"):
            self._stage = "kept" if self._kept() else "none"
        page.show_stage(self._stage)
        return page

    def tour_page(self) -> TourPage:
        from ui.practice.tour_page import TourPage

        page = TourPage(self.points, self.busy, self.lessons)
        page.wanted.connect(lambda what: self._asked(what, page))
        self.told.connect(page.refresh)
        return page

    def make_band(self) -> Band | None:
        """A band for a new window, while practice is on."""
        if not self.on:
            self._band = None
            return None
        from ui.practice.band import Band

        band = self._band = Band()
        band.asked.connect(lambda what: self._asked(what, band))
        self.look(self._desk, self._route)
        return band

    def look(self, desk: Desk | None, route: str = "") -> None:
        """Read the tour anew; `route` is where the person is."""
        if not self.on:
            return
        from client.practice import tour
        from client.practice.lessons import lessons

        self._desk, self._alone, self._route = desk, desk is None, route
        if desk is not None and "/check" in route:
            tour.note_checked(desk)
        if desk is not None and "/result" in route:
            tour.note_result(desk)
        self._points = tour.points(desk)
        self._lessons = lessons(desk) if desk is not None else None
        if tour.now(self._points) is tour.Step.OPENED and not self._failed:
            self._play(tr("其他各方正在开标"), "open_bids")
        self._show()

    # -- wishes

    def _wanted(self, what: str) -> None:
        if what == "begin":
            self._begin()
        elif what == "resume":
            self._resume()
        elif what == "stop" and self._beat is not None:
            self._beat.stopped.set()
        elif what == "remove":
            self._remove(self._page)
        elif what == "sign-in":
            self.left.emit()

    def _asked(self, what: str, owner: QWidget) -> None:
        from client.practice import tour

        step = tour.now(self._points)
        if what == "go" and step is tour.Step.SIGN_IN:
            self.registration.emit()
        elif what == "go" and step is not None:
            self._failed = False
            self.moved.emit(tour.ROUTES.get(step, "projects"))
            self.look(self._desk, self._route)
        elif what in ("tour", "challenge"):
            self.moved.emit("practice" if what == "tour" else "challenge")
        elif what == "sample":
            self._offer_sample(owner)
        elif what == "day":
            self._play(tr("练习时钟正走到开标日，对手在递交和解密"), "to_the_opening")
        elif what == "review":
            self._play(tr("练习时钟走到下午，评审委员会正在审查"), "review")
        elif what == "award":
            self._play(tr("评审委员会正在评分，练习时钟走到定标日"), "award")
        elif what == "stop" and self._beat is not None:
            self._beat.stopped.set()
        elif what in ("break", "mend"):
            self._change_line(broken=what == "break")
        elif what == "leave":
            self.leave()
        elif what == "again":
            text = tr("这次练习的草稿、投标和回执都会删除，再做一个新的。真的项目不受影响。")
            question = Question(owner.window(), tr("重新练一次？"), text, act=tr("重新开始"), keep=tr("不，留着"))
            ask(question, lambda _typed: self._again())
        elif what == "remove":
            self._remove(owner)

    def _remove(self, owner: QWidget | None) -> None:
        if owner is None:
            return
        text = tr("练习平台、试用证书和这次练习的草稿、投标、回执都会删除，不能恢复。真的项目不受影响。")
        question = Question(owner.window(), tr("删除练习？"), text, act=tr("删除练习"), keep=tr("不，留着"))
        ask(question, lambda _typed: self._delete())

    def _offer_sample(self, owner: QWidget) -> None:
        documents = Path.home() / SAMPLE_NAME
        dialog = QFileDialog(owner.window(), tr("存样本 PDF"), str(documents.parent), "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(SAMPLE_NAME)
        dialog.fileSelected.connect(lambda path: self._save_sample(Path(path), owner))
        dialog.open()

    def _save_sample(self, target: Path, owner: QWidget) -> None:
        try:
            shutil.copyfile(self._folder / SAMPLE, target)
        except OSError as error:
            tell(owner.window(), tr("样本没有存下"), tr("换一个可以写入的文件夹。"), str(error))

    # -- the world

    def _kept(self) -> bool:
        return is_ready(self._folder / WORLD)

    def _begin(self) -> None:
        self._enter("making", self._keeper.make)

    def _resume(self) -> None:
        self._enter("opening", self._keeper.open)

    def _enter(self, stage: Stage, work: Callable[[Beat], None]) -> None:
        self._at(stage)
        beat = self._beat = Beat(self._bridge, self._progress)
        self._await(self._worker.submit(work, beat), self._opened, self._not_opened)

    def _opened(self, _none: None) -> None:
        self._stage, self._beat, self.on, self._broken = "kept", None, True, False
        self.entered.emit()

    def _not_opened(self, problem: Problem | None) -> None:
        self._beat = None
        self._worker.submit(self._keeper.stop)
        wrong = "" if problem is None or problem.kind == "cancelled" else words_of(problem).sentence
        self._at("kept" if self._kept() else "none", wrong)

    def leave(self) -> None:
        """Stop the platform; what was done stays for another time. `left` tells the application at once."""
        self.on, self._doing, self._desk, self._failed, self._broken = False, "", None, False, False
        if self._beat is not None:
            self._beat.stopped.set()
        self.left.emit()
        self._worker.submit(self._keeper.stop)

    def _again(self) -> None:
        self.leave()
        self._wanted("begin")
        self.moved.emit("practice")

    def _delete(self) -> None:
        if self.on:
            self.leave()
        self._await(self._worker.submit(self._keeper.delete), lambda _none: self._at("none"), self._not_opened)

    # -- the others' acts

    def _play(self, words: str, part: Part) -> None:
        """A part of the crew's: nothing else of practice's happens meanwhile, and band and page say how far it is."""
        if not self._doing and not self._broken:
            beat = self._begin_work(words)
            self._await(self._worker.submit(self._keeper.play, part, self._desk, beat), self._acted, self._not_acted)

    def _change_line(self, *, broken: bool) -> None:
        """The line is broken and mended by the person's wish only."""
        if self._doing or broken is self._broken:
            return
        beat = self._begin_work(tr("正在断开练习平台") if broken else tr("正在接上练习平台"))

        def changed(_none: None) -> None:
            self._broken = broken
            self._acted(None)

        if broken:
            self._await(self._worker.submit(self._keeper.break_line), changed, self._not_acted)
        else:
            self._await(self._worker.submit(self._keeper.mend_line, self._desk, beat), changed, self._not_acted)

    def _begin_work(self, words: str) -> Beat:
        self._doing, self._far = words, ""
        beat = self._beat = Beat(self._bridge, self._worked)
        self._show()
        return beat

    def _worked(self, done: int, total: int) -> None:
        if self._doing and done:
            self._far = f"{done} / {total}"
            self._show()

    def _acted(self, _none: None) -> None:
        self._doing, self._beat = "", None
        self.look(self._desk, self._route)

    def _not_acted(self, problem: Problem | None) -> None:
        self._doing, self._beat, self._failed = "", None, True
        self._show()
        if problem is not None and problem.kind != "cancelled" and self._band is not None:
            words = words_of(problem)
            tell(self._band.window(), words.title, words.text, words.details)

    # -- small things

    def _at(self, stage: Stage, wrong: str = "") -> None:
        self._stage = stage
        if self._page is not None and shiboken6.isValid(self._page):
            self._page.show_stage(stage, wrong)

    def _progress(self, done: int, total: int) -> None:
        if self._page is not None and shiboken6.isValid(self._page):
            self._page.step(done, total)

    def _show(self) -> None:
        if self._band is not None and shiboken6.isValid(self._band):
            self._band.show_points(self._points, self.busy(), alone=self._alone, broken=self._broken)
        self.told.emit()

    def _await(
        self, future: Future[None], done: Callable[[None], object], failed: Callable[[Problem | None], object]
    ) -> None:
        self._bridge.await_(future, self, lambda none: _void(done(none)), lambda problem: _void(failed(problem)))

    def close(self) -> None:
        """The program ends: the platform with it. A second time is none."""
        self._clock.stop()
        if self._closed:
            return
        self._closed = True
        if self._beat is not None:
            self._beat.stopped.set()
        self._worker.submit(self._keeper.stop)
        self._worker.shutdown(wait=True)


def _void(_result: object) -> None:
    return None

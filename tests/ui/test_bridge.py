"""The hop to the window's thread: in order, thousands of times, and never to a page that is gone."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from procurement.basics.problems import Cancelled, Problem, Refused
from ui.bridge import Bridge, Ties

ROUNDS = 20_000


def test_soak_many_emits_from_several_threads_arrive_in_order(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 lost references after some thousand emits; this must stay green (house.md, traps)."""
    bridge = Bridge()
    seen: dict[int, list[int]] = {0: [], 1: []}
    threads: list[object] = []

    def post_all(lane: int) -> None:
        for number in range(ROUNDS // 2):
            bridge.post(lambda n=number: (seen[lane].append(n), threads.append(QThread.currentThread()))[0])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(post_all, (0, 1)))
        qtbot.waitUntil(lambda: len(threads) == ROUNDS, timeout=60_000)
    assert seen == {0: list(range(ROUNDS // 2)), 1: list(range(ROUNDS // 2))}
    assert {id(thread) for thread in threads} == {id(QThread.currentThread())}


def test_results_problems_and_surprises_go_their_ways(qtbot: QtBot) -> None:
    bridge, owner = Bridge(), QObject()
    got: list[object] = []
    bridge.surprised.connect(got.append)
    fine: Future[int] = Future()
    refused: Future[int] = Future()
    broken: Future[int] = Future()
    stopped: Future[int] = Future()
    problem, fault = Refused("wrong-lot", "Choose a lot."), ZeroDivisionError()
    for future in (fine, refused, broken, stopped):
        bridge.await_(future, owner, got.append, got.append)

    def work() -> None:
        fine.set_result(7)
        refused.set_exception(problem)
        broken.set_exception(fault)
        stopped.set_exception(Cancelled("work-cancelled", "Start again."))

    thread = threading.Thread(target=work)
    thread.start()
    qtbot.waitUntil(lambda: len(got) >= 4, timeout=5_000)
    thread.join()
    assert got[:3] == [7, problem, fault]
    assert isinstance(got[3], Problem)
    assert got[3].code == "work-cancelled"


def test_a_page_that_is_gone_hears_nothing(qtbot: QtBot) -> None:
    bridge = Bridge()
    owner = QObject()
    got: list[int] = []
    future: Future[int] = Future()
    bridge.await_(future, owner, got.append)
    import shiboken6

    shiboken6.delete(owner)
    future.set_result(1)
    done: list[int] = []
    bridge.post(lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=5_000)
    assert got == []


def test_ties_are_undone(qtbot: QtBot) -> None:
    source, ties, heard = Bridge(), Ties(), []
    ties.signal(source.surprised, heard.append)
    source.surprised.emit(1)
    ties.undo()
    source.surprised.emit(2)
    assert heard == [1]


def test_other_threads_hold_no_widget(qapp: QApplication, qtbot: QtBot) -> None:
    """Whoever waits is known to a future by a number only: the last hold on a widget must not be a lane's."""
    bridge, future, came = Bridge(), Future[int](), list[int]()

    class Owner(QWidget):
        def take(self, result: int) -> None:
            came.append(result)

    owner = Owner()
    seen = weakref.ref(owner)
    bridge.await_(future, owner, owner.take)

    future.set_result(3)
    qtbot.waitUntil(lambda: came == [3])
    del owner
    gc.collect()
    assert seen() is None, "the future, still here, holds it"
    bridge.close()

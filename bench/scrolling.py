"""Thumbnails: a scanned PDF of 300 pages, its strip scrolled from top to end; how soon pages appear, how long the window waits."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bench.heartbeat import LIMIT, Beats
from bench.measuring import Line, Plan, median
from bench.stamping import PAGES, scanned

SETTLE = 30.0
"""Seconds after which a page counts as never drawn"""


def measure(plan: Plan) -> list[Line]:
    source = plan.folder / "thumbs.pdf"
    scanned(source, PAGES)
    context = multiprocessing.get_context("fork")
    runs: dict[str, list[float]] = {"wall": [], "work": [], "page": []}
    for _ in range(plan.rounds):
        ours, theirs = context.Pipe()
        process = context.Process(target=_window, args=(source, theirs))
        process.start()
        wall, work, pages = ours.recv()
        process.join()
        for name, value in (("wall", wall), ("work", work), ("page", median(pages))):
            runs[name].append(value)
    source.unlink()
    wall, work, page = (median(runs[name]) for name in ("wall", "work", "page"))
    return [
        Line(
            f"thumbnails of {PAGES} scanned pages: longest gap while scrolling",
            f"{wall * 1000:.0f} ms",
            target=f"< {LIMIT * 1000:.0f} ms",
            met=wall < LIMIT,
            note=f"{work * 1000:.0f} ms of it the process's own work; a page in view appears after {page * 1000:.0f} ms",
            runs=runs,
        )
    ]


def _window(source: Path, line: Connection) -> None:
    """Scrolls a window's height at a time, each step waiting until the page in the middle is drawn."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from ui.app import dress
    from ui.kit.pdf import PdfPane
    from ui.settings import Settings

    app = QApplication([])
    dress(app, Settings())
    pane = PdfPane("图纸")
    pane.resize(1000, 900)
    pane.show()
    pane.show_pdf("图纸", source.read_bytes())
    pane.strip.show()
    strip, waits, beats = pane.strip, list[float](), Beats()
    for _ in range(200):
        app.processEvents()
    beats.begin()
    bar, step = strip.verticalScrollBar(), strip.viewport().height()
    for at in range(step, bar.maximum() + 1, step):
        bar.setValue(at)
        begun = time.perf_counter()
        middle = strip.indexAt(strip.viewport().rect().center()).row()
        while strip.pages.picture(middle) is None and time.perf_counter() - begun < SETTLE:
            app.processEvents()
            time.sleep(0.001)
        waits.append(time.perf_counter() - begun)
    gap = beats.end()
    line.send((gap.wall, gap.work, waits))

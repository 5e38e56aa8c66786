"""How long a person waits for a window: the program's first one, and a large draft's."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bench.desk_world import DeskWorld, long_tender
from bench.measuring import MIB, Line, Plan, median
from procurement.bidding.draft import BidDocument

LIMIT = 1.0
FORMS, FILES = 52, 10
"""Together with the other parts of that tender's bid: more than sixty sections"""

FIRST = """
import sys, tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
from ui.app import App
qt = QApplication([])
folder = Path(tempfile.mkdtemp())
app = App(qt, folder, folder / "settings.json")
app.window.show()
qt.processEvents()
app.window.grab()
sys.stdout.write("shown\\n")
sys.stdout.flush()
import os
os._exit(0)
"""


def measure(plan: Plan) -> list[Line]:
    """Two lines, medians of the rounds."""
    first = [_first_window() for _ in range(max(2, plan.rounds))]
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_open_draft, args=(plan, plan.folder / "starting", theirs))
    process.start()
    sections, drafts = ours.recv()
    process.join()
    note = "a process of its own each time, offscreen, its modules in the page cache and compiled"
    return [
        _line("first window from source", first, note),
        _line(f"open a draft of {sections} sections, {plan.size / MIB:.0f} MiB of files", drafts, "the page drawn"),
    ]


def _line(name: str, runs: list[float], note: str) -> Line:
    taken = median(runs)
    return Line(name, f"{taken:.2f} s", target=f"< {LIMIT:.0f} s", met=taken < LIMIT, note=note, runs={"jincai": runs})


def _first_window() -> float:
    start = time.perf_counter()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([sys.executable, "-c", FIRST], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"shown\n"
        return time.perf_counter() - start


def _open_draft(plan: Plan, folder: Path, line: Connection) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from ui.bridge import Bridge
    from ui.context import Context
    from ui.dress import dress
    from ui.settings import Settings
    from ui.shell.navigation import Route
    from ui.shell.window import Window
    from ui.workspaces import open_workspace
    from ui.workspaces.supplier.prepare.sections import outline

    app, tender, runs = QApplication([]), long_tender(FORMS), list[float]()
    dress(app, Settings())
    lot = tender.lots[0]
    world = DeskWorld.create(folder)
    with world.desk() as desk:
        world.publish(desk, tender, tender.id)
        draft = desk.bidding.drafts.open(tender.id, lot.code).forms
        documents = []
        for number in range(FILES):
            source = folder / f"file-{number}"
            source.write_bytes(os.urandom(plan.size // FILES))
            sha256 = desk.place.keep(source)
            source.unlink()
            said = {"code": f"doc-{number}", "title": f"文件{number}", "path": f"documents/doc-{number}.pdf"}
            documents.append(BidDocument(**said, size=plan.size // FILES, sha256=sha256, pages=300))
        desk.bidding.drafts.save(tender.id, draft.model_copy(update={"documents": tuple(documents)}))
        bridge = Bridge()
        window = Window(desk.now)
        space = open_workspace(desk.role, Context(desk, bridge))
        window.open_role(space.places, space.make_page, space.first)
        window.show()
        app.processEvents()
        for _ in range(max(2, plan.rounds)):
            window.go(space.first)
            app.processEvents()
            start = time.perf_counter()
            window.go(Route(space.first.place, tender.id, lot.code, "prepare"))
            app.processEvents()
            window.grab()
            runs.append(time.perf_counter() - start)
        line.send((len(outline(tender, lot)), runs))
        window.on_close = lambda: True
        window.close()
        bridge.close()

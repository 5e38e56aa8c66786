"""How long a person waits for a window: the program's first one, and a large draft's."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from bench.desk_world import DeskWorld, long_tender
from bench.measuring import MIB, Line, Plan, median
from client.secrets import KEY_FILE
from procurement.bidding.draft import BidDocument

LIMIT = 1.0
FORMS, FILES = 52, 10
"""Together with the other parts of that tender's bid: more than sixty sections"""

BUNDLE = Path("dist/jincai/jincai")
"""The packed program, where `make bundle` was run"""
PACKED = 0.6


def measure(plan: Plan) -> list[Line]:
    """Medians of the rounds."""
    first = _windows(plan)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_open_draft, args=(plan, plan.folder / "starting", theirs))
    process.start()
    sections, drafts = ours.recv()
    process.join()
    return [
        *first,
        _line(f"open a draft of {sections} sections, {plan.size / MIB:.0f} MiB of files", drafts, "the page drawn"),
    ]


def _line(name: str, runs: list[float], note: str) -> Line:
    taken = median(runs)
    return Line(name, f"{taken:.2f} s", target=f"< {LIMIT:.0f} s", met=taken < LIMIT, note=note, runs={"jincai": runs})


def _first_window(program: Sequence[str], root: Path) -> tuple[float, float]:
    """Seconds until a process of this program says that its first window is drawn; and the processor time that took."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    before = os.times()
    start = time.perf_counter()
    command = [*program, "--until-shown", "--world", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"shown\n"
        taken = time.perf_counter() - start
    after = os.times()
    return taken, sum(after[2:4]) - sum(before[2:4])


def _windows(plan: Plan) -> list[Line]:
    """The first window from source, and from the bundle where there is one, on a folder with one profile."""
    DeskWorld.create(plan.folder / "first")
    (
        plan.folder / "first" / "supplier" / KEY_FILE
    ).touch()  # a passphrase was chosen: the system's keyring is not asked
    programs = {"source": ([sys.executable, "-m", "ui"], LIMIT), "the bundle": ([str(BUNDLE)], PACKED)}
    lines = list[Line]()
    for name, (program, limit) in programs.items():
        words, target = f"first window from {name}", f"< {limit:g} s"
        if name != "source" and not BUNDLE.is_file():
            lines.append(Line(words, "not measured", target=target, note="no dist/jincai; run: make bundle"))
            continue
        _first_window(program, plan.folder / "first")  # compiles and fills the page cache
        runs = [_first_window(program, plan.folder / "first") for _ in range(max(5, plan.rounds))]
        wall, cpu = [run[0] for run in runs], [run[1] for run in runs]
        note = f"{median(cpu):.2f} s of processor time; a process each time, offscreen, files in the page cache"
        taken = median(wall)
        said = {"jincai": wall, "processor": cpu}
        lines.append(Line(words, f"{taken:.2f} s", target=target, met=taken < limit, note=note, runs=said))
    return lines


def _open_draft(plan: Plan, folder: Path, line: Connection) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from ui.app import dress
    from ui.bridge import Bridge
    from ui.context import Context
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

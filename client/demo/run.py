"""`jincai demo`: one real procurement from budget to archive, with evidence in a folder (R-046 … R-058)."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from client.demo.cast import AGENCY
from client.demo.chapters import bidding, evaluation, opening, performing, planning, tendering
from client.demo.evidence import keep_evidence
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import World, without_keyring
from client.platform_process import ROOT
from client.verify.command import main as verify
from procurement.basics.problems import Problem

MARK = ".jincai-demo"
"""Lies in an output folder that the demo made, and may therefore empty"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="jincai demo", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("demo-output"), help="folder for the evidence")
    parser.add_argument("--world", type=Path, help="keep the world in this folder (default: a temporary one)")
    parser.add_argument("--quiet", action="store_true", help="only the closing table and the verification")
    parser.add_argument("--no-screens", action="store_true", help="do not draw the app's windows")
    options = parser.parse_args(arguments)
    output: Path = options.output.resolve()
    if not _make_room(output):
        print(f"{output} is not a folder this demo made; choose another with --output.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="jincai-demo-") as temporary:
        return run(options.world or Path(temporary) / "world", output, Teller(options.quiet), not options.no_screens)


def run(world_folder: Path, output: Path, teller: Teller, screens: bool) -> int:
    """Play all chapters. Exit status: 0 done and verified, 1 a chapter was refused or the evidence does not hold."""
    without_keyring()
    began = time.monotonic()
    teller.say("晋采演示：一个真实采购项目，从预算到档案 / one procurement, from budget to archive")
    world = World.create(world_folder)
    pdfs = os.environ.get("JINCAI_TENDER_PDFS", "")
    story = Story(world, teller, output, Path(pdfs) if pdfs else None)
    try:
        with world.running():
            tell(story)
            keep_evidence(story, round(time.monotonic() - began, 1))
            if screens:
                _screens(world, output)
    except Problem as problem:
        print(f"\nThe demo stopped: {problem}\n  {problem.remedy}", file=sys.stderr)
        print(_last_words(world), file=sys.stderr)
        return 1
    print("\n" + teller.table())
    print(f"\n{len(teller.rows)} acts in {time.monotonic() - began:.0f} s. Evidence in {output}")
    print("\njincai verify --trust trust archive.zip")
    return verify(["--trust", str(output / "trust"), str(output / "archive.zip")])


def tell(story: Story) -> None:
    """The thirteen stages in order."""
    planning.accounts(story)
    planning.planning(story)
    tendering.tendering(story)
    bidding.bidding(story)
    opening.opening(story)
    evaluation.evaluation(story)
    performing.awarding(story)
    performing.performing(story)
    performing.closing(story)
    story.desk(AGENCY)


def _make_room(output: Path) -> bool:
    """An empty folder, or one that an earlier demo made."""
    if output.exists() and any(output.iterdir()) and not (output / MARK).exists():
        return False
    if output.exists():
        shutil.rmtree(output)
    output.mkdir(parents=True)
    (output / MARK).write_text("made by jincai demo\n", "utf-8")
    return True


def _screens(world: World, output: Path) -> None:
    """The app's windows on this world, drawn offscreen by a process of their own."""
    world.close_desks()
    command = [sys.executable, "-m", "ui", "--world", str(world.folder), "--screens", str(output / "screens")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem("screens-failed", "Read what the app said.", log=done.stderr[-2000:])


def _last_words(world: World) -> str:
    logs = [world.folder / f"{name}.log" for name in ("server", "custodian", "tsa")]
    return "\n".join(f"-- {p.name}\n{p.read_text('utf-8', 'replace')[-1500:]}" for p in logs if p.exists())

"""The demo's whole procurement, played once for all tests that ask for it: `jincai demo` in its own process."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.archive.bundle import Bundle
from client.verify.evidence import Anchors, Evidence
from tests.processes import ROOT, run_whole

PATIENCE = 900
"""Seconds the demo may take before it counts as hanging"""


@dataclass(frozen=True, slots=True)
class Played:
    """What is left of it: a stopped world and the evidence. Nobody may change either; copy first."""

    world: Path
    output: Path
    code: int
    words: str

    @classmethod
    def play(cls, folder: Path) -> Played:
        """Run the demo without its pictures."""
        world, output = folder / "world", folder / "demo-output"
        command = [sys.executable, "-m", "client.cli", "demo", "--output", str(output), "--world", str(world)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        (folder / "tmp").mkdir()
        environment["TMPDIR"] = str(folder / "tmp")  # what is left in it is looked at, too
        environment.pop("JINCAI_TENDER_PDFS", None)  # everybody's demo: prints its own papers
        code, words = run_whole([*command, "--no-screens"], environment, PATIENCE)
        return cls(world, output, code, words)

    @classmethod
    def once(cls, base: Path) -> Played:
        """Play it unless another process of this run of the tests has: who comes second waits. `base` is the process's own folder."""
        folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "played"
        told = folder.with_suffix(".json")
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                folder.mkdir()
                found = cls.play(folder)
                told.write_text(json.dumps([found.code, found.words]))
        return cls(folder / "world", folder / "demo-output", *json.loads(told.read_text()))

    @property
    def archive(self) -> Path:
        return self.output / "archive.zip"

    @property
    def public(self) -> Path:
        return self.output / "archive-public.zip"

    @property
    def trust(self) -> Path:
        return self.output / "trust"

    @property
    def anchors(self) -> Anchors:
        return Anchors.load(self.trust)

    @contextmanager
    def evidence(self) -> Iterator[Evidence]:
        """The full edition, opened for reading."""
        with Bundle(self.archive) as bundle:
            yield Evidence(bundle, self.anchors)

    @property
    def receipts(self) -> list[Path]:
        return sorted((self.output / "receipts").glob("*.json"))

    @property
    def summary(self) -> Any:
        return json.loads((self.output / "summary.json").read_text("utf-8"))

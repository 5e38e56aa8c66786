"""Sealing a large PDF: seconds and memory of a process of its own (a bid of 300 scanned pages, 130 MB)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pikepdf

from bench.measuring import MIB, Line, Plan, median
from documents.fonts import variable_font

PAGES, SIDE = 300, 658
"""Each page carries one uncompressible grey picture of SIDE × SIDE bytes: 130 MB in all"""
LIMIT = 100 * MIB


def measure(plan: Plan) -> list[Line]:
    source, target = plan.folder / "scan.pdf", plan.folder / "scan-sealed.pdf"
    scanned(source, PAGES)
    runs = [_once(source, target) for _ in range(plan.rounds)]
    most = max(memory for _, memory in runs)
    seconds = median([run[0] for run in runs])
    size = source.stat().st_size
    line = Line(
        f"seal a PDF of {PAGES} pages, {size / 1e6:.0f} MB",
        f"{most / MIB:.0f} MiB, {seconds:.2f} s",
        target=f"< {LIMIT // MIB} MiB",
        met=most < LIMIT,
        note="peak of the process (VmHWM); round seal, slices over all edges, time-stamp, long-term evidence",
        runs={"seconds": [run[0] for run in runs], "bytes": [run[1] for run in runs]},
    )
    for path in (source, target):
        path.unlink()
    return [line]


def scanned(path: Path, pages: int) -> None:
    """A PDF as a scanner makes it: a picture on every page."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            picture = pdf.make_stream(
                os.urandom(SIDE * SIDE),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=SIDE,
                Height=SIDE,
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
            )
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=picture))
            page.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Scan Do")
        pdf.save(path, compress_streams=False)


def _once(source: Path, target: Path) -> tuple[float, float]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.stamp_one", source, target, variable_font()],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, memory = json.loads(told.stdout)
    return float(seconds), float(memory)

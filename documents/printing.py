"""Prints official PDFs: PDF/A-2b, tagged, the same bytes for the same data on every machine (protocol M10).

Data enters the compiler as one JSON string and is set as text; it is never markup. Nothing here signs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import typst

from documents.files import write_whole
from documents.fonts import variable_font
from documents.shown import shown
from procurement.basics.problems import Refused


class Box(NamedTuple):
    """Where a seal or signature belongs: page from 1; points from the page's lower left corner, as PDF counts."""

    page: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A printed file: its SHA-256 in hex, its number of pages and the named boxes left for seals and signatures."""

    path: Path
    sha256: str
    pages: int
    boxes: dict[str, Box]


_press = threading.Lock()  # one compiler at a time: it keeps a process-wide cache and takes all cores anyway


def press(template: str, data: Any, made: datetime, target: Path, **extra: Any) -> PrintedDocument:
    """Print `data` through `templates/<template>.typ` to `target`, dated `made`; a kill leaves the old file or the new.

    `extra` are further plain values for the template. Raises `Refused` when the template cannot set the data.
    """
    payload = json.dumps({**shown(data), **shown(extra)}, ensure_ascii=False, sort_keys=True)
    try:
        with _press:
            compiler = typst.Compiler(
                str(_templates() / f"{template}.typ"),
                root=str(_templates()),
                font_paths=_fonts(),
                ignore_system_fonts=True,
                sys_inputs={"data": payload},
            )
            pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=int(made.timestamp()))
            marks = json.loads(compiler.query("<mark>", field="value"))
    except typst.TypstError as error:
        raise Refused(
            "document-not-printable",
            "Correct the named value and print again.",
            template=template,
            reason=error.message,
        ) from error
    assert isinstance(pdf, bytes)
    write_whole(target, pdf)
    sheet = next(mark for mark in marks if mark["kind"] == "sheet")
    boxes = {mark["name"]: _box(mark, sheet["heights"]) for mark in marks if mark["kind"] == "box"}
    return PrintedDocument(target, hashlib.sha256(pdf).hexdigest(), int(sheet["pages"]), boxes)


def _box(mark: dict[str, Any], heights: list[float]) -> Box:
    page = int(mark["page"])
    y = heights[page - 1] - mark["y"] - mark["h"]
    return Box(page, round(mark["x"], 2), round(y, 2), round(mark["w"], 2), round(mark["h"], 2))


@cache
def _templates() -> Path:
    return Path(str(resources.files("documents"))) / "templates"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(variable_font().parent)]
    )

"""Real tenders as data: `tenders/<name>.json` beside this file, read as `Tender`. tenders/README.md says which document each expresses."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from procurement.basics.problems import Refused
from procurement.tendering.tender import Tender

FOLDER = Path(__file__).with_name("tenders")


def names() -> tuple[str, ...]:
    """Names of the tenders, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def load_tender(name: str) -> Tender:
    """The tender of this name. Raises `Refused`: `tender-unknown`, or with the first field that the model does not know."""
    if name not in names():
        raise Refused("tender-unknown", "Choose one of the names.", name=name, names=",".join(names()))
    return Tender.from_plain(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))

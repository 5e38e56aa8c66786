"""Tells the demo as it happens, and keeps the table of what was done, by whom, when, signed with what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from procurement.basics.moment import SHANGHAI
from procurement.basics.statement import Signer


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the closing table."""

    stage: str
    what: str
    who: str
    when: datetime
    means: str
    id: str


@dataclass(slots=True)
class Teller:
    """Prints plain lines (live: each as it happens) and the closing table."""

    quiet: bool = False
    rows: list[Told] = field(default_factory=list)
    durations: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _began: float = field(default_factory=time.monotonic)

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """A chapter; its duration is kept."""
        self._stage = title
        start = time.monotonic()
        self.say(f"\n== {title}")
        yield
        self.durations[title] = round(time.monotonic() - start, 2)

    def done(self, what: str, who: str, when: datetime, signer: Signer | None, id_: str) -> None:
        """An act was accepted."""
        self.rows.append(Told(self._stage, what, who, when, means_of(signer), id_))
        local = when.astimezone(SHANGHAI)
        self.say(f"  {time.monotonic() - self._began:6.1f} s  {local:%m-%d %H:%M}  {who}  {what}")

    def say(self, line: str) -> None:
        if not self.quiet:
            print(line, flush=True)

    def table(self) -> str:
        """The closing table as aligned text."""
        heads = ("环节 stage", "做了什么 what", "谁 who", "何时 when", "签名 signed with")
        lines = [
            (r.stage, r.what, r.who, f"{r.when.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", r.means) for r in self.rows
        ]
        widths = [max(_width(row[i]) for row in (heads, *lines)) for i in range(len(heads))]
        return "\n".join(
            "  ".join(_pad(cell, w) for cell, w in zip(row, widths, strict=True)) for row in (heads, *lines)
        )


def means_of(signer: Signer | None) -> str:
    """How an act was signed, for people."""
    if signer is None:
        return "—"
    return f"CA {signer.serial[:10]}…" if signer.means == "cert" else f"登记密钥 {signer.certificate[:10]}…"


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))

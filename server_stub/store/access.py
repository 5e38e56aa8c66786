"""The access log: who asked what, when, and what was answered; one JSON object a line, put aside by size.

It says who fetched documents and who delivered, so until the closing it is as secret as the bids (L-215): owner-readable, and
shown nowhere. It holds no bodies, no session tokens, no proofs.
"""

from __future__ import annotations

import json
import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from server_stub.settings import Limits


class _File(RotatingFileHandler):
    """Each file is readable by its owner alone from its first byte."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600))


class AccessLog:
    """The file under `path`, and those put aside beside it (`.1` is the youngest)."""

    def __init__(self, path: Path, limits: Limits) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self._file = _File(path, maxBytes=limits.access_log, backupCount=limits.access_logs)

    def write(self, line: dict[str, object]) -> None:
        """Add one line. A disk that is full stops no request."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        self._file.handle(logging.LogRecord("access", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        self._file.close()

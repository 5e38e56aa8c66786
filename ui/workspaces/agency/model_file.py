"""Reads a tender's data as an editor exported it. What does not fit is told with its field."""

from __future__ import annotations

from pathlib import Path

from procurement.basics.problems import Refused
from procurement.tendering.tender import Tender

LIMIT = 16 * 1024 * 1024
"""Bytes"""


def read_model(path: Path) -> Tender:
    """The tender in this file. Raises `Refused("file-too-large" | "tender-model-unreadable")`."""
    try:
        size = path.stat().st_size
        if size > LIMIT:
            raise Refused("file-too-large", "Make the file smaller.", size=size, limit=LIMIT)
        return Tender.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = str(error)[:300]
        raise Refused("tender-model-unreadable", "Export the tender's data again.", reason=reason) from error

"""Where practice lies, and whether there is one to go on with; known without anything of it being loaded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

WORLD, READY, SAMPLE = "world", "ready", "sample.pdf"
"""The world's folder in that of practice; what lies in it once the rehearsal tender is published; a paper for the bid"""
EDITION = "2"
"""What `READY` holds. A world of another edition was made by another program: it is made anew, not opened"""
TRIAL_KEY = "trial"
"""The trial company's profile folder in the world"""


def is_ready(world: Path) -> bool:
    """Whether there is a world here that can be opened."""
    with suppress(OSError):
        return (world / READY).read_text("ascii") == EDITION
    return False


def trial_profile(folder: Path) -> Path:
    """The trial company's profile in practice's folder."""
    return folder / WORLD / "profiles" / TRIAL_KEY

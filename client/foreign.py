"""Other programs are started with the system's own surroundings, not with those of a packed program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_OWN = ("_PYI_", "_MEIPASS")


def foreign_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for LibreOffice and the like. A packed program runs with its own folder before the system's libraries
    (the old value stands in `…_ORIG`); another program given that would load ours in place of those it was built with."""
    environment = dict(os.environ if own is None else own)
    if not getattr(sys, "frozen", False):
        return environment
    for name in _PATHS:
        environment.pop(name, None)
        before = environment.pop(f"{name}_ORIG", None)
        if before:
            environment[name] = before
    return {name: value for name, value in environment.items() if not name.startswith(_OWN)}

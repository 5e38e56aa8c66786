"""A token's driver process for the packed program, which has no `python` to start: it starts itself with other words."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Serve the one driver named, until the other side closes."""
    from crypto.tokens import driver_process

    driver_process.main(arguments[0])
    return 0

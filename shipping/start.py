"""The packed program's first lines: the windows, or, started by them with one word, the practice platform.

The windows never import the server; a packed program has no other Python to start it with, so it starts itself.
"""

from __future__ import annotations

import os
import sys

from client.platform_process import PACKED_COMMAND


def main() -> int:
    """Exit code of what was asked for."""
    if sys.argv[1:2] == [PACKED_COMMAND]:
        for stream in ("stdout", "stderr"):
            if getattr(sys, stream) is None:  # a program without a console on Windows
                setattr(sys, stream, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for the process's life
        from server_stub.__main__ import main as serve

        return serve(sys.argv[2:])
    from ui.__main__ import main as windows

    return windows()


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m ui`: opens the windows on a profile or a world; `--screens` draws them to files without a screen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the windows. Exit code 0 when they were closed in order."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["token-driver"]:  # a packed program starts itself for a token's driver
        from client.token_driver import main as serve_driver

        return serve_driver(given[1:])
    parser = argparse.ArgumentParser(prog="jincai app", description="晋采：政府采购电子化客户端")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--profile", type=Path, help="folder of one profile")
    where.add_argument("--world", type=Path, help="folder with several profiles")
    parser.add_argument("--screens", type=Path, help="draw the windows on this world into this folder and stop")
    chosen = parser.parse_args(given)
    if chosen.screens is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from ui.app import App
    from ui.collector import Collector
    from ui.settings import settings_file

    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("jincai")
    Collector(qt)
    root: Path = chosen.profile or chosen.world
    if chosen.screens is not None:
        from ui.screens import draw_screens

        return draw_screens(qt, root, chosen.screens)
    app = App(qt, root, settings_file())
    app.window.show()
    return qt.exec()


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m ui`: opens the windows on a profile or a world; `--screens` draws them to files without a screen.

The packed program starts here, too: it takes the same words, `--self-check`, and the commands that need no window.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ICON = Path(__file__).parent / "theme" / "jincai.svg"
WINDOWLESS = ("verify", "monitor", "doctor", "update")
"""Commands of `jincai` that the packed program runs as well: who has no Python can still check an archive"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the windows. Exit code 0 when they were closed in order, 2 when a system library is missing."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["token-driver"]:  # a packed program starts itself for a token's driver
        from client.token_driver import main as serve_driver

        return serve_driver(given[1:])
    if given[:1] == ["lot-key-dealer"]:  # the same, for the ceremony of a lot key
        from client.dealer import main as deal

        return deal()
    if given and given[0] in WINDOWLESS:
        from client.cli import main as run_command

        return run_command(given)
    chosen = _parser().parse_args(given)
    if chosen.self_check:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        try:
            from ui.self_check import self_check
        except ImportError as error:  # a part is missing without which not even the check can be made
            print(f"  NO   program: {error}")
            return 1
        return self_check()
    if chosen.screens is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        return _windows(chosen.profile or chosen.world, chosen.screens, chosen.until_shown)
    except ImportError as error:
        from ui.libraries import library_advice

        advice = library_advice(error)
        if not advice:
            raise
        print(advice, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jincai app", description="晋采：政府采购电子化客户端")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--profile", type=Path, help="folder of one profile")
    where.add_argument("--world", type=Path, help="folder with several profiles")
    where.add_argument("--self-check", action="store_true", help="try every part of the program, tell, and stop")
    parser.add_argument(
        "--until-shown", action="store_true", help="stop once the first window is drawn: to time the start"
    )
    parser.add_argument("--screens", type=Path, help="draw the windows on this world into this folder and stop")
    return parser


def _windows(root: Path | None, screens: Path | None, until_shown: bool) -> int:
    # No plug-in changes how signed values are read; nor is any looked for.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from ui.collector import Collector

    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("jincai")
    qt.setDesktopFileName("cn.jincai.Jincai")
    qt.setWindowIcon(QIcon(str(ICON)))
    Collector(qt)  # before the rest is imported: nothing there is garbage
    from ui.app import App
    from ui.faults import Faults
    from ui.kit.fitting import Fitting, fit_window
    from ui.settings import practice_folder, profiles_folder, settings_file

    if root is None:
        root = profiles_folder()
        root.mkdir(parents=True, exist_ok=True)
    if screens is not None:
        from ui.screens import draw_screens

        return draw_screens(qt, root, screens)
    faults = Faults()
    faults.listen()
    app = App(qt, root, settings_file(), practice_folder(), faults)
    Fitting(qt)
    fit_window(app.window)
    app.window.show()
    if until_shown:
        qt.processEvents()
        app.window.grab()
        print("shown", flush=True)
        app.close()
        return 0
    return qt.exec()


if __name__ == "__main__":
    raise SystemExit(main())

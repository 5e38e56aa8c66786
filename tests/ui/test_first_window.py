"""What stands before the first window, and what comes after it (ADR 0020). Times are the bench's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

LATER = (
    "client.desk", "ui.signed_in", "ui.workspaces.supplier", "ui.boards", "procurement.tendering", "procurement.wire",
    "documents.papers", "crypto.certificates", "cryptography", "pyhanko", "pikepdf", "pypdfium2", "typst", "openpyxl",
    "requests", "urllib3", "sqlcipher3", "sqlalchemy", "keyring", "PIL", "lxml", "segno", "PySide6.QtPdf",
)  # fmt: skip
"""What the sign-in page does without"""

START = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
qt = QApplication([])
from ui import app as first
root = Path(sys.argv[1])
app = first.App(qt, root, root / "settings.json")
app.window.show()
app.window.grab()
before = sorted(sys.modules)
loop, watch = QEventLoop(), QTimer()
watch.timeout.connect(lambda: loop.quit() if "ui.signed_in" in sys.modules else None)
watch.start(20)
loop.exec()
app.close()  # waits for the lane
print(json.dumps([before, sorted(sys.modules)]))
"""


def started(root: Path) -> tuple[set[str], set[str]]:
    """The modules there when the first window is drawn, and those after the staff came in."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", START, str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    return set(before), set(after)


def test_the_first_window_waits_for_nothing_that_only_a_desk_needs(tmp_path: Path) -> None:
    """And what a desk needs is there soon, before anybody has typed a PIN; on the lane, so that the window stays awake."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "profile.json").write_text(json.dumps(PROFILE, sort_keys=True, separators=(",", ":")), "utf-8")
    (tmp_path / "one" / "cache.key").touch()  # a passphrase was chosen: no keyring is asked
    before, after = started(tmp_path)
    assert {"ui.app", "ui.shell.signin", "client.profile"} <= before
    assert not [name for name in LATER if name in before]
    assert {"ui.signed_in", "client.desk", "crypto.certificates"} <= after


PROFILE: dict[str, Any] = {
    "actor": "91140000MA0BENCH09", "demo_clock": False, "drivers": [], "enrolled_key": "", "name": "name",
    "origin": "", "person": "person", "region": "140000", "role": "supplier", "server": "http://127.0.0.1:9",
    "token": "token.p12",
}  # fmt: skip

"""Places where a crash would hurt, by name: a test can have the server killed exactly there.

`JINCAI_KILL_AT=act:recorded@submission` in the environment: the process kills itself (SIGKILL, nothing is tidied up)
the first time it passes that point with an act of that type. `opening:bid#2`: the second time. Only a server with
`--demo-clock` heeds it; any other does not start while the variable is set.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from threading import Lock

from procurement.basics.problems import Refused

VARIABLE = "JINCAI_KILL_AT"
POINTS = {
    "upload:announced": "the file is there, its row is not",
    "upload:written": "bytes of a PATCH are in the file, the row still has the old offset",
    "upload:flushed": "bytes are on the disk, the row still has the old offset",
    "upload:checked": "the whole file is checked, the row does not say complete",
    "blob:renamed": "a blob has its name, no row knows it",
    "act:recorded": "act, entry and leaf are written, not committed",
    "act:committed": "the transaction is committed, the log's head is not signed",
    "act:signed": "the head is signed and remembered, no proof is stored",
    "act:answering": "the receipt is whole, the answer has not left",
    "opening:bid": "one more bid is opened, nothing is published",
    "opening:publish": "all bids are opened, nothing is published",
}
"""Name → what has happened there, and what has not"""


@dataclass(slots=True)
class _Armed:
    """The one point of this process, and how often it is still to be passed unharmed."""

    name: str
    subject: str
    left: int
    lock: Lock


_armed: list[_Armed] = []


def arm(text: str, *, demo: bool) -> None:
    """Heed `text`, the variable's value; empty for none. Raises `Refused` outside a demo, or for a point nobody knows."""
    if not text:
        return
    if not demo:
        raise Refused("failpoint-in-production", f"Unset {VARIABLE}: only a server with --demo-clock heeds it.")
    place, _, count = text.partition("#")
    name, _, subject = place.partition("@")
    if name not in POINTS or not (count or "1").isdecimal():
        raise Refused("failpoint-unknown", "Name one of server_stub.failpoints.POINTS.", point=text)
    _armed.append(_Armed(name, subject, int(count or "1"), Lock()))


def passing(name: str, subject: str = "") -> None:
    """The process is at this point, with an act of this type where there is one."""
    for point in _armed:
        if point.name != name or point.subject not in ("", subject):
            continue
        with point.lock:
            point.left -= 1
            if point.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

"""A server that lives no longer than whoever started it: it ends when its standard input closes.

The starter keeps the other end of the pipe and never writes. However it ends, also by kill -9, the system closes that end;
there is nothing to ask and no process id to be mistaken about. The practice platform of the app is run so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread, Timer

GRACE = 15.0
"""Seconds in which the server may end in order once nobody is there any more"""


def end_with_input(stop: Callable[[], None], descriptor: int = 0) -> Thread:
    """Call `stop`, on a thread of its own, once the other end of this descriptor is closed; after `GRACE` the process ends anyway."""
    watching = Thread(target=_watch, args=(stop, descriptor), name="companion", daemon=True)
    watching.start()
    return watching


def _watch(stop: Callable[[], None], descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:  # there is no such descriptor: nobody holds the other end
        pass
    last = Timer(GRACE, os._exit, (1,))
    last.daemon = True
    last.start()
    stop()

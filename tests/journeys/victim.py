"""A client that will be killed: does one verb in a process of its own and stops, ready to be shot, at a named point.

python -m tests.journeys.victim PROFILE PASSPHRASE PIN VERB ARGUMENT STOP READY

STOP: `before:<path end>` (the request has not left), `after:<path end>` (the server has answered, nothing is noted here),
`kept` (the receipt is stored, its act does not count as answered yet) or `half` (half of the upload is on its way).
The file READY appears when the point is reached.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

from client.bootstrap import open_desk
from client.custodian import Custodian
from client.gateway.http import HttpTransport
from client.gateway.transport import Answer
from client.profile import ProfileFolder
from offline_cache.outbox import Outbox


def wait_for_death(ready: Path) -> None:
    ready.write_text("ready")
    while True:
        signal.pause()


class HaltingTransport(HttpTransport):
    """The real transport, which stops for good at one request."""

    halt, ready = "", Path()

    def send(self, method: str, path: str, **rest: Any) -> Answer:
        when, _, where = self.halt.partition(":")
        meant = method == "POST" and where and path.endswith(where)
        if meant and when == "before":
            wait_for_death(self.ready)
        answer = super().send(method, path, **rest)
        if meant and when == "after":
            wait_for_death(self.ready)
        return answer


class HaltingOutbox(Outbox):
    """The real outbox, which stops before it notes an answer."""

    ready = Path()

    def accepted(self, statement_id: str) -> None:
        wait_for_death(self.ready)


class HaltingPulse:
    def __init__(self, ready: Path) -> None:
        self.ready = ready

    def step(self, done: int, total: int) -> None:
        if done >= total // 2:
            wait_for_death(self.ready)


def main(profile: str, passphrase: str, pin: str, verb: str, argument: str, stop: str, ready: str) -> None:
    transport = HaltingTransport(ProfileFolder(Path(profile)).profile.server)
    desk = open_desk(Path(profile), lambda _new: passphrase, transport=transport)
    desk.accounts.unlock(pin)
    desk.accounts.sign_in()
    if stop == "kept":
        HaltingOutbox.ready = Path(ready)
        desk.place.sync._outbox = HaltingOutbox(desk.place.connection)
    transport.halt, transport.ready = stop, Path(ready)
    if verb == "deliver":
        desk.bidding.deliver(argument, HaltingPulse(Path(ready)))
    elif verb == "commit":
        desk.bidding.commit(argument)
    elif verb == "custodian":
        desk.custody.open_key(passphrase)
        Custodian(desk).round()
    else:
        desk.releasing.release(argument)


if __name__ == "__main__":
    main(*sys.argv[1:])

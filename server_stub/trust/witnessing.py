"""Cosignatures of a witness on the heads that matter. A silent witness holds nothing up: the head goes out without (H4)."""

from __future__ import annotations

import base64
import logging
import time

import requests

from crypto.log import ReadNodes, consistency
from procurement.basics.problems import Problem, Refused
from procurement.basics.value import format_instant
from server_stub.clock import ServerClock
from server_stub.trust.stamping import DEMO_TIME, PATIENCE, PAUSE

logger = logging.getLogger("server_stub.witnessing")
WITNESSED = frozenset({"tender-package", "closing", "freeze", "opening"})
"""Acts whose receipts carry the witness's line, where it answers"""


class Witnessing:
    """Client of one witness. Without an address heads carry the log's own signature only."""

    def __init__(self, url: str, clock: ServerClock) -> None:
        self._url, self._clock = url, clock
        self._size, self._rest_until = 0, 0.0
        self._http = requests.Session()
        self._http.trust_env = False

    def cosigned(self, note: str, size: int, read: ReadNodes) -> str:
        """The note with the witness's line, or as it was."""
        if not self._url or time.monotonic() < self._rest_until:
            return note
        try:
            return note + self._ask(note, size, read)
        except (requests.RequestException, Problem) as error:
            self._rest_until = time.monotonic() + PAUSE
            logger.warning("no cosignature at size %d: %s", size, error)
            return note

    def _ask(self, note: str, size: int, read: ReadNodes) -> str:
        for _ in range(2):
            proof = [base64.b64encode(one).decode() for one in consistency(read, self._size, size)]
            body = "\n".join([f"old {self._size}", *proof]) + "\n\n" + note
            answer = self._http.post(
                self._url + "/add-checkpoint", body.encode(), headers=self._headers(), timeout=PATIENCE
            )
            if answer.status_code == 200:
                self._size = size
                return answer.text
            if answer.status_code != 409 or not answer.text.strip().isdecimal() or int(answer.text) > size:
                break
            self._size = int(answer.text)  # it stands elsewhere than we remember, after a restart for instance
        raise Refused(
            "witness-refuses", "Ask the witness's operator.", status=answer.status_code, said=answer.text[:80]
        )

    def _headers(self) -> dict[str, str]:
        return {DEMO_TIME: format_instant(self._clock.now())} if self._clock.demo else {}

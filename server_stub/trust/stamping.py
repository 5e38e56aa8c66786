"""Time-stamps on acts, fetched from the authority over HTTP. When it is down the act stands and the token follows (M18).

The token is over SHA-256 of the act's id as 32 raw bytes.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from sqlalchemy import select

from crypto.certificates import TrustStore
from crypto.timestamps import make_request, token_of_response, verify_token
from procurement.basics.problems import Problem, Tampered, Unreachable
from procurement.basics.value import format_instant
from server_stub.clock import ServerClock
from server_stub.store.engine import Database
from server_stub.store.models import ActRow, TokenRow, from_millis

logger = logging.getLogger("server_stub.stamping")
DRIFT = timedelta(seconds=5)
"""Largest distance between our clock and the authority's, and between a receipt's time and its time-stamp (M18)"""
PATIENCE, PAUSE = 2.0, 5.0
"""Seconds to wait for an answer; seconds to leave a silent authority alone"""
BATCH = 200
ANSWER_LIMIT = 64 * 1024
"""Bytes of an answer; a token with its chain has a few thousand"""
DEMO_TIME = "jincai-demo-time"
"""Header by which a demo's server tells a demo's authority the time; a real authority ignores it"""


class Stamping:
    """Client of one time-stamping authority. Without an address no tokens are fetched and receipts say so."""

    def __init__(self, database: Database, url: str, trust: Callable[[], TrustStore], clock: ServerClock) -> None:
        self._database, self._url, self._trust, self._clock = database, url, trust, clock
        self._rest_until = 0.0
        self._http = requests.Session()
        self._http.trust_env = False

    def stamp(self, act: str) -> bool:
        """Fetch the token of one act now, if the authority answers. Whether it is there."""
        if not self._url or time.monotonic() < self._rest_until:
            return False
        try:
            token, stamped = self._fetch(hashlib.sha256(bytes.fromhex(act)).digest())
        except (requests.RequestException, Problem) as error:
            self._rest_until = time.monotonic() + PAUSE
            logger.warning("no time-stamp for %s: %s", act, error)
            return False
        with self._database.write() as session:
            received = session.scalar(select(ActRow.t_recv).where(ActRow.id == act))
            if session.get(TokenRow, act) is None:
                session.add(TokenRow(act=act, token=token))
        if received is not None and stamped - from_millis(received) > DRIFT:
            logger.warning("time-stamp of %s is late: %s, received %s", act, stamped, from_millis(received))
        return True

    def catch_up(self) -> None:
        """Fetch the tokens that are still missing, oldest first, until the authority falls silent."""
        if not self._url or time.monotonic() < self._rest_until:
            return
        with self._database.read() as session:
            missing = select(ActRow.id).outerjoin(TokenRow, TokenRow.act == ActRow.id).where(TokenRow.act.is_(None))
            acts = session.scalars(missing.order_by(ActRow.seq).limit(BATCH)).all()
        for act in acts:
            if not self.stamp(act):
                return

    def pass_on(self, query: bytes) -> bytes:
        """The authority's answer to somebody's own query, unread: who asked believes it or not.

        Raises `Unreachable("timestamp-authority-silent")` when there is none or it does not answer.
        """
        try:
            answer = self._ask(query) if self._url else b""
        except requests.RequestException as error:
            logger.warning("no time-stamp for a document: %s", error)
            answer = b""
        if not answer or len(answer) > ANSWER_LIMIT:
            raise Unreachable("timestamp-authority-silent", "Seal without a time-stamp, or again later.")
        return answer

    def _fetch(self, digest: bytes) -> tuple[bytes, datetime]:
        """The token and its time, which must be now by our own clock: else one of the two is wrong, and a receipt must not
        carry both. Raises `Tampered("time-stamp-clock-differs")`."""
        nonce, asked = secrets.randbits(63), self._clock.now()
        token = token_of_response(self._ask(make_request(digest, nonce)))
        stamped = verify_token(token, digest, self._trust(), nonce=nonce)
        if not asked - DRIFT <= stamped <= self._clock.now() + DRIFT:
            raise Tampered(
                "time-stamp-clock-differs",
                "Set the clock of the platform or of the time-stamping authority right.",
                ours=format_instant(asked),
                theirs=format_instant(stamped),
            )
        return token, stamped

    def _ask(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        if self._clock.demo:
            headers[DEMO_TIME] = format_instant(self._clock.now())
        answer = self._http.post(self._url, data=query, headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.content

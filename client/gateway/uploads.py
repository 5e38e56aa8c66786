"""Upload of a sealed bid by tus 1.0: announced with its chunk hashes, sent in one stretch, resumed after any break.

The chunks were hashed by both cores while they were sealed; nothing is read or hashed a second time here.
Stopping is cancelling the pulse: what the server holds stays, and the next call goes on from there.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from client.gateway.gateway import JSON, Gateway
from client.gateway.pace import Pace
from client.gateway.transport import FileBody
from offline_cache.uploads import Uploads, UploadState
from procurement.basics.problems import Locked, Problem, Refused, Unreachable
from procurement.basics.pulse import NoPulse, Pulse
from procurement.wire.endpoints import API
from procurement.wire.messages import UploadAnnouncement

TUS = {"Tus-Resumable": "1.0.0"}
PASSING = ("upload-busy", "upload-offset-differs")
"""The broken request before is still ending over there: ask again where the upload stands"""
ATTEMPTS = 6
"""Breaks in a row without progress before the person is told"""


def backoff(attempt: int) -> float:
    """Seconds to wait before try number `attempt` (from 1): doubling, at most 30, with a spread of a quarter."""
    return float(min(30.0, 0.25 * 2**attempt) * random.uniform(0.75, 1.25))


class Uploader:
    def __init__(self, gateway: Gateway, states: Uploads, wait: Callable[[float], None] = time.sleep) -> None:
        self._gateway = gateway
        self._states = states
        self._wait = wait
        self.pace = Pace()
        """How fast sealed bids leave this machine"""
        self.waiting = False
        """The line is broken: an upload waits to try again"""

    def upload(self, announcement: UploadAnnouncement, file: Path, pulse: Pulse | None = None) -> None:
        """Bring the whole file to the server; returns when it has confirmed the last byte.

        Asks first whether the platform takes sealed bids of this program's making, so that no hour of uploading is in vain.
        Raises `Unreachable` after several breaks without progress, `Cancelled` when stopped: both may be resumed; `Locked`
        (client-too-old, platform-too-old) before the first byte.
        Raises `Tampered`/`Refused` when the server does not want these bytes.
        """
        size = file.stat().st_size
        if size != announcement.size:
            raise Refused("upload-size-differs", "Seal the bid again; the file has changed.", size=size)
        pulse = pulse or NoPulse()
        state = self._states.begin(announcement.bid, file, size, {}, announcement.hashes)
        if state.done:
            return
        try:
            self._until_done(announcement, file, pulse)
        finally:
            self.waiting = False

    def _until_done(self, announcement: UploadAnnouncement, file: Path, pulse: Pulse) -> None:
        breaks, before = 0, -1
        while True:
            try:
                self._carry_on(announcement, file, pulse)
                return
            except (Unreachable, Locked, Refused) as problem:
                if not isinstance(problem, Unreachable) and problem.code not in PASSING:
                    raise
                reached = self._state(announcement.bid).confirmed
                breaks = 0 if reached > before else breaks + 1
                before = max(before, reached)
                if breaks >= ATTEMPTS:
                    raise
                self.waiting = True
                self._wait(max(backoff(breaks + 1), _told(problem)))

    def _carry_on(self, announcement: UploadAnnouncement, file: Path, pulse: Pulse) -> None:
        url, offset = self._place(announcement)
        self.waiting = False
        self._states.confirmed(announcement.bid, offset)
        size = announcement.size
        if offset < size:
            body = FileBody(file, offset, size - offset, pulse, offset, size, self.pace)
            offset = self._patch(url, body, _bound(announcement, offset))
            self._states.confirmed(announcement.bid, offset)
        if offset != size:
            raise Unreachable("upload-incomplete", "The upload goes on from where it stands.", offset=offset)
        pulse.step(size, size)
        self._states.finished(announcement.bid)

    def _place(self, announcement: UploadAnnouncement) -> tuple[str, int]:
        """Where the upload is and how far: asked of the server, opened when it does not know it (any more)."""
        state = self._state(announcement.bid)
        if state.url:
            try:
                return state.url, self._offset(state.url)
            except Refused as problem:
                if problem.facts.get("status") not in ("404", "410"):
                    raise
        self._gateway.agree("api", "statements", "sealed-bid")
        answer = self._gateway.ask(
            "POST",
            f"{API}/uploads",
            announcement.to_bytes(),
            headers={**TUS, "Content-Type": JSON, "Upload-Length": str(announcement.size)},
        )
        url = urlsplit(answer.headers.get("location", "")).path
        if not url.startswith(f"{API}/uploads/"):
            raise Unreachable("upload-without-place", "Try again later; tell the platform's operator.", url=url)
        self._states.placed(announcement.bid, url)
        return url, int(answer.headers.get("upload-offset", "0") or 0)

    def _offset(self, url: str) -> int:
        return int(self._gateway.ask("HEAD", url, headers=TUS).headers["upload-offset"])

    def _patch(self, url: str, body: FileBody, digest: str) -> int:
        headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(body.offset)}
        answer = self._gateway.ask("PATCH", url, body, headers=headers, body_sha256=digest, tries=1)
        return int(answer.headers["upload-offset"])

    def _state(self, bid: str) -> UploadState:
        found = self._states.get(bid)
        if found is None:
            raise Refused("upload-unknown", "Start the upload again.", bid=bid)
        return found


def _told(problem: Problem) -> float:
    """Seconds the platform itself asks to wait, at most a minute."""
    said = problem.facts.get("seconds", "")
    return min(60.0, float(said)) if said.isdecimal() else 0.0


def _bound(announcement: UploadAnnouncement, offset: int) -> str:
    """What the proof of a PATCH names: the announced hashes of the chunks to come bind its bytes, so no second pass is made."""
    first = max(0, offset - announcement.prefix) // announcement.chunk
    return hashlib.sha256(announcement.hashes[32 * first :]).hexdigest()

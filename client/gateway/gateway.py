"""What the client asks of the server, one method per question. Knows messages and paths, no law and no cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from client.gateway.answers import raise_for, read_answer, read_text
from client.gateway.servertime import ServerClock
from client.gateway.session import EMPTY_BODY, OpenSession, SessionKey, login_statement
from client.gateway.transport import Answer, FileBody, Transport
from crypto.bidfile import bid_digest
from procurement.basics.parties import Login
from procurement.basics.problems import NotAllowed, Refused, Tampered, Unreachable
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes
from procurement.bidding.receipt import Receipt
from procurement.wire.endpoints import ACTS, API
from procurement.wire.messages import (
    ActMessage,
    ClockMessage,
    Disclosure,
    Feed,
    LogHashes,
    LoginMessage,
    NonceAnswer,
    PlatformAnswer,
    ServerTime,
    SessionAnswer,
)
from procurement.wire.versions import HEADER, SPOKEN, Range, check, read_said, read_versions, said

JSON = "application/json"
LEAVES_PAGE = 1000
SESSION_OVER = ("session-expired", "session-unknown", "session-required")
_NO_SUCH_ADDRESS = 404
_TRIES = 2
"""A dropped connection or an old proof is tried once more: every request of this protocol may be sent twice"""


class Gateway:
    def __init__(
        self, transport: Transport, clock: ServerClock, origin: str = "", speaks: Mapping[str, Range] = SPOKEN
    ) -> None:
        """`origin`: the platform's name as this client's configuration has it; the transport's address when empty."""
        self._transport = transport
        self.speaks = speaks
        self.platform_speaks: dict[str, Range] = {}
        """What the platform said last; empty before it said anything"""
        self.clock = clock
        self.origin = origin or transport.origin
        self.session: OpenSession | None = None
        self.renew: Callable[[], None] | None = None
        """Opens the session again without asking a person, where the token is still open"""

    def close(self) -> None:
        self.session = None
        self._transport.close()

    # -- one exchange

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | FileBody = b"",
        *,
        headers: dict[str, str] | None = None,
        body_sha256: str = "",
        send: Callable[..., Answer] | None = None,
        tries: int = _TRIES,
        named: bool = True,
    ) -> Answer:
        """One exchange with proof of the session, when there is one and the request is `named`. Raises the problem the server names, or `Unreachable`.

        A session that is over is opened again, once, where `renew` can do it.
        """
        if not body_sha256:
            body_sha256 = hashlib.sha256(body).hexdigest() if isinstance(body, bytes) else EMPTY_BODY
        send = send or self._transport.send
        while True:
            tries -= 1
            proof = {}
            if self.session is not None and named:
                proof = self.session.headers(method, path.partition("?")[0], body_sha256, self.clock.now())
            try:
                names = {HEADER: said(self.speaks), **(headers or {}), **proof}
                answer = send(method, path, headers=names, body=body)
                raise_for(answer)
                return answer
            except Unreachable as problem:
                if problem.code != "connection-dropped" or tries <= 0:
                    raise
            except NotAllowed as problem:
                if tries <= 0 or not self._mend(problem):
                    raise

    def _mend(self, problem: NotAllowed) -> bool:
        """Whether it is worth asking again: the clock was set, or the session opened anew."""
        if problem.code.startswith("proof-"):
            self.time()
            return True
        lost = problem.code in SESSION_OVER or problem.facts.get("status") == "401"
        if not lost or self.session is None or self.renew is None:
            return False
        self.session = None
        self.renew()
        return self.session is not None

    def _get(self, path: str) -> bytes:
        return self.ask("GET", path).body

    def _post(self, path: str, message: bytes, **headers: str) -> bytes:
        names = {"Content-Type": JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.ask("POST", path, message, headers=names).body

    # -- versions

    def agree(self, *parts: str) -> None:
        """Ask the platform what it speaks and compare the parts, before anything is sent that may be in vain.

        A platform that does not know the question is of the first versions. Raises `Locked` (client-too-old,
        platform-too-old), `Unreachable`.
        """
        answer = self._transport.send("GET", f"{API}/versions", headers={HEADER: said(self.speaks)})
        if answer.status == _NO_SUCH_ADDRESS:
            self.platform_speaks = read_said("")
        else:
            raise_for(answer)
            try:
                self.platform_speaks = read_versions(answer.body).parts
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                remedy = "Try again later; tell the platform's operator."
                raise Unreachable("answer-unreadable", remedy, status=answer.status) from error
        check(self.speaks, self.platform_speaks, parts or ("api",))

    def platform(self) -> PlatformAnswer:
        """What the platform says it is. Raises `Unreachable`."""
        return read_answer(PlatformAnswer, self._get(f"{API}/platform"))

    # -- time and session

    def time(self) -> ServerTime:
        """Ask the server's time and set the clock by it."""
        mark = self.clock.start()
        answer = self._transport.send("GET", f"{API}/time", headers={})
        raise_for(answer)
        said = read_answer(ServerTime, answer.body)
        self.clock.heard(said.now, mark)
        return said

    def move_demo_clock(self, now: datetime) -> None:
        """Demo and tests only; any other server refuses."""
        self._post(f"{API}/demo/clock", ClockMessage(now=now).to_bytes())
        self.time()

    def nonce(self) -> str:
        """A fresh server nonce: a field of statements that must be fresh, never something to sign by itself."""
        return read_answer(NonceAnswer, self._post(f"{API}/sessions/nonce", b"")).nonce

    def sign_in(self, actor: str, role: Role, sign: Callable[[Login], SignedBytes], password: str = "") -> OpenSession:
        """Open a session for `actor` in `role`. `sign` signs the login statement built here."""
        self.session = None
        self.time()
        self.agree("api", "statements")
        key = SessionKey()
        statement = login_statement(
            origin=self.origin, server_nonce=self.nonce(), actor=actor, role=role, key=key, time=self.clock.now()
        )
        message = LoginMessage(signed=sign(statement), password=password)
        answer = read_answer(SessionAnswer, self._post(f"{API}/sessions", message.to_bytes()))
        self.session = OpenSession(answer.session, answer.expires, answer.role, actor, answer.name, key)
        return self.session

    # -- acts and feed

    def act(self, act: str, message: ActMessage) -> Receipt:
        """Send one act. Raises the server's refusal as a problem; the same act again gives the same receipt."""
        path = ACTS[act].path
        return read_answer(Receipt, self._post(path, message.to_bytes(), Idempotency_Key=message.signed.id))

    def act_of_another(self, act: str, message: ActMessage) -> Receipt:
        """Send an act that somebody else signed: without the session here, which is not its author's."""
        headers = {"Content-Type": JSON, "Idempotency-Key": message.signed.id}
        answer = self.ask("POST", ACTS[act].path, message.to_bytes(), headers=headers, named=False)
        return read_answer(Receipt, answer.body)

    def feed(self, after: int, limit: int = 500) -> Feed:
        mark = self.clock.start()
        feed = read_answer(Feed, self._get(f"{API}/feed?after={after}&limit={limit}"))
        self.clock.heard(feed.server_time, mark)
        return feed

    def receipt(self, statement_id: str) -> Receipt:
        """The receipt of an act this reader may see."""
        return read_answer(Receipt, self._get(f"{API}/acts/{statement_id}/receipt"))

    def header(self, bid: str) -> bytes:
        """The header of a sealed bid: a few KB, enough to release from any computer."""
        return self._get(f"{API}/bids/{bid}/header")

    def disclosure(self, opening: str) -> Disclosure:
        """Salts and shares of the full edition (decision 4)."""
        return read_answer(Disclosure, self._get(f"{API}/openings/{opening}/disclosure"))

    # -- the log

    def checkpoint(self) -> str:
        return read_text(self._get(f"{API}/log/checkpoint"))

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """RFC 6962 consistency proof between two sizes of the log."""
        data = self._get(f"{API}/log/proof/consistency?first={first}&second={second}")
        return tuple(bytes.fromhex(one) for one in read_answer(LogHashes, data).hashes)

    def leaves(self, size: int, known: int = 0) -> bytes:
        """The log's first `size` leaves without the `known` first, 32 bytes each; no more than the public head covers."""
        found = bytearray()
        for start in range(known, size, LEAVES_PAGE):
            end = min(start + LEAVES_PAGE, size)
            page = read_answer(LogHashes, self._get(f"{API}/log/leaves?start={start}&end={end}"))
            found += b"".join(bytes.fromhex(one) for one in page.hashes)
        return bytes(found)

    # -- files by digest

    def has_file(self, sha256: str) -> bool:
        try:
            self.ask("HEAD", f"{API}/files/{sha256}")
        except (Refused, NotAllowed, Unreachable) as problem:  # a HEAD answer has no body: its status alone tells
            if problem.facts.get("status") not in ("403", "404"):
                raise
            return False
        return True

    def put_file(self, sha256: str, path: Path, pulse: Pulse | None = None) -> None:
        size = path.stat().st_size
        body = FileBody(path, 0, size, pulse or NoPulse(), 0, size)
        self.ask(
            "PUT",
            f"{API}/files/{sha256}",
            body,
            headers={"Content-Type": "application/octet-stream"},
            body_sha256=sha256,
        )

    def get_file(self, sha256: str, target: Path, pulse: Pulse | None = None) -> None:
        """Fetch a file and check it against its name before it appears at `target`. Raises `Tampered`."""
        with self._fetched(f"{API}/files/{sha256}", target, pulse) as path:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != sha256:
                raise Tampered("file-not-as-named", "Fetch it again; tell the supervisor if it stays.", sha256=sha256)

    def get_sealed(self, bid: str, target: Path, pulse: Pulse | None = None) -> None:
        """Fetch the sealed bytes of a bid (own, or opened) and check them against BD. Raises `Tampered`."""
        with self._fetched(f"{API}/bids/{bid}/sealed", target, pulse) as path:
            if bid_digest(path) != bid:
                raise Tampered("bid-digest-wrong", "Fetch it again; tell the supervisor if it stays.", bid=bid)

    # -- new versions of this program, as the platform passes them on

    def release_file(self, system: str, name: str, limit: int) -> bytes:
        """A small file of the release for a kind of system. Raises `Refused("release-missing")`."""
        body = self._get(f"{API}/releases/{system}/{name}")
        if len(body) > limit:
            raise Refused("answer-too-large", "Tell the platform's operator.", limit=limit)
        return body

    def get_release_file(self, system: str, name: str, target: Path) -> None:
        """A file of the release into `target`; whoever asked checks it."""
        with self._fetched(f"{API}/releases/{system}/{name}", target, None):
            return

    @contextmanager
    def _fetched(self, address: str, target: Path, pulse: Pulse | None) -> Iterator[Path]:
        """A download under a temporary name that becomes `target` if the block is content with it."""
        pending = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        try:
            with pending.open("wb") as out:

                def send(method: str, path: str, **rest: Any) -> Answer:
                    out.seek(0)
                    out.truncate()
                    return self._transport.send(method, path, into=out, pulse=pulse, **rest)

                self.ask("GET", address, send=send)
                out.flush()
                os.fsync(out.fileno())
            yield pending
            pending.replace(target)
        finally:
            pending.unlink(missing_ok=True)

    # -- others behind the same door

    def timestamp(self, query: bytes) -> bytes:
        """An RFC 3161 answer to a query, from the time-stamping authority the platform passes on to."""
        return self.ask(
            "POST", f"{API}/timestamps", query, headers={"Content-Type": "application/timestamp-query"}
        ).body

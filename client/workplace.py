"""Where a person works: the profile's keys, local store, gateway and sync, and the one way an act is done."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from client.acts import Acts
from client.changes import Bulletin, Changes
from client.gateway.answers import problem_of
from client.gateway.gateway import Gateway
from client.gateway.servertime import ServerClock
from client.gateway.transport import Transport
from client.gateway.uploads import Uploader
from client.jobs import Lanes
from client.machine import MachineReader, this_machine
from client.profile import ProfileFolder
from client.seat import Seat
from client.sync.loop import Beat, Round, Sync
from client.sync.receipts import ReceiptDesk
from client.tokens import Tokens, Watch, close_token
from crypto.certificates import suite_of
from crypto.keys import EnrolledKey
from crypto.signing import sign_statement, sign_with_key
from crypto.tokens import Pkcs11Token, Token
from offline_cache.blobs import Blobs, Sealer
from offline_cache.connection import Connection
from offline_cache.drafts import Drafts, Keepsakes
from offline_cache.mirror import Mirror
from offline_cache.outbox import Outbox
from offline_cache.uploads import Uploads
from procurement.basics.moment import Clock, SystemClock
from procurement.basics.problems import Locked, Problem
from procurement.basics.pulse import Pulse
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement, Suite
from procurement.bidding.receipt import Receipt
from procurement.wire.messages import FeedItem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act. `queued`: it waits in the outbox and will be sent once, in order."""

    id: str
    state: Literal["accepted", "queued"]
    receipt: Receipt | None = None
    waiting_for: Problem | None = None
    """Why it waits"""


class Workplace:
    """Everything the workflows of one profile share. Knows no stage."""

    def __init__(
        self,
        folder: ProfileFolder,
        key: bytes,
        sealer: Sealer,
        transport: Transport,
        machine_clock: Clock | None = None,
        machine: MachineReader = this_machine,
    ) -> None:
        """`machine` reads what this computer says of itself; a demo hands in invented ones."""
        self.machine = machine
        self.folder = folder
        self.profile = folder.profile
        self.trust = folder.trust()
        self.log_key = folder.log_key()
        self.clock = ServerClock(machine_clock or SystemClock())
        self.seat = Seat(folder.folder, self.clock)
        self.gateway = Gateway(transport, self.clock, self.profile.origin)
        self.connection = Connection(folder.cache, key)
        self.mirror = Mirror(self.connection)
        self.outbox = Outbox(self.connection)
        self.drafts = Drafts(self.connection)
        self.keepsakes = Keepsakes(self.connection)
        self.uploads = Uploads(self.connection)
        self.blobs = Blobs(self.connection, folder.blobs, sealer, sweep=self.seat.take())
        self.uploader = Uploader(self.gateway, self.uploads)
        self.acts = Acts(self.mirror, self.trust)
        self.bulletin = Bulletin()
        self.lanes = Lanes()
        self.receipts = ReceiptDesk(self.trust, self.log_key, self.mirror, self.gateway.consistency)
        self.sync = Sync(
            self.gateway,
            self.mirror,
            self.outbox,
            self.blobs,
            self.receipts,
            self.bulletin,
            self._believe,
            self.acts.settle,
        )
        self.beat: Beat | None = None
        self.tokens = Tokens(folder, self.trust)
        self._token: Token | None = None
        self._papers: Token | None = None
        self._watch: Watch | None = None
        self._key: EnrolledKey | None = None
        self._password = ""
        self.gateway.renew = self._renew

    # -- keys

    @property
    def uses_certificate(self) -> bool:
        return bool(self.profile.token or self.profile.drivers)

    @property
    def unlocked(self) -> bool:
        return self._token is not None or self._key is not None

    @property
    def token(self) -> Token:
        """The open token. Raises `Locked`."""
        self._must_sign()
        if self._token is None:
            raise Locked("token-closed", "Plug the token in and enter its PIN.")
        return self._token

    @property
    def papers_token(self) -> Token:
        """The open token that seals PDFs: seals in PDFs exist in suite I1 only. Raises `Locked`."""
        token = self.token
        if suite_of(token.signing_certificate) == "I1":
            return token
        if self._papers is None:
            raise Locked("papers-token-missing", "Give this profile an RSA or P-256 certificate for papers.")
        return self._papers

    @property
    def suite(self) -> Suite:
        """Of the key that signs here. Raises `Locked` while the token is closed."""
        return suite_of(self.token.signing_certificate) if self.uses_certificate else "I1"

    @property
    def enrolled_key(self) -> EnrolledKey:
        if self._key is None:
            raise Locked("key-closed", "Open the enrolled key with its passphrase.")
        return self._key

    def unlock(self, pin: str, token: str = "") -> None:
        """Open the token (the one of that key, where several are plugged in) or the enrolled key. The PIN is not kept.

        A token that was open is closed first: whoever cannot open it again shall not go on with it. Raises `Locked`.
        """
        self._must_sign()
        if self.uses_certificate:
            self._drop_token()
            self._token = self.tokens.open(pin, token)
            if self.suite != "I1":
                self._papers = self.tokens.open_papers(pin)
            if isinstance(self._token, Pkcs11Token):
                self._watch = Watch(self._token, self._token_gone)
                self._watch.start()
        else:
            self._key = EnrolledKey.open(self.folder.enrolled_key, pin)

    def enrol_key(self, passphrase: str) -> EnrolledKey:
        """Make (or open) the enrolled key of an account without certificate."""
        path = self.folder.enrolled_key
        self._key = EnrolledKey.open(path, passphrase) if path.exists() else EnrolledKey.create(path, passphrase)
        return self._key

    def lock(self) -> None:
        """Take the token out: nothing can be signed any more, and the session is forgotten."""
        self._drop_token()
        self._key = None
        self._password = ""
        self.gateway.session = None

    def _drop_token(self) -> None:
        watch, token, self._watch, self._token = self._watch, self._token, None, None
        papers, self._papers = self._papers, None
        if watch is not None:
            watch.stop()
        close_token(token)
        close_token(papers)

    def _token_gone(self, why: Locked) -> None:
        """Pulled out, or its driver died: as if the person had signed out, and the windows are told why."""
        self.lock()
        self.bulletin.post(Changes(link=True, token=why))

    def sign(self, statement: Statement) -> SignedBytes:
        """Sign a statement that this program has built from typed fields, said in the key's suite. Raises `Locked`."""
        self._must_sign()
        statement = statement.in_suite(self.suite)
        if self.uses_certificate:
            return sign_statement(statement, self.token)
        return sign_with_key(statement, self.enrolled_key)

    def _must_sign(self) -> None:
        """Raises `Locked("certificate-none")` for a profile that can only look at what is public."""
        if not self.profile.signs:
            raise Locked(
                "certificate-none", "Add a certificate to this account on the sign-in page; what you have made stays."
            )

    # -- session

    def sign_in(self, password: str = "") -> None:
        """Open a session and bring the local store up to date. Raises what the server says, or `Unreachable`."""
        profile = self.profile
        self.gateway.sign_in(profile.actor, profile.role, self.sign, password)
        self._password = password
        self.sync.step()
        self.bulletin.post(Changes(link=True))

    def _renew(self) -> None:
        """The session ran out while the token is still open: sign in again. The password stays in memory until `lock`."""
        if self.unlocked:
            self.gateway.sign_in(self.profile.actor, self.profile.role, self.sign, self._password)

    @property
    def signed_in(self) -> bool:
        return self.gateway.session is not None

    # -- acts

    def act(
        self,
        statement: Statement,
        *,
        files: Iterable[str] = (),
        secret: bytes = b"",
        subject: str = "",
    ) -> Outcome:
        """Do one act: sign it, put it into the outbox, and carry it to the server if it can be reached now.

        Returns accepted with its verified receipt, or queued. Raises the server's refusal.
        """
        return self.send(self.sign(statement), statement.TYPE, files=files, secret=secret, subject=subject)

    def send(
        self,
        signed: SignedBytes,
        act: str,
        *,
        files: Iterable[str] = (),
        secret: bytes = b"",
        subject: str = "",
    ) -> Outcome:
        """Queue an act that is signed already, and carry it on. See `act`."""
        statement_id = self.outbox.add(act, signed, made=self.now(), secret=secret, files=files, subject=subject)
        self.bulletin.post(Changes(outbox=True))
        found = self.sync.step() if self.signed_in else None
        return self.outcome(statement_id, found)

    def outcome(self, statement_id: str, last: Round | None = None) -> Outcome:
        """Where an act stands. Raises the refusal of one that was refused."""
        row = self.outbox.get(statement_id)
        if row is None:
            raise Locked("act-not-in-outbox", "Do the act again.", id=statement_id)
        if row.state == "refused" and row.problem is not None:
            raise problem_of(row.problem)
        if row.state == "accepted":
            return Outcome(statement_id, "accepted", self.mirror.receipt(statement_id))
        if last is not None and isinstance(last.problem, Problem) and last.problem.kind == "tampered":
            raise last.problem
        return Outcome(statement_id, "queued", None, None if last is None else last.problem)

    def now(self) -> datetime:
        """Server time."""
        return self.clock.now()

    def surely(self) -> datetime:
        """The earlier of the server's clock and this machine's own: what a share waits for, so that a server that tells a false
        time gets none (B6.2). The server's alone where the profile says that its clock is a demo's."""
        if self.profile.demo_clock:
            return self.now()
        return min(self.now(), self.clock.machine_now())

    @property
    def role(self) -> Role:
        return self.profile.role

    # -- files

    def keep(self, path: Path, pulse: Pulse | None = None, *, loose: bool = False) -> str:
        """Take a file into the local store; returns its SHA-256. `loose`: it goes at the next start unless a draft names it by then."""
        return self.blobs.put_file(path, self.now(), pulse, loose=loose)

    def sweep(self) -> int:
        """Throw away files of imports that were broken off: loose ones that no version of any draft names. Returns how many."""
        loose = self.blobs.loose() if self.seat.taken else ()
        named = self.drafts.mentioned(loose) if loose else frozenset()
        for sha256 in loose:
            if sha256 in named:
                self.blobs.bind(sha256)
            else:
                self.blobs.discard(sha256)
        return len(loose) - len(named)

    def keep_bytes(self, data: bytes) -> str:
        return self.blobs.put(data, self.now())

    def fetch(self, sha256: str, pulse: Pulse | None = None) -> str:
        """Make sure a file is in the local store, from the server if need be. Returns its SHA-256."""
        if not self.blobs.has(sha256):
            with self.blobs.scratch() as folder:
                path = folder / "fetched"
                self.gateway.get_file(sha256, path, pulse)
                self.blobs.put_file(path, self.now())
        return sha256

    def read(self, sha256: str) -> bytes:
        """A file's bytes, fetched if need be."""
        return self.blobs.read(self.fetch(sha256))

    # -- life

    def start_beat(self, rest: float = 3.0) -> None:
        """Keep in step with the server in the background."""
        if self.beat is None:
            self.beat = Beat(self.sync, rest)
            self.beat.start()

    def close(self) -> None:
        if self.beat is not None:
            self.beat.stop()
        self.lanes.close()
        self._drop_token()
        self.gateway.close()
        self.connection.close()
        self.seat.leave()

    def _believe(self, item: FeedItem) -> None:
        self.acts.believe(item)


def fresh() -> bytes:
    """32 random bytes."""
    return os.urandom(32)

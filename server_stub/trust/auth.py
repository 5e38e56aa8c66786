"""Sessions that prove possession of a key (M11, C4, ADR 0004): a signed login once, a small JWT with every request."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.certificates import TrustStore
from crypto.signing import verify_statement
from procurement.basics.parties import KeyEnrolment, Login
from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import KeySignature, Signer
from procurement.wire.messages import LoginMessage, SessionAnswer
from server_stub.acts.caller import Caller
from server_stub.acts.reading import Reading
from server_stub.acts.visibility import Reader
from server_stub.settings import Settings
from server_stub.store.engine import Database
from server_stub.store.models import AccountRow, KeyRow, SessionRow, from_millis, to_millis
from server_stub.trust.passwords import check_password

CLAIMS = frozenset({"htm", "htu", "iat", "jti", "bh"})
NONCE_SECONDS = 300
NONCES = 10_000
PROOF_LIMIT = 4096
"""Characters of a proof at most; ours have some 400"""
LINE = 128
"""Bytes of the file of seen proofs that are read at once: more than a line of it has"""
_SEEN = re.compile(rb"(-?[0-9]{1,15}) ([0-9a-f]{32})\r?\n?")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request says of itself."""

    session: str
    jwt: str
    method: str
    path: str
    body: str
    """SHA-256 of the body, hex"""


class Replays:
    """Proof ids seen lately. Kept in a file too, so that a restart does not let an old request in again. A line that is none,
    torn by a kill, is passed over."""

    def __init__(self, path: Path, keep: int) -> None:
        self._keep, self._path, self._lock = keep, path, Lock()
        self._seen: dict[str, int] = {}
        if path.is_file():
            with path.open("rb") as file:
                while line := file.readline(LINE):
                    if found := _SEEN.fullmatch(line):
                        self._seen[found[2].decode()] = int(found[1])
        self._file = path.open("a", encoding="ascii")
        self._file.write("\n")  # a line that a kill has torn ends here

    def first(self, jti: str, iat: int, now: int) -> bool:
        """Whether this id has not been seen; remembers it."""
        key = hashlib.sha256(jti.encode()).hexdigest()[:32]
        with self._lock:
            if key in self._seen:
                return False
            self._seen[key] = iat
            if len(self._seen) % 4096 == 0:
                self._forget(now)
            self._file.write(f"{iat} {key}\n")
            self._file.flush()
        return True

    def _forget(self, now: int) -> None:
        self._seen = {key: iat for key, iat in self._seen.items() if iat > now - 2 * self._keep}
        self._file.close()
        self._file = self._path.open("w", encoding="ascii")
        self._file.writelines(f"{iat} {key}\n" for key, iat in self._seen.items())

    def close(self) -> None:
        self._file.close()


class Door:
    """Nonces, sessions and proofs."""

    def __init__(self, database: Database, settings: Settings, replays: Replays) -> None:
        self._database, self._settings, self._replays = database, settings, replays
        self.origins = {settings.origin}
        """Addresses of this platform; one on the loopback adds the port it got"""
        self._nonces: dict[str, datetime] = {}
        self._lock = Lock()

    def nonce(self, now: datetime) -> str:
        """A nonce for one login within five minutes."""
        fresh = secrets.token_hex(32)
        with self._lock:
            self._nonces = {n: t for n, t in self._nonces.items() if now - t < timedelta(seconds=NONCE_SECONDS)}
            if len(self._nonces) >= NONCES:
                self._nonces.pop(next(iter(self._nonces)))
            self._nonces[fresh] = now
        return fresh

    def take(self, nonce: str, now: datetime) -> bool:
        """Use up a nonce; False when it was not given out within five minutes, or was used before."""
        with self._lock:
            made = self._nonces.pop(nonce, None)
        return made is not None and now - made <= timedelta(seconds=NONCE_SECONDS)

    def open(self, message: LoginMessage, trust: TrustStore, now: datetime, caller: Caller) -> SessionAnswer:
        """Open a session; `caller` learns whose. Raises `NotAllowed`, `Refused`, `Tampered`."""
        login = Login.from_bytes(message.signed.statement)
        caller.named, caller.act = login.actor, message.signed.id
        self._check_login(login, now)
        with self._database.read() as session:
            signer = self._signer(Reading(session, now), message, login, trust)
        if signer.means == "enrolled-key":
            self._check_password(login, message.password, now)
        load_session_key(login.session_key)
        opaque, expires = secrets.token_urlsafe(32), now + timedelta(seconds=self._settings.limits.session)
        with self._database.write() as session:
            session.add(
                SessionRow(
                    id=hashlib.sha256(opaque.encode()).hexdigest(),
                    actor=login.actor,
                    role=str(login.role),
                    name=signer.name,
                    spki=login.session_key,
                    certificate=signer.certificate,
                    login=message.signed.to_bytes(),
                    expires=to_millis(expires),
                )
            )
        caller.names_session(opaque)
        caller.actor, caller.named = login.actor, ""
        return SessionAnswer(session=opaque, expires=expires, role=login.role, name=signer.name)

    def close(self, proof: Proof, now: datetime, caller: Caller) -> None:
        """Sign out."""
        self.reader(proof, now, caller)
        with self._database.write() as session:
            row = session.get(SessionRow, hashlib.sha256(proof.session.encode()).hexdigest())
            if row is not None:
                row.expires = 0

    def reader(self, proof: Proof, now: datetime, caller: Caller) -> Reader:
        """Who sends this request; `caller` learns as much of it as is found. Raises `NotAllowed` session-unknown, session-expired, proof-…"""
        with self._database.read() as session:
            row = session.get(SessionRow, hashlib.sha256(proof.session.encode()).hexdigest())
            if row is None:
                raise NotAllowed("session-unknown", "Sign in again.")
            caller.named = row.actor
            if now >= from_millis(row.expires):
                raise NotAllowed("session-expired", "Sign in again.")
            self.check_proof(proof, row.spki, now)
            caller.actor, caller.named = row.actor, ""
            return Reader(row.actor, Role(row.role), Reading(session, now).roles(row.actor))

    def _check_login(self, login: Login, now: datetime) -> None:
        if login.origin not in self.origins:
            raise NotAllowed("login-for-another-platform", "Check the platform's address.", origin=login.origin)
        if not self.take(login.server_nonce, now):
            raise NotAllowed("nonce-unknown", "Ask for a new nonce and sign in again.")
        if abs((now - login.time).total_seconds()) > self._settings.limits.proof:
            raise NotAllowed("login-time-off", "Set this machine's clock; it differs from the platform's.")

    def _signer(self, reading: Reading, message: LoginMessage, login: Login, trust: TrustStore) -> Signer:
        enrolled: dict[str, KeyEnrolment | bytes] = {}
        if isinstance(message.signed.signature, KeySignature):
            row = reading.session.get(KeyRow, message.signed.signature.key)
            if row is None or not row.countersignature:
                raise NotAllowed("key-not-countersigned", "Have an agency countersign the key first.")
            enrolled = {row.digest: reading.find(KeyEnrolment, row.enrolment).value}
        signer = verify_statement(message.signed, trust, reading.now, enrolled)
        if signer.actor != login.actor:
            raise NotAllowed("not-the-author", "Sign in with your own certificate.", named=login.actor)
        if reading.party(login.actor, login.role) is None:
            raise NotAllowed("not-registered", "Register in this role first.", actor=login.actor, role=login.role)
        return signer

    def _check_password(self, login: Login, password: str, now: datetime) -> None:
        with self._database.write() as session:
            right = session.get(AccountRow, (login.actor, str(login.role))) is not None and check_password(
                session, login.actor, str(login.role), password, now
            )
        if not right:
            raise NotAllowed("password-wrong", "Enter the account's password again.", actor=login.actor)

    def check_proof(self, proof: Proof, spki: bytes, now: datetime) -> None:
        """A request's proof by the session's key, of this request, now, for the first time. Raises `NotAllowed` proof-…"""
        claims = read_proof(proof.jwt, spki)
        said = (claims.get("htm"), claims.get("htu"), claims.get("bh"))
        if set(claims) != CLAIMS or said != (proof.method, proof.path, proof.body):
            raise NotAllowed("proof-of-another-request", "Make a proof for this very request.")
        iat, seconds = claims["iat"], int(now.timestamp())
        if abs(seconds - iat) > self._settings.limits.proof:
            raise NotAllowed("proof-stale", "Ask the platform for its time and send the request again.")
        if not self._replays.first(claims["jti"], iat, seconds):
            raise NotAllowed("proof-replayed", "Send the request again with a new proof.")


def read_proof(text: str, spki: bytes) -> dict[str, Any]:
    """The claims of a proof signed with this session key; `iat` a number, `jti` a text. Raises `NotAllowed("proof-wrong")`."""
    key = load_session_key(spki)
    wanted = {"require": ["iat", "jti"], "verify_iat": False, "verify_exp": False, "verify_nbf": False}
    try:
        if len(text) > PROOF_LIMIT:
            raise ValueError(len(text))
        claims: dict[str, Any] = jwt.decode(text, key, algorithms=["ES256"], options=wanted)  # type: ignore[arg-type]
        claims["jti"].encode()  # a lone surrogate is no text
        if type(claims["iat"]) is not int:
            raise TypeError("iat")
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotAllowed("proof-wrong", "Sign in again: this request does not carry your session's proof.") from error
    return claims


def load_session_key(spki: bytes) -> ec.EllipticCurvePublicKey:
    """Raises `Refused("session-key-malformed")`."""
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused("session-key-malformed", "Make a P-256 key for the session.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Refused("session-key-malformed", "Make a P-256 key for the session.")
    return key

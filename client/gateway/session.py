"""A session with the server: asked for by a signed login statement, proved with every request (C4, M11; RFC 9449 in spirit)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from procurement.basics.parties import Login
from procurement.basics.roles import Role

EMPTY_BODY = hashlib.sha256(b"").hexdigest()


class SessionKey:
    """A P-256 key that lives as long as the session and never leaves this process."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def spki(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def proof(self, method: str, path: str, body_sha256: str, at: datetime) -> str:
        """A proof of possession for one request: method, path, server time, body digest, used once."""
        claims = {
            "htm": method,
            "htu": path,
            "iat": int(at.timestamp()),
            "jti": secrets.token_hex(16),
            "bh": body_sha256,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"typ": "jincai-proof+jwt"})


@dataclass(frozen=True, slots=True)
class OpenSession:
    """What the server gave for a login. `proves` holds the key; nothing of it is ever written to disk."""

    session: str
    expires: datetime
    role: Role
    actor: str
    name: str
    key: SessionKey = field(repr=False)

    def headers(self, method: str, path: str, body_sha256: str, at: datetime) -> dict[str, str]:
        return {
            "Authorization": f"Jincai {self.session}",
            "Jincai-Proof": self.key.proof(method, path, body_sha256, at),
        }


def login_statement(
    *, origin: str, server_nonce: str, actor: str, role: Role, key: SessionKey, time: datetime
) -> Login:
    """Built here from typed fields: `origin` is this client's own configuration, never the server's word (C4)."""
    return Login(
        origin=origin,
        server_nonce=server_nonce,
        client_nonce=secrets.token_hex(32),
        actor=actor,
        role=role,
        session_key=key.spki,
        time=time,
    )

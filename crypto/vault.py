"""Secrets under a passphrase: AES-256-GCM with a key from Argon2id (RFC 9106).

A protected file is canonical JSON. Its parameters are checked against bounds before they are used (protocol L3), and a
plain digest over it tells damage from a wrong passphrase.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import Annotated, Literal, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import Field

from procurement.basics.problems import Locked, Problem, Refused, Tampered
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Value

MAX_MEMORY_KIB = 1024 * 1024
MAX_PASSES = 10
MAX_LANES = 16
MIN_PASSPHRASE = 8
LIMIT = 1024 * 1024


class Argon2Parameters(Value):
    """How a passphrase becomes a key. Bounded, so that a file cannot make its reader work without end."""

    m: Annotated[int, Field(ge=8 * 1024, le=MAX_MEMORY_KIB)] = 64 * 1024
    """Memory in KiB"""
    t: Annotated[int, Field(ge=1, le=MAX_PASSES)] = 3
    p: Annotated[int, Field(ge=1, le=MAX_LANES)] = 4


DEFAULT = Argon2Parameters()
"""What is written where nobody says otherwise"""


class Protected(Statement):
    """A secret under a passphrase; `label` says what kind, and is authenticated."""

    TYPE = "protected"
    label: Code
    kdf: Literal["argon2id"] = "argon2id"
    parameters: Argon2Parameters
    salt: Blob
    nonce: Blob
    data: Blob
    check: Hex32
    """SHA-256 over salt, nonce and data"""


def protect(data: bytes, passphrase: str, label: str, parameters: Argon2Parameters | None = None) -> bytes:
    """`data` under `passphrase`. Raises `Refused("passphrase-too-short")`."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise Refused("passphrase-too-short", "Choose a longer passphrase.", minimum=MIN_PASSPHRASE)
    used = parameters or DEFAULT
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt, used)).encrypt(nonce, data, label.encode())
    check = _check(salt, nonce, sealed)
    return Protected(label=label, parameters=used, salt=salt, nonce=nonce, data=sealed, check=check).to_bytes()


def unprotect(file: bytes, passphrase: str, label: str) -> bytes:
    """What `protect` was given.

    Raises `Tampered`: <label>-damaged, <label>-malformed; `Locked`: <label>-passphrase-wrong.
    """
    try:
        value = Protected.from_bytes(file, LIMIT)
    except Refused as error:
        raise _damaged(f"{label}-malformed") from error
    if value.label != label or len(value.salt) != 16 or len(value.nonce) != 12:
        _refuse(f"{label}-malformed")
    if value.check != _check(value.salt, value.nonce, value.data):
        _refuse(f"{label}-damaged")
    try:
        return AESGCM(_key(passphrase, value.salt, value.parameters)).decrypt(value.nonce, value.data, label.encode())
    except InvalidTag as error:
        raise Locked(f"{label}-passphrase-wrong", "Enter the passphrase again.") from error


def _key(passphrase: str, salt: bytes, parameters: Argon2Parameters) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=parameters.t, lanes=parameters.p, memory_cost=parameters.m)
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())  # as typed on any keyboard


def _check(salt: bytes, nonce: bytes, data: bytes) -> str:
    return hashlib.sha256(salt + nonce + data).hexdigest()


def _damaged(code: str) -> Problem:
    return Tampered(code, "Take the file from its backup; this copy is not whole.")


def _refuse(code: str) -> NoReturn:
    raise _damaged(code)

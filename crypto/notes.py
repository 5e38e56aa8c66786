"""Signed notes of the transparency community: text, blank line, signature lines (c2sp.org/signed-note).

Key type 0x01 is a log's plain Ed25519 signature, 0x04 a witness's time-stamped cosignature (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from procurement.basics.problems import Refused, Tampered

LOG = 0x01
WITNESS = 0x04
NOTE_LIMIT = 64 * 1024
_NAME = re.compile(r"[^\s+]{1,255}\Z")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_SIGNATURE = re.compile(r"— (\S+) (\S+)\Z")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that signs notes: its name, its type (0x01 or 0x04) and 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or self.kind not in (LOG, WITNESS) or len(self.public) != 32:
            raise Refused("note-key-malformed", "Use a verifier key as the log or witness published it.")

    @property
    def id(self) -> bytes:
        """SHA-256(name || 0x0A || type || public key)[:4]."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text, `name+id+base64(type || key)`: what configurations and archives carry."""
        return f"{self.name}+{self.id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def from_vkey(cls, text: str) -> NoteKey:
        """Read a verifier key. Raises `Refused`."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Refused("note-key-malformed", "Use a verifier key as the log or witness published it.")
        raw = decode64(parts[2])
        key = cls(parts[0], raw[0] if raw else 0, raw[1:])
        if key.id.hex() != parts[1]:
            raise Refused("note-key-malformed", "Use a verifier key as the log or witness published it.")
        return key


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private key that signs notes under one name and one type. A key never serves two types."""

    key: NoteKey
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey, kind: int = LOG) -> NoteSigner:
        return cls(NoteKey(name, kind, private.public_key().public_bytes_raw()), private)

    def line(self, text: str, at: datetime | None = None) -> str:
        """The signature line over `text` (which ends in a newline). A witness needs the time `at`."""
        if self.key.kind == WITNESS:
            if at is None:
                raise Refused("cosignature-without-time", "Give the witness the time at which it signs.")
            seconds = int(at.timestamp())
            signature = struct.pack(">Q", seconds) + self.private.sign(_cosigned(text, seconds))
        else:
            signature = self.private.sign(text.encode())
        return f"— {self.key.name} {_encode(self.key.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness saw this tree head, consistent with all it saw before, at this time by its own clock."""

    key: NoteKey
    at: datetime


def sign_note(text: str, signer: NoteSigner) -> str:
    """The note: text, blank line, one signature."""
    return text + "\n" + signer.line(text)


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and (name, key id || signature) of each line. Raises `Refused` when it is not a note. Nothing is verified."""
    if len(note) > NOTE_LIMIT or _FORBIDDEN.search(note) or not note.endswith("\n"):
        raise _malformed()
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")[:-1]
    found = [_SIGNATURE.match(line) for line in lines]
    if not blank or not text or not lines:
        raise _malformed()
    result = []
    for match in found:
        if match is None:
            raise _malformed()
        raw = decode64(match[2])
        if len(raw) < 5:
            raise _malformed()
        result.append((match[1], raw))
    return text + "\n", result


def remembered_note(path: Path) -> str:
    """The note in a file of somebody's memory; no more of it is read than a note may have. What is not a note is refused
    (`note-malformed`) by whoever verifies it."""
    with path.open("rb") as file:
        return file.read(NOTE_LIMIT + 1).decode("utf-8", "replace")


def verify_note(note: str, key: NoteKey) -> str:
    """The text, if `key` (type 0x01) signed it. Raises `Refused` or `Tampered`."""
    text, lines = split_note(note)
    mine = [raw[4:] for name, raw in lines if name == key.name and raw[:4] == key.id]
    if key.kind != LOG or not mine:
        raise Tampered("note-not-signed", "Ask for a note signed by the log you trust.", key=key.name)
    for signature in mine:
        _check(key, signature, text.encode())
    return text


def cosignatures(note: str, witnesses: list[NoteKey]) -> list[Cosignature]:
    """The cosignatures of known witnesses. A false one from a known witness raises `Tampered`; strangers are skipped."""
    text, lines = split_note(note)
    found = []
    for key in witnesses:
        for name, raw in lines:
            if key.kind != WITNESS or name != key.name or raw[:4] != key.id:
                continue
            if len(raw) != 4 + 8 + 64:
                raise _malformed()
            seconds = int(struct.unpack(">Q", raw[4:12])[0])
            _check(key, raw[12:], _cosigned(text, seconds))
            if seconds > 253402300799:  # the year 9999: no clock says so, and datetime cannot
                raise _malformed()
            found.append(Cosignature(key, datetime.fromtimestamp(seconds, UTC)))
    return found


def decode64(text: str) -> bytes:
    """Standard base64, canonical. Raises `Refused`."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed() from error
    if _encode(raw) != text:
        raise _malformed()
    return raw


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _check(key: NoteKey, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Tampered("note-signature-wrong", "Do not use this note; keep it as evidence.", key=key.name) from error


def _malformed() -> Refused:
    return Refused("note-malformed", "Ask for the note again; this text is not a signed note (c2sp.org/signed-note).")

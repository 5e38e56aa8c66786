"""The process in which a vendor's PKCS#11 driver runs, alone: a driver may hang or crash, and then only this process does.

    python -I driver_process.py LIBRARY

It knows nothing of the project. One JSON object a line comes in on standard input, one answer a line goes out; bytes are
base64. Whatever the driver itself prints goes to standard error. A PIN is used for the login and not kept; the login
lives in the driver and ends with this process. Requests are those of `Session`, by method name.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import pkcs11
from pkcs11 import KDF, MGF, Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import (
    ArgumentsBad,
    FunctionNotSupported,
    MechanismInvalid,
    MechanismParamInvalid,
    NoSuchKey,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
    UserPinNotInitialized,
)
from pkcs11.types import PROTECTED_AUTH

LINE_LIMIT = 1024 * 1024
_CANNOT = (MechanismInvalid, MechanismParamInvalid, ArgumentsBad, FunctionNotSupported)
_WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)
_OAEP = {"sha1": (Mechanism.SHA_1, MGF.SHA1, b""), "sha256": (Mechanism.SHA256, MGF.SHA256, b"")}
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo before a SHA-256 value (RFC 8017 §9.2), for drivers that only pad"""


class Refusal(Exception):
    """A foreseen end of a request, told by a word."""


class Session:
    """The driver, and the one token that is open in it."""

    def __init__(self, library: str) -> None:
        self._library = pkcs11.lib(library)
        self._token: Any = None
        self._session: Any = None

    def list(self) -> list[dict[str, Any]]:
        """All tokens now plugged in, with their public certificates. The driver starts afresh, or it would not look."""
        if self._session is None:
            self._library.reinitialize()
        found = []
        for slot in self._library.get_slots(token_present=True):
            try:
                token = slot.get_token()
                if token.flags & TokenFlag.TOKEN_INITIALIZED:
                    found.append(_described(token, _public_certificates(token)))
            except PKCS11Error:
                continue  # taken out between two questions
        return found

    def open(self, slot: int, serial: str, pin: str) -> dict[str, Any]:
        """Log in. The answer describes the token with all its certificates, and names its private keys."""
        self.close()
        self._library.reinitialize()
        self._token = self._find(slot, serial)
        path = self._token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH
        try:
            self._session = self._token.open(user_pin=PROTECTED_AUTH if path else pin)
        except _WRONG_PIN as error:
            raise Refusal("pin-wrong") from error
        except PinLocked as error:
            raise Refusal("pin-locked") from error
        except (PinExpired, UserPinNotInitialized) as error:
            raise Refusal("pin-expired") from error
        except UserAlreadyLoggedIn as error:
            raise Refusal("in-use") from error
        keys = [
            {"id": key[Attribute.ID].hex(), "kind": "rsa" if key[Attribute.KEY_TYPE] == KeyType.RSA else "ec"}
            for key in self._session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
            if key[Attribute.KEY_TYPE] in (KeyType.RSA, KeyType.EC)
        ]
        return {**_described(self._token, _certificates(self._session)), "keys": keys}

    def state(self, slot: int, serial: str) -> dict[str, Any]:
        """The token as it is now: for its PIN flags after a wrong PIN, and for whether it is there at all."""
        return _described(self._find(slot, serial), [])

    def sign(self, id: str, data: str) -> str:
        """PKCS#1 v1.5 or ECDSA (r || s) with SHA-256."""
        key, message = self._key(id), base64.b64decode(data)
        digest = hashlib.sha256(message).digest()
        if key[Attribute.KEY_TYPE] == KeyType.EC:
            return _text(key.sign(digest, mechanism=Mechanism.ECDSA))
        try:
            return _text(key.sign(message, mechanism=Mechanism.SHA256_RSA_PKCS))
        except (MechanismInvalid, FunctionNotSupported):
            return _text(key.sign(_SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS))

    def oaep(self, id: str, ciphertext: str, hash: str) -> str:
        """RSAES-OAEP."""
        data = base64.b64decode(ciphertext)
        return _text(self._key(id).decrypt(data, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=_OAEP[hash]))

    def ecdh(self, id: str, point: str) -> str:
        """x-coordinate of the shared point; a driver takes the peer's point plain, or, before PKCS#11 2.30, as an OCTET STRING."""
        key, peer = self._key(id), base64.b64decode(point)
        try:
            return _text(_derive(key, peer))
        except PKCS11Error:
            return _text(_derive(key, b"\x04" + bytes([len(peer)]) + peer))

    def close(self) -> None:
        """Log out."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(PKCS11Error):
                session.close()

    def present(self) -> bool:
        """Is the open token still there? Whatever the driver says but a plain yes means no."""
        if self._token is None:
            return False
        try:
            return bool(self._token.slot.get_token().serial == self._token.serial)
        except PKCS11Error:
            return False

    def _find(self, slot: int, serial: str) -> Any:
        """By slot, and by serial number alone where the driver has numbered its slots anew."""
        found = []
        for one in self._library.get_slots(token_present=True):
            try:
                token = one.get_token()
            except PKCS11Error:
                continue
            if token.serial.hex() == serial:
                found.append(token)
        if not found:
            raise Refusal("unplugged")
        return next((token for token in found if token.slot.slot_id == slot), found[0])

    def _key(self, id: str) -> Any:
        if self._session is None:
            raise Refusal("unplugged")
        return self._session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=bytes.fromhex(id))


def _derive(key: Any, peer: bytes) -> bytes:
    readable = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True, Attribute.TOKEN: False}
    param = (KDF.NULL, None, peer)
    mechanism = Mechanism.ECDH1_DERIVE
    shared = key.derive_key(KeyType.GENERIC_SECRET, 256, mechanism=mechanism, mechanism_param=param, template=readable)
    return bytes(shared[Attribute.VALUE])


def _described(token: Any, certificates: list[dict[str, str]]) -> dict[str, Any]:
    slot = token.slot
    return {
        "slot": slot.slot_id,
        "reader": slot.slot_description.strip(),
        "label": token.label.strip(),
        "serial": token.serial.hex(),
        "manufacturer": token.manufacturer_id.strip(),
        "model": token.model.strip(),
        "flags": int(token.flags),
        "certificates": certificates,
    }


def _public_certificates(token: Any) -> list[dict[str, str]]:
    try:
        with token.open() as session:
            return _certificates(session)
    except PKCS11Error:
        return []  # some tokens show nothing before the login


def _certificates(session: Any) -> list[dict[str, str]]:
    return [
        {"id": one[Attribute.ID].hex(), "der": _text(one[Attribute.VALUE])}
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    ]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _answer(session: Session, line: bytes) -> dict[str, Any]:
    """What becomes of one request: {"value": …}, or {"refusal": word, "what": class of the driver's error}."""
    request = json.loads(line)
    method: Callable[..., Any] = getattr(session, request.pop("do"))
    try:
        return {"value": method(**request)}
    except Refusal as refusal:
        return {"refusal": str(refusal), "what": ""}
    except _CANNOT as error:
        return {"refusal": "cannot" if session.present() else "unplugged", "what": type(error).__name__}
    except NoSuchKey as error:
        return {"refusal": "no-key" if session.present() else "unplugged", "what": type(error).__name__}
    except PKCS11Error as error:
        return {"refusal": "failed" if session.present() else "unplugged", "what": type(error).__name__}


def serve(library: str, source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until the other side closes."""
    try:
        session = Session(library)
    except (PKCS11Error, RuntimeError, OSError) as error:
        target.write(json.dumps({"refusal": "driver-unusable", "what": str(error)[:300]}).encode() + b"\n")
        target.flush()
        return
    target.write(b'{"value": "ready"}\n')
    target.flush()
    while line := source.readline(LINE_LIMIT):
        target.write(json.dumps(_answer(session, line)).encode() + b"\n")
        target.flush()


def main(library: str) -> None:
    """Keep the pipe to ourselves before any driver is loaded: its chatter must not look like an answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(library, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(sys.argv[1])

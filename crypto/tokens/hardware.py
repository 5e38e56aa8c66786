"""Tokens behind PKCS#11 drivers: what is plugged in, and one of them open."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Self

from asn1crypto.algos import DSASignature
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.certificates import CERTIFICATE_ERRORS, is_authority, may_encrypt, may_sign
from crypto.national.certified import is_national
from crypto.tokens.driver import PATIENCE, Driver, DriverProcess, DriverRefused, garbled
from crypto.tokens.port import OaepHash
from procurement.basics.problems import Locked, Problem, Tampered

PinState = Literal["fine", "low", "final", "locked"]
"""What a token tells of its PIN counter: it never tells the number"""

_FLAGS: tuple[tuple[int, PinState], ...] = ((0x40000, "locked"), (0x20000, "final"), (0x10000, "low"))
"""CKF_USER_PIN_LOCKED, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_COUNT_LOW"""


@dataclass(frozen=True, slots=True)
class PluggedToken:
    """A token as it shows itself before any PIN."""

    driver: Driver
    slot: int
    reader: str
    label: str
    serial: str
    manufacturer: str
    model: str
    pin: PinState
    certificates: tuple[tuple[str, x509.Certificate], ...]
    """Identifier of the key on the token, certificate"""

    @property
    def key(self) -> str:
        """A name for this token that holds as long as it stays in its driver."""
        return f"{self.driver.title}/{self.serial or self.slot}"

    @property
    def signing(self) -> x509.Certificate | None:
        """The signing certificate, told by its key usage; None when nothing is shown before the login."""
        return next((one for _, one in self.certificates if may_sign(one)), None)

    @property
    def encryption(self) -> x509.Certificate | None:
        """The encryption certificate, told by its key usage."""
        mine = self.signing
        return next((one for _, one in self.certificates if one != mine and may_encrypt(one)), None)


def plugged_tokens(process: DriverProcess) -> tuple[PluggedToken, ...]:
    """The tokens now in a driver that has none open. Raises `Locked`."""
    try:
        return read_tokens(process.driver, process.ask("list"))
    except DriverRefused as refused:
        raise _locked(refused, process.driver.title, process.driver) from refused


class Pkcs11Token:
    """A token behind a driver, logged in; see `crypto.tokens.port.Token`. The PIN is not kept.

    Once anything has gone wrong with driver or token every further use is `Locked`: open it anew.
    """

    def __init__(self, process: DriverProcess, found: PluggedToken, keys: Iterable[tuple[str, str]]) -> None:
        self.found = found
        self._process = process
        held = dict(keys)
        mine = [(id, one) for id, one in found.certificates if id in held and _kind(one) == held[id]]
        signing = next(((id, one) for id, one in mine if may_sign(one)), None)
        if signing is None:
            raise Locked(
                "token-no-signing-key", "Plug in the token that holds the signing certificate.", token=found.label
            )
        self._signing_id, self._signing_certificate = signing
        self._encryption = next(((id, one) for id, one in mine if one != signing[1] and may_encrypt(one)), None)
        self._chain = tuple(one for _, one in found.certificates if is_authority(one))
        self._oaep: OaepHash | None = None

    @classmethod
    def open(cls, found: PluggedToken, pin: str, patience: float = PATIENCE) -> Self:
        """Log in, in a driver process of its own.

        Raises `Locked`: token-pin-wrong (with the token's `state` as `PinState`), token-pin-locked, token-pin-expired,
        token-unplugged, token-no-signing-key, and those of `DriverProcess`.
        """
        process = DriverProcess(found.driver, patience)
        try:
            return cls._log_in(process, found, pin)
        except Problem:
            process.close()
            raise

    @classmethod
    def _log_in(cls, process: DriverProcess, found: PluggedToken, pin: str) -> Self:
        try:
            told = process.ask("open", slot=found.slot, serial=found.serial, pin=pin)
        except DriverRefused as refused:
            if refused.word == "pin-wrong":
                raise _pin_wrong(process, found) from None
            raise _locked(refused, found.label, found.driver) from None  # nothing of the request may hang on it
        return cls(process, *read_open(found.driver, told))

    @property
    def label(self) -> str:
        return self.found.label

    @property
    def signing_certificate(self) -> x509.Certificate:
        return self._signing_certificate

    @property
    def encryption_certificate(self) -> x509.Certificate | None:
        return self._encryption[1] if self._encryption else None

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self._chain

    @property
    def oaep(self) -> OaepHash:
        """The better hash this token can decrypt with: found out once by a real trial, sha1 if that fails."""
        if self._oaep is None:
            self._oaep = "sha256" if self._can_sha256() else "sha1"
        return self._oaep

    @property
    def pid(self) -> int:
        """The driver's process."""
        return self._process.pid

    def sign(self, data: bytes) -> bytes:
        made = self._ask("sign", id=self._signing_id, data=_text(data))
        if isinstance(self._signing_certificate.public_key(), rsa.RSAPublicKey):
            return made
        if len(made) != 64:
            raise garbled(self.found.driver)
        return bytes(DSASignature.from_p1363(made).dump())

    def oaep_decrypt(self, ciphertext: bytes, hash: OaepHash) -> bytes:
        return self._ask("oaep", id=self._encryption_id(rsa.RSAPublicKey), ciphertext=_text(ciphertext), hash=hash)

    def ecdh(self, peer: bytes) -> bytes:
        id = self._encryption_id(ec.EllipticCurvePublicKey)
        try:  # the point is checked here: a token may not do it
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer)
        except ValueError as error:
            raise _unwrap_failed() from error
        shared = self._ask(
            "ecdh", id=id, point=_text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        )
        if len(shared) != 32:
            raise _unwrap_failed()
        return shared

    def sm2_decrypt(self, ciphertext: bytes) -> bytes:
        """Certified SM2 modules speak SKF; behind PKCS#11 no SM2 is asked for."""
        raise self._no_encryption_key()

    def check_present(self) -> None:
        """Raises `Locked("token-unplugged")` when the token is gone, or as `DriverProcess.ask`."""
        try:
            here = self._process.ask("present")
        except DriverRefused as refused:
            raise _locked(refused, self.label, self.found.driver) from refused
        if not here:
            raise _locked(DriverRefused("unplugged", ""), self.label, self.found.driver)

    def close(self) -> None:
        """Log out: the driver's process ends."""
        self._process.close()

    def _ask(self, what: str, **arguments: Any) -> bytes:
        try:
            return read_bytes(self.found.driver, self._process.ask(what, **arguments))
        except DriverRefused as refused:
            if refused.word == "failed" and what != "sign":
                raise _unwrap_failed() from refused
            raise _locked(refused, self.label, self.found.driver) from refused

    def _encryption_id(self, kind: type) -> str:
        if self._encryption is None or not isinstance(self._encryption[1].public_key(), kind):
            raise self._no_encryption_key()
        return self._encryption[0]

    def _no_encryption_key(self) -> Locked:
        remedy = "Use a token that carries the encryption key for this object."
        return Locked("token-no-encryption-key", remedy, token=self.label)

    def _can_sha256(self) -> bool:
        public = self._encryption[1].public_key() if self._encryption else None
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        trial = os.urandom(32)
        sealed = public.encrypt(trial, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
        try:
            return self.oaep_decrypt(sealed, "sha256") == trial
        except Tampered:
            return False
        except Locked as locked:
            if locked.code != "token-cannot":
                raise
            return False


def read_tokens(driver: Driver, told: Any) -> tuple[PluggedToken, ...]:
    """The driver's answer to `list`. Raises `Locked("token-driver-garbled")`."""
    if not isinstance(told, list):
        raise garbled(driver)
    return tuple(_plugged(driver, one) for one in told)


def read_open(driver: Driver, told: Any) -> tuple[PluggedToken, tuple[tuple[str, str], ...]]:
    """The driver's answer to `open`: the token, and id and kind of each private key. Raises `Locked("token-driver-garbled")`."""
    found = _plugged(driver, told)
    try:
        return found, tuple((_word(key["id"]), _word(key["kind"])) for key in told["keys"])
    except (KeyError, TypeError) as error:
        raise garbled(driver) from error


def read_bytes(driver: Driver, told: Any) -> bytes:
    """The driver's answer with bytes. Raises `Locked("token-driver-garbled")`."""
    try:
        return base64.b64decode(_word(told), validate=True)
    except (TypeError, ValueError) as error:
        raise garbled(driver) from error


def _plugged(driver: Driver, told: Any) -> PluggedToken:
    try:
        slot, flags = _number(told["slot"]), _number(told["flags"])
        reader, label, serial, maker, model = (
            _word(told[name]) for name in ("reader", "label", "serial", "manufacturer", "model")
        )
        held = [(_word(one["id"]), base64.b64decode(_word(one["der"]), validate=True)) for one in told["certificates"]]
    except (KeyError, TypeError, ValueError) as error:
        raise garbled(driver) from error
    certificates = []
    for key, der in held:
        try:
            certificates.append((key, x509.load_der_x509_certificate(der)))
        except CERTIFICATE_ERRORS:
            continue  # a certificate of some other use
    return PluggedToken(driver, slot, reader, label, serial, maker, model, pin_state(flags), tuple(certificates))


def _word(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError("a text is wanted")
    return told


def _number(told: Any) -> int:
    if type(told) is not int:
        raise TypeError("a number is wanted")
    return told


def pin_state(flags: int) -> PinState:
    """The token's own word on its PIN, from its flags (PKCS#11, CK_TOKEN_INFO)."""
    return next((state for flag, state in _FLAGS if flags & flag), "fine")


def _pin_wrong(process: DriverProcess, found: PluggedToken) -> Locked:
    try:
        state = _plugged(found.driver, process.ask("state", slot=found.slot, serial=found.serial)).pin
    except DriverRefused as refused:
        return _locked(refused, found.label, found.driver)
    if state == "locked":
        return _pin_locked(found.label)
    return Locked("token-pin-wrong", "Enter the PIN of this token again.", token=found.label, state=state)


def _pin_locked(label: str) -> Locked:
    return Locked(
        "token-pin-locked", "Have the token unlocked by the authority that issued it; do not try further.", token=label
    )


def _locked(refused: DriverRefused, label: str, driver: Driver) -> Locked:
    if refused.word == "pin-locked":
        return _pin_locked(label)
    if refused.word == "pin-expired":
        return Locked("token-pin-expired", "Set the token's PIN with the vendor's own program.", token=label)
    if refused.word == "in-use":
        return Locked("token-in-use", "Close the other program that uses this token.", token=label)
    if refused.word == "unplugged":
        return Locked("token-unplugged", "Plug the token in again and enter its PIN.", token=label)
    if refused.word == "cannot":
        return Locked(
            "token-cannot", "Use another token of your organisation: this one cannot do it.", token=label, what=refused.what
        )  # fmt: skip
    return Locked(
        "token-failed",
        "Plug the token in again, enter its PIN and try once more.",
        token=label,
        driver=driver.title,
        what=refused.what,
    )


def _kind(certificate: x509.Certificate) -> str:
    if is_national(certificate):
        return "sm2"
    return "rsa" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else "ec"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unwrap_failed() -> Tampered:
    return Tampered("unwrap-failed", "Use the token to which this object was sealed.")

"""Keys made on a person's own machine: enrolled signing keys (R-034) and custody keys (protocol B1, H1).

They are software keys on P-256 (custody keys of suite S1: SM2), kept in a file under a passphrase (`crypto.vault`), never
written in the clear.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.files import write_whole
from crypto.national.sm2 import Sm2PrivateKey
from crypto.vault import protect, unprotect
from procurement.basics.problems import Locked, Refused, Tampered

HPKE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
"""RFC 9180 base mode, DHKEM(P-256, HKDF-SHA256) / HKDF-SHA256 / AES-256-GCM; output is enc(65) || ciphertext."""


def hpke_seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """`plaintext` to the holder of a P-256 public key (SEC1). Raises `Refused("public-key-malformed")`."""
    return HPKE.encrypt(plaintext, load_public(public), info)


def load_public(public: bytes) -> ec.EllipticCurvePublicKey:
    """A P-256 public key from SEC1 bytes, the point checked. Raises `Refused("public-key-malformed")`."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError as error:
        raise Refused("public-key-malformed", "Ask the holder to publish the key again.") from error


class _LocalKey:
    """A P-256 private key in a protected file."""

    LABEL: ClassVar[str]

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> Self:
        """A new key, in memory only."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def create(cls, path: Path, passphrase: str) -> Self:
        """A new key, kept at `path`. Raises `Refused`: key-exists (an old key is never overwritten)."""
        if path.exists():
            raise Refused("key-exists", "Open the key that is there, or choose another file.", file=path.name)
        key = cls.generate()
        key.save(path, passphrase)
        return key

    def save(self, path: Path, passphrase: str) -> None:
        """Write the key, protected."""
        path.parent.mkdir(parents=True, exist_ok=True)
        der = self._private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_whole(path, protect(der, passphrase, self.LABEL), secret=True)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Self:
        """Read the key. Raises `Locked`: key-missing, <label>-passphrase-wrong; `Tampered`: <label>-damaged."""
        try:
            file = path.read_bytes()
        except OSError as error:
            raise Locked("key-missing", "Choose the key's file again.", file=path.name) from error
        malformed = Tampered(f"{cls.LABEL}-malformed", "Take the file from its backup.", file=path.name)
        der = unprotect(file, passphrase, cls.LABEL)
        try:
            private = serialization.load_der_private_key(der, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise malformed from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise malformed
        return cls(private)

    @property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return self._private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the SPKI DER, hex: the key's name."""
        return hashlib.sha256(self.spki).hexdigest()


class EnrolledKey(_LocalKey):
    """Signs for a party that has no certificate (finance, supervisor)."""

    LABEL = "enrolled-key"

    def sign(self, data: bytes) -> bytes:
        """ECDSA P-256 with SHA-256, DER."""
        return self._private.sign(data, ec.ECDSA(hashes.SHA256()))


class CustodyKey(_LocalKey):
    """Opens the shares of lot keys that were sealed to one custodian."""

    LABEL = "custody-key"

    @property
    def public(self) -> bytes:
        """SEC1 uncompressed, 65 bytes: what a `custody-key` statement publishes."""
        return self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def unseal(self, sealed: bytes, info: bytes) -> bytes:
        """What `hpke_seal` was given. Every failure is `Tampered("unwrap-failed")`."""
        try:
            return HPKE.decrypt(sealed, self._private, info)
        except (InvalidTag, ValueError) as error:
            raise Tampered("unwrap-failed", "Use the key to which this object was sealed.") from error


class NationalCustodyKey:
    """Opens the shares of lot keys of suite S1 that were sealed to one custodian: an SM2 key in a protected file."""

    LABEL = "custody-key"

    def __init__(self, private: Sm2PrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> Self:
        """A new key, in memory only."""
        return cls(Sm2PrivateKey.generate())

    @classmethod
    def create(cls, path: Path, passphrase: str) -> Self:
        """A new key, kept at `path`. Raises `Refused`: key-exists (an old key is never overwritten)."""
        if path.exists():
            raise Refused("key-exists", "Open the key that is there, or choose another file.", file=path.name)
        key = cls.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, protect(key._private.pkcs8, passphrase, cls.LABEL), secret=True)
        return key

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Self:
        """Read the key. Raises `Locked`: key-missing, custody-key-passphrase-wrong; `Tampered`: custody-key-damaged."""
        try:
            file = path.read_bytes()
        except OSError as error:
            raise Locked("key-missing", "Choose the key's file again.", file=path.name) from error
        try:
            return cls(Sm2PrivateKey(unprotect(file, passphrase, cls.LABEL)))
        except ValueError as error:
            raise Tampered("custody-key-malformed", "Take the file from its backup.", file=path.name) from error

    @property
    def public(self) -> bytes:
        """SEC1 uncompressed, 65 bytes: what a `custody-key` statement publishes."""
        return self._private.public.point

    def unseal(self, sealed: bytes, info: bytes) -> bytes:
        """What was encrypted to this key; SM2 has no info, the record names its lot key. `Tampered("unwrap-failed")`."""
        return self._private.decrypt(sealed)

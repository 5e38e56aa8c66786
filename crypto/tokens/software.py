"""Keys in this process: from PKCS#12 files, or made just now.

A PKCS#12 token is one file `<name>.p12` with the signing key, its certificate and chain, and beside it
`<name>.enc.p12` with the encryption key under the same PIN. Which certificate does what is read from the key usage,
never from the file's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from crypto.certificates import may_encrypt, may_sign, subject_name
from crypto.national.sm2 import Sm2PrivateKey
from crypto.tokens.port import OaepHash
from procurement.basics.problems import Locked, Tampered

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Sm2PrivateKey
_OAEP = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}


class SoftwareToken:
    """A token whose keys lie in memory. For tests, servers and PKCS#12 files; see `crypto.tokens.port.Token`."""

    def __init__(
        self,
        signing: tuple[PrivateKey, x509.Certificate],
        encryption: tuple[PrivateKey, x509.Certificate] | None = None,
        chain: Sequence[x509.Certificate] = (),
    ) -> None:
        self._signing_key, self._signing_certificate = signing
        self._encryption = encryption
        self._chain = tuple(chain)

    @property
    def label(self) -> str:
        return subject_name(self._signing_certificate)

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
        return "sha256"

    def sign(self, data: bytes) -> bytes:
        key = self._signing_key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(key, Sm2PrivateKey):
            return key.sign(data)
        return key.sign(data, ec.ECDSA(hashes.SHA256()))

    def oaep_decrypt(self, ciphertext: bytes, hash: OaepHash) -> bytes:
        key = self._encryption[0] if self._encryption else None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise _no_encryption_key(self.label)
        algorithm = _OAEP[hash]
        try:
            return key.decrypt(ciphertext, padding.OAEP(padding.MGF1(algorithm()), algorithm(), None))
        except ValueError as error:
            raise _unwrap_failed() from error

    def ecdh(self, peer: bytes) -> bytes:
        key = self._encryption[0] if self._encryption else None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise _no_encryption_key(self.label)
        try:
            return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer))
        except ValueError as error:
            raise _unwrap_failed() from error

    def sm2_decrypt(self, ciphertext: bytes) -> bytes:
        key = self._encryption[0] if self._encryption else None
        if not isinstance(key, Sm2PrivateKey):
            raise _no_encryption_key(self.label)
        return key.decrypt(ciphertext)


class Pkcs12Token(SoftwareToken):
    """A token in PKCS#12 files (see the module's text)."""

    @classmethod
    def open(cls, path: Path, pin: str) -> Self:
        """Read `path` and the encryption file beside it, if there is one.

        Raises `Locked("token-pin-wrong")`, `Locked("token-missing")`, `Tampered("token-unreadable")`,
        `Locked("token-no-signing-key")`.
        """
        beside = encryption_file(path)
        found = [_read(file, pin) for file in (path, beside) if file == path or file.is_file()]
        signing = next((pair for pair, _ in found if may_sign(pair[1])), None)
        encryption = next((pair for pair, _ in found if pair is not signing and may_encrypt(pair[1])), None)
        if signing is None:
            raise Locked("token-no-signing-key", "Choose the file that holds the signing certificate.", file=path.name)
        chain: list[x509.Certificate] = []
        for _, links in found:
            chain += [link for link in links if link not in chain]
        return cls(signing, encryption, chain)


def encryption_file(path: Path) -> Path:
    """`a.p12` → `a.enc.p12`: where the encryption key of the token in `path` lies."""
    return path.with_name(f"{path.stem}.enc.p12")


def _read(path: Path, pin: str) -> tuple[tuple[PrivateKey, x509.Certificate], list[x509.Certificate]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Locked("token-missing", "Plug the token in, or choose its file again.", file=path.name) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, pin.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        if _looks_whole(data):
            raise Locked("token-pin-wrong", "Enter the PIN of this token again.", file=path.name) from error
        raise Tampered("token-unreadable", "Take the file from its backup; it is damaged.", file=path.name) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise Tampered(
            "token-unreadable", "Export key and certificate (RSA or P-256) together into one file.", file=path.name
        )
    return (key, certificate), list(others)


def _looks_whole(data: bytes) -> bool:
    """Is this a complete PKCS#12 structure, so that only the PIN can be at fault?"""
    try:
        store = asn1_pkcs12.Pfx.load(data, strict=True)
        return store["version"].native == "v3" and store["mac_data"]["mac"]["digest"].native is not None
    except (ValueError, TypeError, KeyError):
        return False


def _no_encryption_key(label: str) -> Locked:
    return Locked(
        "token-no-encryption-key", "Use a token that carries the encryption key for this object.", token=label
    )


def _unwrap_failed() -> Tampered:
    return Tampered("unwrap-failed", "Use the token to which this object was sealed.")

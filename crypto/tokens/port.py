"""What the house asks of a token. A hardware token answers the same few questions as a file."""

from __future__ import annotations

from typing import Literal, Protocol

from cryptography import x509

OaepHash = Literal["sha1", "sha256"]


class Signing(Protocol):
    """The half of a token that signs."""

    @property
    def signing_certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Issuers of the certificates, nearest first, as far as the token carries them."""

    def sign(self, data: bytes) -> bytes:
        """SHA-256 with RSASSA-PKCS1-v1_5 or ECDSA (DER) by the signing key. Raises `Locked`."""


class Token(Signing, Protocol):
    """Dual certificates (双证书): one key signs, the other one opens what was sealed to its holder."""

    @property
    def label(self) -> str:
        """What people call this token"""

    @property
    def encryption_certificate(self) -> x509.Certificate | None: ...

    def oaep_decrypt(self, ciphertext: bytes, hash: OaepHash) -> bytes:
        """RSAES-OAEP (MGF1 with the same hash, empty label) by the encryption key.

        Every failure is the one `Tampered("unwrap-failed")` (protocol M2); `Locked("token-no-encryption-key")` if the
        token cannot do it at all.
        """

    def ecdh(self, peer: bytes) -> bytes:
        """Shared x-coordinate (32 bytes) with a P-256 public key in SEC1 form; the point is checked. Raises as above."""

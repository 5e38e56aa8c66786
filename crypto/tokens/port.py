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
        """By the signing key, as its certificate's suite says; DER. Raises `Locked`.

        I1: RSASSA-PKCS1-v1_5 or ECDSA, with SHA-256. S1: SM2 with SM3 over Z_A and `data`, the user id being the default one.
        """


class Token(Signing, Protocol):
    """Dual certificates (双证书): one key signs, the other one opens what was sealed to its holder."""

    @property
    def label(self) -> str:
        """What people call this token"""

    @property
    def encryption_certificate(self) -> x509.Certificate | None: ...

    @property
    def oaep(self) -> OaepHash:
        """The hash to use when something is sealed to an RSA key of this token (decision 9)."""

    def oaep_decrypt(self, ciphertext: bytes, hash: OaepHash) -> bytes:
        """RSAES-OAEP (MGF1 with the same hash, empty label) by the encryption key.

        Every failure is the one `Tampered("unwrap-failed")` (protocol M2); `Locked("token-no-encryption-key")` if the
        token cannot do it at all.
        """

    def ecdh(self, peer: bytes) -> bytes:
        """Shared x-coordinate (32 bytes) with a P-256 public key in SEC1 form; the point is checked. Raises as above."""

    def sm2_decrypt(self, ciphertext: bytes) -> bytes:
        """What was encrypted to the SM2 encryption certificate, from SEQUENCE {x, y, C3, C2} (GM/T 0009). Raises as above.

        A certified module (SKF) hands out other forms: they are converted at its own edge, never accepted here (M3).
        """

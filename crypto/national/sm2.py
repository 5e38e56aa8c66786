"""SM2 (GB/T 32918): keys, signatures with SM3 and the fixed user id, public-key encryption in its DER form.

The user id is always the default one (GM/T 0009, 10) and never read from a message; so Z_A binds the signature to the
public key (M3). A ciphertext is SEQUENCE {x, y, C3, C2} (GM/T 0009, 7.2); the raw forms C1C2C3 and C1C3C2 are refused.
"""

from __future__ import annotations

import ctypes
from typing import Self

from crypto.der import OCTETS, SEQUENCE, children, integer, require_der, tlv
from crypto.national.curve import SM2P256V1
from crypto.national.libcrypto import Context, check, decoded, encoded, filled, library
from procurement.basics.problems import Refused, Tampered

USER_ID = b"1234567812345678"
PLAINTEXT_LIMIT = 256
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")  # id-ecPublicKey, sm2p256v1
_SPKI_HEAD = bytes.fromhex("3059") + _ALGORITHM + bytes.fromhex("034200")


class Sm2PublicKey:
    """A public key, its point checked to be on the curve."""

    def __init__(self, point: bytes) -> None:
        """`point` in SEC1 form. Raises `Refused("public-key-malformed")`."""
        try:
            self.point = SM2P256V1.encode(SM2P256V1.decode(point))
            self._key = _Key(decoded(library().d2i_PUBKEY, self.spki))
        except ValueError as error:
            raise Refused("public-key-malformed", "Ask the holder to publish the key again.") from error

    @classmethod
    def from_spki(cls, der: bytes) -> Self:
        """From SubjectPublicKeyInfo, DER, in its one encoding. Raises `Refused("public-key-malformed")`."""
        if not is_sm2_spki(der):
            raise Refused("public-key-malformed", "Give an SM2 key on sm2p256v1.")
        return cls(der[len(_SPKI_HEAD) :])

    @property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return _SPKI_HEAD + self.point

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Is this the DER signature of `data` (SM2 with SM3, default id)? Anything but strict DER is not."""
        try:
            require_der(signature, limit=128)
        except Tampered:
            return False
        lib = library()
        with _pkey_context(self._key) as inner, _md_context() as context:
            _bind(context, inner)
            check(lib.EVP_DigestVerifyInit(context, None, lib.EVP_sm3(), None, self._key.pointer))
            good = bool(lib.EVP_DigestVerify(context, signature, len(signature), data, len(data)) == 1)
        lib.ERR_clear_error()
        return good

    def encrypt(self, data: bytes) -> bytes:
        """SM2 ciphertext in DER. At most 256 bytes: this wraps records, not documents. Raises `ValueError`."""
        if not 1 <= len(data) <= PLAINTEXT_LIMIT:
            raise ValueError("SM2 wraps short records only")
        lib = library()
        while True:
            with _pkey_context(self._key) as context:
                check(lib.EVP_PKEY_encrypt_init(context))
                sealed = filled(lib.EVP_PKEY_encrypt, context, data=data)
            if _parts(sealed)[3] != data:  # a key stream of zeros must be drawn again (GB/T 32918.4, 6.1 A5)
                return sealed


class Sm2PrivateKey:
    """A private key in this process. OpenSSL clears it when it is let go; Python's copies of it cannot be cleared (L6)."""

    def __init__(self, pkcs8: bytes) -> None:
        """From PKCS#8 or SEC1 DER. Raises `ValueError`."""
        self._key = _Key(decoded(library().d2i_AutoPrivateKey, pkcs8))
        self.public = Sm2PublicKey.from_spki(encoded(library().i2d_PUBKEY, self._key.pointer))

    @classmethod
    def generate(cls) -> Self:
        """A new key from OpenSSL's generator."""
        lib, made = library(), ctypes.c_void_p()
        with Context(lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), lib.EVP_PKEY_CTX_free) as context:
            check(lib.EVP_PKEY_keygen_init(context))
            check(lib.EVP_PKEY_generate(context, ctypes.byref(made)))
        key = _Key(made.value)
        return cls(_pkcs8(encoded(lib.i2d_PrivateKey, key.pointer)))

    @classmethod
    def derive(cls, scalar: bytes) -> Self:
        """The key with this private scalar (32 bytes, 1..n-2). Raises `ValueError`."""
        if len(scalar) != 32 or not 0 < int.from_bytes(scalar, "big") < SM2P256V1.order - 1:
            raise ValueError("not a private scalar")
        return cls(_pkcs8(tlv(SEQUENCE, integer(1), tlv(OCTETS, scalar))))

    @property
    def pkcs8(self) -> bytes:
        """PrivateKeyInfo, DER, in the clear."""
        return _pkcs8(encoded(library().i2d_PrivateKey, self._key.pointer))

    def sign(self, data: bytes) -> bytes:
        """SM2 with SM3 over Z_A || data (default id), DER."""
        lib = library()
        with _pkey_context(self._key) as inner, _md_context() as context:
            _bind(context, inner)
            check(lib.EVP_DigestSignInit(context, None, lib.EVP_sm3(), None, self._key.pointer))
            return filled(lib.EVP_DigestSign, context, data=data)

    def decrypt(self, sealed: bytes) -> bytes:
        """What `Sm2PublicKey.encrypt` was given. Every failure is the one `Tampered("unwrap-failed")` (M2, M3)."""
        lib = library()
        try:
            x, y, _, body = _parts(sealed)
            if not SM2P256V1.contains((x, y)):
                raise ValueError("not on the curve")
            with _pkey_context(self._key) as context:
                check(lib.EVP_PKEY_decrypt_init(context))
                found = filled(lib.EVP_PKEY_decrypt, context, data=sealed)
            if len(found) != len(body) or found == body:
                raise ValueError("the key stream is all zeros")
        except (ValueError, Tampered) as error:
            raise Tampered("unwrap-failed", "Use the token to which this object was sealed.") from error
        return found


def is_sm2_spki(der: bytes) -> bool:
    """Does this SubjectPublicKeyInfo hold an uncompressed SM2 point?"""
    return len(der) == len(_SPKI_HEAD) + 65 and der.startswith(_SPKI_HEAD + b"\x04")


class _Key:
    """An EVP_PKEY of type SM2, freed with this object."""

    def __init__(self, pointer: int | None) -> None:
        self.pointer = pointer or 0
        self._free = library().EVP_PKEY_free
        if not pointer or library().EVP_PKEY_is_a(pointer, b"SM2") != 1:
            raise ValueError("not an SM2 key")

    def __del__(self) -> None:
        if self.pointer:
            self._free(self.pointer)


def _pkey_context(key: _Key) -> Context:
    return Context(library().EVP_PKEY_CTX_new(key.pointer, None), library().EVP_PKEY_CTX_free)


def _md_context() -> Context:
    return Context(library().EVP_MD_CTX_new(), library().EVP_MD_CTX_free)


def _bind(context: int, inner: int) -> None:
    """The user id must be set before the digest begins: Z_A goes in first."""
    check(library().EVP_PKEY_CTX_set1_id(inner, USER_ID, len(USER_ID)))
    library().EVP_MD_CTX_set_pkey_ctx(context, inner)


def _parts(sealed: bytes) -> tuple[int, int, bytes, bytes]:
    """x, y, C3, C2 of a ciphertext in strict DER. Raises `ValueError`, `Tampered`."""
    require_der(sealed, limit=PLAINTEXT_LIMIT + 128)
    (outer,) = children(sealed)
    if outer[0] != SEQUENCE:
        raise ValueError("not a sequence")
    (tx, x), (ty, y), (t3, c3), (t2, c2) = children(outer[1])
    if (tx, ty, t3, t2) != (2, 2, OCTETS, OCTETS) or len(c3) != 32 or not c2 or x[0] & 0x80 or y[0] & 0x80:
        raise ValueError("fields of another kind")
    return int.from_bytes(x, "big"), int.from_bytes(y, "big"), c3, c2


def _pkcs8(sec1: bytes) -> bytes:
    """PrivateKeyInfo around an ECPrivateKey; the curve stands outside (RFC 5915, 3)."""
    if sec1.startswith(b"\x30") and children(children(sec1)[0][1])[1][0] == SEQUENCE:
        return sec1  # PrivateKeyInfo already
    return tlv(SEQUENCE, integer(0), _ALGORITHM, tlv(OCTETS, sec1))

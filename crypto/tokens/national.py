"""SM2 keys in one file under a PIN (双证书): what stands in until a certified module (SKF) is plugged into the port.

`<name>.sm2` is a protected value (`crypto.vault`, Argon2id) with signing key, encryption key, their certificates and the
chain. Which certificate does what is read from the key usage. For production see docs/national-suite.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.certificates import CERTIFICATE_ERRORS, may_encrypt, may_sign
from crypto.files import write_whole
from crypto.national.certified import sm2_key
from crypto.national.sm2 import Sm2PrivateKey
from crypto.tokens.software import SoftwareToken
from crypto.vault import protect, unprotect
from procurement.basics.problems import Locked, Refused, Tampered
from procurement.basics.value import Blob, Value

SUFFIX = ".sm2"
LABEL = "token"
Pair = tuple[Sm2PrivateKey, x509.Certificate]


class _Pair(Value):
    """A key with its certificate, both DER."""

    key: Blob
    certificate: Blob


class _Keys(Value):
    """What the file holds."""

    format: Literal["jincai/sm2-token/1"] = "jincai/sm2-token/1"
    pairs: tuple[_Pair, ...]
    chain: tuple[Blob, ...]


class NationalToken(SoftwareToken):
    """A token of suite S1 in a file."""

    @classmethod
    def open(cls, path: Path, pin: str) -> Self:
        """Read `path`.

        Raises `Locked`: token-pin-wrong, token-missing, token-no-signing-key, national-unavailable;
        `Tampered("token-unreadable")`.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Locked("token-missing", "Plug the token in, or choose its file again.", file=path.name) from error
        try:
            keys = _Keys.from_bytes(unprotect(data, pin, LABEL))
            pairs = [_pair(one) for one in keys.pairs]
            chain = [x509.load_der_x509_certificate(one) for one in keys.chain]
        except Locked as error:
            if error.code != f"{LABEL}-passphrase-wrong":
                raise
            raise Locked("token-pin-wrong", "Enter the PIN of this token again.", file=path.name) from error
        except (Refused, Tampered, *CERTIFICATE_ERRORS) as error:
            raise Tampered(
                "token-unreadable", "Take the file from its backup; it is damaged.", file=path.name
            ) from error
        signing = next((pair for pair in pairs if may_sign(pair[1])), None)
        encryption = next((pair for pair in pairs if pair is not signing and may_encrypt(pair[1])), None)
        if signing is None:
            raise Locked("token-no-signing-key", "Choose the file that holds the signing certificate.", file=path.name)
        return cls(signing, encryption, chain)


def write_national(path: Path, pin: str, pairs: Sequence[Pair], chain: Sequence[x509.Certificate]) -> None:
    """Write a file that `NationalToken` opens. Raises `Refused("passphrase-too-short")` for a PIN under 8 characters."""
    keys = _Keys(
        pairs=tuple(_Pair(key=key.pkcs8, certificate=_der(certificate)) for key, certificate in pairs),
        chain=tuple(_der(link) for link in chain),
    )
    write_whole(path, protect(keys.to_bytes(), pin, LABEL), secret=True)


def _pair(stored: _Pair) -> Pair:
    """Raises `ValueError` when key and certificate do not belong together."""
    key, certificate = Sm2PrivateKey(stored.key), x509.load_der_x509_certificate(stored.certificate)
    named = sm2_key(certificate)
    if named is None or named.point != key.public.point:
        raise ValueError("the certificate is another key's")
    return key, certificate


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)

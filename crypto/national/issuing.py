"""Making SM2 certificates and revocation lists: `cryptography` cannot build them. For the test authority only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from cryptography import x509

from crypto.der import OCTETS, SEQUENCE, integer, tlv
from crypto.national.sm2 import Sm2PrivateKey, Sm2PublicKey

_SM2_WITH_SM3 = bytes.fromhex("300a06082a811ccf55018375")
_BOOLEAN_TRUE = b"\x01\x01\xff"
Extensions = Sequence[tuple[x509.ExtensionType, bool]]
"""Extensions with whether each is critical"""


def key_identifier(key: Sm2PublicKey) -> bytes:
    """As RFC 5280, 4.2.1.2 (1): a name, not a protection."""
    return hashlib.sha1(key.point, usedforsecurity=False).digest()


def certificate(
    issuer: x509.Name,
    issuer_key: Sm2PrivateKey,
    subject: x509.Name,
    key: Sm2PublicKey,
    start: datetime,
    end: datetime,
    extensions: Extensions,
) -> x509.Certificate:
    """A certificate under SM2-with-SM3."""
    tbs = tlv(
        SEQUENCE,
        tlv(0xA0, integer(2)),
        integer(x509.random_serial_number()),
        _SM2_WITH_SM3,
        issuer.public_bytes(),
        tlv(SEQUENCE, _time(start), _time(end)),
        subject.public_bytes(),
        key.spki,
        tlv(0xA3, _extensions(extensions)),
    )
    return x509.load_der_x509_certificate(_signed(tbs, issuer_key))


def revocation_list(
    issuer: x509.Name,
    issuer_key: Sm2PrivateKey,
    at: datetime,
    until: datetime,
    revoked: Iterable[tuple[int, datetime]],
    extensions: Extensions,
) -> x509.CertificateRevocationList:
    """A full, direct revocation list under SM2-with-SM3."""
    entries = [tlv(SEQUENCE, integer(serial), _time(when)) for serial, when in revoked]
    tbs = tlv(
        SEQUENCE,
        integer(1),
        _SM2_WITH_SM3,
        issuer.public_bytes(),
        _time(at),
        _time(until),
        tlv(SEQUENCE, *entries) if entries else b"",
        tlv(0xA0, _extensions(extensions)),
    )
    return x509.load_der_x509_crl(_signed(tbs, issuer_key))


def _signed(tbs: bytes, key: Sm2PrivateKey) -> bytes:
    return tlv(SEQUENCE, tbs, _SM2_WITH_SM3, tlv(0x03, b"\x00", key.sign(tbs)))


def _extensions(extensions: Extensions) -> bytes:
    return tlv(SEQUENCE, *(_extension(value, critical) for value, critical in extensions))


def _extension(value: x509.ExtensionType, critical: bool) -> bytes:
    return tlv(SEQUENCE, _oid(value.oid), _BOOLEAN_TRUE if critical else b"", tlv(OCTETS, value.public_bytes()))


def _oid(oid: x509.ObjectIdentifier) -> bytes:
    first, second, *arcs = (int(arc) for arc in oid.dotted_string.split("."))
    body = bytearray([first * 40 + second])
    for arc in arcs:
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | (arc & 0x7F))
        body += bytes(reversed(group))
    return tlv(0x06, bytes(body))


def _time(at: datetime) -> bytes:
    """UTCTime to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5)."""
    at = at.astimezone(UTC)
    return tlv(0x17, f"{at:%y%m%d%H%M%SZ}".encode()) if at.year < 2050 else tlv(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())

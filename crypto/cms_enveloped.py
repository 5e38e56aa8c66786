"""AuthEnvelopedData of profile M1 as parts, to DER and back. No cryptography here, only the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from crypto.tokens.port import OaepHash

LIMIT = 32 * 1024
MAX_RECIPIENTS = 16

_SEQUENCE, _SET, _INTEGER, _OCTETS, _BITS, _OID, _NULL = 0x30, 0x31, 0x02, 0x04, 0x03, 0x06, 0x05


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _oid(*arcs: int) -> bytes:
    body = bytearray([arcs[0] * 40 + arcs[1]])
    for arc in arcs[2:]:
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | (arc & 0x7F))
        body += bytes(reversed(group))
    return tlv(_OID, bytes(body))


def integer(value: int) -> bytes:
    """DER INTEGER, minimal."""
    return tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


_ENVELOPED = _oid(1, 2, 840, 113549, 1, 9, 16, 1, 23)
_DATA = _oid(1, 2, 840, 113549, 1, 7, 1)
_AES_256_GCM = _oid(2, 16, 840, 1, 101, 3, 4, 1, 46)
_AES_256_WRAP = tlv(_SEQUENCE, _oid(2, 16, 840, 1, 101, 3, 4, 1, 45))
_EC_PUBLIC_KEY = tlv(_SEQUENCE, _oid(1, 2, 840, 10045, 2, 1))
_ECDH_SHA256 = tlv(_SEQUENCE, _oid(1, 3, 132, 1, 11, 1), _AES_256_WRAP)
_SHA256 = tlv(_SEQUENCE, _oid(2, 16, 840, 1, 101, 3, 4, 2, 1), tlv(_NULL))
_OAEP_OID = _oid(1, 2, 840, 113549, 1, 1, 7)
_OAEP: dict[OaepHash, bytes] = {
    # RFC 4055, 4.1: SHA-1 is the default and so left out; MGF1 has the same hash; the label is empty.
    "sha1": tlv(_SEQUENCE, _OAEP_OID, tlv(_SEQUENCE)),
    "sha256": tlv(
        _SEQUENCE,
        _OAEP_OID,
        tlv(
            _SEQUENCE,
            tlv(0xA0, _SHA256),
            tlv(0xA1, tlv(_SEQUENCE, _oid(1, 2, 840, 113549, 1, 1, 8), _SHA256)),
        ),
    ),
}


def shared_info() -> bytes:
    """ECC-CMS-SharedInfo for a 256-bit AES key wrap without user keying material (RFC 5753, 7.2)."""
    return tlv(_SEQUENCE, _AES_256_WRAP, tlv(0xA2, tlv(_OCTETS, (256).to_bytes(4, "big"))))


class Identifier(NamedTuple):
    """issuerAndSerialNumber: the issuer's name as DER, the serial number."""

    issuer: bytes
    serial: int

    def to_der(self) -> bytes:
        return tlv(_SEQUENCE, self.issuer, integer(self.serial))


@dataclass(frozen=True, slots=True)
class Transport:
    """The content key under RSAES-OAEP (KeyTransRecipientInfo)."""

    identifier: Identifier
    oaep: OaepHash
    wrapped: bytes

    def to_der(self) -> bytes:
        return tlv(_SEQUENCE, integer(0), self.identifier.to_der(), _OAEP[self.oaep], tlv(_OCTETS, self.wrapped))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The content key under ephemeral-static ECDH (KeyAgreeRecipientInfo); `point` is SEC1, uncompressed."""

    identifier: Identifier
    point: bytes
    wrapped: bytes

    def to_der(self) -> bytes:
        originator = tlv(0xA0, tlv(0xA1, _EC_PUBLIC_KEY, tlv(_BITS, b"\x00" + self.point)))
        keys = tlv(_SEQUENCE, tlv(_SEQUENCE, self.identifier.to_der(), tlv(_OCTETS, self.wrapped)))
        return tlv(0xA1, integer(3), originator, _ECDH_SHA256, keys)


@dataclass(frozen=True, slots=True)
class AuthEnveloped:
    """ContentInfo with AuthEnvelopedData: recipients, GCM nonce, encrypted content, tag. No attributes."""

    recipients: tuple[Transport | Agreement, ...]
    nonce: bytes
    content: bytes
    tag: bytes

    def to_der(self) -> bytes:
        parameters = tlv(_SEQUENCE, tlv(_OCTETS, self.nonce), integer(16))
        content = tlv(_SEQUENCE, _DATA, tlv(_SEQUENCE, _AES_256_GCM, parameters), tlv(0x80, self.content))
        recipients = tlv(_SET, *sorted(one.to_der() for one in self.recipients))
        data = tlv(_SEQUENCE, integer(0), recipients, content, tlv(_OCTETS, self.tag))
        return tlv(_SEQUENCE, _ENVELOPED, tlv(0xA0, data))

    def recipient(self, identifier: Identifier) -> Transport | Agreement:
        """The entry for this certificate. Raises `ValueError`."""
        for one in self.recipients:
            if one.identifier == identifier:
                return one
        raise ValueError("sealed to other certificates")

    @classmethod
    def from_der(cls, data: bytes) -> AuthEnveloped:
        """Read exactly this form: it must come out byte for byte when built again. Raises `ValueError`."""
        if len(data) > LIMIT:
            raise ValueError("too large")
        (outer,) = _children(_only(data, _SEQUENCE), 2)[1:]
        version, recipients, content, tag = _children(_body(_body(outer, 0xA0), _SEQUENCE), 4)
        _, algorithm, encrypted = _children(_body(content, _SEQUENCE), 3)
        _, parameters = _children(_body(algorithm, _SEQUENCE), 2)
        nonce, _ = _children(_body(parameters, _SEQUENCE), 2)
        found = cls(
            tuple(_recipient(one) for one in _items(_body(recipients, _SET))),
            _body(nonce, _OCTETS),
            _body(encrypted, 0x80),
            _body(tag, _OCTETS),
        )
        names = {one.identifier for one in found.recipients}
        if not 1 <= len(found.recipients) <= MAX_RECIPIENTS or len(names) != len(found.recipients):
            raise ValueError("recipients missing, too many or named twice")
        if len(found.nonce) != 12 or len(found.tag) != 16 or not 1 <= len(found.content) <= 256:
            raise ValueError("sizes outside the profile")
        if found.to_der() != data or version != integer(0):
            raise ValueError("not of the one accepted form")
        return found


def _recipient(data: bytes) -> Transport | Agreement:
    if data[0] == _SEQUENCE:
        _, name, algorithm, wrapped = _children(_body(data, _SEQUENCE), 4)
        oaep = next((one for one, form in _OAEP.items() if form == algorithm), None)
        if oaep is None:
            raise ValueError("key transport outside the profile")
        return Transport(_identifier(name), oaep, _body(wrapped, _OCTETS))
    _, originator, _, keys = _children(_body(data, 0xA1), 4)
    _, bits = _children(_body(_body(originator, 0xA0), 0xA1), 2)
    (one,) = _children(_body(keys, _SEQUENCE), 1)
    name, wrapped = _children(_body(one, _SEQUENCE), 2)
    point = _body(bits, _BITS)[1:]
    if len(point) != 65 or point[0] != 4:
        raise ValueError("point outside the profile")
    return Agreement(_identifier(name), point, _body(wrapped, _OCTETS))


def _identifier(data: bytes) -> Identifier:
    issuer, serial = _children(_body(data, _SEQUENCE), 2)
    return Identifier(issuer, int.from_bytes(_body(serial, _INTEGER), "big", signed=True))


def _only(data: bytes, tag: int) -> bytes:
    if _end(data, 0) != len(data):
        raise ValueError("bytes after the end")
    return _body(data, tag)


def _body(data: bytes, tag: int) -> bytes:
    if not data or data[0] != tag:
        raise ValueError("another field expected")
    return data[_start(data, 0)[0] :]


def _children(data: bytes, count: int) -> list[bytes]:
    found = list(_items(data))
    if len(found) != count:
        raise ValueError("fields missing or too many")
    return found


def _items(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = _end(data, at)
        yield data[at:end]
        at = end


def _start(data: bytes, at: int) -> tuple[int, int]:
    """Where the body of the value at `at` begins, and its length."""
    if at + 2 > len(data):
        raise ValueError("cut short")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("length not definite")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    return start, length


def _end(data: bytes, at: int) -> int:
    start, length = _start(data, at)
    if start + length > len(data):
        raise ValueError("cut short")
    return start + length

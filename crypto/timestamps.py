"""Time-stamp tokens (RFC 3161, RFC 5816): making them, asking for them, believing them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, tsp

from crypto.certificates import TrustStore, certificate_digest, subject_name
from crypto.cms import believe, open_enclosed, sign_enclosed
from crypto.der import SEQUENCE, integer, require_der, tlv
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem, Refused, Tampered

SHA256 = bytes.fromhex("300d06096086480165030402010500")
POLICY = "2.25.146316212718390817"
"""Our embedded authority's policy, an OID of the UUID arc (X.667), which needs no registration."""
REQUEST_LIMIT = 4096
_GRANTED, _REJECTION = 0, 2
_BAD_ALGORITHM, _BAD_REQUEST, _BAD_FORMAT, _OTHER_POLICY, _EXTENSION = 0, 2, 5, 15, 16
_READ_ERRORS = (ValueError, TypeError, KeyError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a believed token says."""

    time: datetime
    """genTime: aware UTC"""
    accuracy_ms: int
    """How far the time may be off, in milliseconds; 0 when the token does not say"""
    serial: int
    authority: str
    """Name of the time-stamping authority"""
    certificate: str
    """SHA-256 of its certificate, hex"""


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp; asn1crypto's own insists on a token even in a rejection."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


class TimestampAuthority:
    """The core of a time-stamping responder. Its key serves nothing else; the caller brings the time."""

    def __init__(self, token: Signing, *, accuracy_ms: int = 50, policy: str = POLICY) -> None:
        if not 1 <= accuracy_ms <= 999:
            raise ValueError("accuracy is 1 to 999 ms")
        self._token, self._accuracy_ms, self._policy = token, accuracy_ms, policy

    def respond(self, request: bytes, at: datetime) -> bytes:
        """TimeStampResp DER to a TimeStampReq; a request that cannot be granted gets a rejection with its reason."""
        try:
            wanted = _read_request(request, self._policy)
        except _Rejected as rejected:
            return _rejection(rejected.reason)
        info = self._info(wanted.digest, at, wanted.nonce)
        token = sign_enclosed(info, self._token, "tst_info", with_certificates=wanted.certificates)
        return tlv(SEQUENCE, tlv(SEQUENCE, integer(_GRANTED)), token)

    def stamp(self, digest: bytes, at: datetime) -> bytes:
        """A token over a SHA-256 digest, certificates inside: for the authority in the same process."""
        return sign_enclosed(self._info(digest, at, None), self._token, "tst_info", with_certificates=True)

    def _info(self, digest: bytes, at: datetime, nonce: int | None) -> bytes:
        """TSTInfo DER (RFC 3161 §2.4.2)."""
        return tlv(
            SEQUENCE,
            integer(1),
            bytes(core.ObjectIdentifier(self._policy).dump()),
            tlv(SEQUENCE, SHA256, tlv(0x04, digest)),
            integer(secrets.randbits(127)),
            tlv(0x18, _generalised(at)),
            tlv(SEQUENCE, tlv(0x80, integer(self._accuracy_ms)[2:])),
            b"" if nonce is None else integer(nonce),
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    digest: bytes
    nonce: int | None
    certificates: bool


class _Rejected(Exception):
    def __init__(self, reason: int) -> None:
        self.reason = reason


def make_request(digest: bytes, nonce: int) -> bytes:
    """TimeStampReq DER for a SHA-256 digest, asking for the certificate."""
    return tlv(SEQUENCE, integer(1), tlv(SEQUENCE, SHA256, tlv(0x04, digest)), integer(nonce), tlv(0x01, b"\xff"))


def token_of_response(response: bytes) -> bytes:
    """The token in a granted TimeStampResp. Raises `Refused("timestamp-not-granted")`, `Tampered("timestamp-malformed")`."""
    require_der(response, code="timestamp-malformed")
    try:
        parsed = _Response.load(response, strict=True)
        status = parsed["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise Refused("timestamp-not-granted", "Ask again, or another time-stamping authority.", status=status)
        return bytes(parsed["token"].dump())
    except _READ_ERRORS as error:
        raise _malformed(type(error).__name__) from error


def verify_token(token: bytes, digest: bytes, trust: TrustStore, *, nonce: int | None = None) -> datetime:
    """The time a token gives to a SHA-256 digest. See `examine_token`."""
    return examine_token(token, digest, trust, nonce=nonce).time


def examine_token(token: bytes, digest: bytes, trust: TrustStore, *, nonce: int | None = None) -> Stamp:
    """What a token says about a SHA-256 digest, its authority's certificate judged at the token's own time.

    Raises `Tampered`: timestamp-malformed, timestamp-of-other-data, timestamp-nonce-wrong, signature-…; and
    certificate-… as `TrustStore.validate`.
    """
    found = open_enclosed(token, "tst_info")
    try:
        info = tsp.TSTInfo.load(require_der(found.content or b"", code="timestamp-malformed"), strict=True)
        _check_info(info, digest, nonce)
        time = info["gen_time"].native
        accuracy = _accuracy_ms(info["accuracy"])
        serial = info["serial_number"].native
    except _READ_ERRORS as error:
        raise _malformed(type(error).__name__) from error
    believe(found, trust, time, "timestamp")
    name, certificate = subject_name(found.certificate), certificate_digest(found.certificate)
    return Stamp(time.astimezone(UTC), accuracy, serial, name, certificate)


def _check_info(info: Any, digest: bytes, nonce: int | None) -> None:
    imprint = info["message_imprint"]
    if info["version"].native != "v1" or info["gen_time"].native.tzinfo is None:
        raise _malformed("version or time")
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or imprint["hashed_message"].native != digest:
        raise Tampered("timestamp-of-other-data", "Do not accept it: the token was made for something else.")
    if nonce is not None and info["nonce"].native != nonce:
        raise Tampered("timestamp-nonce-wrong", "Ask again: this answers another request.")


def _accuracy_ms(accuracy: Any) -> int:
    if isinstance(accuracy, core.Void):
        return 0
    seconds, millis, micros = (accuracy[part].native or 0 for part in ("seconds", "millis", "micros"))
    return int(seconds) * 1000 + int(millis) + (1 if micros else 0)


def _read_request(request: bytes, policy: str) -> _Wanted:
    try:
        parsed = tsp.TimeStampReq.load(require_der(request, limit=REQUEST_LIMIT), strict=True)
        imprint = parsed["message_imprint"]
        digest = imprint["hashed_message"].native
        if parsed["version"].native != "v1":
            raise _Rejected(_BAD_REQUEST)
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise _Rejected(_BAD_ALGORITHM)
        if len(digest) != 32:
            raise _Rejected(_BAD_FORMAT)
        if parsed["req_policy"].native not in (None, policy):
            raise _Rejected(_OTHER_POLICY)
        if len(parsed["extensions"]):
            raise _Rejected(_EXTENSION)
        nonce = parsed["nonce"].native
        if nonce is not None and nonce < 0:
            raise _Rejected(_BAD_FORMAT)
        return _Wanted(digest, nonce, bool(parsed["cert_req"].native))
    except (*_READ_ERRORS, Tampered) as error:
        raise _Rejected(_BAD_FORMAT) from error


def _rejection(reason: int) -> bytes:
    """TimeStampResp with PKIFailureInfo, a BIT STRING with the bit `reason` set (RFC 3161 §2.4.2)."""
    bits = bytearray(reason // 8 + 1)
    bits[-1] = 0x80 >> (reason % 8)
    unused = 7 - reason % 8
    return tlv(SEQUENCE, tlv(SEQUENCE, integer(_REJECTION), tlv(0x03, bytes((unused,)), bytes(bits))))


def _generalised(at: datetime) -> bytes:
    """GeneralizedTime in milliseconds, DER: UTC, no trailing zeros in the fraction."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond // 1000:03d}".rstrip("0").rstrip(".")
    return f"{at:%Y%m%d%H%M%S}{fraction}Z".encode()


def _malformed(reason: str) -> Problem:
    return Tampered("timestamp-malformed", "Ask for the token again.", reason=reason)

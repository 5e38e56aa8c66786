"""Signing statements and believing signatures (protocol B0, decisions 2 and 9).

A statement names the suite of the key that signs it: CMS and enrolled keys sign I1, SM2 certificates sign S1. A key never
serves two suites, so a signature of the other kind than the statement's suite is refused whatever it says (M4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.certificates import (
    CERTIFICATE_ERRORS,
    TrustStore,
    Usage,
    certificate_digest,
    subject_name,
    subject_person,
    suite_of,
)
from crypto.cms import believe, certificate_in, open_detached
from crypto.cms import sign_detached as sign_digest
from crypto.der import require_der
from crypto.keys import EnrolledKey
from crypto.national.certified import sm2_key
from crypto.tokens.port import Signing
from crypto.vendors import CertificateKind, Vendor, code_in, kind_of
from procurement.basics.digest import length_prefixed
from procurement.basics.parties import KeyEnrolment
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import (
    CmsSignature,
    KeySignature,
    SignedBytes,
    Signer,
    Sm2Signature,
    Statement,
    Suite,
    suite_in,
)

Enrolled = Mapping[str, KeyEnrolment | bytes]
"""Accepted keys without certificate: SHA-256 of the SPKI DER (hex) → the enrolment, or the bare SPKI DER."""


def sign_statement(statement: Statement | bytes, token: Signing) -> SignedBytes:
    """A statement (or its canonical bytes) with the token's signature: detached CMS, or SM2 by a certificate of suite S1.

    Raises `Locked`, `Refused("suite-differs")` when the statement names another suite than the certificate's.
    """
    data = _bytes(statement)
    suite = suite_of(token.signing_certificate)
    _same_suite(data, suite)
    if suite == "S1":
        return SignedBytes(statement=data, signature=sign_national(data, token))
    return SignedBytes(statement=data, signature=CmsSignature(der=sign_bytes(data, token)))


def sign_with_key(statement: Statement | bytes, key: EnrolledKey) -> SignedBytes:
    """A statement with the signature of an enrolled key."""
    data = _bytes(statement)
    _same_suite(data, "I1")
    return SignedBytes(statement=data, signature=KeySignature(key=key.digest, der=key.sign(data)))


def sign_bytes(data: bytes, token: Signing, *, with_chain: bool = False) -> bytes:
    """DER of a detached CMS signature over `data`."""
    return sign_digest(hashlib.sha256(data).digest(), token, with_chain=with_chain)


def verify_statement(
    signed: SignedBytes, trust: TrustStore, at: datetime, enrolled: Enrolled | None = None, usage: Usage = "sign"
) -> Signer:
    """Who signed the statement, as of the trusted time `at`. Content and role are not judged here.

    Raises `Tampered` signature-… (see `crypto.cms`) and certificate-… (see `TrustStore.validate`),
    `Refused`: enrolled-key-unknown, suite-differs.
    """
    signature = signed.signature
    _same_suite(signed.statement, "S1" if isinstance(signature, Sm2Signature) else "I1")
    if isinstance(signature, Sm2Signature):
        return _verify_national(signature, signed.statement, trust, at, usage)
    if isinstance(signature, CmsSignature):
        return verify_bytes(signature.der, signed.statement, trust, at, usage=usage)
    return _verify_enrolled(signature, signed.statement, at, enrolled or {})


def verify_bytes(
    der: bytes,
    data: bytes,
    trust: TrustStore,
    at: datetime,
    *,
    usage: Usage = "sign",
    chain: Sequence[x509.Certificate] = (),
) -> Signer:
    """Who made the detached CMS signature `der` over `data`. Raises as `verify_statement`."""
    found = open_detached(der, hashlib.sha256(data).digest())
    return _judged(believe(found, trust, at, usage, chain), trust, at)


def _judged(path: Sequence[x509.Certificate], trust: TrustStore, at: datetime) -> Signer:
    """The holder of a believed certificate, `path` leading from it to its root, as a signer of acts."""
    certificate, vendor = path[0], trust.vendor_of(path[0], path[1:])
    holder = _holder(certificate, vendor)
    if holder.kind == "legal-person":
        raise Refused(
            "certificate-of-legal-person",
            "Sign with the unit's certificate; the legal representative's is for the square seal in papers.",
            rule="R-036",
            subject=subject_name(certificate),
        )
    return holder.signer(at)


def certificate_signer(certificate: x509.Certificate, at: datetime, vendor: Vendor | None = None) -> Signer:
    """A validated certificate's holder as a signer, read by the vendor's profile."""
    return _holder(certificate, vendor).signer(at)


@dataclass(frozen=True, slots=True)
class _Holder:
    """What a certificate says of its holder, whenever it is asked."""

    kind: CertificateKind
    org: str
    name: str
    person: str
    serial: str
    certificate: str

    def signer(self, at: datetime) -> Signer:
        return Signer(
            org=self.org, name=self.name, person=self.person, means="cert", serial=self.serial,
            certificate=self.certificate, valid_at=at,
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _holder(certificate: x509.Certificate, vendor: Vendor | None) -> _Holder:
    org = code_in(certificate, vendor)
    return _Holder(
        kind=kind_of(certificate, vendor),
        org=org,
        name=subject_name(certificate)[:200],
        person="" if org else subject_person(certificate),
        serial=f"{certificate.serial_number:x}",
        certificate=certificate_digest(certificate),
    )


def named_signer(signed: SignedBytes) -> str:
    """Whom a signature names, proven by nothing: for the record of what was refused. Empty where it cannot be read."""
    if isinstance(signed.signature, KeySignature):
        return f"key {signed.signature.key[:16]}"
    try:
        if isinstance(signed.signature, Sm2Signature):
            certificate = _national_certificate(signed.signature)
        else:
            certificate = certificate_in(signed.signature.der)
        return code_in(certificate) or subject_person(certificate) or subject_name(certificate)[:200]
    except Tampered:
        return ""


def _verify_national(signature: Sm2Signature, data: bytes, trust: TrustStore, at: datetime, usage: Usage) -> Signer:
    certificate = _national_certificate(signature)
    key = sm2_key(certificate)
    if key is None or not key.verify(signature.der, _national_input(signature.certificate, data)):
        raise Tampered("signature-wrong", "Do not accept it: the signature is not over these bytes.")
    return _judged(trust.validate(certificate, (), at, usage), trust, at)


def _national_certificate(signature: Sm2Signature) -> x509.Certificate:
    """The certificate beside an SM2 signature, unjudged. Raises `Tampered`: signature-malformed, certificate-unreadable."""
    require_der(signature.certificate, code="signature-malformed", limit=16 * 1024)
    try:
        return x509.load_der_x509_certificate(signature.certificate)
    except CERTIFICATE_ERRORS as error:
        raise Tampered("certificate-unreadable", "Ask the holder for another certificate.") from error


def sign_national(data: bytes, token: Signing) -> Sm2Signature:
    """SM2 with SM3 over "jincai/v1/S1/sign" || 0x00 || LP(SM3(certificate)) || `data` (protocol B0)."""
    certificate = token.signing_certificate.public_bytes(serialization.Encoding.DER)
    return Sm2Signature(certificate=certificate, der=token.sign(_national_input(certificate, data)))


def _national_input(certificate: bytes, data: bytes) -> bytes:
    return b"jincai/v1/S1/sign\x00" + length_prefixed(hashlib.new("sm3", certificate).digest()) + data


def _same_suite(data: bytes, suite: Suite) -> None:
    if suite_in(data) != suite:
        raise Refused(
            "suite-differs", "Sign with a certificate of the suite that the statement names.", suite=suite_in(data)
        )


def _verify_enrolled(signature: KeySignature, data: bytes, at: datetime, enrolled: Enrolled) -> Signer:
    known = enrolled.get(signature.key)
    if known is None:
        raise Refused("enrolled-key-unknown", "Enrol the key and have it countersigned first.", key=signature.key)
    spki = known.key if isinstance(known, KeyEnrolment) else known
    if hashlib.sha256(spki).hexdigest() != signature.key:
        raise Tampered("signature-certificate-mismatch", "Load the enrolled keys again.", key=signature.key)
    require_der(signature.der, code="signature-malformed", limit=256)
    try:
        key = serialization.load_der_public_key(spki)
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise Refused("public-key-malformed", "Enrol a P-256 key.", key=signature.key)
        key.verify(signature.der, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise Tampered("signature-wrong", "Do not accept it: the signature is not over these bytes.") from error
    actor, name = (known.actor, known.name) if isinstance(known, KeyEnrolment) else ("", f"key {signature.key[:16]}")
    return Signer(org=actor, name=name, means="enrolled-key", serial="", certificate=signature.key, valid_at=at)


def _bytes(statement: Statement | bytes) -> bytes:
    return statement if isinstance(statement, bytes) else statement.to_bytes()

"""Signing statements and believing signatures (protocol B0, decisions 2 and 9)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.certificates import TrustStore, Usage, certificate_digest, subject_name, subject_person
from crypto.cms import believe, certificate_in, open_detached
from crypto.cms import sign_detached as sign_digest
from crypto.der import require_der
from crypto.keys import EnrolledKey
from crypto.tokens.port import Signing
from crypto.vendors import Vendor, code_in, kind_of
from procurement.basics.parties import KeyEnrolment
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import CmsSignature, KeySignature, SignedBytes, Signer, Statement

Enrolled = Mapping[str, KeyEnrolment | bytes]
"""Accepted keys without certificate: SHA-256 of the SPKI DER (hex) → the enrolment, or the bare SPKI DER."""


def sign_statement(statement: Statement | bytes, token: Signing) -> SignedBytes:
    """A statement (or its canonical bytes) with a detached CMS signature by the token. Raises `Locked`."""
    data = _bytes(statement)
    return SignedBytes(statement=data, signature=CmsSignature(der=sign_bytes(data, token)))


def sign_with_key(statement: Statement | bytes, key: EnrolledKey) -> SignedBytes:
    """A statement with the signature of an enrolled key."""
    data = _bytes(statement)
    return SignedBytes(statement=data, signature=KeySignature(key=key.digest, der=key.sign(data)))


def sign_bytes(data: bytes, token: Signing, *, with_chain: bool = False) -> bytes:
    """DER of a detached CMS signature over `data`."""
    return sign_digest(hashlib.sha256(data).digest(), token, with_chain=with_chain)


def verify_statement(
    signed: SignedBytes, trust: TrustStore, at: datetime, enrolled: Enrolled | None = None, usage: Usage = "sign"
) -> Signer:
    """Who signed the statement, as of the trusted time `at`. Content and role are not judged here.

    Raises `Tampered` signature-… (see `crypto.cms`) and certificate-… (see `TrustStore.validate`),
    `Refused("enrolled-key-unknown")`.
    """
    signature = signed.signature
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
    path = believe(found, trust, at, usage, chain)
    vendor = trust.vendor_of(path[0], path[1:])
    if kind_of(found.certificate, vendor) == "legal-person":
        raise Refused(
            "certificate-of-legal-person",
            "Sign with the unit's certificate; the legal representative's is for the square seal in papers.",
            rule="R-036",
            subject=subject_name(found.certificate),
        )
    return certificate_signer(found.certificate, at, vendor)


def certificate_signer(certificate: x509.Certificate, at: datetime, vendor: Vendor | None = None) -> Signer:
    """A validated certificate's holder as a signer, read by the vendor's profile."""
    org = code_in(certificate, vendor)
    return Signer(
        org=org,
        name=subject_name(certificate)[:200],
        person="" if org else subject_person(certificate),
        means="cert",
        serial=f"{certificate.serial_number:x}",
        certificate=certificate_digest(certificate),
        valid_at=at,
    )


def named_signer(signed: SignedBytes) -> str:
    """Whom a signature names, proven by nothing: for the record of what was refused. Empty where it cannot be read."""
    if isinstance(signed.signature, KeySignature):
        return f"key {signed.signature.key[:16]}"
    try:
        certificate = certificate_in(signed.signature.der)
        return code_in(certificate) or subject_person(certificate) or subject_name(certificate)[:200]
    except Tampered:
        return ""


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
    except (InvalidSignature, ValueError) as error:
        raise Tampered("signature-wrong", "Do not accept it: the signature is not over these bytes.") from error
    actor, name = (known.actor, known.name) if isinstance(known, KeyEnrolment) else ("", f"key {signature.key[:16]}")
    return Signer(org=actor, name=name, means="enrolled-key", serial="", certificate=signature.key, valid_at=at)


def _bytes(statement: Statement | bytes) -> bytes:
    return statement if isinstance(statement, bytes) else statement.to_bytes()

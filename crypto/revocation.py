"""Certificate revocation lists, hard-fail: no usable list, no belief (RFC 5280 §6.3, full and direct CRLs only)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from crypto.national.certified import listed_by, sm2_key
from procurement.basics.problems import Refused

SIGNATURES = "L-901"
"""The rule of the rulebook by which a signature needs a valid certificate"""
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class _Word(NamedTuple):
    """What one usable list says of one certificate; nothing of it depends on the time that is asked about."""

    until: datetime | None
    """Until when it speaks of it; None: not at all"""
    since: datetime | None
    """Since when it names it as revoked"""


class RevocationLists:
    """The CRLs a verifier was given, by issuer."""

    def __init__(self, crls: Iterable[x509.CertificateRevocationList]) -> None:
        self._by_issuer: dict[bytes, list[x509.CertificateRevocationList]] = {}
        for crl in crls:
            self._by_issuer.setdefault(crl.issuer.public_bytes(), []).append(crl)
        self._usable: dict[x509.Certificate, tuple[x509.CertificateRevocationList, ...]] = {}
        self._words: dict[tuple[x509.Certificate, x509.Certificate], tuple[_Word, ...]] = {}

    def check(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
        """Nothing, if a usable list of `issuer`, who issued the certificate, shows it not revoked at `at`.

        A list made after `at` is as good as one in force at `at` (better: it has seen more), unless the certificate
        had ended by then and may have been dropped. Raises `Refused` certificate-revoked or
        certificate-revocation-unknown.
        """
        words = self._words.get((certificate, issuer))
        if words is None:
            words = self._words[certificate, issuer] = self._said(certificate, issuer)
        if not any(word.until is not None and at <= word.until for word in words):
            raise Refused(
                "certificate-revocation-unknown",
                "Fetch a current revocation list of the issuer.",
                rule=SIGNATURES,
                subject=certificate.subject.rfc4514_string(),
                serial=f"{certificate.serial_number:x}",
                issuer=issuer.subject.rfc4514_string(),
            )
        for word in words:
            if word.since is not None and word.since <= at:
                raise Refused(
                    "certificate-revoked",
                    "Use another valid certificate of the same organisation.",
                    rule=SIGNATURES,
                    subject=certificate.subject.rfc4514_string(),
                    serial=f"{certificate.serial_number:x}",
                    since=word.since.isoformat(),
                )

    def _said(self, certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[_Word, ...]:
        lists = self._usable.get(issuer)
        if lists is None:
            named = self._by_issuer.get(issuer.subject.public_bytes(), ())
            lists = self._usable[issuer] = tuple(crl for crl in named if _is_genuine(crl, issuer))
        serial, end = certificate.serial_number, certificate.not_valid_after_utc
        return tuple(
            _Word(crl.next_update_utc if crl.last_update_utc <= end else None, _revoked_since(crl, serial))
            for crl in lists
        )


def _is_genuine(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Signed by the issuer's key, which may sign CRLs; no critical extension (delta, indirect, partial) in it."""
    try:
        may_sign = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
        if sm2_key(issuer) is not None:
            genuine = listed_by(crl, issuer)
        else:
            genuine = crl.is_signature_valid(issuer.public_key()) and isinstance(  # type: ignore[arg-type]
                crl.signature_hash_algorithm, _HASHES
            )
    except (x509.ExtensionNotFound, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    plain = not any(extension.critical for extension in crl.extensions)
    delta = any(extension.oid == ExtensionOID.DELTA_CRL_INDICATOR for extension in crl.extensions)
    return may_sign and genuine and plain and not delta


def _revoked_since(crl: x509.CertificateRevocationList, serial: int) -> datetime | None:
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return None
    try:
        invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
    return min(invalid, entry.revocation_date_utc)

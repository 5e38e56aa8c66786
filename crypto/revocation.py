"""Certificate revocation lists, hard-fail: no usable list, no belief (RFC 5280 §6.3, full and direct CRLs only)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from crypto.national.certified import listed_by, sm2_key
from procurement.basics.problems import Refused

SIGNATURES = "L-901"
"""The rule of the rulebook by which a signature needs a valid certificate"""
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class RevocationLists:
    """The CRLs a verifier was given, by issuer."""

    def __init__(self, crls: Iterable[x509.CertificateRevocationList]) -> None:
        self._by_issuer: dict[bytes, list[x509.CertificateRevocationList]] = {}
        for crl in crls:
            self._by_issuer.setdefault(crl.issuer.public_bytes(), []).append(crl)
        self._genuine: dict[tuple[int, bytes], bool] = {}

    def check(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
        """Nothing, if a usable list of `issuer` shows the certificate not revoked at `at`.

        A list made after `at` is as good as one in force at `at` (better: it has seen more), unless the certificate
        had ended by then and may have been dropped. Raises `Refused` certificate-revoked or
        certificate-revocation-unknown.
        """
        lists = [crl for crl in self._by_issuer.get(issuer.subject.public_bytes(), ()) if self._usable(crl, issuer)]
        current = [crl for crl in lists if _speaks_of(crl, certificate, at)]
        if not current:
            raise Refused(
                "certificate-revocation-unknown",
                "Fetch a current revocation list of the issuer.",
                rule=SIGNATURES,
                subject=certificate.subject.rfc4514_string(),
                serial=f"{certificate.serial_number:x}",
                issuer=issuer.subject.rfc4514_string(),
            )
        for crl in lists:
            since = _revoked_since(crl, certificate.serial_number)
            if since is not None and since <= at:
                raise Refused(
                    "certificate-revoked",
                    "Use another valid certificate of the same organisation.",
                    rule=SIGNATURES,
                    subject=certificate.subject.rfc4514_string(),
                    serial=f"{certificate.serial_number:x}",
                    since=since.isoformat(),
                )

    def _usable(self, crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
        key = (id(crl), issuer.fingerprint(hashes.SHA256()))
        if key not in self._genuine:
            self._genuine[key] = _is_genuine(crl, issuer)
        return self._genuine[key]


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


def _speaks_of(crl: x509.CertificateRevocationList, certificate: x509.Certificate, at: datetime) -> bool:
    return (
        crl.next_update_utc is not None
        and at <= crl.next_update_utc
        and crl.last_update_utc <= certificate.not_valid_after_utc
    )


def _revoked_since(crl: x509.CertificateRevocationList, serial: int) -> datetime | None:
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return None
    try:
        invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
    return min(invalid, entry.revocation_date_utc)

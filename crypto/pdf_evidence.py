"""Long-term evidence inside a PDF: the certificates and revocation lists by which its seals can be judged (PAdES B-LT).

It is written in the same revision as the seal, so that the seal covers it; nothing is fetched, all comes from the
verifier's own anchors. A Document Security Store of others is read wherever it stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.certificates import CERTIFICATE_ERRORS, TrustStore, Usage, certificate_digest
from crypto.cms import open_enclosed
from crypto.timestamps import verify_token
from procurement.basics.problems import Problem

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.rw_common import PdfHandler

ITEMS, ITEM_SIZE = 256, 4 * 1024 * 1024
"""A store with more items, or larger ones, is not read"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document carries to be judged by."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()

    def __or__(self, other: Evidence) -> Evidence:
        certificates = {certificate_digest(one): one for one in (*self.certificates, *other.certificates)}
        crls = {one.public_bytes(Encoding.DER): one for one in (*self.crls, *other.crls)}
        return Evidence(tuple(certificates.values()), tuple(crls.values()))

    def __bool__(self) -> bool:
        return bool(self.certificates or self.crls)


def evidence_for(
    certificate: x509.Certificate, chain: Sequence[x509.Certificate], trust: TrustStore, at: datetime, usage: Usage
) -> Evidence:
    """The path of a believed certificate and the lists of its issuers, from the anchors at hand. Raises as `validate`."""
    path = trust.validate(certificate, chain, at, usage)
    issuers = {issuer.subject.public_bytes() for _, issuer in itertools.pairwise(path)}
    return Evidence(path, tuple(crl for crl in trust.crls if crl.issuer.public_bytes() in issuers))


def evidence_of_token(token: bytes, digest: bytes, trust: TrustStore) -> Evidence:
    """The same for the authority of a time-stamp token over `digest`. Raises as `verify_token`."""
    at = verify_token(token, digest, trust)
    found = open_enclosed(token, "tst_info")
    return evidence_for(found.certificate, found.others, trust, at, "timestamp")


def put(writer: IncrementalPdfFileWriter, evidence: Evidence) -> None:
    """Add `evidence` to the document's store (no VRI: it would need the signature that is still to be made)."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    der = Encoding.DER
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(one.public_bytes(der)) for one in evidence.certificates],
        crls=[asn1_crl.CertificateList.load(one.public_bytes(der)) for one in evidence.crls],
    )


def found_in(handler: PdfHandler) -> Evidence:
    """The store of a document; empty when there is none or it cannot be read."""
    try:
        store = handler.root["/DSS"]
        certificates = tuple(x509.load_der_x509_certificate(data) for data in _items(store, "/Certs"))
        return Evidence(certificates, tuple(x509.load_der_x509_crl(data) for data in _items(store, "/CRLs")))
    except (KeyError, TypeError, AttributeError, *CERTIFICATE_ERRORS):
        return Evidence()


def lasts(evidence: Evidence, roots: Iterable[x509.Certificate], judge: Callable[[TrustStore], object]) -> bool:
    """Whether `judge` is content with the roots and the document's own evidence alone."""
    if not evidence:
        return False
    try:
        judge(TrustStore(roots, evidence.certificates, evidence.crls))
    except Problem:
        return False
    return True


def _items(store: Any, name: str) -> list[bytes]:
    found = [item.get_object().data for item in store.get(name, ())]
    if len(found) > ITEMS or any(len(data) > ITEM_SIZE for data in found):
        raise ValueError("more evidence than is read")
    return found

"""What the signatures in a PDF prove: who, over which bytes, and what was added since (protocol M9).

Integrity is judged apart from trust: a foreign seal we cannot chain is evidence, not failure.
"""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from cryptography import x509

from crypto.certificates import CERTIFICATE_ERRORS, TrustStore, subject_name, subject_person
from crypto.der import children, first_value, require_der, tlv
from crypto.pdf_evidence import Evidence, found_in, lasts
from crypto.timestamps import verify_token
from procurement.basics.problems import Problem, Refused, Tampered

_READ_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    OSError,
    RecursionError,
    NotImplementedError,
    *CERTIFICATE_ERRORS,
)
"""What readers of hostile PDF, CMS and certificates raise besides their own errors"""

Later = Literal["nothing", "signatures", "changes"]


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature of a PDF, in the order of signing."""

    field: str
    name: str
    code: str
    """统一社会信用代码 of the organisation or number of the person; empty when the certificate tells neither"""
    certificate: x509.Certificate
    intact: bool
    """The signed bytes are as they were, and everything before the signature is covered"""
    later: Later
    """What was appended after this signature: nothing, only further signatures, or changes of what people see"""
    covered: int
    """Bytes of the file from its start that this signature answers for"""
    distrust: Problem | None
    """Why the certificate is not believed at the given time; None when it is"""
    claimed: datetime | None
    """Time the signer wrote down (/M)"""
    stamped: datetime | None
    """Time of a believed RFC 3161 token over the signature value (B-T)"""
    stamp_distrust: Problem | None
    """Why the token it carries is not believed"""
    revision: int
    """Which revision of the file it closed, from 1"""
    revisions: int
    """How many the file has"""
    lasting: bool
    """The document itself carries what shows certificate and time-stamp good, given the roots (B-LT)"""

    @property
    def level(self) -> str:
        """PAdES level, as far as it could be shown here."""
        if self.stamped is None:
            return "B-B"
        return "B-LT" if self.lasting else "B-T"

    @property
    def sound(self) -> bool:
        """Intact, believed, and nothing but signatures after it."""
        return self.intact and self.distrust is None and self.stamp_distrust is None and self.later != "changes"


def verify_pdf(
    path: Path, trust: TrustStore, at: datetime, signed: Mapping[str, datetime] = MappingProxyType({})
) -> list[PdfSignature]:
    """All signatures of `path`, certificates judged at `at`; those of the parties in `signed` (by code) at the time given there, by
    which they have provably signed. Empty when there is none. Raises `Refused("pdf-unreadable")`.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with path.open("rb") as file:
            reader = PdfFileReader(file)
            embedded = sorted(reader.embedded_signatures, key=lambda s: s.signed_revision)
            evidence = found_in(reader) if embedded else Evidence()
            found = [_judge(one, trust, at, signed, evidence) for one in embedded if one.sig_object_type == "/Sig"]
            return _with_rest(found, path.stat().st_size)
    except Problem:
        raise
    except (PdfError, *_READ_ERRORS) as error:
        raise Refused(
            "pdf-unreadable", "Fetch the document again.", file=path.name, reason=type(error).__name__
        ) from error


def _with_rest(found: list[PdfSignature], size: int) -> list[PdfSignature]:
    """Bytes that belong to no revision stand after the last signature: nobody answers for them."""
    if found and found[-1].later == "nothing" and found[-1].covered != size:
        found[-1] = replace(found[-1], later="changes")
    return found


def require_sealed(
    path: Path,
    trust: TrustStore,
    at: datetime,
    codes: tuple[str, ...],
    signed: Mapping[str, datetime] = MappingProxyType({}),
) -> list[PdfSignature]:
    """All of `codes` signed, every signature is sound, and the last one covers the file to its end. Times as in `verify_pdf`.

    Raises `Tampered`: pdf-seal-missing, pdf-seal-broken, pdf-changed-after-seal; or why a certificate or time-stamp is not believed.
    """
    found = verify_pdf(path, trust, at, signed)
    for signature in found:
        if not signature.intact:
            raise _tampered("pdf-seal-broken", path, signature.field)
        if signature.distrust is not None:
            raise signature.distrust
        if signature.stamp_distrust is not None:
            raise signature.stamp_distrust
        if signature.later == "changes":
            raise _tampered("pdf-changed-after-seal", path, signature.field)
    for code in codes:
        if all(signature.code != code for signature in found):
            raise _tampered("pdf-seal-missing", path, code)
    if not found or max(s.covered for s in found) != path.stat().st_size:
        raise _tampered("pdf-changed-after-seal" if found else "pdf-seal-missing", path, "")
    return found


def prefix_digests(path: Path) -> dict[str, int]:
    """SHA-256 (hex) of each beginning of the file that ends a revision, with its length; the whole file is the last.

    So it can be shown that the printed paper, or what an earlier signer saw, is the beginning of the signed file.
    Raises `Refused("pdf-unreadable")` for an empty file.
    """
    if not path.stat().st_size:
        raise Refused("pdf-unreadable", "Fetch the document again.", file=path.name, reason="empty")
    found: dict[str, int] = {}
    state, done = hashlib.sha256(), 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for end in sorted({*_ends(data), len(data)}):
            state.update(data[done:end])
            done = end
            found[state.copy().hexdigest()] = end
    return found


def _ends(data: mmap.mmap) -> Iterator[int]:
    for mark in re.finditer(rb"%%EOF(\r\n|\n|\r)?", data):
        yield mark.end()
        if mark.group(1):
            yield mark.start() + 5


def _judge(
    signature: Any, trust: TrustStore, at: datetime, signed: Mapping[str, datetime], evidence: Evidence
) -> PdfSignature:
    from pyhanko.sign.diff_analysis import ModificationLevel

    signature.compute_integrity_info()
    certificate = _certificate(signature.signer_cert)
    level = getattr(signature.diff_result, "modification_level", ModificationLevel.OTHER)
    later: Later = "changes"
    if level == ModificationLevel.NONE:
        later = "nothing"
    elif level <= ModificationLevel.FORM_FILLING:
        later = "signatures"
    others = [_certificate(one) for one in signature.other_embedded_certs]
    cms = _cms(signature)
    stamped, stamp_distrust = _stamped(cms, trust)
    code = trust.code_of(certificate) or subject_person(certificate)
    at = signed.get(code, at)

    def judge(store: TrustStore) -> None:
        store.validate(certificate, others, stamped or at, "sign")
        if (problem := _stamped(cms, store)[1]) is not None:
            raise problem

    return PdfSignature(
        field=str(signature.field_name),
        name=subject_name(certificate),
        code=code,
        certificate=certificate,
        intact=_intact(signature, cms),
        later=later,
        covered=int(signature.byte_range[2]) + int(signature.byte_range[3]),
        distrust=_distrust(certificate, others, trust, at),
        claimed=signature.self_reported_timestamp,
        stamped=stamped,
        stamp_distrust=stamp_distrust,
        revision=int(signature.signed_revision) + 1,
        revisions=int(signature.reader.total_revisions),
        lasting=stamped is not None and lasts(evidence, trust.roots, judge),
    )


def _cms(signature: Any) -> bytes:
    """The signature's CMS, read byte by byte: asn1crypto takes minutes to write one with a time-stamp. Empty if not strict DER."""
    try:
        return require_der(first_value(bytes(signature.pkcs7_content)))
    except Tampered:
        return b""


def _intact(signature: Any, cms: bytes) -> bool:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION or signature.md_algorithm not in _HASHES:
        return False
    digest = signature.compute_digest()
    same, valid = validate_sig_integrity(signature.signer_info, signature.signer_cert, "data", digest)
    return same and valid and _names_certificate(signature) and _head_fits(signature) and _hole_is_clean(signature, cms)


_HASHES = {"sha256", "sha384", "sha512"}


def _names_certificate(signature: Any) -> bool:
    """PAdES binds the certificate into what is signed (signing-certificate-v2, RFC 5035)."""
    from pyhanko.sign.general import check_ess_certid, find_unique_cms_attribute

    try:
        named = find_unique_cms_attribute(signature.signer_info["signed_attrs"], "signing_certificate_v2")
    except (KeyError, ValueError):
        return False
    return bool(check_ess_certid(signature.signer_cert, named["certs"][0]))


def _head_fits(signature: Any) -> bool:
    """The few CMS fields no signature covers say what the signed ones say (RFC 5652 §5.1): nothing there may vary."""
    body, signer = signature.signed_data, signature.signer_info
    algorithms = [algorithm.dump() for algorithm in body["digest_algorithms"]]
    return (
        algorithms == [signer["digest_algorithm"].dump()] and body["version"].native == signer["version"].native == "v1"
    )


def _hole_is_clean(signature: Any, cms: bytes) -> bool:
    """The one place no signature covers holds the CMS in hex of one case, then zeros: nothing can hide there."""
    _, start, end, _ = (int(n) for n in signature.byte_range)
    stream = signature.reader.stream
    stream.seek(start)
    hole = stream.read(end - start)
    text = hole[1:-1]
    said = cms.hex().encode()
    padded = said + b"0" * (len(text) - len(said))
    return bool(cms) and hole[:1] == b"<" and hole[-1:] == b">" and text in (padded, padded.upper())


def _stamped(cms: bytes, trust: TrustStore) -> tuple[datetime | None, Problem | None]:
    token, value = _token(cms)
    if not token:
        return None, None
    try:
        return verify_token(token, value, trust), None
    except Problem as problem:
        return None, problem


def _token(cms: bytes) -> tuple[bytes, bytes]:
    """The RFC 3161 token among the unsigned attributes and the digest of the signature it is over; empty when there is none."""
    if not cms:
        return b"", b""
    body = children(children(children(cms)[0][1])[1][1])[0][1]
    fields = children(children(children(body)[-1][1])[0][1])
    if fields[-1][0] != _UNSIGNED:
        return b"", b""
    for _, attribute in children(fields[-1][1]):
        kind, values = children(attribute)
        if tlv(*kind) == OID_TOKEN:
            return tlv(*children(values[1])[0]), hashlib.sha256(fields[-2][1]).digest()
    return b"", b""


_UNSIGNED = 0xA1
OID_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
"""id-aa-timeStampToken (RFC 3161, appendix A)"""


def _distrust(
    certificate: x509.Certificate, others: list[x509.Certificate], trust: TrustStore, at: datetime
) -> Problem | None:
    """Certificates beside the signer's are not signed over: each must belong to the path, or somebody has been at them."""
    try:
        path = trust.validate(certificate, others, at, "sign")
    except Problem as problem:
        return problem
    if set(others) <= set(path):
        return None
    return Tampered("certificate-of-no-use", "Do not rely on this document; fetch the original again.")


def _certificate(parsed: Any) -> x509.Certificate:
    return x509.load_der_x509_certificate(parsed.dump())


def _tampered(code: str, path: Path, who: str) -> Tampered:
    remedies = {
        "pdf-seal-missing": "Ask for the document with all its signatures.",
        "pdf-seal-broken": "Do not rely on this document; fetch the original again.",
        "pdf-changed-after-seal": "Do not rely on this document; ask for it as it was sealed.",
    }
    return Tampered(code, remedies[code], file=path.name, signature=who)

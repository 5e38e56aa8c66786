"""Certificates: what they say about their holder, and whether to believe them at a given time.

Validation is hard-fail (RFC 5280 §6, narrowed): a path to a configured root, every link checked at the trusted time,
a usable CRL for every certificate below the root. Name constraints and policy mapping are not in the profile: a
critical extension we do not know is refused by name.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from crypto.files import write_whole
from crypto.national.certified import is_national, issued_by, sm2_key
from crypto.revocation import SIGNATURES, RevocationLists
from crypto.vendors import Vendor, VendorList, attribute, code_in
from procurement.basics.problems import Locked, Problem, Refused, Tampered
from procurement.basics.statement import Suite

Usage = Literal["sign", "encrypt", "timestamp", "platform"]

E = TypeVar("E", bound=x509.ExtensionType)

MAX_PATH = 5
CERTIFICATE_ERRORS = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises over a certificate it cannot read; some of it only when a field is asked for."""
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_CURVES = (ec.SECP256R1, ec.SECP384R1)
_KNOWN = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
}
_GENERAL_PURPOSES = {
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
}


@lru_cache(maxsize=1024)
def certificate_digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's DER, hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def subject_code(certificate: x509.Certificate) -> str:
    """统一社会信用代码 of an organisation, from organizationIdentifier; "" when there is none.

    Whoever has a trust store asks `TrustStore.code_of`, which reads by the vendor's profile (decision 13).
    """
    return code_in(certificate)


def subject_person(certificate: x509.Certificate) -> str:
    """The expert bank's number, from the subject's serialNumber attribute (decision 13); "" when there is none."""
    return attribute(certificate, NameOID.SERIAL_NUMBER)


def subject_name(certificate: x509.Certificate) -> str:
    """What people call the holder: common name, else organisation, else the whole subject."""
    common = attribute(certificate, NameOID.COMMON_NAME)
    return common or attribute(certificate, NameOID.ORGANIZATION_NAME) or certificate.subject.rfc4514_string()


def suite_of(certificate: x509.Certificate) -> Suite:
    """The suite this certificate's key serves; a key never serves two (M4)."""
    return "S1" if is_national(certificate) else "I1"


def may_sign(certificate: x509.Certificate) -> bool:
    """Does the key usage make this a signing certificate?"""
    return _fits(certificate, "sign")


def may_encrypt(certificate: x509.Certificate) -> bool:
    """Does the key usage make this an encryption certificate?"""
    return _fits(certificate, "encrypt")


def load_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM text, in order. Raises `Tampered`."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem)) if pem.strip() else ()
    except CERTIFICATE_ERRORS as error:
        raise Tampered(
            "certificate-unreadable", "Replace the file by the certificate as its issuer gave it."
        ) from error


def read_certificate(der: bytes) -> x509.Certificate:
    """A certificate that came in a message. Raises `Refused("certificate-unreadable")`."""
    try:
        return x509.load_der_x509_certificate(der)
    except CERTIFICATE_ERRORS as error:
        raise Refused("certificate-unreadable", "Choose the certificate again.") from error


class TrustStore:
    """The anchors a verifier believes in. `platforms` pins who may sign as the platform (SHA-256 of DER, hex).

    With `vendors`, parties sign and encrypt under the roots of these vendors only (R-035); the others serve the platform
    and time-stamping authorities. Without, every root serves everybody.

    Immutable after construction and safe to share between threads: inside are only caches of facts that do not change
    (which signature is right, what a CRL lists).
    """

    FILES = ("roots.pem", "intermediates.pem", "crls.pem", "platform.pem")
    VENDORS = "vendors.json"

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        intermediates: Iterable[x509.Certificate] = (),
        crls: Iterable[x509.CertificateRevocationList] = (),
        platforms: Iterable[x509.Certificate] = (),
        vendors: Iterable[Vendor] = (),
    ) -> None:
        self.roots = tuple(roots)
        self.intermediates = tuple(intermediates)
        self.crls = tuple(crls)
        self.platforms = tuple(platforms)
        self.vendors = tuple(vendors)
        self._vendor_of = {root: vendor for vendor in self.vendors for root in vendor.roots}
        self._root_digests = {certificate_digest(root) for root in self.roots}
        self._platform_digests = {certificate_digest(platform) for platform in self.platforms}
        self._revoked = RevocationLists(self.crls)
        self._links: dict[tuple[str, str], bool] = {}
        self._paths: dict[x509.Certificate, tuple[x509.Certificate, ...]] = {}
        """Of certificates that were found to lead to a root without others' help: that never changes for one store"""
        self._sound: set[tuple[Usage, tuple[x509.Certificate, ...]]] = set()
        """Paths that hold for a usage as far as no time is asked"""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `roots.pem`, `intermediates.pem`, `crls.pem`, `platform.pem`, `vendors.json`; only the first must exist.

        Raises `Locked("trust-missing")` without roots, `Tampered` for an unreadable file.
        """
        texts = [path.read_bytes() if (path := folder / name).is_file() else b"" for name in cls.FILES]
        if not texts[0].strip():
            raise Locked("trust-missing", "Point to the folder that holds roots.pem.", folder=folder.name)
        listed = folder / cls.VENDORS
        vendors = VendorList.from_bytes(listed.read_bytes(), 64 * 1024).vendors if listed.is_file() else ()
        roots, links, platforms = (load_certificates(texts[place]) for place in (0, 1, 3))
        return cls(roots, links, _load_crls(texts[2]), platforms, vendors)

    def save(self, folder: Path) -> None:
        """Write the files that `load` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        pem = serialization.Encoding.PEM
        texts = (
            [root.public_bytes(pem) for root in self.roots],
            [link.public_bytes(pem) for link in self.intermediates],
            [crl.public_bytes(pem) for crl in self.crls],
            [platform.public_bytes(pem) for platform in self.platforms],
        )
        for name, items in zip(self.FILES, texts, strict=True):
            write_whole(folder / name, b"".join(items))
        if self.vendors:
            write_whole(folder / self.VENDORS, VendorList(vendors=self.vendors).to_bytes())

    def vendor_of(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate] = ()) -> Vendor | None:
        """The vendor under whose root the certificate stands; nothing is said of its validity."""
        try:
            return self._vendor_of.get(certificate_digest(self._path(certificate, chain)[-1]))
        except (Problem, *CERTIFICATE_ERRORS):
            return None

    def code_of(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate] = ()) -> str:
        """统一社会信用代码, read where the certificate's vendor writes it; "" when there is none."""
        return code_in(certificate, self.vendor_of(certificate, chain))

    def validate(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime, usage: Usage
    ) -> tuple[x509.Certificate, ...]:
        """The path from `certificate` to a root, if all of it holds at `at` for `usage`; `chain` may offer links.

        Raises `Tampered("certificate-signature-wrong")`, else `Refused` with certificate-… and: expired,
        not-yet-valid, revoked, revocation-unknown, issuer-unknown, issuer-not-ca, wrong-usage, wrong-purpose,
        path-too-long, weak-key, unknown-extension, not-platform.
        """
        try:
            return self._validate(certificate, chain, at, usage)
        except CERTIFICATE_ERRORS as error:
            raise Tampered("certificate-unreadable", "Ask the holder for another certificate.") from error

    def _validate(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime, usage: Usage
    ) -> tuple[x509.Certificate, ...]:
        path = self._path(certificate, chain)
        sound = (usage, path) in self._sound
        if not sound and usage in ("sign", "encrypt"):
            self._check_vendor(path)
        for link in path:
            _check_time(link, at)
            if not sound:
                _check_form(link)
        if not sound:
            for below, link in enumerate(path[1:]):
                _check_issuer(link, below)
        for link, issuer in itertools.pairwise(path):
            self._revoked.check(link, issuer, at)
        if not sound:
            self._check_usage(certificate, usage)
            self._sound.add((usage, path))
        return path

    def _path(self, leaf: x509.Certificate, chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
        known = self._paths.get(leaf)  # found among our own, which come before any that a chain offers
        if known is not None:
            return known
        path = [leaf]
        while certificate_digest(path[-1]) not in self._root_digests:
            if len(path) > MAX_PATH:
                raise _refused("certificate-path-too-long", leaf, limit=MAX_PATH)
            path.append(self._issuer(path[-1], chain))
        if not chain:
            self._paths[leaf] = tuple(path)
        return tuple(path)

    def _issuer(self, child: x509.Certificate, chain: Sequence[x509.Certificate]) -> x509.Certificate:
        named = False
        for candidate in (*self.roots, *self.intermediates, *chain):
            if candidate.subject == child.issuer and candidate.subject != child.subject:
                named = True
                if self._signed_by(child, candidate):
                    return candidate
        if named:
            raise Tampered(
                "certificate-signature-wrong",
                "Do not accept this certificate: the issuer it names did not sign it.",
                subject=child.subject.rfc4514_string(),
                issuer=child.issuer.rfc4514_string(),
            )
        raise self._issuer_unknown(child)

    def _check_vendor(self, path: Sequence[x509.Certificate]) -> None:
        """Parties come with certificates of the vendors (R-035); what is pinned as the platform's may sign papers, too."""
        pinned = certificate_digest(path[0]) in self._platform_digests
        if self.vendors and not pinned and certificate_digest(path[-1]) not in self._vendor_of:
            raise self._issuer_unknown(path[0])

    def _issuer_unknown(self, child: x509.Certificate) -> Problem:
        issuer = child.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        name = str(issuer[0].value) if issuer else child.issuer.rfc4514_string()
        accepted = "、".join(vendor.name for vendor in self.vendors) or "、".join(map(subject_name, self.roots))
        return _refused("certificate-issuer-unknown", child, rule="R-035", issuer=name, accepted=accepted)

    def _signed_by(self, child: x509.Certificate, issuer: x509.Certificate) -> bool:
        key = (certificate_digest(child), certificate_digest(issuer))
        if key not in self._links:
            try:
                if sm2_key(issuer) is None:
                    child.verify_directly_issued_by(issuer)
                elif not issued_by(child, issuer):
                    return False
                self._links[key] = True
            except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
                return False  # not remembered: strangers must not be able to fill the store
        return True

    def _check_usage(self, leaf: x509.Certificate, usage: Usage) -> None:
        if not _has_purpose(leaf, usage):
            raise _refused("certificate-wrong-purpose", leaf, wanted=usage)
        if not _fits(leaf, usage):
            raise _refused("certificate-wrong-usage", leaf, wanted=usage)
        if usage == "platform" and certificate_digest(leaf) not in self._platform_digests:
            raise _refused("certificate-not-platform", leaf)


def _fits(leaf: x509.Certificate, usage: Usage) -> bool:
    if is_authority(leaf):
        return False
    key_usage = _extension(leaf, x509.KeyUsage)
    if key_usage is None:
        return False
    signs = key_usage.digital_signature or key_usage.content_commitment
    if not _has_purpose(leaf, usage):
        return False
    if usage == "encrypt":
        if is_national(leaf):  # SM2 encrypts by either name
            return key_usage.key_encipherment or key_usage.key_agreement
        return (
            key_usage.key_encipherment if isinstance(leaf.public_key(), rsa.RSAPublicKey) else key_usage.key_agreement
        )
    return signs


def _has_purpose(leaf: x509.Certificate, usage: Usage) -> bool:
    """What the extended key usage allows, as apart from what the key may do."""
    if usage == "timestamp":
        return _only_timestamps(leaf)
    purposes = _extension(leaf, x509.ExtendedKeyUsage)
    return purposes is None or bool(_GENERAL_PURPOSES & set(purposes))


def _only_timestamps(leaf: x509.Certificate) -> bool:
    """RFC 3161 §2.3: the extension is critical and holds timeStamping alone."""
    try:
        extension = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return extension.critical and list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _check_time(link: x509.Certificate, at: datetime) -> None:
    since, until = _span(link)
    if at < since:
        raise _refused("certificate-not-yet-valid", link, at=at.isoformat(), since=since.isoformat())
    if at > until:
        raise _refused("certificate-expired", link, at=at.isoformat(), until=until.isoformat())


@lru_cache(maxsize=1024)
def _span(link: x509.Certificate) -> tuple[datetime, datetime]:
    return link.not_valid_before_utc, link.not_valid_after_utc


def _check_form(link: x509.Certificate) -> None:
    if not is_national(link) and not _is_strong(link):
        raise _refused("certificate-weak-key", link)
    for extension in link.extensions:
        if extension.critical and extension.oid not in _KNOWN:
            raise _refused("certificate-unknown-extension", link, extension=extension.oid.dotted_string)


def _is_strong(link: x509.Certificate) -> bool:
    key = link.public_key()
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)
    )
    return strong and isinstance(link.signature_hash_algorithm, _HASHES)


def _check_issuer(issuer: x509.Certificate, below: int) -> None:
    """`below`: how many intermediate certificates stand between this issuer and the leaf."""
    key_usage = _extension(issuer, x509.KeyUsage)
    if not is_authority(issuer) or key_usage is None or not key_usage.key_cert_sign:
        raise _refused("certificate-issuer-not-ca", issuer)
    constraints = _extension(issuer, x509.BasicConstraints)
    if constraints is not None and constraints.path_length is not None and below > constraints.path_length:
        raise _refused("certificate-path-too-long", issuer, limit=constraints.path_length)


def is_authority(certificate: x509.Certificate) -> bool:
    """Does the certificate say that its holder may issue certificates?"""
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _load_crls(pem: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    mark = b"-----END X509 CRL-----"
    parts = [part + mark for part in pem.split(mark)[:-1]]
    try:
        found = tuple(x509.load_pem_x509_crl(part.strip()) for part in parts)
        _ = [one.issuer.public_bytes() for one in found]  # a name is read when it is asked for, and may be malformed
        return found
    except CERTIFICATE_ERRORS as error:
        raise Tampered("crl-unreadable", "Fetch the revocation list again.") from error


def _refused(code: str, certificate: x509.Certificate, rule: str = SIGNATURES, **facts: object) -> Problem:
    remedies = {
        "certificate-expired": "Renew the certificate and sign again.",
        "certificate-revoked": "Use another valid certificate of the same organisation.",
        "certificate-revocation-unknown": "Fetch a current revocation list of the issuer.",
        "certificate-issuer-unknown": "Use a certificate of one of the authorities the platform accepts.",
        "certificate-wrong-usage": "Choose the other certificate of the pair: one signs, the other one encrypts.",
        "certificate-wrong-purpose": "Use a certificate that was not issued for one other purpose alone.",
    }
    facts = {"subject": certificate.subject.rfc4514_string(), "serial": f"{certificate.serial_number:x}", **facts}
    return Refused(code, remedies.get(code, "Use another certificate, or ask its issuer."), rule=rule, **facts)

"""A certificate authority for tests, demonstrations and a first installation. Its keys lie in plain files: never for real.

It issues what a licensed authority (R-035) issues: dual certificates for organisations and people, the platform's
certificate, the time-stamping authority's, and revocation lists. As with those, encryption keys are made here and not by
their holders: whoever runs the authority could open what is sealed to them alone (protocol H1).
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crypto.certificates import TrustStore, load_certificates
from crypto.files import write_whole
from crypto.national import issuing
from crypto.national.sm2 import Sm2PrivateKey
from crypto.tokens.national import write_national
from crypto.tokens.software import PrivateKey, SoftwareToken, encryption_file
from crypto.vendors import LEGAL_PERSON

KeyKind = Literal["ec", "rsa", "sm2"]

START = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2046, 1, 1, tzinfo=UTC)
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True)
class Issued:
    """Certificates with their keys, just made."""

    signing: tuple[PrivateKey, x509.Certificate]
    encryption: tuple[PrivateKey, x509.Certificate] | None
    chain: tuple[x509.Certificate, ...]

    @property
    def token(self) -> SoftwareToken:
        """The same as a token in memory."""
        return SoftwareToken(self.signing, self.encryption, self.chain)

    def write_p12(self, path: Path, pin: str) -> None:
        """Write `<name>.p12`, and `<name>.enc.p12` when there is an encryption key, as `Pkcs12Token` reads them.

        SM2 keys go into the one file `path` instead, as `NationalToken` reads it.
        """
        if isinstance(self.signing[0], Sm2PrivateKey):
            both = [self.signing] + ([self.encryption] if self.encryption else [])
            write_national(path, pin, [(k, c) for k, c in both if isinstance(k, Sm2PrivateKey)], self.chain)
            return
        pairs = [(path, self.signing)] + ([(encryption_file(path), self.encryption)] if self.encryption else [])
        for file, (key, certificate) in pairs:
            assert not isinstance(key, Sm2PrivateKey)
            data = pkcs12.serialize_key_and_certificates(
                path.stem.encode(), key, certificate, self.chain, serialization.BestAvailableEncryption(pin.encode())
            )
            write_whole(file, data, secret=True)


class TestAuthority:
    """A root and one issuing authority under it."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    def __init__(
        self,
        root: tuple[PrivateKey, x509.Certificate],
        issuing: tuple[PrivateKey, x509.Certificate],
        revoked: Sequence[tuple[int, datetime]] = (),
        platforms: Sequence[x509.Certificate] = (),
    ) -> None:
        self._root, self._issuing = root, issuing
        self._revoked = list(revoked)
        self._platforms = list(platforms)

    @classmethod
    def create(cls, name: str, start: datetime = START, end: datetime = END, *, kind: KeyKind = "ec") -> Self:
        """New keys; root "`name` 根" and issuing authority "`name`"."""
        root_name, issuing_name = _name(CN=f"{name} 根", O=name), _name(CN=name, O=name)
        root_key, issuing_key = _new_key(kind), _new_key(kind)
        root = _authority(root_name, root_key, root_name, root_key, start, end, 1)
        below = _authority(issuing_name, issuing_key, root_name, root_key, start, end, 0)
        return cls((root_key, root), (issuing_key, below))

    @property
    def root(self) -> x509.Certificate:
        return self._root[1]

    @property
    def issuing(self) -> x509.Certificate:
        return self._issuing[1]

    def issue_organisation(
        self,
        name: str,
        uscc: str,
        *,
        kind: KeyKind = "ec",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Issued:
        """Dual certificates (双证书) of an organisation; the 统一社会信用代码 stands in organizationIdentifier."""
        return self._dual(_name(CN=name, O=name, code=uscc), kind, start, end)

    def issue_legal_person(
        self,
        name: str,
        uscc: str,
        person: str,
        *,
        kind: KeyKind = "ec",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Issued:
        """法人 CA (R-036): dual certificates of an organisation's legal representative, marked by the title."""
        return self._dual(_name(CN=person, O=name, code=uscc, title=LEGAL_PERSON), kind, start, end)

    def issue_person(
        self,
        name: str,
        number: str,
        *,
        kind: KeyKind = "ec",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Issued:
        """Dual certificates of a person (an expert); the expert bank's number stands in serialNumber."""
        return self._dual(_name(CN=name, serial=number), kind, start, end)

    def issue_platform(self, name: str, uscc: str, *, kind: KeyKind = "ec") -> Issued:
        """The certificate under which the platform signs receipts and its own acts; `trust` pins it."""
        key = _new_key(kind)
        certificate = self._leaf(_name(CN=name, O=name, code=uscc), key, _usage("sign", kind), None, None)
        self._platforms.append(certificate)
        return Issued((key, certificate), None, (self.issuing,))

    def issue_tsa(self, name: str, *, kind: KeyKind = "ec") -> Issued:
        """A time-stamping authority's certificate: critical extended key usage timeStamping alone (RFC 3161 §2.3)."""
        key = _new_key(kind)
        certificate = self._leaf(_name(CN=name, O=name), key, _usage("sign", kind), None, None, timestamps=True)
        return Issued((key, certificate), None, (self.issuing,))

    def revoke(self, certificate: x509.Certificate, when: datetime) -> None:
        """List the certificate as revoked from `when` on in later CRLs."""
        self._revoked.append((certificate.serial_number, when))

    def crl(self, at: datetime) -> x509.CertificateRevocationList:
        """The issuing authority's revocation list as of `at`, next update at the authority's end."""
        return _crl(self._issuing, at, self._revoked)

    def crls(self, at: datetime) -> tuple[x509.CertificateRevocationList, ...]:
        """All lists a verifier needs: the issuing authority's and the root's."""
        return self.crl(at), _crl(self._root, at, [])

    def trust(self, at: datetime = START) -> TrustStore:
        """What a verifier needs to believe this authority's certificates."""
        return TrustStore((self.root,), (self.issuing,), self.crls(at), self._platforms)

    def save(self, folder: Path) -> None:
        """Keep the authority, keys and all, in a folder only its owner can read."""
        folder.mkdir(parents=True, exist_ok=True)
        if os.name != "nt":
            folder.chmod(0o700)
        for name, (key, certificate) in (("root", self._root), ("issuing", self._issuing)):
            write_whole(folder / f"{name}.key.pem", _key_pem(key), secret=True)
            write_whole(folder / f"{name}.pem", certificate.public_bytes(_PEM))
        revoked = [[f"{serial:x}", when.isoformat()] for serial, when in self._revoked]
        write_whole(folder / "revoked.json", json.dumps(revoked).encode())
        write_whole(folder / "platforms.pem", b"".join(p.public_bytes(_PEM) for p in self._platforms))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        pairs = []
        for name in ("root", "issuing"):
            key = _load_key((folder / f"{name}.key.pem").read_bytes())
            pairs.append((key, load_certificates((folder / f"{name}.pem").read_bytes())[0]))
        revoked = json.loads((folder / "revoked.json").read_bytes())
        return cls(
            pairs[0],
            pairs[1],
            [(int(serial, 16), datetime.fromisoformat(when)) for serial, when in revoked],
            load_certificates((folder / "platforms.pem").read_bytes()),
        )

    def _dual(self, subject: x509.Name, kind: KeyKind, start: datetime | None, end: datetime | None) -> Issued:
        signing_key, encryption_key = _new_key(kind), _new_key(kind)
        signing = self._leaf(subject, signing_key, _usage("sign", kind), start, end)
        encryption = self._leaf(subject, encryption_key, _usage("encrypt", kind), start, end)
        return Issued((signing_key, signing), (encryption_key, encryption), (self.issuing,))

    def _leaf(
        self,
        subject: x509.Name,
        key: PrivateKey,
        usage: x509.KeyUsage,
        start: datetime | None,
        end: datetime | None,
        *,
        timestamps: bool = False,
    ) -> x509.Certificate:
        issuer = self.issuing
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (usage, True),
            (_issuer_key_id(self._issuing[0]), False),
        ]
        if timestamps:
            extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True))
        begin, finish = start or issuer.not_valid_before_utc, end or issuer.not_valid_after_utc
        return _certificate(subject, key, issuer.subject, self._issuing[0], (begin, finish), extensions)


def _new_key(kind: KeyKind) -> PrivateKey:
    if kind == "sm2":
        return Sm2PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def _key_pem(key: PrivateKey) -> bytes:
    if isinstance(key, Sm2PrivateKey):
        return bytes(pem.armor("PRIVATE KEY", key.pkcs8))
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _load_key(data: bytes) -> PrivateKey:
    """Raises `TypeError`."""
    der = pem.unarmor(data)[2]
    with contextlib.suppress(ValueError):
        return Sm2PrivateKey(der)
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError("neither RSA, P-256 nor SM2")
    return key


def _name(*, CN: str, O: str = "", code: str = "", serial: str = "", title: str = "") -> x509.Name:  # noqa: E741
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, O), (NameOID.ORGANIZATION_IDENTIFIER, code)]
    parts += [(NameOID.COMMON_NAME, CN), (NameOID.SERIAL_NUMBER, serial), (NameOID.TITLE, title)]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _certificate(
    subject: x509.Name,
    key: PrivateKey,
    issuer: x509.Name,
    issuer_key: PrivateKey,
    times: tuple[datetime, datetime],
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    """A certificate; SM2 keys are certified by SM2 keys only."""
    if isinstance(key, Sm2PrivateKey) and isinstance(issuer_key, Sm2PrivateKey):
        named = (x509.SubjectKeyIdentifier(issuing.key_identifier(key.public)), False)
        return issuing.certificate(issuer, issuer_key, subject, key.public, *times, (named, *extensions))
    if isinstance(key, Sm2PrivateKey) or isinstance(issuer_key, Sm2PrivateKey):
        raise TypeError("a key serves one suite")
    public = key.public_key()
    builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number(), *times)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _authority(
    subject: x509.Name,
    key: PrivateKey,
    issuer: x509.Name,
    issuer_key: PrivateKey,
    start: datetime,
    end: datetime,
    below: int,
) -> x509.Certificate:
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=below), True),
        (_usage("issue", "ec"), True),
        (_issuer_key_id(issuer_key), False),
    ]
    return _certificate(subject, key, issuer, issuer_key, (start, end), extensions)


def _issuer_key_id(issuer: PrivateKey) -> x509.AuthorityKeyIdentifier:
    if isinstance(issuer, Sm2PrivateKey):
        return x509.AuthorityKeyIdentifier(issuing.key_identifier(issuer.public), None, None)
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())


def _usage(purpose: Literal["sign", "encrypt", "issue"], kind: KeyKind) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=purpose == "sign",
        content_commitment=purpose == "sign",
        key_encipherment=purpose == "encrypt" and kind in ("rsa", "sm2"),
        data_encipherment=purpose == "encrypt" and kind == "sm2",
        key_agreement=purpose == "encrypt" and kind in ("ec", "sm2"),
        key_cert_sign=purpose == "issue",
        crl_sign=purpose == "issue",
        encipher_only=False,
        decipher_only=False,
    )


def _crl(
    issuer: tuple[PrivateKey, x509.Certificate], at: datetime, revoked: Sequence[tuple[int, datetime]]
) -> x509.CertificateRevocationList:
    key, certificate = issuer
    number, named, end = x509.CRLNumber(int(at.timestamp())), _issuer_key_id(key), certificate.not_valid_after_utc
    if isinstance(key, Sm2PrivateKey):
        extensions = ((number, False), (named, False))
        return issuing.revocation_list(certificate.subject, key, at, end, revoked, extensions)
    builder = x509.CertificateRevocationListBuilder(certificate.subject, at, end)
    builder = builder.add_extension(number, critical=False).add_extension(named, critical=False)
    for serial, when in revoked:
        entry = x509.RevokedCertificateBuilder(serial, when).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256())

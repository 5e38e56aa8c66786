"""The platform's file (`.jincai-platform`): what a client must know of a platform before it believes anything from it.

Canonical JSON, made by the platform's operator. It is not signed: a signature could only be checked with anchors that lie in
the file itself. It has a fingerprint, which a person compares with one published where nobody depends on the platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field, StringConstraints

from crypto.certificates import CERTIFICATE_ERRORS, TrustStore, certificate_digest, is_authority, load_certificates
from crypto.files import LOG_KEY_FILE, OUTSIDE_TSA_FILE, OUTSIDE_WITNESS_FILE, TLS_FILE, WITNESS_FILE, write_whole
from crypto.notes import LOG, WITNESS, NoteKey
from crypto.vendors import Vendor
from procurement.basics.canonical import canonical, parse_canonical
from procurement.basics.problems import Problem, Refused
from procurement.basics.value import Blob, Code, Instant, Name, Uscc, Value

SUFFIX = ".jincai-platform"
FORMAT: Literal["jincai-platform"] = "jincai-platform"
VERSION: Literal[1] = 1
LIMIT = 2 * 1024 * 1024
"""Largest file, in bytes"""
MOST = 64
"""Most certificates, lists, keys or vendors of one kind"""
RENEWED = ("crls", "made")
"""Outside the fingerprint: lists of revoked certificates are renewed every few days, and each is signed by its issuer"""

Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,250}$")]
VKey = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Blobs = Annotated[tuple[Blob, ...], Field(max_length=MOST)]
VKeys = Annotated[tuple[VKey, ...], Field(max_length=MOST)]


class PlatformFile(Value):
    """One platform, as its operator describes it. `read_platform_file` reads one from outside."""

    format: Literal["jincai-platform"] = FORMAT
    version: Literal[1] = VERSION
    made: Instant
    """When it was exported"""
    name: Name
    """Of the platform, in Chinese"""
    name_en: str = Field(default="", max_length=200)
    operator: Uscc
    """统一社会信用代码 of who runs it"""
    region: Code
    """Administrative region a new account belongs to, unless its holder says another"""
    server: Address
    """Where it is reached: scheme, host, port"""
    origin: Name
    """What every login statement names (C4)"""
    log_key: VKey
    """Verifier key of its log (C2SP)"""
    witness_keys: VKeys = ()
    """Witnesses run beside the platform"""
    outside_witness_keys: VKeys = ()
    """Witnesses that others run"""
    roots: Annotated[tuple[Blob, ...], Field(min_length=1, max_length=MOST)]
    """Certificates (DER) of the authorities that are believed; here and below"""
    intermediates: Blobs = ()
    crls: Blobs = ()
    """Lists of revoked certificates (DER)"""
    platforms: Annotated[tuple[Blob, ...], Field(min_length=1, max_length=MOST)]
    """Certificates that may sign as the platform"""
    vendors: Annotated[tuple[Vendor, ...], Field(max_length=MOST)] = ()
    outside_tsa: Blobs = ()
    """Certificates of time-stamping authorities that others run"""
    tls: Blobs = ()
    """What the platform's TLS certificate must lead to, these and no others; none: what the system believes"""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, hex, of the canonical file without `crls` and `made`."""
        plain = {name: value for name, value in self.to_plain().items() if name not in RENEWED}
        return hashlib.sha256(canonical(plain)).hexdigest()

    @cached_property
    def trust(self) -> TrustStore:
        """The anchors in it. Raises what the libraries raise where something cannot be read: `read_platform_file` has tried."""
        lists = tuple(x509.load_der_x509_crl(one) for one in self.crls)
        return TrustStore(
            _certificates(self.roots), _certificates(self.intermediates), lists, _certificates(self.platforms), self.vendors
        )  # fmt: skip

    def write_trust(self, folder: Path) -> None:
        """Write a trust folder, as profiles and `verify` read it, into an empty folder."""
        self.trust.save(folder)
        write_whole(folder / LOG_KEY_FILE, self.log_key.encode())
        for name, keys in ((WITNESS_FILE, self.witness_keys), (OUTSIDE_WITNESS_FILE, self.outside_witness_keys)):
            if keys:
                write_whole(folder / name, "".join(f"{key}\n" for key in keys).encode())
        for name, listed in ((TLS_FILE, self.tls), (OUTSIDE_TSA_FILE, self.outside_tsa)):
            if listed:
                write_whole(folder / name, b"".join(one.public_bytes(Encoding.PEM) for one in _certificates(listed)))

    def marks(self) -> Mapping[str, frozenset[str]]:
        """What is believed of this platform, kind by kind, in a form that can be compared."""
        certificates = ("roots", "intermediates", "platforms", "outside_tsa", "tls", "crls")
        found = {
            name: frozenset(hashlib.sha256(one).hexdigest() for one in getattr(self, name)) for name in certificates
        }
        found["vendors"] = frozenset(one.to_bytes().decode() for one in self.vendors)
        found["witnesses"] = frozenset((*self.witness_keys, *self.outside_witness_keys))
        found |= {name: frozenset({getattr(self, name)}) for name in ("server", "origin", "log_key")}
        return found


def read_platform_file(data: bytes) -> PlatformFile:
    """Read a file from outside, and everything in it. Raises `Refused`: platform-file-too-large, -foreign, -version, -malformed."""
    if len(data) > LIMIT:
        remedy = "Choose the platform's file; it is much smaller."
        raise Refused("platform-file-too-large", remedy, size=len(data), limit=LIMIT)
    try:
        plain = parse_canonical(data, LIMIT)
    except Refused as error:
        raise _foreign() from error
    if plain.get("format") != FORMAT:
        raise _foreign()
    if plain.get("version") != VERSION:
        remedy = "Update this program, or ask the platform's operator for a file of a version it reads."
        raise Refused("platform-file-version", remedy, version=str(plain.get("version"))[:20], spoken=VERSION)
    try:
        found = PlatformFile.from_canonical(plain)
    except Refused as error:
        raise _malformed(str(error.facts.get("field", ""))) from error
    _check(found)
    return found


def describe_folder(
    folder: Path, log_key: NoteKey, made: datetime, *, server: str, origin: str, name: str, name_en: str = "",
    operator: str, region: str, tls: bytes = b"",
) -> PlatformFile:  # fmt: skip
    """The file that says what a trust folder says, of the platform with these names. `tls`: anchors (PEM) that are not in the folder.

    Raises `Locked("trust-missing")`, `Tampered`, `Refused("platform-file-malformed")`.
    """
    trust = TrustStore.load(folder)

    def der(listed: tuple[x509.Certificate, ...]) -> tuple[bytes, ...]:
        return tuple(one.public_bytes(Encoding.DER) for one in listed)

    def pem(file: str) -> bytes:
        path = folder / file
        return path.read_bytes() if path.is_file() else b""

    def keys(file: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in pem(file).decode("utf-8", "replace").splitlines() if line.strip())

    plain = PlatformFile.model_construct(
        format=FORMAT, version=VERSION, made=made, name=name, name_en=name_en, operator=operator, region=region, server=server, origin=origin,
        log_key=log_key.vkey, witness_keys=keys(WITNESS_FILE), outside_witness_keys=keys(OUTSIDE_WITNESS_FILE), roots=der(trust.roots),
        intermediates=der(trust.intermediates), crls=tuple(one.public_bytes(Encoding.DER) for one in trust.crls),
        platforms=der(trust.platforms), vendors=trust.vendors, outside_tsa=der(load_certificates(pem(OUTSIDE_TSA_FILE))),
        tls=der(load_certificates(tls or pem(TLS_FILE))),
    )  # fmt: skip
    return read_platform_file(plain.to_bytes())


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people compare it: groups of four."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def _certificates(listed: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(one) for one in listed)


def _check(found: PlatformFile) -> None:
    """Every certificate, list and key can be read, and is of the kind it stands for. Raises `Refused("platform-file-malformed")`."""
    field = ""
    try:
        for field in ("roots", "intermediates", "platforms", "outside_tsa", "tls"):
            listed = _certificates(getattr(found, field))
            if field in ("roots", "intermediates") and not all(is_authority(one) for one in listed):
                raise _malformed(field)
        field = "crls"
        digests = {certificate_digest(root) for root in found.trust.roots}
        field = "vendors"
        if any(not set(vendor.roots) <= digests for vendor in found.vendors):
            raise _malformed(field)
        field = "log_key"
        keys = [(found.log_key, LOG), *((key, WITNESS) for key in (*found.witness_keys, *found.outside_witness_keys))]
        for text, kind in keys:
            key = NoteKey.from_vkey(text)
            if key.kind != kind or key.vkey != text:
                raise _malformed(field)
            field = "witness_keys"
    except CERTIFICATE_ERRORS as error:
        raise _malformed(field) from error
    except Problem as error:
        if error.code == "platform-file-malformed":
            raise
        raise _malformed(field) from error


def _foreign() -> Refused:
    remedy = "Choose the file that the platform publishes for its users; its name ends in .jincai-platform."
    return Refused("platform-file-foreign", remedy)


def _malformed(field: str) -> Refused:
    return Refused("platform-file-malformed", "Fetch the platform's file again; this one is damaged.", field=field)

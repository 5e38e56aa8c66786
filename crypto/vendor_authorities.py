"""Test authorities of the four vendors (R-035): root, issuing authority, revocation lists, certificates to try.

    jincai test-authorities FOLDER

writes, for each vendor (bjca, sxca, itrus, yixin),

    FOLDER/<vendor>/authority/      the authority with its keys, as `TestAuthority.load` reads it
    FOLDER/<vendor>/root.pem issuing.pem crls.pem
    FOLDER/<vendor>/certificates/   unit, legal-person, expired, not-yet-valid, revoked: `.p12` with its `.enc.p12`
    FOLDER/trust/                   what a verifier believes: roots, issuers, lists, vendors.json

These are no certificates of the real vendors: names say so, the PIN is `test-1234`, and their keys lie open in files. The
real roots, lists and subjects have to be had from the vendors; they go into a trust folder of the same form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from crypto.authority import START, Issued, KeyKind, TestAuthority
from crypto.certificates import TrustStore, certificate_digest
from crypto.files import write_whole
from crypto.vendors import NAMES, Vendor

PIN = "test-1234"
SUFFIX = "测试认证"
HOLDER, CODE, PERSON = "太原测试科技有限公司", "91140100TEST00000X", "张三"
_KINDS: dict[str, KeyKind] = {"bjca": "rsa", "sxca": "ec", "itrus": "rsa", "yixin": "ec"}
"""Keys of the authorities: vendors differ"""


def make_authorities() -> dict[str, TestAuthority]:
    """One new authority a vendor, by the vendor's key."""
    return {key: TestAuthority.create(f"{name} {SUFFIX}", kind=_KINDS[key]) for key, name in NAMES.items()}


def vendor_trust(
    vendors: Mapping[str, TestAuthority], others: Sequence[TestAuthority] = (), at: datetime = START
) -> TrustStore:
    """What a verifier believes: parties under the vendors' roots, platform and time-stamps under the others'."""
    profiles = [
        Vendor(key=key, name=NAMES[key], roots=(certificate_digest(one.root),)) for key, one in sorted(vendors.items())
    ]
    stores = [one.trust(at) for one in (*others, *(one for _, one in sorted(vendors.items())))]
    return TrustStore(
        [root for store in stores for root in store.roots],
        [link for store in stores for link in store.intermediates],
        [crl for store in stores for crl in store.crls],
        [one for store in stores for one in store.platforms],
        profiles,
    )


def write_authorities(folder: Path, now: datetime) -> None:
    """Everything the module's text names, good and bad certificates as of `now`."""
    authorities = make_authorities()
    for key, authority in authorities.items():
        place = folder / key
        (place / "certificates").mkdir(parents=True)
        for name, issued in _certificates(authority, _KINDS[key], now).items():
            issued.write_p12(place / "certificates" / f"{name}.p12", PIN)
        authority.save(place / "authority")
        for name, data in (("root", authority.root), ("issuing", authority.issuing)):
            write_whole(place / f"{name}.pem", data.public_bytes(Encoding.PEM))
        write_whole(place / "crls.pem", b"".join(crl.public_bytes(Encoding.PEM) for crl in authority.crls(now)))
    vendor_trust(authorities, at=now).save(folder / "trust")


def _certificates(authority: TestAuthority, kind: KeyKind, now: datetime) -> dict[str, Issued]:
    day, year = timedelta(days=1), timedelta(days=365)
    made = {
        "unit": authority.issue_organisation(HOLDER, CODE, kind=kind, start=now - day, end=now + year),
        "legal-person": authority.issue_legal_person(HOLDER, CODE, PERSON, kind=kind, start=now - day, end=now + year),
        "expired": authority.issue_organisation(HOLDER, CODE, kind=kind, start=now - year, end=now - day),
        "not-yet-valid": authority.issue_organisation(HOLDER, CODE, kind=kind, start=now + day, end=now + year),
        "revoked": authority.issue_organisation(HOLDER, CODE, kind=kind, start=now - year, end=now + year),
    }
    for _, certificate in (made["revoked"].signing, made["revoked"].encryption or made["revoked"].signing):
        authority.revoke(certificate, now - day)
    return made

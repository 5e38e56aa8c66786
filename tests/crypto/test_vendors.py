"""Four CA vendors as trust profiles (R-035, R-036): each refusal by its own name, as of the trusted time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from crypto.authority import TestAuthority
from crypto.certificates import TrustStore, certificate_digest
from crypto.signing import sign_statement, verify_statement
from crypto.tokens import Pkcs12Token
from crypto.vendor_authorities import CODE, PIN, make_authorities, vendor_trust, write_authorities
from crypto.vendors import NAMES, Vendor, code_in, kind_of
from procurement.basics.problems import Problem, Refused
from procurement.bidding.sealed import BidContent
from tests.crypto.conftest import AT

VENDORS = sorted(NAMES)
SAID = BidContent(tender="7a" * 32, lot="lot-1", supplier=CODE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("authorities")
    write_authorities(made, AT)
    return made


@pytest.fixture(scope="module")
def store(folder: Path) -> TrustStore:
    return TrustStore.load(folder / "trust")


def _token(folder: Path, vendor: str, name: str) -> Pkcs12Token:
    return Pkcs12Token.open(folder / vendor / "certificates" / f"{name}.p12", PIN)


def test_the_four_of_shanxi() -> None:
    assert list(NAMES.values()) == ["北京CA", "山西CA", "天威", "颐信"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_vendor_has_roots_of_its_own(vendor: str, folder: Path, store: TrustStore) -> None:
    token = _token(folder, vendor, "unit")
    found = store.vendor_of(token.signing_certificate)
    assert found is not None and found.key == vendor
    assert store.code_of(token.signing_certificate) == CODE
    signer = verify_statement(sign_statement(SAID, token), store, AT)
    assert signer.org == CODE
    assert token.encryption_certificate is not None
    store.validate(token.encryption_certificate, (), AT, "encrypt")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("expired", "certificate-expired"),
        ("not-yet-valid", "certificate-not-yet-valid"),
        ("revoked", "certificate-revoked"),
        ("legal-person", "certificate-of-legal-person"),
    ],
)
def test_what_is_refused_and_how(vendor: str, name: str, code: str, folder: Path, store: TrustStore) -> None:
    with pytest.raises(Refused) as caught:
        verify_statement(sign_statement(SAID, _token(folder, vendor, name)), store, AT)
    assert caught.value.code == code


def test_the_trusted_time_decides(folder: Path, store: TrustStore) -> None:
    """What was signed before the revocation stays signed; what begins later holds later; the list is hard-fail."""
    later = sign_statement(SAID, _token(folder, "sxca", "not-yet-valid"))
    assert verify_statement(later, store, AT + timedelta(days=2)).org == CODE
    revoked = sign_statement(SAID, _token(folder, "bjca", "revoked"))
    assert verify_statement(revoked, store, AT - timedelta(days=2)).org == CODE
    without = TrustStore(store.roots, store.intermediates, (), (), store.vendors)
    assert _refusal(without, _token(folder, "bjca", "unit").signing_certificate, AT) == "certificate-revocation-unknown"


def test_units_and_legal_persons_are_told_apart(folder: Path) -> None:
    unit, person = _token(folder, "itrus", "unit"), _token(folder, "itrus", "legal-person")
    assert (kind_of(unit.signing_certificate), kind_of(person.signing_certificate)) == ("unit", "legal-person")
    assert code_in(person.signing_certificate) == CODE
    expert = TestAuthority.create("专家").issue_person("周明", "SXZJ20260001").signing[1]
    assert kind_of(expert) == "person"


def test_a_legal_persons_seal_is_believed_in_papers(folder: Path, store: TrustStore) -> None:
    """R-036 keeps it from acts, not from the square seal: the certificate itself is good."""
    store.validate(_token(folder, "yixin", "legal-person").signing_certificate, (), AT, "sign")


def test_an_issuer_that_is_none_of_the_four_is_refused_by_name(store: TrustStore) -> None:
    stranger = TestAuthority.create("某某CA").issue_organisation("太原测试科技有限公司", CODE)
    with pytest.raises(Refused) as caught:
        store.validate(stranger.signing[1], stranger.chain, AT, "sign")
    assert (caught.value.code, caught.value.rule) == ("certificate-issuer-unknown", "R-035")
    assert caught.value.facts["issuer"] == "某某CA"
    assert set(caught.value.facts["accepted"].split("、")) == set(NAMES.values())


def test_the_platforms_root_serves_the_platform_and_no_party() -> None:
    own = TestAuthority.create("平台自己的")
    platform, tsa = own.issue_platform("平台", "11140000TEST000099"), own.issue_tsa("时间戳")
    party = own.issue_organisation("太原测试科技有限公司", CODE)
    store = vendor_trust(make_authorities(), [own])
    store.validate(platform.signing[1], (), AT, "platform")
    store.validate(platform.signing[1], (), AT, "sign")
    store.validate(tsa.signing[1], (), AT, "timestamp")
    assert _refusal(store, party.signing[1], AT) == "certificate-issuer-unknown"


def test_a_vendor_may_write_the_code_elsewhere() -> None:
    """Decision 13: read by the profile that belongs to the root, never by what the certificate calls itself."""
    authority, other = TestAuthority.create("甲"), TestAuthority.create("乙")
    profile = Vendor(key="a", name="甲", roots=(certificate_digest(authority.root),), code="serialNumber")
    plain = Vendor(key="b", name="乙", roots=(certificate_digest(other.root),))
    stores = [authority.trust(), other.trust()]
    store = TrustStore(
        [root for one in stores for root in one.roots],
        [link for one in stores for link in one.intermediates],
        [crl for one in stores for crl in one.crls],
        (),
        [profile, plain],
    )
    token = authority.issue_person("按序列号写代码的单位", CODE).token
    signer = verify_statement(sign_statement(SAID, token), store, AT)
    assert (signer.org, signer.person, signer.actor) == (CODE, "", CODE)
    liar = authority.issue_organisation("冒充", CODE).token  # a field this vendor does not vouch for
    assert verify_statement(sign_statement(SAID, liar), store, AT).org == ""
    assert store.code_of(other.issue_organisation("乙方", CODE).signing[1]) == CODE


def test_two_codes_are_no_code() -> None:
    authority = TestAuthority.create("双码")
    certificate = authority.issue_organisation("太原测试科技有限公司", CODE).signing[1]
    assert len(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)) == 1
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, text) for text in (CODE, "B" * 18)])
    two = x509.CertificateBuilder(subject, subject, authority.issuing.public_key(), 1, AT, AT + timedelta(days=1))
    assert code_in(two.sign(authority._issuing[0], hashes.SHA256())) == ""  # type: ignore[arg-type]


def _refusal(store: TrustStore, certificate: x509.Certificate, at: datetime) -> str:
    try:
        store.validate(certificate, (), at, "sign")
    except Problem as problem:
        return problem.code
    return ""

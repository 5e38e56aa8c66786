"""Every way in which a certificate is not believed has its own name."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from crypto.authority import Issued, TestAuthority
from crypto.certificates import (
    TrustStore,
    certificate_digest,
    load_certificates,
    read_certificate,
    subject_code,
    subject_name,
    subject_person,
)
from procurement.basics.problems import Problem


def refusal(
    trust: TrustStore, certificate: x509.Certificate, at: datetime, usage: str = "sign", chain: tuple = ()
) -> str:
    with pytest.raises(Problem) as caught:
        trust.validate(certificate, chain, at, usage)  # type: ignore[arg-type]
    return caught.value.code


def test_a_good_certificate_answers_its_path(trust: TrustStore, organisation: Issued, at: datetime) -> None:
    path = trust.validate(organisation.signing[1], (), at, "sign")
    assert [c.subject for c in path[1:]] == [trust.intermediates[0].subject, trust.roots[0].subject]
    assert organisation.encryption is not None
    trust.validate(organisation.encryption[1], (), at, "encrypt")


def test_what_a_certificate_says(authority: TestAuthority, organisation: Issued) -> None:
    signing = organisation.signing[1]
    assert (subject_code(signing), subject_person(signing)) == ("91140000TEST000001", "")
    assert subject_name(signing) == "太原测试科技有限公司"
    person = authority.issue_person("张三", "SX-EX-0007").signing[1]
    assert (subject_code(person), subject_person(person)) == ("", "SX-EX-0007")
    assert len(certificate_digest(person)) == 64


def test_time(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    old = authority.issue_organisation("旧", "91140000TEST000003", end=at - timedelta(days=1)).signing[1]
    new = authority.issue_organisation("新", "91140000TEST000004", start=at + timedelta(days=1)).signing[1]
    assert refusal(trust, old, at) == "certificate-expired"
    assert refusal(trust, new, at) == "certificate-not-yet-valid"
    assert refusal(trust, old, datetime(2047, 1, 1, tzinfo=UTC)) == "certificate-expired"


def test_revocation_counts_from_its_date(at: datetime) -> None:
    authority = TestAuthority.create("吊销测试")
    certificate = authority.issue_organisation("被吊销", "91140000TEST000005").signing[1]
    authority.revoke(certificate, at)
    trust = authority.trust(at + timedelta(days=10))
    assert refusal(trust, certificate, at) == "certificate-revoked"
    assert refusal(trust, certificate, at + timedelta(days=30)) == "certificate-revoked"
    before = at - timedelta(days=1)
    trust.validate(certificate, (), before, "sign")  # what held once is asked again for time, revocation and usage
    assert refusal(trust, certificate, at) == "certificate-revoked"
    assert refusal(trust, certificate, before, "encrypt") == "certificate-wrong-usage"
    assert refusal(trust, certificate, datetime(2047, 1, 1, tzinfo=UTC)) == "certificate-expired"
    trust.validate(certificate, (), before, "sign")


def test_no_list_no_belief(authority: TestAuthority, organisation: Issued, at: datetime) -> None:
    leaf = organisation.signing[1]
    issuing, root = authority.crls(at)
    for lists in ((), (issuing,), (root,)):
        trust = TrustStore((authority.root,), (authority.issuing,), lists)
        assert refusal(trust, leaf, at) == "certificate-revocation-unknown"
    impostor = TestAuthority.create("晋采测试认证")
    forged = TrustStore((authority.root,), (authority.issuing,), (impostor.crl(at), root))
    assert refusal(forged, leaf, at) == "certificate-revocation-unknown"


def test_stale_list(authority: TestAuthority, organisation: Issued, at: datetime) -> None:
    key, certificate = authority._issuing
    stale = x509.CertificateRevocationListBuilder(
        certificate.subject, at - timedelta(days=9), at - timedelta(days=2)
    ).sign(key, hashes.SHA256())
    trust = TrustStore((authority.root,), (authority.issuing,), (stale, authority.crls(at)[1]))
    assert refusal(trust, organisation.signing[1], at) == "certificate-revocation-unknown"


def test_unknown_issuer_and_impostor(trust: TrustStore, at: datetime) -> None:
    stranger = TestAuthority.create("别处").issue_organisation("某某", "91140000TEST000001")
    assert refusal(trust, stranger.signing[1], at, chain=stranger.chain) == "certificate-issuer-unknown"
    impostor = TestAuthority.create("晋采测试认证").issue_organisation("某某", "91140000TEST000001")
    assert refusal(trust, impostor.signing[1], at, chain=impostor.chain) == "certificate-signature-wrong"


def test_usage(authority: TestAuthority, organisation: Issued, at: datetime) -> None:
    platform, tsa = authority.issue_platform("晋采平台", "11140000TEST000099"), authority.issue_tsa("晋采时间戳")
    trust = authority.trust()
    trust.validate(platform.signing[1], (), at, "platform")
    trust.validate(tsa.signing[1], (), at, "timestamp")
    assert organisation.encryption is not None
    assert refusal(trust, organisation.encryption[1], at) == "certificate-wrong-usage"
    assert refusal(trust, organisation.signing[1], at, "encrypt") == "certificate-wrong-usage"
    assert refusal(trust, organisation.signing[1], at, "timestamp") == "certificate-wrong-purpose"
    assert refusal(trust, tsa.signing[1], at) == "certificate-wrong-purpose"
    assert refusal(trust, organisation.signing[1], at, "platform") == "certificate-not-platform"
    assert refusal(trust, authority.issuing, at) == "certificate-wrong-usage"


def _issue(
    issuer: tuple, name: str, *, ca: bool, key: ec.EllipticCurvePrivateKey, cert_sign: bool = True, extra: bool = False
) -> x509.Certificate:
    usage = x509.KeyUsage(not ca, False, False, False, False, ca and cert_sign, ca, False, False)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(
        issuer[1].subject,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        issuer[1].not_valid_before_utc,
        issuer[1].not_valid_after_utc,
    )
    builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True).add_extension(usage, critical=True)
    if extra:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
        builder = builder.add_extension(unknown, critical=True)
    return builder.sign(issuer[0], hashes.SHA256())


def test_path_too_long(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    """The issuing authority may issue no further authority (path length 0)."""
    key = ec.generate_private_key(ec.SECP256R1())
    below = _issue(authority._issuing, "越权", ca=True, key=key)
    leaf = _issue((key, below), "末端", ca=False, key=ec.generate_private_key(ec.SECP256R1()))
    assert refusal(trust, leaf, at, chain=(below,)) == "certificate-path-too-long"


def test_a_leaf_issues_nothing(trust: TrustStore, authority: TestAuthority, at: datetime) -> None:
    issued = authority.issue_organisation("冒充", "91140000TEST000006")
    leaf = _issue(issued.signing, "末端", ca=False, key=ec.generate_private_key(ec.SECP256R1()))
    assert refusal(trust, leaf, at, chain=(issued.signing[1],)) == "certificate-issuer-not-ca"


def test_unknown_critical_extension_and_weak_key(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    strange = _issue(authority._issuing, "怪", ca=False, key=key, extra=True)
    assert refusal(trust, strange, at) == "certificate-unknown-extension"
    weak = _issue(authority._issuing, "弱", ca=False, key=ec.generate_private_key(ec.SECP224R1()))  # type: ignore[arg-type]
    assert refusal(trust, weak, at) == "certificate-weak-key"


def test_a_trust_folder_comes_back(
    tmp_path: Path, authority: TestAuthority, organisation: Issued, at: datetime
) -> None:
    platform = authority.issue_platform("平台", "11140000TEST000098")
    authority.trust().save(tmp_path / "trust")
    again = TrustStore.load(tmp_path / "trust")
    again.validate(organisation.signing[1], (), at, "sign")
    again.validate(platform.signing[1], (), at, "platform")
    with pytest.raises(Problem, match="trust-missing"):
        TrustStore.load(tmp_path)


def test_an_authority_comes_back(tmp_path: Path, at: datetime) -> None:
    authority = TestAuthority.create("存盘测试", kind="rsa")
    certificate = authority.issue_organisation("某", "91140000TEST000007").signing[1]
    authority.revoke(certificate, at)
    authority.issue_platform("平台", "11140000TEST000097")
    authority.save(tmp_path / "ca")
    again = TestAuthority.load(tmp_path / "ca")
    assert refusal(again.trust(at), certificate, at) == "certificate-revoked"
    assert len(again.trust().platforms) == 1
    fresh = again.issue_organisation("又", "91140000TEST000008").signing[1]
    authority.trust().validate(fresh, (), at, "sign")


def test_a_version_nobody_knows_is_unreadable(authority: TestAuthority) -> None:
    der = authority.root.public_bytes(Encoding.DER).replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020105"), 1)
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    for read in (lambda: read_certificate(der), lambda: load_certificates(pem)):
        with pytest.raises(Problem, match="certificate-unreadable"):
            read()

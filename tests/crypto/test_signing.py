"""Signatures over statements: the openssl command agrees, and everything that is not the one shape is refused."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import crypto.cms
from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore
from crypto.cms import open_detached, sign_detached
from crypto.der import require_der
from crypto.keys import EnrolledKey
from crypto.signing import sign_bytes, sign_statement, sign_with_key, verify_bytes, verify_statement
from procurement.basics.parties import KeyEnrolment
from procurement.basics.problems import Problem
from procurement.basics.roles import Role
from procurement.basics.statement import CmsSignature, SignedBytes
from procurement.bidding.sealed import Withdrawal

STATEMENT = Withdrawal(tender="1" * 64, lot="lot-1", supplier="91140000TEST000001", prev="0" * 64)
DATA = STATEMENT.to_bytes()


def refusal(der: bytes, trust: TrustStore, at: datetime, data: bytes = DATA) -> str:
    with pytest.raises(Problem) as caught:
        verify_bytes(der, data, trust, at)
    return caught.value.code


def test_a_statement_is_signed_and_verified(organisation: Issued, trust: TrustStore, at: datetime) -> None:
    signed = sign_statement(STATEMENT, organisation.token)
    assert SignedBytes.from_bytes(signed.to_bytes()) == signed
    signer = verify_statement(signed, trust, at)
    assert (signer.org, signer.person, signer.means) == ("91140000TEST000001", "", "cert")
    assert len(signed.statement) + len(signed.signature.der) < 4096


def test_openssl_agrees(organisation: Issued, trust: TrustStore, tmp_path: Path) -> None:
    trust.save(tmp_path)
    anchors = (tmp_path / "roots.pem").read_bytes() + (tmp_path / "intermediates.pem").read_bytes()
    (tmp_path / "anchors.pem").write_bytes(anchors)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "data.p7s").write_bytes(sign_bytes(DATA, organisation.token))
    command = "openssl cms -verify -binary -inform DER -in data.p7s -content data -CAfile anchors.pem -out out"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "data").write_bytes(DATA + b" ")
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_person_signs_for_himself(authority: TestAuthority, at: datetime) -> None:
    expert = authority.issue_person("李四", "SX-EX-0008", kind="rsa")
    signer = verify_statement(sign_statement(STATEMENT, expert.token), authority.trust(), at)
    assert (signer.org, signer.person, signer.actor, signer.name) == ("", "SX-EX-0008", "SX-EX-0008", "李四")


def test_the_certificate_is_judged(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    stranger = TestAuthority.create("别处").issue_organisation("某", "91140000TEST000001")
    assert refusal(sign_bytes(DATA, stranger.token), trust, at) == "certificate-issuer-unknown"
    own = authority.issue_platform("平台", "11140000TEST000096")
    verify_bytes(sign_bytes(DATA, own.token), DATA, authority.trust(), at, usage="platform")
    with pytest.raises(Problem, match="certificate-not-platform"):
        other = authority.issue_organisation("平台", "11140000TEST000096")
        verify_bytes(sign_bytes(DATA, other.token), DATA, authority.trust(), at, usage="platform")


def test_changed_content(organisation: Issued, trust: TrustStore, at: datetime) -> None:
    der = sign_bytes(DATA, organisation.token)
    assert refusal(der, trust, at, DATA + b" ") == "signature-content-changed"


def test_no_byte_of_a_signature_may_change(organisation: Issued, trust: TrustStore, at: datetime) -> None:
    der = sign_bytes(DATA, organisation.token)
    for place in range(0, len(der), 3):
        changed = der[:place] + bytes([der[place] ^ 1]) + der[place + 1 :]
        try:
            verify_bytes(changed, DATA, trust, at)
        except Problem:
            continue
        pytest.fail(f"byte {place} of {der.hex()}")


def reshaped(der: bytes, organisation: Issued, change: Any, *, resign: bool = True) -> bytes:
    """The signature with `change(signer, body)` applied, and signed anew over the changed attributes."""
    outer = cms.ContentInfo.load(der)
    body = outer["content"]
    signer = body["signer_infos"][0]
    change(signer, body)
    if resign and isinstance(signer["signed_attrs"], cms.CMSAttributes):
        attributes = cms.CMSAttributes(list(signer["signed_attrs"]))
        signer["signature"] = organisation.token.sign(attributes.dump())
    return bytes(outer.dump(force=True))


def _without(kind: str) -> Any:
    def change(signer: Any, body: Any) -> None:
        signer["signed_attrs"] = cms.CMSAttributes([a for a in signer["signed_attrs"] if a["type"].native != kind])

    return change


def _doubled(signer: Any, body: Any) -> None:
    signer["signed_attrs"] = cms.CMSAttributes([*signer["signed_attrs"], signer["signed_attrs"][0]])


def _two_signers(signer: Any, body: Any) -> None:
    body["signer_infos"] = cms.SignerInfos([signer, signer])


def _unsigned(signer: Any, body: Any) -> None:
    signer["unsigned_attrs"] = cms.CMSAttributes(list(signer["signed_attrs"]))


def _no_certificate(signer: Any, body: Any) -> None:
    body["certificates"] = cms.CertificateSet([])


def _enclosed(signer: Any, body: Any) -> None:
    body["encap_content_info"] = {"content_type": "data", "content": core.OctetString(DATA)}


def _sha1(signer: Any, body: Any) -> None:
    signer["digest_algorithm"] = {"algorithm": "sha1"}
    body["digest_algorithms"] = [{"algorithm": "sha1"}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_without("signing_certificate_v2"), "signature-attributes-missing"),
        (_without("message_digest"), "signature-attributes-missing"),
        (_without("content_type"), "signature-attributes-missing"),
        (_doubled, "signature-malformed"),
        (_two_signers, "signature-malformed"),
        (_unsigned, "signature-malformed"),
        (_no_certificate, "signature-malformed"),
        (_enclosed, "signature-malformed"),
        (_sha1, "signature-malformed"),
    ],
)
def test_only_one_shape(change: Any, code: str, organisation: Issued, trust: TrustStore, at: datetime) -> None:
    der = sign_bytes(DATA, organisation.token)
    assert refusal(reshaped(der, organisation, change), trust, at) == code


def test_signed_attributes_are_mandatory(organisation: Issued, trust: TrustStore, at: datetime) -> None:
    """Without them a signature over other attributes could pass for one over content (draft cms-euf-cma)."""

    def strip(signer: Any, body: Any) -> None:
        signer["signed_attrs"] = None
        signer["signature"] = organisation.token.sign(DATA)

    der = reshaped(sign_bytes(DATA, organisation.token), organisation, strip, resign=False)
    assert refusal(der, trust, at) in ("signature-attributes-missing", "signature-malformed")


def test_a_certificate_put_in_its_place(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    """Same key, same name, other certificate: the digest in signing-certificate-v2 tells."""
    one = authority.issue_organisation("某", "91140000TEST000001")
    again = authority._leaf(one.signing[1].subject, one.signing[0], _usage_of(one), None, None)
    body = cms.ContentInfo.load(sign_bytes(DATA, one.token))
    other = cms.ContentInfo.load(sign_bytes(DATA, Issued((one.signing[0], again), None, ()).token))
    body["content"]["certificates"] = other["content"]["certificates"]
    body["content"]["signer_infos"][0]["sid"] = other["content"]["signer_infos"][0]["sid"]
    assert refusal(bytes(body.dump(force=True)), trust, at) == "signature-certificate-mismatch"


def _usage_of(issued: Issued) -> Any:
    from cryptography import x509

    return issued.signing[1].extensions.get_extension_for_class(x509.KeyUsage).value


def test_pss_is_accepted(authority: TestAuthority, trust: TrustStore, at: datetime) -> None:
    issued = authority.issue_organisation("某", "91140000TEST000001", kind="rsa")
    key = issued.signing[0]
    assert isinstance(key, rsa.RSAPrivateKey)

    def pss(salt: int) -> Any:
        def change(signer: Any, body: Any) -> None:
            parameters = {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
                "salt_length": salt,
            }
            algorithm = {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}
            signer["signature_algorithm"] = algos.SignedDigestAlgorithm(algorithm)
            attributes = cms.CMSAttributes(list(signer["signed_attrs"])).dump()
            signer["signature"] = key.sign(
                attributes, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256()
            )

        return change

    der = sign_bytes(DATA, issued.token)
    assert verify_bytes(reshaped(der, issued, pss(32), resign=False), DATA, trust, at).org == "91140000TEST000001"
    assert refusal(reshaped(der, issued, pss(20), resign=False), trust, at) == "signature-malformed"


@pytest.mark.parametrize(
    "bad",
    [
        "3080020101" + "0000",  # indefinite length
        "300381010100",  # bytes after the end
        "30810302010 1".replace(" ", ""),  # length not minimal
        "300402020001",  # integer not minimal
        "3103020101" + "00",  # after the end
        "3106020102020101",  # set out of order
        "3003010101",  # boolean neither 00 nor ff
        "2404040" + "20000",  # string in parts
        "1f8101020101",  # long tag
        "30",
        "",
    ],
)
def test_only_der(bad: str) -> None:
    with pytest.raises(Problem, match="der-not-strict"):
        require_der(bytes.fromhex(bad))


def test_trailing_bytes(organisation: Issued, trust: TrustStore, at: datetime) -> None:
    assert refusal(sign_bytes(DATA, organisation.token) + b"\x00", trust, at) == "signature-malformed"


def test_an_enrolled_key_signs(trust: TrustStore, at: datetime) -> None:
    key, other = EnrolledKey.generate(), EnrolledKey.generate()
    enrolment = KeyEnrolment(
        actor="11140000FIN0000001", role=Role.FINANCE, name="省财政厅", region="140000", key=key.spki
    )
    signed = sign_with_key(STATEMENT, key)
    signer = verify_statement(signed, trust, at, {key.digest: enrolment})
    assert (signer.org, signer.name, signer.means) == ("11140000FIN0000001", "省财政厅", "enrolled-key")
    assert verify_statement(signed, trust, at, {key.digest: key.spki}).certificate == key.digest
    with pytest.raises(Problem, match="enrolled-key-unknown"):
        verify_statement(signed, trust, at, {other.digest: other.spki})
    with pytest.raises(Problem, match="signature-certificate-mismatch"):
        verify_statement(signed, trust, at, {key.digest: other.spki})
    changed = SignedBytes(statement=DATA + b" ", signature=signed.signature)
    with pytest.raises(Problem, match="signature-wrong"):
        verify_statement(changed, trust, at, {key.digest: key.spki})


def test_platform_usage_passes_through(authority: TestAuthority, organisation: Issued, at: datetime) -> None:
    signed = SignedBytes(statement=DATA, signature=CmsSignature(der=sign_bytes(DATA, organisation.token)))
    with pytest.raises(Problem, match="certificate-not-platform"):
        verify_statement(signed, authority.trust(), at, usage="platform")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_our_own_spelling_is_judged_as_any_other(authority: TestAuthority, at: datetime, kind: Any) -> None:
    """What is written anew and compared whole gets the answer that reading it in parts gives, with every byte changed in turn."""
    signer = authority.issue_organisation("甲公司", "91140000TEST000007", kind=kind)
    der, digest = sign_bytes(DATA, signer.token), hashlib.sha256(DATA).digest()
    assert crypto.cms._open_own(der, digest) == crypto.cms._open(der, digest, "data")
    assert crypto.cms._open_own(der, hashlib.sha256(b"other").digest()) is None
    with_chain = sign_detached(digest, signer.token, with_chain=True)
    assert crypto.cms._open_own(with_chain, digest) is None and open_detached(with_chain, digest).others
    for place in range(0, len(der), 1 if kind == "ec" else 3):
        changed = der[:place] + bytes((der[place] ^ 0x01,)) + der[place + 1 :]
        assert answer(open_detached, changed, digest) == answer(partial(crypto.cms._open, kind="data"), changed, digest)


def answer(opened: Callable[[bytes, bytes], Any], der: bytes, digest: bytes) -> object:
    try:
        return opened(der, digest)
    except Problem as problem:
        return problem.code

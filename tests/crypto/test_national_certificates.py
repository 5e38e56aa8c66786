"""SM2 certificates: made, believed and refused, in agreement with the `openssl` command; SM2 keys in a file under a PIN."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.authority import START, Issued, TestAuthority
from crypto.certificates import TrustStore, may_encrypt, may_sign, subject_code, suite_of
from crypto.cms import sign_detached
from crypto.national.certified import is_national, issued_by, sm2_key
from crypto.national.sm2 import Sm2PrivateKey
from crypto.tokens import NationalToken, Pkcs12Token, open_file
from crypto.tokens.national import write_national
from procurement.basics.problems import Locked, Problem, Refused, Tampered
from tests.crypto.conftest import AT, CODE

PIN = "tai-yuan-12"
DISTID = "distid:1234567812345678"


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority.create("国密测试认证", kind="sm2")


@pytest.fixture(scope="module")
def supplier(authority: TestAuthority) -> Issued:
    return authority.issue_organisation("太原国密科技有限公司", CODE, kind="sm2")


def openssl(*arguments: object, expect: int = 0) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=30, check=False, text=True)
    assert done.returncode == expect, done.stderr
    return done.stdout + done.stderr


def code_of(trust: TrustStore, certificate: x509.Certificate, usage: str = "sign", at: datetime = AT) -> str:
    with pytest.raises(Problem) as caught:
        trust.validate(certificate, (), at, usage)  # type: ignore[arg-type]
    return caught.value.code


def test_dual_certificates_are_told_apart_and_believed(authority: TestAuthority, supplier: Issued) -> None:
    assert supplier.encryption is not None
    signing, encryption = supplier.signing[1], supplier.encryption[1]
    trust = authority.trust()
    assert may_sign(signing) and may_encrypt(encryption) and not may_sign(encryption) and not may_encrypt(signing)
    assert [suite_of(link) for link in trust.validate(signing, (), AT, "sign")] == ["S1"] * 3
    trust.validate(encryption, (), AT, "encrypt")
    assert code_of(trust, signing, "encrypt") == code_of(trust, encryption, "sign") == "certificate-wrong-usage"
    assert subject_code(signing) == CODE
    platform = authority.issue_platform("晋采平台", "91140000MA0JINCAI0", kind="sm2").signing[1]
    authority.trust().validate(platform, (), AT, "platform")
    assert code_of(authority.trust(), signing, "platform") == "certificate-not-platform"


def test_time_revocation_and_strangers(authority: TestAuthority, supplier: Issued) -> None:
    trust = authority.trust()
    short = authority.issue_organisation("短", CODE, kind="sm2", start=AT, end=AT + timedelta(days=1)).signing[1]
    assert code_of(trust, short, at=AT - timedelta(days=1)) == "certificate-not-yet-valid"
    assert code_of(trust, short, at=AT + timedelta(days=2)) == "certificate-expired"
    gone = authority.issue_organisation("撤", CODE, kind="sm2").signing[1]
    authority.revoke(gone, AT)
    assert code_of(authority.trust(AT), gone, at=AT + timedelta(days=1)) == "certificate-revoked"
    without = TrustStore((authority.root,), (authority.issuing,), ())
    assert code_of(without, supplier.signing[1]) == "certificate-revocation-unknown"
    twin = TestAuthority.create("国密测试认证", kind="sm2")
    assert code_of(twin.trust(), supplier.signing[1]) == "certificate-signature-wrong"
    forged = TrustStore((authority.root,), (authority.issuing,), twin.crls(START))
    assert code_of(forged, supplier.signing[1]) == "certificate-revocation-unknown"
    other = TestAuthority.create("别家", kind="sm2")
    assert code_of(other.trust(), supplier.signing[1]) == "certificate-issuer-unknown"


def test_a_changed_byte_is_seen(authority: TestAuthority, supplier: Issued) -> None:
    der = bytearray(supplier.signing[1].public_bytes(Encoding.DER))
    at = der.index(CODE.encode())
    der[at + 17] ^= 1
    changed = x509.load_der_x509_certificate(bytes(der))
    assert is_national(changed)
    assert code_of(authority.trust(), changed) == "certificate-signature-wrong"


def test_suites_do_not_certify_one_another(authority: TestAuthority) -> None:
    with pytest.raises(TypeError, match="suite"):
        authority.issue_organisation("混", CODE, kind="ec")
    with pytest.raises(TypeError, match="suite"):
        TestAuthority.create("常规").issue_organisation("混", CODE, kind="sm2")


def test_the_command_line_believes_ours(authority: TestAuthority, supplier: Issued, tmp_path: Path) -> None:
    for name, certificate in (("root", authority.root), ("issuing", authority.issuing), ("leaf", supplier.signing[1])):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    for child, issuer in (("leaf", "issuing"), ("issuing", "root")):  # the user id is given for the child alone
        chain = ("-partial_chain", "-CAfile", tmp_path / f"{issuer}.pem", "-attime", int(AT.timestamp()))
        assert "OK" in openssl("verify", *chain, "-vfyopt", DISTID, tmp_path / f"{child}.pem")


def test_the_command_line_verifies_a_lists_signature(authority: TestAuthority, tmp_path: Path) -> None:
    """`openssl verify` cannot give the user id for a CRL, so its TBS bytes are verified as any signed bytes are."""
    key, crl = sm2_key(authority.issuing), authority.crl(START)
    assert key is not None
    for name, data in (("key", key.spki), ("tbs", crl.tbs_certlist_bytes), ("signature", crl.signature)):
        (tmp_path / name).write_bytes(data)
    raw = ("-rawin", "-digest", "sm3", "-keyform", "DER", "-pkeyopt", DISTID, "-in", tmp_path / "tbs")
    openssl("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key", "-sigfile", tmp_path / "signature", *raw)


def test_the_command_lines_are_believed(tmp_path: Path) -> None:
    names = {"root": "/CN=root", "leaf": f"/CN=leaf/organizationIdentifier={CODE}"}
    for name, subject in names.items():
        openssl("genpkey", "-algorithm", "SM2", "-out", tmp_path / f"{name}.key")
        usage = "keyCertSign,cRLSign" if name == "root" else "digitalSignature"
        basic = "critical,CA:TRUE" if name == "root" else "critical,CA:FALSE"
        request = ("req", "-new", "-key", tmp_path / f"{name}.key", "-sm3", "-sigopt", DISTID, "-subj", subject)
        signed = (
            "-x509",
            "-days",
            "30",
            "-addext",
            f"keyUsage=critical,{usage}",
            "-addext",
            f"basicConstraints={basic}",
        )
        if name == "root":
            openssl(*request, *signed, "-config", _config(tmp_path), "-out", tmp_path / "root.pem")
        else:
            openssl(*request, "-config", _config(tmp_path), "-out", tmp_path / "leaf.csr")
    (tmp_path / "leaf.ext").write_text("keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
    openssl(
        *("x509", "-req", "-in", tmp_path / "leaf.csr", "-CA", tmp_path / "root.pem", "-CAkey", tmp_path / "root.key"),
        *("-CAcreateserial", "-days", "30", "-sm3", "-sigopt", DISTID, "-vfyopt", DISTID),
        *("-extfile", tmp_path / "leaf.ext", "-out", tmp_path / "leaf.pem"),
    )
    root, leaf = (x509.load_pem_x509_certificate((tmp_path / f"{name}.pem").read_bytes()) for name in names)
    assert issued_by(leaf, root) and issued_by(root, root) and not issued_by(root, leaf)
    with pytest.raises(Refused, match="certificate-revocation-unknown"):  # all else is in order
        TrustStore((root,)).validate(leaf, (), datetime.now(UTC), "sign")


def _config(folder: Path) -> Path:
    path = folder / "req.cnf"
    path.write_text("[req]\ndistinguished_name=dn\nprompt=no\n[dn]\n")
    return path


def test_a_file_token_signs_and_opens(supplier: Issued, tmp_path: Path) -> None:
    path = tmp_path / "supplier.sm2"
    supplier.write_p12(path, PIN)
    token = open_file(path, PIN)
    assert isinstance(token, NationalToken)
    assert token.label == "太原国密科技有限公司"
    certificate = token.encryption_certificate
    assert certificate is not None
    signing, encryption = sm2_key(token.signing_certificate), sm2_key(certificate)
    assert signing is not None and encryption is not None
    assert signing.verify(token.sign(b"x"), b"x") and not encryption.verify(token.sign(b"x"), b"x")
    assert token.sm2_decrypt(encryption.encrypt(b"share")) == b"share"
    for refused in (lambda: token.oaep_decrypt(b"", "sha1"), lambda: token.ecdh(b"")):
        with pytest.raises(Locked, match="token-no-encryption-key"):
            refused()


def test_a_file_token_refuses_by_name(supplier: Issued, tmp_path: Path) -> None:
    path = tmp_path / "supplier.sm2"
    supplier.write_p12(path, PIN)
    whole = path.read_bytes()
    with pytest.raises(Locked, match="token-pin-wrong"):
        open_file(path, PIN + "3")
    with pytest.raises(Locked, match="token-missing"):
        open_file(tmp_path / "gone.sm2", PIN)
    for broken in (b"", whole[:-5], whole.replace(b'"label":"token"', b'"label":"takin"')):
        path.write_bytes(broken)
        with pytest.raises(Tampered, match="token-unreadable"):
            open_file(path, PIN)
    key, certificate = supplier.signing
    assert isinstance(key, Sm2PrivateKey)
    write_national(path, PIN, [(Sm2PrivateKey.generate(), certificate)], ())
    with pytest.raises(Tampered, match="token-unreadable"):
        open_file(path, PIN)
    assert supplier.encryption is not None and isinstance(supplier.encryption[0], Sm2PrivateKey)
    write_national(path, PIN, [(supplier.encryption[0], supplier.encryption[1])], ())
    with pytest.raises(Locked, match="token-no-signing-key"):
        open_file(path, PIN)
    with pytest.raises(Refused, match="passphrase-too-short"):
        write_national(path, "123456", [(key, certificate)], ())


def test_pkcs12_opens_as_before(tmp_path: Path) -> None:
    issued = TestAuthority.create("常规").issue_organisation("太原", CODE)
    issued.write_p12(tmp_path / "a.p12", "1234")
    assert isinstance(open_file(tmp_path / "a.p12", "1234"), Pkcs12Token)
    assert suite_of(issued.signing[1]) == "I1"


def test_an_authority_is_kept_whole(authority: TestAuthority, tmp_path: Path) -> None:
    authority.save(tmp_path / "ca")
    again = TestAuthority.load(tmp_path / "ca")
    leaf = again.issue_organisation("后", CODE, kind="sm2").signing[1]
    authority.trust().validate(leaf, (), AT, "sign")


def test_no_cms_is_made_with_an_sm2_key(supplier: Issued) -> None:
    with pytest.raises(Refused, match="signature-needs-other-suite"):
        sign_detached(bytes(32), supplier.token)

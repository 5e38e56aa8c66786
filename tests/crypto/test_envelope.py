"""Both envelopes: what goes in comes out, every departure from profile M1 is refused, openssl reads the same bytes."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.authority import Issued, TestAuthority
from crypto.cms_enveloped import Agreement, AuthEnveloped, Transport, tlv
from crypto.der import require_der
from crypto.envelope import (
    Recipient,
    identifier_of,
    open_record,
    recipients_of,
    seal_record,
    unwrap_o,
    unwrap_s,
    wrap_o,
    wrap_s,
)
from procurement.basics.problems import Problem, Refused, Tampered

CTX = b"\1" * 32
SHARE = b"\2" * 32
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


def certificate(one: Issued) -> x509.Certificate:
    assert one.encryption is not None
    return one.encryption[1]


def refused(envelope: bytes, one: Issued) -> Problem:
    with pytest.raises(Tampered) as found:
        unwrap_s(envelope, one.token, CTX)
    assert found.value.code == "unwrap-failed"
    assert not found.value.facts, "the error tells causes apart"
    return found.value


@pytest.mark.parametrize("oaep", ["sha1", "sha256"])
def test_share_returns_through_every_kind_of_key(organisation: Issued, oaep: str) -> None:
    envelope = wrap_s(CTX, SHARE, [Recipient(certificate(organisation), oaep)])  # type: ignore[arg-type]
    assert unwrap_s(envelope, organisation.token, CTX) == SHARE
    assert require_der(envelope) == envelope
    assert AuthEnveloped.from_der(envelope).to_der() == envelope


def test_each_of_several_certificates_opens(authority: TestAuthority) -> None:
    many = [
        authority.issue_organisation(f"单位{n}", "91140000TEST000001", kind=k)
        for n, k in enumerate(("ec", "rsa", "ec"))
    ]  # type: ignore[arg-type]
    recipients = [Recipient(certificate(one)) for one in many]
    envelope = wrap_s(CTX, SHARE, [*recipients, recipients[0]])
    assert sorted(recipients_of(envelope)) == sorted(identifier_of(certificate(one)) for one in many)
    for one in many:
        assert unwrap_s(envelope, one.token, CTX) == SHARE


def test_other_readers_take_the_same_structure(organisation: Issued) -> None:
    envelope = wrap_s(CTX, SHARE, [Recipient(certificate(organisation))])
    parsed = asn1.ContentInfo.load(envelope, strict=True)
    assert parsed["content_type"].native == "authenticated_enveloped_data"
    content = parsed["content"]
    assert content["version"].native == "v0" and len(content["recipient_infos"]) == 1
    info = content["auth_encrypted_content_info"]
    assert info["content_encryption_algorithm"]["algorithm"].dotted == "2.16.840.1.101.3.4.1.46"
    assert len(content["mac"].native) == 16


@needs_openssl
@pytest.mark.parametrize("oaep", ["sha1", "sha256"])
def test_openssl_opens_it(organisation: Issued, oaep: str, tmp_path: Path) -> None:
    assert organisation.encryption is not None
    key, cert = organisation.encryption
    (tmp_path / "e.der").write_bytes(wrap_s(CTX, SHARE, [Recipient(cert, oaep)]))  # type: ignore[arg-type]
    write_pem(tmp_path, key, cert)
    subprocess.run(
        ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "e.der", "-inkey", "k.pem", "-recip", "c.pem", "-out", "r"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / "r").read_bytes() == b"JCS1" + CTX + SHARE
    listing = subprocess.run(
        ["openssl", "asn1parse", "-inform", "DER", "-in", "e.der"], cwd=tmp_path, check=True, capture_output=True
    )
    assert b"id-smime-ct-authEnvelopedData" in listing.stdout


@needs_openssl
def test_we_open_what_openssl_seals(organisation: Issued, tmp_path: Path) -> None:
    write_pem(tmp_path, *organisation.encryption or ())
    (tmp_path / "r").write_bytes(b"JCS1" + CTX + SHARE)
    rsa_key = isinstance(certificate(organisation).public_key(), rsa.RSAPublicKey)
    options = ["rsa_padding_mode:oaep"] if rsa_key else ["ecdh_kdf_md:sha256"]
    wrap = [] if rsa_key else ["-aes256-wrap"]
    command = ["openssl", "cms", "-encrypt", "-binary", "-aes-256-gcm", *wrap, "-in", "r", "-outform", "DER", "-out", "e.der"]  # fmt: skip
    subprocess.run([*command, "-recip", "c.pem", "-keyopt", *options], cwd=tmp_path, check=True, capture_output=True)
    assert unwrap_s((tmp_path / "e.der").read_bytes(), organisation.token, CTX) == SHARE


@needs_openssl
def test_cbc_and_old_padding_are_refused(authority: TestAuthority, tmp_path: Path) -> None:
    one = authority.issue_organisation("旧法单位", "91140000TEST000001", kind="rsa")
    write_pem(tmp_path, *one.encryption or ())
    (tmp_path / "r").write_bytes(b"JCS1" + CTX + SHARE)
    for cipher, options in (
        ("-aes-256-cbc", ["-keyopt", "rsa_padding_mode:oaep"]),  # EnvelopedData, unauthenticated
        ("-aes-256-gcm", []),  # RSAES-PKCS1-v1_5
        ("-aes-128-gcm", ["-keyopt", "rsa_padding_mode:oaep"]),
    ):
        subprocess.run(
            ["openssl", "cms", "-encrypt", "-binary", cipher, "-in", "r", "-outform", "DER", "-out", "e.der",
             "-recip", "c.pem", *options], cwd=tmp_path, check=True, capture_output=True,
        )  # fmt: skip
        refused((tmp_path / "e.der").read_bytes(), one)


def write_pem(folder: Path, key: object = None, cert: object = None) -> None:
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) and isinstance(cert, x509.Certificate)
    (folder / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "c.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))


def test_every_single_byte_counts(organisation: Issued) -> None:
    envelope = wrap_s(CTX, SHARE, [Recipient(certificate(organisation))])
    for at in range(0, len(envelope), 3):
        refused(envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :], organisation)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e + b"\0",
        lambda e: e[:-1],
        lambda e: b"",
        lambda e: b"\x30\x80" + e[4:] + b"\0\0",
        lambda e: e[:1] + b"\x84\x00\x00" + e[2:],
    ],
    ids=["trailing", "truncated", "empty", "indefinite", "long-length"],
)
def test_only_strict_der(organisation: Issued, change: Callable[[bytes], bytes]) -> None:
    envelope = change(wrap_s(CTX, SHARE, [Recipient(certificate(organisation))]))
    refused(envelope, organisation)
    with pytest.raises(Tampered, match="envelope-outside-profile"):
        recipients_of(envelope)


def test_unprotected_attributes_are_refused(organisation: Issued) -> None:
    envelope = wrap_s(CTX, SHARE, [Recipient(certificate(organisation))])
    data = asn1.ContentInfo.load(envelope)["content"].untag().dump()
    attributes = tlv(0xA2, tlv(0x30, bytes.fromhex("06092a864886f70d010905"), tlv(0x31, tlv(0x17, b"260101000000Z"))))
    kind = bytes.fromhex("060b2a864886f70d0109100117")
    head = 4 if data[1] == 0x82 else 3
    refused(tlv(0x30, kind, tlv(0xA0, tlv(0x30, data[head:], attributes))), organisation)


def test_ephemeral_point_off_the_curve(authority: TestAuthority) -> None:
    one = authority.issue_organisation("曲线单位", "91140000TEST000001", kind="ec")
    parts = AuthEnveloped.from_der(wrap_s(CTX, SHARE, [Recipient(certificate(one))]))
    entry = parts.recipients[0]
    assert isinstance(entry, Agreement)
    for point in (b"\4" + b"\1" * 64, b"\4" + entry.point[1:33] + b"\0" * 32, b"\4" + b"\0" * 64):
        bad = AuthEnveloped((Agreement(entry.identifier, point, entry.wrapped),), parts.nonce, parts.content, parts.tag)
        refused(bad.to_der(), one)


def test_two_certificates_with_two_contents(authority: TestAuthority) -> None:
    """C1: one CMS may wrap a different key for each certificate. At most one of them opens, and never to two records."""
    one, two = (authority.issue_organisation(f"双{n}", "91140000TEST000001", kind="rsa") for n in range(2))
    keys = [b"\3" * 32, b"\4" * 32]
    entries = []
    for key, issued in zip(keys, (one, two), strict=True):
        public = certificate(issued).public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        wrapped = public.encrypt(key, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))
        entries.append(Transport(identifier_of(certificate(issued)), "sha1", wrapped))
    sealed = AESGCM(keys[0]).encrypt(b"\0" * 12, b"JCS1" + CTX + SHARE, None)
    envelope = AuthEnveloped(tuple(entries), b"\0" * 12, sealed[:-16], sealed[-16:]).to_der()
    assert unwrap_s(envelope, one.token, CTX) == SHARE
    refused(envelope, two)


def test_records_of_other_bids_and_kinds_do_not_leave(organisation: Issued) -> None:
    """C3: an unrelated object sealed to the same certificate is no oracle."""
    recipients = [Recipient(certificate(organisation))]
    for record in (
        b"JCS1" + b"\7" * 32 + SHARE,
        b"JCO1" + CTX + SHARE,
        b"JCS1" + CTX + SHARE + b"\0",
        b"JCS1" + CTX,
        b"a private letter",
    ):
        envelope = seal_record(record, recipients)
        assert open_record(envelope, organisation.token) == record
        refused(envelope, organisation)


def test_sealed_to_somebody_else(authority: TestAuthority, organisation: Issued) -> None:
    stranger = authority.issue_organisation("路人", "91140000TEST000002", kind="ec")
    refused(wrap_s(CTX, SHARE, [Recipient(certificate(stranger))]), organisation)


def test_unsuitable_recipients(authority: TestAuthority) -> None:
    with pytest.raises(Refused, match="envelope-without-recipient"):
        wrap_s(CTX, SHARE, [])
    with pytest.raises(Refused, match="envelope-without-recipient"):
        seal_record(b"x" * 257, [Recipient(certificate(authority.issue_organisation("大", "91140000TEST000001")))])


def test_opening_share_goes_to_the_lot_key_only() -> None:
    d = ec.generate_private_key(ec.SECP256R1())
    public = d.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    envelope = wrap_o(CTX, SHARE, public)
    assert len(envelope) == 65 + 68 + 16
    assert unwrap_o(envelope, d, CTX) == SHARE
    with pytest.raises(Refused, match="public-key-malformed"):
        wrap_o(CTX, SHARE, b"\4" + b"\1" * 64)
    wrong_points = [b"\4" + b"\1" * 64 + envelope[65:], b"\0" * 65 + envelope[65:]]
    for bad in (b"", b"garbage", envelope[:-1], envelope + b"\0", b"\0" * 149, *wrong_points):
        with pytest.raises(Tampered, match="unwrap-failed"):
            unwrap_o(bad, d, CTX)
    with pytest.raises(Tampered, match="unwrap-failed"):
        unwrap_o(envelope, d, b"\7" * 32)
    with pytest.raises(Tampered, match="unwrap-failed"):
        unwrap_o(envelope, ec.generate_private_key(ec.SECP256R1()), CTX)

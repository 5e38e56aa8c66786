"""PKCS#12 tokens: dual certificates told apart by key usage, and failures with names."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from crypto.authority import Issued, TestAuthority
from crypto.tokens import Pkcs12Token, Token
from procurement.basics.problems import Locked, Tampered

PIN = "测试123456"


def test_both_certificates_come_back(tmp_path: Path, organisation: Issued) -> None:
    organisation.write_p12(tmp_path / "公司.p12", PIN)
    token: Token = Pkcs12Token.open(tmp_path / "公司.p12", PIN)
    assert organisation.encryption is not None
    assert token.signing_certificate == organisation.signing[1]
    assert token.encryption_certificate == organisation.encryption[1]
    assert token.chain == organisation.chain
    assert token.label == "太原测试科技有限公司"


def test_key_usage_decides_not_the_file_name(tmp_path: Path, organisation: Issued) -> None:
    organisation.write_p12(tmp_path / "a.p12", PIN)
    (tmp_path / "a.enc.p12").rename(tmp_path / "b.p12")
    (tmp_path / "a.p12").rename(tmp_path / "b.enc.p12")
    token = Pkcs12Token.open(tmp_path / "b.p12", PIN)
    assert token.signing_certificate == organisation.signing[1]
    (tmp_path / "b.enc.p12").unlink()
    with pytest.raises(Locked, match="token-no-signing-key"):
        Pkcs12Token.open(tmp_path / "b.p12", PIN)


def test_failures(tmp_path: Path, organisation: Issued) -> None:
    file = tmp_path / "a.p12"
    with pytest.raises(Locked, match="token-missing"):
        Pkcs12Token.open(file, PIN)
    organisation.write_p12(file, PIN)
    with pytest.raises(Locked, match="token-pin-wrong"):
        Pkcs12Token.open(file, "falsch")
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(Tampered, match="token-unreadable"):
        Pkcs12Token.open(file, PIN)


def test_unwrapping(organisation: Issued) -> None:
    token = organisation.token
    assert token.encryption_certificate is not None
    public = token.encryption_certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        for name, algorithm in (("sha1", hashes.SHA1), ("sha256", hashes.SHA256)):
            sealed = public.encrypt(b"s" * 32, padding.OAEP(padding.MGF1(algorithm()), algorithm(), None))
            assert token.oaep_decrypt(sealed, name) == b"s" * 32  # type: ignore[arg-type]
            with pytest.raises(Tampered, match="unwrap-failed"):
                token.oaep_decrypt(bytes(256), name)  # type: ignore[arg-type]
        with pytest.raises(Locked, match="token-no-encryption-key"):
            token.ecdh(bytes(65))
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        mine = ec.generate_private_key(ec.SECP256R1())
        point = mine.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        assert token.ecdh(point) == mine.exchange(ec.ECDH(), public)
        with pytest.raises(Tampered, match="unwrap-failed"):
            token.ecdh(b"\x04" + bytes(63) + b"\x01")
        with pytest.raises(Locked, match="token-no-encryption-key"):
            token.oaep_decrypt(bytes(256), "sha1")


def test_a_token_without_encryption_half(authority: TestAuthority) -> None:
    token = authority.issue_tsa("只签名").token
    assert token.encryption_certificate is None
    with pytest.raises(Locked, match="token-no-encryption-key"):
        token.ecdh(bytes(65))

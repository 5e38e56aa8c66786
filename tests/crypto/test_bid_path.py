"""A bid's way through the strong room with real tokens: packed, sealed, put on a slip, opened by token and by slip."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore
from crypto.container import BidReader, read_container, write_container
from crypto.envelope import Recipient, unwrap_s
from crypto.sealing import Sealed, inspect, open_released, open_sealed, seal
from crypto.slip import make_slip, open_slip
from crypto.tokens import Pkcs12Token
from procurement.basics.problems import Problem
from procurement.bidding.sealed import BidContent

CODE, PIN, WORDS = "91140000TEST000001", "12345678", "汾河流水哗啦啦 2026"


def pack(target: Path, token: Pkcs12Token, lot: str = "lot-1", code: str = CODE) -> Path:
    statement = BidContent(tender="1" * 64, lot=lot, supplier=code)
    write_container(target, {"bid-content.json": statement.to_bytes(), "form.json": b"{}" * 99}, token)
    return target


def close(
    container: Path, target: Path, token: Pkcs12Token, lot_key: ec.EllipticCurvePrivateKey, reader: BidReader
) -> Sealed:
    assert token.encryption_certificate is not None
    point = lot_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return seal(
        container,
        target,
        tender="1" * 64,
        lot="lot-1",
        supplier=CODE,
        recipients=[Recipient(token.encryption_certificate)],
        lot_public_key=point,
        reader=reader,
    )


@pytest.fixture
def token(tmp_path: Path, organisation: Issued) -> Pkcs12Token:
    organisation.write_p12(tmp_path / "token.p12", PIN)
    return Pkcs12Token.open(tmp_path / "token.p12", PIN)


def test_token_and_slip_give_the_same_share(
    token: Pkcs12Token, trust: TrustStore, at: datetime, tmp_path: Path
) -> None:
    lot_key, reader = ec.generate_private_key(ec.SECP256R1()), BidReader(trust, at)
    container, target = pack(tmp_path / "bid.asice", token), tmp_path / "bid.sealed"
    sealed = close(container, target, token, lot_key, reader)
    found = inspect(target)
    by_token = unwrap_s(found.header.env_s, token, found.ctx)
    by_slip = open_slip(make_slip(sealed.bid_digest, sealed.header_bytes, sealed.s, WORDS), WORDS)
    assert by_token == sealed.s == bytes.fromhex(by_slip.s)
    opened = open_released(target, by_token, lot_key, tmp_path / "out", bid=sealed.bid_digest, reader=reader)
    assert (tmp_path / "out").read_bytes() == container.read_bytes()
    assert opened.content.signer == CODE
    assert read_container(tmp_path / "out", trust, at).read("form.json") == b"{}" * 99


def test_a_wrong_container_is_not_sealed(
    token: Pkcs12Token, authority: TestAuthority, trust: TrustStore, at: datetime, tmp_path: Path
) -> None:
    lot_key, reader = ec.generate_private_key(ec.SECP256R1()), BidReader(trust, at)
    other = authority.issue_organisation("别家", "91140000TEST000009")
    for container, code in (
        (pack(tmp_path / "lot", token, lot="lot-2"), "content-for-another-bid"),
        (pack(tmp_path / "signer", other.token), "content-signer-wrong"),
    ):
        with pytest.raises(Problem, match=code):
            close(container, tmp_path / "x.sealed", token, lot_key, reader)
        assert not (tmp_path / "x.sealed").exists()
    good, before = (
        pack(tmp_path / "good", token),
        BidReader(trust, trust.roots[0].not_valid_before_utc - timedelta(days=1)),
    )
    with pytest.raises(Problem, match="certificate-not-yet-valid"):
        close(good, tmp_path / "x.sealed", token, lot_key, before)


def test_another_holder_opens_nothing(
    token: Pkcs12Token, authority: TestAuthority, trust: TrustStore, at: datetime, tmp_path: Path
) -> None:
    lot_key, reader = ec.generate_private_key(ec.SECP256R1()), BidReader(trust, at)
    sealed = close(pack(tmp_path / "c", token), tmp_path / "c.sealed", token, lot_key, reader)
    found = inspect(tmp_path / "c.sealed")
    for kind in ("ec", "rsa"):
        stranger = authority.issue_organisation("别家", CODE, kind=kind)  # type: ignore[arg-type]
        with pytest.raises(Problem, match="unwrap-failed"):
            unwrap_s(found.header.env_s, stranger.token, found.ctx)
    with pytest.raises(Problem, match="share-s-wrong"):
        open_sealed(tmp_path / "c.sealed", bytes(32), bytes(32), tmp_path / "o", bid=sealed.bid_digest, reader=reader)

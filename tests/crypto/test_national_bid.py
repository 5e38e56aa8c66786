"""A bid of suite S1 from the container to the opening: SM2 certificates, SM3, SM4-GCM, shares on sm2p256v1."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore
from crypto.container import BidReader, read_container, write_container
from crypto.custody import (
    check_released_share,
    check_share,
    combine,
    custodian_release,
    deal,
    join,
    lot_key_statement,
    lot_public_key,
    open_share,
    seal_shares,
)
from crypto.envelope import Recipient, identifier_of, recipients_of, unwrap_s
from crypto.keys import CustodyKey, NationalCustodyKey
from crypto.national.sm2 import Sm2PrivateKey
from crypto.release import share_from_token
from crypto.sealing import Sealed, open_released, open_sealed, seal
from crypto.signing import sign_statement, verify_statement
from crypto.slip import make_slip, open_slip
from crypto.suites import S1
from crypto.vault import Argon2Parameters
from procurement.basics.digest import length_prefixed
from procurement.basics.problems import Problem, Refused, RuleBroken, Tampered
from procurement.basics.statement import SignedBytes, Sm2Signature
from procurement.bidding.sealed import BidContent, BidHeader, Withdrawal
from procurement.tendering.custody import LotKey
from tests.crypto.bid_world import LOT, TENDER, submission_of
from tests.crypto.conftest import AT, CODE
from tests.crypto.custody_world import PARTIES, custodians_of

MEMBER = bytes(range(256)) * 9000
"""Two chunks and a bit"""
Held = tuple[list[NationalCustodyKey], LotKey, list[bytes]]
Bid = tuple[Sealed, Path, Path]


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority.create("国密测试认证", kind="sm2")


@pytest.fixture(scope="module")
def supplier(authority: TestAuthority) -> Issued:
    return authority.issue_organisation("太原国密科技有限公司", CODE, kind="sm2")


@pytest.fixture(scope="module")
def plain() -> TestAuthority:
    return TestAuthority.create("常规测试认证")


@pytest.fixture(scope="module")
def trust(authority: TestAuthority, plain: TestAuthority) -> TrustStore:
    """A platform that admits both suites."""
    both = (authority, plain)
    crls = [crl for one in both for crl in one.trust().crls]
    return TrustStore([one.root for one in both], [one.issuing for one in both], crls)


def custody(suite: str = "S1", kind: str = "sm2") -> Held:
    keys = [NationalCustodyKey.generate() for _ in PARTIES]
    who = custodians_of(keys, kind)  # type: ignore[arg-type]
    dealing = deal(3, 4, suite)  # type: ignore[arg-type]
    key = lot_key_statement("T-1", LOT, 3, who, ["d" * 64], dealing)
    return keys, key, [*seal_shares(key, dealing).envelopes]


@pytest.fixture(scope="module")
def held() -> Held:
    return custody()


@pytest.fixture(scope="module")
def bid(supplier: Issued, trust: TrustStore, held: Held, tmp_path_factory: pytest.TempPathFactory) -> Bid:
    folder = tmp_path_factory.mktemp("bid")
    container, target = folder / "bid.asice", folder / "bid.sealed"
    pack(container, supplier)
    return sealed_to(container, target, supplier, trust, held[1]), target, container


def pack(container: Path, signer: Issued) -> None:
    said = BidContent(suite="S1", tender=TENDER, lot=LOT, supplier=CODE)
    write_container(container, {"bid-content.json": said.to_bytes(), "plan.bin": MEMBER}, signer.token)


def sealed_to(container: Path, target: Path, to: Issued, trust: TrustStore, key: LotKey) -> Sealed:
    assert to.encryption is not None
    return seal(
        container,
        target,
        tender=TENDER,
        lot=LOT,
        supplier=CODE,
        recipients=[Recipient(to.encryption[1])],
        lot_public_key=lot_public_key(key),
        reader=BidReader(trust, AT),
        suite=S1,
    )


def lot_private(held: Held, who: tuple[int, ...] = (0, 2, 3)) -> object:
    keys, lot_key, envelopes = held
    shares = [open_share(envelopes[i], keys[i], lot_key) for i in who]
    return combine({share.i: share.value for share in shares}, lot_key)


def test_three_of_four_custodians_and_the_supplier_open_it(
    bid: Bid,
    held: Held,
    supplier: Issued,
    trust: TrustStore,
    tmp_path: Path,
) -> None:
    sealed, path, container = bid
    header = BidHeader.from_bytes(sealed.header_bytes)
    assert header.suite == "S1" and isinstance(header.env_s, tuple)
    submission = submission_of(sealed, suite="S1")
    s = share_from_token(sealed.header_bytes, submission, supplier.token)
    assert s == sealed.s
    for who in ((0, 1, 2), (0, 2, 3), (1, 2, 3)):
        private = lot_private(held, who)
        assert isinstance(private, Sm2PrivateKey)
        opened = open_released(path, s, private, tmp_path / "out", bid=sealed.bid_digest, reader=BidReader(trust, AT))
        assert opened.content.signer == CODE and opened.content.suite == "S1"
        assert (tmp_path / "out").read_bytes() == container.read_bytes()
        (tmp_path / "out").unlink()


def test_a_slip_holds_the_same_share(bid: Bid) -> None:
    sealed = bid[0]
    light = Argon2Parameters(m=8 * 1024, t=1, p=1)
    slip = open_slip(make_slip(sealed.bid_digest, sealed.header_bytes, sealed.s, "eight chars", light), "eight chars")
    assert bytes.fromhex(slip.s) == sealed.s
    with pytest.raises(Tampered, match="slip-share-wrong"):
        make_slip(sealed.bid_digest, sealed.header_bytes, bytes(32), "eight chars", light)


def test_wrong_shares_changed_bytes_and_keys_of_the_other_suite_fail_by_name(
    bid: Bid,
    held: Held,
    trust: TrustStore,
    tmp_path: Path,
) -> None:
    sealed, path, _ = bid
    reader, private = BidReader(trust, AT), lot_private(held)
    for s, key, code in (
        (bytes(32), private, "share-s-wrong"),
        (sealed.s, Sm2PrivateKey.generate(), "env-o-unreadable"),
        (sealed.s, ec.generate_private_key(ec.SECP256R1()), "env-o-unreadable"),
    ):
        with pytest.raises(Tampered, match=code):
            open_released(path, s, key, tmp_path / "out", bid=sealed.bid_digest, reader=reader)  # type: ignore[arg-type]
    with pytest.raises(Tampered, match="share-o-wrong"):
        open_sealed(path, sealed.s, bytes(32), tmp_path / "out", bid=sealed.bid_digest, reader=reader)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    (tmp_path / "changed").write_bytes(data)
    with pytest.raises(Tampered, match="bid-digest-wrong"):
        open_released(
            tmp_path / "changed",
            sealed.s,
            private,
            tmp_path / "out",
            bid=sealed.bid_digest,
            reader=reader,  # type: ignore[arg-type]
        )
    assert not (tmp_path / "out").exists()


def test_the_envelope_opens_for_the_listed_certificates_alone(
    bid: Bid, authority: TestAuthority, supplier: Issued, plain: TestAuthority
) -> None:
    header = BidHeader.from_bytes(bid[0].header_bytes)
    assert isinstance(header.env_s, tuple) and supplier.encryption is not None
    assert recipients_of(header.env_s) == [identifier_of(supplier.encryption[1])]
    other = authority.issue_organisation("别家", CODE, kind="sm2").token
    moved = (header.env_s[0].model_copy(update={"serial": f"{other.encryption_certificate.serial_number:x}"}),)  # type: ignore[union-attr]
    for envelope, token in (
        (header.env_s, other),
        (moved, other),
        (header.env_s * 2, supplier.token),
        ((), supplier.token),
        (b"", supplier.token),
    ):
        with pytest.raises(Tampered, match="unwrap-failed"):
            unwrap_s(envelope, token, bytes(32))
    with pytest.raises(Tampered, match="unwrap-failed"):  # another bid's context
        unwrap_s(header.env_s, supplier.token, bytes(32))


def test_no_recipient_of_the_other_suite(
    bid: Bid,
    held: Held,
    plain: TestAuthority,
    trust: TrustStore,
    tmp_path: Path,
) -> None:
    other = plain.issue_organisation("常规", CODE)
    with pytest.raises(Refused, match="recipient-key-unsuitable"):
        sealed_to(bid[2], tmp_path / "x", other, trust, held[1])
    pack(tmp_path / "plain.asice", other)
    with pytest.raises(Problem, match="content-of-another-suite"):
        assert other.encryption is not None
        mixed = Issued(other.signing, authority_encryption(bid), other.chain)
        sealed_to(tmp_path / "plain.asice", tmp_path / "y", mixed, trust, held[1])


def authority_encryption(bid: Bid) -> object:
    return TestAuthority.create("另一国密", kind="sm2").issue_organisation("x", CODE, kind="sm2").encryption


def test_a_container_is_signed_as_a_statement_beside_it(bid: Bid, trust: TrustStore, tmp_path: Path) -> None:
    path = bid[2]
    found = read_container(path, trust, AT)
    assert found.suite == "S1" and found.signer.org == CODE
    data = path.read_bytes()
    assert b"META-INF/signature.json" in data and b"urn:oid:1.2.156.10197.1.401" in data
    assert found.read("plan.bin") == MEMBER
    at = data.index(MEMBER[:512])
    (tmp_path / "changed").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    with pytest.raises(Tampered, match="container-member-changed"):
        read_container(tmp_path / "changed", trust, AT)
    (tmp_path / "renamed").write_bytes(data.replace(b"urn:oid:1.2.156.10197.1.401", b"urn:oid:1.2.156.10197.1.402"))
    with pytest.raises(Tampered):
        read_container(tmp_path / "renamed", trust, AT)


def test_custody_on_the_national_curve(held: Held) -> None:
    keys, lot_key, envelopes = held
    assert lot_key.suite == "S1"
    share = open_share(envelopes[1], keys[1], lot_key)
    for wrong in (bytes(32), b"\xff" * 32, share.value[:-1] + bytes([share.value[-1] ^ 1]), share.value[:31]):
        with pytest.raises(Tampered, match="custody-share-wrong"):
            check_share(2, wrong, lot_key)
    with pytest.raises(Tampered, match="custody-share-wrong"):
        check_share(3, share.value, lot_key)
    with pytest.raises(Tampered, match="unwrap-failed"):
        open_share(envelopes[0], keys[1], lot_key)
    foreign = custody()
    with pytest.raises(Refused, match="custody-key-not-named"):
        open_share(envelopes[1], foreign[0][1], lot_key)
    release = custodian_release("a" * 64, lot_key, share)
    check_released_share(release, lot_key, share.value)
    with pytest.raises(Refused, match="custody-shares-too-few"):
        combine({2: share.value}, lot_key)


def test_several_dealers_on_the_national_curve() -> None:
    dealings = [deal(2, 3, "S1") for _ in range(2)]
    joined = join(dealings)
    numbers = [int.from_bytes(one.shares[0], "big") for one in dealings]
    assert joined.suite == "S1" and len(joined.public_key) == 65
    assert (
        int.from_bytes(joined.shares[0], "big")
        == sum(numbers) % 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
    )
    with pytest.raises(Refused, match="custody-numbers-wrong"):
        join([dealings[0], deal(2, 3)])


def test_a_lot_key_takes_custody_keys_of_its_suite() -> None:
    with pytest.raises(RuleBroken, match="custody-malformed"):
        custody("S1", "hpke")
    with pytest.raises(RuleBroken, match="custody-malformed"):
        custody("I1", "sm2")


def test_custody_keys_of_the_suite_are_kept_under_a_passphrase(tmp_path: Path) -> None:
    made = NationalCustodyKey.create(tmp_path / "custody.sm2", "eight chars")
    assert NationalCustodyKey.open(tmp_path / "custody.sm2", "eight chars").public == made.public
    with pytest.raises(Refused, match="key-exists"):
        NationalCustodyKey.create(tmp_path / "custody.sm2", "eight chars")
    CustodyKey.create(tmp_path / "custody.key", "eight chars")
    with pytest.raises(Tampered, match="custody-key-malformed"):
        NationalCustodyKey.open(tmp_path / "custody.key", "eight chars")


STATEMENT = Withdrawal(tender=TENDER, lot=LOT, supplier=CODE, prev="0" * 64)


def test_statements_are_signed_in_the_suite_of_the_key(
    supplier: Issued, plain: TestAuthority, trust: TrustStore
) -> None:
    national = STATEMENT.in_suite("S1")
    signed = sign_statement(national, supplier.token)
    assert isinstance(signed.signature, Sm2Signature)
    assert signed.id == national.id != STATEMENT.id
    assert SignedBytes.from_bytes(signed.to_bytes()) == signed
    signer = verify_statement(signed, trust, AT)
    assert (signer.org, signer.means) == (CODE, "cert")
    other = plain.issue_organisation("常规", CODE).token
    for statement, token in ((STATEMENT, supplier.token), (national, other)):
        with pytest.raises(Refused, match="suite-differs"):
            sign_statement(statement, token)
    mislabelled = sign_statement(STATEMENT, other).model_copy(update={"statement": national.to_bytes()})
    with pytest.raises(Refused, match="suite-differs"):
        verify_statement(mislabelled, trust, AT)
    with pytest.raises(Refused, match="suite-differs"):
        verify_statement(signed.model_copy(update={"statement": STATEMENT.to_bytes()}), trust, AT)


def test_a_changed_statement_or_another_certificate_is_seen(
    supplier: Issued, authority: TestAuthority, trust: TrustStore
) -> None:
    signed = sign_statement(STATEMENT.in_suite("S1"), supplier.token)
    changed = STATEMENT.model_copy(update={"suite": "S1", "lot": "lot-2"}).to_bytes()
    twin = authority.issue_organisation("太原国密科技有限公司", CODE, kind="sm2")
    signature = signed.signature
    assert isinstance(signature, Sm2Signature)
    swapped = signature.model_copy(update={"certificate": twin.signing[1].public_bytes(Encoding.DER)})
    for forged in (signed.model_copy(update={"statement": changed}), signed.model_copy(update={"signature": swapped})):
        with pytest.raises(Tampered, match="signature-wrong"):
            verify_statement(forged, trust, AT)


def test_the_command_line_verifies_a_statement(supplier: Issued, tmp_path: Path) -> None:
    """As docs/national-suite.md tells a stranger to do it."""
    signed = sign_statement(STATEMENT.in_suite("S1"), supplier.token)
    signature = signed.signature
    assert isinstance(signature, Sm2Signature)
    digest = hashlib.new("sm3", signature.certificate).digest()
    (tmp_path / "cert.der").write_bytes(signature.certificate)
    (tmp_path / "input").write_bytes(b"jincai/v1/S1/sign\0" + length_prefixed(digest) + signed.statement)
    (tmp_path / "signature").write_bytes(signature.der)
    public = subprocess.run(
        ["openssl", "x509", "-in", tmp_path / "cert.der", "-inform", "DER", "-pubkey", "-noout"],
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout
    (tmp_path / "key.pem").write_bytes(public)
    done = subprocess.run(
        [
            *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key.pem"),
            *("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"),
            *("-in", tmp_path / "input", "-sigfile", tmp_path / "signature"),
        ],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr

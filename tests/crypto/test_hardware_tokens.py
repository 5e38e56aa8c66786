"""PKCS#11 tokens, for real: SoftHSM2 behind a driver process, and drivers that hang or die."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import header_context, read_header
from crypto.certificates import TrustStore
from crypto.container import write_container
from crypto.envelope import Recipient, unwrap_o, unwrap_s, wrap_s
from crypto.release import share_from_token
from crypto.sealing import open_sealed
from crypto.signing import sign_statement, verify_statement
from crypto.tokens import Driver, DriverProcess, Pkcs11Token, PluggedToken, Token, plugged_tokens
from crypto.tokens.hardware import pin_state
from procurement.basics.problems import Locked, Tampered
from procurement.bidding.sealed import BidContent
from tests.crypto.bid_world import LOT, TENDER, World, submission_of
from tests.crypto.conftest import AT, CODE
from tests.softhsm import SoftHsm

PIN = "测试-270519"


@pytest.fixture
def hsm(tmp_path: Path) -> SoftHsm:
    return SoftHsm(tmp_path)


@pytest.fixture
def opened(hsm: SoftHsm, organisation: Issued) -> Iterator[Pkcs11Token]:
    hsm.plug("投标用", organisation, PIN)
    token = Pkcs11Token.open(_found(hsm.driver)[0], PIN)
    yield token
    token.close()


@pytest.fixture
def company(authority: TestAuthority) -> Issued:
    return authority.issue_organisation("太原测试科技有限公司", CODE)


@pytest.fixture
def held(hsm: SoftHsm, company: Issued) -> Iterator[Pkcs11Token]:
    """The same as `opened`, where the kind of key does not matter."""
    hsm.plug("投标用", company, PIN)
    token = Pkcs11Token.open(_found(hsm.driver)[0], PIN)
    yield token
    token.close()


def _found(driver: Driver) -> tuple[PluggedToken, ...]:
    with DriverProcess(driver) as process:
        return plugged_tokens(process)


def test_what_is_plugged_in_shows_without_a_pin(hsm: SoftHsm, company: Issued) -> None:
    assert _found(hsm.driver) == ()
    hsm.plug("投标用", company, PIN)
    with DriverProcess(hsm.driver) as process:
        (found,) = plugged_tokens(process)
        assert (found.label, found.pin) == ("投标用", "fine")
        assert company.encryption is not None
        assert (found.signing, found.encryption) == (company.signing[1], company.encryption[1])
        hsm.unplug("投标用")
        assert plugged_tokens(process) == ()
        hsm.replug("投标用")
        assert plugged_tokens(process)[0].key == found.key


def test_it_signs_as_a_file_does(opened: Pkcs11Token, organisation: Issued, trust: TrustStore) -> None:
    token: Token = opened
    assert token.signing_certificate == organisation.signing[1]
    assert token.chain == organisation.chain
    said = BidContent(tender=TENDER, lot=LOT, supplier=CODE)
    assert verify_statement(sign_statement(said, token), trust, AT).org == CODE


def test_it_unwraps_as_it_can_and_fails_with_one_word(opened: Pkcs11Token, organisation: Issued) -> None:
    assert organisation.encryption is not None
    public = organisation.encryption[1].public_key()
    if isinstance(public, rsa.RSAPublicKey):
        sealed = public.encrypt(b"s" * 32, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))
        assert opened.oaep_decrypt(sealed, "sha1") == b"s" * 32
        assert opened.oaep == "sha1", "SoftHSM 2.6 cannot do SHA-256, and a trial must find that out"
        other = public.encrypt(b"s" * 32, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
        with pytest.raises(Locked, match="token-cannot"):
            opened.oaep_decrypt(other, "sha256")
        with pytest.raises(Tampered, match="unwrap-failed"):
            opened.oaep_decrypt(bytes(256), "sha1")
        with pytest.raises(Locked, match="token-no-encryption-key"):
            opened.ecdh(bytes(65))
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        mine = ec.generate_private_key(ec.SECP256R1())
        point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert opened.ecdh(point) == mine.exchange(ec.ECDH(), public)
        with pytest.raises(Tampered, match="unwrap-failed"):
            opened.ecdh(b"\x04" + bytes(63) + b"\x01")
        with pytest.raises(Locked, match="token-no-encryption-key"):
            opened.oaep_decrypt(bytes(256), "sha1")


def test_a_whole_bid_from_seal_to_release_to_opening(
    opened: Pkcs11Token, organisation: Issued, authority: TestAuthority, tmp_path: Path
) -> None:
    world = World(tmp_path, authority, organisation)
    container = tmp_path / "by-token.asice"
    content = BidContent(tender=TENDER, lot=LOT, supplier=CODE).to_bytes()
    write_container(container, {"bid-content.json": content, "forms.json": b"{}"}, opened)
    assert opened.encryption_certificate is not None
    sealed = world.seal(container=container, recipients=[Recipient(opened.encryption_certificate, opened.oaep)])
    s = share_from_token(sealed.header_bytes, submission_of(sealed), opened)
    assert s == sealed.s
    target = tmp_path / "opened.asice"
    header = read_header(sealed.header_bytes)
    o = unwrap_o(header.env_o, world.lot_key, header_context(header))
    open_sealed(tmp_path / "bid.sealed", s, o, target, bid=sealed.bid_digest, reader=world.reader)
    assert target.read_bytes() == container.read_bytes()


def test_a_token_of_another_opens_nothing(held: Pkcs11Token, authority: TestAuthority) -> None:
    other = authority.issue_organisation("别家公司", "91140000TEST000002")
    assert other.encryption is not None
    envelope = wrap_s(bytes(32), b"s" * 32, [Recipient(other.encryption[1])])
    with pytest.raises(Tampered, match="unwrap-failed"):
        unwrap_s(envelope, held, bytes(32))


def test_a_wrong_pin_is_told_with_the_tokens_own_warning(hsm: SoftHsm, company: Issued) -> None:
    hsm.plug("投标用", company, PIN)
    (found,) = _found(hsm.driver)
    with pytest.raises(Locked) as caught:
        Pkcs11Token.open(found, "没有这个口令")
    assert (caught.value.code, caught.value.facts["state"]) == ("token-pin-wrong", "low")
    assert "没有这个口令" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.facts}"
    assert _found(hsm.driver)[0].pin == "low"
    Pkcs11Token.open(found, PIN).close()
    assert _found(hsm.driver)[0].pin == "fine"


@pytest.mark.parametrize(
    ("flags", "state"), [(0x400, "fine"), (0x10000, "low"), (0x30000, "final"), (0x70000, "locked"), (0x40000, "locked")]
)  # fmt: skip
def test_flags_of_the_pin(flags: int, state: str) -> None:
    assert pin_state(flags) == state


def test_pulled_out_while_open(held: Pkcs11Token, hsm: SoftHsm) -> None:
    held.check_present()
    hsm.unplug("投标用")
    for use in (held.check_present, lambda: held.sign(b"x"), lambda: _unwrap(held)):
        with pytest.raises(Locked, match="token-unplugged"):
            use()


def _unwrap(token: Pkcs11Token) -> bytes:
    certificate = token.encryption_certificate
    assert certificate is not None
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return token.oaep_decrypt(bytes(256), "sha1")
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    return token.ecdh(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def test_pulled_out_before_the_pin(hsm: SoftHsm, company: Issued) -> None:
    hsm.plug("投标用", company, PIN)
    (found,) = _found(hsm.driver)
    hsm.unplug("投标用")
    with pytest.raises(Locked, match="token-unplugged"):
        Pkcs11Token.open(found, PIN)


def test_a_driver_that_dies_locks_the_token_and_nothing_else(held: Pkcs11Token, hsm: SoftHsm) -> None:
    os.kill(held.pid, signal.SIGSEGV)
    for _ in range(2):
        with pytest.raises(Locked, match="token-driver-crashed"):
            held.sign(b"x")
    Pkcs11Token.open(_found(hsm.driver)[0], PIN).close()


def test_a_driver_killed_in_mid_call(held: Pkcs11Token) -> None:
    os.kill(held.pid, signal.SIGSTOP)  # the call is under way and cannot end
    problems: list[Locked] = []

    def call() -> None:
        try:
            held.sign(b"x")
        except Locked as locked:
            problems.append(locked)

    thread = threading.Thread(target=call)
    thread.start()
    while not held._process._guard.locked():
        os.sched_yield()
    os.kill(held.pid, signal.SIGKILL)
    thread.join(30)
    assert [problem.code for problem in problems] == ["token-driver-crashed"]


def test_a_driver_that_hangs_is_ended(hsm: SoftHsm, company: Issued) -> None:
    hsm.plug("投标用", company, PIN)
    token = Pkcs11Token.open(_found(hsm.driver)[0], PIN)
    token._process.patience = 0.2
    os.kill(token.pid, signal.SIGSTOP)
    with pytest.raises(Locked, match="token-driver-silent"):
        token.sign(b"x")
    with pytest.raises(Locked, match="token-driver-crashed"):
        token.sign(b"x")
    token.close()


def test_missing_and_foreign_drivers(tmp_path: Path) -> None:
    with pytest.raises(Locked, match="token-driver-missing"):
        DriverProcess(Driver(tmp_path / "none.so"))
    (tmp_path / "text.so").write_text("not a library")
    with pytest.raises(Locked, match="token-driver-unusable"):
        DriverProcess(Driver(tmp_path / "text.so"))


def test_two_vendors_two_drivers_at_once(tmp_path: Path, authority: TestAuthority, trust: TrustStore) -> None:
    first, second = SoftHsm(tmp_path, "甲"), SoftHsm(tmp_path, "乙")
    one, two = authority.issue_organisation("甲方", CODE), authority.issue_organisation("乙方", CODE, kind="rsa")
    first.plug("同名", one, "1111")
    second.plug("同名", two, "2222")
    (a,), (b,) = _found(first.driver), _found(second.driver)
    assert a.key != b.key
    left, right = Pkcs11Token.open(a, "1111"), Pkcs11Token.open(b, "2222")
    said = BidContent(tender=TENDER, lot=LOT, supplier=CODE)
    names = [verify_statement(sign_statement(said, token), trust, AT).name for token in (left, right, left)]
    assert names == ["甲方", "乙方", "甲方"]
    left.close()
    right.close()


def test_the_pin_reaches_neither_command_line_nor_environment(held: Pkcs11Token) -> None:
    for name in ("cmdline", "environ"):
        assert PIN.encode() not in Path(f"/proc/{held.pid}/{name}").read_bytes()
    assert PIN not in repr(vars(held)) + repr(vars(held._process))


def test_sealing_to_a_token_needs_no_pin(
    hsm: SoftHsm, company: Issued, authority: TestAuthority, tmp_path: Path
) -> None:
    hsm.plug("投标用", company, PIN)
    (found,) = _found(hsm.driver)
    assert found.encryption is not None
    world = World(tmp_path, authority, company)
    sealed = world.seal(recipients=[Recipient(found.encryption)])
    assert sealed.size

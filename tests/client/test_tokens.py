"""A profile's tokens: several of several vendors, the chooser, tries of the PIN, pulling out, and the self-test (R-038)."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.changes import Changes
from client.cli.doctor import main as doctor
from client.desk import Desk
from client.diagnosis import STEPS, Check, Diagnosis, sound
from client.profile import LOG_KEY_FILE, TRUST_FOLDER, Profile, ProfileFolder, TokenDriver
from client.tokens import Tokens
from crypto.authority import TestAuthority
from crypto.certificates import TrustStore
from crypto.log import NoteKey
from crypto.tokens import Pkcs11Token
from crypto.vendor_authorities import make_authorities, vendor_trust
from procurement.basics.problems import Locked
from procurement.basics.roles import Role
from tests.client.parties import desk_of
from tests.softhsm import SoftHsm, library

CODE = "91140100TEST00000X"
NAME = "太原测试科技有限公司"
PIN = "pin-刚好-7391"
NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def vendors() -> dict[str, TestAuthority]:
    return make_authorities()


class Bench:
    """A profile with two drivers, and a hand that plugs tokens in and out."""

    def __init__(self, folder: Path, vendors: dict[str, TestAuthority], *, token: str = "") -> None:
        self.left, self.right = SoftHsm(folder, "甲驱动"), SoftHsm(folder, "乙驱动")
        drivers = [
            TokenDriver(
                library=str(library()),
                name=one.driver.name,
                environment=tuple("=".join(pair) for pair in one.environment.items()),
            )
            for one in (self.left, self.right)
        ]
        profile = Profile(
            server="http://127.0.0.1:9",
            actor=CODE,
            role=Role.SUPPLIER,
            name=NAME,
            person="张三",
            region="140100",
            token=token,
            drivers=() if token else tuple(drivers),
        )
        self.folder = ProfileFolder.create(folder / "profile", profile)
        trust = self.folder.folder / TRUST_FOLDER
        vendor_trust(vendors).save(trust)
        (trust / LOG_KEY_FILE).write_text(NoteKey("jincai.test/log", 1, bytes(31) + b"\x01").vkey, "utf-8")

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.folder, self.folder.trust())

    def desk(self) -> Desk:
        return desk_of(self.folder.folder)

    def diagnose(self, pin: str = "", key: str = "") -> dict[str, list[Check]]:
        checks = Diagnosis(self.folder, NOW).run(pin, key)
        assert sound(checks) is not any(check.state == "missing" for check in checks)
        return {step: [check for check in checks if check.step == step] for step in STEPS}


@pytest.fixture
def bench(tmp_path: Path, vendors: dict[str, TestAuthority]) -> Bench:
    return Bench(tmp_path, vendors)


@pytest.fixture
def held(bench: Bench, vendors: dict[str, TestAuthority]) -> Iterator[Desk]:
    """A desk whose one token is plugged in and open."""
    bench.left.plug("单位", vendors["sxca"].issue_organisation(NAME, CODE), PIN)
    desk = bench.desk()
    desk.accounts.unlock(PIN)
    yield desk
    desk.close()


def test_tokens_of_two_vendors_and_a_choice(bench: Bench, vendors: dict[str, TestAuthority]) -> None:
    first = vendors["sxca"].issue_organisation(NAME, CODE)
    second = vendors["itrus"].issue_organisation(NAME, CODE, kind="rsa")
    bench.left.plug("山西的", first, PIN)
    bench.right.plug("天威的", second, PIN)
    bench.right.plug("法人的", vendors["itrus"].issue_legal_person(NAME, CODE, "张三"), PIN)
    bench.right.plug("别家的", vendors["bjca"].issue_organisation("别家公司", "91140100TEST00002X"), PIN)
    tokens = bench.tokens
    found = tokens.scan()
    assert found.problems == ()
    shown = {one.label: (one.vendor, one.kind, one.mine) for one in found.tokens}
    assert shown == {
        "山西的": ("山西CA", "unit", True),
        "天威的": ("天威", "unit", True),
        "法人的": ("天威", "legal-person", False),
        "别家的": ("北京CA", "unit", False),
    }
    with pytest.raises(Locked, match="token-choose"):
        tokens.open(PIN)
    asked: list[str] = []

    def choose(views: object) -> str:
        assert isinstance(views, list)
        asked.extend(one.label for one in views)
        return next(str(one.key) for one in views if one.label == "天威的")

    tokens.chooser = choose
    token = tokens.open(PIN)
    assert isinstance(token, Pkcs11Token)
    assert (set(asked), token.signing_certificate) == ({"山西的", "天威的"}, second.signing[1])
    token.close()
    keys = {one.label: one.key for one in found.tokens}
    with pytest.raises(Locked, match="token-of-legal-person"):
        tokens.open(PIN, keys["法人的"])
    with pytest.raises(Locked) as caught:
        tokens.open(PIN, keys["别家的"])
    assert (caught.value.code, caught.value.facts["holder"]) == ("token-of-another", "别家公司")
    assert set(tokens.encryption_certificates()) >= {first.encryption[1], second.encryption[1]}  # type: ignore[index]


def test_nothing_plugged_in_and_a_driver_missing(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(Locked, match="token-none-plugged"):
        bench.tokens.open(PIN)
    gone = TokenDriver(library=str(tmp_path / "none.so"), name="丙驱动")
    bench.folder = ProfileFolder.create(
        bench.folder.folder, bench.folder.profile.model_copy(update={"drivers": (gone,)})
    )
    assert [problem.code for problem in bench.tokens.scan().problems] == ["token-driver-missing"]
    with pytest.raises(Locked, match="token-driver-missing"):
        bench.tokens.open(PIN)


def test_wrong_pins_are_counted_across_starts(bench: Bench, vendors: dict[str, TestAuthority]) -> None:
    bench.left.plug("单位", vendors["sxca"].issue_organisation(NAME, CODE), PIN)
    for tries in (1, 2):
        with pytest.raises(Locked) as caught:
            bench.tokens.open("falsch")
        assert (caught.value.code, caught.value.facts["tries"]) == ("token-pin-low", str(tries))
    (seen,) = bench.tokens.scan().tokens
    assert (seen.tries, seen.pin) == (2, "low")
    (check,) = bench.diagnose("falsch")["pin"]
    assert check.problem is not None and check.problem.facts["tries"] == "3"
    token = bench.tokens.open(PIN)
    assert isinstance(token, Pkcs11Token)
    token.close()
    assert bench.tokens.scan().tokens[0].tries == 0


def test_pulling_the_token_out_locks_the_desk(held: Desk, bench: Bench) -> None:
    told = threading.Event()
    heard: list[Changes] = []

    def listen(changes: Changes) -> None:
        heard.append(changes)
        told.set()

    held.bulletin.listen(listen)
    bench.left.unplug("单位")
    assert told.wait(60)
    assert heard[0].token is not None and heard[0].token.code == "token-unplugged"
    assert not held.unlocked
    with pytest.raises(Locked, match="token-closed"):
        _ = held.place.token
    with pytest.raises(Locked, match="token-none-plugged"):
        held.accounts.unlock(PIN)
    bench.left.replug("单位")
    held.accounts.unlock(PIN)
    assert held.unlocked


def test_a_driver_that_dies_locks_the_desk_too(held: Desk) -> None:
    token = held.place.token
    assert isinstance(token, Pkcs11Token)
    told = threading.Event()
    held.bulletin.listen(lambda _: told.set())
    os.kill(token.pid, signal.SIGKILL)
    with pytest.raises(Locked, match="token-driver-crashed"):
        token.sign(b"x")
    assert told.wait(60)
    assert not held.unlocked


def test_the_pin_is_kept_nowhere(held: Desk, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """R: never stored, logged, or kept longer than the act."""
    caplog.set_level("DEBUG")
    with pytest.raises(Locked) as caught:
        held.accounts.unlock("falsch-8842")
    held.accounts.unlock(PIN)
    assert held.accounts.diagnose(PIN)
    token = held.place.token
    assert isinstance(token, Pkcs11Token)
    for secret in (PIN, "falsch-8842"):
        assert secret not in caplog.text + repr(caught.value.__dict__) + repr(vars(held.place)) + repr(vars(token))
        for file in bench.folder.folder.rglob("*"):
            assert not file.is_file() or secret.encode() not in file.read_bytes(), file
        for name in ("cmdline", "environ"):
            assert secret.encode() not in Path(f"/proc/{token.pid}/{name}").read_bytes()


# -- the self-test


def test_the_self_test_of_a_usb_token(bench: Bench, vendors: dict[str, TestAuthority]) -> None:
    empty = bench.diagnose()
    assert [check.state for check in empty["driver"]] == ["found", "found"]
    assert [check.problem and check.problem.code for check in empty["slot"]] == ["token-none-plugged"]
    assert empty["signature"][0].state == "skipped"
    bench.left.plug("单位", vendors["bjca"].issue_organisation(NAME, CODE, kind="rsa"), PIN)
    assert bench.diagnose()["pin"][0].state == "skipped"
    whole = bench.diagnose(PIN)
    assert {check.state for checks in whole.values() for check in checks} == {"found"}
    assert whole["certificate"][0].facts["vendor"] == "北京CA"
    assert len(whole["expiry"]) == 2
    assert whole["decryption"][0].facts["oaep"] == "sha1"


def test_the_self_test_of_a_file(tmp_path: Path, vendors: dict[str, TestAuthority]) -> None:
    bench = Bench(tmp_path, vendors, token="token.p12")
    assert [check.problem and check.problem.code for check in bench.diagnose()["slot"]] == ["token-missing"]
    vendors["yixin"].issue_organisation(NAME, CODE).write_p12(bench.folder.folder / "token.p12", PIN)
    assert {check.state for checks in bench.diagnose(PIN).values() for check in checks} == {"found"}
    wrong = bench.diagnose("falsch")["pin"][0]
    assert wrong.problem is not None
    assert (wrong.problem.code, wrong.problem.facts["tries"]) == ("token-pin-wrong", "1")


def test_the_self_test_of_a_national_file(tmp_path: Path, vendors: dict[str, TestAuthority]) -> None:
    """Suite S1: the trial signature is SM2's, as an act's would be, and so is the trial envelope."""
    bench, authority = Bench(tmp_path, vendors, token="token.sm2"), TestAuthority.create("国密自检认证", kind="sm2")
    authority.trust().save(bench.folder.folder / TRUST_FOLDER)
    (bench.folder.folder / TRUST_FOLDER / TrustStore.VENDORS).unlink()
    authority.issue_organisation(NAME, CODE, kind="sm2").write_p12(bench.folder.folder / "token.sm2", PIN)
    checks = bench.diagnose(PIN)
    assert {check.state for one in checks.values() for check in one} == {"found"}, checks
    strangers = TestAuthority.create("某某国密CA", kind="sm2").issue_organisation(NAME, CODE, kind="sm2")
    strangers.write_p12(bench.folder.folder / "token.sm2", PIN)
    wrong = bench.diagnose(PIN)["signature"][0]
    assert wrong.problem is not None and wrong.problem.code == "certificate-issuer-unknown"


def test_the_self_test_finds_what_is_wrong(tmp_path: Path, vendors: dict[str, TestAuthority]) -> None:
    bench = Bench(tmp_path, vendors, token="token.p12")
    file = bench.folder.folder / "token.p12"
    ended = vendors["itrus"].issue_organisation(NAME, CODE, end=datetime(2026, 3, 1, tzinfo=UTC))
    ended.write_p12(file, PIN)
    found = bench.diagnose(PIN)
    assert [check.problem and check.problem.code for check in found["expiry"]] == ["certificate-expired"] * 2
    assert found["signature"][0].problem is not None
    vendors["itrus"].issue_organisation(NAME, CODE, end=datetime(2026, 4, 20, tzinfo=UTC)).write_p12(file, PIN)
    assert [check.state for check in bench.diagnose(PIN)["expiry"]] == ["warning"] * 2
    TestAuthority.create("某某CA").issue_organisation(NAME, CODE).write_p12(file, PIN)
    stranger = bench.diagnose(PIN)
    assert stranger["expiry"][0].problem is not None
    assert stranger["expiry"][0].problem.code == "certificate-issuer-unknown"
    vendors["itrus"].issue_organisation("别家", "91140100TEST00002X").write_p12(file, PIN)
    other = bench.diagnose(PIN)
    assert other["certificate"][0].problem is not None and other["certificate"][0].problem.code == "token-of-another"


def test_the_doctor_tells_it_in_lines(
    bench: Bench, vendors: dict[str, TestAuthority], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(["--profile", str(bench.folder.folder)]) == 1
    assert "token-none-plugged" in capsys.readouterr().out
    bench.left.plug("单位", vendors["sxca"].issue_organisation(NAME, CODE), PIN)
    monkeypatch.setattr("client.cli.doctor.getpass", lambda prompt: PIN)
    assert doctor(["--profile", str(bench.folder.folder), "--pin"]) == 0
    told = capsys.readouterr().out
    assert "ok   signature: done" in told and "ok   decryption: oaep sha1" in told and "山西CA" in told
    assert PIN not in told

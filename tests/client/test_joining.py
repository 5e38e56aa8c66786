"""A profile from a platform's file, on a real server: made, broken off, refused, renewed, and without a certificate."""

from __future__ import annotations

import os
import signal
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from client.bootstrap import open_desk
from client.desk import Desk
from client.joining import KEPT_FILE, MAKING, Holder, Joiner
from client.platform_offer import profiles_in
from client.profile import ProfileFolder
from crypto.authority import TestAuthority
from crypto.certificates import certificate_digest
from crypto.log import NoteKey
from crypto.platform_file import PlatformFile, in_groups, read_platform_file
from procurement.basics.canonical import canonical, parse_canonical
from procurement.basics.parties import Registration
from procurement.basics.problems import Locked, Problem, Refused
from procurement.basics.roles import Role
from server_stub.__main__ import main as server
from tests.client.parties import PASSPHRASE, PIN
from tests.softhsm import SoftHsm, library
from tests.world import ORIGIN, World
from ui.profiles import find_profiles

CODE, NAME = "91140100JOINER001X", "太原新用户科技有限公司"
STRAY = {"key": "x", "name": "无根", "roots": ["ab" * 32], "code": "serialNumber", "legal_person": "x"}
"""A vendor whose root is not in the file"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World.create(tmp_path_factory.mktemp("joining"))
    yield made
    made.close()


@pytest.fixture
def file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What the operator's command writes, with the fingerprint it prints."""
    target = tmp_path / "平台.jincai-platform"
    words = ["export", "--data", str(world.data), "--out", str(target), "--address", world.url, "--region", "140100"]
    assert server([*words, "--name-en", "Jincai test"]) == 0
    assert in_groups(read_platform_file(target.read_bytes()).fingerprint) in capsys.readouterr().out
    return target


@pytest.fixture
def p12(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "我的证书.pfx"
    world.authority.issue_organisation(NAME, CODE).write_p12(path, PIN)
    return path


def supplier(p12: Path, **fields: Any) -> Holder:
    return Holder(**{"role": Role.SUPPLIER, "person": "张三", "means": "file", "pin": PIN, "file": p12, **fields})


def changed(file: Path, **fields: object) -> PlatformFile:
    """The file with other fields, as anybody could write it."""
    return read_platform_file(canonical({**parse_canonical(file.read_bytes()), **fields}))


def refused(call: Any, *arguments: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        call(*arguments)
    return caught.value


def desk_of(folder: Path) -> Desk:
    return open_desk(folder, lambda _new: PASSPHRASE)


def test_from_file_and_certificate_to_a_registered_account(file: Path, p12: Path, tmp_path: Path) -> None:
    joiner = Joiner(tmp_path / "profiles")
    offer = joiner.read(file)
    assert (offer.file.name, offer.file.name_en, offer.file.origin, offer.known) == (
        "晋采平台",
        "Jincai test",
        ORIGIN,
        (),
    )
    folder = joiner.join(offer.file, supplier(p12))
    assert [one.folder for one in find_profiles(tmp_path / "profiles")] == [folder]
    profile = ProfileFolder(folder).profile
    assert (profile.actor, profile.name, profile.person, profile.region) == (CODE, NAME, "张三", "140100")
    assert (folder / "token.p12").stat().st_mode & 0o077 == 0
    desk = desk_of(folder)
    try:
        desk.accounts.unlock(PIN)
        assert refused(desk.accounts.sign_in).code == "not-registered"
        desk.accounts.register(profile.person)
        desk.accounts.sign_in()
        assert [act.value.name for act in desk.place.acts.all(Registration, actor=CODE)] == [NAME]
    finally:
        desk.close()
    # another account on the platform is set up from the file that is kept; the same one is not made twice
    ((name, kept),) = joiner.kept()
    assert (name, kept) == ("晋采平台", folder / KEPT_FILE)
    assert refused(joiner.join, joiner.read(kept).file, supplier(p12)).code == "profile-exists"
    assert joiner.join(offer.file, supplier(p12, role=Role.AGENCY)).name == f"agency-{CODE}"


def test_what_does_not_fit_is_refused_by_name_and_leaves_nothing(
    world: World, file: Path, p12: Path, tmp_path: Path
) -> None:
    joiner = Joiner(tmp_path / "profiles")
    good = joiner.read(file).file
    other = tmp_path / "other.p12"
    TestAuthority.create("别家").issue_organisation(NAME, CODE).write_p12(other, PIN)
    person, boss = tmp_path / "person.p12", tmp_path / "boss.p12"
    world.authority.issue_person("李专家", "ZJ-1").write_p12(person, PIN)
    world.authority.issue_legal_person(NAME, CODE, "张三").write_p12(boss, PIN)
    (tmp_path / "text.p12").write_text("not a certificate")
    for holder, code in (
        (supplier(p12, pin="wrong"), "token-pin-wrong"),
        (supplier(tmp_path / "text.p12"), "token-unreadable"),
        (supplier(tmp_path / "gone.p12"), "file-unreadable"),
        (supplier(other), "certificate-issuer-unknown"),
        (supplier(person), "certificate-role-differs"),
        (supplier(p12, role=Role.EXPERT), "certificate-role-differs"),
        (supplier(boss), "token-of-legal-person"),
        (Holder(role=Role.SUPPLIER, person="", means="usb", library=str(tmp_path / "none.so")), "token-driver-missing"),
        (Holder(role=Role.SUPPLIER, person="", means="none", code="", name=NAME), "value-malformed"),
    ):
        problem = refused(joiner.join, good, holder)
        assert problem.code == code, problem
    assert list((tmp_path / "profiles").iterdir()) == []


def test_wrong_pins_are_counted(file: Path, p12: Path, tmp_path: Path) -> None:
    joiner = Joiner(tmp_path / "profiles")
    good = joiner.read(file).file
    for tries in (1, 2):
        assert refused(joiner.join, good, supplier(p12, pin="wrong")).facts["tries"] == str(tries)


def test_an_expert_comes_with_a_personal_certificate(world: World, file: Path, tmp_path: Path) -> None:
    path = tmp_path / "expert.p12"
    world.authority.issue_person("李专家", "ZJ-1001").write_p12(path, PIN)
    joiner = Joiner(tmp_path / "profiles")
    folder = joiner.join(joiner.read(file).file, supplier(path, role=Role.EXPERT, person=""))
    found = ProfileFolder(folder).profile
    assert (found.actor, found.name, found.person) == ("ZJ-1001", "李专家", "李专家")


def test_a_usb_token_is_chosen_behind_its_driver(
    world: World, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hsm = SoftHsm(tmp_path, "驱动")
    for name, value in hsm.driver.environment.items():
        monkeypatch.setenv(name, value)
    hsm.plug("单位", world.authority.issue_organisation(NAME, CODE), PIN)
    hsm.plug("别家", world.authority.issue_organisation("别家公司", "91140100JOINER002X"), PIN)
    joiner = Joiner(tmp_path / "profiles")
    shown = {one.holder: one.key for one in joiner.plugged(str(library()))}
    assert set(shown) == {NAME, "别家公司"}
    holder = Holder(role=Role.SUPPLIER, person="张三", means="usb", library=str(library()), pin=PIN)
    good = joiner.read(file).file
    assert refused(joiner.join, good, holder).code == "token-choose"
    folder = joiner.join(good, Holder(role=Role.SUPPLIER, person="张三", means="usb", library=str(library()), pin=PIN, token=shown[NAME]))  # fmt: skip
    desk = desk_of(folder)
    try:
        desk.accounts.unlock(PIN)
        assert desk.place.token.label == "单位"
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"version": 2}, "platform-file-version"),
        ({"format": "jincai-bundle"}, "platform-file-foreign"),
        ({"log_key": "jincai.test/log+00000000+AAAA"}, "platform-file-malformed"),
        ({"witness_keys": [NoteKey("jincai.test/log", 1, bytes(31) + b"\x01").vkey]}, "platform-file-malformed"),
        ({"roots": []}, "platform-file-malformed"),
        ({"roots": ["AAAA"]}, "platform-file-malformed"),
        ({"crls": ["AAAA"]}, "platform-file-malformed"),
        ({"server": "ftp://platform"}, "platform-file-malformed"),
        ({"vendors": [STRAY]}, "platform-file-malformed"),
        ({"more": "x"}, "platform-file-malformed"),
        ({"name_en": "x" * 201}, "platform-file-malformed"),
    ],
)
def test_files_of_others_are_refused_by_name(file: Path, fields: dict[str, object], code: str) -> None:
    assert refused(lambda: changed(file, **fields)).code == code


def test_what_is_no_platform_file_at_all(tmp_path: Path, p12: Path) -> None:
    joiner = Joiner(tmp_path / "profiles")
    assert refused(joiner.read, p12).code == "platform-file-foreign"
    assert refused(joiner.read, tmp_path / "gone").code == "file-unreadable"
    (tmp_path / "large").write_bytes(b" " * (3 * 1024 * 1024))
    assert refused(joiner.read, tmp_path / "large").code == "platform-file-too-large"


def test_leaves_under_roots_are_refused(file: Path, world: World) -> None:
    """A leaf certificate where a root belongs would let its holder be believed as an authority."""
    plain = parse_canonical(file.read_bytes())
    assert refused(lambda: changed(file, roots=plain["platforms"])).code == "platform-file-malformed"


def test_the_fingerprint_covers_all_but_lists_and_date(file: Path) -> None:
    plain = parse_canonical(file.read_bytes())
    good = read_platform_file(file.read_bytes())
    assert changed(file, crls=[], made="2027-01-01T00:00:00.000Z").fingerprint == good.fingerprint
    vendor = {
        "key": "x",
        "name": "天",
        "roots": [certificate_digest(good.trust.roots[0])],
        "code": "serialNumber",
        "legal_person": "x",
    }
    root = b64encode(TestAuthority.create("别家").trust().roots[0].public_bytes(Encoding.DER)).decode()
    others: dict[str, object] = {
        "server": "https://other.example", "origin": "other", "name": "别的", "name_en": "x", "operator": "91140000MA0OTHERX0", "region": "1",
        "log_key": NoteKey("x/log", 1, bytes(31) + b"\x01").vkey, "witness_keys": [NoteKey("w", 4, bytes(31) + b"\x01").vkey],
        "outside_witness_keys": [NoteKey("w", 4, bytes(31) + b"\x01").vkey], "platforms": plain["roots"], "tls": plain["roots"],
        "roots": [root], "vendors": [vendor], "outside_tsa": plain["roots"], "intermediates": plain["roots"],
    }  # fmt: skip
    left = set(PlatformFile.model_fields) - {"format", "version", "made", "crls"}
    assert set(others) == left
    for name, value in others.items():
        assert changed(file, **{name: value}).fingerprint != good.fingerprint, name


def test_another_platform_at_the_address(world: World, file: Path, p12: Path, tmp_path: Path) -> None:
    """The file's log key, origin and operator are held against what answers; nobody answering is said as it is."""
    joiner = Joiner(tmp_path / "profiles")
    key = NoteKey("jincai.test/log", 1, bytes(31) + b"\x01").vkey
    for fields in ({"log_key": key}, {"origin": "other.example"}, {"operator": "91140000MA0OTHERX0"}):
        problem = refused(joiner.join, changed(file, **fields), supplier(p12))
        assert (problem.code, problem.facts["field"]) == ("platform-answers-otherwise", next(iter(fields)))
    silent = changed(file, server="http://127.0.0.1:9")
    assert refused(joiner.join, silent, supplier(p12)).code == "server-unreachable"
    open_air = changed(file, server="http://platform.example")
    assert refused(joiner.join, open_air, supplier(p12)).code == "origin-not-protected"
    world.start_tsa()
    stamps = world.options[world.options.index("--tsa") + 1].rstrip("/")
    assert refused(joiner.join, changed(file, server=stamps), supplier(p12)).code == "platform-not-there"
    assert not (tmp_path / "profiles").exists()


def test_a_kill_leaves_nothing_or_all_of_it(file: Path, p12: Path, tmp_path: Path) -> None:
    """The maker is killed at each of its renames in turn; what is left is no profile, and the next one sweeps it away."""
    root = tmp_path / "profiles"
    joiner = Joiner(root)
    good = joiner.read(file).file
    for place in range(1, 40):
        child = os.fork()
        if child == 0:
            _die_at_rename(place)
            joiner.join(good, supplier(p12))
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        assert profiles_in(root) == [] and find_profiles(root) == ()
    assert place > 5  # trust, log key, file, token, profile, folder
    (made,) = profiles_in(root)
    assert made.profile.actor == CODE and made.log_key().vkey == good.log_key
    assert not list(root.glob(f"{MAKING}*"))


def _die_at_rename(place: int) -> None:
    seen = 0

    def look(event: str, _arguments: object) -> None:
        nonlocal seen
        if event == "os.rename":
            seen += 1
            if seen == place:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def test_newer_lists_renew_an_account_and_other_roots_are_named(
    world: World, file: Path, p12: Path, tmp_path: Path
) -> None:
    joiner = Joiner(tmp_path / "profiles")
    folder = joiner.join(joiner.read(file).file, supplier(p12))
    (known,) = joiner.read(file).known
    assert (known.folder, known.same_log, known.changed) == (folder, True, ())
    stale = changed(file, crls=[])
    file.write_bytes(stale.to_bytes())
    (known,) = joiner.read(file).known
    assert known.changed == ("crls",)
    stranger = TestAuthority.create("外来").trust()
    plain = parse_canonical(file.read_bytes())
    more = [*plain["roots"], *(b64encode(one.public_bytes(Encoding.DER)).decode() for one in stranger.roots)]
    wider = changed(file, roots=more)
    file.write_bytes(wider.to_bytes())
    (known,) = joiner.read(file).known
    assert set(known.changed) == {"crls", "roots"}
    before = ProfileFolder(folder).profile
    joiner.renew(folder, wider)
    after = ProfileFolder(folder)
    assert len(after.trust().roots) == len(more) and after.profile.trust != before.trust
    assert after.profile.account == before.account
    assert (folder / before.trust).is_dir()
    joiner.renew(folder, wider)
    assert not (folder / before.trust).exists(), "one step back is kept, not all"
    assert joiner.read(file).known[0].changed == ()


def test_another_log_never_takes_an_accounts_place(world: World, file: Path, p12: Path, tmp_path: Path) -> None:
    joiner = Joiner(tmp_path / "profiles")
    folder = joiner.join(joiner.read(file).file, supplier(p12))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (tmp_path / "other").mkdir()
    other = World.create(tmp_path / "other")
    try:
        target = tmp_path / "neu.jincai-platform"
        words = [
            "export",
            "--data",
            str(other.data),
            "--out",
            str(target),
            "--address",
            other.url,
            "--region",
            "140100",
        ]
        assert server(words) == 0
        offer = joiner.read(target)
        (known,) = offer.known  # the same origin, another log
        assert not known.same_log and "log_key" in known.changed
        assert refused(joiner.renew, folder, offer.file).code == "platform-log-differs"
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    finally:
        other.close()


def test_without_a_certificate_one_looks_and_later_adds_it(world: World, file: Path, tmp_path: Path) -> None:
    agency = world.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
    world.register(agency)
    late, path = "91140100JOINER003X", tmp_path / "later.p12"
    world.authority.issue_organisation(NAME, late).write_p12(path, PIN)
    joiner = Joiner(tmp_path / "profiles")
    good = joiner.read(file).file
    folder = joiner.join(good, Holder(role=Role.SUPPLIER, person="", means="none", code=late, name=NAME))
    assert not ProfileFolder(folder).profile.signs
    desk = desk_of(folder)
    try:
        assert desk.place.sync.step().problem is None
        assert [act.value.name for act in desk.place.acts.all(Registration, actor=agency.code)] == [agency.name]
        for step in (lambda: desk.accounts.unlock(PIN), desk.accounts.sign_in, lambda: desk.accounts.register("张三")):
            with pytest.raises(Locked) as caught:
                step()
            assert caught.value.code == "certificate-none"
        desk.place.keepsakes.keep("note", "here", b"kept")
    finally:
        desk.close()
    assert (
        refused(joiner.join, good, Holder(role=Role.SUPPLIER, person="", means="none", code=late, name=NAME)).code
        == "profile-exists"
    )
    assert joiner.join(good, supplier(path)) == folder
    desk = desk_of(folder)
    try:
        desk.accounts.unlock(PIN)
        desk.accounts.register("张三")
        desk.accounts.sign_in()
        assert desk.place.keepsakes.keep("note", "here", b"anew") == b"kept"
        assert [act.value.name for act in desk.place.acts.all(Registration, actor=late)] == [NAME]
    finally:
        desk.close()


def test_export_needs_an_address(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert server(["export", "--data", str(world.data), "--out", str(tmp_path / "x"), "--region", "1"]) == 2
    assert "platform-address-missing" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
    with pytest.raises(Refused):
        read_platform_file(b"{}")

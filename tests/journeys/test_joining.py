"""A new user with nothing but the platform's file and a certificate: to the registered account, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from client.platform_process import PlatformProcesses, platform_command
from client.profile import ProfileFolder
from crypto.platform_file import in_groups, read_platform_file
from procurement.basics.canonical import canonical, parse_canonical
from tests.client.parties import PASSPHRASE, PIN
from tests.journeys.person import Person
from tests.world import World

NAME, CODE = "太原新用户科技有限公司", "91140100JOINER001X"
BOX = "已逐组核对，与另行公布的指纹相同"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "world").mkdir()
    made = World.create(tmp_path / "world")
    yield made
    made.close()


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    """Exported by the operator's command, as a process of its own."""
    target = tmp_path / "platform.jincai-platform"
    processes = PlatformProcesses(tmp_path)
    words = ["export", "--data", str(world.data), "--out", str(target), "--address", world.url, "--region", "140100"]
    assert processes.spawn("export", [*platform_command(), *words]).wait(60) == 0
    fingerprint = in_groups(read_platform_file(target.read_bytes()).fingerprint)
    assert fingerprint in (tmp_path / "export.log").read_text("utf-8")
    return target


@pytest.fixture
def me(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Person]:
    (tmp_path / "profiles").mkdir()
    person = Person(qtbot, qapp, tmp_path / "profiles", tmp_path / "windows.json", tmp_path / "practice")
    yield person
    person.leave()


@pytest.mark.timeout(600)
def test_from_the_file_to_the_workspace(me: Person, world: World, file: Path, tmp_path: Path) -> None:
    p12 = tmp_path / "cert.p12"
    world.authority.issue_organisation(NAME, CODE).write_p12(p12, PIN)
    me.click("已有证书或账户，去登录")
    me.click("用平台文件建立账户")

    # another platform's file first: told by name, nothing is made
    forged = tmp_path / "forged.jincai-platform"
    forged.write_bytes(canonical({**parse_canonical(file.read_bytes()), "origin": "elsewhere.example"}))
    me.give_file("选择文件：平台公布的文件", forged)
    me.wait(
        lambda: me.reads("elsewhere.example") and me.reads("晋采平台") and me.reads(world.url), "what the file says"
    )
    me.click(BOX)
    me.click("核对无误，连接平台")
    me.wait(lambda: me.reads("答话的平台与文件说的不是同一个：origin 不同"), "the refusal")
    assert list((tmp_path / "profiles").iterdir()) == []

    me.give_file("选择文件：平台公布的文件", file)
    fingerprint = in_groups(read_platform_file(file.read_bytes()).fingerprint)
    me.wait(lambda: me.one(QLabel, "fingerprint").text().split() == fingerprint.split(), "the fingerprint")
    assert not me.can("核对无误，连接平台"), "another file is compared anew"
    me.click(BOX)
    me.click("核对无误，连接平台")
    me.wait(lambda: me.reads("3 证书和账户"), "the account")
    me.give_file("选择文件：证书文件", p12)
    me.type("经办人", "张三")
    me.type("本机存储口令", PASSPHRASE)
    me.type("证书口令", "wrong")
    me.click("建立账户")
    me.wait(lambda: me.reads("证书口令不对"), "the wrong PIN")
    assert not any(one.text() for one in me.seen(QLineEdit, "本机存储口令")), "what was typed is not kept in the page"
    me.type("证书口令", PIN)
    me.type("本机存储口令", PASSPHRASE)
    me.click("建立账户")
    me.answer("签名登记")  # signed in with what was typed once
    signed_in = me.app.signed_in
    assert signed_in is not None
    me.wait(lambda: signed_in.desk.signed_in, "the session")
    profile = ProfileFolder(tmp_path / "profiles" / f"supplier-{CODE}").profile
    assert (profile.actor, profile.name, profile.person, profile.server) == (CODE, NAME, "张三", world.url)


@pytest.mark.timeout(600)
def test_without_a_certificate_one_looks_round(me: Person, world: World, file: Path) -> None:
    me.click("已有证书或账户，去登录")
    me.click("用平台文件建立账户")
    me.give_file("选择文件：平台公布的文件", file)
    me.click(BOX)
    me.click("核对无误，连接平台")
    me.choose("用什么登录", "还没有证书")
    me.type("单位名称", NAME)
    me.type("统一社会信用代码", CODE)
    me.click("建立账户")
    me.wait(lambda: me.reads("选择证书登录"), "the sign-in page")
    me.type("本机存储口令", PASSPHRASE)
    me.click("登录")
    signed_in = me.app.signed_in
    me.wait(lambda: me.app.signed_in is not None, "the workspace")
    signed_in = me.app.signed_in
    assert signed_in is not None
    me.wait(lambda: signed_in.desk.online, "the feed")
    assert not signed_in.desk.signed_in
    me.click("证书自检")
    me.wait(lambda: me.reads("证书自检"), "a page that asks for certificates")

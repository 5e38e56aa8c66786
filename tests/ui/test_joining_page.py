"""The page on which an account is set up: named, unclipped, and loud where a file would change what an account believes."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from client.joining import Joiner
from client.profile import LOG_KEY_FILE, TRUST_FOLDER, Profile, ProfileFolder
from crypto.authority import TestAuthority
from crypto.notes import NoteKey
from crypto.platform_file import PlatformFile, describe_folder, read_platform_file
from procurement.basics.canonical import canonical
from procurement.basics.moment import SystemClock
from procurement.basics.roles import Role
from tests.ui.walker import clipped, nameless, unreachable
from ui.i18n import use_language
from ui.joining.page import JoinPage
from ui.kit.banner import Banner
from ui.theme.style import apply

CODE = "91140100JOINER001X"
LOG, OTHER_LOG = (NoteKey("a.b/log", 1, bytes(31) + bytes([end])) for end in (1, 2))


@pytest.fixture
def file(tmp_path: Path) -> PlatformFile:
    """A platform's file, and an account set up from it in `profiles/mine`."""
    authority = TestAuthority.create("晋采测试认证中心")
    authority.issue_platform("晋采平台", "91140000MA0JINCAI0")
    folder = tmp_path / "profiles" / "mine"
    authority.trust().save(folder / TRUST_FOLDER)
    (folder / TRUST_FOLDER / LOG_KEY_FILE).write_text(LOG.vkey, "utf-8")
    said = {"server": "https://a.b", "origin": "a.b"}
    profile = Profile(
        actor=CODE, role=Role.SUPPLIER, name="太原新用户科技有限公司", person="张三", region="1", token="t.p12", **said
    )
    ProfileFolder.create(folder, profile)
    now = SystemClock().now()
    return describe_folder(
        folder / TRUST_FOLDER, LOG, now, name="晋采平台", name_en="Jincai platform", operator="91140000MA0JINCAI0", region="1", **said
    )  # fmt: skip


def shown(page: JoinPage, file: PlatformFile, tmp_path: Path, **fields: object) -> None:
    path = tmp_path / "given"
    path.write_bytes(read_platform_file(canonical({**file.to_plain(), **fields})).to_bytes())
    page.show_offer(Joiner(tmp_path / "profiles").read(path))


def banners(page: JoinPage) -> list[str]:
    QApplication.processEvents()
    return [one.accessibleName() for one in page.findChildren(Banner) if one.isVisible()]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("means", ["file", "usb", "none"])
def test_every_part_is_named_and_fits(
    file: PlatformFile, language: str, means: str, tmp_path: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    use_language(dressed, language)
    apply(dressed, "dark" if language == "en" else "light")
    page = JoinPage([("晋采平台", tmp_path)])
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    shown(page, file, tmp_path)
    QApplication.processEvents()
    assert [nameless(page), clipped(page), unreachable(page)] == [[], [], []]
    page.show_met()
    page.account._who.fill({"means": means})
    page.account._show()
    QApplication.processEvents()
    assert [nameless(page), clipped(page), unreachable(page)] == [[], [], []]


def test_what_a_file_would_change_is_said(
    file: PlatformFile, tmp_path: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    page = JoinPage()
    qtbot.addWidget(page)
    page.resize(1366, 900)
    page.show()
    shown(page, file, tmp_path)
    assert banners(page) == ["本机已有这个平台的账户。账户“太原新用户科技有限公司（供应商）”与文件一致。"]
    shown(page, file, tmp_path, crls=[])
    assert banners(page)[0].startswith("只有吊销列表较新")
    stranger = b64encode(TestAuthority.create("外来").root.public_bytes(Encoding.DER)).decode()
    roots = [*file.to_plain()["roots"], stranger]
    shown(page, file, tmp_path, roots=roots)
    assert banners(page)[0].startswith("文件要改变已有账户所相信的内容") and "证书机构的根证书" in banners(page)[0]
    asked: list[Path] = []
    page.renew.connect(asked.append)
    (press,) = [one for one in page.findChildren(QPushButton) if one.isVisible() and one.text().startswith("更新账户")]
    press.click()
    question = QApplication.activeModalWidget() or page.findChild(QDialog)
    assert isinstance(question, QDialog)
    act = question.findChild(QPushButton, "act")
    assert isinstance(act, QPushButton) and not act.isEnabled() and asked == [], "nothing without the tick"
    question.close()
    shown(page, file, tmp_path, log_key=OTHER_LOG.vkey)
    assert banners(page)[0].startswith("日志公钥与本机已有账户不同")
    assert not [one for one in page.findChildren(QPushButton) if one.isVisible() and one.text().startswith("更新账户")]

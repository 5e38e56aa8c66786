"""A new user, from an empty data folder through the tour to a signed contract, by mouse and keyboard, on the real practice platform."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from client.practice.cast import PIN
from client.practice.world import PracticeWorld
from tests.client.journey import SUPPLIERS
from tests.client.parties import PASSPHRASE
from tests.client.parties import PIN as REAL_PIN
from tests.journeys.person import PATIENCE, Person
from tests.journeys.snapshots import Revisit


@pytest.fixture
def me(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Person]:
    person = Person(qtbot, qapp, tmp_path / "profiles", tmp_path / "windows.json", tmp_path / "practice")
    yield person
    person.leave()


def _step(me: Person, number: int) -> None:
    me.wait(lambda: me.reads(f"第 {number} 步"), f"step {number}")


def _more(me: Person, number: int) -> None:
    me.wait(lambda: me.reads(f"选做 {number} / 8"), f"voluntary step {number}")


def _break_the_line(me: Person) -> None:
    """Broken before the first byte, mended, broken again before the delivery is confirmed: nothing is lost, nothing is claimed."""
    me.click("练一次断线")
    me.wait(lambda: me.reads("线路断了") and me.can("接上线路"), "the broken line")
    me.click("上传密文")
    me.wait(lambda: me.reads("正在自己重试") and me.can("暂停"), "an upload that waits for the line")
    me.click("接上线路")
    me.wait(lambda: me.can("确认递交"), "the upload to go on by itself")
    assert me.reads("未递交")
    me.click("练一次断线")
    me.wait(lambda: me.can("接上线路"), "the broken line")
    me.click("确认递交")
    me.answer("确认递交")
    me.wait(lambda: me.reads("排队等待送达平台"), "the words of a delivery that waits")
    assert me.reads("未递交") and not me.reads("已递交")
    me.click("接上线路")


@pytest.mark.timeout(900)
def test_a_new_user_practises(me: Person, tmp_path: Path, qtbot: QtBot) -> None:
    """Steps tick themselves off; the buttons of the band lead the way."""
    me.click("开始练习")
    qtbot.waitUntil(lambda: me.app.practising, timeout=4 * PATIENCE)  # reading the window all the time would slow it
    me.wait(lambda: me.reads("选择证书登录"), "the sign-in of practice")
    _step(me, 1)
    me.type("证书口令", PIN)
    me.click("登录")
    me.answer("暂不登记")
    me.click("带我去")
    me.answer("签名登记")
    _step(me, 2)
    me.click("带我去")
    me.open_row("项目", "【练习】")
    _step(me, 3)
    me.click("带我去")
    me.click("知道了，开始编制")
    me.type("交货期（日）", "7")
    me.key(Qt.Key.Key_Return)
    me.click("下一节：分项报价表")
    _fill_prices(me)
    _step(me, 4)

    sample = tmp_path / "样本.pdf"
    me.give_file("存样本 PDF", sample)
    me.wait(sample.exists, "the sample")
    me.click("带我去")
    me.give_file("选择文件：添加投标文件", sample)
    _step(me, 5)
    me.click("带我去")
    me.choose("独立承担民事责任的能力：如何满足", "附证明文件")
    me.choose("参加采购前三年无重大违法记录：如何满足", "书面承诺")
    me.choose("营业执照：文件", "样本")
    for field in ("营业执照：起始页", "营业执照：结束页"):
        me.type(field, "1")
        me.key(Qt.Key.Key_Return)
    me.click("下一节：技术商务偏离表")
    me.choose("座面承重：偏离", "无偏离")
    me.type("座面承重：响应内容", "120 kg")
    me.key(Qt.Key.Key_Return)
    _step(me, 6)
    me.click("带我去")
    _step(me, 7)
    me.click("带我去")
    me.click("签章并加密")
    me.answer("签章并加密")
    _step(me, 8)
    _break_the_line(me)
    me.wait(lambda: me.reads("已递交"), "the receipt")
    _more(me, 1)
    receipts = tmp_path / "practice" / "world" / "profiles" / "trial" / "receipts"
    me.wait(lambda: {one.suffix for one in receipts.iterdir()} == {".json", ".pdf"}, "the receipt as files")

    me.click("到开标日")
    _more(me, 2)
    me.click("带我去")
    me.click("用证书授权解密")
    me.answer("授权解密", secret=PIN)
    _more(me, 4)
    me.wait(lambda: any("练习对手甲" in row and "88,400" in row for row in me.words()), "the rivals' prices")
    assert me.reads("练习对手乙") and me.reads("80,000.00")
    me.click("开始评审")
    me.wait(lambda: me.can("停下"), "the committee at work")
    _more(me, 5)
    me.click("带我去")
    me.type("书面说明", "椅子 70,000 元，运输和安装 10,000 元，自产自装。")
    me.click("签章提交说明")
    me.answer("签章提交")
    _more(me, 6)
    me.click("到定标日")
    _more(me, 7)
    me.click("带我去")
    me.wait(lambda: me.reads("中标金额"), "the result")
    _more(me, 8)
    me.click("核对并签订合同")
    me.answer("核对并签章")
    me.wait(lambda: me.reads("全部练完了"), "the signed contract")
    me.click("全部步骤")
    me.wait(lambda: me.reads("学到了什么") and me.reads("逐字节相同才签"), "what there was to learn")
    me.click("找标")
    me.click("再练一次")
    me.answer("重新开始")
    me.click("取消")
    me.wait(lambda: me.can("开始练习"), "the end of a practice that was not wanted after all")
    assert not PracticeWorld(tmp_path / "practice" / "world").ready


def test_practice_is_left_taken_up_again_and_deleted(
    practice: Path, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    """A practice that was left is offered again; leaving stops its platform; deleting leaves nothing behind."""
    shutil.copytree(practice, tmp_path / "practice")
    me = Person(qtbot, qapp, tmp_path / "profiles", tmp_path / "windows.json", tmp_path / "practice")
    world = PracticeWorld(tmp_path / "practice" / "world")
    me.click("继续练习")
    me.wait(lambda: me.reads("第 1 步"), "the sign-in of practice")
    assert _alive(world)
    me.click("离开练习")
    me.wait(lambda: me.can("先练一次") and not me.reads("第 1 步"), "the usual sign-in")
    me.wait(lambda: not _alive(world), "the platform to stop")
    me.click("先练一次")
    me.click("删除练习")
    me.answer("删除练习")
    me.wait(lambda: me.can("开始练习"), "the end of it")
    assert not (tmp_path / "practice").exists()
    me.leave()


def test_practice_and_a_real_profile_do_not_mix(
    practice: Path, at_published: Revisit, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    """Whoever has a real profile finds nothing of practice in it, and the other way round."""
    shutil.copytree(practice, tmp_path / "practice")
    profiles = tmp_path / "profiles"
    shutil.copytree(at_published.supplier_profile("A"), profiles / "real")
    before = _contents(profiles)
    me = Person(qtbot, qapp, profiles, tmp_path / "windows.json", tmp_path / "practice")
    assert not me.reads("晋采练习供应商有限公司")
    me.click("先练一次")
    me.click("继续练习")
    me.wait(lambda: me.reads("第 1 步"), "the sign-in of practice")
    assert not me.reads(SUPPLIERS["A"][1]), "practice does not offer real certificates"
    assert me.app.window.windowTitle().endswith("练习")
    me.type("证书口令", PIN)
    me.click("登录")
    me.answer("签名登记")
    me.wait(lambda: me.reads("第 2 步"), "the registration")
    me.click("找标")
    me.wait(lambda: len(me.rows("项目")) == 1 and "【练习】" in me.rows("项目")[0], "the rehearsal tender alone")
    me.click("全部步骤")
    me.click("离开练习")
    me.wait(lambda: me.reads(SUPPLIERS["A"][1]), "the real certificates")
    assert not me.reads("第 2 步") and not me.app.window.windowTitle().endswith("练习")
    assert _contents(profiles) == before, "nothing was written into the real profile"
    me.sign_in(SUPPLIERS["A"][1], REAL_PIN, PASSPHRASE)
    me.click("找标")
    me.wait(lambda: me.rows("项目"), "the tenders")
    assert not any("练习" in row for row in me.rows("项目"))

    me.click("帮助")
    me.click("先练一次")
    me.click("继续练习")
    me.wait(lambda: me.reads("第 1 步") and not me.reads(SUPPLIERS["A"][1]), "practice again, by the help")
    me.leave()


def _alive(world: PracticeWorld) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(world.url.rpartition(":")[2]))) == 0


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def _fill_prices(me: Person) -> None:
    grid = me.one(QTableView, "分项报价表")
    model = grid.model()
    heads = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]
    place = next(place for place, head in enumerate(heads) if "单价" in head)
    for row, price in enumerate(("350", "250")):
        me.pick_cell(grid, model.index(row, place))
        me.keys(price)
        me.key(Qt.Key.Key_Return)
        me.wait(lambda: QApplication.focusWidget() is grid, "the cell to close")

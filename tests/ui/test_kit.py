"""The kit by mouse and keyboard: forms, money, price grid, dialogs, sign-in, and names for every control."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.walker import nameless, tall_heads, unreachable
from ui.kit.badge import blocked, done
from ui.kit.cards import Card, Facts
from ui.kit.dialogs import Question, ask
from ui.kit.files import DropZone
from ui.kit.findings import Finding, FindingList
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.money import MoneyEdit
from ui.kit.pdf import PdfPane
from ui.kit.price_model import PriceColumn, Row
from ui.kit.prices import PriceGrid
from ui.kit.progress import Progress
from ui.kit.text import column
from ui.shell.signin import Secrets, SignIn, TokenChoice
from ui.theme.fonts import sized

FIELDS = (
    FieldSpec("days", "供货期", "integer", "天"),
    FieldSpec("from", "开始日期", "date"),
    FieldSpec("kind", "方式", "choice", choices=(("a", "甲"), ("b", "乙"))),
    FieldSpec("text", "说明", "long"),
    FieldSpec("agree", "同意", "tick"),
)


def _compute(row: Row) -> dict[str, Decimal | None]:
    price = as_number(row.get("price", ""))
    return {"amount": None if price is None else Decimal(row["quantity"]) * price}


def _grid() -> PriceGrid:
    grid = PriceGrid(
        (
            PriceColumn("name", "名称", "fixed"),
            PriceColumn("quantity", "数量", "given", 80),
            PriceColumn("price", "单价", "money", 120, 2),
            PriceColumn("amount", "合价", "computed", 120, 2),
        ),
        _compute,
        "报价表",
    )
    grid.price_model.set_rows([{"name": f"货物 {n}", "quantity": str(n)} for n in (1, 2, 3)])
    return grid


def test_words_in_a_price_table_have_room_and_numbers_that_grow_get_it(dressed: QApplication, qtbot: QtBot) -> None:
    grid = _grid()
    qtbot.addWidget(grid)
    grid.resize(600, 300)
    grid.show()
    name = "高清网络枪型摄像机（室外防护）"
    grid.price_model.set_rows([{"name": name, "quantity": "2"}, {"name": "x", "quantity": "1"}])
    ink = QFontMetrics(sized(13))
    assert grid.columnWidth(0) >= ink.horizontalAdvance(name) + 16
    price = grid.price_model.index(0, 2)
    assert grid.price_model.setData(price, "123456789012345.67")
    assert grid.columnWidth(3) >= ink.horizontalAdvance("246,913,578,024,691.34") + 16
    grid.price_model.set_rows([{"name": "很长" * 200, "quantity": "2"}])
    assert grid.columnWidth(0) < 320
    assert grid.price_model.data(grid.price_model.index(0, 0), Qt.ItemDataRole.ToolTipRole) == "很长" * 200


@pytest.fixture
def everything(dressed: QApplication, qtbot: QtBot) -> QWidget:
    root = QWidget()
    findings = FindingList()
    findings.show_findings([Finding("must", "少了", "一处", "a/b", "第 5 页", "补上")])
    root.setLayout(
        column(Form(FIELDS), MoneyEdit("总价"), _grid(), findings, Progress("上传"), PdfPane(), DropZone("授权书"))
    )
    qtbot.addWidget(root)
    root.show()
    return root


def test_every_control_has_a_name_and_is_reached_by_tab(everything: QWidget) -> None:
    assert nameless(everything) == []
    assert unreachable(everything) == []


def test_room_that_a_card_has_too_much_is_not_given_to_its_head(dressed: QApplication, qtbot: QtBot) -> None:
    page = QWidget()
    card = Card("履行情况")
    card.body.addWidget(Facts([("供应商", "某某有限公司"), ("合同编号", "HT-1")]))
    page.setLayout(column(card))
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    qtbot.wait(20)
    assert card.height() == 600 and tall_heads(page) == []


def test_a_form_tells_what_is_wrong_as_one_types(dressed: QApplication, qtbot: QtBot) -> None:
    form = Form(FIELDS)
    qtbot.addWidget(form)
    edited: list[str] = []
    form.on_edited(edited.append)
    form.fill({"days": "3"})
    assert edited == []
    qtbot.keyClicks(form.fields["days"].control, "x")
    assert edited == ["days"]
    assert form.fields["days"].shape_error()
    assert "供货期" in form.missing()
    form.fill({"days": "1,000", "from": "2026-02-30"})
    assert form.fields["days"].shape_error() == ""
    assert form.fields["from"].shape_error()


def test_money_shows_words_and_distance(dressed: QApplication, qtbot: QtBot) -> None:
    money = MoneyEdit("投标总价", ceiling=Decimal("5300735"))
    qtbot.addWidget(money)
    qtbot.keyClicks(money.line, "5133840")
    assert money.amount == Decimal("5133840.00")
    assert "伍佰壹拾叁万" in money._words.text()
    assert "166,895.00" in money._gap.text()
    qtbot.keyClicks(money.line, ".005")
    assert money.amount is None


def test_prices_are_typed_and_pasted_and_products_computed(dressed: QApplication, qtbot: QtBot) -> None:
    grid = _grid()
    qtbot.addWidget(grid)
    grid.show()
    model = grid.price_model
    grid.setCurrentIndex(model.index(0, 2))
    QTest.keyClicks(grid, "1")
    editor = grid.viewport().findChild(QLineEdit)
    assert editor is not None
    assert nameless(grid) == []
    QTest.keyClicks(editor, "860.5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: model.rows[0].get("price") == "1860.5")
    qtbot.waitUntil(lambda: grid.currentIndex().row() == 1)
    assert model.text(0, model.columns[3]) == "1,860.50"
    QGuiApplication.clipboard().setText("100\n2,000.25\nfree\n9\n")
    grid.setCurrentIndex(model.index(0, 2))
    results = []
    grid.pasted.connect(results.append)
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert results[0].accepted == 2
    assert results[0].refused == ("第 3 行 free", "第 4 行 9")
    assert model.text(1, model.columns[3]) == "4,000.50"
    assert (2, "price") in model.wrong
    assert not model.flags(model.index(0, 3)) & Qt.ItemFlag.ItemIsEditable


def test_a_dialog_needs_tick_and_pin_and_gives_the_pin_once(dressed: QApplication, qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    root.show()
    pins: list[str] = []
    question = ask(
        Question(root, "撤回投标？", "不能反悔。", act="撤回", keep="不撤回", tick="我知道", pin="口令"), pins.append
    )
    assert nameless(question) == []
    assert not question.act.isEnabled()
    QTest.keyClicks(question.typed, "1234")
    assert not question.act.isEnabled()
    question._tick.click()
    QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)
    assert pins == ["1234"]


def test_sign_in_asks_with_the_chosen_token_and_forgets_the_pin(dressed: QApplication, qtbot: QtBot) -> None:
    page = SignIn("0")
    qtbot.addWidget(page)
    page.show_choices(
        [TokenChoice("old", "旧", "", blocked("已过期"), usable=False), TokenChoice("new", "新", "", done("有效"))]
    )
    assert nameless(page) == []
    asked: list[tuple[str, Secrets]] = []
    page.asked.connect(lambda key, pin: asked.append((key, pin)))
    QTest.keyClicks(page.pin, "123456")
    QTest.mouseClick(page.findChild(QPushButton, "sign-in"), Qt.MouseButton.LeftButton)
    assert asked == [("new", Secrets("123456"))]
    assert page.pin.text() == ""

"""What is half typed is kept beside the draft: there again in a new window, gone once it is whole, and never part of the bid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bench.desk_world import DeskWorld
from client.demo.tender_data import load_tender
from client.desk import Desk
from client.workflows.drafting import KIND, draft_key
from procurement.bidding.draft import BidForms, ParameterResponse
from procurement.tendering.lot import Consortium, Deposit
from procurement.tendering.tender import Tender
from tests.ui.walker import settle
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.prices import PriceGrid
from ui.workspaces.supplier.prepare import keeping
from ui.workspaces.supplier.prepare.consortium import ConsortiumEditor
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet

_PLAIN = load_tender("tanghe")
_FIRST = _PLAIN.lots[0]
LOT = _FIRST.model_copy(
    update={
        "products": (_FIRST.products[0].model_copy(update={"core": True}), *_FIRST.products[1:]),
        "deposit": Deposit(amount=Decimal(3100)),
        "consortium": Consortium(max_members=3),
    }
)
TENDER = _PLAIN.model_copy(update={"lots": (LOT, *_PLAIN.lots[1:])})
PRODUCT, PARAMETER, TABLE = LOT.products[0].code, LOT.parameters[0].code, LOT.quote.tables[0]
KEY = draft_key(TENDER.id, LOT.code)
SOON_MS = 60
CODE = "91140100MEMBER002X"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("SAVE_AFTER_MS", "SAVE_AT_LATEST_MS"):
        monkeypatch.setattr(keeping, name, SOON_MS)
    world = DeskWorld.create(tmp_path)
    with world.desk() as found:
        world.publish(found, TENDER, TENDER.id)
        yield found


@contextmanager
def a_page(desk: Desk, qtbot: QtBot, section: str, tender: Tender = TENDER) -> Iterator[PreparePane]:
    """A new page on what the store holds."""
    lot = tender.lots[0]
    draft = desk.bidding.drafts.begin(tender.id, lot.code)
    window, bridge = QWidget(), Bridge()
    qtbot.addWidget(window)
    window.resize(1366, 700)
    pane = PreparePane(Context(desk, bridge), Sheet(tender, lot, draft.forms, draft.loose))
    pane.setParent(window)
    pane.resize(1366, 700)
    pane.show_section(section)
    window.show()
    yield pane
    settle(qtbot, desk)
    window.close()
    bridge.close()


def _line(pane: PreparePane, name: str, place: int = 0) -> QLineEdit:
    return pane.findChildren(QLineEdit, name)[place]


def _type(pane: PreparePane, name: str, text: str, place: int = 0) -> None:
    field = _line(pane, name, place)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def _choose(pane: PreparePane, name: str, code: str) -> None:
    box = pane.findChild(QComboBox, name)
    assert box is not None
    box.setCurrentIndex(box.findData(code))


def _grid(pane: PreparePane) -> PriceGrid:
    found = pane.findChild(PriceGrid, f"table-{TABLE.code}")
    assert found is not None
    return found


def _cell(pane: PreparePane, text: str) -> None:
    model = _grid(pane).price_model
    at = next(place for place, one in enumerate(model.columns) if one.name == "price")
    model.setData(model.index(1, at), text)


def _half_deposit(pane: PreparePane) -> None:
    _choose(pane, "field-form", "transfer")
    _type(pane, "field-payer", "Jia Co")
    _type(pane, "field-voucher", "No.18")


def _deposit_is_half(pane: PreparePane) -> bool:
    box = pane.findChild(QComboBox, "field-form")
    texts = (_line(pane, "field-payer").text(), _line(pane, "field-voucher").text())
    return box is not None and box.currentData() == "transfer" and texts == ("Jia Co", "No.18")


def _whole_deposit(pane: PreparePane) -> None:
    for name, text in (("amount", "3100"), ("paid", "2026-03-01"), ("voucher", "BH-2026-18")):
        _type(pane, f"field-{name}", text)


def _half_member(pane: PreparePane) -> None:
    add = pane.findChild(QPushButton, "add-member")
    assert add is not None
    add.click()
    _type(pane, "field-name", "Yi Co", 1)
    _type(pane, "field-work", "supply", 1)
    _type(pane, "field-code", CODE[:7], 1)


def _member_is_half(pane: PreparePane) -> bool:
    names = [one.text() for one in pane.findChildren(QLineEdit, "field-name")]
    codes, works = _line(pane, "field-code", 1).text(), _line(pane, "field-work", 1).text()
    return len(names) == 2 and (names[1], codes, works) == ("Yi Co", CODE[:7], "supply")


def _cell_is_red(pane: PreparePane) -> bool:
    model = _grid(pane).price_model
    return model.rows[1].get("price") == "9o000" and set(model.wrong) == {(1, "price")}


Act, Look = Callable[[PreparePane], None], Callable[[PreparePane], bool]
KINDS: dict[str, tuple[str, str, Act, Look, Act, Callable[[BidForms], object]]] = {
    "deposit": (
        "others", "deposit", _half_deposit, _deposit_is_half, _whole_deposit,
        lambda forms: forms.deposit is not None and (forms.deposit.voucher, forms.deposit.payer_name) == ("BH-2026-18", "Jia Co"),
    ),
    "brand": (
        "others", f"brands.{PRODUCT}",
        lambda pane: _type(pane, f"field-brand-{PRODUCT}", "Jinfeng"),
        lambda pane: _line(pane, f"field-brand-{PRODUCT}").text() == "Jinfeng",
        lambda pane: _type(pane, f"field-maker-{PRODUCT}", "Jinfeng Works"),
        lambda forms: [(one.brand, one.manufacturer) for one in forms.brands] == [("Jinfeng", "Jinfeng Works")],
    ),
    "response": (
        "responses", f"responses.{PARAMETER}",
        lambda pane: _type(pane, f"offer-{PARAMETER}", "99.5%"),
        lambda pane: _line(pane, f"offer-{PARAMETER}").text() == "99.5%",
        lambda pane: _choose(pane, f"deviation-{PARAMETER}", "positive"),
        lambda forms: [(one.parameter, one.deviation, one.offer) for one in forms.responses] == [(PARAMETER, "positive", "99.5%")],
    ),
    "member": (
        "consortium", "consortium.1", _half_member, _member_is_half,
        lambda pane: _type(pane, "field-code", CODE, 1),
        lambda forms: [(one.name, one.supplier, one.work) for one in forms.consortium][1:] == [("Yi Co", CODE, "supply")],
    ),
    "cell": (
        f"table:{TABLE.code}", f"tables.{TABLE.code}.{TABLE.rows[1].code}",
        lambda pane: _cell(pane, "9o000"), _cell_is_red, lambda pane: _cell(pane, "90"),
        lambda forms: [
            (row.row, cell.number) for table in forms.tables for row in table.rows for cell in row.cells if cell.column == "price"
        ] == [(TABLE.rows[1].code, Decimal(90))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_half_typed_is_there_again(kind: str, desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    section, where, half, is_half, complete, is_whole = KINDS[kind]
    drafts, store = desk.bidding.drafts, desk.place.drafts
    with a_page(desk, qtbot, section) as pane:
        empty = pane._sheet.forms
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            half(pane)
        settle(qtbot, desk)
        forms = drafts.open(TENDER.id, LOT.code).forms
        assert not is_whole(forms), "what is half typed is no part of the bid"
        if kind != "member":  # the leading member is whole
            assert forms.model_copy(update={"machines": empty.machines}) == empty
        assert [(one.where, one.blocking) for one in pane._sheet.findings() if one.code == "half-typed"] == [
            (where, False)
        ]
    with a_page(desk, qtbot, section) as pane:
        assert is_half(pane)
        pane.show_anew()
        assert is_half(pane)
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            complete(pane)
        settle(qtbot, desk)
        assert is_whole(drafts.open(TENDER.id, LOT.code).forms)
        assert store.loose(KIND, KEY) == b"" and pane._sheet.loose == {}
        assert not any(one.code == "half-typed" for one in pane._sheet.findings())
    with a_page(desk, qtbot, section) as pane:
        assert is_whole(pane._sheet.forms) and pane._sheet.loose == {}


def test_emptied_it_is_gone(desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    with a_page(desk, qtbot, "others") as pane:
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            _type(pane, f"field-brand-{PRODUCT}", "Jinfeng")
        settle(qtbot, desk)
        assert desk.place.drafts.loose(KIND, KEY)
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            _line(pane, f"field-brand-{PRODUCT}").clear()
        settle(qtbot, desk)
        assert desk.place.drafts.loose(KIND, KEY) == b""


def test_it_is_no_version_and_goes_with_the_draft(desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    with a_page(desk, qtbot, "others") as pane:
        pane.save()
        settle(qtbot, desk)
        before = [one.version for one in desk.bidding.drafts.versions(TENDER.id, LOT.code)]
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            _type(pane, "field-voucher", "BH-1")
        settle(qtbot, desk)
        assert [one.version for one in desk.bidding.drafts.versions(TENDER.id, LOT.code)] == before
        assert desk.bidding.drafts.all() == ((TENDER.id, LOT.code),)
        desk.place.drafts.discard(KIND, KEY)
        assert desk.place.drafts.loose(KIND, KEY) == b""


def test_steps_back_and_other_versions_bring_no_stale_text(desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    with a_page(desk, qtbot, "others") as pane:
        sheet = pane._sheet
        first = sheet.forms
        for name, text in (("brand", "Jinfeng"), ("maker", "Jinfeng Works")):
            _type(pane, f"field-{name}-{PRODUCT}", text)
        sheet.settle()
        whole = sheet.forms
        _line(pane, f"field-maker-{PRODUCT}").clear()
        assert not sheet.forms.brands and list(sheet.loose) == [f"brands/{PRODUCT}"]
        assert sheet.undo() and sheet.forms == whole and sheet.loose == {}
        assert sheet.redo() and list(sheet.loose) == [f"brands/{PRODUCT}"], (
            "nothing typed is lost by going back and forth"
        )
        sheet.replace(whole)
        assert sheet.loose == {}, "the brand is whole in that version"
        sheet.undo()
        sheet.replace(first.model_copy(update={"validity_days": 77}))
        assert list(sheet.loose) == [f"brands/{PRODUCT}"], "that version says nothing of it"


def test_places_a_new_version_of_the_tender_has_not_are_dropped() -> None:
    row = TABLE.rows[0].code
    loose = {
        "deposit": {"voucher": "1"}, f"brands/{PRODUCT}": {"brand": "a"}, f"responses/{PARAMETER}": {"offer": "b"},
        "consortium/1": {"name": "c"}, f"tables/{TABLE.code}/{row}": {"price": "x"}, "tables/gone/r": {"price": "x"},
        f"tables/{TABLE.code}/no-such-row": {"price": "x"},
    }  # fmt: skip
    forms = BidForms.from_plain(_blank())
    kept = Sheet(TENDER, LOT, forms, loose).loose
    assert set(loose) - set(kept) == {"tables/gone/r", f"tables/{TABLE.code}/no-such-row"}
    none = LOT.model_copy(
        update={
            "products": _FIRST.products, "deposit": None, "consortium": Consortium(accepted=False),
            "parameters": LOT.parameters[1:],
            "quote": LOT.quote.model_copy(update={"tables": (TABLE.model_copy(update={"rows": TABLE.rows[1:]}),)}),
        }
    )  # fmt: skip
    assert Sheet(TENDER, none, forms, loose).loose == {}
    said = ParameterResponse(parameter=PARAMETER, deviation="none", offer="b")
    answered = forms.model_copy(update={"responses": (said,)})
    assert f"responses/{PARAMETER}" not in Sheet(TENDER, LOT, answered, loose).loose


def _blank() -> dict[str, object]:
    from tests.ui.test_prepare import _empty

    return _empty(LOT).to_plain()


def test_two_windows_keep_each_its_places(desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    drafts = desk.bidding.drafts
    forms = drafts.begin(TENDER.id, LOT.code).forms
    drafts.keep_typed(TENDER.id, forms, {"deposit": {"voucher": "1"}, "brands/a": {"brand": "x"}})
    other = b'{"texts":[["brands/a","brand","theirs"],["deposit","voucher","1"],["responses/p","offer","theirs"]]}'
    desk.place.drafts.keep_loose(KIND, KEY, other, desk.now())
    drafts.keep_typed(TENDER.id, forms, {"deposit": {"voucher": "2"}, "brands/a": {"brand": "x"}})
    assert drafts.begin(TENDER.id, LOT.code).loose == {
        "deposit": {"voucher": "2"}, "brands/a": {"brand": "theirs"}, "responses/p": {"offer": "theirs"},
    }  # fmt: skip


def test_a_half_typed_member_keeps_its_place(dressed: QApplication, qtbot: QtBot) -> None:
    from procurement.bidding.draft import ConsortiumMember
    from tests.ui.test_prepare import _empty

    forms = _empty(LOT)
    lead = ConsortiumMember(
        supplier=forms.supplier, name=forms.name, role="lead", share=Decimal(60), work="", size="small"
    )
    third = lead.model_copy(update={"supplier": CODE, "name": "丙公司", "role": "member"})
    sheet = Sheet(
        TENDER, LOT, forms.model_copy(update={"consortium": (lead, third)}), {"consortium/1": {"name": "Yi Co"}}
    )
    editor = ConsortiumEditor(sheet)
    qtbot.addWidget(editor)
    assert [one.text() for one in editor.findChildren(QLineEdit, "field-name")] == [forms.name, "Yi Co", "丙公司"]
    work = editor.findChildren(QLineEdit, "field-work")[1]
    QTest.keyClicks(work, "fitting")
    assert sheet.loose == {"consortium/1": {"name": "Yi Co", "work": "fitting"}}
    assert [one.name for one in sheet.forms.consortium] == [forms.name, "丙公司"]

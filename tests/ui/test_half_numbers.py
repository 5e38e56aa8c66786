"""Text that is no number, wherever a bid takes a number: there again after a kill and in a new page, gone once it is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from client.workflows.drafting import KIND, draft_key
from procurement.bidding.draft import BidDocument, BidForms
from procurement.tendering.conditions import CustomForm, FormField
from procurement.tendering.lot import Consortium
from procurement.tendering.quote import Figure
from tests.ui.reopening import reopening
from tests.ui.test_half_typed import CODE, SOON_MS, a_page
from tests.ui.test_half_typed import TENDER as OTHER
from tests.ui.walker import settle
from ui.kit.dialogs import Question
from ui.workspaces.supplier.prepare import keeping
from ui.workspaces.supplier.prepare.evidence import EvidenceRow
from ui.workspaces.supplier.prepare.linking import LinkEditor
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet

_FIRST = OTHER.lots[0]
_QUOTE = _FIRST.quote
LOT = _FIRST.model_copy(
    update={
        "quote": _QUOTE.model_copy(
            update={
                "figures": (*_QUOTE.figures, Figure(code="rate", label="优惠率", dimension="discount-rate", unit="%")),
                "tables": tuple(one.model_copy(update={"sums_to": ""}) for one in _QUOTE.tables),
            }
        ),
        "forms": (
            CustomForm(code="team", title="团队", fields=(FormField(code="heads", label="人数", type="integer"),)),
            *_FIRST.forms,
        ),
        "consortium": Consortium(max_members=3),
    }
)
TENDER = OTHER.model_copy(update={"lots": (LOT, *OTHER.lots[1:])})
KEY = draft_key(TENDER.id, LOT.code)
TOTAL = LOT.quote.figures[0].code
PAPER = BidDocument(code="doc-1", title="证明", path="documents/doc-1.pdf", size=1, sha256="0" * 64, pages=9)
ITEM, SLOT = TENDER.qualification_of(LOT)[0].code, TENDER.qualification_of(LOT)[0].evidence[0].code
OTHER_ITEM = next(one for one in TENDER.qualification_of(LOT)[1:] if one.evidence)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Desk]]:
    """Opens the store as after a kill: anew, with what is on the disk."""
    for name in ("SAVE_AFTER_MS", "SAVE_AT_LATEST_MS"):
        monkeypatch.setattr(keeping, name, SOON_MS)
    with reopening(tmp_path, TENDER) as again:
        yield again


def _line(pane: PreparePane, name: str) -> QLineEdit:
    """The line of this name in the section in view."""
    editor = pane._editors[pane._key]
    found: QLineEdit = editor.findChildren(QLineEdit, name)[-1]
    return found


def _pages(pane: PreparePane) -> list[QLineEdit]:
    row = pane._editors["answers"].findChild(QComboBox, f"evidence-{ITEM}-{SLOT}-0")
    assert row is not None
    holder: QWidget | None = row
    while not isinstance(holder, EvidenceRow):
        assert holder is not None
        holder = holder.parentWidget()
    return holder.findChildren(QLineEdit)


def _write(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


LINES = {
    "opening": {f"figure-{TOTAL}": "12.345", "field-rate": "5..", "field-delivery": "3o", "field-validity": "9o"},
    "form:team": {"field-heads": "1x"},
    "policy": {"field-employees": "about 20", "field-share": "8o"},
    "others": {"field-phone": "0351-"},
    "consortium": {"field-share": "4o"},
    "claims": {"field-count": "2-", "field-index": "A"},
}
WHERE = {
    f"quote.{TOTAL}", "quote.rate", "opening.delivery", "validity_days", "forms.team.heads", "enterprise.employees",
    "domestic.share", "people.phone", f"consortium.{CODE}", "claims.contracts", "claims.credit", f"evidence.{ITEM}.{SLOT}",
    f"links.{OTHER_ITEM.code}",
}  # fmt: skip


def _tick(pane: PreparePane) -> QCheckBox:
    found = pane._editors["policy"].findChild(QCheckBox, "field-domestic")
    assert found is not None
    return found


def _half(pane: PreparePane) -> None:
    """Type what is no number into every field of one."""
    pane._sheet.add_document(PAPER)
    for section, lines in LINES.items():
        pane.show_section(section)
        if section == "consortium":
            add = pane.findChild(QPushButton, "add-member")
            assert add is not None
            add.click()
            for name, text in (("name", "Yi Co"), ("code", CODE)):
                _write(_line(pane, f"field-{name}"), text)
        if section == "policy":
            _tick(pane).setChecked(True)
        for name, text in lines.items():
            _write(_line(pane, name), text)
    pane.show_section("answers")
    box = pane._editors["answers"].findChild(QComboBox, f"evidence-{ITEM}-{SLOT}-0")
    assert box is not None
    box.setCurrentIndex(box.findData(PAPER.code))
    _write(_pages(pane)[0], "3-")
    _reason(pane, "none is i")


def _reason(pane: PreparePane, text: str) -> Question:
    """The question why no pages are named, with this typed."""
    pane.show_section("links")
    editor = pane._editors["links"]
    assert isinstance(editor, LinkEditor)
    place = next(one for one in editor._of.places if one.item == OTHER_ITEM.code)
    editor._chosen = place.key
    editor._ask_reason()
    found: Question = pane.window().findChildren(Question)[-1]
    if text:
        QTest.keyClicks(found.typed, text)
    return found


def _all_stand(pane: PreparePane) -> None:
    for section, lines in LINES.items():
        pane.show_section(section)
        assert {name: _line(pane, name).text() for name in lines} == lines, section
    assert _tick(pane).isChecked()
    pane.show_section("answers")
    assert [one.text() for one in _pages(pane)] == ["3-", "9"]
    assert {one.where for one in pane._sheet.findings() if one.code == "half-typed"} == WHERE


def _whole(pane: PreparePane) -> None:
    for section, lines in LINES.items():
        pane.show_section(section)
        for name in lines:
            _write(_line(pane, name), "7")
        if section == "others":
            _write(_line(pane, "field-agent"), "Li")
    pane.show_section("answers")
    _write(_pages(pane)[0], "3")
    _reason(pane, "t there").act.click()


def test_in_every_field(kept: Callable[[], Desk], dressed: QApplication, qtbot: QtBot) -> None:
    desk = kept()
    with a_page(desk, qtbot, "opening", TENDER) as pane:
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            _half(pane)
        pane.save()
        settle(qtbot, desk)
        pane.window().findChildren(Question)[-1].close()  # a kill says no to nothing
        _drop_unsaved(pane)
    desk = kept()
    drafts = desk.bidding.drafts
    forms = drafts.open(TENDER.id, LOT.code).forms
    assert not forms.quote and not forms.opening and not forms.forms and forms.domestic is None and not forms.people
    with a_page(desk, qtbot, "opening", TENDER) as pane:
        _all_stand(pane)
        pane.show_anew()
        _all_stand(pane)
        _whole(pane)
        with qtbot.waitSignal(pane.saved, timeout=20_000):
            pane.save()
        settle(qtbot, desk)
        assert pane._sheet.loose == {} and desk.place.drafts.loose(KIND, KEY) == b""
        _is_whole(drafts.open(TENDER.id, LOT.code).forms)


def _drop_unsaved(pane: PreparePane) -> None:
    """What comes after the kill is not kept."""
    pane._sheet.frozen = True


def _is_whole(forms: BidForms) -> None:
    assert {one.figure: one.amount for one in forms.quote} == {TOTAL: Decimal(7), "rate": Decimal(7)}
    assert [(one.field, one.number) for one in forms.opening] == [("delivery", Decimal(7))]
    assert (forms.validity_days, forms.enterprise.employees) == (7, 7)
    assert forms.domestic is not None and forms.domestic.cost_share == 7
    assert [(one.name, one.phone) for one in forms.people] == [("Li", "7")]
    assert [one.share for one in forms.consortium] == [0, 7]
    assert [(one.count, one.index) for one in forms.claims] == [(7, None), (0, Decimal(7))]
    assert [(one.first, one.last) for one in forms.evidence] == [(3, 9)]
    assert [one.reason for one in forms.unlinked or ()] == ["none is it there"]


def test_another_version_brings_no_stale_number(dressed: QApplication) -> None:
    from tests.ui.test_prepare import _empty

    forms = _empty(LOT)
    sheet = Sheet(TENDER, LOT, forms)
    sheet.add_document(PAPER)
    blank = sheet.forms
    sheet.put({"validity_days": {"text": "9o"}, "claims/contracts": {"count": "2-"}, f"quote/{TOTAL}": {"amount": "x"}})
    half = dict(sheet.loose)
    assert len(half) == 3
    sheet.replace(blank.model_copy(update={"certified": ("environment",)}))
    assert sheet.loose == half, "that version says the same of them"
    sheet.replace(blank.model_copy(update={"validity_days": 77}))
    assert set(sheet.loose) == {"claims/contracts", f"quote/{TOTAL}"}
    sheet.undo()
    sheet.put_figure(TOTAL, Decimal(5))
    assert set(sheet.loose) == {"claims/contracts", "validity_days"}
    assert set(Sheet(TENDER, OTHER.lots[1] if len(OTHER.lots) > 1 else LOT, sheet.forms, half).loose) <= set(half)


def test_pages_go_with_their_document_and_come_back_with_a_step(dressed: QApplication) -> None:
    from procurement.bidding.draft import EvidenceLink
    from tests.ui.test_prepare import _empty

    sheet = Sheet(TENDER, LOT, _empty(LOT))
    sheet.add_document(PAPER)
    link = EvidenceLink(slot=SLOT, item=ITEM, document=PAPER.code, first=0, last=9)
    sheet.put_link(ITEM, SLOT, 0, link, {"first": "3-"})
    sheet.settle()
    place = f"evidence/{ITEM}/{SLOT}/0"
    assert sheet.loose == {place: {"first": "3-"}} == Sheet(TENDER, LOT, sheet.forms, sheet.loose).loose
    sheet.drop_document(PAPER.code)
    assert sheet.loose == {}
    assert sheet.undo() and sheet.loose == {place: {"first": "3-"}}
    sheet.put_link(ITEM, SLOT, 0, link.model_copy(update={"first": 4}))
    assert sheet.loose == {}, "pages that were pointed at take the place of what was typed"

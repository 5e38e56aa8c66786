"""Two journeys by mouse and keyboard against a live platform: sign-in to receipt, and opening to signed report."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QRadioButton
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, EXPERTS, PIN, PURCHASER, SUPPLIERS
from client.demo.chapters import bidding, planning, tendering
from client.demo.marks import conformity_verdicts
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, World
from procurement.evaluation.panel import Panel
from procurement.evaluation.sheets import EvaluationReport, Mark
from procurement.opening.session import Closing, Freeze
from tests.journeys.person import Person
from ui.kit.forms import Field
from ui.kit.prices import PriceGrid
from ui.workspaces.expert.mark_form import MarkForm
from ui.workspaces.expert.scores import ScoresPane
from ui.workspaces.supplier.prepare.pane import PreparePane

NewPerson = Callable[[], Person]
TOTAL = Decimal(4_800_000)
"""Yuan that the bid at the window comes to, about; the others' lie around five million"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A world in which a tender has just been published; its platform runs."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "out").mkdir()
    world = World.create(folder / "world")
    told = Story(world, Teller(quiet=True), folder / "out")
    with world.running():
        planning.accounts(told)
        planning.planning(told)
        tendering.tendering(told)
        told.clock(4, 20, 9)
        world.close_desks()
        yield told
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def person(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[NewPerson]:
    people: list[Person] = []

    def make() -> Person:
        people.append(Person(qtbot, qapp, story.world.folder / "profiles", tmp_path / "windows.json"))
        return people[-1]

    yield make
    for one in people:
        one.leave()


def test_a_supplier_goes_from_sign_in_to_receipt(story: Story, person: NewPerson) -> None:
    me = person()
    me.sign_in(SUPPLIERS[0].key, PIN, PASSPHRASE)
    me.place("find")
    me.open_row("项目")
    me.click("go-prepare")
    me.wait(lambda: me.window.findChild(PreparePane) is not None)
    _fill_bid(me)
    me.click("go-deliver")
    assert me.reads("未递交")
    me.type("field-passphrase", "a backup slip passphrase")
    me.type("field-again", "a backup slip passphrase")
    me.click("seal")
    me.answer()
    me.click("upload")
    me.click("commit")
    me.answer()
    me.wait(lambda: me.button("save-receipt") is not None)
    assert me.reads("已递交")
    assert not me.reads("未递交")


def _fill_bid(me: Person) -> None:
    """Every section in turn, as a person would: prices typed into the grid, fields typed, choices made by keyboard."""
    pane = me.window.findChild(PreparePane)
    assert pane is not None
    for section in list(pane._sections):
        pane.show_section(section.key)
        QApplication.processEvents()
        for grid in [one for one in pane.findChildren(PriceGrid) if one.isVisible()]:
            _fill_grid(grid, sums=bool(section.star))
        for field in [one for one in pane.findChildren(Field) if one.isVisible()]:
            _fill_field(field)
        for combo in [one for one in pane.findChildren(QComboBox) if one.isVisible()]:
            name = combo.objectName()
            if name.startswith("answer-"):
                combo.setFocus()
                QTest.keyClick(combo, Qt.Key.Key_Down)
                QTest.keyClick(combo, Qt.Key.Key_Down)
            elif name.startswith("deviation-"):
                combo.setFocus()
                QTest.keyClick(combo, Qt.Key.Key_Down)
        for line in [one for one in pane.findChildren(QLineEdit) if one.isVisible()]:
            if line.objectName().startswith("offer-"):
                line.setFocus()
                QTest.keyClicks(line, "as asked")
                QTest.keyClick(line, Qt.Key.Key_Return)
    left = [found.code + " " + found.where for found in pane._sheet.findings() if found.blocking]
    assert left == []


def _fill_grid(grid: PriceGrid, *, sums: bool) -> None:
    """100 in each cell for money, but a unit price by which the whole comes near the others': a low one would be asked about."""
    model = grid.price_model
    pieces = sum(Decimal(row.get("quantity") or 0) for row in model.rows)
    unit = str(int(TOTAL / pieces)) if pieces else "100"
    for row in range(model.rowCount()):
        for place, column in enumerate(model.columns):
            if column.kind != "money" or not sums:
                continue
            grid.setCurrentIndex(model.index(row, place))
            digits = unit if column.name == "price" else "100"
            QTest.keyClicks(grid, digits[0])
            editor = grid.viewport().findChild(QLineEdit)
            assert editor is not None
            QTest.keyClicks(editor, digits[1:])
            QTest.keyClick(editor, Qt.Key.Key_Return)
            QTest.qWait(1)


def _fill_field(field: Field) -> None:
    spec, control = field.spec, field.control
    if field.text() and spec.kind != "tick":
        return
    if isinstance(control, QComboBox):
        control.setFocus()
        QTest.keyClick(control, Qt.Key.Key_Down)
    elif isinstance(control, QCheckBox):
        return
    elif isinstance(control, QPlainTextEdit):
        QTest.keyClicks(control, "as asked")
    elif isinstance(control, QLineEdit) and not control.isReadOnly():
        low = re.search(r"不低于 (\d+)", spec.note)
        number = low[1] if low else "36" if "质保" in spec.title else "10"
        text = {"integer": number, "number": number, "date": "2026-04-20"}.get(spec.kind, "as asked")
        QTest.keyClicks(control, text)


def _others_bid(story: Story) -> None:
    """Two more suppliers bid through the staff, so that the lot can be opened."""
    tender = story.tender
    assert tender is not None
    for party in SUPPLIERS[1:3]:
        desk = story.desk(party)
        published = desk.tendering.fetch(tender.id)
        desk.tendering.check(published.tv)
        bidding._prepare(story, party, desk, tender.lots[0].code, first=False)
        bidding._deliver(story, party, desk, tender.lots[0].code, "投标")


def test_from_the_opening_to_the_signed_report(story: Story, person: NewPerson) -> None:
    """Runs after the journey above: one bid was submitted by hand."""
    tender = story.tender
    assert tender is not None
    lot = tender.lots[0].code
    _others_bid(story)
    story.move(tender.deadline)
    story.later(minutes=1)
    for party in SUPPLIERS[1:3]:
        desk = story.desk(party)
        desk.releasing.release(desk.place.acts.only(Closing, lot=lot).id)
    story.world.close_desks()

    bidder = person()
    bidder.sign_in(SUPPLIERS[0].key, PIN, PASSPHRASE)
    bidder.open_row("项目")
    bidder.step("open")
    bidder.click("release")
    bidder.answer(pin=PIN)
    # when the last bidder has released, the platform may freeze at once
    bidder.wait(lambda: bidder.reads("已授权解密，等待时限结束") or bidder.reads("名单已冻结"))
    bidder.leave()

    story.later(minutes=45)
    desk = story.desk(PURCHASER)
    desk.custody.open_key(PASSPHRASE)
    for act in desk.place.acts.all(Freeze):
        if desk.place.acts.get(Closing, act.value.closing).value.lot == lot:
            desk.custody_release.release(act.id)
    story.world.close_desks()

    host = person()
    host.sign_in(AGENCY.key, PIN, PASSPHRASE)
    _open_lot(host)
    host.click("release-share")
    host.answer(pin=PASSPHRASE)
    host.wait(lambda: host.button("make-record") is not None)
    host.type("field-recorder", "recorder")
    host.click("make-record")
    host.answer()
    host.step("review")
    for row in range(5):
        host.open_row("已登记的专家", row)
    host.click("name-panel")
    host.answer()
    host.wait(lambda: host.button("qualify") is not None)
    host.leave()

    for expert in EXPERTS[1:]:
        desk = story.desk(expert)
        desk.scoring.sign_in(desk.place.acts.only(Panel).id, "room 3", no_conflict=True)
    story.world.close_desks()
    member = person()
    member.sign_in(EXPERTS[0].key, PIN, PASSPHRASE)
    member.open_row("评审室")
    member.wait(lambda: member.button("sign-in") is not None)
    member.type("field-venue", "room 3")
    next(one for one in member.window.findChildren(QCheckBox, "field-free") if one.isVisible()).click()
    member.click("sign-in")
    member.answer()
    member.wait(lambda: member.reads("代理机构当面核验身份后"))
    member.leave()

    host = person()
    host.sign_in(AGENCY.key, PIN, PASSPHRASE)
    _open_lot(host)
    host.step("review")
    for _ in EXPERTS:
        host.wait(lambda: host.button("check-identity") is not None)
        host.type("field-witness", "witness")
        host.click("check-identity")
        host.answer()
        host.wait(lambda: _can(host, "check-identity") or _can(host, "qualify"))
    host.wait(lambda: any(one.objectName().startswith("verdict-") for one in host.window.findChildren(QComboBox)))
    host.click("qualify")
    host.answer()
    host.wait(lambda: host.reads("评审委员会正在"))
    host.leave()

    _others_review(story, lot)
    member = person()
    member.sign_in(EXPERTS[0].key, PIN, PASSPHRASE)
    member.open_row("评审室")
    member.step("conformity")
    member.wait(lambda: member.button("pass-rest") is not None)
    next(one for one in member.window.findChildren(QRadioButton, "pass") if one.isVisible()).click()
    member.click("pass-rest")
    member.click("submit-review")
    member.answer()
    member.step("scores")
    member.wait(lambda: member.window.findChild(ScoresPane) is not None)
    marks = _score(member)
    member.click("commit")
    member.answer()
    member.wait(lambda: member.reads("评分已提交"))
    member.leave()

    _others_score(story, marks)
    member = person()
    member.sign_in(EXPERTS[0].key, PIN, PASSPHRASE)
    member.open_row("评审室")
    member.click("reveal")
    member.wait(lambda: member.reads("评分已公开"))
    member.leave()

    host = person()
    host.sign_in(AGENCY.key, PIN, PASSPHRASE)
    _open_lot(host)
    host.step("review")
    host.click("make-report")
    host.answer()
    host.wait(lambda: host.reads("报告签署中"))
    host.leave()

    member = person()
    member.sign_in(EXPERTS[0].key, PIN, PASSPHRASE)
    member.open_row("评审室")
    member.step("report")
    member.click("sign-report")
    member.answer(pin=PIN)
    member.wait(lambda: member.reads("已签报告"))
    member.leave()
    desk = story.desk(EXPERTS[1])
    report = desk.place.acts.only(EvaluationReport)
    assert desk.scoring.sign_report(report.id).state == "accepted"


def _can(host: Person, name: str) -> bool:
    made = host.button(name)
    return made is not None and made.isEnabled()


def _open_lot(host: Person) -> None:
    """The first lot of the agency's desk."""
    host.open_row("项目")


def _others_review(story: Story, lot: str) -> None:
    tender = story.tender
    assert tender is not None
    for expert in EXPERTS[1:]:
        desk = story.desk(expert)
        opening = desk.place.acts.only(Panel).value.opening
        forms = desk.scoring.fetch_bids(opening).forms
        desk.scoring.review_conformity(opening, conformity_verdicts(tender, tender.lot(lot), forms))
    story.world.close_desks()


def _others_score(story: Story, marks: tuple[Mark, ...]) -> None:
    """They agree with the member at the window: objective marks that differ would have to be settled before the report (L-260)."""
    desks = [story.desk(expert) for expert in EXPERTS[1:]]
    opening = desks[0].place.acts.only(Panel).value.opening
    for desk in desks:
        desk.scoring.fetch_bids(opening)
        desk.scoring.save(opening, marks)
        desk.scoring.commit(opening)
    for desk in desks:
        desk.refresh()
        desk.scoring.reveal(opening)
    story.world.close_desks()


def _score(member: Person) -> tuple[Mark, ...]:
    """Cell by cell: a tier where the item has tiers, else the highest points, typed."""
    pane = member.window.findChild(ScoresPane)
    form = member.window.findChild(MarkForm)
    assert pane is not None and form is not None
    while pane._left():
        before = len(pane._left())
        if member.button("next-cell"):
            member.click("next-cell")
        tiers = [one for one in form.findChildren(QRadioButton) if one.isVisible()]
        part = form._part
        assert part is not None
        if tiers:
            tiers[0].click()
        else:
            form.figure.selectAll()
            QTest.keyClicks(form.figure, f"{part.maximum:f}")
        QTest.qWait(5)
        assert len(pane._left()) < before, part.code
    return tuple(pane._marks.values())

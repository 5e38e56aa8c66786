"""询问 by hand in the windows on a real platform, before the deadline: asked, answered, read by the two and by nobody else; archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView
from pytestqt.qtbot import QtBot

from client.archive.bundle import Bundle
from client.archive.layout import ACTS, ENTRIES
from client.profile import TRUST_FOLDER
from client.verify.checks import asking
from client.verify.command import verify_archive
from client.verify.evidence import Anchors, Evidence, Logged
from client.verify.report import Report
from procurement.challenging.question import QuestionAnswer, SupplierQuestion
from tests.client.journey import SUPPLIERS, TENDER
from tests.journeys.recheck import BEAT
from tests.journeys.snapshots import Revisit
from tests.ui.hands import agree, click, fill, opened
from tests.ui.walker import clipped, nameless, unreachable
from ui.boards.answers import AnswersPage
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.kit.dialogs import Question
from ui.workspaces.supplier.ask import AskPage

ASKED = {"about": "第三章 2.4", "question": "接口是否含协议文档？", "contact": "张敏", "phone": "0351-1"}
TOLD = {"answer": "含，见第四章第 12 页", "changes": "no", "responder": "章倩"}


def test_asked_and_answered_by_hand(
    at_published: Revisit, dressed: QApplication, qtbot: QtBot, bridge: Bridge, tmp_path: Path
) -> None:
    asker, agency = at_published.supplier("A"), at_published.agency
    asker.refresh()
    page = opened(qtbot, AskPage(Context(asker, bridge)))
    click(page, "write-question")
    click(page, "send-question")
    assert not page.findChildren(Question), "nothing is sent half empty"
    fill(page, {**ASKED, "tender": TENDER})
    assert [nameless(page), clipped(page), unreachable(page)] == [[], [], []]
    QTest.keyClicks(page.findChildren(QLineEdit, "field-phone")[0], "2")
    click(page, "put-aside")
    kept = {**ASKED, "phone": ASKED["phone"] + "2", "tender": TENDER}
    qtbot.waitUntil(lambda: asker.unsent.read("question") == kept, timeout=60_000)
    click(page, "write-question")
    click(page, "send-question")
    agree(qtbot, page)
    qtbot.waitUntil(lambda: len(asker.asking.asked()) == 1, timeout=60_000)
    qtbot.waitUntil(lambda: asker.unsent.read("question") == {}, timeout=60_000)
    (mine,) = asker.asking.asked()
    assert mine.answer is None and not mine.after_deadline and mine.version == 1
    assert mine.question.value.question == ASKED["question"]

    agency.refresh()
    answers = opened(qtbot, AnswersPage(Context(agency, bridge)))
    click(answers, "send-answer")
    assert not answers.findChildren(Question)
    fill(answers, TOLD)
    assert [nameless(answers), clipped(answers), unreachable(answers)] == [[], [], []]
    click(answers, "send-answer")
    agree(qtbot, answers)
    qtbot.waitUntil(lambda: agency.asking.asked()[0].answer is not None, timeout=60_000)

    asker.refresh()
    page.refresh()
    (mine,) = asker.asking.asked()
    assert mine.answer is not None and (mine.answer.value.answer, mine.late) == (TOLD["answer"], 0)
    assert asker.asking.unread() == 1
    page.findChildren(QTableView)[0].selectRow(0)
    assert asker.asking.unread() == 0, "read once looked at"
    others = [at_published.supplier("C"), at_published.finance]
    for desk in others:
        desk.refresh()
        assert desk.asking.asked() == (), f"{desk.role} learns who is interested"
    purchaser = at_published.purchaser
    assert len(purchaser.asking.asked()) == 1

    use_language(dressed, "en")
    for make in (lambda: AskPage(Context(asker, bridge), TENDER), lambda: AnswersPage(Context(agency, bridge))):
        english = opened(qtbot, make())
        assert [nameless(english), clipped(english), unreachable(english)] == [[], [], []]


def test_of_very_many_tenders_those_looked_at_are_listed(
    at_published: Revisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of thousands is no help; the one a person comes from is in it all the same."""
    desk = at_published.supplier("A")
    monkeypatch.setattr("client.workflows.asking.FEW", 0)
    desk.following.watch(TENDER, False)
    seen = {TENDER} & desk.following.all().keys()
    assert {one.key for one in desk.asking.may_ask()} == seen
    assert [one.key for one in desk.asking.may_ask(TENDER)] == [TENDER]
    desk.following.watch(TENDER, True)
    assert [one.key for one in desk.asking.may_ask()] == [TENDER]


def test_late_answers_and_archives(at_published: Revisit, tmp_path: Path) -> None:
    """The full edition carries both and counts the days; the public one, built before the opening, names no asker."""
    asker, agency = at_published.supplier("A"), at_published.agency
    asker.refresh()
    tender = next(one for one in asker.asking.may_ask() if one.key == TENDER)
    for about in ("第三章", "第四章"):
        assert asker.asking.ask(tender, about, "问题", "张敏", "0351-1").state == "accepted"
    at_published.move(at_published.world.now() + timedelta(days=7))
    agency.refresh()
    first = agency.asking.asked()[0]
    assert agency.now() > first.until
    assert agency.asking.answer(first.question.id, "见附件", changes=False, responder="章倩").state == "accepted"
    answered = next(one for one in agency.asking.asked() if one.question.id == first.question.id)
    assert answered.late > 0 and agency.asking.open_count() == 1

    at_published.move(at_published.world.now() + BEAT)
    number = agency.published.current(TENDER).package.number
    anchors = Anchors.load(agency.place.folder.folder / TRUST_FOLDER)
    full, public = (agency.closing.build_archive(number, tmp_path / name, name) for name in ("full", "public"))  # type: ignore[arg-type]
    report = verify_archive(full, anchors)
    assert not [fault for fault in report.faults if "询问" in fault.check]
    assert dict(report.passed)["questions of suppliers / 询问"] == 1
    told = next(line for line in report.grades if line.startswith("questions:"))
    assert f"2 asked, 1 without an answer, 1 answered late, at most by {answered.late} working days" in told
    with Bundle(public) as bundle:
        kinds = [bundle.read(name) for name in bundle.members if name.startswith((ACTS, ENTRIES))]
        said = [data for data in kinds if b"supplier-question" in data or "问题".encode() in data]
        assert said == [] or all(SUPPLIERS["A"][2].encode() not in data for data in said)
        evidence = Evidence(bundle, anchors)
        assert evidence.all(SupplierQuestion) == [] and evidence.all(QuestionAnswer) == []
        assert sum(one.leaf_index >= 0 for one in evidence.closed) > 0

    with Bundle(full) as bundle:
        evidence = Evidence(bundle, anchors)

        def codes(*acts: Logged[object]) -> set[str]:
            evidence.__dict__.update(acts=acts, by_id={act.id: act for act in acts})
            found = Report()
            asking.check(evidence, found)
            return {fault.problem.code for fault in found.faults}

        acts = evidence.acts
        (answer,) = [act for act in acts if isinstance(act.value, QuestionAnswer)]

        def said_otherwise(**fields: object) -> tuple[Logged[object], ...]:
            other = replace(answer, value=answer.value.model_copy(update=fields))
            return tuple(other if act is answer else act for act in acts)

        assert codes(*acts) == set()
        assert codes(*said_otherwise(changes=True)) == {"question-change-missing"}
        assert codes(*said_otherwise(org=SUPPLIERS["C"][2])) == {"question-answered-by-others"}
        assert codes(*said_otherwise(question="ab" * 32)) == {"question-missing"}
        assert codes(*[act for act in acts if act.id != answer.value.question]) == {"question-missing"}

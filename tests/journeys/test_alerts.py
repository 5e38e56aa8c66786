"""What a supplier is told unasked, through a real procurement: each thing once, and by the system where it can be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QTableView
from pytestqt.qtbot import QtBot

from client.desk import Desk
from client.workflows.alerting import Alert, Kind
from client.workflows.tendering import TenderFile
from procurement.basics.moment import at_shanghai
from procurement.tendering.package import Correction
from tests.client.journey import LOT, TENDER, pdf
from tests.journeys.snapshots import Revisit
from tests.procurement.tendering.examples import replace
from ui.bridge import Bridge
from ui.context import Context
from ui.shell.herald import Herald
from ui.shell.navigation import Route
from ui.workspaces.supplier import workspace
from ui.workspaces.supplier.alerts import AlertsPage, tell_due

DEADLINE = at_shanghai(date(2026, 4, 29), 10)


def told(desk: Desk) -> list[Alert]:
    """What is due now; told with that."""
    found = desk.alerts.due()
    for one in found:
        desk.alerts.tell(one)
    return list(found)


def kinds(desk: Desk) -> list[Kind]:
    desk.refresh()
    return [one.kind for one in told(desk)]


def test_deadline_receipt_and_the_word_for_a_bid_without_one(at_published: Revisit) -> None:
    desk = at_published.supplier("A")
    assert kinds(desk) == []
    at_published.move(DEADLINE - timedelta(hours=20))
    (day,) = told(desk)
    assert (day.kind, day.delivered, day.until) == (Kind.DAY_LEFT, False, DEADLINE)
    assert kinds(desk) == [], "each is told once"
    sealed = desk.bidding.seal(TENDER, LOT)
    assert kinds(desk) == [Kind.UNDELIVERED]
    at_published.move(DEADLINE - timedelta(minutes=40))
    assert kinds(desk) == [Kind.HOUR_LEFT]
    desk.bidding.submit(sealed.bid)
    (receipt,) = told(desk)
    assert receipt.kind is Kind.RECEIPT and receipt.delivered
    profile = at_published.supplier_profile("A")
    at_published.suppliers.pop("A").close()
    assert profile.exists()
    again = at_published.supplier("A")
    assert kinds(again) == [], "what was told is known after a restart"
    assert {one.alert.kind for one in again.alerts.told()} >= {Kind.DAY_LEFT, Kind.HOUR_LEFT, Kind.RECEIPT}


def test_a_start_says_again_what_is_sealed_and_not_submitted(at_published: Revisit) -> None:
    desk = at_published.supplier("C")
    desk.bidding.seal(TENDER, LOT)
    assert kinds(desk) == [Kind.UNDELIVERED] and kinds(desk) == []
    at_published.suppliers.pop("C").close()
    assert kinds(at_published.supplier("C")) == [Kind.UNDELIVERED]


def test_a_corrected_tender_is_told(at_published: Revisit) -> None:
    desk = at_published.supplier("E")
    assert kinds(desk) == []
    agency = at_published.agency
    current = agency.published.current(TENDER)
    changed = replace(current.tender, available_until=current.tender.available_until + timedelta(days=1))
    papers = [
        TenderFile("announcement.pdf", "招标公告", pdf(at_published.world.folder / "announcement.pdf")),
        TenderFile("document.pdf", "招标文件", pdf(at_published.world.folder / "document2.pdf", 4)),
    ]
    keys = {one.lot: one.lot_key for one in current.package.custody}
    correction = Correction(reason="更正获取文件的截止时间", affects_bids=True)
    agency.tendering.publish(changed, papers, keys, correction=correction)
    desk.refresh()
    (change,) = told(desk)
    assert (change.kind, change.about) == (Kind.CHANGED, "2")


def test_the_release_window_is_told_shown_and_counted(at_closed: Revisit, qapp: QApplication, qtbot: QtBot) -> None:
    desk = at_closed.supplier("A")
    bystander = at_closed.supplier("B")
    assert Kind.WINDOW not in kinds(bystander)
    bridge = Bridge()
    context = Context(desk, bridge)
    herald = Herald(qapp)
    herald.serve(lambda: tell_due(context))
    unread = [one.alert.kind for one in desk.alerts.told() if not one.read]
    assert Kind.WINDOW in unread
    page = AlertsPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    table = page.findChild(QTableView)
    assert isinstance(table, QTableView) and table.model().rowCount() == len(desk.alerts.told())
    assert not [one for one in desk.alerts.told() if not one.read], "looking makes it read"
    with qtbot.waitSignal(page.asked) as gone:
        table.activated.emit(table.model().index(0, 0))
    assert gone.args == [f"projects/{TENDER}/{LOT}/open"]
    herald.close()
    bridge.close()
    at_closed.done("release-A", desk.releasing.release(at_closed.ids["closing"]))
    assert Kind.WINDOW not in kinds(desk)


def test_an_answer_to_a_question_is_told_and_shown(
    at_published: Revisit, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told once to who asked, by the system's notification; pressing it shows the answer, and then it is read."""
    desk, bystander = at_published.supplier("A"), at_published.supplier("C")
    tender = desk.tenders.tender(TENDER)
    assert tender is not None and kinds(desk) == [] and kinds(bystander) == []
    asked = desk.asking.ask(tender, "第三章", "接口是否限定品牌？", "王某", "0351-7000000").id
    assert kinds(desk) == [], "asking is no news"
    answered = at_published.agency.asking.answer(asked, "不限定。", changes=False, responder="章倩").id
    desk.refresh()
    bystander.refresh()
    bridge = Bridge()
    context = Context(desk, bridge)
    herald, shown = Herald(qapp), []
    monkeypatch.setattr(herald, "show_news", shown.append)  # the system's own side of it
    herald.serve(lambda: tell_due(context))
    herald.look()
    (news,) = shown
    assert "询问已答复" in news.title and news.route == f"questions/answer/{answered}"
    assert told(bystander) == []
    workplace = workspace(context)
    assert workplace.unread() == {"alerts": 1, "questions": 1}
    page = workplace.make_page(Route.parse(news.route))
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    assert any("不限定。" in one.text() for one in page.findChildren(QLabel) if one.isVisible())
    assert workplace.unread() == {"alerts": 1, "questions": 0} and told(desk) == []
    herald.close()
    bridge.close()

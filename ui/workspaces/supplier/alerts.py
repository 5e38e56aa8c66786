"""提醒: what was told unasked, newest first, and the words for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.workflows.alerting import SOON, TOLD, Alert, Kind, ToldAlert
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, under_way
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text, moment_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import label
from ui.shell.herald import News

SOON_MINUTES = int(SOON.total_seconds() // 60)
STEPS = {
    Kind.RECEIPT: "deliver",
    Kind.DAY_LEFT: "prepare",
    Kind.HOUR_LEFT: "deliver",
    Kind.CHANGED: "docs",
    Kind.WINDOW: "open",
    Kind.ASKED: "open",
    Kind.ROUND: "open",
    Kind.QUOTE: "open",
    Kind.LONGER: "open",
    Kind.MINUTES_LEFT: "open",
    Kind.SHOW: "open",
    Kind.CONTRACT: "result",
    Kind.IN_FORCE: "result",
    Kind.UNDELIVERED: "deliver",
}
"""The step on which one can do something about it"""


def route_of(alert: Alert) -> str:
    if alert.kind is Kind.ANSWERED:
        return f"questions/answer/{alert.about}"
    return f"projects/{alert.tender}/{alert.lot}/{STEPS[alert.kind]}"


def tell_due(context: Context) -> list[News]:
    """What is to be told now; afterwards it counts as told."""
    found = []
    for alert in context.desk.alerts.due():
        context.desk.alerts.tell(alert)
        if alert.kind is Kind.QUOTE:  # while there is a line: the quote can then be given without one
            context.desk.start(context.desk.negotiating.first_offer, alert.about)
        title, text = alert_words(context, alert)
        found.append(News(title, text, route_of(alert)))
    return found


def alert_words(context: Context, alert: Alert) -> tuple[str, str]:
    """Title and sentence of an alert."""
    project = _project(context, alert)
    until = moment_text(alert.until) if alert.until else ""
    state = tr("已递交") if alert.delivered else tr("未递交")
    titles = {
        Kind.RECEIPT: tr("回执已到，投标已递交"),
        Kind.DAY_LEFT: tr("距提交截止不到 24 小时（{state}）", state=state),
        Kind.HOUR_LEFT: tr("距提交截止不到 1 小时（{state}）", state=state),
        Kind.CHANGED: tr("招标文件已更正为第 {version} 版", version=alert.about),
        Kind.WINDOW: tr("可以授权解密了"),
        Kind.ASKED: tr("评审委员会在等您答复"),
        Kind.ROUND: tr("新的一轮磋商、谈判，请答复"),
        Kind.QUOTE: tr("请提交最后报价"),
        Kind.LONGER: tr("这一轮的时限延长了"),
        Kind.MINUTES_LEFT: tr("这一轮不到 {minutes} 分钟就截止，还没有提交", minutes=SOON_MINUTES),
        Kind.SHOW: tr("请公开最后报价"),
        Kind.ANSWERED: tr("询问已答复"),
        Kind.CONTRACT: tr("有合同等您签订"),
        Kind.IN_FORCE: tr("合同已生效"),
        Kind.UNDELIVERED: tr("未递交：已封存的投标还没有回执"),
    }
    texts = {
        Kind.RECEIPT: tr("{project}。回执已核验并存本机。", project=project),
        Kind.DAY_LEFT: tr("{project}。截止 {until}。", project=project, until=until),
        Kind.HOUR_LEFT: tr("{project}。截止 {until}。", project=project, until=until),
        Kind.CHANGED: tr("{project}。请看更正内容，草稿不会丢。", project=project),
        Kind.WINDOW: tr("{project}。请在 {until} 以前用证书授权解密，逾时可能视为撤回。", project=project, until=until),
        Kind.ASKED: tr("{project}。请看要求并在时限内答复。", project=project),
        Kind.ROUND: tr("{project}。请看要求和条款变动，在 {until} 以前答复。", project=project, until=until),
        Kind.QUOTE: tr("{project}。{until} 以前没有提交的，视为退出。", project=project, until=until),
        Kind.LONGER: tr("{project}。延长至 {until}。", project=project, until=until),
        Kind.MINUTES_LEFT: tr("{project}。截止 {until}；断线时到“待送达”存成文件带走。", project=project, until=until),
        Kind.SHOW: tr("{project}。{until} 以前没有公开的，视为没有提交。", project=project, until=until),
        Kind.ANSWERED: tr("{project}。请看答复，以及采购文件是否因此更正。", project=project),
        Kind.CONTRACT: tr("{project}。请核对合同并在 {until} 前签章。", project=project, until=until),
        Kind.IN_FORCE: tr("{project}。各方都已签章，合同已公示。", project=project),
        Kind.UNDELIVERED: tr("{project}。只有拿到回执才算递交，截止 {until}。", project=project, until=until),
    }
    return titles[alert.kind], texts[alert.kind]


def _project(context: Context, alert: Alert) -> str:
    tender = context.desk.tenders.tender(alert.tender)
    if tender is None:
        return alert.tender
    several = bool(alert.lot) and tender.outline is not None and len(tender.outline.lots) > 1
    return f"{tender.title}（{tender.lot_word(alert.lot)}）" if several else tender.title


class AlertsPage(Page):
    """The list. Looking at it makes all of it read."""

    topic = "supplier-alerts"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64, foot=False)
        self._context = context
        self.head.show_title(tr("提醒"))
        self._table: Table[ToldAlert] = Table(
            (
                Column(tr("提醒"), lambda one: Cell(*alert_words(context, one.alert)), 0),
                Column(tr("状态"), lambda one: Cell(state=_state(one.alert)), 138),
                Column(tr("时间"), lambda one: Cell(exact_text(one.at)), 190),
            ),
            tr("提醒"),
            row_height=56,
        )
        self._table.on_activated(lambda one: self.asked.emit(route_of(one.alert)))
        self._card = Card(flush=True)
        self._card.body.addWidget(self._table, 1)
        foot = self._card.foot()
        self._go = button(tr("去处理"), "link", self._open, small=True, object_name="alert-go")
        self._table.on_selected(lambda one: self._go.setEnabled(one is not None))
        self._count = label("", "hint")
        foot.addWidget(self._count)
        foot.addWidget(self._go)
        foot.addStretch(1)
        foot.addWidget(label(tr("提醒只存本机，按服务器时间计算；没有网络也会提醒。"), "hint"))
        self._empty = StatePane()
        self._empty.say(
            "bell",
            "mute",
            tr("还没有提醒"),
            tr(
                "回执到达、截止前 24 小时和 1 小时、招标文件更正、询问有答复、可以授权解密、评审委员会有要求、有合同要签时，会在这里和系统通知里告诉您。"
            ),
        )
        self.body.addWidget(self._card, 1)
        self.body.addWidget(self._empty, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _heard(self, changes: Changes) -> None:
        if changes.acts or TOLD in changes.drafts:
            self.refresh()

    def refresh(self) -> None:
        told = self._context.desk.alerts.told()
        self._table.show_rows(told)
        self._go.setEnabled(self._table.row() is not None)
        self._count.setText(tr("共 {count} 条", count=len(told)))
        self._card.setVisible(bool(told))
        self._empty.setVisible(not told)
        self._context.desk.alerts.mark_read()

    def _open(self) -> None:
        one = self._table.row()
        if one is not None:
            self.asked.emit(route_of(one.alert))


def _state(alert: Alert) -> State:
    if alert.kind is Kind.RECEIPT:
        return done(tr("已递交"))
    rounds = (Kind.ROUND, Kind.QUOTE, Kind.LONGER, Kind.MINUTES_LEFT, Kind.SHOW)
    if alert.kind is Kind.IN_FORCE:
        return done(tr("已生效"))
    if alert.kind is Kind.ANSWERED:
        return done(tr("已答复"))
    if alert.kind in (Kind.CHANGED, Kind.ASKED, Kind.WINDOW, Kind.CONTRACT, *rounds):
        return needs(tr("要处理"))
    return under_way(tr("已递交")) if alert.delivered else needs(tr("未递交"))

"""密钥托管: what a custodian has to do, wherever it sits: publish its key, acknowledge shares, release them after the freeze."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from PySide6.QtWidgets import QWidget

from client.desk import Desk
from client.views.oversight import open_looks
from procurement.basics.statement import Suite
from procurement.opening.second_look import SecondLook
from procurement.opening.session import Closing, CustodianRelease, Freeze
from procurement.tendering.custody import ENVELOPES, CustodyAck, CustodyKey, CustodyReady, LotKey
from ui.boards.act_page import ActPage
from ui.boards.holding import hold_button
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, waits
from ui.kit.buttons import button
from ui.kit.countdown import exact_text
from ui.kit.listing import Listing
from ui.kit.tables import Cell, Column, Table

Duty = Literal["acknowledge", "check", "release", "again", "none"]


@dataclass(frozen=True, slots=True)
class Share:
    """One share of one lot key held here."""

    key: str
    title: str
    lot: str
    place: str
    state: State
    duty: Duty
    freeze: str
    tender: str
    """TV of the version in force; empty before publication"""
    look: str = ""
    """The second look that waits for this share"""


def my_shares(desk: Desk) -> tuple[Share, ...]:
    """All lot keys that name this party as custodian, with what is due."""
    acts, found = desk.place.acts, []
    for act in acts.all(LotKey):
        mine = next((one for one in act.value.custodians if one.org == desk.actor), None)
        if mine is None:
            continue
        tender = desk.tenders.tender(act.value.tender_id)
        title = tender.title if tender else act.value.tender_id
        place = tr("第 {i} 份，共 {n} 份，{k} 份可开启", i=mine.i, n=act.value.n, k=act.value.k)
        closing = acts.last(Closing, tender=tender.id, lot=act.value.lot) if tender else None
        freeze = acts.last(Freeze, closing=closing.id) if closing else None
        state, duty = _duty(desk, act.id, freeze.id if freeze else "")
        tv = tender.id if tender else ""
        looks = open_looks(acts, desk.actor, act.id)
        if looks:
            state, duty = needs(tr("监管部门请求复验")), "again"
        if duty == "none" and tv and not freeze:
            state, duty = _readiness(desk, tv, act.value.lot)
        of_freeze, look = freeze.id if freeze else "", looks[0].id if looks else ""
        found.append(Share(act.id, title, act.value.lot, place, state, duty, of_freeze, tv, look))
    return tuple(found)


def _duty(desk: Desk, key: str, freeze: str) -> tuple[State, Duty]:
    acts = desk.place.acts
    if acts.last(CustodyAck, lot_key=key, org=desk.actor) is None:
        return needs(tr("待确认")), "acknowledge"
    if not freeze:
        return waits(tr("已确认，等冻结")), "none"
    if acts.last(CustodianRelease, freeze=freeze, org=desk.actor) is None:
        return needs(tr("待释放")), "release"
    return done(tr("已释放")), "none"


def _readiness(desk: Desk, tv: str, lot: str) -> tuple[State, Duty]:
    """Before the freeze: whether this machine could release (L5)."""
    said = desk.place.acts.last(CustodyReady, tender=tv, lot=lot, org=desk.actor)
    if said is None:
        return needs(tr("待就绪检查")), "check"
    return done(tr("已就绪 {time}", time=exact_text(said.value.checked)[5:16])), "check"


class CustodyPage(ActPage):
    """The list of shares; the primary does what is due for the selected one."""

    topic = "custody"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("密钥托管"))
        self._table: Table[Share] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.title, one.lot), 0),
                Column(tr("份额"), lambda one: Cell(one.place, tone="text2"), 260),
                Column(tr("状态"), lambda one: Cell(state=one.state), 180),
            ),
            tr("密钥份额"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self.settle_foot())
        text = tr("公布托管密钥后，代理机构才能把开标密钥的份额寄给本单位。")
        self._list = Listing(self._table, "key", "info", tr("还没有托管的份额"), text)
        self.body.addWidget(self._list, 1)
        self._told = False
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def refresh(self) -> None:
        shares = my_shares(self.context.desk)
        due = next((place for place, one in enumerate(shares) if one.duty != "none"), 0)
        self._list.show_rows(shares, due)
        if self._published and not self._told:
            self._told = True
            text = tr("代理机构寄来开标密钥的份额后，在这里核对并确认。")
            self._list.say_empty("key", "ok", tr("托管密钥已公布"), text)
        self.settle_foot()

    @property
    def _published(self) -> bool:
        return self._has_key("I1")

    def _has_key(self, suite: Suite) -> bool:
        """Whether this party has published a custody key for lot keys of the suite."""
        mine = self.context.desk.place.acts.all(CustodyKey, org=self.context.desk.actor)
        return any(act.value.enc.kind == ENVELOPES[suite] for act in mine)

    def show_foot(self) -> None:
        chosen = self._table.row()
        kept = tr("份额从不离开本机，直到释放")
        told = tr("通用和国密托管密钥都已公布；{kept}", kept=kept) if self._has_key("S1") else kept
        self.foot.say("info", tr("托管密钥只在本机，用口令加密"), told)
        made = [hold_button(self)]
        if self._published and not self._has_key("S1"):
            made.append(
                button(tr("公布国密托管密钥"), pressed=self._ask_publish_national, object_name="publish-national-key")
            )
        if not self._published:
            made.append(button(tr("公布托管密钥"), "primary", self._ask_publish, object_name="publish-key"))
        elif chosen is not None and chosen.duty == "acknowledge":
            made.append(button(tr("核对并确认份额"), "primary", self._ask_duty, object_name="acknowledge"))
        elif chosen is not None and chosen.duty == "check":
            made.append(button(tr("就绪检查"), "primary", self._ask_duty, object_name="check-share"))
        elif chosen is not None and chosen.duty == "release":
            made.append(button(tr("释放份额"), "primary", self._ask_duty, object_name="release-share"))
        elif chosen is not None and chosen.duty == "again":
            made.append(button(tr("为复验释放份额"), "primary", self._ask_duty, object_name="release-again"))
        self.foot.set_buttons(*made)

    def _ask_publish(self) -> None:
        text = tr("在本机生成托管密钥，用下面的口令加密，并公布它的公钥。口令丢失，份额就用不了。")
        self._ask(tr("公布托管密钥？"), text, tr("生成并公布"), self.context.desk.custody.publish_key)

    def _ask_publish_national(self) -> None:
        """SM2 key beside the first one, under the same passphrase: one opens both from then on."""
        text = tr(
            "用国密（SM2）的项目另要一把托管密钥。用现有托管密钥的口令加密，以后一次输入两把同时打开。密钥由软件生成，存在本机的"
            "加密文件里，没有经过密码模块认证。"
        )
        custody = self.context.desk.custody

        def go(passphrase: str) -> None:
            words = tr("正在生成国密托管密钥")
            publish = lambda _none: self.do(words, custody.publish_national_key)  # noqa: E731 - one act, one line
            make = lambda _none: self.do(words, custody.open_national_key, passphrase, then=publish)  # noqa: E731
            self.do(words, custody.open_key, passphrase, then=make)

        self.confirm_with(tr("托管密钥口令"), tr("公布国密托管密钥？"), text, tr("生成并公布"), go)

    def _ask_duty(self) -> None:
        chosen, desk = self._table.row(), self.context.desk
        if chosen is None:
            return
        if chosen.duty == "acknowledge":
            text = tr("程序解开寄给本单位的份额，与公开的承诺核对一致才签章。")
            self._ask(tr("确认这个份额？"), text, tr("核对并签章"), desk.custody.acknowledge, chosen.key)
        elif chosen.duty == "check":
            text = tr("程序在本机解开份额并核对，只把“已就绪”签章公布；份额不离开本机。")
            self._ask(tr("检查这个份额？"), text, tr("核对并签章"), desk.custody.ready, chosen.tender, chosen.lot)
        elif chosen.duty == "again":
            reason = desk.place.acts.get(SecondLook, chosen.look).value.reason
            text = tr(
                "监管部门请求复验一份未能开启的投标，理由：{reason}。份额只封给监管部门的托管密钥。", reason=reason
            )
            self._ask(tr("为复验释放这个份额？"), text, tr("释放份额"), desk.second_looks.release, chosen.look)
        else:
            text = tr("程序先核对冻结记录与各投标人的授权，一致才释放。")
            self._ask(tr("释放这个份额？"), text, tr("释放份额"), desk.custody_release.release, chosen.freeze)

    def _ask(self, title: str, text: str, act: str, verb: Callable[..., Any], *args: Any) -> None:
        self.confirm_with(tr("托管密钥口令"), title, text, act, lambda passphrase: self._open(passphrase, verb, args))

    def _open(self, passphrase: str, verb: Callable[..., Any], args: tuple[Any, ...]) -> None:
        go = partial(self.do, tr("正在核对并签章"), verb, *args)
        self.do(tr("正在打开托管密钥"), self.context.desk.custody.open_key, passphrase, then=lambda _none: go())

"""发布: an entrustment accepted, the tender's data and documents checked, opening keys with custodians, one signed package."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from client.acts import Act
from client.workflows.tendering import TenderFile
from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import Problem
from procurement.tendering.custody import LotKey
from procurement.tendering.lint import lint
from procurement.tendering.tender import Tender
from ui.boards.act_page import ActPage
from ui.boards.methods import method_words
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.columns import columns
from ui.kit.files import DropZone
from ui.kit.findings import Finding, FindingList
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.progress import size_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label
from ui.messages import finding_words
from ui.theme import px
from ui.workspaces.agency.custodians import CustodianCard
from ui.workspaces.agency.entrusted import Entrusted
from ui.workspaces.agency.lot_keys import LotKeys
from ui.workspaces.agency.model_file import read_model
from ui.workspaces.agency.suite_card import SuiteCard

TIMES = ("issued", "available_until", "deadline")


class PublishPage(ActPage):
    """Left: data and documents. Middle: number and times, suite, lots, findings. Right: custody."""

    topic = "agency-publish"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._keys, self._entrusted = LotKeys(context), Entrusted(context)
        self._custodians = CustodianCard(context, self.refresh)
        self._tender: Tender | None = None
        self._folder: Path | None = None
        self._blocking = 0
        self.head.show_title(tr("发布招标项目"))
        self._make_left()
        self._make_middle()
        self.body.addWidget(
            columns(self._left, self._middle, self._custodians, left_width=400, right_width=400, first="left"), 1
        )
        self.listen()

    # -- making

    def _make_left(self) -> None:
        self._data = Card(tr("招标数据"), tr("tender.json"))
        zone = DropZone(tr("选择招标数据文件"), tr("由编制工具导出的 tender.json"), suffixes="JSON (*.json)")
        zone.on_given(self.open_model)
        self._facts = Facts(name_width=80)
        self._data.body.addWidget(zone)
        self._data.body.addWidget(self._facts)
        self._files: Table[tuple[str, str, Path | None]] = Table(
            (
                Column(tr("文件"), lambda one: Cell(one[1], one[0]), 0),
                Column(tr("状态"), lambda one: Cell(state=_file_state(one[2]), bare=True), 104),
            ),
            tr("招标文件目录"),
            row_height=54,
        )
        card = Card(tr("招标文件"), flush=True)
        card.head.addWidget(
            button(
                tr("选择文件夹"), "link", self._choose_folder, icon="folder", small=True, object_name="choose-folder"
            )
        )
        card.body.addWidget(self._files)
        self._left = QWidget()
        box = column(self._data, card, spacing=12)
        box.setStretch(1, 1)
        self._left.setLayout(box)

    def _make_middle(self) -> None:
        self._times = Form(
            (
                FieldSpec("number", tr("备案号"), "choice", span=12),
                FieldSpec("issued", tr("开始提供文件"), span=6, placeholder="2026-03-25 09:00"),
                FieldSpec("available_until", tr("文件提供至"), span=6, placeholder="2026-04-01 17:00"),
                FieldSpec("deadline", tr("投标截止与开标时间"), span=6, placeholder="2026-04-29 10:00"),
            )
        )
        self._times.on_edited(lambda _name: self._judge())
        times = Card(tr("编号与时间"), tr("均为北京时间"))
        times.body.addWidget(self._times)
        times.body.addWidget(
            label(
                tr("公开招标自文件发出至截止不少于二十日；更正影响投标文件编制的，距截止不少于十五日。"),
                "hint",
                wrap=True,
            )
        )
        self._lots: Table[tuple[str, str, State]] = Table(
            (
                Column(tr("标包"), lambda one: Cell(one[1], one[0]), 0),
                Column(tr("开标密钥"), lambda one: Cell(state=one[2]), 190),
            ),
            tr("标包"),
            row_height=54,
        )
        lots = Card(tr("标包与开标密钥"), flush=True)
        lots.body.addWidget(self._lots)
        self._findings = FindingList(tr("发布前检查"), tr("与平台收到时的检查是同一套规则"), tr("建议不影响发布"))
        self._suite = SuiteCard(self.context)
        self._suite.on_chosen(self.refresh)
        inner = QWidget()
        box = column(times, self._suite, lots, self._findings, spacing=12)
        box.setStretch(3, 1)
        inner.setLayout(box)
        lots.setMinimumHeight(px(200))
        self._findings.setMinimumHeight(px(240))
        self._middle = scrolled(inner)

    # -- reading

    def open_model(self, path: Path) -> None:
        """Read a tender model; what does not fit is told with its field."""
        try:
            self._tender = read_model(path)
        except Problem as problem:
            self.context.tell_problem(self, problem)
            return
        self._folder = path.parent
        tender = self._tender
        self._times.fill({name: f"{getattr(tender, name).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for name in TIMES})
        self._suite.choose(self._keys.suite_of(tender))
        self.refresh()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("选择文件夹"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.use_folder)
        dialog.open()

    def use_folder(self, path: str) -> None:
        self._folder = Path(path)
        self.refresh()

    def _file_of(self, name: str) -> Path | None:
        """The file for a path of the package: in the folder under that path, or under its last part."""
        if self._folder is None:
            return None
        for candidate in (self._folder / name, self._folder / Path(name).name):
            if candidate.is_file():
                return candidate
        return None

    def refresh(self) -> None:
        self._fill_numbers(self._times.fields["number"].control, self._entrusted.numbers())
        self._custodians.show_for(self._suite.suite or "I1")
        tender = self._tender
        if tender is not None:
            self._facts.set_pairs(
                (
                    (tr("项目"), tender.title),
                    (tr("采购人"), tender.purchaser.name),
                    (tr("采购方式"), method_words(tender.profile.title)),
                    (tr("标包"), str(len(tender.lots))),
                    (
                        tr("预算合计（元）"),
                        money_text(sum((lot.budget for lot in tender.lots), start=tender.lots[0].budget * 0)),
                    ),
                    (tr("评分项"), str(sum(len(lot.scheme.items) for lot in tender.lots))),
                )
            )
            self._files.show_rows([(one.path, one.title, self._file_of(one.path)) for one in tender.documents])
            self._lots.show_rows(
                [(lot.code, lot.title, self._keys.state(self._lot_key(lot.code))) for lot in tender.lots]
            )
        self._judge()

    def _judge(self) -> None:
        """Check the data as they would be published: the times and the number typed, the rules of now."""
        fresh = self._fresh()
        found = lint(fresh, self.context.now()) if fresh is not None else ()
        self._blocking = sum(one.blocking for one in found)
        shown = []
        for one in found:
            words = finding_words(one)
            level = "must" if one.blocking else "advice"
            shown.append(Finding(level, words.title, one.where, "", words.why, words.remedy))  # type: ignore[arg-type]
        self._findings.show_findings(shown)
        self._findings.setVisible(fresh is not None)
        self.settle_foot()

    def _fresh(self) -> Tender | None:
        """The data with the number and times typed here; None while they cannot be read."""
        moments = self._moments()
        if self._tender is None or not moments:
            return None
        number = self._times.values()["number"] or self._tender.number
        algorithms = "S1" if self._suite.suite == "S1" else None
        fresh = {"number": number, "announcement": moments["issued"], "algorithms": algorithms}
        return self._tender.model_copy(update={**moments, **fresh})

    def _fill_numbers(self, combo: Any, numbers: list[str]) -> None:
        for number in numbers:
            if combo.findData(number) < 0:
                combo.addItem(number, number)
        if self._tender is not None and combo.currentIndex() <= 0:
            combo.setCurrentIndex(max(0, combo.findData(self._tender.number)))
            if combo.currentIndex() <= 0 and len(numbers) == 1:
                combo.setCurrentIndex(1)

    # -- custody

    def _lot_key(self, lot: str) -> Act[LotKey] | None:
        suite = self._suite.suite
        return self._keys.of(self._tender.id, lot, suite) if self._tender is not None and suite else None

    # -- footer

    def show_foot(self) -> None:
        offered = self._entrusted.offered()
        if offered is not None:
            name = self._custodians.name_of(offered.value.purchaser)
            self.foot.say("warn", tr("有一项委托待接受"), f"{name}·{offered.value.number}")
            accept = button(tr("接受委托"), "primary", self._ask_accept, object_name="accept-entrustment")
            self.foot.set_buttons(accept)
            return
        tender = self._tender
        if tender is None:
            self.foot.say("info", tr("先选择招标数据文件"), tr("也可把文件拖到左上角的框里"))
            self.foot.set_buttons()
            return
        missing = [lot.code for lot in tender.lots if self._lot_key(lot.code) is None]
        why = self._suite.why_not()
        if why:
            self.foot.say("warn", tr("还不能发布"), why)
            self.foot.set_buttons()
            return
        if missing:
            self.foot.say("warn", tr("还没有开标密钥"), tr("选好托管人和人数，再生成"))
            made = button(tr("生成开标密钥"), "primary", self._ask_keys, object_name="make-keys")
        elif self._own_ack_due() is not None:
            self.foot.say("warn", tr("本机构的份额待确认"), tr("打开托管密钥，核对份额后签章"))
            made = button(tr("确认本机构的份额"), "primary", self._ask_ack, object_name="acknowledge")
        else:
            why = self._why_not()
            made = button(tr("签章并发布"), "primary", self._ask_publish, object_name="publish")
            made.setEnabled(not why)
            if why:
                self.foot.say("warn", tr("还不能发布"), why)
            else:
                self.foot.say("ok", tr("可以发布"), tr("发布后只能更正，不能改回"))
        self.foot.set_buttons(made)

    def _own_ack_due(self) -> Act[LotKey] | None:
        suite = self._suite.suite
        return self._keys.own_ack_due(self._tender, suite) if self._tender is not None and suite else None

    def _why_not(self) -> str:
        tender = self._tender
        assert tender is not None
        lacking = [one.title for one in tender.documents if self._file_of(one.path) is None]
        if lacking:
            return tr("缺文件：{names}", names="、".join(lacking[:3]))
        keys = [self._lot_key(lot.code) for lot in tender.lots]
        if any(key is None or self._keys.acks(key) < key.value.n for key in keys):
            return tr("等全部托管人确认")
        if not self._times.values()["number"]:
            return tr("选择备案号")
        if not self._moments():
            return tr("时间应写成 2026-04-29 10:00")
        return tr("必须处理 {count}", count=self._blocking) if self._blocking else ""

    def _moments(self) -> dict[str, datetime]:
        typed = self._times.values()
        try:
            return {
                name: datetime.strptime(typed[name], "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)
                for name in TIMES
            }
        except ValueError:
            return {}

    # -- acts

    def _ask_accept(self) -> None:
        offered = self._entrusted.offered()
        assert offered is not None
        value = offered.value
        text = tr("范围：{scope}。权限：{authority}。", scope=value.scope, authority=value.authority)
        person = self.context.desk.place.profile.person
        accept = self.context.desk.planning.accept_entrustment
        go = lambda: self.do(tr("正在接受委托"), accept, offered.id, person)  # noqa: E731 - one act, one line
        self.confirm(tr("接受这项委托？"), text, tr("签章接受"), tr("再看看"), go)

    def _ask_keys(self) -> None:
        k = self._custodians.quorum()
        if k is None:
            return
        names = "、".join(self._custodians.name_of(org) for org in self._custodians.chosen)
        text = tr("托管人：{names}；{k} 人释放才能开启。密钥当场拆分，完整密钥不保存。", names=names, k=k)
        self.confirm(tr("生成开标密钥？"), text, tr("生成并分发"), tr("再看看"), lambda: self._make_keys(k))

    def _make_keys(self, k: int) -> None:
        tender = self._tender
        assert tender is not None
        missing = [lot.code for lot in tender.lots if self._lot_key(lot.code) is None]
        make = self.context.desk.tendering.make_lot_key
        number = self._times.values()["number"] or tender.number
        words = tr("正在生成 {lot} 的开标密钥", lot=missing[0])
        self.do(words, make, tender.id, number, missing[0], k, tuple(self._custodians.chosen))

    def _ask_ack(self) -> None:
        text = tr("程序解开寄给本机构的份额，与公开的承诺核对一致才签章。")
        self.confirm_with(tr("托管密钥口令"), tr("确认本机构的份额？"), text, tr("核对并签章"), self._open_key)

    def _open_key(self, passphrase: str) -> None:
        desk, key = self.context.desk, self._own_ack_due()
        assert key is not None
        acknowledge = desk.custody.acknowledge
        words = tr("正在核对份额")
        self.do(words, desk.custody.open_key, passphrase, then=lambda _none: self.do(words, acknowledge, key.id))

    def _ask_publish(self) -> None:
        tender = self._tender
        assert tender is not None
        size = sum(path.stat().st_size for one in tender.documents if (path := self._file_of(one.path)) is not None)
        text = tr(
            "招标数据、{count} 份文件（{size}）、开标密钥与确认书作为一个签名包发布，人人可免费取得。",
            count=len(tender.documents),
            size=size_text(size),
        )
        self.confirm(tr("发布这个项目？"), text, tr("签章并发布"), tr("再看看"), self._publish)

    def _publish(self) -> None:
        fresh = self._fresh()
        assert fresh is not None
        files = [
            TenderFile(path=one.path, title=one.title, source=path)
            for one in fresh.documents
            if (path := self._file_of(one.path)) is not None
        ]
        keys = {lot.code: key.id for lot in fresh.lots if (key := self._lot_key(lot.code)) is not None}
        publish = self.context.desk.tendering.publish
        self.do(tr("正在签章并发布"), publish, fresh, files, keys, then=lambda _outcome: self.asked.emit("desk"))


def _file_state(path: Path | None) -> State:
    return done(tr("已找到")) if path is not None else needs(tr("缺"))

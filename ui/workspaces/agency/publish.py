"""发布: the tender's data, its documents, the lots' opening keys with their custodians, then one signed package."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from client.acts import Act
from client.changes import Changes
from client.workflows.tendering import TenderFile
from client.workplace import Outcome
from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import Problem, Refused
from procurement.planning.entrust import Entrustment, EntrustmentAcceptance
from procurement.tendering.custody import CustodyKey, LotKey
from procurement.tendering.tender import Tender
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, not_started
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.dialogs import Question, ask
from ui.kit.files import DropZone
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.money import money_text
from ui.kit.page import Page, columns
from ui.kit.progress import size_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label
from ui.workspaces.agency.lot_keys import LotKeys

MODEL_LIMIT = 16 * 1024 * 1024
TIMES = ("issued", "available_until", "deadline")


class PublishPage(Page):
    """Left: data and documents. Middle: times. Right: custody."""

    def __init__(self, context: Context) -> None:
        super().__init__(head=64)
        self._context = context
        self._keys = LotKeys(context)
        self._tender: Tender | None = None
        self._folder: Path | None = None
        self._busy = False
        self._chosen: list[str] = []
        self.head.show_title(tr("发布招标项目"))
        self._make_left()
        self._make_middle()
        self._make_right()
        self.body.addLayout(columns(self._left, self._middle, self._right, left_width=400, right_width=400), 1)
        context.watch(self, self._heard)
        self.refresh()

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
        self._left.setLayout(column(self._data, card, spacing=12))

    def _make_middle(self) -> None:
        self._times = Form(
            (
                FieldSpec("number", tr("备案号"), "choice", span=12),
                FieldSpec("issued", tr("开始提供文件"), span=6, placeholder="2026-03-25 09:00"),
                FieldSpec("available_until", tr("文件提供至"), span=6, placeholder="2026-04-01 17:00"),
                FieldSpec("deadline", tr("投标截止与开标时间"), span=6, placeholder="2026-04-29 10:00"),
            )
        )
        self._times.on_edited(lambda _name: self._show_foot())
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
        self._middle = QWidget()
        self._middle.setLayout(column(times, lots, spacing=12))
        self._middle.layout().setStretch(1, 1)  # type: ignore[union-attr]

    def _make_right(self) -> None:
        self._custodians: Table[Act[CustodyKey]] = Table(
            (
                Column(tr("托管人"), lambda act: Cell(self._name(act.value.org), act.value.org), 0),
                Column(tr("选用"), lambda act: Cell(state=self._custodian_state(act.value.org), bare=True), 104),
            ),
            tr("托管人"),
            row_height=54,
        )
        self._custodians.on_activated(self._toggle)
        card = Card(tr("密钥托管人"), tr("双击选用，按选用次序编号"), flush=True)
        card.body.addWidget(self._custodians, 1)
        self._quorum = Form((FieldSpec("k", tr("须有几人释放才能开启"), "integer", tr("人"), span=12),))
        self._quorum.fill({"k": "3"})
        holder = QWidget()
        text = tr("人数须多于采购人一侧的托管人（采购人、代理机构），单靠一侧打不开任何投标。")
        box = column(self._quorum, label(text, "hint", wrap=True))
        box.setContentsMargins(16, 12, 16, 14)
        holder.setLayout(box)
        card.body.addWidget(scrolled(holder))
        self._right = card

    # -- reading

    def open_model(self, path: Path) -> None:
        """Read a tender model; what does not fit is told with its field."""
        try:
            if path.stat().st_size > MODEL_LIMIT:
                raise Refused("file-too-large", "Make the file smaller.", size=path.stat().st_size, limit=MODEL_LIMIT)
            self._tender = Tender.model_validate_json(path.read_bytes())
        except Problem as problem:
            self._context.tell_problem(self, problem)
            return
        except ValueError as error:
            self._context.tell_problem(
                self, Refused("tender-model-unreadable", "Export the tender's data again.", reason=str(error)[:300])
            )
            return
        self._folder = path.parent
        tender = self._tender
        self._times.fill({name: f"{getattr(tender, name).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for name in TIMES})
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

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    def refresh(self) -> None:
        acts = self._context.desk.place.acts
        numbers = [entrusted for act in acts.all(EntrustmentAcceptance) if (entrusted := self._number_of(act))]
        field = self._times.fields["number"]
        self._fill_numbers(field.control, numbers)
        latest = {act.value.org: act for act in acts.all(CustodyKey)}
        self._custodians.show_rows(tuple(latest.values()))
        tender = self._tender
        if tender is not None:
            self._facts.set_pairs(
                (
                    (tr("项目"), tender.title),
                    (tr("采购人"), tender.purchaser.name),
                    (tr("采购方式"), tender.profile.title),
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
        self._show_foot()

    def _number_of(self, act: Act[EntrustmentAcceptance]) -> str:
        return self._context.desk.place.acts.get(Entrustment, act.value.entrustment).value.number

    def _fill_numbers(self, combo: Any, numbers: list[str]) -> None:
        for number in numbers:
            if combo.findData(number) < 0:
                combo.addItem(number, number)
        if self._tender is not None and combo.currentIndex() <= 0:
            combo.setCurrentIndex(max(0, combo.findData(self._tender.number)))
            if combo.currentIndex() <= 0 and len(numbers) == 1:
                combo.setCurrentIndex(1)

    # -- custody

    def _name(self, code: str) -> str:
        return self._context.desk.tenders.name_of(code)

    def _custodian_state(self, org: str) -> State:
        if org in self._chosen:
            return done(tr("第 {place} 份", place=self._chosen.index(org) + 1))
        return not_started(tr("未选用"))

    def _toggle(self, act: Act[CustodyKey]) -> None:
        if act.value.org in self._chosen:
            self._chosen.remove(act.value.org)
        else:
            self._chosen.append(act.value.org)
        self.refresh()

    def _lot_key(self, lot: str) -> Act[LotKey] | None:
        return self._keys.of(self._tender.id, lot) if self._tender is not None else None

    # -- footer

    def _show_foot(self) -> None:
        tender = self._tender
        if tender is None:
            self.foot.say("info", tr("先选择招标数据文件"))
            self.foot.set_buttons()
            return
        missing = [lot.code for lot in tender.lots if self._lot_key(lot.code) is None]
        made = []
        own_ack = self._own_ack_due()
        if missing:
            self.foot.say("warn", tr("还没有开标密钥"), tr("选好托管人和人数，再生成"))
            made.append(button(tr("生成开标密钥"), "primary", self._ask_keys, object_name="make-keys"))
        elif own_ack is not None:
            self.foot.say("warn", tr("本机构的份额待确认"), tr("打开托管密钥，核对份额后签章"))
            made.append(button(tr("确认本机构的份额"), "primary", self._ask_ack, object_name="acknowledge"))
        elif not self._complete():
            self.foot.say("warn", tr("还不能发布"), self._why_not())
            publish = button(tr("签章并发布"), "primary", self._ask_publish, object_name="publish")
            publish.setEnabled(False)
            made.append(publish)
        else:
            self.foot.say("ok", tr("可以发布"), tr("发布后只能更正，不能改回"))
            made.append(button(tr("签章并发布"), "primary", self._ask_publish, object_name="publish"))
        for one in made:
            one.setEnabled(one.isEnabled() and not self._busy)
        self.foot.set_buttons(*made)

    def _own_ack_due(self) -> Act[LotKey] | None:
        return self._keys.own_ack_due(self._tender) if self._tender is not None else None

    def _complete(self) -> bool:
        return not self._why_not()

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
        return "" if self._moments() else tr("时间应写成 2026-04-29 10:00")

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

    def _ask_keys(self) -> None:
        k = as_number(self._quorum.values()["k"])
        names = "、".join(self._name(org) for org in self._chosen)
        if not self._chosen or k is None or not 1 <= k <= len(self._chosen):
            self._quorum.show_errors({"k": tr("先选托管人；人数在 1 和所选人数之间")})
            return
        text = tr("托管人：{names}；{k} 人释放才能开启。密钥当场拆分，完整密钥不保存。", names=names, k=int(k))
        self._ask(tr("生成开标密钥？"), text, tr("生成并分发"), tr("再看看"), lambda _pin: self._make_keys(int(k)))

    def _make_keys(self, k: int) -> None:
        tender = self._tender
        assert tender is not None
        missing = [lot.code for lot in tender.lots if self._lot_key(lot.code) is None]
        make = self._context.desk.tendering.make_lot_key
        self._do(make, tender.id, tender.number, missing[0], k, tuple(self._chosen))

    def _ask_ack(self) -> None:
        text = tr("程序解开寄给本机构的份额，与公开的承诺核对一致才签章。")
        question = Question(
            self.window(),
            tr("确认本机构的份额？"),
            text,
            act=tr("核对并签章"),
            keep=tr("暂不"),
            pin=tr("托管密钥口令"),
            danger=False,
        )
        ask(question, self._open_key)

    def _open_key(self, passphrase: str) -> None:
        desk, key = self._context.desk, self._own_ack_due()
        assert key is not None
        job = desk.start(desk.custody.open_key, passphrase)
        acknowledge = desk.custody.acknowledge
        self._context.home(job.future, self, lambda _none: self._do(acknowledge, key.id), self._failed)

    def _ask_publish(self) -> None:
        tender = self._tender
        assert tender is not None
        size = sum(path.stat().st_size for one in tender.documents if (path := self._file_of(one.path)) is not None)
        text = tr(
            "招标数据、{count} 份文件（{size}）、开标密钥与确认书作为一个签名包发布，人人可免费取得。",
            count=len(tender.documents),
            size=size_text(size),
        )
        self._ask(tr("发布这个项目？"), text, tr("签章并发布"), tr("再看看"), lambda _pin: self._publish())

    def _publish(self) -> None:
        tender = self._tender
        assert tender is not None
        moments = self._moments()
        fresh = tender.model_copy(
            update={**moments, "number": self._times.values()["number"], "announcement": moments["issued"]}
        )
        files = [
            TenderFile(path=one.path, title=one.title, source=path)
            for one in tender.documents
            if (path := self._file_of(one.path)) is not None
        ]
        keys = {lot.code: key.id for lot in tender.lots if (key := self._lot_key(lot.code)) is not None}
        self._do(self._context.desk.tendering.publish, fresh, files, keys, then=self._published)

    def _published(self, _outcome: Outcome) -> None:
        self.asked.emit("desk")

    def _ask(self, title: str, text: str, act: str, keep: str, then: Callable[[str], object]) -> None:
        ask(Question(self.window(), title, text, act=act, keep=keep, danger=False), then)

    def _do(self, verb: Callable[..., Any], *args: Any, then: Callable[[Outcome], None] | None = None) -> None:
        self._busy = True
        self._show_foot()
        job = self._context.desk.start(verb, *args)
        self._context.home(job.future, self, lambda outcome: self._done(outcome, then), self._failed)

    def _done(self, outcome: Outcome, then: Callable[[Outcome], None] | None) -> None:
        self._busy = False
        if then is not None:
            then(outcome)
        else:
            self.refresh()

    def _failed(self, problem: Problem) -> None:
        self._busy = False
        self.refresh()
        self._context.tell_problem(self, problem)


def _file_state(path: Path | None) -> State:
    return done(tr("已找到")) if path is not None else needs(tr("缺"))

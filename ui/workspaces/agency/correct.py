"""更正公告: what changes, whether it affects bids, the new deadline, replaced or added documents; the next version signed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from client.views.tenders import TenderView
from client.workflows.tendering import TenderFile
from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import Problem, Refused
from procurement.tendering.package import Correction, PackageFile
from procurement.tendering.publication import changed_locked_fields, earliest_deadline
from procurement.tendering.tender import Tender
from ui.boards.act_page import ActPage
from ui.boards.suites import cannot_serve
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, not_started
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.files import DropZone
from ui.kit.forms import FieldSpec, Form
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label
from ui.workspaces.agency.model_file import read_model

MOMENT = "%Y-%m-%d %H:%M"


class CorrectPage(ActPage):
    """Left: the documents as they will be. Right: the notice. The lot keys stay those of the first version."""

    topic = "agency-correct"

    def __init__(self, context: Context, tender: str) -> None:
        super().__init__(context)
        self._key = tender
        self._view: TenderView | None = None
        self._model: Tender | None = None
        self._given: dict[str, TenderFile] = {}
        self.head.show_title(tr("更正或澄清"))
        self._empty = StatePane()
        self._make_left()
        self._make_right()
        self._work = columns(None, self._left, self._right, right_width=560, first="right")
        self.body.addWidget(self._work, 1)
        self.body.addWidget(self._empty, 1)
        self.listen()

    def _make_left(self) -> None:
        self._files: Table[tuple[str, str, State]] = Table(
            (
                Column(tr("文件"), lambda one: Cell(one[1], one[0]), 0),
                Column(tr("更正"), lambda one: Cell(state=one[2]), 130),
            ),
            tr("更正后的文件"),
            row_height=54,
        )
        card = Card(tr("更正后的文件"), tr("同名文件替换，其他文件作为附件加入"), flush=True)
        card.body.addWidget(self._files, 1)
        add = DropZone(tr("更正后的文件或书面通知"), tr("PDF；文件名与原文件相同时替换原文件"))
        add.on_given(self._add)
        model = DropZone(tr("更正后的招标数据"), tr("不改数据时不用给"), suffixes="JSON (*.json)")
        model.on_given(self._read_model)
        self._left = QWidget()
        self._left.setLayout(column(card, add, model, spacing=12))

    def _make_right(self) -> None:
        self._form = Form(
            (
                FieldSpec("reason", tr("更正或澄清的内容"), "long", span=12, tall=True, note=tr("公开，写明改了什么")),
                FieldSpec("affects", tr("影响投标文件的编制"), "tick", span=12),
                FieldSpec("deadline", tr("投标截止与开标时间"), span=6, placeholder="2026-04-29 10:00"),
            )
        )
        self._form.on_edited(lambda _name: self.settle_foot())
        card = Card(tr("更正公告"))
        card.body.addWidget(self._form)
        text = tr("采购标的和资格条件不能改（87 号令第二十七条）。影响编制的，距截止不足法定天数须顺延；不能提前截止。")
        card.body.addWidget(label(text, "hint", wrap=True))
        card.body.addStretch(1)
        self._right = card

    def work(self) -> QWidget:
        return self._form.fields["reason"].control

    # -- reading

    def refresh(self) -> None:
        view = self.context.desk.tenders.tender(self._key)
        fresh = view is not None and (self._view is None or self._view.id != view.id)
        self._view = view
        ready = view is not None and view.model is not None
        self._work.setVisible(ready)
        self._empty.setVisible(not ready)
        if not ready:
            self._empty.say("search", "mute", tr("这个项目还没有到达本机"), tr("联网同步后再打开。"))
        elif fresh and view is not None:
            self.head.show_title(view.title, under=view.package.number, place=tr("更正或澄清"))
            self._form.fill({"deadline": f"{view.package.deadline.astimezone(SHANGHAI):{MOMENT}}"})
        self._show_files()
        self.settle_foot()

    def _show_files(self) -> None:
        if self._view is None:
            return
        known = {one.path: one for one in self._view.package.files}
        rows = [(one.path, one.title, self._state(one)) for one in known.values()]
        rows += [(one.path, one.title, done(tr("加入"))) for one in self._given.values() if one.path not in known]
        self._files.show_rows(rows)

    def _state(self, file: PackageFile) -> State:
        return done(tr("替换")) if file.path in self._given else not_started(tr("不变"))

    def _add(self, path: Path) -> None:
        if self._view is None:
            return
        known = next((one for one in self._view.package.files if Path(one.path).name == path.name), None)
        name, title = (path.name, path.stem[:200]) if known is None else (known.path, known.title)
        self._given[name] = TenderFile(path=name, title=title, source=path)
        self._show_files()
        self.settle_foot()

    def _read_model(self, path: Path) -> None:
        """Corrected data; what a correction may not touch is said at once (L-204)."""
        assert self._view is not None and self._view.model is not None
        try:
            model = read_model(path)
            locked = changed_locked_fields(self._view.model, model)
            if locked:
                raise Refused("locked-field-changed", "Subject and qualification stay.", field="、".join(locked[:4]))
        except Problem as problem:
            self.context.tell_problem(self, problem)
            return
        self._model = model
        self._form.fill({"deadline": f"{model.deadline.astimezone(SHANGHAI):{MOMENT}}"})
        self.settle_foot()

    # -- the act

    def _deadline(self) -> datetime | None:
        try:
            typed = datetime.strptime(self._form.values()["deadline"], MOMENT)  # noqa: DTZ007 - Beijing time is typed
        except ValueError:
            return None
        return typed.replace(tzinfo=SHANGHAI).astimezone(UTC)

    def _why_not(self) -> str:
        view, deadline = self._view, self._deadline()
        if view is None or view.model is None:
            return tr("等招标文件到达")
        other = cannot_serve(self.context.desk, view.model.suite)
        if other:
            return other
        if not self._form.values()["reason"]:
            return tr("写明更正或澄清的内容")
        if deadline is None:
            return tr("时间应写成 2026-04-29 10:00")
        if deadline < view.package.deadline:
            return tr("截止时间不能提前")
        earliest = earliest_deadline(view.model, self.context.now())
        if self._affects and deadline.astimezone(SHANGHAI).date() < earliest:
            return tr("影响编制的，截止不早于 {date}", date=earliest.isoformat())
        return ""

    @property
    def _affects(self) -> bool:
        return self._form.values()["affects"] == "yes"

    def show_foot(self) -> None:
        why = self._why_not()
        if why:
            self.foot.say("warn", tr("还不能发布"), why)
        else:
            self.foot.say("ok", tr("可以发布"), tr("新版立即公开；按旧版递交的投标须重新递交"))
        publish = button(tr("签章并发布更正"), "primary", self._ask, object_name="publish-correction")
        publish.setEnabled(not why)
        self.foot.set_buttons(publish)

    def _ask(self) -> None:
        text = tr("更正立即公开，投标人须按新版投标；已发布的各版都保留，不能撤回。")
        self.confirm(tr("发布这次更正？"), text, tr("签章并发布"), tr("再看看"), self._publish)

    def _publish(self) -> None:
        deadline = self._deadline()
        assert deadline is not None
        correction = Correction(reason=self._form.values()["reason"], affects_bids=self._affects)
        self.do(
            tr("正在签章并发布"),
            self.context.desk.tendering.correct,
            self._key,
            correction,
            deadline=deadline,
            files=tuple(self._given.values()),
            model=self._model,
            then=lambda _outcome: self.asked.emit("desk"),
        )

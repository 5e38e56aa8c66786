"""分项报价表 and 工程量清单: the grid, its sum, and what a paste did."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from procurement.basics.findings import Finding as LawFinding
from procurement.basics.money import BEYOND, to_cents
from procurement.bidding.draft import FilledCell, FilledRow, FilledTable
from procurement.bidding.price_import import NUMERIC, ROW, Proposal, computed_column, decimals_of
from procurement.bidding.rows import row_findings, shared_findings
from procurement.tendering.quote import Column, PriceTable
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.forms import as_number
from ui.kit.money import money_text
from ui.kit.price_model import CellKind, Pasted, PriceColumn, Row, Trouble
from ui.kit.prices import PriceGrid
from ui.kit.text import Line, column, label
from ui.messages import finding_words
from ui.workspaces.supplier.prepare.own_rows import OwnRows
from ui.workspaces.supplier.prepare.price_files import ImportPreview, PriceFiles, ask_source, ask_target, summary
from ui.workspaces.supplier.prepare.sheet import Sheet

TOLD = 60
"""Letters of a cell that are told under the table; its tool tip has them all"""


def _kind(table: PriceTable, one: Column) -> CellKind:
    if one is computed_column(table):
        return "computed"
    if one.filled_by == "agency":
        return "given" if one.type in NUMERIC or one.role == "quantity" else "fixed"
    return "money" if one.type == "money" else "number" if one.type in NUMERIC else "text"


def _width(table: PriceTable, one: Column) -> int:
    """Columns that may break a ceiling have room for the word that says so."""
    known = {"number": 44, "unit": 44, "quantity": 56, "unit-price": 88, "amount": 104, "charge": 84, "name": 0}
    per_unit = one.role == "unit-price" and any(row.unit_ceiling is not None for row in table.rows)
    whole = one.role == "amount" and (table.ceilings or any(row.amount_ceiling is not None for row in table.rows))
    added = one.role == "quantity" and one.filled_by == "bidder"
    return known.get(one.role, 88) + (64 if per_unit or whole else 32 if added else 0)


def _leading(table: PriceTable) -> range:
    """The columns that say which row it is: up to the name, where it stands near the left end; else a number at that end."""
    roles = [one.role for one in table.columns[:3]]
    return range(roles.index("name") + 1 if "name" in roles else roles[:1].count("number"))


@dataclass(frozen=True, slots=True)
class _Made:
    """What one row of the grid amounts to. Rows are replaced, never changed, so it holds as long as the row is the same."""

    row: Row
    filled: FilledRow | None
    """None while nothing is typed in it"""
    amount: Decimal | None
    troubles: dict[str, Trouble]
    """By column"""


class TableEditor(QWidget):
    """One price table of the lot."""

    def __init__(self, sheet: Sheet, table: PriceTable, files: PriceFiles | None = None) -> None:
        super().__init__()
        self._sheet, self.table, self._files = sheet, table, files
        self._given = {row.code for row in table.rows}
        self._sums = sheet.sums.of(table)
        self._made: dict[str, _Made] = {}
        self._shared: dict[str, Trouble] = {}
        """Rows under a shared ceiling that is broken"""
        self._computed = computed_column(table)
        self._kinds = {one.code: _kind(table, one) for one in table.columns}
        self._roles: dict[str, str] = {}
        for one in reversed(table.columns):
            self._roles[one.role] = one.code
        leading = _leading(table)
        columns = [
            PriceColumn(
                one.code,
                one.label,
                _kind(table, one),
                _width(table, one),
                decimals_of(one),
                grouped=one.type != "integer" or one.role == "quantity",
                leads=place in leading,
            )
            for place, one in enumerate(table.columns)
        ]
        if all(one.width for one in columns):
            at = min(1, len(columns) - 1)
            columns[at] = replace(columns[at], width=0)
        self.grid = PriceGrid(columns, self._compute, table.title, self._judge)
        self.grid.setObjectName(f"table-{table.code}")
        card = Card(table.title, flush=True)
        paste = button(tr("从 Excel 粘贴"), "link", self._paste, icon="paste", small=True)
        card.head.addWidget(paste)
        self._own_rows = OwnRows(self.grid, lambda row: row[ROW] not in self._given)
        if table.open_rows:
            self.grid.price_model.new_rows = self._new_rows
            card.head.addWidget(button(tr("加一行"), "link", self._add_row, icon="plus", small=True))
            drop = button(tr("删除行"), "link", self._drop_rows, icon="minus", small=True, object_name="drop-rows")
            drop.setToolTip(tr("删除选中的、自己加的行（{key}）", key=self._own_rows.key))
            self._own_rows.tell(drop.setEnabled)
            card.head.addWidget(drop)
        self._own_rows.action.triggered.connect(self._drop_rows)
        card.body.addWidget(self.grid, 1)
        foot = card.foot()
        total = label(tr("合计"), "strong")
        foot.addWidget(total)
        self._count = label("", "hint")
        foot.addWidget(self._count)
        foot.addStretch(1)
        self._sum = label("", "title")
        foot.addWidget(self._sum)
        self._adds_up = table.column("amount") is not None
        total.setVisible(self._adds_up)
        self._sum.setVisible(self._adds_up)
        self._told = Line("", "hint")
        tools = card.foot()
        tools.addWidget(self._told, 1)
        self._undo = button(tr("撤销"), "link", self.grid.price_model.undo, icon="undo", small=True, object_name="undo")
        tools.addWidget(self._undo)
        if files is not None:
            export, load = tr("导出到 Excel"), tr("从 Excel 导入")
            tools.addWidget(button(load, "link", self._ask_import, icon="upload", small=True, object_name="import"))
            tools.addWidget(button(export, "link", self._ask_export, icon="download", small=True, object_name="export"))
        computed = tr("金额按“数量 × 单价”逐行计算，合计不可直接填写")
        self._usual = computed if self._computed is not None else tr("逐行填写，可从 Excel 粘贴")
        self._told.setText(self._usual)
        self._tells_cell = False
        self.setLayout(column(card))
        self._load()
        self._undo.setEnabled(False)
        self.grid.price_model.edited.connect(self._edited)
        self.grid.pasted.connect(self._tell_pasted)
        self.grid.selectionModel().currentChanged.connect(self._tell_cell)

    def _compute(self, row: Row) -> dict[str, Decimal | None]:
        """The law's own arithmetic: quantity × unit price plus charges, once both are there."""
        return {} if self._computed is None else {self._computed.code: self._of(row).amount}

    def _judge(self, row: Row) -> dict[str, Trouble]:
        """What the law's check of this row finds, by column; a broken shared ceiling shows in the amount."""
        own, shared = self._of(row).troubles, self._shared.get(row[ROW])
        amount = self._roles.get("amount")
        return own if shared is None or amount is None else {amount: shared, **own}

    def _of(self, row: Row) -> _Made:
        made = self._made.get(row[ROW])
        if made is None or made.row is not row:
            made = self._made[row[ROW]] = self._make(row)
        return made

    def _make(self, row: Row) -> _Made:
        cells = self._cells(row)
        bare = FilledRow(row=row[ROW], cells=tuple(cells))
        amount = self._sums.product(bare) if self._computed is not None else None
        if not cells:
            return _Made(row, None, amount, {})
        filled = bare
        if amount is not None and amount < BEYOND and self._computed is not None:
            filled = FilledRow(row=row[ROW], cells=(*cells, FilledCell(column=self._computed.code, number=amount)))
        return _Made(row, filled, amount, dict(self._troubles(filled)))

    def _troubles(self, filled: FilledRow) -> Iterator[tuple[str, Trouble]]:
        for one in row_findings(self._sums, filled):
            code = self._roles.get(one.role)
            if code is not None:
                yield code, trouble_of(one.finding)

    def _load(self) -> None:
        filled = self._sheet.forms.table(self.table.code)
        kept = {row.row: row for row in filled.rows} if filled else {}
        rows: list[Row] = []
        for given in self.table.rows:
            row = {ROW: given.code} | {cell.column: cell.text for cell in given.cells}
            rows.append(row | _typed(kept.pop(given.code, None)))
        number = self.table.column("number")
        if number is not None and number.filled_by == "agency":
            for place, row in enumerate(rows, 1):
                row.setdefault(number.code, str(place))
        rows += [{ROW: code} | _typed(added) for code, added in kept.items()]
        half, head = self._sheet.loose, f"tables/{self.table.code}/"
        known = {row[ROW] for row in rows}
        places = (place.removeprefix(head) for place in half if place.startswith(head))
        rows += [{ROW: code} for code in places if code not in known]
        if not rows:
            rows = [{ROW: "row-1"}]
        doubtful = [(at, name) for at, row in enumerate(rows) for name in half.get(head + row[ROW], ())]
        rows = [row | half.get(head + row[ROW], {}) for row in rows]
        self.grid.price_model.set_rows(rows, doubtful)
        self._tell_wrong()
        filled = self._filled()
        self._share(filled)
        self._show_sum(filled)

    def _add_row(self) -> None:
        model = self.grid.price_model
        model.replace_rows([*model.rows, *self._new_rows(1)])
        first = next((place for place, one in enumerate(model.columns) if one.typed), 0)
        self.grid.setCurrentIndex(model.index(len(model.rows) - 1, first))
        self.grid.setFocus()

    def _drop_rows(self) -> None:
        """One step of its own, to be taken back by itself."""
        if not self._sheet.frozen:
            self._sheet.settle()
            self._told.setText(self._own_rows.drop())
            self._sheet.settle()

    def _new_rows(self, count: int) -> list[Row]:
        taken = {row[ROW] for row in self.grid.price_model.rows}
        free = (f"row-{number}" for number in itertools.count(len(taken) + 1) if f"row-{number}" not in taken)
        return [{ROW: code} for code in itertools.islice(free, count)]

    def _edited(self) -> None:
        filled = self._filled()
        self._share(filled)
        self._sheet.put_table(filled)
        self._put_half()
        self._show_sum(filled)
        self._tell_wrong()
        self._undo.setEnabled(self.grid.price_model.can_undo)

    # -- files

    def _ask_export(self) -> None:
        ask_target(self, self.table.title.replace("/", " "), self.export_to)

    def export_to(self, path: Path) -> None:
        """Write the table as it stands into this file."""
        if self._files is not None:
            self._files.write(path, self.table, self.grid.price_model.rows, self._exported)

    def _exported(self, path: Path) -> None:
        self._told.setText(tr("已导出：{path}。金额在文件中是公式，随填随算", path=path))

    def _ask_import(self) -> None:
        ask_source(self, self.import_from)

    def import_from(self, path: Path) -> None:
        """Read the file and show what it would change."""
        if self._files is not None:
            then = partial(self._show_import, path.name)
            self._files.read(path, self.table, self.grid.price_model.rows, then)

    def _show_import(self, name: str, found: Proposal) -> None:
        preview = ImportPreview(self.window(), name, found)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.accepted.connect(lambda: self._take(found))
        preview.open()

    def _take(self, found: Proposal) -> None:
        self.grid.price_model.replace_rows(found.rows)
        self._told.setText(summary(found))

    def _share(self, filled: FilledTable) -> None:
        """Mark the rows that exceed a ceiling together."""
        if not self.table.ceilings:
            return
        amounts = {row.row: self._sums.amount(row) for row in filled.rows}
        broken = shared_findings(self._sums, amounts)
        shared = {code: trouble_of(found) for ceiling, found in broken for code in ceiling.rows if code in amounts}
        if shared != self._shared:
            self._shared = shared
            self.grid.viewport().update()

    def _tell_wrong(self) -> None:
        """What is wrong in the row in work, else the first cell that holds no amount: where, why, what to do."""
        model = self.grid.price_model
        here = self.grid.currentIndex().row()
        place = next(iter(sorted(model.wrong)), None)
        rows = [one for one in (here, place[0] if place else -1) if 0 <= one < len(model.rows)]
        for row in rows:
            for one in model.columns:
                found = model.trouble(row, one)
                if found is not None:
                    self._told.setText(tr("第 {row} 行“{title}”：", row=row + 1, title=one.title) + found.sentence)
                    return
        self._told.setText(self._usual)

    def _tell_cell(self, cell: QModelIndex) -> None:
        """The words of a cell that has no room for them."""
        text = self.grid.cut(cell)
        if text:
            short = text if len(text) <= TOLD else f"{text[:TOLD]}…"
            self._told.setText(f"{self.grid.price_model.columns[cell.column()].title}：{short}")
        elif self._tells_cell:
            self._tell_wrong()
        self._tells_cell = bool(text)

    def _filled(self) -> FilledTable:
        """The rows in which something was typed. Cells that are no numbers stay in the grid, red, and are not taken over."""
        made = map(self._of, self.grid.price_model.rows)
        rows = tuple(one.filled for one in made if one.filled is not None)
        table = FilledTable(table=self.table.code, rows=rows)
        total = self._sums.total(table.rows) if rows else None
        return table.model_copy(update={"total": to_cents(total) if total is not None and total < BEYOND else None})

    def _cells(self, row: Row) -> list[FilledCell]:
        """What the bidder typed in a row. Cells that are no amounts are left out."""
        cells: list[FilledCell] = []
        theirs = row[ROW] in self._given
        for one in self.table.columns:
            text = row.get(one.code, "")
            given = one.filled_by == "agency" and theirs
            if not text or given or self._kinds[one.code] == "computed" or self._is_wrong(row, one.code):
                continue
            number = as_number(text)
            if one.type in NUMERIC and number is not None:
                cells.append(FilledCell(column=one.code, number=number))
            elif one.type not in NUMERIC:
                cells.append(FilledCell(column=one.code, text=text))
        return cells

    def _put_half(self) -> None:
        """Cells that are no numbers are kept beside the bid."""
        model, half = self.grid.price_model, dict[str, dict[str, str]]()
        for place, name in sorted(model.wrong):
            row = model.rows[place]
            half.setdefault(f"tables/{self.table.code}/{row[ROW]}", {})[name] = row[name]
        self._sheet.put_under(f"tables/{self.table.code}", half)

    def _is_wrong(self, row: Row, code: str) -> bool:
        """Whether the cell holds what is no amount: it stays in the grid, red, and does not enter the bid."""
        model = self.grid.price_model
        return bool(model.wrong) and any(name == code and model.rows[place] is row for place, name in model.wrong)

    def _show_sum(self, filled: FilledTable) -> None:
        self._sum.setText(money_text(filled.total))
        self._count.setText(tr("{count} 项", count=len(filled.rows)))

    def _paste(self) -> None:
        index = self.grid.currentIndex()
        model = self.grid.price_model
        first = next((place for place, one in enumerate(model.columns) if one.typed), 0)
        row, across = (index.row(), index.column()) if index.isValid() else (0, first)
        self._tell_pasted(model.paste(row, across, QGuiApplication.clipboard().text()))

    def _tell_pasted(self, did: Pasted) -> None:
        text = tr("粘贴：接受 {accepted} 格，拒绝 {refused} 格。", accepted=did.accepted, refused=len(did.refused))
        if did.refused:
            text += " " + tr("未接受：{cells}", cells="、".join(did.refused[:4]))
        self._told.setText(text)

    def show_sheet(self) -> None:
        """Nothing to do: only this editor writes its table."""

    def show_errors(self, errors: dict[str, str]) -> None:
        """Cells carry their own marks."""


def trouble_of(found: LawFinding) -> Trouble:
    """A finding of the law as a cell shows it."""
    words = finding_words(found)
    short = {
        "row-over-ceiling": tr("超限价"), "rows-over-ceiling": tr("合计超限价"), "row-without-quantity": tr("缺数量"),
        "row-amount-differs": tr("金额不符"), "row-beyond-measure": tr("过大"),
    }.get(found.code, words.title)  # fmt: skip
    return Trouble(short, words.sentence, found.blocking)


def _typed(row: FilledRow | None) -> Row:
    if row is None:
        return {}
    return {cell.column: cell.text if cell.number is None else f"{cell.number:f}" for cell in row.cells}

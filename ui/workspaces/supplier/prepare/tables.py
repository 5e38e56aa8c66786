"""分项报价表 and 工程量清单: the grid, its sum, and what a paste did."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from procurement.bidding.draft import FilledCell, FilledRow, FilledTable
from procurement.bidding.price import row_amount, table_total
from procurement.bidding.price_import import NUMERIC, ROW, Proposal, computed_column, decimals_of
from procurement.tendering.quote import Column, PriceTable
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.forms import as_number
from ui.kit.money import money_text
from ui.kit.prices import CellKind, Pasted, PriceColumn, PriceGrid, Row, told
from ui.kit.text import Elided, column, label
from ui.workspaces.supplier.prepare.price_files import ImportPreview, PriceFiles, ask_source, ask_target, summary
from ui.workspaces.supplier.prepare.sheet import Sheet


def _kind(table: PriceTable, one: Column) -> CellKind:
    if one is computed_column(table):
        return "computed"
    if one.filled_by == "agency":
        return "given" if one.type in NUMERIC or one.role == "quantity" else "fixed"
    return "money" if one.type == "money" else "number" if one.type in NUMERIC else "text"


def _width(one: Column) -> int:
    known = {"number": 44, "unit": 44, "quantity": 60, "unit-price": 96, "amount": 112, "charge": 84, "name": 0}
    return known.get(one.role, 88)


class TableEditor(QWidget):
    """One price table of the lot."""

    def __init__(self, sheet: Sheet, table: PriceTable, files: PriceFiles | None = None) -> None:
        super().__init__()
        self._sheet, self._table, self._files = sheet, table, files
        self._given = {row.code for row in table.rows}
        columns = [
            PriceColumn(
                one.code,
                one.label,
                _kind(table, one),
                _width(one),
                decimals_of(one),
            )
            for one in table.columns
        ]
        if all(one.width for one in columns):
            columns[1 if len(columns) > 1 else 0] = _stretched(columns[1 if len(columns) > 1 else 0])
        self.grid = PriceGrid(columns, self._compute, table.title)
        self.grid.setObjectName(f"table-{table.code}")
        card = Card(table.title, flush=True)
        paste = button(tr("从 Excel 粘贴"), "link", self._paste, icon="paste", small=True)
        card.head.addWidget(paste)
        if table.open_rows:
            card.head.addWidget(button(tr("加一行"), "link", self._add_row, icon="plus", small=True))
        card.body.addWidget(self.grid, 1)
        foot = card.foot()
        foot.addWidget(label(tr("合计"), "strong"))
        self._count = label("", "hint")
        foot.addWidget(self._count)
        foot.addStretch(1)
        self._sum = label("", "title")
        foot.addWidget(self._sum)
        self._told = Elided("", "hint")
        tools = card.foot()
        tools.addWidget(self._told, 1)
        self._undo = button(tr("撤销"), "link", self.grid.price_model.undo, icon="undo", small=True, object_name="undo")
        tools.addWidget(self._undo)
        if files is not None:
            export, load = tr("导出到 Excel"), tr("从 Excel 导入")
            tools.addWidget(button(load, "link", self._ask_import, icon="upload", small=True, object_name="import"))
            tools.addWidget(button(export, "link", self._ask_export, icon="download", small=True, object_name="export"))
        self._usual = tr("金额按“数量 × 单价”逐行计算，合计不可直接填写")
        self._told.setText(self._usual)
        self.setLayout(column(card))
        self._load()
        self._undo.setEnabled(False)
        self.grid.price_model.edited.connect(self._edited)
        self.grid.pasted.connect(self._tell_pasted)

    def _compute(self, row: Row) -> dict[str, Decimal | None]:
        """The law's own arithmetic: quantity × unit price plus charges, once both are there."""
        amount, quantity, price = (self._table.column(role) for role in ("amount", "quantity", "unit-price"))
        if amount is None or quantity is None or price is None:
            return {}
        needed = (quantity.code, price.code)
        if any(as_number(row.get(one, "")) is None or self._is_wrong(row, one) for one in needed):
            return {amount.code: None}
        return {amount.code: row_amount(self._table, FilledRow(row=row[ROW], cells=tuple(self._cells(row))))}

    def _load(self) -> None:
        filled = self._sheet.forms.table(self._table.code)
        kept = {row.row: row for row in filled.rows} if filled else {}
        rows: list[Row] = []
        for given in self._table.rows:
            row = {ROW: given.code} | {cell.column: cell.text for cell in given.cells}
            rows.append(row | _typed(kept.pop(given.code, None)))
        number = self._table.column("number")
        if number is not None and number.filled_by == "agency":
            for place, row in enumerate(rows, 1):
                row.setdefault(number.code, str(place))
        rows += [{ROW: code} | _typed(added) for code, added in kept.items()]
        if not rows:
            rows = [{ROW: "row-1"}]
        self.grid.price_model.set_rows(rows)
        self._show_sum(self._filled())

    def _add_row(self) -> None:
        model = self.grid.price_model
        taken = {row[ROW] for row in model.rows}
        number = len(model.rows) + 1
        while f"row-{number}" in taken:
            number += 1
        model.replace_rows([*model.rows, {ROW: f"row-{number}"}])
        first = next((place for place, one in enumerate(model.columns) if one.typed), 0)
        self.grid.setCurrentIndex(model.index(len(model.rows) - 1, first))
        self.grid.setFocus()

    def _edited(self) -> None:
        filled = self._filled()
        self._sheet.put_table(filled)
        self._show_sum(filled)
        self._tell_wrong()
        self._undo.setEnabled(self.grid.price_model.can_undo)

    # -- files

    def _ask_export(self) -> None:
        ask_target(self, self._table.title.replace("/", " "), self.export_to)

    def export_to(self, path: Path) -> None:
        """Write the table as it stands into this file."""
        if self._files is not None:
            self._files.write(path, self._table, self.grid.price_model.rows, self._exported)

    def _exported(self, path: Path) -> None:
        self._told.setText(tr("已导出：{path}。金额在文件中是公式，随填随算", path=path))

    def _ask_import(self) -> None:
        ask_source(self, self.import_from)

    def import_from(self, path: Path) -> None:
        """Read the file and show what it would change."""
        if self._files is not None:
            then = partial(self._show_import, path.name)
            self._files.read(path, self._table, self.grid.price_model.rows, then)

    def _show_import(self, name: str, found: Proposal) -> None:
        preview = ImportPreview(self.window(), name, found)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.accepted.connect(lambda: self._take(found))
        preview.open()

    def _take(self, found: Proposal) -> None:
        self.grid.price_model.replace_rows(found.rows)
        self._told.setText(summary(found))

    def _tell_wrong(self) -> None:
        """The first cell that holds no amount: where, why, what to do."""
        model = self.grid.price_model
        titles = {one.name: one.title for one in model.columns}
        wrong = [
            (row, titles[name], problem) for (row, name), problem in sorted(model.wrong.items(), key=lambda one: one[0])
        ]
        if wrong:
            row, title, problem = wrong[0]
            self._told.setText(tr("第 {row} 行“{title}”：", row=row + 1, title=title) + told(problem))
        else:
            self._told.setText(self._usual)

    def _filled(self) -> FilledTable:
        """The rows in which something was typed. Cells that are no numbers stay in the grid, red, and are not taken over."""
        rows = tuple(row for row in map(self._filled_row, self.grid.price_model.rows) if row is not None)
        table = FilledTable(table=self._table.code, rows=rows)
        total = table_total(self._table, table) if rows else None
        return table.model_copy(update={"total": total.quantize(Decimal("0.01")) if total is not None else None})

    def _cells(self, row: Row) -> list[FilledCell]:
        """What the bidder typed in a row. Cells that are no amounts are left out."""
        cells: list[FilledCell] = []
        for one in self._table.columns:
            text = row.get(one.code, "")
            given = one.filled_by == "agency" and self._is_given(row[ROW])
            if not text or given or _kind(self._table, one) == "computed" or self._is_wrong(row, one.code):
                continue
            number = as_number(text)
            if one.type in NUMERIC and number is not None:
                cells.append(FilledCell(column=one.code, number=number))
            elif one.type not in NUMERIC:
                cells.append(FilledCell(column=one.code, text=text))
        return cells

    def _filled_row(self, row: Row) -> FilledRow | None:
        cells = self._cells(row)
        if not cells:
            return None
        computed = [
            FilledCell(column=code, number=value) for code, value in self._compute(row).items() if value is not None
        ]
        return FilledRow(row=row[ROW], cells=(*cells, *computed))

    def _is_wrong(self, row: Row, code: str) -> bool:
        """Whether the cell holds what is no amount: it stays in the grid, red, and does not enter the bid."""
        model = self.grid.price_model
        return bool(model.wrong) and any(name == code and model.rows[place] is row for place, name in model.wrong)

    def _is_given(self, code: str) -> bool:
        return code in self._given

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


def _typed(row: FilledRow | None) -> Row:
    if row is None:
        return {}
    return {cell.column: cell.text if cell.number is None else f"{cell.number:f}" for cell in row.cells}


def _stretched(one: PriceColumn) -> PriceColumn:
    return PriceColumn(one.name, one.title, one.kind, 0, one.decimals)

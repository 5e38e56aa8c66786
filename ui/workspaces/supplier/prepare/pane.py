"""The pane 编制: table of contents, the section in work, findings; saves as one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from client.bid_seals import SealPlaces
from client.workflows.drafting import Taken
from procurement.basics.findings import Finding as LawFinding
from procurement.basics.problems import Problem
from procurement.basics.typed import title_of
from procurement.bidding.draft import BidDocument, BidForms
from procurement.bidding.library import Evidence
from ui.boards.place_seals import SealPlacesDialog
from ui.boards.seals import SealsDialog, show_document
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.findings import Finding, FindingList
from ui.kit.progress import meter
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column
from ui.kit.viewer import Viewer
from ui.messages import finding_words
from ui.workspaces.supplier.library import LibraryDialog
from ui.workspaces.supplier.prepare.adding import Adding
from ui.workspaces.supplier.prepare.carry import OpenDialog, TakeDialog, ask_bundle
from ui.workspaces.supplier.prepare.consortium import ConsortiumEditor
from ui.workspaces.supplier.prepare.items import AnswersEditor, ClaimsEditor, ResponsesEditor
from ui.workspaces.supplier.prepare.keeping import Keeper, hold_still
from ui.workspaces.supplier.prepare.linking import LinkEditor
from ui.workspaces.supplier.prepare.opening import OpeningEditor
from ui.workspaces.supplier.prepare.papers import DocumentsEditor, FormEditor, OthersEditor, PolicyEditor
from ui.workspaces.supplier.prepare.pointing import parts_of, point_at, target_of
from ui.workspaces.supplier.prepare.price_files import PriceFiles
from ui.workspaces.supplier.prepare.printing import PrintDialog
from ui.workspaces.supplier.prepare.sections import Section, places, sections
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.steps import StepBar, kept_focus
from ui.workspaces.supplier.prepare.tables import TableEditor
from ui.workspaces.supplier.prepare.versions import VersionsDialog
from ui.workspaces.supplier.prepare.ways import begin, section_keys

JUDGE_AFTER_MS = 120
"""The check runs behind the typing, not at each stroke: keys must not wait for it"""
Editor = OpeningEditor | TableEditor | DocumentsEditor | AnswersEditor | ResponsesEditor | FormEditor | ClaimsEditor | PolicyEditor | OthersEditor | ConsortiumEditor | LinkEditor  # fmt: skip


TOLD = 60
"""Findings put into words at once; what comes after is told as a number, until the first ones are mended"""


def law_findings(sheet: Sheet, found: tuple[LawFinding, ...]) -> list[Finding]:
    """The law's findings in words, with the way to their place; the first of a great many."""
    name = places(sheet.tender, sheet.lot, sheet.forms.documents)
    shown = []
    for one in found[:TOLD]:
        words = finding_words(one)
        shown.append(
            Finding(
                "must" if one.blocking else "advice",
                words.title,
                name(one.where),
                target_of(sheet.lot, one),
                words.why,
                words.remedy,
            )
        )
    return shown


def show_law(board: FindingList, sheet: Sheet, found: tuple[LawFinding, ...]) -> None:
    """Show what the law found; all of it is counted."""
    must = sum(one.blocking for one in found)
    board.show_findings(law_findings(sheet, found), (must, len(found) - must))


class PreparePane(QWidget):
    """`saved` and `unsaved` carry the words for the footer, `moved` the key of the section shown."""

    saved = Signal(str)
    unsaved = Signal(str)
    moved = Signal(str)

    def __init__(self, context: Context, sheet: Sheet) -> None:
        super().__init__()
        self._context, self._sheet = context, sheet
        self._editors: dict[str, Editor] = {}
        self._stack = QStackedWidget()
        self._list: Table[Section] = Table(
            (
                Column("", lambda one: Cell(one.title + (" ★" if one.star else "")), 0),
                Column("", lambda one: Cell(state=_short(one), bare=True), 92),
            ),
            tr("投标文件目录"),
            row_height=32,
        )
        self._list.horizontalHeader().hide()
        self._list.on_selected(lambda one: self.show_section(one.key))
        section_keys(self, self.step_section, self._list)
        self._card = Card(tr("投标文件目录"), flush=True)
        self._meter = meter(tr("完成的部分"))
        acts = (self._step_back, self._step_forth, self._ask_versions, self._take_away, self._ask_bundle, self._print)
        self._steps = StepBar(self, *acts)
        holder = QWidget()
        holder.setLayout(column(self._meter, self._steps))
        holder.layout().setContentsMargins(16, 12, 16, 6)  # type: ignore[union-attr]
        self._card.body.addWidget(holder)
        self._card.body.addWidget(self._list, 1)
        self._findings = FindingList()
        self._findings.asked.connect(self.show_section)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(self._card, self._stack, self._findings, right_width=276))
        self._keeper = Keeper(self, context, sheet)
        self._keeper.saved.connect(self.saved)
        self._keeper.failed.connect(self.unsaved)
        self._keeper.overtaken.connect(self.show_anew)
        self._steps.setEnabled(not sheet.frozen)
        self._judging = QTimer(self)
        self._judging.setSingleShot(True)
        self._judging.setInterval(JUDGE_AFTER_MS)
        self._judging.timeout.connect(self._judge)
        self._sections: tuple[Section, ...] = ()
        self._key = ""
        sheet.on_changed(self._changed)
        sheet.ask_library = self._ask_library
        self._judge()

    # -- sections

    def section_keys(self) -> tuple[str, ...]:
        """Every section of this bid, in order."""
        return tuple(section.key for section in self._sections)

    def show_section(self, target: str) -> None:
        """Show a section's editor, made when first needed; a target with a place leads to its field, row or page."""
        key, where, page = parts_of(target)
        known = [section.key for section in self._sections]
        if key not in known:
            key = known[0]
        if key not in self._editors:
            self._editors[key] = self._make_editor(key)
            self._stack.addWidget(self._editors[key])
        self._stack.setCurrentWidget(self._editors[key])
        self._key = key
        self._findings.setVisible(key != "links")
        self._editors[key].show_sheet()
        if self._sheet.frozen:
            hold_still(self._editors[key])
        place = known.index(key)
        if self._list.currentIndex().row() != place:
            self._list.selectRow(place)
        self.moved.emit(key)
        if where:
            point_at(self._editors[key], where)
            document = self._sheet.forms.document(where.partition(".")[2]) if page else None
            if document is not None:
                self._open_file(document, page)

    def next_section(self) -> Section | None:
        return self._beside(1)

    def step_section(self, by: int) -> None:
        """On (1) or back (-1) to the section beside this one, at its first control; at the ends nothing happens."""
        section = self._beside(by)
        if section is not None:
            self.show_section(section.key)
            begin(self._editors[section.key])

    def _beside(self, by: int) -> Section | None:
        keys = self.section_keys()
        place = keys.index(self._key) + by if self._key in keys else 0
        return self._sections[place] if 0 <= place < len(self._sections) else None

    def _make_editor(self, key: str) -> Editor:
        head, _, code = key.partition(":")
        sheet = self._sheet
        if head == "table":
            table = next(one for one in sheet.lot.quote.tables if one.code == code)
            return TableEditor(sheet, table, self._price_files())
        if head == "form":
            return FormEditor(sheet, next(one for one in sheet.lot.forms if one.code == code))
        if head == "documents":
            return DocumentsEditor(sheet, self._add_file, self._open_file, self._place_seals, self._ask_seals)
        if head == "links":
            return LinkEditor(self._context, sheet)
        plain: dict[str, Callable[[Sheet], Editor]] = {
            "opening": OpeningEditor,
            "answers": AnswersEditor,
            "responses": ResponsesEditor,
            "claims": ClaimsEditor,
            "policy": PolicyEditor,
            "consortium": ConsortiumEditor,
        }
        return plain.get(head, OthersEditor)(sheet)

    def _price_files(self) -> PriceFiles:
        start, drafts = self._context.start, self._context.desk.bidding.drafts
        return PriceFiles(
            lambda path, table, rows, then: start(self, then, drafts.export_prices, path, table, tuple(rows)),
            lambda path, table, rows, then: start(self, then, drafts.import_prices, path, table, tuple(rows)),
        )

    # -- the bid

    def _changed(self) -> None:
        self._steps.allow(self._sheet.can_undo, self._sheet.can_redo)
        if not self._judging.isActive():
            self._judging.start()
        current = self._editors.get(self._key)
        if isinstance(current, OpeningEditor | DocumentsEditor | LinkEditor):
            current.show_sheet()

    def _judge(self) -> None:
        found = self._sheet.findings()
        before, self._sections = self._sections, sections(self._sheet.tender, self._sheet.lot, self._sheet.forms, found)
        done = sum(section.state.shape == "done" for section in self._sections)
        if self._sections != before:
            self._list.show_rows(self._sections)
        self._card.note.setText(tr("{done} / {count} 完成", done=done, count=len(self._sections)))
        self._meter.setValue(round(1000 * done / max(1, len(self._sections))))
        show_law(self._findings, self._sheet, found)
        errors = {one.where.split(".")[1]: finding_words(one).title for one in found if _shown_at_field(one)}
        opening = self._editors.get("opening")
        if opening is not None:
            opening.show_errors(errors)

    def done_and_all(self) -> tuple[int, int]:
        return sum(section.state.shape == "done" for section in self._sections), len(self._sections)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Keep the bid in the encrypted local store; `then` runs once it is kept."""
        self._keeper.save(then)

    def leave(self) -> None:
        if self._keeper.waiting:
            self.save()

    # -- steps back and forth, versions

    def _step_back(self) -> None:
        with kept_focus(self):  # what is half typed enters the bid first, so that it is this that goes
            if self._sheet.undo():
                self.show_anew()

    def _step_forth(self) -> None:
        with kept_focus(self):
            if self._sheet.redo():
                self.show_anew()

    def show_anew(self) -> None:
        """Make the editors again: the bid is not what they show."""
        for editor in self._editors.values():
            self._stack.removeWidget(editor)
            editor.setParent(None)
            editor.deleteLater()
        self._editors.clear()
        self.show_section(self._key)

    def _ask_versions(self) -> None:
        """The history of the draft; what is typed is saved first, on the same lane."""
        self.save()
        VersionsDialog(self.window(), self._context, self._sheet, self._go_on_with).open()

    def _take_away(self) -> None:
        """Carry the draft to another computer; what is typed is saved first, so that it is in the bundle."""
        self.save(lambda: TakeDialog(self.window(), self._context, self._sheet).open())

    def _print(self) -> None:
        """The bid on paper; what is typed is saved first, so that it is in the print."""
        self.save(lambda: PrintDialog(self.window(), self._context, self._sheet).open())

    def _ask_bundle(self) -> None:
        ask_bundle(self.window(), self.open_bundle)

    def open_bundle(self, source: Path) -> None:
        """Merge what a colleague or another computer made of the draft."""
        opened = partial(OpenDialog, self.window(), self._context, self._sheet, source, self._go_on_with)
        self.save(lambda: opened().open())

    def _go_on_with(self, forms: BidForms) -> None:
        self._sheet.replace(forms)
        self._sheet.note_machines(forms.machines)
        self.show_anew()
        self.save()

    # -- documents

    def _add_file(self, path: Path) -> None:
        """Judge and, where needed, convert the file beside the saving; then put it into the bid."""
        if self._sheet.frozen:
            return
        desk = self._context.desk
        job = desk.start(desk.bidding.drafts.take, self._sheet.tender.id, path)
        adding = self._adding()
        adding.may_stop(job.cancel)
        self._context.progress(job, adding, adding.step)
        then, refused = partial(self._put_file, path), partial(self._not_added, path.name)
        self._context.home(job.future, self, then, refused, adding.ended)

    def _put_file(self, path: Path, taken: Taken) -> None:
        """What is typed is saved first, on the same lane: the staff add the document to what is kept."""
        self._adding().may_stop(None)
        self.save()
        desk, tender, lot = self._context.desk, self._sheet.tender.id, self._sheet.lot.code
        code = self._sheet.free_code()
        job = desk.start(desk.bidding.drafts.put_document, tender, lot, taken, code, title_of(path.stem))
        self._context.home(job.future, self, partial(self._added, code), partial(self._not_added, path.name))

    def _added(self, code: str, forms: BidForms) -> None:
        self._took_file(code, forms)
        self._adding().ended()

    def _not_added(self, name: str, problem: Problem) -> None:
        self._adding().refuse(name, problem)

    def _adding(self) -> Adding:
        editor = self._editors["documents"]
        assert isinstance(editor, DocumentsEditor)
        return editor.adding

    def _took_file(self, code: str, forms: BidForms) -> None:
        document = forms.document(code)
        if document is not None:
            self._sheet.add_document(document)

    def _ask_library(self, slot: str, then: Callable[[BidDocument], object]) -> None:
        """Choose a piece of the company's evidence for this bid."""
        use = partial(self._use_evidence, then)
        LibraryDialog(self.window(), self._context, self._sheet.tender.id, slot, use).open()

    def _use_evidence(self, then: Callable[[BidDocument], object], entry: Evidence) -> None:
        """One that is in the bid already is named, not added again; what is typed is saved first, on the same lane."""
        known = next((one for one in self._sheet.forms.documents if one.sha256 == entry.file.sha256), None)
        if known is not None:
            then(known)
            return
        self.save()
        code, sheet = self._sheet.free_code(), self._sheet

        def added(forms: BidForms) -> None:
            self._took_file(code, forms)
            document = sheet.forms.document(code)
            if document is not None:
                then(document)

        insert = self._context.desk.bidding.library.insert
        self._context.start(self, added, insert, sheet.tender.id, sheet.lot.code, entry.id, code)

    def _open_file(self, document: BidDocument, page: int = 1) -> None:
        viewer = Viewer(self.window(), document.title)
        viewer.pane.opened.connect(lambda: viewer.pane.go(page - 1))
        read = self._context.desk.bidding.drafts.read
        shown = partial(show_document, self._context, viewer.pane, document.title)
        self._context.start(viewer, shown, read, document.sha256)
        viewer.open()

    def _place_seals(self, document: BidDocument) -> None:
        """Put the own seals on a document, where the person says."""
        if self._sheet.frozen:
            return
        read = self._context.desk.bidding.drafts.read_to_seal
        self._context.start(self, partial(self._choose_places, document), read, document.sha256)

    def _choose_places(self, document: BidDocument, read: tuple[bytes, bytes]) -> None:
        people = {one.role: one.name for one in self._sheet.forms.people}
        legal, then = people.get("legal-representative", ""), partial(self._seal, document.code)
        SealPlacesDialog(self.window(), document.title, *read, legal, then).open()

    def _seal(self, code: str, places: SealPlaces) -> None:
        """What is typed is saved first, on the same lane."""
        self.save()
        drafts, sheet = self._context.desk.bidding.drafts, self._sheet
        self._context.start(
            self, partial(self._took_file, code), drafts.seal, sheet.tender.id, sheet.lot.code, code, places
        )

    def _ask_seals(self) -> None:
        """Every seal in the own bid, before it is sealed up."""
        bids = {self._sheet.forms.supplier: self._sheet.forms}
        SealsDialog(self.window(), self._context, self._context.desk.seals.of_bids, bids).open()


def _shown_at_field(found: LawFinding) -> bool:
    parts = found.where.split(".")
    return parts[0] in ("quote", "opening") and len(parts) > 1 and not found.code.endswith(("-missing", "half-typed"))


def _short(section: Section) -> State:
    return replace(section.state, word=section.note or section.state.word)

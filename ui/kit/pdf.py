"""PDF pane: from memory, at content width, with pages, zoom and find. A printed page stays white in every theme."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtPdf import QPdfDocument, QPdfSearchModel
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.states import StatePane
from ui.kit.text import label
from ui.kit.thumbs import PageStrip
from ui.theme import wide
from ui.theme.tokens import Tone

_MARGIN_POINTS = 50.0
"""White edge of an A4 page at each side that a content-wide view leaves out, in points"""


class PdfPane(Card):
    """Shows one document. Bytes stay in memory; nothing is written to disk.

    After `let_pick`, a click on a page (or Enter or the space bar for the page in view) emits `picked` with it, from 0.
    """

    picked = Signal(int)
    opened = Signal()
    """Another document is in view"""

    def __init__(self, title: str = "") -> None:
        super().__init__(title or tr("文件"), flush=True)
        self._data = QByteArray()
        self.shown = 0
        """Counts the documents opened here: tells whether one is still in view"""
        self._buffer = QBuffer(self)
        self._factor = 1.0
        self.document = QPdfDocument(self)
        self._search = QPdfSearchModel(self)
        self._search.setDocument(self.document)
        self.view = QPdfView(self)
        self.view.setAccessibleName(tr("文件页面"))
        self.view.setDocument(self.document)
        self.view.setSearchModel(self._search)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        ground = self.view.palette()
        for role in (QPalette.ColorRole.Dark, QPalette.ColorRole.Window, QPalette.ColorRole.Base):
            ground.setColor(role, QColor(theme.current().desk))
        self.view.setPalette(ground)
        self.empty = StatePane()
        self._seals = Banner()
        self.body.addWidget(self._seals)
        self.strip = PageStrip(self.document)
        self.strip.chosen.connect(self.go)
        self.strip.hide()
        self._stack = QStackedLayout()
        beside = QHBoxLayout()
        beside.setSpacing(0)
        self.body.addLayout(beside)  # first: what is shown in a layout without a place is a window of its own
        beside.addWidget(self.strip)
        beside.addLayout(self._stack, 1)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        self._place = label("", "hint")
        self._place.setMinimumWidth(wide(72))
        self._find = QLineEdit()
        self._make_tools()
        self.view.pageNavigator().currentPageChanged.connect(self._show_place)
        self.say_empty(tr("没有打开的文件"))

    def _make_tools(self) -> None:
        self._find.setPlaceholderText(tr("查找"))
        self._find.setAccessibleName(tr("在文件中查找"))
        self._find.setProperty("tool", True)
        self._find.setMinimumWidth(56)
        self._find.setMaximumWidth(150)
        self._find.returnPressed.connect(self._find_next)
        self._pages = button("", "icon", self._turn_strip, icon="list", name=tr("缩略图"), object_name="show-strip")
        self._pages.setCheckable(True)
        self._back = button("", "icon", lambda: self.go(self.page - 1), icon="chevron-left", name=tr("上一页"))
        self._on = button("", "icon", lambda: self.go(self.page + 1), icon="chevron-right", name=tr("下一页"))
        smaller = button("", "icon", lambda: self.zoom(1 / 1.2), icon="minus", name=tr("缩小"))
        larger = button("", "icon", lambda: self.zoom(1.2), icon="plus", name=tr("放大"))
        for tool in (self._pages, self._back, self._place, self._on, smaller, larger, self._find):
            self.head.addWidget(tool)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._open_find)

    def _turn_strip(self) -> None:
        """Show or hide the pages beside the document."""
        shown = not self.strip.isVisibleTo(self)
        self.strip.setVisible(shown)
        self._pages.setChecked(shown)
        if shown and self.document.pageCount():
            self.strip.show_page(self.page)
            self.strip.setFocus()
        self._fit()

    def let_pick(self) -> None:
        """Make pages something to choose."""
        self.view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.view.viewport().installEventFilter(self)
        self.view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            if watched is self.view.viewport() and event.button() == Qt.MouseButton.LeftButton:
                page = self.page_at(event.position().y())
                if page >= 0:
                    self.picked.emit(page)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.view:
            takes = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if takes and self.document.pageCount():
                self.picked.emit(self.page)
                return True
        return super().eventFilter(watched, event)

    def page_at(self, height: float) -> int:
        """The page, from 0, at this height of the view; -1 between pages and where there is none."""
        at = height + self.view.verticalScrollBar().value() - self.view.documentMargins().top()
        screen = QGuiApplication.primaryScreen()
        scale = (screen.logicalDotsPerInch() if screen else 96.0) / 72 * self.view.zoomFactor()
        for page in range(self.document.pageCount()):
            high = round(self.document.pagePointSize(page).height() * scale)
            if 0 <= at < high:
                return page
            at -= high + self.view.pageSpacing()
        return -1

    def _open_find(self) -> None:
        """In a narrow column the field comes only when it is asked for."""
        self._find.show()
        self._find.setFocus()

    @property
    def page(self) -> int:
        """The page in view, from 0."""
        return self.view.pageNavigator().currentPage()

    def show_pdf(self, title: str, data: bytes) -> None:
        """Load a document from bytes and open its first page."""
        self.title.setText(title)
        self.shown += 1
        self._seals.hide()
        self.document.close()
        self._buffer.close()
        self._data = QByteArray(data)
        self._buffer.setData(self._data)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        if self.document.pageCount() == 0:
            self.say_empty(tr("这份文件打不开"), tr("它不是可读的 PDF。原文件没有改动。"))
            return
        self._stack.setCurrentWidget(self.view)
        self._fit()
        self._show_place()
        self.opened.emit()

    def say_seals(self, tone: Tone, title: str, text: str) -> None:
        """What is known of the seals of the document in view, in words, above its pages."""
        self._seals.say(tone, title, text)

    @property
    def seals_said(self) -> str:
        """What stands there now; empty when nothing does."""
        return self._seals.accessibleName() if self._seals.isVisibleTo(self) else ""

    def say_empty(self, title: str, text: str = "", *, widget: QWidget | None = None) -> None:
        self.empty.say("file", "mute", title, text)
        self._stack.setCurrentWidget(widget or self.empty)
        self._place.setText("")
        self._seals.hide()

    def go(self, page: int) -> None:
        """Open a page, counted from 0; out of range does nothing."""
        if 0 <= page < self.document.pageCount():
            self.view.pageNavigator().jump(page, QPointF(0, 0))

    def zoom(self, factor: float) -> None:
        self._factor = min(4.0, max(0.4, self._factor * factor))
        self._fit()

    def _fit(self) -> None:
        if not self.document.pageCount():
            return
        points = self.document.pagePointSize(0).width() - 2 * _MARGIN_POINTS * (self._factor >= 1)
        room = max(200, self.view.viewport().width() - 8)
        screen = self.screen()
        pixels_per_point = (screen.logicalDotsPerInch() if screen else 96.0) / 72
        self.view.setZoomFactor(room / (points * pixels_per_point) * self._factor)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._factor > 1 else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.view.setHorizontalScrollBarPolicy(policy)
        across = self.view.horizontalScrollBar()
        QTimer.singleShot(0, across, lambda: across.setValue((across.minimum() + across.maximum()) // 2))

    def _show_place(self) -> None:
        count = self.document.pageCount()
        self._place.setText(tr("第 {page} / {count} 页", page=self.page + 1, count=count) if count else "")
        self._back.setEnabled(self.page > 0)
        self._on.setEnabled(self.page + 1 < count)
        if count and self.strip.isVisibleTo(self):
            self.strip.show_page(self.page)

    def _find_next(self) -> None:
        wanted = self._find.text().strip()
        if self._search.searchString() != wanted:
            self._search.setSearchString(wanted)
            self.view.setCurrentSearchResultIndex(0)
        else:
            count = max(1, self._search.rowCount(self._search.index(-1, -1)))
            self.view.setCurrentSearchResultIndex((self.view.currentSearchResultIndex() + 1) % count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._find.hasFocus():
            self._find.setVisible(self.width() >= wide(400))
        self._fit()

"""缩略图: the pages of a document as a strip. Rendered off the window's thread, only what is in view, the newest wish first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions, QPdfPageRenderer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.i18n import tr
from ui.theme import px, wide
from ui.theme.fonts import sized

KEPT = 96
"""Pictures kept; older ones are drawn again when they come into view"""
AT_ONCE = 2
"""Pages given to the renderer at a time: what is asked for meanwhile may be more wanted"""
WIDTH, HEIGHT = 84, 119
"""A portrait A4 page in the strip, at 100 %"""
Index = QModelIndex | QPersistentModelIndex


class PageModel(QAbstractListModel):
    """One row a page. Its picture is None until it has been rendered; asking for it asks for the rendering."""

    def __init__(self, document: QPdfDocument, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(document)
        self._renderer.pageRendered.connect(self._rendered)
        self._pictures: OrderedDict[int, QPixmap] = OrderedDict()
        self._wanted: list[int] = []
        self._under_way: dict[int, int] = {}
        """Request → page"""
        document.statusChanged.connect(self._other_document)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._document.pageCount()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("第 {page} 页", page=index.row() + 1)
        return str(index.row() + 1) if role == Qt.ItemDataRole.DisplayRole else None

    def picture(self, page: int) -> QPixmap | None:
        """The page's picture, if it is here; else it is asked for, before what was asked for earlier."""
        found = self._pictures.get(page)
        if found is not None:
            self._pictures.move_to_end(page)
            return found
        if page not in self._under_way.values():
            if page in self._wanted:
                self._wanted.remove(page)
            self._wanted.append(page)
            self._begin()
        return None

    def keep_wishes(self, first: int, last: int) -> None:
        """Only pages between these are still wanted: the others have been scrolled past."""
        self._wanted = [page for page in self._wanted if first <= page <= last]

    @property
    def kept(self) -> tuple[int, ...]:
        """Pages whose pictures are here."""
        return tuple(self._pictures)

    def _begin(self) -> None:
        while self._wanted and len(self._under_way) < AT_ONCE:
            page = self._wanted.pop()
            points = self._document.pagePointSize(page)
            room = QSize(px(WIDTH), px(HEIGHT)) * self._ratio()
            size = points.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).toSize()
            self._under_way[self._renderer.requestPage(page, size, QPdfDocumentRenderOptions())] = page

    def _ratio(self) -> float:
        parent = self.parent()
        return parent.devicePixelRatioF() if isinstance(parent, QWidget) else 1.0

    def _rendered(self, page: int, _size: QSize, image: QImage, _options: object, request: int) -> None:
        if self._under_way.pop(request, None) is None:
            return  # asked of a document that is no longer here
        if not image.isNull():
            image.setDevicePixelRatio(self._ratio())
            self._pictures[page] = QPixmap.fromImage(image)
            while len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
            here = self.index(page)
            self.dataChanged.emit(here, here)
        self._begin()

    def _other_document(self) -> None:
        self.beginResetModel()
        self._pictures.clear()
        self._wanted.clear()
        self._under_way.clear()
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    """A white page with a hairline, its number under it, a frame round the page in view."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(WIDTH) + 16, px(HEIGHT) + px(26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, tokens, area = index.model(), theme.current(), option.rect
        assert isinstance(model, PageModel)
        picture = model.picture(index.row())
        place = QRect(area.left() + (area.width() - px(WIDTH)) // 2, area.top() + 4, px(WIDTH), px(HEIGHT))
        if picture is not None:
            size = picture.deviceIndependentSize().toSize()
            place = QRect(
                place.center().x() - size.width() // 2, place.center().y() - size.height() // 2, *size.toTuple()
            )
        painter.save()
        painter.fillRect(place, QColor("white"))
        if picture is not None:
            painter.drawPixmap(place.topLeft(), picture)
        here = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QPen(QColor(tokens.focus if here else tokens.line), 2 if here else 1))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.setFont(sized(11, 600 if here else 400))
        painter.setPen(QColor(tokens.text if here else tokens.text2))
        under = QRect(area.left(), area.top() + px(HEIGHT) + 6, area.width(), px(18))
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, str(index.row() + 1))
        painter.restore()


class PageStrip(QListView):
    """`chosen` carries the page a person went to, from 0. Arrows, Page Up and Page Down move in it."""

    chosen = Signal(int)

    def __init__(self, document: QPdfDocument) -> None:
        super().__init__()
        self.pages = PageModel(document, self)
        self.setModel(self.pages)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(tr("缩略图"))
        self.setObjectName("page-strip")
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(max(wide(124), px(WIDTH) + 40))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._scrolled())
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._moved)

    def show_page(self, page: int) -> None:
        """Follow the page in view, without going anywhere."""
        self._quiet = True
        self.setCurrentIndex(self.pages.index(page))
        self._quiet = False

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self.chosen.emit(now.row())

    def _scrolled(self) -> None:
        first = self.indexAt(self.viewport().rect().topLeft())
        last = self.indexAt(self.viewport().rect().bottomLeft())
        count = self.pages.rowCount()
        self.pages.keep_wishes(first.row() if first.isValid() else 0, last.row() if last.isValid() else count)

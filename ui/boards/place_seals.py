"""加盖印章: where one's seals go on a document — clicked on the page, beside words of the text, over all edges."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from client.bid_seals import SealPlaces
from ui import theme
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.focus import FocusRing
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import column, label, row
from ui.theme import wide

Point = tuple[int, float, float]
"""Page from 1; points from the lower left corner of the page as it is shown"""
SEAL_POINTS = 42 * 72 / 25.4
"""A 42 mm seal in points, as it will be printed"""
STEP = 5 * 72 / 25.4
"""How far an arrow key moves the mark: 5 mm"""


class SealPage(QWidget):
    """One page at a time. A click puts a seal with its middle there, a click on a seal takes it away again.

    By keyboard: arrows move the mark, Enter puts or takes away, Page Up and Page Down turn the page.
    """

    changed = Signal()

    def __init__(self, data: bytes, picture: bytes) -> None:
        super().__init__()
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._buffer)
        self._seal = QImage.fromData(picture)
        self.page = 0
        self.points: list[Point] = []
        self._mark = QPointF(0, 0)
        self._image = QImage()
        self._scale = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setObjectName("seal-page")
        self.setAccessibleName(tr("文件页面，点选盖章位置"))

    @property
    def pages(self) -> int:
        return self.document.pageCount()

    def show_page(self, page: int, across: int) -> None:
        """Draw a page, counted from 0, so wide that it fills `across` pixels."""
        if not 0 <= page < self.pages:
            return
        size = self.document.pagePointSize(page)
        self.page, self._scale = page, across / size.width()
        ratio = self.devicePixelRatioF()
        whole = QSize(across, round(size.height() * self._scale))
        self._image = self.document.render(page, QSize(round(whole.width() * ratio), round(whole.height() * ratio)))
        self._image.setDevicePixelRatio(ratio)
        self.setFixedSize(whole)
        self._mark = QPointF(size.width() / 2, size.height() / 2)
        self.update()
        self.changed.emit()

    def _toggle(self, at: QPointF) -> None:
        """`at` in points from the lower left corner."""
        for one in self.points:
            if one[0] == self.page + 1 and (QPointF(one[1], one[2]) - at).manhattanLength() < SEAL_POINTS / 2:
                self.points.remove(one)
                break
        else:
            self.points.append((self.page + 1, round(at.x(), 1), round(at.y(), 1)))
        self.update()
        self.changed.emit()

    def _height(self) -> float:
        return self.document.pagePointSize(self.page).height()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            spot = event.position() / self._scale
            self._mark = QPointF(spot.x(), self._height() - spot.y())
            self._toggle(self._mark)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, STEP),
            Qt.Key.Key_Down: (0.0, -STEP),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._mark += QPointF(*moves[key])
            size = self.document.pagePointSize(self.page)
            self._mark = QPointF(min(max(0, self._mark.x()), size.width()), min(max(0, self._mark.y()), size.height()))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle(self._mark)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.show_page(self.page + (1 if key == Qt.Key.Key_PageDown else -1), self.width())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._image)
        side, height = SEAL_POINTS * self._scale, self._height()
        for page, x, y in self.points:
            if page == self.page + 1:
                middle = QPointF(x, height - y) * self._scale
                painter.drawImage(QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side), self._seal)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.current().tone("info")), 1))
            at = QPointF(self._mark.x(), height - self._mark.y()) * self._scale
            painter.drawLine(at - QPointF(12, 0), at + QPointF(12, 0))
            painter.drawLine(at - QPointF(0, 12), at + QPointF(0, 12))


class SealPlacesDialog(QDialog):
    """Left the document, right what else; `then` gets the places when the person has decided."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        data: bytes,
        picture: bytes,
        person: str,
        then: Callable[[SealPlaces], object],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("加盖印章"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1080, parent.width() - 60), parent.height() - 60)
        self._then = then
        self.page = SealPage(data, picture)
        self.page.changed.connect(self._show)
        self._place = label("", "hint")
        self._back = button("", "icon", lambda: self._turn(-1), icon="chevron-left", name=tr("上一页"))
        self._on = button("", "icon", lambda: self._turn(1), icon="chevron-right", name=tr("下一页"))
        paper = Card(title, flush=True)
        for tool in (self._back, self._place, self._on):
            paper.head.addWidget(tool)
        self._area = QScrollArea()
        self._area.setWidget(self.page)
        self._area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        paper.body.addWidget(self._area)
        self._form = Form(
            (
                FieldSpec(
                    "words", tr("盖在这些文字旁"), required=False, span=12, placeholder=tr("例如：投标人（盖章）")
                ),
                FieldSpec("edges", tr("全部页加盖骑缝章"), "tick", required=False, span=12),
                FieldSpec(
                    "person", tr("法人章（姓名）"), required=False, span=12, note=tr("印在每个公章右边，空着就不盖")
                ),
            )
        )
        self._form.fill({"person": person})
        self._form.on_edited(lambda _name: self._show())
        side = Card(tr("盖章位置"))
        hint = tr("在左边页面上点选；再点一次取消。键盘：方向键移动，回车放下，翻页键翻页。")
        self._count = label("", "strong")
        for one in (label(hint, "small", "text2", wrap=True), self._count, self._form):
            side.body.addWidget(one)
        after = tr("盖章后的文件取代原文件，并用本单位证书签名。要撤回，请移除后重新添加原文件。")
        side.body.addWidget(label(after, "hint", wrap=True))
        side.body.addStretch(1)
        side.setFixedWidth(wide(312))
        keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self._act = button(tr("盖章并签名"), "primary", self._decide, object_name="put-seals")
        box = column(row(paper, side, spacing=12), row(0, keep, self._act), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        box.setStretch(0, 1)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.page.show_page(0, self._across())
        self.page.setFocus()

    def _across(self) -> int:
        return max(360, self.width() - wide(312) - 80)

    def _turn(self, by: int) -> None:
        self.page.show_page(self.page.page + by, self._across())

    def _places(self) -> SealPlaces:
        typed = self._form.values()
        return SealPlaces(tuple(self.page.points), typed["words"], typed["edges"] == "yes", typed["person"])

    def _show(self) -> None:
        page, count = self.page.page, self.page.pages
        self._place.setText(tr("第 {page} / {count} 页", page=page + 1, count=count))
        self._back.setEnabled(page > 0)
        self._on.setEnabled(page + 1 < count)
        here = sum(one[0] == page + 1 for one in self.page.points)
        self._count.setText(tr("已点选 {count} 处，本页 {here} 处", count=len(self.page.points), here=here))
        places = self._places()
        self._act.setEnabled(bool(places.points or places.words or places.edges))

    def _decide(self) -> None:
        self._then(self._places())
        self.accept()

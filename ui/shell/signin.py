"""Sign-in: checks of this machine at the left, certificates and PIN at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.kit.badge import State, badge_width, paint_badge
from ui.kit.buttons import button
from ui.kit.cards import Card, Checks, Roomy, scrolled
from ui.kit.flow import Flow, flow, flowing
from ui.kit.text import Line, clear, column, label, row
from ui.shell.topbar import Mark
from ui.theme import px, wide
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon

TILE = 68

Asks = Literal["store", "password", "nothing"]
"""What else a choice asks for: the passphrase of the local store, the password of an account without certificate; or no PIN"""


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """One certificate or key a person may sign in with. `key` is the staff's name for it."""

    key: str
    title: str
    text: str
    state: State
    icon: str = "token"
    usable: bool = True
    asks: tuple[Asks, ...] = ()


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person typed. Kept nowhere."""

    pin: str
    store: str = ""
    password: str = ""


class TokenTile(QAbstractButton):
    """A choice as a radio tile."""

    def __init__(self, choice: TokenChoice) -> None:
        super().__init__()
        self.choice = choice
        self.setCheckable(True)
        self.setEnabled(choice.usable)
        self.setMinimumHeight(px(TILE))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{choice.title}，{choice.text}，{choice.state.word}")
        self.setObjectName(f"token-{choice.key}")

    def sizeHint(self) -> QSize:
        return QSize(400, px(TILE))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, choice = theme.current(), self.choice
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        ground = tokens.sel if chosen else tokens.surface if choice.usable else tokens.sunken
        edge = tokens.focus if chosen else tokens.control if choice.usable else tokens.line
        thick = 2 if chosen else 1
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), thick))
        inset = thick / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        middle = self.height() / 2
        self._radio(painter, middle)
        draw_icon(
            painter, choice.icon, tokens.link if chosen else tokens.text2, ground, QRectF(52, middle - 11, 22, 22)
        )
        badge = badge_width(choice.state)
        area = QRectF(92, 0, self.width() - 92 - badge - 30, self.height())
        painter.setFont(sized(14, 500 if chosen else 400))
        painter.setPen(QColor(tokens.text if choice.usable else tokens.text2))
        title = painter.fontMetrics().elidedText(choice.title, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area.adjusted(0, 0, 0, -middle + 1), Qt.AlignmentFlag.AlignBottom, title)
        painter.setFont(sized(12))
        painter.setPen(QColor(tokens.text2))
        text = painter.fontMetrics().elidedText(choice.text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area.adjusted(0, middle + 3, 0, 0), Qt.AlignmentFlag.AlignTop, text)
        paint_badge(painter, self.width() - badge - 16, middle, choice.state)

    def _radio(self, painter: QPainter, middle: float) -> None:
        tokens = theme.current()
        if not self.choice.usable:
            draw_icon(painter, "blocked", tokens.danger, tokens.sunken, QRectF(19, middle - 9, 18, 18))
            return
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.primary if self.isChecked() else tokens.control), 1.5))
        painter.drawEllipse(QRectF(19.5, middle - 8.5, 17, 17))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            painter.drawEllipse(QRectF(23.5, middle - 4.5, 9, 9))


class SignIn(QWidget):
    """The page. `asked` carries the key of the certificate and the `Secrets`; the fields are emptied at once."""

    asked = Signal(str, object)
    rescan = Signal()
    practise = Signal()
    join = Signal()

    def __init__(self, version: str, *, practice: bool = False, joining: bool = False) -> None:
        """`practice`: offer to practise first; `joining`: to set up an account from a platform's file."""
        super().__init__()
        self._offers_joining = joining
        self._offers_practice = practice
        self.setObjectName("canvas")
        self._group = QButtonGroup(self)
        self._tiles = QVBoxLayout()
        self._tiles.setSpacing(8)
        self._checks = QVBoxLayout()
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(tr("证书口令"))
        self.pin.setObjectName("pin")
        self.pin.setMinimumHeight(px(40))
        self._more: dict[Asks, QLineEdit] = {
            "store": _secret(tr("本机存储口令"), "store-passphrase", tr("空着表示与证书口令相同")),
            "password": _secret(tr("登录密码"), "password", ""),
        }
        self._more_rows: dict[Asks, QWidget] = {}
        self._error = label("", "hint", "danger", wrap=True)
        self.enter = button(tr("登录"), "primary", self._ask, tall=True, object_name="sign-in")
        self.pin.returnPressed.connect(self.enter.click)
        inner = QWidget()
        inner.setObjectName("canvas")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Roomy(inner))
        box = QVBoxLayout(inner)
        box.setContentsMargins(24, 24, 24, 20)
        parts = Flow(spacing=60, between=24, basis=wide(440))
        parts.addWidget(self._make_left())
        parts.addWidget(self._make_card(), 1)
        middle = flowing(parts)
        middle.setMaximumWidth(404 + 60 + 680)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 100)
        line.addStretch(1)
        box.addStretch(2)
        box.addLayout(line)
        box.addStretch(3)
        privacy = tr("会记录本机网卡地址和登录地址，用于法定的串通核查，只随投标文件加密存放。")
        under = flow(Line(privacy, "hint"))
        under.addStretch()
        under.addWidget(label(version, "hint"))
        box.addWidget(flowing(under))

    def _make_left(self) -> QWidget:
        tokens = theme.current()
        left = QWidget()
        left.setFixedWidth(404)
        tile, ink = (tokens.bar, tokens.bar_text) if tokens.name == "light" else (tokens.bar_text, tokens.bar)
        name = label(tr("晋采"), "figure")
        under = label(tr("政府采购电子化客户端"), "page", "text2", wrap=True)
        under.setStyleSheet("font-weight: 400;")
        head = row(Mark(40, tile, ink), name, 0, spacing=16)
        checks = QWidget()
        checks.setLayout(self._checks)
        self._checks.setContentsMargins(0, 4, 0, 0)
        hint = label(tr("浏览公告、下载招标文件不收费，不用报名"), "label", wrap=True)
        box = column(head, under, spacing=12)
        box.addSpacing(24)
        box.addLayout(column(label(tr("本机检查"), "strong"), checks, spacing=8))
        box.addStretch(1)
        if self._offers_practice:
            first = button(tr("先练一次"), pressed=self.practise.emit, icon="play", object_name="practise")
            box.addLayout(row(first, 0))
            box.addWidget(label(tr("用试用证书投一个练习项目，约五分钟"), "hint", wrap=True))
            box.addSpacing(12)
        box.addWidget(hint)
        left.setLayout(box)
        left.setMinimumHeight(560)
        return left

    def _make_card(self) -> Card:
        card = Card()
        card.setMaximumWidth(680)
        card.body.setContentsMargins(32, 26, 32, 24)
        card.body.setSpacing(10)
        again = button(tr("重新检测"), "link", self.rescan.emit, icon="sync", object_name="rescan")
        join = button(tr("用平台文件建立账户"), "link", self.join.emit, icon="plus", object_name="join")
        join.setVisible(self._offers_joining)
        card.body.addLayout(row(label(tr("选择证书登录"), "page"), 0, again))
        card.body.addLayout(row(label(tr("插入 USB 证书后重新检测，不必重启程序"), "label"), 0, join))
        inner = QWidget()
        inner.setLayout(self._tiles)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        area = scrolled(inner)
        area.setFixedHeight(4 * px(TILE) + 24)
        area.setMinimumHeight(3 * px(TILE))
        card.body.addWidget(area)
        pin_label = label(tr("证书口令"), "label")
        pin_label.setBuddy(self.pin)
        self._pin_row = QWidget()
        self._pin_row.setLayout(column(pin_label, self.pin, spacing=10))
        card.body.addSpacing(4)
        card.body.addWidget(self._pin_row)
        for asks, line in self._more.items():
            row_widget = QWidget()
            row_widget.setLayout(column(label(line.accessibleName(), "label"), line, spacing=5))
            row_widget.hide()
            self._more_rows[asks] = row_widget
            card.body.addWidget(row_widget)
            line.returnPressed.connect(self.enter.click)
        card.body.addWidget(self._error)
        self._error.hide()
        card.body.addSpacing(4)
        card.body.addWidget(self.enter)
        card.body.addLayout(row(0, label(tr("口令只在本机使用，不会发往平台"), "hint")))
        return card

    def show_checks(self, rows: Sequence[tuple[State, str]]) -> None:
        clear(self._checks)
        self._checks.addWidget(Checks(rows, columns=1, name_width=104))

    def show_choices(self, choices: Sequence[TokenChoice], chosen: str = "", folder: str = "") -> None:
        """Show the certificates found; the one used last is chosen, else the first that can be used. `folder`: where they are
        looked for, told when there are none."""
        clear(self._tiles)
        for old in self._group.buttons():
            self._group.removeButton(old)
        for choice in choices:
            tile = TokenTile(choice)
            self._group.addButton(tile)
            self._tiles.addWidget(tile)
            tile.toggled.connect(self._show_asked)
        if not choices:
            self._tiles.addWidget(label(tr("没有找到证书。插入 USB 证书后重新检测。"), "label"))
            if folder:
                place = tr("第一次使用：向平台索取平台文件，点“用平台文件建立账户”。账户放在 {folder}", folder=folder)
                self._tiles.addWidget(label(place, "hint", wrap=True, copy=True))
        self._tiles.addStretch(1)
        usable = [made for made in self._group.buttons() if isinstance(made, TokenTile) and made.isEnabled()]
        usable.sort(key=lambda made: made.choice.key != chosen)
        for made in usable[:1]:
            made.setChecked(True)
        self.enter.setEnabled(bool(usable))
        self.pin.setFocus()

    def _show_asked(self) -> None:
        tile = self._group.checkedButton()
        for asks, row_widget in self._more_rows.items():
            row_widget.setVisible(isinstance(tile, TokenTile) and asks in tile.choice.asks)
        asked: tuple[Asks, ...] = tile.choice.asks if isinstance(tile, TokenTile) else ()
        self._pin_row.setVisible("nothing" not in asked)
        self._more["store"].setPlaceholderText("" if "nothing" in asked else tr("空着表示与证书口令相同"))

    def busy(self, on: bool) -> None:
        """While the staff sign in, the button waits and says so."""
        self.enter.setEnabled(not on)
        self.enter.setText(tr("正在登录") if on else tr("登录"))

    def say_wrong(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.pin.setProperty("wrong", bool(text))
        self.pin.style().unpolish(self.pin)
        self.pin.style().polish(self.pin)
        self.pin.setFocus()

    def _ask(self) -> None:
        tile = self._group.checkedButton()
        if isinstance(tile, TokenTile):
            typed = Secrets(self.pin.text(), self._more["store"].text(), self._more["password"].text())
            for line in (self.pin, *self._more.values()):
                line.clear()
            self.say_wrong("")
            self.asked.emit(tile.choice.key, typed)


def _secret(name: str, object_name: str, hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setAccessibleName(name)
    line.setObjectName(object_name)
    line.setPlaceholderText(hint)
    return line

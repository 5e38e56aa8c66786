"""Own line icons, drawn on a 24 px grid. `CURRENT` in a file is the ink, `GROUND` what is knocked out of a solid shape."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parent / "icons"


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, ink: str, ground: str) -> QSvgRenderer:
    text = _source(name).replace("CURRENT", ink).replace("GROUND", ground)
    return QSvgRenderer(QByteArray(text.encode()))


def draw_icon(painter: QPainter, name: str, ink: str, ground: str, target: QRectF) -> None:
    """Draw an icon into `target` (logical pixels)."""
    _renderer(name, ink, ground).render(painter, target)
    if name == "computed":
        font = painter.font()
        font.setPixelSize(max(8, int(target.height() * 0.56)))
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(target, Qt.AlignmentFlag.AlignCenter, "算")
        painter.restore()


def pixmap(name: str, ink: str, size: int, ground: str = "#FFFFFF", scale: float = 2.0) -> QPixmap:
    """An icon as a pixmap of `size` logical pixels, drawn at `scale` device pixels each."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_icon(painter, name, ink, ground, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, ink: str, disabled: str = "") -> QIcon:
    """An icon for buttons, 16 and 24 px, with its own picture for the disabled state."""
    made = QIcon()
    for size in (16, 24):
        made.addPixmap(pixmap(name, ink, size))
        if disabled:
            made.addPixmap(pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return made


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))

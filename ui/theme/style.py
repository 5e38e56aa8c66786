"""Palette and style sheet made from the tokens, over Fusion."""

from __future__ import annotations

import gc
import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.fonts import body_font, sized
from ui.theme.icons import FOLDER
from ui.theme.tokens import THEMES, ThemeName, Tokens


def apply(app: QApplication, name: ThemeName, scale: float = 1.0) -> Tokens:
    """Dress the application in a theme, unless it is dressed so already. Windows made before must be made again."""
    tokens = THEMES[name]
    if (app.property("jincai-theme"), app.property("jincai-scale")) == (name, scale):
        return tokens
    app.setStyle("Fusion")
    app.setProperty("jincai-theme", name)
    app.setProperty("jincai-scale", scale)
    # Qt now goes through all widgets and calls into Python: were windows that nobody holds collected on the way, it would
    # go on with freed memory. So they go before, and nothing is collected until Qt is through.
    gc.collect()
    collecting = gc.isenabled()
    gc.disable()
    try:
        app.setFont(body_font(scale))
        sized.cache_clear()
        app.setPalette(palette(tokens))
        app.setStyleSheet(style_sheet(tokens, scale))
    finally:
        if collecting:
            gc.enable()
    return tokens


def palette(t: Tokens) -> QPalette:
    """Colours for what the style sheet does not reach."""
    role = QPalette.ColorRole
    made = QPalette()
    table = {
        role.Window: t.canvas, role.WindowText: t.text, role.Base: t.surface, role.AlternateBase: t.sunken,
        role.Text: t.text, role.Button: t.surface, role.ButtonText: t.text, role.BrightText: t.danger,
        role.Highlight: t.primary, role.HighlightedText: t.on_primary, role.Link: t.link, role.LinkVisited: t.link,
        role.ToolTipBase: t.surface, role.ToolTipText: t.text, role.PlaceholderText: t.text3,
        role.Light: t.surface, role.Midlight: t.sunken, role.Mid: t.line, role.Dark: t.control, role.Shadow: t.line,
    }  # fmt: skip
    for name, colour in table.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(t.text3))
    return made


_SHEET = """
* { outline: 0; }
QToolTip { background: @surface; color: @text; border: 1px solid @control; padding: 4px 8px; }
QLabel { background: transparent; }
QLabel[kind="hint"] { font-size: 12px; color: @text3; }
QLabel[kind="label"] { font-size: 13px; color: @text2; }
QLabel[kind="small"] { font-size: 13px; color: @text; }
QLabel[kind="strong"] { font-weight: 500; }
QLabel[kind="title"] { font-size: 16px; font-weight: 500; }
QLabel[kind="page"] { font-size: 20px; font-weight: 500; }
QLabel[kind="figure"] { font-size: 26px; font-weight: 500; }
QLabel[kind="percent"] { font-size: 40px; font-weight: 500; }
QLabel[kind="word"] { font-size: 32px; font-weight: 600; }
QLabel[tone="ok"] { color: @ok; } QLabel[tone="warn"] { color: @warn; } QLabel[tone="danger"] { color: @danger; }
QLabel[tone="info"] { color: @info; } QLabel[tone="mute"] { color: @mute; } QLabel[tone="text2"] { color: @text2; }
QLabel[tone="text3"] { color: @text3; }

QFrame#card { background: @surface; border: 1px solid @line; border-radius: 6px; }
QFrame#cardHead { background: transparent; border: 0; border-bottom: 1px solid @line; }
QFrame#cardFoot { background: transparent; border: 0; border-top: 1px solid @line; }
QFrame#sunken { background: @sunken; border: 0; border-top: 1px solid @line; border-bottom: 1px solid @line; }
QFrame#hair { background: @line; border: 0; max-height: 1px; min-height: 1px; }
QFrame#vhair { background: @line; border: 0; max-width: 1px; min-width: 1px; }
QFrame#pageHead, QFrame#steps { background: @surface; border: 0; border-bottom: 1px solid @line; }
QFrame#pageFoot { background: @surface; border: 0; border-top: 1px solid @line; }
QFrame#topBar { background: @bar; border: 0; border-bottom: 1px solid @barEdge; }
QFrame#topBar QLabel { color: @bar_text; } QFrame#topBar QLabel[kind="hint"] { color: @bar_text2; }
QFrame#topBar QLabel[kind="label"] { color: @bar_text2; } QFrame#topBar QLabel[tone="warn"] { color: @bar_warn; }
QFrame#rail { background: @surface; border: 0; border-right: 1px solid @line; }
QWidget#canvas { background: @canvas; }
QScrollArea { background: transparent; border: 0; } QScrollArea > QWidget > QWidget { background: transparent; }
QDialog { background: @surface; }

QPushButton { background: @surface; color: @text; border: 1px solid @control; border-radius: 4px; padding: 0 14px; min-height: 30px; }
QPushButton:hover { background: @hover; } QPushButton:pressed { background: @sel; }
QPushButton:disabled { background: @mute_soft; color: @text3; border: 1px @disabledEdge @line; }
QPushButton[kind="primary"] { background: @primary; color: @on_primary; border: 1px solid @primary; font-weight: 500; }
QPushButton[kind="primary"]:hover { background: @primary_hover; border-color: @primary_hover; }
QPushButton[kind="primary"]:disabled { background: @mute_soft; color: @text3; border: 1px @disabledEdge @line; font-weight: 400; }
QPushButton[kind="danger"] { color: @danger; border-color: @danger; }
QPushButton[kind="danger"]:disabled { color: @text3; border: 1px @disabledEdge @line; }
QPushButton[kind="link"] { background: transparent; color: @link; border: 1px solid transparent; padding: 0 2px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; } QPushButton[kind="link"]:disabled { color: @text3; background: transparent; border: 1px @disabledLink; }
QPushButton[kind="icon"] { background: transparent; border: 1px solid transparent; padding: 0; min-width: 28px; }
QPushButton[kind="icon"]:hover { background: @hover; }
QPushButton[small="true"] { min-height: 26px; font-size: 13px; padding: 0 10px; }
QPushButton[kind="link"][small="true"] { padding: 0; } QPushButton[fine="true"] { font-size: 12px; }
QPushButton[tall="true"] { min-height: 38px; }

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox { background: @surface; color: @text; border: 1px solid @control; border-radius: 4px;
  padding: 0 11px; selection-background-color: @primary; selection-color: @on_primary; }
QLineEdit, QComboBox { min-height: 34px; } QPlainTextEdit { padding: 5px 7px; }
QLineEdit[tool="true"], QComboBox[tool="true"] { min-height: 30px; font-size: 13px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 2px solid @focus; padding: 0 10px; }
QLineEdit:focus { min-height: 32px; } QComboBox:focus { min-height: 32px; } QPlainTextEdit:focus { padding: 4px 6px; }
QLineEdit[tool="true"]:focus, QComboBox[tool="true"]:focus { min-height: 28px; }
QLineEdit[wrong="true"] { border: 2px solid @danger; padding: 0 10px; min-height: 32px; }
QLineEdit:read-only { background: @sunken; border: 1px solid @line; }
QLineEdit:read-only:focus { border: 2px solid @focus; }
QLineEdit[cell="true"], QLineEdit[cell="true"]:focus { border: 2px solid @focus; border-radius: 0; padding: 0 6px; min-height: 10px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: @text3; border: 1px @disabledEdge @line; background: @sunken; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: url(@drop); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: @surface; color: @text; border: 1px solid @control; selection-background-color: @sel; selection-color: @text; }
QCheckBox, QRadioButton { spacing: 9px; background: transparent; color: @text; min-height: 28px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @control; border-radius: 4px; background: @surface; }
QCheckBox::indicator:checked { background: @primary; border-color: @primary; image: url(@tick); }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid @control; border-radius: 9px; background: @surface; }
QRadioButton::indicator:checked { border: 5px solid @primary; width: 8px; height: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border: 1px @disabledEdge @line; background: @sunken; }

QRadioButton::indicator:checked:disabled { border: 5px solid @text3; width: 8px; height: 8px; background: @surface; }
QCheckBox::indicator:checked:disabled { background: @text3; border-color: @text3; image: url(@tick); }

QTableView, QTreeView, QListView { background: @surface; color: @text; border: 0; gridline-color: @line; }
QTableView#pinned { border-right: 1px solid @control; } QHeaderView { background: @sunken; border: 0; }
QHeaderView::section { background: @sunken; color: @text2; border: 0; border-bottom: 1px solid @line; padding: 0 12px; font-size: 12px; font-weight: 500; }
QHeaderView::section:first, QHeaderView::section:only-one { padding-left: 16px; } QHeaderView[grid="true"]::section { padding: 0 8px; }
QTableCornerButton::section { background: @sunken; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; } QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: @scroll; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; } QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @track; border: @trackEdge; border-radius: 4px; max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: @fill; border-radius: 4px; }
QProgressBar[tone="ok"]::chunk { background: @ok; } QProgressBar[tone="warn"]::chunk { background: @warn; }
QMenu { background: @surface; border: 1px solid @control; padding: 4px; } QMenu::item { padding: 6px 24px; } QMenu::item:selected { background: @sel; color: @text; }
QPdfView { background: @desk; border: 0; }
"""

_LENGTH = re.compile(r"(font-size: |min-height: |(?<=[{;] )width: |(?<=[{;] )height: )(\d{2,})px")
"""What grows with the letters: their size, the least heights, the marks of check boxes and combo boxes"""


def style_sheet(t: Tokens, scale: float = 1.0) -> str:
    """The style sheet with the tokens put in, longest names first so that none is cut; letters and heights scaled."""
    values = {name: str(getattr(t, name)) for name in Tokens.__dataclass_fields__}
    values |= {
        "barEdge": t.line if t.contrast else t.bar,
        "disabledEdge": "dashed" if t.contrast else "solid",
        "disabledLink": f"dashed {t.line}" if t.contrast else "solid transparent",
        "trackEdge": f"1px solid {t.line}" if t.contrast else "0",
        "drop": (FOLDER / f"drop-{t.name}.svg").as_posix(),
        "tick": (FOLDER / f"tick-{t.name}.svg").as_posix(),
    }
    sheet = _SHEET
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", values[name])
    return _LENGTH.sub(lambda found: f"{found[1]}{round(int(found[2]) * scale)}px", sheet)

"""The token table holds what design.md promises, and the style sheet has no hole."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ui.theme import current
from ui.theme.icons import names, pixmap
from ui.theme.style import apply, style_sheet
from ui.theme.tokens import EDGE_PAIRS, TEXT_PAIRS, THEMES, Tokens, colour_names, contrast_ratio

MINIMA = {"light": 4.86, "dark": 5.11, "contrast": 11.0}


@pytest.mark.parametrize("tokens", THEMES.values(), ids=str)
def test_text_can_be_read(tokens: Tokens) -> None:
    ratios = {pair: contrast_ratio(getattr(tokens, pair[0]), getattr(tokens, pair[1])) for pair in TEXT_PAIRS}
    low = {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5}
    assert not low
    assert min(ratios.values()) >= MINIMA[tokens.name] - 0.005


@pytest.mark.parametrize("tokens", THEMES.values(), ids=str)
def test_edges_can_be_seen(tokens: Tokens) -> None:
    low = {pair for pair in EDGE_PAIRS if contrast_ratio(getattr(tokens, pair[0]), getattr(tokens, pair[1])) < 3.0}
    assert not low


@pytest.mark.parametrize("tokens", THEMES.values(), ids=str)
def test_colours_are_whole_and_the_sheet_is_filled_in(tokens: Tokens) -> None:
    assert all(re.fullmatch(r"#[0-9A-F]{6}", getattr(tokens, name)) for name in colour_names())
    assert "@" not in style_sheet(tokens)


def test_every_icon_draws_something(qapp: QApplication) -> None:
    for name in names():
        image = pixmap(name, "#112233", 24).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        inked = sum(image.pixelColor(x, y).alpha() > 40 for x in range(image.width()) for y in range(image.height()))
        assert inked > 20, name


def test_the_theme_in_use_is_known(dressed: QApplication) -> None:
    for name in THEMES:
        apply(dressed, name)  # type: ignore[arg-type]
        assert current().name == name

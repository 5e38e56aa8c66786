"""Fonts: cut once, of the right family and weight, and safe to cut from several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from documents import fonts
from procurement.basics.problems import Locked


@pytest.fixture(scope="module")
def interface() -> tuple[Path, ...]:
    return fonts.interface_fonts()


def test_three_static_weights_of_one_family(interface: tuple[Path, ...]) -> None:
    for path, weight in zip(interface, fonts.WEIGHTS, strict=True):
        font = TTFont(path)
        assert "fvar" not in font
        assert font["OS/2"].usWeightClass == weight
        names = font["name"]
        assert str(names.getDebugName(16) or names.getDebugName(1)) == fonts.FAMILY
        assert {ord(c) for c in "采购政府喆堃①★▲●—·"} <= set(font.getBestCmap())


def test_qt_finds_the_weights(interface: tuple[Path, ...]) -> None:
    script = (
        "import sys\n"
        "from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QRawFont\n"
        "app = QGuiApplication([])\n"
        "for path in sys.argv[1:]:\n"
        f"    assert '{fonts.FAMILY}' in QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(path))\n"
        "for weight in (400, 500, 600):\n"
        f"    font = QFont('{fonts.FAMILY}')\n"
        "    font.setWeight(QFont.Weight(weight))\n"
        "    assert QRawFont.fromFont(font).weight() == weight, weight\n"
    )
    command = [sys.executable, "-c", script, *map(str, interface)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr


def test_a_cut_font_is_renamed_into_place_and_leaves_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(fonts, "_characters", lambda: {ord(c) for c in "采购"})
    assert not fonts.interface_fonts_ready()
    paths = fonts.interface_fonts()
    assert fonts.interface_fonts_ready()
    assert sorted(paths[0].parent.iterdir()) == sorted(paths)


def test_an_unwritable_cache_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jincai").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(fonts, "_instance", lambda weight: b"font")
    with pytest.raises(Locked) as refused:
        fonts.interface_fonts()
    assert refused.value.code == "font-cache-unwritable"

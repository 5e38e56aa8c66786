"""QR codes of a carried act: the vectors, the independent reader, pictures as a screen shows them, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from client.act_codes import DATA, MOST, base45, joined, parts_of, texts_in, unbase45, write_pictures
from procurement.basics.problems import Problem
from tests.processes import ROOT
from tests.ui.walker import clipped, nameless
from ui.boards.act_codes import CodesDialog

VECTORS: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "act-codes.json").read_text("utf-8"))
READER = ROOT / "docs" / "reader" / "act_codes.py"
GOOD = VECTORS["good"][1]


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Problem) as found:
        work()
    return found.value.code


def test_base45_of_the_rfc() -> None:
    for text, code in (("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")):
        assert base45(text.encode()) == code and unbase45(code) == text.encode()
    assert {refused(lambda bad=bad: unbase45(bad)) for bad in ("GGW", ":::", "A", "a00", "ZZ")} == {
        "carried-act-changed"
    }


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_good_vectors(case: dict[str, Any], tmp_path: Path) -> None:
    file, texts = bytes.fromhex(case["file"]), case["texts"]
    assert joined(reversed([*texts, "https://example.cn", texts[0]])) == file
    assert all(len(text) <= DATA + 40 for text in texts)
    out = tmp_path / "out"
    command = [sys.executable, "-I", "-S", str(READER), str(out)]
    subprocess.run(command, input="\n".join(texts), text=True, check=True)
    assert out.read_bytes() == file, "the independent reader"


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["name"])
def test_bad_vectors(case: dict[str, Any]) -> None:
    assert refused(lambda: joined(case["texts"])) == case["code"]


def test_what_is_packed_comes_back_and_what_is_too_much_is_refused() -> None:
    data = bytes((place * 7919 >> 3) % 251 for place in range(5000))
    assert joined(parts_of(data)) == data
    noise = __import__("random").Random(45).randbytes(MOST * DATA)
    assert refused(lambda: parts_of(noise)) == "act-too-large-for-codes"


def test_pictures_are_read_back_whole_turned_and_small(tmp_path: Path) -> None:
    texts = GOOD["texts"]
    pictures = write_pictures(texts, tmp_path, "act")
    for place, picture in enumerate(pictures):
        with Image.open(picture) as opened:
            image = opened.convert("RGB").rotate(90 * place + 3, expand=True, fillcolor="white")
            image.resize((image.width * 2 // 3, image.height * 2 // 3)).save(picture.with_suffix(".jpg"), quality=70)
    read = [text for picture in pictures for text in texts_in(picture.with_suffix(".jpg"))]
    assert joined(read).hex() == GOOD["file"]
    (tmp_path / "none.png").write_bytes(b"no picture")
    assert refused(lambda: texts_in(tmp_path / "none.png")) == "code-picture-unreadable"
    Image.new("L", (40, 40), 255).save(tmp_path / "white.png")
    assert texts_in(tmp_path / "white.png") == ()


def test_what_the_window_shows_is_read_from_its_pictures(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = CodesDialog(parent, "最后报价", GOOD["texts"])
    dialog.show()
    QApplication.processEvents()
    assert [*clipped(dialog), *nameless(dialog)] == []
    read: list[str] = []
    for place in range(len(GOOD["texts"])):
        dialog.grab().save(str(tmp_path / f"{place}.png"))
        read += texts_in(tmp_path / f"{place}.png")
        dialog.turn(1)
    assert joined(read).hex() == GOOD["file"] and dialog.at == 0
    dialog.close()

"""Printing: archival, tagged, reproducible, text set as text, boxes where they are drawn."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from documents.papers import print_award_notice, print_opening_record
from documents.printing import Box, PrintedDocument
from tests.documents import papers_data as facts


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")


@pytest.fixture
def record(tmp_path: Path) -> PrintedDocument:
    return print_opening_record(facts.OPENING_RECORD, tmp_path / "record.pdf")


def test_the_same_data_gives_the_same_bytes(record: PrintedDocument, tmp_path: Path) -> None:
    again = print_opening_record(
        type(facts.OPENING_RECORD).from_bytes(facts.OPENING_RECORD.to_bytes()), tmp_path / "again.pdf"
    )
    assert again.sha256 == record.sha256
    assert again.path.read_bytes() == record.path.read_bytes()


def test_other_data_gives_another_digest(record: PrintedDocument, tmp_path: Path) -> None:
    changed = facts.OPENING_RECORD.model_copy(update={"place": "别处"})
    assert print_opening_record(changed, tmp_path / "other.pdf").sha256 != record.sha256


def test_it_is_archival_and_tagged(record: PrintedDocument) -> None:
    with pikepdf.open(record.path) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "zh-CN"
        assert meta["dc:title"] == "开标记录"
        assert len(pdf.pages) == record.pages


def test_the_read_out_says_what_happened(record: PrintedDocument) -> None:
    text = text_of(record.path)
    for words in ("未按时解密", "备份补入", "4,986,500.00", "2026-04-29 10:00:00", "杭州启明识人科技有限公司"):
        assert words in text
    assert "\ufffd" not in text


def test_text_is_never_markup(tmp_path: Path) -> None:
    hostile = '#import "x.typ"; *粗* $x$ <mark> \\ // 结束 #panic("!")'
    data = facts.OPENING_RECORD.model_copy(update={"remarks": (hostile,)})
    assert '#panic("!")' in text_of(print_opening_record(data, tmp_path / "hostile.pdf").path)


def test_boxes_lie_on_their_page(record: PrintedDocument) -> None:
    assert set(record.boxes) == {"agency", "recorder"}
    with pikepdf.open(record.path) as pdf:
        for box in record.boxes.values():
            _, _, width, height = (float(n) for n in pdf.pages[box.page - 1].MediaBox)
            assert 0 < box.x < box.x + box.w < width
            assert 0 < box.y < box.y + box.h < height


def test_the_box_is_where_the_frame_is_drawn(tmp_path: Path) -> None:
    printed = print_award_notice(facts.AWARD_NOTICE, tmp_path / "notice.pdf")
    box = printed.boxes["agency"]
    assert _ink(printed.path, box._replace(x=box.x - 2, w=4, y=box.y + 10, h=box.h - 20)), "left edge of the frame"
    assert _ink(printed.path, box._replace(y=box.y - 2, h=4)), "lower edge of the frame"
    assert not _ink(printed.path, Box(box.page, box.x + 10, box.y + 20, box.w - 20, box.h - 45)), "free inside"


def test_amounts_stand_in_figures_and_words(tmp_path: Path) -> None:
    text = text_of(print_award_notice(facts.AWARD_NOTICE, tmp_path / "notice.pdf").path)
    assert "5,168,000.00 元" in text
    assert "人民币伍佰壹拾陆万捌仟元整" in text


def _ink(path: Path, box: Box) -> bool:
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[box.page - 1]
        image = page.render(scale=2).to_pil().convert("L")
        top = page.get_height() - box.y - box.h
        part = image.crop((int(box.x * 2), int(top * 2), int((box.x + box.w) * 2), int((top + box.h) * 2)))
        return bool(part.getextrema()[0] < 200)

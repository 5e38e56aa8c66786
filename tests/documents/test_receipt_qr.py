"""The QR code on a printed receipt reads back, from the page as it is rendered, to the act's id and the checkpoint."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from documents import papers
from tests.documents.papers_data import RECEIPT

zxingcpp = pytest.importorskip("zxingcpp")


def test_a_camera_reads_id_and_checkpoint(tmp_path: Path) -> None:
    printed = papers.print_receipt(RECEIPT, tmp_path / "receipt.pdf")
    with pypdfium2.PdfDocument(printed.path) as pdf:
        picture = pdf[0].render(scale=3).to_pil().convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"{RECEIPT.act_id}\n{RECEIPT.checkpoint}"

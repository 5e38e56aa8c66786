"""The text of a PDF, page by page. A scanned page has none, and is told as such."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2

from crypto.seal_places import one_reader
from procurement.basics.problems import Refused


def page_texts(data: bytes, name: str) -> Iterator[str]:
    """One text for each page, empty for a picture. PDFium is held for a page at a time. Raises `Refused("pdf-unreadable")`."""
    try:
        with one_reader:
            document = pypdfium2.PdfDocument(data)
            count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refused("pdf-unreadable", "Print or export the document again.", file=name) from error
    try:
        for number in range(count):
            with one_reader:
                text = _text_of(document, number)
            yield text
    finally:
        with one_reader:
            document.close()


def _text_of(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return ""  # one broken page does not hide the others
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()
        page.close()

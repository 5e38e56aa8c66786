"""Files that may enter a bid, and those that are refused by name."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from client.attachments import check_attachment
from procurement.basics.problems import Problem
from procurement.tendering.tender import Upload
from tests.client.journey import pdf

UPLOAD = Upload(file_types=("pdf", "png", "jpg", "zip"), file_limit=100_000)


def test_a_plain_pdf_is_taken_with_its_pages(tmp_path: Path) -> None:
    found = check_attachment(pdf(tmp_path / "a.pdf", 7), UPLOAD)
    assert (found.kind, found.pages) == ("pdf", 7)


def _active(path: Path, entry: str) -> Path:
    with pikepdf.new() as made:
        made.add_blank_page()
        if entry == "script":
            made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        elif entry == "launch":
            action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
            made.pages[0].Annots = pikepdf.Array([note])
        elif entry == "nested":
            inner = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
            made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=pikepdf.Array([inner]))
        elif entry == "xfa":
            made.Root.AcroForm = pikepdf.Dictionary(XFA="x", Fields=pikepdf.Array())
        else:
            made.attachments["a.txt"] = b"hello"
        made.save(path)
    return path


@pytest.mark.parametrize("entry", ["script", "launch", "nested", "xfa", "file"])
def test_active_content_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(Problem) as caught:
        check_attachment(_active(tmp_path / "a.pdf", entry), UPLOAD)
    assert caught.value.code == "pdf-active-content"


def test_what_cannot_be_read_or_is_something_else_is_named(tmp_path: Path) -> None:
    files = {
        "missing.pdf": (None, "file-missing"),
        "empty.pdf": (b"", "file-empty"),
        "broken.pdf": (b"%PDF-1.7\nnothing follows", "pdf-unreadable"),
        "fake.pdf": (b"MZ\x90 a program", "file-not-what-it-says"),
        "program.exe": (b"MZ", "file-type-unknown"),
        "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office-old-format"),
        "Prices.XLS": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office-old-format"),
        "photo.heic": (b"\0\0\0\x18ftypheic", "picture-format-foreign"),
        "shot.webp": (b"RIFF\0\0\0\0WEBP", "picture-format-foreign"),
        "large.zip": (b"PK\x03\x04" + bytes(100_000), "file-too-large"),
    }
    for name, (data, code) in files.items():
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(Problem) as caught:
            check_attachment(path, UPLOAD)
        assert caught.value.code == code, name
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(pdf(tmp_path / "open.pdf")) as made:
        made.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(Problem) as caught:
        check_attachment(locked, UPLOAD)
    assert caught.value.code == "pdf-locked"


def _odd(path: Path, what: str) -> Path:
    """A PDF with an entry of a wrong type, as broken printers leave them."""
    with pikepdf.new() as made:
        made.add_blank_page()
        if what == "notes":
            made.pages[0].obj.Annots = pikepdf.Array([1, None, pikepdf.Array()])
        elif what == "names":
            made.Root.Names = pikepdf.Array()
        elif what == "form":
            made.Root.AcroForm = 7
        elif what == "fields":
            made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([3]))
        else:
            made.Root.Outlines = pikepdf.Dictionary(First=4)
        made.save(path)
    return path


@pytest.mark.parametrize("what", ["notes", "names", "form", "fields", "outlines"])
def test_entries_of_a_wrong_type_do_not_keep_a_document_out(tmp_path: Path, what: str) -> None:
    assert check_attachment(_odd(tmp_path / "a.pdf", what), UPLOAD).pages == 1


def test_scripts_of_fields_without_a_place_of_bookmarks_and_pinned_files(tmp_path: Path) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
    for what in ("field", "bookmark", "pinned"):
        with pikepdf.new() as made:
            made.add_blank_page()
            if what == "field":
                kid = pikepdf.Dictionary(T="k", AA=pikepdf.Dictionary(C=script))
                made.Root.AcroForm = pikepdf.Dictionary(Fields=[pikepdf.Dictionary(T="f", Kids=[kid])])
            elif what == "bookmark":
                second = made.make_indirect(pikepdf.Dictionary(Title="b", A=script))
                first = made.make_indirect(pikepdf.Dictionary(Title="a", Next=second))
                second.Prev = first
                second.First = first  # a ring
                made.Root.Outlines = made.make_indirect(pikepdf.Dictionary(First=first, Last=second))
            else:
                note = pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9])
                made.pages[0].Annots = pikepdf.Array([note])
            made.save(tmp_path / "a.pdf")
        with pytest.raises(Problem) as caught:
            check_attachment(tmp_path / "a.pdf", UPLOAD)
        assert caught.value.code == "pdf-active-content", what


def test_a_pdf_without_pages(tmp_path: Path) -> None:
    with pikepdf.new() as made:
        made.save(tmp_path / "a.pdf")
    with pytest.raises(Problem) as caught:
        check_attachment(tmp_path / "a.pdf", UPLOAD)
    assert caught.value.code == "pdf-without-pages"


def test_a_download_that_was_cut_short_is_not_opened_by_guessing(tmp_path: Path) -> None:
    whole = pdf(tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(Problem) as caught:
        check_attachment(tmp_path / "cut.pdf", UPLOAD)
    assert caught.value.code in ("pdf-damaged", "pdf-unreadable")
    (tmp_path / "tail.pdf").write_bytes(whole[:-30])
    with pytest.raises(Problem) as caught:
        check_attachment(tmp_path / "tail.pdf", UPLOAD)
    assert caught.value.code == "pdf-damaged"

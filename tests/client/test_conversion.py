"""Pictures and office files where a PDF is wanted; what is dangerous is refused before anything is made of it."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from openpyxl import Workbook
from PIL import Image, ImageOps

from client import conversion
from client.attachments import becomes_pdf, check_attachment, check_room, check_source
from client.conversion import check_office, office_program, to_pdf
from client.jobs import JobPulse
from procurement.basics.problems import Problem
from procurement.tendering.tender import Upload

PDF_ONLY = Upload(file_types=("pdf",), file_limit=50_000_000)


def _colours(path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Colour left of and right of the page's middle."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0].render(scale=1).to_pil().convert("RGB")
    y = page.height // 2
    return page.getpixel((page.width // 4, y)), page.getpixel((page.width * 3 // 4, y))  # type: ignore[return-value]


def _two(mode: str = "RGB") -> Image.Image:
    made = Image.new(mode, (400, 200), "red")
    made.paste("blue", (200, 0, 400, 200))
    return made


def _near(one: tuple[int, ...], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def test_a_photograph_keeps_its_own_data(tmp_path: Path) -> None:
    source = tmp_path / "照片.JPEG"
    _two().save(source, "JPEG", quality=95)
    made = to_pdf(source, tmp_path)
    found = check_attachment(made, PDF_ONLY)
    assert (found.kind, found.pages) == ("pdf", 1)
    with pikepdf.open(made) as pdf:
        image = pdf.pages[0].Resources.XObject.Im
        assert image.read_raw_bytes() == source.read_bytes()
        assert pdf.pages[0].MediaBox[2] > pdf.pages[0].MediaBox[3], "lying, as the picture is"
    left, right = _colours(made)
    assert _near(left, (254, 0, 0)) and _near(right, (0, 0, 254))


def test_a_turned_photograph_stands_upright(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 3
    _two().save(source, "JPEG", quality=95, exif=exif)
    left, right = _colours(to_pdf(source, tmp_path))
    assert _near(left, (0, 0, 254)) and _near(right, (254, 0, 0))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "LA", "I;16"])
def test_every_kind_of_png(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "a.png"
    (_two().convert(mode) if mode != "I;16" else Image.new("I;16", (30, 60), 40_000)).save(source)
    assert check_attachment(to_pdf(source, tmp_path), PDF_ONLY).pages == 1


def test_what_is_see_through_stands_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 50), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert _colours(to_pdf(tmp_path / "a.png", tmp_path)) == ((255, 255, 255), (255, 255, 255))


def test_pictures_that_are_none_are_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    _two().save(whole, "PNG")
    (tmp_path / "torn.png").write_bytes(whole.getvalue()[:120])
    bomb = bytearray(whole.getvalue())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "bomb.png").write_bytes(bytes(bomb))
    (tmp_path / "words.jpg").write_text("no picture")
    for name in ("torn.png", "bomb.png", "words.jpg"):
        with pytest.raises(Problem) as caught:
            to_pdf(tmp_path / name, tmp_path)
        assert caught.value.code == "picture-unreadable", name
    with pytest.raises(Problem) as caught:
        check_source(tmp_path / "words.jpg", PDF_ONLY)
    assert caught.value.code == "file-not-what-it-says"


def test_only_where_a_pdf_is_wanted() -> None:
    both = Upload(file_types=("pdf", "jpg"))
    assert becomes_pdf(Path("a.jpeg"), PDF_ONLY) and not becomes_pdf(Path("a.jpeg"), both)
    assert becomes_pdf(Path("a.docx"), both) and not becomes_pdf(Path("a.docx"), Upload(file_types=("docx",)))
    assert not becomes_pdf(Path("a.exe"), PDF_ONLY) and not becomes_pdf(Path("a.pdf"), PDF_ONLY)


def test_the_whole_bid_has_a_limit_too() -> None:
    upload = Upload(size_limit=100)
    check_room(60, 40, upload)
    with pytest.raises(Problem) as caught:
        check_room(60, 41, upload)
    assert (caught.value.code, caught.value.facts["size"]) == ("bid-too-large", "101")


def _workbook(path: Path, member: str = "", data: bytes = b"x") -> Path:
    book = Workbook()
    book.active["A1"] = "报价"
    book.save(path)
    if member:
        with zipfile.ZipFile(path, "a") as pack:
            pack.writestr(member, data)
    return path


OUTSIDE = b'<Relationships><Relationship Id="1" Type="http://x/attachedTemplate" Target="http://x/" TargetMode="External"/></Relationships>'
LINK = OUTSIDE.replace(b"attachedTemplate", b"hyperlink")


@pytest.mark.parametrize(
    ("member", "data", "found"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/embeddings/oleObject1.bin", b"x", "embedded"),
        ("xl/_rels/more.xml.rels", OUTSIDE, "external"),
    ],
)
def test_office_files_that_run_or_fetch_are_refused(tmp_path: Path, member: str, data: bytes, found: str) -> None:
    with pytest.raises(Problem) as caught:
        to_pdf(_workbook(tmp_path / "a.xlsx", member, data), tmp_path)
    assert (caught.value.code, caught.value.facts["found"]) == ("office-active-content", found)


def test_a_plain_link_is_no_danger(tmp_path: Path) -> None:
    check_office(_workbook(tmp_path / "a.xlsx", "xl/_rels/more.xml.rels", LINK))


def test_a_locked_office_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(512))
    with pytest.raises(Problem) as caught:
        to_pdf(tmp_path / "a.docx", tmp_path)
    assert caught.value.code == "office-unreadable"


def _program(path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program in LibreOffice's place on the path."""
    folder = path / "bin"
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_libreoffice_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(conversion, "USUAL_PLACES", ())
    with pytest.raises(Problem) as caught:
        to_pdf(_workbook(tmp_path / "a.xlsx"), tmp_path)
    assert caught.value.code == "office-converter-missing"


def test_a_program_that_makes_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "exit 0", monkeypatch)
    with pytest.raises(Problem) as caught:
        to_pdf(_workbook(tmp_path / "a.xlsx"), tmp_path)
    assert caught.value.code == "office-conversion-failed"


def test_a_conversion_that_is_stopped_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, f'sleep 300 & echo "$! $$" > {tmp_path}/pids; wait', monkeypatch)
    pulse = JobPulse()

    def stop(_done: int, _total: int) -> None:
        if (tmp_path / "pids").exists() and (tmp_path / "pids").read_text().strip():
            pulse.stop()

    pulse.listen(stop)
    with pytest.raises(Problem) as caught:
        to_pdf(_workbook(tmp_path / "a.xlsx"), tmp_path, pulse)
    assert caught.value.kind == "cancelled"
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        end = time.monotonic() + 10
        while _lives(pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed")
def test_libreoffice_makes_a_pdf(tmp_path: Path) -> None:
    made = to_pdf(_workbook(tmp_path / "报价.xlsx"), tmp_path, JobPulse())
    assert check_attachment(made, PDF_ONLY).pages == 1


@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed")
def test_chinese_is_no_row_of_boxes_where_the_computer_has_no_chinese_font(tmp_path: Path) -> None:
    """Boxes in place of letters would be all alike; a rare letter of a name counts, too."""
    pictures = []
    for number, letter in enumerate("货名㛃"):
        book = Workbook()
        assert book.active is not None
        book.active["A1"] = letter
        folder = tmp_path / str(number)
        folder.mkdir()
        book.save(folder / "a.xlsx")
        with pypdfium2.PdfDocument(to_pdf(folder / "a.xlsx", folder)) as pdf:
            pictures.append(pdf[0].render(scale=4).to_pil().tobytes())
    assert len(set(pictures)) == 3


def test_libreoffice_is_shown_our_fonts_behind_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, f'cp "$FONTCONFIG_FILE" {tmp_path}/seen.xml', monkeypatch)
    with pytest.raises(Problem):
        to_pdf(_workbook(tmp_path / "a.xlsx"), tmp_path)
    seen = ElementTree.parse(tmp_path / "seen.xml").getroot()
    assert [one.text for one in seen.iter("include")] == [os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")]
    assert (
        all(list(Path(one.text or "").glob("*.ttf")) for one in seen.iter("dir")) and len(list(seen.iter("dir"))) == 2
    )


@pytest.mark.parametrize("turned", range(1, 9))
def test_each_turn_a_camera_notes_and_the_photograph_keeps_its_data(tmp_path: Path, turned: int) -> None:
    plain = Image.new("RGB", (80, 40), "white")
    plain.paste("red", (0, 0, 40, 20))
    plain.paste("blue", (40, 20, 80, 40))
    exif = Image.Exif()
    exif[0x0112] = turned
    plain.save(tmp_path / "a.jpg", quality=95, exif=exif)
    made = to_pdf(tmp_path / "a.jpg", tmp_path)
    with pikepdf.open(made) as pdf:
        assert pdf.pages[0].Resources.XObject.Im.read_raw_bytes() == (tmp_path / "a.jpg").read_bytes()
    wanted = ImageOps.exif_transpose(Image.open(tmp_path / "a.jpg"))
    with pypdfium2.PdfDocument(made) as pdf:
        shown = pdf[0].render(scale=1).to_pil().convert("RGB")
    wide, high = wanted.size
    scale = min((shown.width - 57) / wide, (shown.height - 57) / high)
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        at = (round(shown.width / 2 + (x - 0.5) * wide * scale), round(shown.height / 2 + (y - 0.5) * high * scale))
        one, other = shown.getpixel(at), wanted.getpixel((int(x * wide), int(y * high)))
        assert all(abs(a - b) < 40 for a, b in zip(one, other, strict=True)), (turned, x, y)  # type: ignore[arg-type]


def test_a_scan_of_many_pages_is_whole(tmp_path: Path) -> None:
    pages = [Image.new("1", (50, 70), number % 2) for number in range(3)]
    pages[0].save(tmp_path / "扫描.TIF", save_all=True, append_images=pages[1:], compression="group4")
    assert becomes_pdf(tmp_path / "扫描.TIF", PDF_ONLY)
    check_source(tmp_path / "扫描.TIF", PDF_ONLY)
    made = to_pdf(tmp_path / "扫描.TIF", tmp_path)
    assert check_attachment(made, PDF_ONLY).pages == 3
    _two().save(tmp_path / "a.bmp")
    left, right = _colours(to_pdf(tmp_path / "a.bmp", tmp_path))
    assert _near(left, (254, 0, 0)) and _near(right, (0, 0, 254))


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bits_are_not_all_white(tmp_path: Path, name: str) -> None:
    Image.frombytes("I;16", (64, 64), (20_000).to_bytes(2, "little") * 64 * 64).save(tmp_path / name)
    left, _right = _colours(to_pdf(tmp_path / name, tmp_path))
    assert _near(left, (78, 78, 78))


def test_too_many_pixels_are_told_as_such(tmp_path: Path) -> None:
    for name, size in (("a.png", (12_000, 11_000)), ("b.png", (20_000, 20_000))):
        Image.new("1", size).save(tmp_path / name)
        with pytest.raises(Problem) as caught:
            to_pdf(tmp_path / name, tmp_path)
        assert caught.value.code == "picture-too-large"
    Image.new("1", (11_000, 10_000)).save(tmp_path / "c.png")
    assert check_attachment(to_pdf(tmp_path / "c.png", tmp_path), PDF_ONLY).pages == 1, "a camera of 108 million pixels"

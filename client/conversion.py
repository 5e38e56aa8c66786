"""Pictures, Word and Excel files made into PDFs, where a tender wants PDFs.

Pictures keep their own pixels: a JPEG's data go into the PDF as they are. Word and Excel files go through LibreOffice, in a
profile of its own that is thrown away, so that no macro, no setting and no open window of the person's comes into it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from PIL import Image, ImageOps, ImageSequence

from client.foreign import foreign_environment
from documents.fonts import interface_fonts, variable_font
from procurement.basics.problems import Refused, RuleBroken
from procurement.basics.pulse import Pulse

PICTURES = ("jpg", "jpeg", "png", "tif", "tiff", "bmp")
OFFICE = ("docx", "xlsx")
CONVERTIBLE = PICTURES + OFFICE
A4 = (595.28, 841.89)
"""Points"""
MARGIN = 28.35
PIXELS = 120_000_000
PICTURE_PAGES = 500
"""Pages of one TIFF"""
_TURNS = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip
"""Exif's orientation as the turn of a unit square"""
PATIENCE = 240
"""Seconds LibreOffice may take"""
TICK = 0.2
PROGRAMS = ("soffice", "libreoffice")
USUAL_PLACES = (
    Path("/usr/bin/soffice"),
    Path("/usr/lib/libreoffice/program/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
_UNSOUND = (OSError, ValueError, SyntaxError, TypeError, EOFError, pikepdf.PdfError)


def office_program() -> Path | None:
    """LibreOffice on this computer, or None."""
    found = next((place for place in map(shutil.which, PROGRAMS) if place), None)
    if found is not None:
        return Path(found)
    return next((place for place in USUAL_PLACES if place.is_file()), None)


def to_pdf(source: Path, folder: Path, pulse: Pulse | None = None) -> Path:
    """Make a PDF of a picture, Word or Excel file in `folder`; the source stays as it is.

    Raises `Refused`: picture-unreadable, office-unreadable, office-converter-missing, office-conversion-failed; `RuleBroken`:
    office-active-content; whatever the pulse raises when the person stops it.
    """
    kind = source.suffix.lower().lstrip(".")
    target = folder / "converted.pdf"
    if kind in PICTURES:
        _picture(source, target)
        return target
    check_office(source)
    program = office_program()
    if program is None:
        raise Refused(
            "office-converter-missing",
            "Install LibreOffice, or save the file as PDF in Word, Excel or WPS and add that.",
            rule="L-208", file=source.name,
        )  # fmt: skip
    return _office(program, source, folder, pulse)


# -- pictures


def _picture(source: Path, target: Path) -> None:
    """A page of A4 for each picture in the file, upright or lying as it is, turned as the camera noted it."""
    try:
        with warnings.catch_warnings(), pikepdf.new() as pdf:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is our own
            with Image.open(source, formats=("JPEG", "PNG", "TIFF", "BMP")) as opened:
                if opened.width * opened.height > PIXELS:
                    raise _too_large(source, opened.width * opened.height)
                if opened.format in ("JPEG", "MPO") and opened.mode in ("L", "RGB"):
                    turned = opened.getexif().get(0x0112, 1)
                    opened.load()
                    _page(pdf, source.read_bytes(), opened.size, opened.mode, turned)
                else:
                    _frames(pdf, opened, source)
            pdf.save(target, compress_streams=True)
    except Image.DecompressionBombError as error:
        raise _too_large(source, 0) from error
    except _UNSOUND as error:
        remedy = "Open the picture in a viewer and save it again as JPEG or PNG."
        raise Refused("picture-unreadable", remedy, rule="L-208", file=source.name) from error


def _too_large(source: Path, pixels: int) -> Refused:
    return Refused(
        "picture-too-large", "Make it smaller in a viewer, or scan it again with 300 dpi.", rule="L-208", file=source.name,
        pixels=pixels, limit=PIXELS,
    )  # fmt: skip


def _frames(pdf: pikepdf.Pdf, opened: Image.Image, source: Path) -> None:
    """Every page of a scan; of what only moves (an animated PNG) the picture that stands."""
    for number, frame in enumerate(ImageSequence.Iterator(opened)):
        if number == PICTURE_PAGES or (number and opened.format != "TIFF"):
            break
        if frame.width * frame.height > PIXELS:
            raise _too_large(source, frame.width * frame.height)
        plain = _flat(ImageOps.exif_transpose(frame))
        _page(pdf, plain.tobytes(), plain.size, plain.mode)


def _flat(picture: Image.Image) -> Image.Image:
    """Grey or colour on white, without transparency, eight bits deep."""
    if picture.mode.startswith("I"):  # 16 bits: cut to the upper eight, where a plain conversion would make all white
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        ground = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(ground, above).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _page(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], mode: str, turned: int = 0) -> None:
    """`turned`: what a camera noted in a JPEG, whose own data go in and are turned by the page; 0 for plain pixels."""
    a, b, c, d, e, f = _TURNS.get(turned, _TURNS[1])
    shown = size[::-1] if b else size
    wide, high = A4 if shown[1] >= shown[0] else A4[::-1]
    scale = min((wide - 2 * MARGIN) / shown[0], (high - 2 * MARGIN) / shown[1])
    w, h = shown[0] * scale, shown[1] * scale
    image = pikepdf.Stream(pdf, data)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = size[0], size[1], 8
    image.ColorSpace = pikepdf.Name.DeviceGray if mode == "L" else pikepdf.Name.DeviceRGB
    if turned:
        image.Filter = pikepdf.Name.DCTDecode
    page = pdf.add_blank_page(page_size=(wide, high))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    place = (a * w, b * h, c * w, d * h, e * w + (wide - w) / 2, f * h + (high - h) / 2)
    drawn = "q " + " ".join(f"{one:.3f}" for one in place) + " cm /Im Do Q"
    page.Contents = pikepdf.Stream(pdf, drawn.encode())


# -- Word and Excel


def check_office(source: Path) -> None:
    """Refuse what is no sound Word or Excel file, and what runs or fetches something when it is opened."""
    try:
        with zipfile.ZipFile(source) as pack:
            names = pack.namelist()
            sheets = [name for name in names if name.endswith(".rels")]
            foreign = any(_fetches(pack.read(name)) for name in sheets if pack.getinfo(name).file_size < 2**24)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        remedy = "Open it in Word, Excel or WPS, take off any password, and save it again."
        raise Refused("office-unreadable", remedy, rule="L-208", file=source.name) from error
    found = {"macros"} if any(name.lower().endswith("vbaproject.bin") for name in names) else set()
    found |= {"embedded"} if any("/embeddings/" in name or "/activeX/" in name for name in names) else set()
    found |= {"external"} if foreign else set()
    if found:
        raise RuleBroken(
            "L-208", "office-active-content", "Save it as PDF in Word, Excel or WPS and add that.", file=source.name,
            found=", ".join(sorted(found)),
        )  # fmt: skip


def _fetches(relations: bytes) -> bool:
    """Whether something outside is loaded on opening; plain links that a person clicks are no matter."""
    for part in relations.split(b"<Relationship ")[1:]:
        entry = part.partition(b">")[0]
        outside = b'TargetMode="External"' in entry or b"TargetMode='External'" in entry
        if outside and b"/hyperlink" not in entry:
            return True
    return False


def _office(program: Path, source: Path, folder: Path, pulse: Pulse | None) -> Path:
    room = folder / "office"
    room.mkdir()
    plain = room / f"document{source.suffix.lower()}"
    shutil.copyfile(source, plain)
    command = [
        str(program), f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--convert-to", "pdf", "--outdir", str(room), str(plain),
    ]  # fmt: skip
    try:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, cwd=room, env=foreign_environment() | _with_our_fonts(room),
        )  # fmt: skip
    except OSError as error:
        raise _failed(source) from error
    try:
        _wait(running, source, pulse)
    finally:
        _end(running)
    made = plain.with_suffix(".pdf")
    if not made.is_file() or not made.stat().st_size:
        raise _failed(source)
    return made


def _with_our_fonts(room: Path) -> dict[str, str]:
    """The system's fonts and, behind them, our own: a computer without a Chinese font would print boxes, and say nothing."""
    if not sys.platform.startswith("linux"):
        return {}  # Windows and macOS bring Chinese fonts
    folders = dict.fromkeys([*(one.parent for one in interface_fonts()), variable_font().parent])
    lines = "".join(f"<dir>{escape(str(one))}</dir>" for one in folders)
    before = escape(os.environ.get("FONTCONFIG_FILE") or "/etc/fonts/fonts.conf")
    config = room / "fonts.conf"
    config.write_text(
        f'<?xml version="1.0"?><fontconfig><include ignore_missing="yes">{before}</include>{lines}'
        f"<cachedir>{escape(str(room / 'fonts'))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(config)}


def _wait(running: subprocess.Popen[bytes], source: Path, pulse: Pulse | None) -> None:
    for tick in range(int(PATIENCE / TICK)):
        if pulse is not None:
            pulse.step(tick, 0)
        with suppress(subprocess.TimeoutExpired):
            running.wait(TICK)
            return
    raise _failed(source)


def _end(running: subprocess.Popen[bytes]) -> None:
    """LibreOffice starts a child of its own: the whole group goes."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
    running.wait()


def _failed(source: Path) -> Refused:
    remedy = "Save the file as PDF in Word, Excel or WPS and add that."
    return Refused("office-conversion-failed", remedy, rule="L-208", file=source.name)

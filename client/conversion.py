"""Pictures, Word and Excel files made into PDFs, where a tender wants PDFs.

Pictures keep their own pixels: a JPEG's data go into the PDF as they are. Word and Excel files go through LibreOffice, in a
profile of its own that is thrown away, so that no macro, no setting and no open window of the person's comes into it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps

from client.foreign import foreign_environment
from procurement.basics.problems import Refused, RuleBroken
from procurement.basics.pulse import Pulse

PICTURES = ("jpg", "jpeg", "png")
OFFICE = ("docx", "xlsx")
CONVERTIBLE = PICTURES + OFFICE
A4 = (595.28, 841.89)
"""Points"""
MARGIN = 28.35
PIXELS = 120_000_000
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
_UNSOUND = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, pikepdf.PdfError)


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
    """One A4 page, upright or lying as the picture is, turned as the camera noted it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=("JPEG", "PNG")) as opened:
                if opened.width * opened.height > PIXELS:
                    raise ValueError("too many pixels")
                turned = opened.getexif().get(0x0112, 1) != 1
                opened.load()
                if opened.format == "JPEG" and opened.mode in ("L", "RGB") and not turned:
                    _page(target, source.read_bytes(), opened.size, opened.mode, jpeg=True)
                    return
                plain = _flat(ImageOps.exif_transpose(opened))
                _page(target, plain.tobytes(), plain.size, plain.mode, jpeg=False)
    except (*_UNSOUND, Image.DecompressionBombWarning) as error:
        remedy = "Open the picture in a viewer and save it again as JPEG or PNG."
        raise Refused("picture-unreadable", remedy, rule="L-208", file=source.name) from error


def _flat(picture: Image.Image) -> Image.Image:
    """Grey or colour on white, without transparency."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        ground = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(ground, above).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _page(target: Path, data: bytes, size: tuple[int, int], mode: str, *, jpeg: bool) -> None:
    wide, high = A4 if size[1] >= size[0] else A4[::-1]
    scale = min((wide - 2 * MARGIN) / size[0], (high - 2 * MARGIN) / size[1])
    w, h = size[0] * scale, size[1] * scale
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(pdf, data)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = size[0], size[1], 8
        image.ColorSpace = pikepdf.Name.DeviceGray if mode == "L" else pikepdf.Name.DeviceRGB
        if jpeg:
            image.Filter = pikepdf.Name.DCTDecode
        page = pdf.add_blank_page(page_size=(wide, high))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
        drawn = f"q {w:.3f} 0 0 {h:.3f} {(wide - w) / 2:.3f} {(high - h) / 2:.3f} cm /Im Do Q"
        page.Contents = pikepdf.Stream(pdf, drawn.encode())
        pdf.save(target, compress_streams=True)


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
            start_new_session=True, cwd=room, env=foreign_environment(),
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

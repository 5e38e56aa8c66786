"""Files that go into a bid: type, size and, for PDF, that it can be read and carries nothing active (L-208, protocol M9)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from client.conversion import CONVERTIBLE
from procurement.basics.problems import Refused, RuleBroken
from procurement.tendering.tender import Upload

_MAGIC: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "tif": (b"II*\0", b"MM\0*"),
    "bmp": (b"BM",),
    "xlsx": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
}
"""How files of a type begin; types without an entry are taken by their name"""
_ELSEWHERE = {
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps"), ("office-old-format", "Save it as PDF in Word, Excel or WPS and add that.")),
    **dict.fromkeys(("webp", "heic", "heif", "avif"), ("picture-format-foreign", "Save the picture as JPEG or PNG and add that.")),
}  # fmt: skip
"""Types people have and no PDF is made of here: the formats of old Office, whose macros cannot be told for certain, and pictures for which the
program brings no reader. Code and remedy"""
_ALIASES = {"jpeg": "jpg", "tiff": "tif"}
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"}
_ACTIVE_NOTES = ("/RichMedia", "/3D", "/Screen", "/FileAttachment")
MANY = 100_000
"""Fields or bookmarks looked at"""
DEPTH = 40
"""How deep a PDF's catalogue is searched for active content"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What was found out about a file."""

    kind: str
    size: int
    pages: int
    """0 for everything but PDF"""


def check_attachment(path: Path, upload: Upload) -> Attachment:
    """Judge a file before it enters a bid.

    Raises `Refused`: file-missing, file-empty, file-unreadable, file-not-what-it-says; `RuleBroken`: file-too-large,
    file-type-unknown, office-old-format, picture-format-foreign, pdf-active-content.
    """
    size, start = _begins(path, upload)
    kind = _kind(path)
    if kind not in upload.file_types:
        code, remedy = _ELSEWHERE.get(kind, ("file-type-unknown", "Export it to one of the types the tender admits."))
        raise RuleBroken(
            "L-208", code, remedy, file=path.name, type=kind or "none", admitted=", ".join(upload.file_types)
        )
    _check_start(path, kind, start)
    return Attachment(kind, size, _pdf_pages(path) if kind == "pdf" else 0)


def becomes_pdf(path: Path, upload: Upload) -> bool:
    """Whether the file is made into a PDF: the tender wants PDFs, and does not admit the file as it is."""
    kind = _kind(path)
    return kind in CONVERTIBLE and "pdf" in upload.file_types and kind not in upload.file_types


def check_source(path: Path, upload: Upload) -> None:
    """Judge a file before a PDF is made of it. Raises as `check_attachment`."""
    _check_start(path, _kind(path), _begins(path, upload)[1])


def check_room(held: int, more: int, upload: Upload) -> None:
    """Whether another `more` bytes go into a bid that holds `held`. Raises `RuleBroken("bid-too-large")`."""
    if held + more > upload.size_limit:
        raise RuleBroken(
            "L-208", "bid-too-large", "Make the attachments smaller, or split them by lot.", size=held + more,
            limit=upload.size_limit,
        )  # fmt: skip


def _kind(path: Path) -> str:
    kind = path.suffix.lower().lstrip(".")
    return _ALIASES.get(kind, kind)


def _begins(path: Path, upload: Upload) -> tuple[int, bytes]:
    """Size of a file, and how it begins."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise Refused("file-missing", "Choose the file again.", file=path.name) from error
    if not size:
        raise Refused("file-empty", "Choose a file with content.", rule="L-208", file=path.name)
    if size > upload.file_limit:
        raise RuleBroken(
            "L-208", "file-too-large", "Make the file smaller, or split it.", file=path.name, size=size,
            limit=upload.file_limit,
        )  # fmt: skip
    return size, start


def _check_start(path: Path, kind: str, start: bytes) -> None:
    wanted = _MAGIC.get(kind)
    if wanted is not None and not start.startswith(wanted):
        raise Refused(
            "file-not-what-it-says",
            "Export the file again; its content is of another type.",
            rule="L-208",
            file=path.name,
        )


def _pdf_pages(path: Path) -> int:
    try:
        with pikepdf.open(path) as pdf:
            found = _active(pdf)
            pages = len(pdf.pages)
        whole = _is_whole(path)
    except pikepdf.PasswordError as error:
        raise Refused("pdf-locked", "Remove the password and attach it again.", rule="L-208", file=path.name) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError, AttributeError, TypeError, LookupError) as error:
        raise Refused("pdf-unreadable", "Print or export the document again.", rule="L-208", file=path.name) from error
    if not whole:
        raise Refused(
            "pdf-damaged", "Fetch or export the document again; pages may be missing.", rule="L-208", file=path.name
        )
    if not pages:
        raise Refused("pdf-without-pages", "Export the document again and attach that.", rule="L-208", file=path.name)
    if found:
        raise RuleBroken(
            "L-208", "pdf-active-content", "Print the document to a plain PDF and attach that.", file=path.name,
            found=", ".join(sorted(found)),
        )  # fmt: skip
    return pages


def _is_whole(path: Path) -> bool:
    """Whether the file's own table of contents stands where it says: what was cut short is only opened by guessing at the rest."""
    try:
        with pikepdf.open(path, attempt_recovery=False):
            return True
    except pikepdf.PdfError:
        return False


def _active(pdf: pikepdf.Pdf) -> set[str]:
    """Scripts, launches, XFA forms and embedded files: they have no place in a bid. Entries of a wrong type say nothing."""
    root = pdf.Root
    form, names = _entries(root.get("/AcroForm")), _entries(root.get("/Names"))
    found = {key[1:] for key in ("/JavaScript", "/EmbeddedFiles") if key in names}
    if "/XFA" in form:
        found.add("XFA")
    for holder in (root, *pdf.pages):
        for key in ("/OpenAction", "/AA"):
            found |= _actions(holder.get(key), 0)
    for page in pdf.pages:
        for note in _items(page.get("/Annots")):
            found |= _actions(note.get("/A"), 0) | _actions(note.get("/AA"), 0)
            if str(note.get("/Subtype", "")) in _ACTIVE_NOTES:
                found.add(str(note.get("/Subtype"))[1:])
    found |= _tree(_items(form.get("/Fields")), "/Kids")
    return found | _tree(_outline(_entries(root.get("/Outlines"))), "")


def _entries(value: Any) -> Any:
    return value if isinstance(value, pikepdf.Dictionary) else pikepdf.Dictionary()


def _items(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, pikepdf.Dictionary)] if isinstance(value, pikepdf.Array) else []


def _outline(root: Any) -> list[Any]:
    """All bookmarks, whatever they hang under; a ring of them is walked once."""
    found: list[Any] = []
    waiting, seen = [root], set()
    while waiting and len(found) < MANY:
        for key in ("/First", "/Next"):
            one = waiting[-1].get(key)
            if isinstance(one, pikepdf.Dictionary) and one.objgen not in seen:
                seen.add(one.objgen)
                found.append(one)
                waiting.insert(0, one)
        waiting.pop()
    return found


def _tree(nodes: list[Any], below: str) -> set[str]:
    """Actions of fields or bookmarks and of what lies under them: a field without a place on a page may calculate, too."""
    found: set[str] = set()
    waiting, count = [(node, 0) for node in nodes], 0
    while waiting and count < MANY:
        node, depth = waiting.pop()
        count += 1
        found |= _actions(node.get("/A"), 0) | _actions(node.get("/AA"), 0)
        if below and depth < DEPTH:
            waiting += [(one, depth + 1) for one in _items(node.get(below))]
    return found


def _actions(value: Any, depth: int) -> set[str]:
    if depth > DEPTH or not isinstance(value, pikepdf.Dictionary | pikepdf.Array):
        return set()
    found: set[str] = set()
    if isinstance(value, pikepdf.Dictionary):
        kind = str(value.get("/S", ""))
        if kind in _ACTIVE_ACTIONS:
            found.add(kind[1:])
        inner: list[Any] = [item for key, item in value.items() if key in ("/Next", "/O", "/C", "/E", "/D", "/U")]
    else:
        inner = list(value)
    for item in inner:
        found |= _actions(item, depth + 1)
    return found

"""Draws seals into the content of pages: one picture, kept once in the file, shown on any number of pages whole or in part.

Places are as people see the page: points from the lower left corner of what is shown, turned pages and cropped ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from procurement.basics.problems import Refused

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.rw_common import PdfHandler

DEPTH = 64
"""How deep a tree of pages may be"""
_INK = "/SealInk"
_SLACK = 1.0  # points a box may stand over the edge: printing rounds


@dataclass(frozen=True, slots=True)
class Stamp:
    """A visible mark: page from 1, lower left corner and size in points, and a PNG that fills the box by its ratio.

    `part` is the stretch of the picture's width that the box shows, from left to right: a slice of a cross-page seal.
    """

    page: int
    x: float
    y: float
    w: float
    h: float
    image: bytes
    part: tuple[float, float] = (0.0, 1.0)

    @property
    def whole(self) -> bool:
        return self.part == (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is shown: size in points, how it is turned, and where its shown part begins."""

    w: float
    h: float
    turned: int
    """Degrees clockwise: 0, 90, 180, 270"""
    left: float
    bottom: float

    @property
    def matrix(self) -> tuple[float, ...]:
        """From what people see to the page's own coordinates, as the operator `cm` takes it."""
        a, b, c, d, e, f = {
            0: (1, 0, 0, 1, 0.0, 0.0),
            90: (0, 1, -1, 0, self.h, 0.0),
            180: (-1, 0, 0, -1, self.w, self.h),
            270: (0, -1, 1, 0, 0.0, self.w),
        }[self.turned]
        return a, b, c, d, e + self.left, f + self.bottom

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """A point people see, in the page's own coordinates."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own coordinates, as people see it."""
        a, b, c, d, e, f = self.matrix
        return a * (x - e) + b * (y - f), c * (x - e) + d * (y - f)


def sheets(handler: PdfHandler) -> list[Sheet]:
    """Every page in order. Raises `Refused("pdf-unreadable")` for a tree that is none."""
    return [_sheet(page) for page in _pages(handler.root["/Pages"], {}, 0)]


def _pages(node: Any, inherited: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEPTH:
        raise Refused("pdf-unreadable", "Print the document to a plain PDF.", reason="pages nested too deep")
    known = {**inherited, **{key: node[key] for key in ("/MediaBox", "/CropBox", "/Rotate") if key in node}}
    if "/Kids" not in node:
        yield known
        return
    for child in node["/Kids"]:
        yield from _pages(child.get_object(), known, depth + 1)


def _sheet(page: dict[str, Any]) -> Sheet:
    box = page.get("/CropBox", page["/MediaBox"])
    x0, y0, x1, y1 = (float(value.get_object() if hasattr(value, "get_object") else value) for value in box)
    left, right, bottom, top = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    turned = int(page.get("/Rotate", 0)) % 360
    if turned % 90:
        raise Refused("pdf-unreadable", "Print the document to a plain PDF.", reason="page turned askew")
    w, h = right - left, top - bottom
    return Sheet(h, w, turned, left, bottom) if turned % 180 else Sheet(w, h, turned, left, bottom)


def check_places(found: Sequence[Sheet], stamps: Iterable[Stamp]) -> None:
    """Raises `Refused("pdf-stamp-outside")` for a box that is not on its page."""
    for stamp in stamps:
        good = 1 <= stamp.page <= len(found) and stamp.w > 0 and stamp.h > 0
        if good:
            sheet = found[stamp.page - 1]
            good = min(stamp.x, stamp.y) >= -_SLACK
            good = good and stamp.x + stamp.w <= sheet.w + _SLACK and stamp.y + stamp.h <= sheet.h + _SLACK
        if not good:
            raise Refused("pdf-stamp-outside", "Place the stamp on a page.", page=stamp.page, pages=len(found))


def draw(writer: IncrementalPdfFileWriter, found: Sequence[Sheet], stamps: Sequence[Stamp]) -> None:
    """Draw `stamps` over what their pages show, whatever state those leave the canvas in."""
    from pyhanko.pdf_utils import generic

    if not stamps:
        return
    pictures: dict[bytes, tuple[str, Any]] = {}
    keep = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
    for page in sorted({stamp.page for stamp in stamps}):
        here = [stamp for stamp in stamps if stamp.page == page]
        used = dict(_picture(writer, pictures, one.image) for one in here)
        orders = [_order(found[page - 1], one, pictures[one.image][0]) for one in here]
        content = writer.add_object(generic.StreamObject(stream_data=("\nQ\n" + "".join(orders)).encode("ascii")))
        _add(writer, page - 1, keep, content, used)


def _picture(writer: IncrementalPdfFileWriter, known: dict[bytes, tuple[str, Any]], png: bytes) -> tuple[str, Any]:
    """Name and reference of the picture in the file; put there once."""
    from PIL import Image
    from pyhanko.pdf_utils.images import pil_image

    if png not in known:
        known[png] = f"/Seal{sha256(png).hexdigest()[:16]}", pil_image(Image.open(BytesIO(png)), writer)
    return known[png]


def _order(sheet: Sheet, stamp: Stamp, name: str) -> str:
    first, last = stamp.part
    width = stamp.w / (last - first)
    turn = " ".join(f"{value:.4f}" for value in sheet.matrix)
    clip = f"{stamp.x:.3f} {stamp.y:.3f} {stamp.w:.3f} {stamp.h:.3f} re W n"
    place = f"{width:.3f} 0 0 {stamp.h:.3f} {stamp.x - first * width:.3f} {stamp.y:.3f} cm"
    return f"q {_INK} gs {turn} cm {clip} {place} {name} Do Q\n"


def _ink() -> Any:
    """Red ink over print: what is under the seal stays readable."""
    from pyhanko.pdf_utils import generic

    name = generic.pdf_name
    ink = {name("/Type"): name("/ExtGState"), name("/BM"): name("/Multiply")}
    return generic.DictionaryObject(ink)  # type: ignore[no-untyped-call]


def _add(writer: IncrementalPdfFileWriter, page: int, keep: Any, content: Any, used: dict[str, Any]) -> None:
    from pyhanko.pdf_utils import generic

    ref, _ = writer.find_page_for_modification(page)  # type: ignore[no-untyped-call]
    found = ref.get_object()
    if "/Contents" not in found:
        found[generic.pdf_name("/Contents")] = generic.ArrayObject()
        writer.mark_update(ref)
    names = {generic.pdf_name(name): picture for name, picture in used.items()}
    pictures = generic.DictionaryObject(names)  # type: ignore[no-untyped-call]
    ink = generic.DictionaryObject({generic.pdf_name(_INK): _ink()})  # type: ignore[no-untyped-call]
    resources = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {generic.pdf_name("/XObject"): pictures, generic.pdf_name("/ExtGState"): ink}
    )
    writer.add_stream_to_page(page, keep, prepend=True)  # type: ignore[no-untyped-call]
    writer.add_stream_to_page(page, content, resources)  # type: ignore[no-untyped-call]

"""PAdES signatures (ETSI EN 319 142-1, B-B and B-T) in PDFs, one after another, each an incremental update.

The CMS comes from the house's own `crypto.cms`; pyHanko lays out fields, appearances and byte ranges. No event loop is
needed, so sealing runs in any thread. `crypto.pdf_check` verifies.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from asn1crypto import cms as asn1_cms

from crypto.certificates import subject_name
from crypto.cms import sign_detached
from crypto.files import sync_folder
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem, Refused

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup

Timestamper = Callable[[bytes], bytes]
"""SHA-256 of a signature value in, DER of an RFC 3161 TimeStampToken out."""

_RESERVED = 32 * 1024  # hex digits: room for a chain and a time-stamp token


@dataclass(frozen=True, slots=True)
class Stamp:
    """A visible mark: page from 1, lower left corner and size in points, and a PNG that fills the box by its ratio."""

    page: int
    x: float
    y: float
    w: float
    h: float
    image: bytes


def seal_pdf(
    source: Path,
    target: Path,
    token: Signing,
    *,
    field: str,
    stamps: Sequence[Stamp] = (),
    reason: str,
    location: str = "",
    at: datetime | None = None,
    timestamper: Timestamper | None = None,
) -> str:
    """Sign `source` into `target` (they may be the same file) in the new signature field `field`; answers its SHA-256.

    The bytes of `source` stay the beginning of `target`. The first stamp is the signature's own; further ones are drawn
    on their pages, which only an unsealed document allows. `at` is the claimed time (/M), the machine's when left out;
    with a `timestamper` the signature also carries a trusted one. `target` is replaced whole or not at all.

    Raises `Refused`: pdf-unreadable, pdf-field-taken, pdf-stamp-outside, pdf-sealed-already; whatever the token or
    time-stamper raise.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as output, source.open("rb") as original:
            _sign(original, output, token, field, stamps, reason, location, at or datetime.now(UTC), timestamper)
            output.flush()
            os.fsync(output.fileno())
            output.seek(0)
            digest = _digest(output)
        temporary.chmod(0o644)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return digest


def _sign(
    original: IO[bytes],
    output: IO[bytes],
    token: Signing,
    field: str,
    stamps: Sequence[Stamp],
    reason: str,
    location: str,
    at: datetime,
    timestamper: Timestamper | None,
) -> None:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    try:
        writer = _open(original)
        _check(writer, field, stamps)
        for extra in stamps[1:]:
            _draw(writer, extra)
        placeholder = SignatureObject(
            timestamp=at,
            subfilter=SigSeedSubFilter.PADES,
            name=subject_name(token.signing_certificate),
            reason=reason,
            location=location or None,
            bytes_reserved=_RESERVED,
        )
        embedder = PdfCMSEmbedder(_field_spec(field, stamps)).write_cms(field, writer)
        next(embedder)
        embedder.send(SigObjSetup(placeholder, appearance_setup=_appearance(stamps, at)))
        prepared, _ = embedder.send(SigIOSetup("sha256", output=output))
        embedder.send(_cms(prepared.document_digest, token, timestamper))
    except Problem:
        raise
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise Refused(
            "pdf-unreadable", "Print or export the document again; it cannot be sealed as it is.", reason=str(error)
        ) from error


def _cms(digest: bytes, token: Signing, timestamper: Timestamper | None) -> bytes:
    der = sign_detached(digest, token, with_chain=True)
    if timestamper is None:
        return der
    content = asn1_cms.ContentInfo.load(der)
    signer = content["content"]["signer_infos"][0]
    stamped = asn1_cms.ContentInfo.load(timestamper(sha256(signer["signature"].native).digest()))
    signer["unsigned_attrs"] = asn1_cms.CMSAttributes(
        [asn1_cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [stamped]})]
    )
    return bytes(content.dump())


def _open(original: IO[bytes]) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    return IncrementalPdfFileWriter(original)


def _check(writer: IncrementalPdfFileWriter, field: str, stamps: Sequence[Stamp]) -> None:
    from pyhanko.sign.fields import enumerate_sig_fields

    fields = [(name, value) for name, value, _ in enumerate_sig_fields(writer.prev)]
    if not field or "." in field or any(name == field for name, _ in fields):
        raise Refused("pdf-field-taken", "Sign in the place that bears your name.", field=field)
    if len(stamps) > 1 and any(value is not None for _, value in fields):
        raise Refused("pdf-sealed-already", "Draw further stamps before the first signature.", field=field)
    pages = int(writer.root["/Pages"]["/Count"])
    for stamp in stamps:
        if not 1 <= stamp.page <= pages or stamp.w <= 0 or stamp.h <= 0:
            raise Refused("pdf-stamp-outside", "Place the stamp on a page.", page=stamp.page, pages=pages)


def _field_spec(field: str, stamps: Sequence[Stamp]) -> Any:
    from pyhanko.sign.fields import SigFieldSpec

    if not stamps:
        return SigFieldSpec(field)
    own = stamps[0]
    box = (round(own.x), round(own.y), round(own.x + own.w), round(own.y + own.h))
    return SigFieldSpec(field, on_page=own.page - 1, box=box)


def _appearance(stamps: Sequence[Stamp], at: datetime) -> SigAppearanceSetup | None:
    from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup

    return SigAppearanceSetup(_style(stamps[0]), at, None) if stamps else None


def _style(stamp: Stamp) -> Any:
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    return StaticStampStyle(
        border_width=0,
        background=PdfImage(Image.open(BytesIO(stamp.image))),
        background_layout=SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins()),
    )


def _draw(writer: IncrementalPdfFileWriter, stamp: Stamp) -> None:
    from pyhanko.pdf_utils.layout import BoxConstraints

    box = BoxConstraints(width=round(stamp.w), height=round(stamp.h))
    _style(stamp).create_stamp(writer, box, {}).apply(stamp.page - 1, round(stamp.x), round(stamp.y))


def _digest(file: IO[bytes]) -> str:
    state = sha256()
    while chunk := file.read(1024 * 1024):
        state.update(chunk)
    return state.hexdigest()

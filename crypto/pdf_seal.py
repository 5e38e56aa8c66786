"""PAdES signatures (ETSI EN 319 142-1, B-B to B-LT) in PDFs, one after another, each an incremental update.

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

from crypto.certificates import subject_name
from crypto.cms import sign_detached
from crypto.der import SEQUENCE, SET, children, tlv
from crypto.files import sync_folder
from crypto.pdf_check import OID_TOKEN
from crypto.pdf_evidence import Evidence, put
from crypto.pdf_marks import Sheet, Stamp, check_places, draw, sheets
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem, Refused

__all__ = ["Stamp", "Timestamper", "seal_pdf"]

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup

Timestamper = Callable[[bytes], bytes | None]
"""SHA-256 of a signature value in; DER of an RFC 3161 TimeStampToken out, or None where none is to be had (then B-B)."""

_RESERVED = 48 * 1024  # hex digits: room for a chain and a time-stamp token


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
    evidence: Evidence | None = None,
) -> str:
    """Sign `source` into `target` (they may be the same file) in the new signature field `field`; answers its SHA-256.

    The bytes of `source` stay the beginning of `target`. The first stamp, when it is whole, is the signature's own;
    further ones and slices are drawn on their pages, which only an unsealed document allows. `at` is the claimed time
    (/M), the machine's when left out; with a `timestamper` the signature also carries a trusted one (B-T). `evidence`
    goes into the document's store, under this signature (B-LT). `target` is replaced whole or not at all.

    Raises `Refused`: pdf-unreadable, pdf-field-taken, pdf-stamp-outside, pdf-sealed-already; whatever the token or
    time-stamper raise.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as output, source.open("rb") as original:
            words = _Words(reason, location, at or datetime.now(UTC))
            _sign(original, output, token, field, stamps, words, timestamper, evidence)
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


@dataclass(frozen=True, slots=True)
class _Words:
    reason: str
    location: str
    at: datetime


def _sign(
    original: IO[bytes],
    output: IO[bytes],
    token: Signing,
    field: str,
    stamps: Sequence[Stamp],
    words: _Words,
    timestamper: Timestamper | None,
    evidence: Evidence | None,
) -> None:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    try:
        writer = _open(original)
        found = sheets(writer.prev)
        own, drawn = _parted(stamps)
        _check(writer, field, drawn)
        check_places(found, stamps)
        draw(writer, found, drawn)
        if evidence:
            put(writer, evidence)
        placeholder = SignatureObject(
            timestamp=words.at,
            subfilter=SigSeedSubFilter.PADES,
            name=subject_name(token.signing_certificate),
            reason=words.reason,
            location=words.location or None,
            bytes_reserved=_RESERVED,
        )
        embedder = PdfCMSEmbedder(_field_spec(field, own, found)).write_cms(field, writer)
        next(embedder)
        embedder.send(SigObjSetup(placeholder, appearance_setup=_appearance(own, found, words.at)))
        prepared, _ = embedder.send(SigIOSetup("sha256", output=output))
        embedder.send(_cms(prepared.document_digest, token, timestamper))
    except Problem:
        raise
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise Refused(
            "pdf-unreadable", "Print or export the document again; it cannot be sealed as it is.", reason=str(error)
        ) from error


def _parted(stamps: Sequence[Stamp]) -> tuple[Stamp | None, Sequence[Stamp]]:
    """The signature's own stamp, and those drawn into the pages. A slice cannot be a signature's own."""
    return (stamps[0], stamps[1:]) if stamps and stamps[0].whole else (None, stamps)


def _cms(digest: bytes, token: Signing, timestamper: Timestamper | None) -> bytes:
    """The signature with its token as an unsigned attribute, put in byte by byte: asn1crypto takes minutes to write it."""
    der = sign_detached(digest, token, with_chain=True)
    if timestamper is None:
        return der
    kind, (_, wrapped) = children(children(der)[0][1])
    parts = children(children(wrapped)[0][1])
    (_, signer) = children(parts[-1][1])[0]
    token_der = timestamper(sha256(children(signer)[-1][1]).digest())
    if token_der is None:
        return der
    stamped = tlv(SEQUENCE, OID_TOKEN, tlv(SET, token_der))
    whole = tlv(SEQUENCE, *(tlv(*part) for part in parts[:-1]), tlv(SET, tlv(SEQUENCE, signer, tlv(0xA1, stamped))))
    return tlv(SEQUENCE, tlv(*kind), tlv(0xA0, whole))


def _open(original: IO[bytes]) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    return IncrementalPdfFileWriter(original)


def _check(writer: IncrementalPdfFileWriter, field: str, drawn: Sequence[Stamp]) -> None:
    from pyhanko.sign.fields import enumerate_sig_fields

    fields = [(name, value) for name, value, _ in enumerate_sig_fields(writer.prev)]
    if not field or "." in field or any(name == field for name, _ in fields):
        raise Refused("pdf-field-taken", "Sign in the place that bears your name.", field=field)
    if drawn and any(value is not None for _, value in fields):
        raise Refused("pdf-sealed-already", "Draw further stamps before the first signature.", field=field)


def _field_spec(field: str, own: Stamp | None, found: Sequence[Sheet]) -> Any:
    from pyhanko.sign.fields import SigFieldSpec

    if own is None:
        return SigFieldSpec(field)
    sheet = found[own.page - 1]
    x0, y0 = sheet.inside(own.x, own.y)
    x1, y1 = sheet.inside(own.x + own.w, own.y + own.h)
    box = (round(min(x0, x1)), round(min(y0, y1)), round(max(x0, x1)), round(max(y0, y1)))
    return SigFieldSpec(field, on_page=own.page - 1, box=box)


def _appearance(own: Stamp | None, found: Sequence[Sheet], at: datetime) -> SigAppearanceSetup | None:
    from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup

    return None if own is None else SigAppearanceSetup(_style(own, found[own.page - 1].turned), at, None)


def _style(stamp: Stamp, turned: int) -> Any:
    """The picture alone, turned back so that it stands upright on a turned page."""
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    picture = Image.open(BytesIO(stamp.image))
    return StaticStampStyle(
        border_width=0,
        background=PdfImage(picture.rotate(turned, expand=True) if turned else picture),
        background_layout=SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins()),
    )


def _digest(file: IO[bytes]) -> str:
    state = sha256()
    while chunk := file.read(1024 * 1024):
        state.update(chunk)
    return state.hexdigest()

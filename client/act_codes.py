"""A carried act as a short series of QR codes: base45 (RFC 9285) of its compressed bytes, in numbered parts.

A part reads `JCA1/<count>/<number>/<digest>/<data>`, numbers in decimal from 1, the digest being the first 16 hex digits, in
capitals, of SHA-256 over the file. All of it is in QR's alphanumeric set. Format: docs/carried-act-format.md.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import segno

from procurement.basics.problems import Refused, Tampered

MARK, MOST, DATA = "JCA1", 24, 780
"""Name of the framing; codes at most; characters of data in one code: an edge of 89 modules, which a telephone reads off a screen"""
LIMIT = 64 * 1024
"""Bytes of an act that was unpacked; nothing larger was ever packed"""
PIXELS = 50_000_000
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: place for place, letter in enumerate(_ALPHABET)}
_PART = re.compile(r"JCA1/(\d{1,2})/(\d{1,2})/([0-9A-F]{16})/([0-9A-Z $%*+\-./:]{1,4000})", re.ASCII)


def parts_of(data: bytes) -> tuple[str, ...]:
    """The texts of the codes. Raises `Refused("act-too-large-for-codes")`."""
    packed = base45(zlib.compress(data, 9))
    pieces = [packed[at : at + DATA] for at in range(0, len(packed), DATA)]
    if len(pieces) > MOST or len(data) > LIMIT:
        raise Refused("act-too-large-for-codes", "Take it along as a file.", codes=len(pieces), limit=MOST)
    name = _digest(data)
    return tuple(f"{MARK}/{len(pieces)}/{number}/{name}/{piece}" for number, piece in enumerate(pieces, 1))


def joined(texts: Iterable[str]) -> bytes:
    """The file back from the codes, in any order, each at least once; what is no part is passed over.

    Raises `Refused`: act-code-missing, act-codes-mixed, act-code-unreadable; `Tampered("carried-act-changed")`.
    """
    found = [part for part in map(_PART.fullmatch, texts) if part is not None]
    if not found:
        raise Refused("act-code-unreadable", "Take the pictures again, whole, straight and sharp.")
    if len({(part[1], part[3]) for part in found}) != 1:
        raise Refused("act-codes-mixed", "Choose the pictures of one act only.")
    count, pieces = int(found[0][1]), {int(part[2]): part[4] for part in found}
    missing = [number for number in range(1, count + 1) if number not in pieces]
    if missing or count > MOST:
        said = "、".join(map(str, missing))
        raise Refused("act-code-missing", "Add the pictures of the missing codes.", missing=said, count=count)
    data = _unpacked(unbase45("".join(pieces[number] for number in range(1, count + 1))))
    if _digest(data) != found[0][3]:
        raise Tampered("carried-act-changed", "Have the codes shown again.")
    return data


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, LIMIT)
    except zlib.error as error:
        raise Tampered("carried-act-changed", "Have the codes shown again.") from error
    if not unpacking.eof or unpacking.unused_data:
        raise Tampered("carried-act-changed", "Have the codes shown again.")
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16].upper()


def base45(data: bytes) -> str:
    """RFC 9285."""
    out = []
    for at in range(0, len(data) - 1, 2):
        number = data[at] << 8 | data[at + 1]
        out.append(_ALPHABET[number % 45] + _ALPHABET[number // 45 % 45] + _ALPHABET[number // 2025])
    if len(data) % 2:
        out.append(_ALPHABET[data[-1] % 45] + _ALPHABET[data[-1] // 45])
    return "".join(out)


def unbase45(text: str) -> bytes:
    """RFC 9285, strictly. Raises `Tampered("carried-act-changed")`."""
    out = bytearray()
    for at in range(0, len(text), 3):
        piece = text[at : at + 3]
        number = sum(_VALUE.get(letter, 1 << 20) * 45**place for place, letter in enumerate(piece))
        if len(piece) == 1 or number >= (1 << (16 if len(piece) == 3 else 8)):
            raise Tampered("carried-act-changed", "Have the codes shown again.")
        out += number.to_bytes(len(piece) - 1, "big")
    return bytes(out)


# -- pictures


def code_of(text: str) -> segno.QRCode:
    """The QR code of a part: a quarter of it may be hidden or blurred."""
    return segno.make_qr(text, error="m", boost_error=False)


def write_pictures(texts: Sequence[str], folder: Path, name: str) -> tuple[Path, ...]:
    """One PNG for each part, for who takes pictures along on a telephone or prints them."""
    written = []
    for number, text in enumerate(texts, 1):
        path = folder / f"{name}-{number}-{len(texts)}.png"
        code_of(text).save(str(path), kind="png", scale=6, border=4)
        written.append(path)
    return tuple(written)


def texts_in(picture: Path) -> tuple[str, ...]:
    """The texts of every QR code in a picture. Raises `Refused("code-picture-unreadable")`."""
    import zxingcpp
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(picture) as opened:
                if opened.width * opened.height > PIXELS:
                    raise ValueError("too many pixels")
                image = ImageOps.exif_transpose(opened).convert("L")
    except (OSError, ValueError, Image.DecompressionBombWarning, Image.DecompressionBombError, SyntaxError) as error:
        raise Refused("code-picture-unreadable", "Choose a PNG or JPEG picture.", file=picture.name) from error
    found = zxingcpp.read_barcodes(image)
    return tuple(one.text for one in found if one.format == zxingcpp.BarcodeFormat.QRCode)

"""Noto Sans SC for windows and paper, taken from the OFL font in the wheel `justmytype-intl-cjk`; nothing is committed.

Typst reads the variable font as it is. Qt shows a variable font as Thin, so static instances of three weights are cut
once, on a GB2312 subset, into a cache folder: `python -m documents.fonts` (set-up does it; it takes under a minute).
A packed program brings them along, cut, in `documents/cut`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from io import BytesIO
from pathlib import Path

from documents.files import write_whole
from procurement.basics.problems import Locked

FAMILY = "Noto Sans SC"
"""The family name under which Qt and typst find the font."""
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}
_RECIPE = "1"
_SYMBOLS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x22FF),
    (0x2460, 0x24FF),
    (0x2500, 0x27BF),
    (0x3000, 0x303F),
    (0x3200, 0x33FF),
    (0xFF00, 0xFFEF),
)
_NAMES = "喆堃龑镕珺玥珅昇淼瑀琎祎赟晔昱彧奡婧媖嫚嬿尧崴嵘恺煜煊熠璟璠瑄瑢甯祺禛翀翾芃茜荃菡蕙蘅訚誉贠辀钰钶铖锜锳镠闫隽雩霏靓鋆鑫頔飏馗骐骞骢鸷麒黉淏濛沄沣洺浠渼湉滢潆翊"
"""Characters common in names of people that GB2312 lacks (and some it has)."""


def variable_font() -> Path:
    """The variable font file itself: all of GB18030's common planes, weights 100 to 900."""
    found = Path(str(resources.files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc" / "NotoSansSC[wght].ttf"
    if not found.is_file():
        raise Locked("font-missing", "Install the package justmytype-intl-cjk again.", path=found.name)
    return found


def cache_folder() -> Path:
    """Where cut fonts are kept; the name changes with the source font and the way of cutting."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "jincai" / "fonts" / _key()


@cache
def _key() -> str:
    recipe = f"{_RECIPE} {metadata.version('justmytype-intl-cjk')} {sorted(WEIGHTS)}"
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def interface_fonts() -> tuple[Path, ...]:
    """Static fonts of the interface, lightest first; cut now if they are not there (some ten seconds each).

    Safe when several processes do it at once: each writes under its own name and renames.
    """
    for weight in _missing():
        cut(weight)
    return tuple(_cut_path(weight) for weight in WEIGHTS)


def interface_fonts_ready() -> bool:
    """Whether `interface_fonts` would answer at once."""
    return not _missing()


def cut(weight: int) -> Path:
    """Cut one static instance into the cache and answer its path. Raises `Locked` when the cache cannot be written."""
    data = _instance(weight)
    target = _cut_path(weight)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise Locked(
            "font-cache-unwritable", "Make the cache folder writable or set XDG_CACHE_HOME.", path=target.parent
        ) from error
    return target


def _missing() -> list[int]:
    return [weight for weight in WEIGHTS if not _cut_path(weight).is_file()]


def _cut_path(weight: int) -> Path:
    name = f"NotoSansSC-{WEIGHTS[weight]}.ttf"
    shipped = Path(__file__).with_name("cut") / name
    return shipped if shipped.is_file() else cache_folder() / name


def _instance(weight: int) -> bytes:
    from fontTools import subset  # heavy: only when fonts are really cut
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(variable_font(), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_characters())
    subsetter.subset(font)
    static = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
    buffer = BytesIO()
    static.save(buffer)
    return buffer.getvalue()


def _characters() -> set[int]:
    return {*_gb2312(), *(ord(c) for c in _NAMES), *(c for low, high in _SYMBOLS for c in range(low, high + 1))}


def _gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


if __name__ == "__main__":
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Set-up only: processes side by side, which an application with a window had better not spawn of itself.
    with ProcessPoolExecutor(len(WEIGHTS), mp_context=get_context("spawn")) as pool:
        list(pool.map(cut, _missing()))
    for path in interface_fonts():
        sys.stdout.write(f"{path} {path.stat().st_size}\n")

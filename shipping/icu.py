"""A smaller `libicudata` for the packed program: 32 MB of the world's languages, of which Qt here uses Chinese and English.

Kept are collation for Chinese and English, the converters of Chinese encodings, and all that belongs to no language. The file
format is ICU's common data (.dat): a header, a table of names and offsets, sorted by name, and the items.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

SYMBOL = re.compile(r" ([Dd]|R) (icudt\d+_dat)$", re.MULTILINE)
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)*\.res")
_LANGUAGES = ("zh", "en", "root", "res_index", "pool")
_FOLDERS = ("", "coll")
_CONVERTERS = ("gb", "ibm-1392", "ibm-1386", "ibm-5478", "windows-936", "ibm-1252", "ibm-5348", "ibm-367")


def is_kept(name: str) -> bool:
    """`name` as in the table, without the package's own name: `coll/zh.res`, `gb18030.cnv`, `nfkc.nrm`."""
    folder, _, file = name.rpartition("/")
    if folder not in _FOLDERS or file.startswith("unames"):
        return False
    if file.endswith(".cnv"):
        return file.startswith(_CONVERTERS)
    if file.endswith((".dict", ".brk")):
        return False
    return (
        not _LOCALE.fullmatch(file) or file.removesuffix(".res").split("_")[0] in _LANGUAGES or file == "res_index.res"
    )


def items(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, bytes) of each item. Raises `ValueError` for anything but little-endian common data."""
    if data[2:4] != b"\xda\x27" or data[8] != 0:
        raise ValueError("no little-endian ICU data")
    base = struct.unpack_from("<H", data)[0]
    (count,) = struct.unpack_from("<I", data, base)
    table = [struct.unpack_from("<II", data, base + 4 + 8 * place) for place in range(count)]
    ends = [start for _, start in table[1:]] + [len(data) - base]
    for (name, start), end in zip(table, ends, strict=True):
        at = base + name
        yield data[at : data.index(b"\0", at)], data[base + start : base + end]


def cut(data: bytes) -> bytes:
    """The same data with the kept items only; items begin at multiples of 16."""
    base = struct.unpack_from("<H", data)[0]
    kept = [(name, body) for name, body in items(data) if is_kept(name.decode().partition("/")[2])]
    names, offsets = b"", []
    for name, _ in kept:
        offsets.append(4 + 8 * len(kept) + len(names))
        names += name + b"\0"
    start = 4 + 8 * len(kept) + len(names)
    start += -(base + start) % 16
    table, bodies, at = struct.pack("<I", len(kept)), b"", start
    for offset, (_, body) in zip(offsets, kept, strict=True):
        body += b"\0" * (-len(body) % 16)
        table += struct.pack("<II", offset, at)
        bodies += body
        at += len(body)
    return data[:base] + (table + names).ljust(start, b"\0") + bodies


def smaller(library: Path, folder: Path) -> Path:
    """A `libicudata` like `library` with less in it, made in `folder` with binutils. Raises `ValueError`, `OSError`."""
    symbols = subprocess.run(["nm", "-D", "-S", str(library)], check=True, capture_output=True, text=True).stdout
    found = SYMBOL.search(symbols)
    if found is None:
        raise ValueError(f"{library.name} holds no ICU data")
    name = found[2]
    folder.mkdir(parents=True, exist_ok=True)
    whole, part, made = folder / "whole.dat", folder / "icu.dat", folder / library.name
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.rodata", str(library), str(whole)], check=True)
    part.write_bytes(cut(whole.read_bytes()))
    subprocess.run(["ld", "-r", "-b", "binary", "-o", "icu.o", "icu.dat"], check=True, cwd=folder)
    rename = [
        "--rename-section",
        ".data=.rodata,alloc,load,readonly,data,contents",
        "--set-section-alignment",
        ".data=16",
    ]
    redefine = [
        "--redefine-sym",
        f"_binary_icu_dat_start={name}",
        "-N",
        "_binary_icu_dat_end",
        "-N",
        "_binary_icu_dat_size",
    ]
    subprocess.run(["objcopy", *rename, *redefine, "icu.o", "icu2.o"], check=True, cwd=folder)
    link = ["ld", "-shared", "-z", "noexecstack", "-soname", library.name, "-o", library.name, "icu2.o"]
    subprocess.run(link, check=True, cwd=folder)
    return made

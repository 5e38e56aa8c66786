"""Puts a carried act together from the texts of its QR codes (docs/carried-act-format.md). Standard library only; shares no code with Jincai.

python3 act_codes.py OUTPUT < texts      one text a line, any order
"""

import hashlib
import sys
import zlib
from pathlib import Path

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text):
    out = bytearray()
    for at in range(0, len(text), 3):
        piece = text[at : at + 3]
        number = sum(ALPHABET.index(letter) * 45**place for place, letter in enumerate(piece))
        out += number.to_bytes(len(piece) - 1, "big")
    return bytes(out)


def join(lines):
    parts, heads = {}, set()
    for line in lines:
        if line.startswith("JCA1/"):
            _, count, number, digest, data = line.rstrip("\r\n").split("/", 4)
            heads.add((int(count), digest))
            parts[int(number)] = data
    if len(heads) != 1:
        raise ValueError("no codes, or codes of several acts")
    ((count, digest),) = heads
    missing = [number for number in range(1, count + 1) if number not in parts]
    if missing:
        raise ValueError(f"missing: {missing}")
    file = zlib.decompress(base45("".join(parts[number] for number in range(1, count + 1))))
    if hashlib.sha256(file).hexdigest()[:16].upper() != digest:
        raise ValueError("the digest does not fit")
    return file


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(join(sys.stdin))

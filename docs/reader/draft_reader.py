#!/usr/bin/env python3
"""An independent reader of draft bundles, written from docs/draft-bundle-format.md alone.

It shares no code with Jincai and needs nothing but Python 3.11 and the `openssl` command. Argon2id (RFC 9106) and GHASH are
computed here in plain Python: slow (minutes for 64 MiB of Argon2 memory), but nobody's but the standard's.

    draft_reader.py draft.jcdraft FOLDER      passphrase on standard input; writes index.json and the documents by digest
"""

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
import unicodedata
from pathlib import Path

CHUNK = 1024 * 1024
MASK = (1 << 64) - 1


class Wrong(Exception):
    """What does not hold."""


def need(holds, said):
    if not holds:
        raise Wrong(said)


def le32(number):
    return struct.pack("<I", number)


def long_hash(data, length):
    """H' of RFC 9106, 3.3."""
    if length <= 64:
        return hashlib.blake2b(le32(length) + data, digest_size=length).digest()
    last = hashlib.blake2b(le32(length) + data).digest()
    out = last[:32]
    while length - len(out) > 64:
        last = hashlib.blake2b(last).digest()
        out += last[:32]
    return out + hashlib.blake2b(last, digest_size=length - len(out)).digest()


def mix(v, a, b, c, d):
    va, vb, vc, vd = v[a], v[b], v[c], v[d]
    for turn_d, turn_b in ((32, 24), (16, 63)):
        va = (va + vb + 2 * (va & 0xFFFFFFFF) * (vb & 0xFFFFFFFF)) & MASK
        vd ^= va
        vd = (vd >> turn_d | vd << (64 - turn_d)) & MASK
        vc = (vc + vd + 2 * (vc & 0xFFFFFFFF) * (vd & 0xFFFFFFFF)) & MASK
        vb ^= vc
        vb = (vb >> turn_b | vb << (64 - turn_b)) & MASK
    v[a], v[b], v[c], v[d] = va, vb, vc, vd


def permute(v, i):
    for a, b, c, d in (
        (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
        (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
    ):  # fmt: skip
        mix(v, i[a], i[b], i[c], i[d])


ROWS = [tuple(range(16 * r, 16 * r + 16)) for r in range(8)]
COLUMNS = [tuple(2 * c + 16 * (k // 2) + k % 2 for k in range(16)) for c in range(8)]


def compress(x, y):
    r = [one ^ other for one, other in zip(x, y, strict=True)]
    z = list(r)
    for part in (*ROWS, *COLUMNS):
        permute(z, part)
    return [one ^ other for one, other in zip(z, r, strict=True)]


def argon2id(password, salt, memory, passes, lanes):
    """32 bytes. RFC 9106, 3.2; version 0x13, no secret, no associated data."""
    head = struct.pack("<6I", lanes, 32, memory, passes, 0x13, 2)
    for part in (password, salt, b"", b""):
        head += le32(len(part)) + part
    h0 = hashlib.blake2b(head).digest()
    length = memory // (4 * lanes) * 4
    segment, total = length // 4, length * lanes
    words = struct.Struct("<128Q")
    blocks = [[None] * length for _ in range(lanes)]
    for lane in range(lanes):
        for column in (0, 1):
            blocks[lane][column] = words.unpack(long_hash(h0 + le32(column) + le32(lane), 1024))
    for turn in range(passes):
        for slice_ in range(4):
            for lane in range(lanes):
                addressed, count = turn == 0 and slice_ < 2, 0
                for place in range(segment):
                    if addressed and (place % 128 == 0):
                        count += 1
                        source = [turn, lane, slice_, total, passes, 2, count] + [0] * 121
                        addresses = compress([0] * 128, compress([0] * 128, source))
                    column = slice_ * segment + place
                    if turn == 0 and column < 2:
                        continue
                    before = blocks[lane][column - 1]
                    pseudo = addresses[place % 128] if addressed else before[0]
                    other = (pseudo >> 32) % lanes if turn or slice_ else lane
                    if turn == 0:
                        area = slice_ * segment + (place - 1 if other == lane else -(place == 0))
                        start = 0
                    else:
                        area = 3 * segment + (place - 1 if other == lane else -(place == 0))
                        start = (slice_ + 1) % 4 * segment
                    x = (pseudo & 0xFFFFFFFF) ** 2 >> 32
                    chosen = (start + area - 1 - (area * x >> 32)) % length
                    made = compress(before, blocks[other][chosen])
                    if turn:
                        made = [one ^ old for one, old in zip(made, blocks[lane][column], strict=True)]
                    blocks[lane][column] = made
    final = [0] * 128
    for lane in range(lanes):
        final = [one ^ other for one, other in zip(final, blocks[lane][-1], strict=True)]
    return long_hash(words.pack(*final), 32)


def ctr(key, start, data):
    done = subprocess.run(
        ["openssl", "enc", "-aes-256-ctr", "-K", key.hex(), "-iv", start.hex()],
        input=data,
        capture_output=True,
        check=True,
    )
    return done.stdout


def ghash_tables(h):
    """One table of 256 products for each byte of a block."""
    power, value = [], int.from_bytes(h, "big")
    for _ in range(128):
        power.append(value)
        value = value >> 1 ^ (0xE1 << 120 if value & 1 else 0)
    tables = []
    for byte in range(16):
        table = [0] * 256
        for number in range(256):
            for bit in range(8):
                if number >> (7 - bit) & 1:
                    table[number] ^= power[8 * byte + bit]
        tables.append(table)
    return tables


def gcm_open(key, tables, nonce, sealed, said, aad=b""):
    data, tag = sealed[:-16], sealed[-16:]
    need(len(sealed) >= 16, said)
    padded = b"".join(part + b"\0" * (-len(part) % 16) for part in (aad, data))
    padded += struct.pack(">QQ", 8 * len(aad), 8 * len(data))
    y = 0
    for at in range(0, len(padded), 16):
        y ^= int.from_bytes(padded[at : at + 16], "big")
        z = 0
        for table, byte in zip(tables, y.to_bytes(16, "big"), strict=True):
            z ^= table[byte]
        y = z
    mask = ctr(key, nonce + b"\0\0\0\1", bytes(16))
    need(hmac.compare_digest((y ^ int.from_bytes(mask, "big")).to_bytes(16, "big"), tag), said)
    return ctr(key, nonce + b"\0\0\0\2", data) if data else b""


def hkdf(secret, salt, info):
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\1", "sha256")


def canonical(data):
    found = json.loads(data)
    again = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    need(again == data, "the JSON is not canonical")
    return found


def open_box(box, passphrase):
    found = canonical(box)
    need(
        (found["_type"], found["label"], found["kdf"]) == ("jincai/v1/protected", "draft-bundle", "argon2id"),
        "another box",
    )
    salt, nonce, data = (base64.b64decode(found[name], validate=True) for name in ("salt", "nonce", "data"))
    need(hashlib.sha256(salt + nonce + data).hexdigest() == found["check"], "the box is damaged")
    m, t, p = (found["parameters"][name] for name in "mtp")
    need(8192 <= m <= 1 << 20 and 1 <= t <= 10 and 1 <= p <= 16, "Argon2 parameters out of bounds")
    key = argon2id(unicodedata.normalize("NFC", passphrase).encode(), salt, m, t, p)
    tables = ghash_tables(ctr(key, bytes(16), bytes(16)))
    return gcm_open(key, tables, nonce, data, "the passphrase is wrong", b"draft-bundle")


def content_of(file, passphrase):
    need(file[:8] == b"JINCAID1", "this is no draft bundle")
    need(len(file) >= 20, "the file was cut short")
    size, length = struct.unpack(">QI", file[8:20])
    chunks, body = -(-size // CHUNK), 20 + length + 32
    need(length <= 4096 and len(file) <= body + size + 16 * chunks, "the file is damaged")
    need(len(file) == body + size + 16 * chunks, "the file was cut short")
    check = file[body - 32 : body]
    need(hashlib.sha256(file[: body - 32]).digest() == check, "the file is damaged")
    key = hkdf(open_box(file[20 : body - 32], passphrase), check, b"jincai/v1/draft-bundle")
    tables = ghash_tables(ctr(key, bytes(16), bytes(16)))
    out = b""
    for i in range(chunks):
        sealed = file[body + i * (CHUNK + 16) :][: CHUNK + 16]
        out += gcm_open(key, tables, i.to_bytes(11, "big") + bytes([i == chunks - 1]), sealed, f"chunk {i} is damaged")
    return out


def main(words):
    file, folder = Path(words[0]).read_bytes(), Path(words[1])
    content = content_of(file, sys.stdin.readline().rstrip("\n"))
    length = int.from_bytes(content[:4], "big")
    index, at = canonical(content[4 : 4 + length]), 4 + length
    need(index["format"] == "jincai/draft-bundle/1", "another format")
    folder.mkdir(parents=True, exist_ok=True)
    for one in index.get("files", ()):
        data, at = content[at : at + one["size"]], at + one["size"]
        need(hashlib.sha256(data).hexdigest() == one["sha256"], "a document is not what the index says")
        (folder / one["sha256"]).write_bytes(data)
    need(at == len(content), "something stands behind the documents")
    (folder / "index.json").write_bytes(content[4 : 4 + length])
    print(f"{index['tender']} {index['lot']}: {len(index.get('files', ()))} documents")


if __name__ == "__main__":
    try:
        need(len(sys.argv) == 3, __doc__)
        main(sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"WRONG: {wrong}")

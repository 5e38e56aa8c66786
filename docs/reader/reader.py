#!/usr/bin/env python3
"""An independent reader: opens a sealed bid with its two shares, and checks a receipt.

Written from docs/sealed-bid-format.md and docs/log-and-receipt.md alone. It shares no code with Jincai and needs nothing
but Python 3.11 and the `openssl` command (3.0 or newer). It opens by counter mode and does not compute GCM's tags: the
digest, the tree and the key commitment already fix every byte and the key. Certificates are judged as of the receipt's
time: their path, not revocation, nor what they may be used for.

    reader.py open bid.sealed S O BID content.asice    (shares and the receipt's bid digest in hex)
    reader.py receipt receipt.json TRUST               (a folder with roots.pem, intermediates.pem, platform.pem, log.vkey)
"""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

SUITES = {"I1": ("sha256", 32, "-aes-256-ctr"), "S1": ("sm3", 16, "-sm4-ctr")}
CHUNK = 1024 * 1024
FIELDS = set("_type suite tender lot supplier nonce chunk_size chunks size share_s share_o content env_s env_o".split())  # noqa: SIM905
SM2_ID = "distid:1234567812345678"


class Wrong(Exception):
    """What does not hold."""


def need(holds, said):
    if not holds:
        raise Wrong(said)


def sha(suite, *parts):
    return hashlib.new(SUITES[suite][0], b"".join(parts)).digest()


def digest(suite, label, *values):
    """D() of the conventions."""
    return sha(suite, f"jincai/v1/{suite}/{label}".encode() + b"\0", *(len(v).to_bytes(4, "big") + v for v in values))


def expand(suite, prk, info, length):
    out = block = b""
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([len(out) // len(prk) + 1]), SUITES[suite][0]).digest()
        out += block
    return out[:length]


def statement(data):
    """Canonical JSON (RFC 8785, with integers only) or nothing."""

    def once(pairs):
        need(len(pairs) == len(dict(pairs)), "a key stands twice")
        return dict(pairs)

    def number(text):
        need(text.lstrip("-").isdigit() and abs(int(text)) < 2**53, f"{text} is no integer below 2^53")
        return int(text)

    found = json.loads(data, object_pairs_hook=once, parse_float=number, parse_int=number)
    again = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    need(again == data, "the JSON is not canonical")
    return found


def tree(suite, leaves):
    """The root of RFC 6962 over hashed leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(suite, b"\1", tree(suite, leaves[:split]), tree(suite, leaves[split:]))


def openssl(*words, feed=b""):
    done = subprocess.run(["openssl", *words], input=feed, capture_output=True)
    need(done.returncode == 0, f"openssl {words[0]}: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return done.stdout


def open_bid(path, s, o, bid, out):
    with path.open("rb") as file:
        need(file.read(8) == b"JINCAIB1", "not a sealed bid")
        size = int.from_bytes(file.read(4), "big")
        need(size <= 65536, "the header is too large")
        raw = file.read(size)
        header, commit = statement(raw), file.read(32)
        suite = header["suite"]
        need(set(header) == FIELDS, "the header has other fields")
        need(suite in SUITES and header["_type"] == "jincai/v1/bid-header", "unknown suite or kind")
        _, key_size, cipher = SUITES[suite]
        nonce, supplier = bytes.fromhex(header["nonce"]), header["supplier"].encode()
        ctx = digest(suite, "ctx", bytes.fromhex(header["tender"]), header["lot"].encode(), supplier, nonce)
        need(digest(suite, "share-s", ctx, s).hex() == header["share_s"], "share s is not the one committed to")
        need(digest(suite, "share-o", ctx, o).hex() == header["share_o"], "share o is not the one committed to")
        prk = hmac.new(nonce, s + o, SUITES[suite][0]).digest()
        hd = digest(suite, "header", raw)
        both = expand(suite, prk, f"jincai/v1/{suite}/body".encode() + b"\0" + hd, key_size + 32)
        need(hmac.compare_digest(both[key_size:], commit), "the key commitment is wrong")
        count, start = header["chunks"], file.tell()
        need(count == -(-header["size"] // CHUNK) and header["chunk_size"] == CHUNK, "the header contradicts itself")
        length = path.stat().st_size - start
        need(length == header["size"] + 16 * count and count > 0, "the body has another length")
        leaves = [sha(suite, b"\0", file.read(CHUNK + 16)) for _ in range(count)]
        numbers = count.to_bytes(8, "big"), length.to_bytes(8, "big")
        found = digest(suite, "bid", hd, commit, *numbers, tree(suite, leaves)).hex()
        need(found == bid, f"the bid digest is {found}")
        file.seek(start)
        with out.open("wb") as target:
            for i in range(count):
                counter = i.to_bytes(11, "big") + bytes([i == count - 1]) + (2).to_bytes(4, "big")
                sealed = file.read(CHUNK + 16)[:-16]
                words = ("enc", cipher, "-d", "-K", both[:key_size].hex(), "-iv", counter.hex())
                target.write(openssl(*words, feed=sealed))
    print(f"opened: suite {suite}, {header['size']} bytes, supplier {header['supplier']}, bid {found}")


def under(leaf, index, size, path, root):
    """Inclusion of a leaf (RFC 9162, 2.1.3.2). The log is SHA-256."""
    node, fn, sn = sha("I1", b"\0", leaf), index, size - 1
    need(0 <= index < size, "the index is outside the tree")
    for step in path:
        need(sn != 0, "the path is too long")
        if fn & 1 or fn == sn:
            node = sha("I1", b"\1", step, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = sha("I1", b"\1", node, step)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and node == root, "the leaf is not under the checkpoint")


def verify(folder, key, data, signature, *options):
    """A signature by a bare public key (SubjectPublicKeyInfo, DER or PEM)."""
    for name, content in (("k", key), ("d", data), ("s", signature)):
        (folder / name).write_bytes(content)
    words = ("pkeyutl", "-verify", "-pubin", "-rawin", *options, "-inkey", str(folder / "k"))
    form = () if key.startswith(b"--") else ("-keyform", "DER")
    openssl(*words, *form, "-in", str(folder / "d"), "-sigfile", str(folder / "s"))


def check_note(note, vkey, folder):
    """The log's own signature on a checkpoint (C2SP signed note, Ed25519)."""
    need(len(note) <= 65536, "the checkpoint is too long")
    name, _, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    text, _, lines = note.partition("\n\n")
    need(key[0] == 1 and text.split("\n")[0] == name, "the checkpoint is of another log")
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    for line in lines.splitlines():
        who, said = line.removeprefix("— ").rsplit(" ", 1)
        said = base64.b64decode(said)
        if who == name and said[:4] == expected:
            verify(folder, bytes.fromhex("302a300506032b6570032100") + key[1:], text.encode() + b"\n", said[4:])
            return text.split("\n")
    raise Wrong("the log did not sign the checkpoint")


def check_signature(signed, trust, folder, at):
    """The signature of a statement: CMS (I1), or SM2 with its certificate beside it (S1). The certificate is left in `leaf`."""
    data, said = base64.b64decode(signed["statement"]), signed["signature"]
    (folder / "d").write_bytes(data)
    (folder / "c").write_bytes(base64.b64decode(said["der"]))
    words = ("cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-out", "/dev/null", "-attime", at)
    need((statement(data)["suite"] == "S1") == (said["kind"] == "sm2"), "statement and signature are of two suites")
    # the chain has to end in a root: what issues in between stands beside it, since cms takes no other certificates
    (folder / "ca").write_bytes((trust / "roots.pem").read_bytes() + (trust / "intermediates.pem").read_bytes())
    if said["kind"] != "sm2":
        files = ("-CAfile", str(folder / "ca"), "-in", str(folder / "c"), "-content", str(folder / "d"))
        openssl(*words, *files, "-signer", str(folder / "leaf"))
        return
    certificate = base64.b64decode(said["certificate"])
    (folder / "leaf").write_bytes(openssl("x509", "-inform", "DER", feed=certificate))
    # openssl gives the user id to the leaf's signature alone: the issuing certificate is an anchor here
    words = ("verify", "-partial_chain", "-trusted", str(folder / "ca"), "-vfyopt", SM2_ID, "-attime", at)
    openssl(*words, str(folder / "leaf"))
    key = openssl("x509", "-in", str(folder / "leaf"), "-pubkey", "-noout")
    signed = b"jincai/v1/S1/sign\0" + (32).to_bytes(4, "big") + sha("S1", certificate) + data
    verify(folder, key, signed, base64.b64decode(said["der"]), "-digest", "sm3", "-pkeyopt", SM2_ID)


def check_receipt(path, trust):
    receipt = statement(path.read_bytes())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        need(set(receipt) == {"receipt", "act", "leaf_index", "proof", "timestamp"}, "the receipt has other fields")
        said = statement(base64.b64decode(receipt["receipt"]["statement"]))
        told = statement(entry := base64.b64decode(said["entry"]))
        at = str(int(datetime.fromisoformat(told["t_recv"]).timestamp()))
        check_signature(receipt["receipt"], trust, folder, at)
        signer, kind = (folder / "leaf").read_bytes().strip(), said["_type"]
        need(
            kind == "jincai/v1/receipt" and signer in (trust / "platform.pem").read_bytes(),
            "not the platform's receipt",
        )
        act = base64.b64decode(receipt["act"]["statement"])
        if receipt["act"]["signature"]["kind"] != "enrolled-key":  # whose such a key is, no receipt alone shows
            check_signature(receipt["act"], trust, folder, at)
        need(statement(act)["_type"] == "jincai/v1/" + told["act"], "the entry is of another kind of act")
        need(told["of"] == digest(statement(act)["suite"], "statement", act).hex(), "the entry is of another act")
        der = base64.b64decode(receipt["act"]["signature"]["der"])
        need(told["sig"] == digest("I1", "sig", der).hex(), "the entry is of another signature")
        proof, _, note = receipt["proof"].partition("\n\n")
        lines = proof.split("\n")
        need(lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("index "), "not a log proof")
        need(json.dumps(receipt["leaf_index"]) == lines[1][6:], "receipt and proof name another index")
        _, size, root = check_note(note, (trust / "log.vkey").read_text().strip(), folder)[:3]
        leaf = digest("I1", "leaf", bytes.fromhex(said["salt"]), entry)
        under(leaf, int(lines[1][6:]), int(size), [base64.b64decode(x) for x in lines[2:]], base64.b64decode(root))
        time = "time-stamped" if receipt["timestamp"] else "no time-stamp"
        if receipt["timestamp"]:
            (folder / "t").write_bytes(base64.b64decode(receipt["timestamp"]))
            both = ("-CAfile", str(trust / "roots.pem"), "-untrusted", str(trust / "intermediates.pem"))
            words = ("ts", "-verify", "-token_in", "-in", str(folder / "t"), *both, "-digest")
            openssl(*words, hashlib.sha256(bytes.fromhex(told["of"])).hexdigest())
    print(f"receipt holds: {told['act']} {told['of']}, received {told['t_recv']}, leaf under size {size}, {time}")


def main(words):
    try:
        match words:
            case ["open", file, s, o, bid, out]:
                open_bid(Path(file), bytes.fromhex(s), bytes.fromhex(o), bid, Path(out))
            case ["receipt", file, trust]:
                check_receipt(Path(file), Path(trust))
            case _:
                sys.exit(__doc__)
    except (Wrong, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"WRONG: {error if isinstance(error, Wrong) else repr(error)}")


if __name__ == "__main__":
    main(sys.argv[1:])

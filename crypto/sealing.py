"""Sealing a bid and opening it again (protocol B2, B3).

Sealing is never resumed: each attempt has a new nonce, new shares, a new key and a new file (H9). Opening goes in one
order and names the step that failed; `fault_of` says whose it is (table B7).
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from crypto.bidfile import Inspected, bid_digest, inspect, lay_out
from crypto.chunk_line import body_size, chunk_count
from crypto.content import Content, ContentReader, Follower
from crypto.envelope import LotPrivateKey, Recipient, unwrap_o, wrap_o, wrap_s
from crypto.files import becoming
from crypto.stream import (
    MAX_SIZE,
    BodyKey,
    Decrypted,
    PlainBody,
    decrypt_body,
    encrypt_and_open_body,
    encrypt_body,
)
from crypto.suites import I1, SHARE_SIZE, Secrets, Suite, content_commitment, context, same, share_commitment
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.pulse import NoPulse, Pulse
from procurement.bidding.sealed import CHUNK_SIZE, HEADER_LIMIT, BidContent, BidHeader

__all__ = [
    "Content",
    "ContentReader",
    "Inspected",
    "Opened",
    "Sealed",
    "bid_digest",
    "fault_of",
    "inspect",
    "open_released",
    "open_sealed",
    "seal",
]


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A finished sealing. `s` opens half the bid: it lives in memory, or in a slip under a passphrase."""

    header: BidHeader
    header_bytes: bytes
    header_digest: str
    bid_digest: str
    s: bytes
    size: int
    """Bytes of the body, as a submission names them"""
    chunks: int
    chunk_hashes: tuple[bytes, ...]
    """Leaf hashes of the chunks, to announce an upload"""
    file_size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened bid: every step of B3 passed."""

    header: BidHeader
    content: Content


@dataclass(frozen=True, slots=True, repr=False)
class _Fixed:
    """Values that tests fix to reproduce the vectors. Never given in the product."""

    nonce: bytes
    s: bytes
    o: bytes
    env_s: bytes | None = None
    env_o: bytes | None = None


def seal(
    container: Path,
    target: Path,
    *,
    tender: str,
    lot: str,
    supplier: str,
    recipients: Sequence[Recipient],
    lot_public_key: bytes,
    reader: ContentReader,
    suite: Suite = I1,
    pulse: Pulse | None = None,
    recheck: bool = True,
    _fixed: _Fixed | None = None,
) -> Sealed:
    """Seal a finished container into `target`.

    `tender` is TV in hex, `lot_public_key` the SEC1 point Q on the curve of `suite`, which is the tender's. Unless `recheck` is False (benchmarks), every byte of the file
    is read back and opened with the shares in memory, all of B3, before it gets its name; the digest is of what was read back (ADR 0023). Nothing is left behind by a failure.
    Raises `Refused`: file-exists, content-missing, content-empty, content-too-large, content-changed, bid-header-too-large,
    envelope-without-recipient, recipient-key-unsuitable, public-key-malformed; `Cancelled`; `Locked("storage-failed")`; those of `open_sealed`.
    """
    if target.exists():
        raise Refused("file-exists", "Give the new sealed bid a name of its own.", file=target.name)
    fixed = _fixed or _Fixed(*(secrets.token_bytes(SHARE_SIZE) for _ in range(3)))
    before = _stamp(container)
    ctx = context(suite, bytes.fromhex(tender), lot, supplier, fixed.nonce)
    keys = Secrets(suite, ctx, fixed.nonce, fixed.s, fixed.o)
    header = BidHeader(
        suite=suite.name,
        tender=tender,
        lot=lot,
        supplier=supplier,
        nonce=fixed.nonce.hex(),
        chunk_size=CHUNK_SIZE,
        chunks=chunk_count(before[0]),
        size=before[0],
        share_s=share_commitment(suite, "s", ctx, fixed.s).hex(),
        share_o=share_commitment(suite, "o", ctx, fixed.o).hex(),
        content=content_commitment(suite, ctx, keys.content_salt(), reader.manifest(container)).hex(),
        env_s=wrap_s(ctx, fixed.s, recipients, suite) if fixed.env_s is None else fixed.env_s,
        env_o=wrap_o(ctx, fixed.o, lot_public_key, suite) if fixed.env_o is None else fixed.env_o,
    )
    with becoming(target, replace=False) as part, container.open("rb") as content:
        follower = _follower(reader, content, before[0]) if recheck else None
        sealed, found = _write(container, part, header, keys, follower, pulse or NoPulse())
        if _stamp(container) != before:
            raise Refused("content-changed", "Do not change the container while it is sealed; seal again.")
        if follower is not None:
            _check_content(found, keys, follower.done())
    return sealed


def open_sealed(
    path: Path,
    s: bytes,
    o: bytes,
    target: Path,
    *,
    bid: str,
    reader: ContentReader,
    pulse: Pulse | None = None,
) -> Opened:
    """Open one bid with both shares, in B3's order; the container appears at `target` only if all is well.

    `bid` is BD of the receipt, hex. Raises `Tampered` with the step's code: those of `inspect`, share-s-wrong,
    share-o-wrong, bid-commit-wrong, bid-digest-wrong (the stored bytes are not those received; it comes before any
    other blame), bid-chunk-wrong, then the container's own, content-wrong, content-statement-malformed,
    content-of-another-suite, content-for-another-bid, content-signer-wrong; `Cancelled`; `Locked("storage-failed")`.
    """
    return _open(path, s, lambda _: o, target, bid=bid, reader=reader, pulse=pulse or NoPulse())


def open_released(
    path: Path,
    s: bytes,
    lot_private_key: LotPrivateKey,
    target: Path,
    *,
    bid: str,
    reader: ContentReader,
    pulse: Pulse | None = None,
) -> Opened:
    """Open a released bid with s and the rebuilt lot key. Besides `open_sealed`: env-o-unreadable."""

    def share(found: Inspected) -> bytes:
        try:
            return unwrap_o(found.header.env_o, lot_private_key, found.ctx, found.suite)
        except Tampered as error:
            raise _wrong("env-o-unreadable", "Show the header to the supervisor, who can check it again.") from error

    return _open(path, s, share, target, bid=bid, reader=reader, pulse=pulse or NoPulse())


_STORAGE = {"bid-digest-wrong", "bid-missing", "container-unreadable"}
_UNDECIDED = {"certificate-revocation-unknown"}


def fault_of(problem: Problem) -> Literal["bidder", "platform", "unknown"]:
    """Whose fault a failure of `open_sealed` is (table B7): only lost or damaged storage is the platform's.

    "unknown" when it says nothing of the bid: a full disk, a missing revocation list, a stopped work. Remove the cause
    and open again; such a failure must not be published as a result.
    """
    if problem.code in _STORAGE:
        return "platform"
    if problem.code in _UNDECIDED or not isinstance(problem, Tampered | Refused):
        return "unknown"
    return "bidder"


def _open(
    path: Path,
    s: bytes,
    o_of: Callable[[Inspected], bytes],
    target: Path,
    *,
    bid: str,
    reader: ContentReader,
    pulse: Pulse,
) -> Opened:
    with _stored_as_received(path, bid):
        found = inspect(path)
        _check_share(found, "s", s, found.header.share_s)
        o = o_of(found)
        _check_share(found, "o", o, found.header.share_o)
        keys = Secrets(found.suite, found.ctx, bytes.fromhex(found.header.nonce), s, o)
        key = _check_commit(found, keys)
    with becoming(target) as part:
        with part.open("r+b") as file:
            file.truncate(found.header.size)
        with path.open("rb", buffering=0) as source:
            plain = io.BufferedReader(PlainBody(source, found.offset, found.header.size, key, found.suite.hash))
            follower = _follower(reader, plain, found.header.size)
        body = decrypt_body(path, found.offset, found.header.size, key, part, pulse, found.suite.hash, follower.take)
        _check_body(found, body, bid)
        content = follower.done()
        _check_content(found, keys, content)
    return Opened(found.header, content)


def _write(
    container: Path, part: Path, header: BidHeader, keys: Secrets, follower: Follower | None, pulse: Pulse
) -> tuple[Sealed, Inspected]:
    """The whole file; with a `follower`, opened while it is written: all of B3 but what the follower finds."""
    data = header.to_bytes()
    if len(data) > HEADER_LIMIT:
        raise Refused("bid-header-too-large", "Seal to fewer certificates.", size=len(data), limit=HEADER_LIMIT)
    digest = keys.suite.d("header", data)
    key, commit = keys.body_key(digest)
    head = lay_out(data, commit)
    with part.open("r+b") as file:
        file.write(head)
        file.truncate(len(head) + body_size(header.size))
    found = inspect(part)
    size, once, suite = header.size, BodyKey(key), keys.suite
    if follower is None:
        leaves = encrypt_body(container, size, part, len(head), once, pulse, suite.hash)
    else:
        _check_share(found, "s", keys.s, found.header.share_s)
        _check_share(found, "o", keys.o, found.header.share_o)
        opening = _check_commit(found, keys)
        body = encrypt_and_open_body(
            container, size, part, found.offset, once, opening, follower.take, pulse, suite.hash
        )
        if inspect(part) != found:
            raise _wrong("bid-header-malformed", "Seal again: this computer did not keep what was written.")
        _check_chunks(body)
        leaves = body.leaves
    sealed = Sealed(
        header,
        data,
        digest.hex(),
        found.bid_digest(leaves),
        keys.s,
        found.body,
        header.chunks,
        tuple(leaves),
        found.offset + found.body,
    )
    return sealed, found


def _follower(reader: ContentReader, content: BinaryIO, size: int) -> Follower:
    """What checks the content as it passes; if its end cannot be read, it says so when it is asked."""
    try:
        return reader.follow(content, size)
    except Problem as problem:
        return _Unreadable(problem)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Follows a content whose end says nothing: other failures, which come first in B3's order, must be told first."""

    problem: Problem

    def take(self, data: memoryview) -> None:
        return None

    def done(self) -> Content:
        raise self.problem


def _check_share(found: Inspected, which: Literal["s", "o"], share: bytes, committed: str) -> None:
    if len(share) != SHARE_SIZE or not same(
        share_commitment(found.suite, which, found.ctx, share), bytes.fromhex(committed)
    ):
        raise _wrong(f"share-{which}-wrong", "Use the share of this very bid.")


def _check_commit(found: Inspected, keys: Secrets) -> bytes:
    key, commit = keys.body_key(found.header_digest)
    if not same(commit, found.commit):
        raise _wrong("bid-commit-wrong", "The bid was made so that its key cannot be told; it does not count.")
    return key


def _check_body(found: Inspected, body: Decrypted, bid: str) -> None:
    if found.bid_digest(body.leaves) != bid:
        raise _not_as_received(bid)
    _check_chunks(body)


def _check_chunks(body: Decrypted) -> None:
    if body.bad_chunk is not None:
        raise _wrong("bid-chunk-wrong", "The bid was made so that it does not open.", chunk=body.bad_chunk)


def _check_content(found: Inspected, keys: Secrets, content: Content) -> None:
    header = found.header
    committed = content_commitment(found.suite, found.ctx, keys.content_salt(), content.manifest)
    if not same(committed, bytes.fromhex(header.content)):
        raise _wrong("content-wrong", "The content is not the one the header commits to.")
    if content.suite != header.suite:
        raise _wrong("content-of-another-suite", "The content was signed in another suite than the tender's.")
    try:
        statement = BidContent.from_bytes(content.statement)
    except Refused as error:
        raise _wrong("content-statement-malformed", "The content does not say for which tender it is.") from error
    if (statement.tender, statement.lot, statement.supplier) != (header.tender, header.lot, header.supplier):
        raise _wrong("content-for-another-bid", "The content was signed for another tender, lot or supplier.")
    if content.signer != header.supplier:
        raise _wrong("content-signer-wrong", "The content is signed by somebody else.", signer=content.signer)


@contextmanager
def _stored_as_received(path: Path, bid: str) -> Iterator[None]:
    """Before anybody else is blamed: are these the bytes of the receipt? If not, the storage is at fault (B7)."""
    try:
        yield
    except Tampered as error:
        try:
            stored = bid_digest(path)
        except Tampered:
            stored = ""
        if stored != bid:
            raise _not_as_received(bid, found=error.code) from error
        raise


def _not_as_received(bid: str, **facts: str) -> Tampered:
    return _wrong(
        "bid-digest-wrong", "Put the identical file back in its place; its owner may supply it.", bid=bid, **facts
    )


def _wrong(code: str, remedy: str, **facts: object) -> Tampered:
    return Tampered(code, remedy, rule="", **facts)


def _stamp(container: Path) -> tuple[int, int, int]:
    """Size in bytes, time of change and inode: whether the file is still the same."""
    try:
        found = container.stat()
    except OSError as error:
        raise Refused("content-missing", "Make the container first.", file=container.name) from error
    if found.st_size == 0:
        raise Refused("content-empty", "Make the container first.", file=container.name)
    if found.st_size > MAX_SIZE:
        raise Refused("content-too-large", "Split the content by lot.", size=found.st_size, limit=MAX_SIZE)
    return found.st_size, found.st_mtime_ns, found.st_ino

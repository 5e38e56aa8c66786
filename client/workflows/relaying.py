"""When the line is down: a signed act leaves as a small file, and any computer that has a line delivers it.

The file holds what would have gone over the line: the signed statement and the small files it names. It is signed, so nobody
can change it; it is not secret from whoever carries it. Acts that carry a share of a key never leave this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from client.act_codes import joined, parts_of, texts_in
from client.workflows.verbs import Workflow, verb
from crypto.files import write_whole
from crypto.signing import verify_statement
from offline_cache.outbox import OutboxRow
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import KeySignature, SignedBytes, Signer, read_statement
from procurement.basics.value import Blob, Code, Hex32, Value
from procurement.bidding.receipt import Receipt
from procurement.wire.endpoints import ACTS
from procurement.wire.messages import ActMessage

LIMIT = 4 * 1024 * 1024
"""Bytes of such a file at most: it is for small acts, not for bids"""
SUFFIX = ".jincai-act"


class CarriedFile(Value):
    """A file that must be on the platform before the act."""

    sha256: Hex32
    data: Blob


class CarriedAct(Value):
    """The file's content, canonical JSON (RFC 8785)."""

    FORMAT: ClassVar[str] = "jincai/v1/carried-act"
    format: str = FORMAT
    act: Code
    """Statement type"""
    signed: SignedBytes
    files: tuple[CarriedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that waits for the platform."""

    id: str
    act: str
    """Statement type"""
    subject: str
    signed: datetime
    may_leave: bool
    """As a file: no secret goes with it, and its signature alone says who sent it"""


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that was read and whose signature holds."""

    content: CarriedAct
    signer: Signer

    @property
    def id(self) -> str:
        return self.content.signed.id


class Relaying(Workflow):
    """Writes acts that wait into files; delivers files that others bring."""

    def waiting(self) -> tuple[Waiting, ...]:
        """Acts without the platform's answer, in order."""
        rows = self.place.outbox.waiting()
        return tuple(Waiting(row.id, row.act, row.subject, row.made, _may_leave(row)) for row in rows)

    @verb("store")
    def write(self, statement_id: str, target: Path) -> Path:
        """Write a waiting act to `target`. Raises `Refused`: act-not-waiting, act-with-secret, act-too-large-to-carry."""
        write_whole(target, self._packed(statement_id))
        return target

    @verb("store")
    def codes(self, statement_id: str) -> tuple[str, ...]:
        """The texts of a waiting act's QR codes. Raises as `write`, and `Refused("act-too-large-for-codes")`."""
        return parts_of(self._packed(statement_id))

    @verb("store")
    def gather(self, pictures: Sequence[Path], target: Path) -> Path:
        """Write the act that these pictures of QR codes hold, as the file it would have left as. Raises as `joined` and `texts_in`."""
        write_whole(target, joined(text for picture in pictures for text in texts_in(picture)))
        return target

    def _packed(self, statement_id: str) -> bytes:
        row = self.place.outbox.get(statement_id)
        if row is None or row.state not in ("queued", "sent"):
            raise Refused("act-not-waiting", "Only acts that wait for the platform leave as a file.", act=statement_id)
        if not _may_leave(row):
            raise Refused(
                "act-with-secret", "Send this act over the line; what goes with it must not be carried about."
            )
        files = tuple(CarriedFile(sha256=one, data=self.place.read(one)) for one in row.files)
        data = CarriedAct(act=row.act, signed=row.message.signed, files=files).to_bytes()
        if len(data) > LIMIT:
            raise Refused("act-too-large-to-carry", "Bring the computer itself to a line.", size=len(data), limit=LIMIT)
        return data

    def read(self, path: Path) -> Carried:
        """Read a file and check its signature. Raises `Refused("carried-act-unreadable")`, `Tampered`."""
        if path.stat().st_size > LIMIT:
            raise Refused("carried-act-unreadable", "Choose a file that this program wrote.", file=path.name)
        try:
            content = CarriedAct.from_bytes(path.read_bytes(), LIMIT)
        except Refused as error:
            raise Refused("carried-act-unreadable", "Choose a file that this program wrote.", file=path.name) from error
        if content.format != CarriedAct.FORMAT or content.act not in ACTS:
            raise Refused("carried-act-unreadable", "Use the newest program on both computers.", file=path.name)
        if content.act != read_statement(content.signed.statement).TYPE:
            raise Tampered("carried-act-changed", "Have the file written again.", file=path.name)
        for one in content.files:
            if hashlib.sha256(one.data).hexdigest() != one.sha256:
                raise Tampered("carried-act-changed", "Have the file written again.", file=path.name)
        return Carried(content, verify_statement(content.signed, self.place.trust, self.place.now()))

    @verb()
    def deliver(self, path: Path, receipt: Path) -> Receipt:
        """Bring a carried act to the platform in its author's name, and write its receipt beside it.

        The platform counts the time at which it arrives. Raises its refusal, `Unreachable`, and those of `read`.
        """
        carried = self.read(path)
        for one in carried.content.files:
            self._bring(one)
        given = self.place.gateway.act_of_another(carried.content.act, ActMessage(signed=carried.content.signed))
        self.place.receipts.check(given, carried.content.signed)
        write_whole(receipt, given.to_bytes())
        return given

    def _bring(self, one: CarriedFile) -> None:
        kept = self.place.keep_bytes(one.data)
        with self.place.blobs.clear(kept) as plain:
            self.place.gateway.put_file(one.sha256, plain)


def _may_leave(row: OutboxRow) -> bool:
    return not row.message.secret and not isinstance(row.message.signed.signature, KeySignature)

"""A small witness of its own: another process, another key, a memory of the log it watches (H4, c2sp.org/tlog-witness).

It cosigns a tree head only after a proof that the tree grew from the head it cosigned last. Who runs it outside the
platform's reach (finance bureau, certificate vendor) makes the cosignature worth more; `verify` says whose it saw.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from crypto.files import write_whole
from crypto.log import WITNESS, Checkpoint, NoteKey, NoteSigner, cosign, empty_root, verify_consistency
from crypto.notes import decode64, remembered_note
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.value import parse_instant
from server_stub.http.answers import SMALL, install, read_body
from server_stub.trust.stamping import DEMO_TIME


class Witness:
    """One log, one key, one memory (`folder`)."""

    def __init__(self, folder: Path, name: str, log: NoteKey) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / "witness.key"
        if not key.exists():
            write_whole(key, Ed25519PrivateKey.generate().private_bytes_raw(), secret=True)
        private = Ed25519PrivateKey.from_private_bytes(key.read_bytes())
        self._signer = NoteSigner.of(name, private, WITNESS)
        self._log, self._memory, self._lock = log, folder / "witness.memory", Lock()
        write_whole(folder / "witness.vkey", self.vkey.encode() + b"\n")

    @property
    def vkey(self) -> str:
        return self._signer.key.vkey

    @property
    def last(self) -> Checkpoint:
        if not self._memory.exists():
            return Checkpoint(self._log.name, 0, empty_root())
        return Checkpoint.verify(remembered_note(self._memory), self._log)

    def add(self, body: str, at: datetime) -> str:
        """The cosignature line for a checkpoint. Raises `Stale` with our size, `Tampered` for a fork."""
        old, proof, note = _parse(body)
        found = Checkpoint.verify(note, self._log)
        with self._lock:
            last = self.last
            if old != last.size or old > found.size:
                raise Stale(last.size)
            verify_consistency(old, found.size, proof, last.root, found.root)
            line = cosign(note, self._signer, at)[len(note) :]
            if found.size != last.size:
                write_whole(self._memory, note.encode())
            return line


class Stale(Exception):
    """The proof does not begin where the witness stands."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(str(size))


def create_witness(folder: Path, name: str, log: NoteKey, *, demo: bool = False) -> FastAPI:
    """The witness's one address, as C2SP names it. `demo` takes the time from the asking server."""
    witness = Witness(folder, name, log)
    app = FastAPI(title="Jincai witness", docs_url=None, redoc_url=None)
    install(app)

    @app.post("/add-checkpoint")
    async def add(request: Request) -> Response:
        body = (await read_body(request, SMALL)).decode("utf-8", "replace")
        told = request.headers.get(DEMO_TIME, "") if demo else ""
        at = parse_instant(told) if told else datetime.now(UTC)
        try:
            return PlainTextResponse(await run_in_threadpool(witness.add, body, at))
        except Stale as stale:
            return Response(f"{stale.size}\n", 409, media_type="text/x.tlog.size")
        except Tampered as problem:
            return PlainTextResponse(problem.code, 422)
        except Problem as problem:
            return PlainTextResponse(problem.code, 400)

    return app


def _parse(body: str) -> tuple[int, list[bytes], str]:
    head, blank, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    size = first.removeprefix("old ")
    if not blank or size == first or not size.isdecimal() or len(lines) > 63:
        raise Refused("witness-request-malformed", "Follow c2sp.org/tlog-witness.")
    return int(size), [decode64(line) for line in lines], note

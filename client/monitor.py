"""`jincai monitor`: follows a platform's public log, keeps all of it, and shouts when it was changed (H4, H14).

It needs no account. It keeps every leaf and every signed head it saw in its folder, so a new head must be the root of the
leaves kept so far and those that came; and any head somebody else was shown, in a receipt say, can be compared with what
was shown here (`--compare`). A fork leaves both signed heads in the folder: signatures the platform cannot explain away.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from client.foreign import foreign_environment
from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from crypto.files import sync_folder, write_whole
from crypto.log import Checkpoint, leaf_hash, root_of
from crypto.notes import NoteKey, remembered_note
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Locked, Problem, Refused, Tampered, Unreachable
from procurement.bidding.receipt import Receipt

LEAF = 32
FORKED = "Keep both heads and tell the supervisor: the platform signed two histories."


@dataclass(frozen=True, slots=True)
class Grown:
    """What one look found."""

    head: Checkpoint
    new: int
    """Leaves since the last look"""


class Monitor:
    """One log, followed by one process, in one folder: `head.txt`, `leaves`, and `forks/` if it comes to that."""

    def __init__(self, folder: Path, key: NoteKey) -> None:
        """Raises `Locked("log-memory-broken")` when the folder holds less than its head says."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, key
        self._leaves, self._note = folder / "leaves", folder / "head.txt"
        self._leaves.touch()
        held = self._leaves.stat().st_size
        if held < self.head.size * LEAF or self._root(self.head.size) != self.head.root:
            raise Locked("log-memory-broken", "Put back the folder's backup, or begin anew in an empty one.", held=held)

    @property
    def head(self) -> Checkpoint:
        """The last head that was believed."""
        if not self._note.exists():
            return Checkpoint(self._key.name, 0, root_of(()))
        return Checkpoint.verify(remembered_note(self._note), self._key)

    def look(self, gateway: Gateway) -> Grown:
        """Ask for the public head and believe it if it grew from ours. Raises `Tampered`: log-forked, log-rollback."""
        note, last = gateway.checkpoint(), self.head
        head = Checkpoint.verify(note, self._key)
        if head.size < last.size:
            self._shout("log-rollback", note, head)
        if head.size > last.size:
            self._keep(last.size, gateway.leaves(head.size, last.size), head.size)
        if self._root(head.size) != head.root:
            self._shout("log-forked", note, head)
        write_whole(self._note, note.encode())
        return Grown(head, head.size - last.size)

    def compare(self, note: str) -> Checkpoint:
        """Was this head, shown to somebody else, a head of the log we hold? Raises `Tampered("log-forked")`, `Refused` when it is
        newer than ours: look first."""
        head = Checkpoint.verify(note, self._key)
        if head.size > self.head.size:
            raise Refused("log-size-unknown", "Look again when the platform has published more.", size=head.size)
        if self._root(head.size) != head.root:
            self._shout("log-forked", note, head)
        return head

    def _keep(self, known: int, leaves: bytes, size: int) -> None:
        """Leaves first, then the head that names them: after a kill the rest is cut off and asked for again."""
        if len(leaves) != (size - known) * LEAF:
            raise Unreachable("log-leaves-missing", "Ask again later.", asked=size - known, came=len(leaves) // LEAF)
        with self._leaves.open("r+b") as file:
            file.truncate(known * LEAF)
            file.seek(known * LEAF)
            file.write(leaves)
            file.flush()

    def _root(self, size: int) -> bytes:
        with self._leaves.open("rb") as file:
            return root_of(leaf_hash(file.read(LEAF)) for _ in range(size))

    def _shout(self, code: str, note: str, head: Checkpoint) -> None:
        forks = self._folder / "forks"
        forks.mkdir(exist_ok=True)
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{head.size}-{head.root.hex()[:16]}"
        write_whole(forks / f"{stem}-shown.txt", note.encode())
        if self._note.exists():
            write_whole(forks / f"{stem}-held.txt", self._note.read_bytes())
        sync_folder(forks)
        raise Tampered(
            code, FORKED, size=head.size, root=head.root.hex(), held=self.head.size, evidence=str(forks / stem)
        )


def note_in(path: Path) -> str:
    """The signed head in a file: a receipt, or a note as it is. Raises `Refused`."""
    data = path.read_bytes()
    if data.lstrip().startswith(b"{"):
        return Receipt.from_bytes(data).proof.partition("\n\n")[2]
    return data.decode("utf-8", errors="replace")


def main(arguments: Sequence[str]) -> int:
    """0: the log grew as it should. 1: it did not, or a compared head is of another history. 2: it cannot be said."""
    options = _parser().parse_args(arguments)
    monitor = Monitor(options.folder, NoteKey.from_vkey(options.log_key.read_text("utf-8").strip()))
    gateway, stopped = Gateway(HttpTransport(options.server), ServerClock(SystemClock())), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    answer = 2
    while not stopped.is_set():
        try:
            found = monitor.look(gateway)
            print(
                f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}  {found.head.size} leaves, {found.new} new  ok / 一致",
                flush=True,
            )
            for path in options.compare:
                print(
                    f"  {path.name}: head of size {monitor.compare(note_in(path)).size} is ours too / 与本地一致",
                    flush=True,
                )
            answer = 0
        except Tampered as problem:
            _alarm(problem, options.alert)
            return 1
        except (Problem, OSError) as problem:
            print(f"cannot say / 无法判断: {problem}", file=sys.stderr, flush=True)
            answer = 2
        if options.once:
            break
        stopped.wait(options.every)
    gateway.close()
    return answer


def _alarm(problem: Tampered, command: str) -> None:
    words = f"THE LOG WAS CHANGED / 日志被改动: {problem}\n{problem.remedy}"
    print("\a" + words, file=sys.stderr, flush=True)
    if command:
        subprocess.run([command], input=words, text=True, check=False, env=foreign_environment())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jincai monitor", description=__doc__.split("\n", 1)[0])
    parser.add_argument("server", help="address of the platform")
    parser.add_argument("--log-key", type=Path, required=True, help="log.vkey, had from elsewhere than this platform")
    parser.add_argument("--folder", type=Path, required=True, help="where leaves and heads are kept")
    parser.add_argument("--compare", type=Path, nargs="*", default=[], help="receipts or heads shown to others")
    parser.add_argument("--every", type=float, default=300.0, help="seconds between looks (300)")
    parser.add_argument("--once", action="store_true", help="look once and go")
    parser.add_argument("--alert", default="", help="program to run on a fork; it reads what happened")
    return parser

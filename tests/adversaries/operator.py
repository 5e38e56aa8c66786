"""The operator: root on the platform's machine. Database, disk and the platform's keys are his; the others' keys are not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crypto.tokens import Pkcs12Token
from procurement.basics.statement import SignedBytes
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement


class Operator:
    """Works on a platform's data folder, running or stopped."""

    def __init__(self, data: Path) -> None:
        self.data = data

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The guards against changed rows are triggers, and triggers are his to drop."""
        with closing(sqlite3.connect(self.data / "platform.db", timeout=30)) as connection:
            triggers = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            for name in triggers:
                connection.execute(f'DROP TRIGGER "{name}"')
            yield connection
            connection.commit()

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "platform.db", timeout=30)) as connection:
            return list(connection.execute(sql, values))

    def change(self, sql: str, *values: object) -> int:
        """Run one statement past every guard; how many rows it changed."""
        with self.database() as connection:
            return connection.execute(sql, values).rowcount

    def wire(self, act: str) -> SignedBytes:
        ((found,),) = self.ask("SELECT wire FROM acts WHERE id = ?", act)
        assert isinstance(found, bytes)
        return SignedBytes.from_bytes(found)

    def replace(self, act: str, wire: SignedBytes) -> None:
        """Another act in the place of one: its row, its handles and its place in the feed follow."""
        with self.database() as connection:
            connection.execute("UPDATE acts SET id = ?, wire = ? WHERE id = ?", (wire.id, wire.to_bytes(), act))
            for table in ("feed", "proofs", "timestamps", "handles", "file_uses"):
                connection.execute(f"UPDATE {table} SET act = ? WHERE act = ?", (wire.id, act))

    def insert(self, like: str, wire: SignedBytes) -> None:
        """One more act, filed as another is, with a leaf that is in no tree."""
        with self.database() as connection:
            names = [row[1] for row in connection.execute("PRAGMA table_info(acts)")]
            row = dict(zip(names, *connection.execute("SELECT * FROM acts WHERE id = ?", (like,)), strict=True))
            ((seq, index),) = connection.execute("SELECT max(seq) + 1, max(leaf_index) + 100000 FROM acts")
            ((pos,),) = connection.execute("SELECT max(pos) + 1 FROM feed")
            facts = connection.execute("SELECT name, value FROM act_facts WHERE seq = ?", (row["seq"],)).fetchall()
            row |= {"seq": seq, "leaf_index": index, "leaf": wire.id, "id": wire.id, "wire": wire.to_bytes()}
            marks = ", ".join("?" * len(names))
            columns = ", ".join(f'"{name}"' for name in names)
            connection.execute(f"INSERT INTO acts ({columns}) VALUES ({marks})", [row[name] for name in names])
            connection.executemany(
                "INSERT INTO act_facts (seq, name, value) VALUES (?, ?, ?)", [(seq, *fact) for fact in facts]
            )
            connection.execute(
                "INSERT INTO proofs (act, text) SELECT ?, text FROM proofs WHERE act = ?", (wire.id, like)
            )
            connection.execute("INSERT INTO feed (pos, act) VALUES (?, ?)", (pos, wire.id))

    def relabel(self, act: str, id_: str) -> None:
        """The old id over new bytes."""
        with self.database() as connection:
            connection.execute("UPDATE acts SET id = ? WHERE id = ?", (id_, act))
            for table in ("feed", "proofs", "timestamps", "handles", "file_uses"):
                connection.execute(f"UPDATE {table} SET act = ? WHERE act = ?", (id_, act))

    def sealed(self, bid: str) -> Path:
        """Where the ciphertext of a bid lies."""
        ((found,),) = self.ask("SELECT id FROM uploads WHERE bid = ? AND complete", bid)
        return self.data / "uploads" / f"{found}.sealed"

    @property
    def token(self) -> Pkcs12Token:
        """The platform's certificate, with which it signs receipts and its own acts."""
        pin = (self.data / "keys" / "receipt.pin").read_text("utf-8")
        return Pkcs12Token.open(self.data / "keys" / "receipt.p12", pin)

    def swap(self, first: Path, second: Path) -> None:
        aside = first.with_suffix(".aside")
        first.rename(aside)
        second.rename(first)
        aside.rename(second)

    def backup(self) -> bytes:
        """The database as one file; the server must have stopped."""
        return (self.data / "platform.db").read_bytes()

    def restore(self, saved: bytes, *, memory: bool) -> None:
        """Put a backup in place; `memory`: the signer's high-water file is left where it is."""
        for left in self.data.glob("platform.db-*"):
            left.unlink()
        (self.data / "platform.db").write_bytes(saved)
        if not memory:
            (self.data / "keys" / "log.memory").unlink()


def entry_of(receipt: Receipt) -> LogEntry:
    return LogEntry.from_bytes(ReceiptStatement.from_bytes(receipt.receipt.statement).entry)

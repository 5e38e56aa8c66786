"""Looking into the platform's database: what was logged, what was refused, and that neither can be changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from crypto.log import NoteKey, verify_logged
from procurement.basics.statement import Statement
from procurement.bidding.receipt import Receipt
from tests.server_stub.acts.walk import Walk
from tests.world import Denied


@contextmanager
def database(walk: Walk) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(walk.world.data / "platform.db", timeout=30)) as connection:
        yield connection


def logged(walk: Walk, receipt: Receipt, statement: Statement) -> None:
    """The receipt proves that this very statement stands in the log."""
    entry, _checkpoint = verify_logged(receipt, NoteKey.from_vkey(walk.world.vkey))
    assert (entry.act, entry.of) == (statement.TYPE, statement.id)


def acts(walk: Walk, kind: str) -> list[str]:
    """Ids of the accepted acts of a type, in order."""
    with database(walk) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM acts WHERE type = ? ORDER BY seq", (kind,))]


def refuses(walk: Walk, actor: str, statement: Statement, code: str, rule: str = "", *, secret: bytes = b"") -> Denied:
    """The act is refused by code and rule, the refusal is on record, and no act was added."""
    before = _count(walk)
    with pytest.raises(Denied) as denied:
        walk.by(actor).act(statement, secret)
    assert (denied.value.code, denied.value.rule) == (code, rule), denied.value
    with database(walk) as connection:
        where = "SELECT type, act, code, rule FROM refusals WHERE number = ?"
        row = connection.execute(where, (int(denied.value.problem.refusal),)).fetchone()
    assert row == (statement.TYPE, statement.id, code, rule)
    assert _count(walk) == before
    if rule:
        assert denied.value.problem.citation
        assert denied.value.problem.why
    return denied.value


def _count(walk: Walk) -> int:
    with database(walk) as connection:
        return int(connection.execute("SELECT count(*) FROM acts").fetchone()[0])

"""The database guards its own past, and its migrations build what the models say."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server_stub.acts.frame import load_law
from server_stub.store.blobs import FolderBlobs
from server_stub.store.engine import Database
from server_stub.store.models import IMMUTABLE, Base, HandleRow


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "x.db")


def test_migrations_build_the_models(database: Database) -> None:
    load_law()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_accepted_rows_never_change(database: Database) -> None:
    with database.write() as session:
        session.add(HandleRow(handle="a", act="b"))
    for statement in ("UPDATE handles SET act = 'c'", "DELETE FROM handles"):
        with pytest.raises(IntegrityError, match="append-only"), database.write() as session:
            session.execute(text(statement))
    with database.read() as session:
        assert session.get_one(HandleRow, "a").act == "b"


def test_every_append_only_table_is_guarded(database: Database) -> None:
    with database.read() as session:
        names = set(session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    assert {f"{table}_no_{verb}" for table in IMMUTABLE for verb in ("update", "delete")} <= names


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as session:
        session.add(HandleRow(handle="a", act="b"))
        session.flush()
        raise KeyError
    with database.read() as session:
        assert session.get(HandleRow, "a") is None


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as session:
        assert session.get(HandleRow, "a") is None
        with database.write() as writing:
            writing.add(HandleRow(handle="a", act="b"))
        assert session.get(HandleRow, "a") is None


def test_settings_of_the_file(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2


def test_a_half_written_blob_is_swept_away(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.begin("a" * 64, 10).write(b"half")
    assert list(tmp_path.glob("*.part"))
    again = FolderBlobs(tmp_path)
    assert not list(tmp_path.glob("*.part"))
    assert again.has(again.put(b"whole"))

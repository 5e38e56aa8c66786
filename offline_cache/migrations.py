"""The cache's tables, version by version. A row of the mirror never changes: triggers say so."""

from __future__ import annotations

from typing import Any

from procurement.basics.problems import Locked

_FIRST = """
CREATE TABLE feed_item (
    seq INTEGER PRIMARY KEY, act TEXT NOT NULL, id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, lot TEXT NOT NULL,
    t_recv TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX feed_item_act ON feed_item (act, seq);
CREATE TRIGGER feed_item_stays BEFORE UPDATE ON feed_item BEGIN SELECT RAISE(ABORT, 'the mirror is immutable'); END;

CREATE TABLE receipt (id TEXT PRIMARY KEY, body BLOB NOT NULL, kept TEXT NOT NULL) STRICT;
CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is immutable'); END;

CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, root TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is immutable'); END;

CREATE TABLE memo (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, act TEXT NOT NULL, signed BLOB NOT NULL,
    secret BLOB NOT NULL, files TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sent', 'accepted', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0, problem BLOB NOT NULL DEFAULT x'', made TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_state ON outbox (state, place);
CREATE TRIGGER outbox_act_stays BEFORE UPDATE OF id, act, signed, files ON outbox
    BEGIN SELECT RAISE(ABORT, 'a signed act is immutable'); END;
CREATE TRIGGER outbox_answer_stays BEFORE UPDATE OF state ON outbox
    WHEN OLD.state IN ('accepted', 'refused') AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'the answer is final'); END;

CREATE TABLE draft (
    kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, saved TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;
CREATE TABLE draft_history (
    kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, saved TEXT NOT NULL,
    PRIMARY KEY (kind, key, version)
) STRICT;

CREATE TABLE keepsake (kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)) STRICT;
CREATE TRIGGER keepsake_stays BEFORE UPDATE ON keepsake BEGIN SELECT RAISE(ABORT, 'a keepsake is immutable'); END;

CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, kept TEXT NOT NULL) STRICT;

CREATE TABLE upload (
    bid TEXT PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, metadata TEXT NOT NULL, hashes BLOB NOT NULL,
    url TEXT NOT NULL DEFAULT '', confirmed INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
) STRICT;
"""

_DRAFT_VERSIONS = """
ALTER TABLE draft_history ADD COLUMN packed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft_history ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE draft_history ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE draft_history ADD COLUMN mark TEXT NOT NULL DEFAULT '';
CREATE INDEX draft_history_mark ON draft_history (kind, key, mark);
"""
"""Versions can be named, say where they came from, and be found again by a digest of what they say"""

_LOOSE_BLOBS = """
ALTER TABLE blob ADD COLUMN loose INTEGER NOT NULL DEFAULT 0;
"""
"""A file that was taken in and is in no draft yet says so, and is swept at the next start when it still is in none"""

VERSIONS: tuple[str, ...] = (_FIRST, _DRAFT_VERSIONS, _LOOSE_BLOBS)


def migrate(handle: Any) -> None:
    """Bring the tables to the newest version, inside the caller's transaction. Raises `Locked` for a newer cache."""
    current = int(handle.execute("PRAGMA user_version").fetchone()[0])
    if current > len(VERSIONS):
        raise Locked("cache-too-new", "Update the program: a newer version has written this cache.", version=current)
    for script in VERSIONS[current:]:
        for statement in _split(script):
            handle.execute(statement)
    handle.execute(f"PRAGMA user_version = {len(VERSIONS)}")


def _split(script: str) -> list[str]:
    """Statements of a script; a trigger's body ends with END."""
    found, pending = [], ""
    for line in script.splitlines():
        pending += line + "\n"
        text = pending.strip()
        inside = text.upper().startswith("CREATE TRIGGER") and not text.upper().endswith("END;")
        if text.endswith(";") and not inside:
            found.append(text)
            pending = ""
    return found

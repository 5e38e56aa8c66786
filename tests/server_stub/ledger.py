"""What a stopped platform's disk says: every act wholly there or not at all, whatever moment it was killed in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.world import World


@contextmanager
def database(world: World) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(world.data / "platform.db", timeout=30)) as connection:
        yield connection


def standing(world: World, kind: str) -> list[str]:
    """Ids of the acts of a type, in order, after a look that nothing is half there."""
    with database(world) as db:
        _nothing_halved(db)
        return [row[0] for row in db.execute("SELECT id FROM acts WHERE type = ? ORDER BY seq", (kind,))]


def proofs(world: World, act: str) -> int:
    """Stored proofs of an act: none between its commit and the signed head, one ever after."""
    with database(world) as db:
        return int(db.execute("SELECT count(*) FROM proofs WHERE act = ?", (act,)).fetchone()[0])


def bodies(world: World) -> dict[str, tuple[int, bool, bytes]]:
    """Of each upload: the row's offset, whether it is complete, and the file's bytes."""
    with database(world) as db:
        rows = db.execute("SELECT id, offset, complete FROM uploads").fetchall()
    return {id_: (offset, bool(whole), _sealed(world, id_).read_bytes()) for id_, offset, whole in rows}


def _sealed(world: World, id_: str) -> Path:
    return world.data / "uploads" / f"{id_}.sealed"


def _nothing_halved(db: sqlite3.Connection) -> None:
    """Every act has its leaf, its place in the feed and its stage's rows; nothing else has."""
    leaves = dict(db.execute('SELECT "index", lower(hex(data)) FROM log_leaves'))
    assert sorted(leaves) == list(range(len(leaves))), "the log has a gap"
    acts = db.execute("SELECT id, type, leaf_index, leaf FROM acts").fetchall()
    assert all(leaves[index] == leaf for _id, _type, index, leaf in acts), "an act without its leaf"
    assert len({index for _id, _type, index, _leaf in acts}) == len(acts)
    fed = {row[0] for row in db.execute("SELECT act FROM feed")}
    assert fed == {row[0] for row in acts}, "acts and feed differ"
    shares = {row[0] for row in db.execute("SELECT release FROM released_shares")}
    assert shares <= {row[0] for row in acts if row[1] == "release"}, "a share without its release"
    opened = db.execute("SELECT count(*) FROM opened_bids").fetchone()[0]
    assert bool(opened) == any(row[1] == "opening" for row in acts), "opened bids and openings differ"
    assert {row[0] for row in db.execute("SELECT act FROM proofs")} <= fed, "a proof of no act"

"""The frame: acts, log, accounts, files, uploads, timers; rows that must never change are guarded by triggers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT, INT, BYTES = sa.String(), sa.BigInteger(), sa.LargeBinary()
IMMUTABLE = ("acts", "act_facts", "handles", "log_nodes", "log_leaves", "proofs", "timestamps", "refusals")


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _table(name: str, keys: str, texts: str = "", ints: str = "", blobs: str = "", *more: sa.schema.SchemaItem) -> None:
    columns = [_column(column, TEXT) for column in texts.split()]
    columns += [_column(column, INT) for column in ints.split()]
    columns += [_column(column, BYTES) for column in blobs.split()]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys.split()), *more)


def upgrade() -> None:
    unique = sa.UniqueConstraint
    _table(
        "acts",
        "seq",
        "id type actor name role project number lot leaf chain salt",
        "seq t_recv leaf_index",
        "wire receipt",
        unique("id"),
        unique("leaf_index"),
        unique("leaf"),
    )
    _table("act_facts", "seq name", "name value", "seq")
    _table("handles", "handle", "handle act")
    _table("feed", "pos", "act", "pos")
    _table("log_nodes", "level index", "", "level index", "hash")
    _table("log_leaves", "index", "", "index", "data")
    op.create_table(
        "checkpoints",
        _column("size", INT),
        _column("note", sa.Text()),
        _column("t", INT),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table("proofs", _column("act", TEXT), _column("text", sa.Text()), sa.PrimaryKeyConstraint("act"))
    _table("timestamps", "act", "act", "", "token")
    _table("refusals", "number", "type act actor code rule", "number t", "body", _column("facts", sa.Text()))
    _table("parties", "actor role", "actor role name region contact act")
    _table("accounts", "actor role", "actor role name region password", "failures locked_until")
    _table("enrolled_keys", "digest", "digest actor role enrolment countersignature", "", "spki", unique("enrolment"))
    _table("sessions", "id", "id actor role name certificate", "expires", "spki login")
    _table("files", "sha256 owner", "sha256 owner", "size t")
    _table("file_uses", "sha256 act", "sha256 act")
    _table(
        "uploads",
        "id",
        "id org tender lot header bid",
        "size prefix chunk offset expires",
        "hashes",
        _column("complete", sa.Boolean()),
    )
    _timers()
    op.create_table("clock", _column("id", INT), _column("now", INT), sa.PrimaryKeyConstraint("id"))
    for name, table, columns in (
        ("ix_acts_type", "acts", ["type", "seq"]),
        ("ix_acts_chain", "acts", ["chain", "seq"]),
        ("ix_act_facts_value", "act_facts", ["name", "value"]),
        ("ix_uploads_bid", "uploads", ["bid", "org"]),
        ("ix_timers_due", "timers", ["state", "due"]),
    ):
        op.create_index(name, table, columns)
    for table in IMMUTABLE:
        make_immutable(table)


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        *(_column(name, TEXT) for name in ("kind", "key", "state")),
        *(_column(name, INT) for name in ("due", "attempts", "retry")),
        *(_column(name, sa.Text()) for name in ("payload", "error")),
        sa.UniqueConstraint("kind", "key"),
    )


def make_immutable(table: str) -> None:
    """Refuse UPDATE and DELETE on every row of `table`, whoever asks."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("the log is never taken back; restore from a backup instead")

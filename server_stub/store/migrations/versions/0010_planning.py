"""Budget lines, plan lines and given numbers (immutable)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT, INT = sa.String(), sa.BigInteger()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _table(name: str, keys: str, texts: str, ints: str, *more: sa.schema.SchemaItem) -> None:
    columns = [_column(column, TEXT) for column in texts.split()] + [_column(column, INT) for column in ints.split()]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys.split()), *more)


def upgrade() -> None:
    _table("budget_lines", "code", "code act region purchaser category budget", "year")
    _table("plan_lines", "project position", "project code plan amount contracted requested paid", "position")
    op.create_index("ix_plan_lines_code", "plan_lines", ["code"])
    unique = sa.UniqueConstraint
    _table("plan_numbers", "region year serial", "region number plan", "year serial", unique("number"), unique("plan"))
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER plan_numbers_no_{verb.lower()} BEFORE {verb} ON plan_numbers "
            "BEGIN SELECT RAISE(ABORT, 'plan_numbers is append-only'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("given numbers are never taken back; restore from a backup instead")

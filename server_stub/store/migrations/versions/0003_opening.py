"""Released shares and opened bids."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "released_shares",
        *_texts("leaf", "release", "project", "lot"),
        sa.Column("s", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf"),
        sa.UniqueConstraint("release"),
    )
    op.create_table(
        "opened_bids",
        *_texts("leaf", "project", "lot", "supplier", "bid", "code", "salt", "s", "o", "forms"),
        sa.PrimaryKeyConstraint("leaf"),
    )
    op.create_table("opened_files", *_texts("sha256", "leaf", "name"), sa.PrimaryKeyConstraint("sha256", "leaf"))

"""Refusals say what is known of who called: address, session, whom the request named."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("address", "session", "named"):
        op.add_column("refusals", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("what was refused is never forgotten; restore from a backup instead")

"""What the platform keeps of the day of opening: released shares in the window, opened bids afterwards (B8)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from server_stub.store.models import Base


class ReleasedRow(Base):
    """A supplier's share s, released in the window. Useless without the lot key."""

    __tablename__ = "released_shares"
    leaf: Mapped[str] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(unique=True)
    project: Mapped[str]
    lot: Mapped[str]
    s: Mapped[bytes]


class OpenedRow(Base):
    """A released bid after the opening."""

    __tablename__ = "opened_bids"
    leaf: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[str]
    lot: Mapped[str]
    supplier: Mapped[str]
    bid: Mapped[str]
    code: Mapped[str]
    salt: Mapped[str]
    s: Mapped[str]
    o: Mapped[str]
    forms: Mapped[str]
    """SHA-256 of forms.json in the blob folder; empty when the bid could not be opened"""


class OpenedFileRow(Base):
    """A member of an opened bid. Read by agency, purchaser, supervisor, the lot's panel and its own supplier, nobody else."""

    __tablename__ = "opened_files"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    leaf: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]

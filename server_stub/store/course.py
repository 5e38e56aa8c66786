"""Where each procurement, and after publication each of its lots, stands in its course."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from server_stub.store.models import Base


class CourseRow(Base):
    """One state for the project (`lot` empty) until publication, then one for each lot."""

    __tablename__ = "courses"
    project: Mapped[str] = mapped_column(primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]

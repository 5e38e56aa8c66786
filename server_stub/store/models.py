"""Tables of the frame. Times are whole milliseconds since 1970 UTC, so that they sort and compare exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970 UTC, fractions cut off."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_millis(value: int) -> datetime:
    return EPOCH + timedelta(milliseconds=value)


class Base(DeclarativeBase):
    """Stages put their projections here too, in `store/<stage>.py`, with a migration that follows 0001."""

    type_annotation_map = {int: BigInteger, bytes: LargeBinary, str: String}


class ActRow(Base):
    """One accepted act. Never changed, never deleted (triggers)."""

    __tablename__ = "acts"
    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    actor: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    project: Mapped[str]
    """Id of the act that began the project, else empty"""
    number: Mapped[str]
    lot: Mapped[str]
    t_recv: Mapped[int]
    leaf_index: Mapped[int] = mapped_column(unique=True)
    leaf: Mapped[str] = mapped_column(unique=True)
    chain: Mapped[str]
    salt: Mapped[str]
    wire: Mapped[bytes]
    """Canonical bytes of the `SignedBytes`"""
    receipt: Mapped[bytes]
    """Canonical bytes of the `SignedBytes` of the receipt statement"""
    __table_args__ = (Index("ix_acts_type", "type", "seq"), Index("ix_acts_chain", "chain", "seq"))


class FactRow(Base):
    """Top-level text fields of accepted statements, so that acts are found by what they say."""

    __tablename__ = "act_facts"
    seq: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    __table_args__ = (Index("ix_act_facts_value", "name", "value"),)


class HandleRow(Base):
    """Another digest by which an act is named (a tender's TV)."""

    __tablename__ = "handles"
    handle: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str]


class FeedRow(Base):
    """The order in which acts became readable. An act disclosed later stands here again."""

    __tablename__ = "feed"
    pos: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]


class NodeRow(Base):
    """A complete subtree of the log."""

    __tablename__ = "log_nodes"
    level: Mapped[int] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes]


class LeafRow(Base):
    """The 32 bytes the log publishes at one index; dummies look the same."""

    __tablename__ = "log_leaves"
    index: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class CheckpointRow(Base):
    """Public checkpoints, on a beat."""

    __tablename__ = "checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    t: Mapped[int]


class ProofRow(Base):
    """The proof that went out with an act's receipt, so that the same act gets the same receipt."""

    __tablename__ = "proofs"
    act: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class TokenRow(Base):
    """RFC 3161 token of an act; may come after the act (M18)."""

    __tablename__ = "timestamps"
    act: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[bytes]


class RefusalRow(Base):
    """What was refused, to whom and why (R-060)."""

    __tablename__ = "refusals"
    number: Mapped[int] = mapped_column(primary_key=True)
    t: Mapped[int]
    type: Mapped[str]
    act: Mapped[str]
    actor: Mapped[str]
    code: Mapped[str]
    rule: Mapped[str]
    facts: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes]
    """Statement and signature as they came, cut at 64 KiB; of an unreadable message its SHA-256"""
    address: Mapped[str] = mapped_column(default="")
    session: Mapped[str] = mapped_column(default="")
    named: Mapped[str] = mapped_column(default="")


class PartyRow(Base):
    """Who takes part, as what."""

    __tablename__ = "parties"
    actor: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region: Mapped[str]
    contact: Mapped[str]
    act: Mapped[str]


class AccountRow(Base):
    """Account with a password, of those who have no certificate (R-034)."""

    __tablename__ = "accounts"
    actor: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region: Mapped[str]
    password: Mapped[str]
    failures: Mapped[int]
    locked_until: Mapped[int]


class KeyRow(Base):
    """An enrolled key; usable once countersigned."""

    __tablename__ = "enrolled_keys"
    digest: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    role: Mapped[str]
    spki: Mapped[bytes]
    enrolment: Mapped[str] = mapped_column(unique=True)
    countersignature: Mapped[str]


class SessionRow(Base):
    """A session; `id` is the SHA-256 of what the client holds."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    spki: Mapped[bytes]
    certificate: Mapped[str]
    login: Mapped[bytes]
    """Canonical bytes of the signed login, kept as evidence"""
    expires: Mapped[int]


class FileRow(Base):
    """Bytes in the blob folder, by digest."""

    __tablename__ = "files"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    t: Mapped[int]


class FileUseRow(Base):
    """Which act names which file: who may read the act may read the file."""

    __tablename__ = "file_uses"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)


class UploadRow(Base):
    """A sealed bid on its way, or arrived and checked."""

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(primary_key=True)
    org: Mapped[str]
    tender: Mapped[str]
    lot: Mapped[str]
    header: Mapped[str]
    bid: Mapped[str]
    size: Mapped[int]
    prefix: Mapped[int]
    chunk: Mapped[int]
    hashes: Mapped[bytes]
    offset: Mapped[int]
    """Bytes on disk, flushed, and checked as far as chunks are whole"""
    complete: Mapped[bool]
    expires: Mapped[int]
    __table_args__ = (Index("ix_uploads_bid", "bid", "org"),)


class TimerRow(Base):
    """What is to be done when. Done timers stay as a record."""

    __tablename__ = "timers"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    key: Mapped[str]
    due: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    """waiting, done, cancelled or failed"""
    attempts: Mapped[int]
    retry: Mapped[int]
    """Not tried again before, after a failure"""
    error: Mapped[str] = mapped_column(Text)
    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_timers_due", "state", "due"))


class ClockRow(Base):
    """The demo clock's last setting."""

    __tablename__ = "clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    now: Mapped[int]


IMMUTABLE = ("acts", "act_facts", "handles", "log_nodes", "log_leaves", "proofs", "timestamps", "refusals")
"""Tables whose rows triggers keep from being changed or deleted."""

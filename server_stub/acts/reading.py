"""What an act, a visibility rule or a router may ask of what has been accepted so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement, read_statement
from server_stub.store.models import ActRow, FactRow, HandleRow, PartyRow, from_millis

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Act(Generic[S]):
    """An accepted act: the statement with the bytes it came in, and where it stands in the platform's record."""

    seq: int
    id: str
    type: str
    actor: str
    name: str
    role: Role
    project: str
    number: str
    lot: str
    t_recv: datetime
    leaf: str
    leaf_index: int
    salt: str
    value: S
    wire: SignedBytes


@lru_cache(maxsize=4096)
def _parse(wire: bytes) -> tuple[SignedBytes, Statement]:
    signed = SignedBytes.from_bytes(wire)
    return signed, read_statement(signed.statement)


def act_of(row: ActRow | Row[Any]) -> Act[Statement]:
    """The act of a row of the record, or of one that has its columns."""
    signed, value = _parse(row.wire)
    return Act(
        row.seq,
        row.id,
        row.type,
        row.actor,
        row.name,
        Role(row.role),
        row.project,
        row.number,
        row.lot,
        from_millis(row.t_recv),
        row.leaf,
        row.leaf_index,
        row.salt,
        value,
        signed,
    )


class Reading:
    """A consistent view of the record at `now`. `session` is SQLAlchemy's, for a stage's own projections."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def act(self, id_: str) -> Act[Statement] | None:
        """The act of any type with this id, or of which this is another handle (`tx.alias`)."""
        row = self.session.scalar(select(ActRow).where(ActRow.id == id_))
        if row is None:
            handle = self.session.get(HandleRow, id_)
            row = self.session.scalar(select(ActRow).where(ActRow.id == handle.act)) if handle is not None else None
        return act_of(row) if row else None

    def get(self, kind: type[S], id_: str) -> Act[S] | None:
        """The act of this type by id or handle; None when there is none."""
        found = self.act(id_)
        return cast(Act[S], found) if found is not None and found.type == kind.TYPE else None

    def find(self, kind: type[S], id_: str) -> Act[S]:
        """As `get`. Raises `Refused("act-unknown")`: what a statement rests on must have been accepted."""
        found = self.get(kind, id_)
        if found is None:
            raise Refused(
                "act-unknown", "Send the act this one rests on first, or correct its id.", type=kind.TYPE, id=id_
            )
        return found

    def acts(self, kind: type[S], **facts: object) -> list[Act[S]]:
        """Accepted acts of one type in order. `project`, `number`, `lot`, `actor` ask where the act is filed;
        any other name asks a top-level text, number or yes/no field of the statement (`tender=tv, supplier=code`)."""
        rows = self.session.scalars(_where(kind, facts).order_by(ActRow.seq))
        return [cast(Act[S], act_of(row)) for row in rows]

    def last(self, kind: type[S], **facts: object) -> Act[S] | None:
        """The latest of `acts`."""
        row = self.session.scalar(_where(kind, facts).order_by(ActRow.seq.desc()).limit(1))
        return cast(Act[S], act_of(row)) if row else None

    def count(self, kind: type[S], **facts: object) -> int:
        return len(self.acts(kind, **facts))

    def project(self, project: str) -> list[Act[Statement]]:
        """All acts of one project in order."""
        return [act_of(r) for r in self.session.scalars(select(ActRow).where(ActRow.project == project))]

    def lot_chain(self, project: str, lot: str) -> list[Act[Statement]]:
        """The lot's chain in order, beginning with the tender publication it rests on (B5)."""
        where = select(ActRow).where(ActRow.chain == chain_key(project, lot)).order_by(ActRow.seq)
        rows: list[ActRow] = list(self.session.scalars(where))
        before = rows[0].seq if rows else 2**62
        first = publication(self.session, project, before)
        return [act_of(row) for row in ([first, *rows] if first else rows)]

    def roles(self, actor: str) -> frozenset[Role]:
        """As what this actor is registered."""
        return frozenset(Role(r) for r in self.session.scalars(select(PartyRow.role).where(PartyRow.actor == actor)))

    def party(self, actor: str, role: Role) -> PartyRow | None:
        return self.session.get(PartyRow, (actor, str(role)))


def chain_key(project: str, lot: str) -> str:
    return f"{project}/{lot}"


def publication(session: Session, project: str, before: int = 2**62) -> ActRow | None:
    """The project's latest tender publication with a lower `seq` than `before`."""
    where = select(ActRow).where(ActRow.type == "tender-package", ActRow.project == project, ActRow.seq < before)
    return session.scalar(where.order_by(ActRow.seq.desc()).limit(1))


FILED = {"project": ActRow.project, "number": ActRow.number, "lot": ActRow.lot, "actor": ActRow.actor}


def _where(kind: type[Statement], facts: dict[str, object]) -> Select[ActRow]:
    query = select(ActRow).where(ActRow.type == kind.TYPE)
    for name, value in facts.items():
        query = query.where(_condition(name, value))
    return query


def _condition(name: str, value: object) -> ColumnElement[bool]:
    if name in FILED:
        return FILED[name] == str(value)
    return ActRow.seq.in_(select(FactRow.seq).where(FactRow.name == name, FactRow.value == fact_text(value)))


def fact_text(value: object) -> str:
    """How a field stands among the facts."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def facts_of(statement: Statement) -> dict[str, str]:
    """The statement's top-level texts (ids, codes, money, times), whole numbers and yes/no fields, up to 200 characters."""
    plain = statement.model_dump(mode="json", exclude_none=True)
    found = {name: fact_text(v) for name, v in plain.items() if isinstance(v, str | int)}
    return {name: text for name, text in found.items() if len(text) <= 200 and name != "suite"}

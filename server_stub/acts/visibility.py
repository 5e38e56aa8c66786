"""Who may read an act. Every type that is accepted says so; the author may always read what he sent.

A rule sees the record as it is now. When something an act says makes earlier acts readable (a closing its
submissions), the stage also calls `tx.disclose`, so that they come again in the feed of those who passed them by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from server_stub.acts.reading import Act, Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: nobody in particular (`actor` empty), or the holder of a session."""

    actor: str = ""
    role: Role | None = None
    roles: frozenset[Role] = frozenset()


Policy = Callable[[Reading, Reader, Act[Statement]], bool]
POLICIES: dict[str, Policy] = {}


def visible(*types: str) -> Callable[[Policy], Policy]:
    """Declares who may read acts of these types: `@visible("submission")` over a rule, or `visible("intention")(public)`."""

    def declare(policy: Policy) -> Policy:
        for type_ in types:
            if POLICIES.setdefault(type_, policy) is not policy:
                raise TypeError(f"two visibility rules for {type_}")
        return policy

    return declare


def public(_reading: Reading, _reader: Reader, _act: Act[Statement]) -> bool:
    """Everybody, without a session."""
    return True


def author(_reading: Reading, _reader: Reader, _act: Act[Statement]) -> bool:
    """Its author alone (who may always)."""
    return False


def signed_in(_reading: Reading, reader: Reader, _act: Act[Statement]) -> bool:
    """Every registered party with a session."""
    return bool(reader.roles)


def roles(*allowed: Role) -> Policy:
    """Parties registered in one of these roles."""

    def policy(_reading: Reading, reader: Reader, _act: Act[Statement]) -> bool:
        return bool(reader.roles & set(allowed))

    return policy


def may_read(reading: Reading, reader: Reader, act: Act[Any]) -> bool:
    """The author, and whom the type's rule admits. An undeclared type is shown to nobody else."""
    if reader.actor and reader.actor == act.actor:
        return True
    return POLICIES.get(act.type, author)(reading, reader, act)


def is_public(type_: str) -> bool:
    """Whether acts of this type are for everybody, whatever they say."""
    return POLICIES.get(type_) is public

"""Whose act it is: the party that an act names as its author must be the one that signed it (L-901)."""

from __future__ import annotations

from collections.abc import Iterable

from procurement.basics.problems import Tampered
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.wire.endpoints import ACTS

AUTHOR_FIELDS = {
    Role.PURCHASER: ("purchaser", "payer", "decider", "org", "actor"),
    Role.AGENCY: ("agency", "org", "actor"),
    Role.SUPPLIER: ("supplier", "org", "actor"),
    Role.EXPERT: ("member", "decider", "actor"),
    Role.FINANCE: ("actor",),
    Role.SUPERVISOR: ("org", "actor"),
    Role.PLATFORM: ("org", "actor"),
}


def check_author(statement: Statement, signer: Signer, roles: Iterable[Role] | None = None) -> None:
    """The act names its signer as author in one of `roles` (those that may do it at all, where none are given); acts that name
    no author are anybody's of the role. Raises `Tampered("foreign-author")`."""
    admitted = ACTS[statement.TYPE].roles if roles is None else roles
    named = {_named(statement, role, signer.actor) for role in admitted}
    if named and signer.actor not in named:
        raise Tampered(
            "foreign-author",
            "The act names another author than its signature.",
            named=" ".join(sorted(named)),
            signer=signer.actor,
        )


def _named(statement: Statement, role: Role, default: str) -> str:
    return next((str(getattr(statement, f)) for f in AUTHOR_FIELDS[role] if hasattr(statement, f)), default)

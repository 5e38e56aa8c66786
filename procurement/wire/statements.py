"""All statements of the law in one place, so that whoever imports this can read any of them (`read_statement`)."""

from __future__ import annotations

from procurement.awarding import award
from procurement.basics import parties
from procurement.basics.statement import Statement
from procurement.bidding import receipt, sealed
from procurement.challenging import letter, question
from procurement.closing import records
from procurement.evaluation import panel, questions, quoting, sheets, talks
from procurement.opening import second_look, session
from procurement.performing import acceptance, contract, payment
from procurement.planning import budget, entrust, intention, plan, requirement
from procurement.tendering import custody, package

_MODULES = (
    parties,
    budget,
    intention,
    requirement,
    plan,
    entrust,
    custody,
    package,
    sealed,
    receipt,
    session,
    second_look,
    panel,
    talks,
    quoting,
    questions,
    sheets,
    award,
    letter,
    question,
    contract,
    acceptance,
    payment,
    records,
)


def _statements_of(module: object) -> list[type[Statement]]:
    kinds = (item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Statement))
    return [kind for kind in kinds if "TYPE" in kind.__dict__ and kind.TYPE]


STATEMENTS: tuple[type[Statement], ...] = tuple(
    dict.fromkeys(kind for module in _MODULES for kind in _statements_of(module))
)
"""Every statement type, in the order of the stages."""
BY_TYPE: dict[str, type[Statement]] = {kind.TYPE: kind for kind in STATEMENTS}

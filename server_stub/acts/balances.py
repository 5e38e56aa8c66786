"""Budget lines and what plans, contracts and payments take of them, between database and law."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from procurement.planning.balance import LineBalance, TiedLine, contract_lines
from procurement.planning.budget import BudgetImport
from procurement.planning.plan import Plan
from server_stub.acts.reading import Reading
from server_stub.acts.transaction import Tx
from server_stub.store.planning import BudgetLineRow, PlanLineRow

NOTHING = "0.00"


def text(amount: Decimal) -> str:
    return format(amount, ".2f")


def known_codes(reading: Reading) -> frozenset[str]:
    return frozenset(reading.session.scalars(select(BudgetLineRow.code)))


def keep_import(tx: Tx, batch: BudgetImport) -> None:
    """Every line of an accepted batch."""
    for line in batch.lines:
        tx.session.add(
            BudgetLineRow(
                code=line.code,
                act=tx.id,
                region=batch.region,
                year=batch.year,
                purchaser=line.purchaser,
                category=line.category,
                budget=text(line.amount),
            )
        )


def balances(reading: Reading, import_: str) -> dict[str, LineBalance]:
    """The lines of one import by code, with what stands on them now."""
    rows = reading.session.scalars(select(BudgetLineRow).where(BudgetLineRow.act == import_)).all()
    return {row.code: _balance(reading, row) for row in rows}


def _balance(reading: Reading, row: BudgetLineRow) -> LineBalance:
    tied = reading.session.scalars(select(PlanLineRow).where(PlanLineRow.code == row.code)).all()
    return LineBalance(
        code=row.code,
        purchaser=row.purchaser,
        category=row.category,
        budget=Decimal(row.budget),
        planned=sum((Decimal(t.amount) for t in tied), Decimal(0)),
        contracted=sum((Decimal(t.contracted) for t in tied), Decimal(0)),
        paid=sum((Decimal(t.paid) for t in tied), Decimal(0)),
    )


def tie(tx: Tx, project: str, plan: Plan) -> None:
    """The plan in hand holds its lines from now on."""
    for position, line in enumerate(plan.lines):
        tx.session.add(
            PlanLineRow(
                project=project,
                position=position,
                code=line.code,
                plan=tx.id,
                amount=text(line.amount),
                contracted=NOTHING,
                requested=NOTHING,
                paid=NOTHING,
            )
        )


def untie(tx: Tx, project: str) -> None:
    """A refused plan gives its lines back."""
    for row in _rows(tx, project):
        tx.session.delete(row)


def _rows(reading: Reading, project: str) -> list[PlanLineRow]:
    where = select(PlanLineRow).where(PlanLineRow.project == project).order_by(PlanLineRow.position)
    return list(reading.session.scalars(where))


def tied_lines(reading: Reading, project: str) -> tuple[TiedLine, ...]:
    """What the project's plan holds, line by line."""
    return tuple(
        TiedLine(
            code=row.code,
            amount=Decimal(row.amount),
            contracted=Decimal(row.contracted),
            requested=Decimal(row.requested),
            paid=Decimal(row.paid),
        )
        for row in _rows(reading, project)
    )


def _write(tx: Tx, project: str, lines: Iterable[TiedLine]) -> None:
    for row, line in zip(_rows(tx, project), lines, strict=True):
        row.contracted, row.requested, row.paid = text(line.contracted), text(line.requested), text(line.paid)


def put_under_contract(tx: Tx, project: str, amount: Decimal) -> None:
    """Raises `RuleBroken` R-062 when the plan does not hold the amount."""
    _write(tx, project, contract_lines(tied_lines(tx, project), amount))


def ask(tx: Tx, project: str, code: str, amount: Decimal) -> None:
    """A payment was asked for from one line."""
    lines = tied_lines(tx, project)
    _write(
        tx,
        project,
        [x.model_copy(update={"requested": x.requested + amount}) if x.code == code else x for x in lines],
    )


def pay(tx: Tx, project: str, code: str, amount: Decimal) -> None:
    """A payment was made from one line."""
    lines = tied_lines(tx, project)
    _write(tx, project, [x.model_copy(update={"paid": x.paid + amount}) if x.code == code else x for x in lines])

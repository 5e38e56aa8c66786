"""What is left on a budget line: budget ≥ Σ planned ≥ Σ contracted ≥ Σ paid, never negative (R-019, R-062)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from procurement.basics.problems import RuleBroken
from procurement.basics.value import Code, Money, Uscc, Value
from procurement.planning.plan import PlanLine

ZERO = Decimal("0.00")


class LineBalance(Value):
    """A budget line with what has been done on it. Amounts in CNY."""

    code: Code
    purchaser: Uscc
    category: Code
    budget: Money
    planned: Money = ZERO
    contracted: Money = ZERO
    paid: Money = ZERO

    @property
    def available(self) -> Decimal:
        """What further plans may take."""
        return self.budget - self.planned

    def take(self, amount: Decimal) -> LineBalance:
        """Tie `amount` to a plan. Raises `RuleBroken` R-019 when the line does not hold it."""
        if amount <= 0 or amount > self.available:
            raise RuleBroken(
                "R-019",
                "budget-over-committed",
                "Lower the amount of this line, or ask finance to adjust the budget (R-011).",
                line=self.code,
                wanted=amount,
                available=self.available,
            )
        return self.model_copy(update={"planned": self.planned + amount})

    def give_back(self, amount: Decimal) -> LineBalance:
        """Untie `amount` of a plan that finance refused; never below what is under contract (R-011)."""
        if amount < 0 or self.planned - amount < self.contracted:
            raise RuleBroken(
                "R-011",
                "budget-tied-to-contract",
                "An amount under contract stays tied.",
                line=self.code,
                planned=self.planned,
                contracted=self.contracted,
            )
        return self.model_copy(update={"planned": self.planned - amount})


def take_lines(balances: Mapping[str, LineBalance], lines: Iterable[PlanLine]) -> dict[str, LineBalance]:
    """The balances after all `lines` are tied, or no change at all: refuses the whole when one line is short."""
    after = dict(balances)
    for line in lines:
        if line.code not in after:
            raise RuleBroken(
                "R-064",
                "budget-line-unknown",
                "Choose lines that finance has imported. The only exception is finance's prior consent (R-012).",
                line=line.code,
            )
        after[line.code] = after[line.code].take(line.amount)
    return after


class TiedLine(Value):
    """What one plan holds of a budget line, and how much of it is under contract, asked for and paid. Amounts in CNY."""

    code: Code
    amount: Money
    contracted: Money = ZERO
    requested: Money = ZERO
    paid: Money = ZERO


def contract_lines(lines: Iterable[TiedLine], amount: Decimal) -> tuple[TiedLine, ...]:
    """The plan's lines after `amount` went under contract, filled in their order. Raises `RuleBroken` R-062 when short."""
    left, after = amount, []
    for line in lines:
        part = min(left, line.amount - line.contracted)
        left -= part
        after.append(line.model_copy(update={"contracted": line.contracted + part}))
    if left > 0:
        raise RuleBroken(
            "R-062",
            "contract-over-plan",
            "Keep contracts and supplements within the plan, or plan the rest anew.",
            amount=amount,
            short=left,
        )
    return tuple(after)

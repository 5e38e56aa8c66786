"""Projections of planning and money: what is left on budget lines and given numbers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from server_stub.store.models import Base


class BudgetLineRow(Base):
    """An imported line. What plans took of it stands in `plan_lines`."""

    __tablename__ = "budget_lines"
    code: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str]
    region: Mapped[str]
    year: Mapped[int]
    purchaser: Mapped[str]
    category: Mapped[str]
    budget: Mapped[str]


class PlanLineRow(Base):
    """What one plan holds of a line. Money as text with two decimals; a refused plan's rows are deleted."""

    __tablename__ = "plan_lines"
    project: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    plan: Mapped[str]
    amount: Mapped[str]
    contracted: Mapped[str]
    requested: Mapped[str]
    paid: Mapped[str]


class PlanNumberRow(Base):
    """A 备案号 ever given. Never changed, never deleted (triggers): a void number is not given again."""

    __tablename__ = "plan_numbers"
    region: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    plan: Mapped[str] = mapped_column(unique=True)

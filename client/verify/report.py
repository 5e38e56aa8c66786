"""What a verification found: checks with counts, faults by name, grades, and what this edition cannot show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from procurement.basics.problems import Problem

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    check: str
    subject: str
    problem: Problem

    @property
    def text(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.problem.facts.items())
        return f"{self.check}: {self.subject}: {self.problem.code}" + (f" ({facts})" if facts else "")


@dataclass(slots=True)
class Report:
    """Collects; nothing is printed here."""

    passed: list[tuple[str, int]] = field(default_factory=list)
    """Check and how many things it looked at"""
    faults: list[Fault] = field(default_factory=list)
    grades: list[str] = field(default_factory=list)
    """How strong the evidence is"""
    seals: list[str] = field(default_factory=list)
    """Seals inside opened bids, one line each: facts about the bids, no faults of the archive"""
    limits: list[str] = field(default_factory=list)
    """What this edition cannot show"""

    @property
    def good(self) -> bool:
        return not self.faults

    def each(self, check: str, units: Iterable[tuple[str, U]], look: Callable[[U], object]) -> None:
        """Look at every (subject, unit); a raised `Problem` is a fault of that subject and stops nothing else."""
        count = 0
        for subject, unit in units:
            count += 1
            self._try(check, subject, lambda unit=unit: look(unit))  # type: ignore[misc]
        self.passed.append((check, count))

    def once(self, check: str, subject: str, look: Callable[[], object]) -> None:
        """One look."""
        self._try(check, subject, look)
        self.passed.append((check, 1))

    def _try(self, check: str, subject: str, look: Callable[[], object]) -> None:
        try:
            look()
        except Problem as problem:
            self.faults.append(Fault(check, subject, problem))

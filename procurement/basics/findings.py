"""What a check found: code, place, rule and remedy. Blocking findings stop the act; the others are advice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.basics.problems import RuleBroken


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `code` is a stable kebab-case word that the app puts into words, `where` a path such as `lots.1.items.plan`."""

    code: str
    where: str
    rule: str
    remedy: str
    blocking: bool = False
    facts: dict[str, str] = field(default_factory=dict)


def block(code: str, where: str, rule: str, remedy: str, **facts: object) -> Finding:
    """A finding that stops the act."""
    return Finding(code, where, rule, remedy, True, {k: str(v) for k, v in facts.items()})


def warn(code: str, where: str, rule: str, remedy: str, **facts: object) -> Finding:
    """A finding to think about."""
    return Finding(code, where, rule, remedy, False, {k: str(v) for k, v in facts.items()})


def refuse_blocking(findings: Iterable[Finding]) -> None:
    """Raise `RuleBroken` for the first blocking finding."""
    for found in findings:
        if found.blocking:
            raise RuleBroken(found.rule, found.code, found.remedy, where=found.where, **found.facts)

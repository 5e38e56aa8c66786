"""Rules that the law of planning applies."""

from __future__ import annotations

from procurement.basics.rules import Rule

RULES: tuple[Rule, ...] = ()

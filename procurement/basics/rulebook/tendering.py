"""Rules that the law of tendering applies."""

from __future__ import annotations

from procurement.basics.rules import Rule

RULES: tuple[Rule, ...] = ()

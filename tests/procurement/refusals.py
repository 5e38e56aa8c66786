"""Expecting a rule to refuse, by rule id and code."""

from __future__ import annotations

import pytest

from procurement.basics.problems import RuleBroken


def refused(rule: str, code: str) -> pytest.RaisesExc[RuleBroken]:
    """The block must be refused by this rule with this code."""
    return pytest.raises(RuleBroken, check=lambda broken: (broken.rule, broken.code) == (rule, code))

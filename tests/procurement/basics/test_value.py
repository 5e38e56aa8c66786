"""Values are strict and frozen; what travels reads back to the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from procurement.basics.problems import Refused
from procurement.basics.statement import SignedBytes, read_statement, statement_id
from procurement.basics.value import format_instant, parse_instant
from procurement.planning.plan import Plan, PlanApproval
from tests.procurement import chain

STATEMENTS = (
    chain.BUDGET,
    chain.INTENTION,
    chain.REQUIREMENT,
    chain.PLAN,
    chain.PROFILE,
    chain.ENTRUSTMENT,
    chain.RANKING,
    chain.CONFIRMATION,
    chain.NOTICE,
    chain.CONTRACT,
    chain.ACCEPTANCE,
    chain.PAYMENT,
)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.TYPE)
def test_statements_read_back_to_the_same_bytes_and_id(statement: object) -> None:
    data = statement.to_bytes()  # type: ignore[attr-defined]
    again = read_statement(data)
    assert again == statement
    assert again.to_bytes() == data
    assert again.id == statement_id(data)


def _plain(**changes: object) -> dict[str, object]:
    return {**chain.PLAN.to_plain(), **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"year": "2026"},
        {"purchaser": "short"},
        {"extra": "field"},
        {"method": "haggling"},
        {"requirement": "AB" * 32},
        {"reserved_for_sme": "yes"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused, check=lambda e: e.code == "value-malformed"):
        Plan.from_plain(_plain(**changes))


@pytest.mark.parametrize("amount", ["1.005", "01.00", "1e3", 5], ids=str)
def test_what_is_no_amount_is_refused_as_such(amount: object) -> None:
    with pytest.raises(Refused, check=lambda e: (e.code, e.rule) == ("amount-malformed", "L-902")):
        Plan.from_plain(_plain(amount=amount))


def test_a_statement_of_another_type_is_refused() -> None:
    with pytest.raises(Refused, check=lambda e: e.code == "statement-of-another-type"):
        PlanApproval.from_plain(chain.PLAN.to_plain())
    with pytest.raises(Refused, check=lambda e: e.code == "statement-unknown"):
        read_statement(b'{"_type":"jincai/v1/no-such-thing"}')


def test_values_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        chain.PLAN.amount = Decimal("1.00")  # type: ignore[misc]


def test_blobs_are_strict_base64() -> None:
    plain = {"statement": "AA", "signature": {"kind": "cms", "der": "AAAA"}}
    with pytest.raises(Refused, check=lambda e: e.code == "value-malformed"):
        SignedBytes.from_plain(plain)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001 - zone is added below
def test_instants_keep_milliseconds(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
    assert parse_instant(format_instant(aware)) == aware
    assert format_instant(aware.astimezone(timezone(timedelta(hours=8)))) == format_instant(aware)


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00:00Z", "2026-03-02T10:00:00.000+08:00", "2026-3-2", "2026-02-30T00:00:00.000Z"]
)
def test_other_ways_to_write_a_time_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)

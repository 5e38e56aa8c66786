"""Confirmation, silent expiry, notice and letters."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from procurement.awarding.award import ResultLetter
from procurement.awarding.confirmation import (
    announcement_due,
    check_confirmation,
    confirmation_due,
    deem,
    first_candidates,
    report_due,
)
from procurement.awarding.notice import check_letter, check_notice
from procurement.basics.moment import at_shanghai, end_of_day
from tests.procurement.chain import AGENCY, CONFIRMATION, NOTICE, NUMBER, RANKING, A, B, C, at, but, money
from tests.procurement.refusals import refused

RECEIVED, NOW = at(4, 29), at(5, 7)


def test_limits_count_working_days_over_the_may_holiday() -> None:
    assert confirmation_due(RECEIVED).date() == datetime(2026, 5, 9).date()  # noqa: DTZ001 - 30 April, 6 to 9 May
    assert report_due(RECEIVED) == end_of_day(at(5, 6).date())
    assert announcement_due(at(5, 8)) == end_of_day(at(5, 11).date())


def _confirm(now: datetime = NOW, **changes: Any) -> None:
    check_confirmation(but(CONFIRMATION, **changes), ranking=RANKING, received=RECEIVED, now=now)


def test_the_first_candidate_is_confirmed_in_time() -> None:
    _confirm()
    _confirm(now=confirmation_due(RECEIVED))
    with refused("L-272", "confirmation-too-late"):
        _confirm(now=at_shanghai(at(5, 10).date(), 0))


def test_passing_over_the_first_needs_ground_and_reason() -> None:
    with refused("L-272", "first-candidate-skipped"):
        _confirm(winner=B)
    with refused("L-272", "first-candidate-skipped"):
        _confirm(winner=B, skip_ground="winner-refused")
    _confirm(winner=B, skip_ground="winner-refused", reason="书面放弃中标")
    with refused("L-272", "nobody-skipped"):
        _confirm(skip_ground="winner-refused", reason="书面放弃中标")


def test_only_candidates_win() -> None:
    with refused("L-272", "winner-not-a-candidate"):
        _confirm(winner=C)
    with refused("L-272", "award-of-another-lot"):
        _confirm(lot="2")
    with refused("R-128", "responsible-missing"):
        _confirm(responsible=" ")


def test_silence_makes_the_first_candidate_the_winner() -> None:
    due = confirmation_due(RECEIVED)
    assert deem(RANKING, report="ab" * 32, received=RECEIVED, now=due) is None
    deemed = deem(RANKING, report="ab" * 32, received=RECEIVED, now=at(5, 10))
    assert deemed is not None
    assert (deemed.winner, deemed.due, deemed.lot) == (A, due, "1")


def test_parallel_firsts_are_left_to_people() -> None:
    first, second, third = RANKING.bids
    parallel = RANKING.model_copy(update={"bids": (first, but(second, rank=1), third)})
    assert first_candidates(parallel) == (A, B)
    assert deem(parallel, report="ab" * 32, received=RECEIVED, now=at(5, 10)) is None
    check_confirmation(but(CONFIRMATION, winner=B), ranking=parallel, received=RECEIVED, now=at(5, 7))


def _notify(amount: Decimal | None = None, **changes: Any) -> None:
    check_notice(but(NOTICE, **changes), ranking=RANKING, winner=A, number=NUMBER, amount=amount, now=at(5, 12))


def test_the_evaluation_price_never_becomes_the_contract_price() -> None:
    _notify()
    with refused("L-512", "notice-amount-not-bid-price"):
        _notify(amount=None, quote=Decimal("871200.00"))
    with refused("L-512", "notice-amount-not-bid-price"):
        check_notice(
            but(NOTICE, amount=money("871200.00")), ranking=RANKING, winner=A, number=NUMBER, amount=None, now=at(5, 12)
        )


def test_a_rate_has_its_amount_beside_it() -> None:
    check_notice(
        but(NOTICE, amount=money("500000.00")),
        ranking=RANKING,
        winner=A,
        number=NUMBER,
        amount=money("500000.00"),
        now=at(5, 12),
    )


def test_the_notice_goes_to_the_winner_now() -> None:
    with refused("R-088", "notice-to-another"):
        _notify(winner=B, winner_name="乙公司")
    with refused("R-088", "notice-to-another"):
        _notify(winner_name="乙公司")
    with refused("R-023", "notice-number-wrong"):
        _notify(number="140100-2026-00002")
    with refused("R-088", "notice-time-wrong"):
        _notify(sent=at(5, 11))


def _tell(supplier: str, rank: int, total: str, told: frozenset[str] = frozenset(), reason: str = "") -> None:
    letter = ResultLetter(notice="00" * 32, supplier=supplier, rank=rank, total=Decimal(total), reason=reason)
    check_letter(letter, notice=NOTICE, ranking=RANKING, told=told)


def test_losers_learn_their_own_score() -> None:
    _tell(B, 2, "88.10")
    _tell(C, 0, "0", reason="★ 参数不满足")
    with refused("L-274", "letter-without-reason"):
        _tell(C, 0, "0")
    with refused("L-274", "letter-differs-from-ranking"):
        _tell(B, 2, "91.25")
    with refused("L-274", "letter-sent-already"):
        _tell(B, 2, "88.10", frozenset({B}))
    for nobody in (A, AGENCY):
        with refused("L-274", "letter-to-nobody"):
            _tell(nobody, 1, "91.25")

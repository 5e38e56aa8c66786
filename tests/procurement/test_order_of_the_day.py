"""The order of the day as arithmetic (protocol B6)."""

from datetime import UTC, datetime, timedelta

import pytest

from procurement.basics.problems import Problem
from procurement.basics.value import ZERO_ID
from procurement.opening.order import active_leaves, check_closing, check_freeze, check_window, window_end
from procurement.opening.session import AbsentBid, Closing, Freeze, Window

DEADLINE = datetime(2026, 4, 29, 2, 0, tzinfo=UTC)
A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def closing(**change: object) -> Closing:
    base: dict[str, object] = {
        "tender": "1" * 64,
        "lot": "lot-1",
        "deadline": DEADLINE,
        "t_close": DEADLINE,
        "chain": ("0" * 63 + "1", A, B),
        "active": (A, B),
        "count": 2,
    }
    return Closing(**{**base, **change})  # type: ignore[arg-type]


ACTS = [("0" * 63 + "1", "tender-package", ""), (A, "submission", "S1"), (B, "submission", "S2")]


def test_the_last_act_of_a_supplier_counts() -> None:
    acts = [(A, "submission", "S1"), (B, "submission", "S2"), (C, "submission", "S1"), ("d" * 64, "withdrawal", "S2")]
    assert active_leaves(acts) == (C,)


def test_closing_that_fits_is_accepted() -> None:
    check_closing(closing(), DEADLINE, ACTS)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"t_close": DEADLINE - timedelta(seconds=1)}, "closing-early"),
        ({"chain": (A, B)}, "closing-chain-differs"),
        ({"active": (A,), "count": 1}, "closing-set-differs"),
        ({"count": 3}, "closing-set-differs"),
    ],
)
def test_closing_that_does_not_fit_is_named(change: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as caught:
        check_closing(closing(**change), DEADLINE, ACTS)
    assert caught.value.code == code


def window(prev: str, kind: str, minutes: int) -> Window:
    return Window(
        closing=closing().id, prev=prev, kind=kind, until=DEADLINE + timedelta(minutes=minutes), reason="断电"
    )  # type: ignore[arg-type]


def test_a_paused_window_has_no_end_until_it_is_resumed() -> None:
    first = DEADLINE + timedelta(minutes=30)
    pause = window(ZERO_ID, "pause", 30)
    resume = window(pause.id, "resume", 50)
    assert window_end(first, []) == first
    assert window_end(first, [pause]) is None
    assert window_end(first, [pause, resume]) == DEADLINE + timedelta(minutes=50)


@pytest.mark.parametrize(
    ("given", "frozen", "code"),
    [
        (window(ZERO_ID, "extend", 20), False, "window-shortened"),
        (window(ZERO_ID, "resume", 60), False, "window-not-paused"),
        (window(A, "extend", 60), False, "prev-not-head"),
        (window(ZERO_ID, "extend", 60), True, "window-after-freeze"),
    ],
)
def test_windows_are_only_lengthened_and_never_after_the_freeze(given: Window, frozen: bool, code: str) -> None:
    with pytest.raises(Problem) as caught:
        check_window(
            given, closing(), DEADLINE + timedelta(minutes=30), [], DEADLINE + timedelta(minutes=5), frozen=frozen
        )
    assert caught.value.code == code


def freeze(released: tuple[str, ...], absent: tuple[str, ...], minutes: int) -> Freeze:
    return Freeze(
        closing=closing().id,
        windows=(),
        released=released,
        absent=tuple(AbsentBid(leaf=leaf, reason="not-released") for leaf in absent),
        t=DEADLINE + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("given", "released", "code"),
    [
        (freeze((A,), (B,), 29), {A: "r"}, "freeze-early"),
        (freeze((A,), (), 31), {A: "r"}, "freeze-set-differs"),
        (freeze((A,), (B,), 31), {A: "r", B: "r"}, "freeze-suppresses-release"),
    ],
)
def test_a_freeze_accounts_for_every_bid(given: Freeze, released: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        check_freeze(given, closing(), [], DEADLINE + timedelta(minutes=30), released)
    assert caught.value.code == code


def test_a_freeze_may_come_early_when_nobody_is_absent() -> None:
    check_freeze(freeze((A, B), (), 3), closing(), [], DEADLINE + timedelta(minutes=30), {A: "r", B: "r"})

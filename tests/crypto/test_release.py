"""What must be true before a share leaves a machine, and what a disclosed chain must show."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto.authority import Issued, TestAuthority
from crypto.log import entry_leaf
from crypto.release import (
    check_closing_for,
    check_disclosed_chain,
    check_freeze_for,
    late_closing,
    release_statement,
    share_from_slip,
    share_from_token,
)
from crypto.sealing import Sealed
from crypto.slip import make_slip, open_slip
from crypto.suites import I1
from crypto.vault import Argon2Parameters
from procurement.basics.problems import Problem
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry
from procurement.bidding.sealed import Submission
from procurement.opening.session import AbsentBid, Closing, Freeze, Window
from tests.crypto.bid_world import LOT, TENDER, World
from tests.crypto.bid_world import submission_of as submission_in

DEADLINE = datetime(2026, 4, 29, 1, tzinfo=UTC)
CLOSED = DEADLINE + timedelta(seconds=5)
END = DEADLINE + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path, authority: TestAuthority, organisation: Issued) -> World:
    return World(tmp_path, authority, organisation)


def submission_of(sealed: Sealed, **changes: Any) -> Submission:
    return submission_in(sealed, **({"client_time": DEADLINE - timedelta(hours=1)} | changes))


def code(work: Callable[..., object], *given: Any) -> str:
    with pytest.raises(Problem) as found:
        work(*given)
    return found.value.code


def test_token_and_slip_carry_the_same_share(world: World) -> None:
    sealed = world.seal()
    submission, token = submission_of(sealed), world.supplier.token
    assert share_from_token(sealed.header_bytes, submission, token) == sealed.s
    cheap = Argon2Parameters(m=8 * 1024, t=1, p=1)
    slip = open_slip(
        make_slip(sealed.bid_digest, sealed.header_bytes, sealed.s, "口令口令口令口令", cheap), "口令口令口令口令"
    )
    assert share_from_slip(slip.header, submission, slip.bid, bytes.fromhex(slip.s)) == sealed.s


def test_no_header_but_the_one_signed_for(world: World) -> None:
    """C3: a served header of a replaced bid, another tender or lot is refused before the token is asked."""
    sealed, replaced = world.seal("a"), world.seal("b")
    submission, token = submission_of(sealed), world.supplier.token
    assert code(lambda: share_from_token(replaced.header_bytes, submission, token)) == "header-of-another-bid"
    for change in ({"tender": "0" * 64}, {"lot": "lot-2"}, {"supplier": "91140000OTHER00002"}):
        other = submission.model_copy(update=change)
        assert code(share_from_token, sealed.header_bytes, other, token) == "header-of-another-bid"
    assert code(lambda: share_from_token(sealed.header_bytes + b" ", submission, token)) == "bid-header-malformed"
    assert code(lambda: share_from_token(b"x" * 70000, submission, token)) == "bid-header-too-large"


def test_no_envelope_of_another_bid(world: World) -> None:
    """An envelope copied from another bid into a header the supplier was made to sign stays shut: its record names that bid."""
    other = world.seal("other")
    forged = world.forge("forged", b"x", env_s=other.header.env_s)
    header = forged.path.read_bytes()
    length = int.from_bytes(header[8:12], "big")
    header = header[12 : 12 + length]
    submission = submission_of(other, header=I1.d("header", header).hex(), bid=forged.bid)
    assert code(lambda: share_from_token(header, submission, world.supplier.token)) == "unwrap-failed"


def test_envelope_with_another_share_than_committed(world: World) -> None:
    """C1 by two recipients or by one: what the token yields must be what the header commits to."""
    forged = world.forge("forged", b"x", header={"share_s": "0" * 64})
    data = forged.path.read_bytes()
    header = data[12 : 12 + int.from_bytes(data[8:12], "big")]
    sealed = world.seal()
    submission = submission_of(sealed, header=I1.d("header", header).hex(), bid=forged.bid)
    assert code(lambda: share_from_token(header, submission, world.supplier.token)) == "share-s-wrong"


def test_slips_of_other_bids(world: World) -> None:
    sealed, other = world.seal("a"), world.seal("b")
    submission = submission_of(sealed)
    assert code(lambda: share_from_slip(sealed.header_bytes, submission, other.bid_digest, sealed.s)) == (
        "slip-of-another-bid"
    )
    assert code(lambda: share_from_slip(sealed.header_bytes, submission, sealed.bid_digest, other.s)) == "share-s-wrong"


# --- closing --------------------------------------------------------------------------------------------------------

LEAVES = [f"{n:064x}" for n in range(1, 6)]


def closing_of(**changes: Any) -> Closing:
    made = Closing(
        tender=TENDER,
        lot=LOT,
        deadline=DEADLINE,
        t_close=CLOSED,
        chain=tuple(LEAVES),
        active=(LEAVES[2], LEAVES[3], LEAVES[4]),
        count=3,
    )
    return made.model_copy(update=changes)


def entry_of(prev_leaf: str) -> LogEntry:
    return LogEntry(act="submission", of="e" * 64, sig="f" * 64, t_recv=DEADLINE, prev_leaf=prev_leaf)


CLOSINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "closing-of-another-lot": ({"lot": "lot-2"}, {}),
    "closing-early": ({"t_close": DEADLINE - MINUTE}, {}),
    "closing-early ": ({}, {"stamped": DEADLINE - MINUTE}),
    "closing-early  ": ({"deadline": DEADLINE - MINUTE}, {}),
    "release-too-early": ({}, {"now": DEADLINE - MINUTE}),
    "own-bid-not-in-closing": ({"active": (LEAVES[2], LEAVES[4])}, {}),
    "own-link-misplaced": ({"chain": (*LEAVES[:3], "0" * 64, *LEAVES[3:])}, {}),
    "own-link-misplaced ": ({"chain": (*LEAVES[:2], *LEAVES[3:])}, {}),
    "own-link-misplaced  ": ({"count": 4}, {}),
    "own-link-misplaced   ": ({"chain": tuple(LEAVES[:3])}, {}),
}


@pytest.mark.parametrize("case", CLOSINGS)
def test_a_closing_that_is_not_right_gets_no_share(world: World, case: str) -> None:
    submission = submission_of(world.seal())
    changes, when = CLOSINGS[case]
    times: dict[str, Any] = {"deadline": DEADLINE, "now": CLOSED + MINUTE, "stamped": CLOSED}
    check_closing_for(closing_of(), submission, LEAVES[3], entry_of(LEAVES[2]), **times)
    check_closing_for(closing_of(), submission, LEAVES[3], entry_of(LEAVES[2]), **{**times, "stamped": None})
    assert case.strip() == code(
        lambda: check_closing_for(
            closing_of(**changes), submission, LEAVES[3], entry_of(LEAVES[2]), **{**times, **when}
        )
    )


def test_release_names_bid_and_closing(world: World) -> None:
    sealed, closing = world.seal(), closing_of()
    release = release_statement(submission_of(sealed), closing, "token")
    assert (release.bid, release.closing, release.source) == (sealed.bid_digest, closing.id, "token")


def test_a_stamp_61_seconds_late_is_graded() -> None:
    assert not late_closing(DEADLINE, DEADLINE + timedelta(seconds=60))
    assert late_closing(DEADLINE, DEADLINE + timedelta(seconds=61))


def test_a_chain_is_whole_or_refused() -> None:
    disclosed: list[tuple[bytes, bytes]] = []
    chain: list[str] = []
    for number in range(4):
        salt = os.urandom(32)
        entry = entry_of(chain[-1] if chain else ZERO_ID).model_copy(update={"of": f"{number:064x}"}).to_bytes()
        disclosed.append((salt, entry))
        chain.append(entry_leaf(salt, entry).hex())
    closing = closing_of(chain=tuple(chain))
    assert [e.of for e in check_disclosed_chain(closing, disclosed)] == [f"{n:064x}" for n in range(4)]
    for without in range(4):
        shorter = disclosed[:without] + disclosed[without + 1 :]
        assert code(check_disclosed_chain, closing, shorter) == "chain-broken"
        left_out = closing_of(chain=tuple(chain[:without] + chain[without + 1 :]))
        if 0 < without < 3:
            assert code(check_disclosed_chain, left_out, shorter) == "chain-broken"
    assert (
        code(lambda: check_disclosed_chain(closing, [(b"\0" * 32, disclosed[0][1]), *disclosed[1:]])) == "chain-broken"
    )
    assert code(lambda: check_disclosed_chain(closing, [disclosed[1], disclosed[0], *disclosed[2:]])) == "chain-broken"


# --- freeze ---------------------------------------------------------------------------------------------------------


def freeze_of(closing: Closing, **changes: Any) -> Freeze:
    made = Freeze(
        closing=closing.id,
        windows=(),
        released=(LEAVES[2], LEAVES[3]),
        absent=(AbsentBid(leaf=LEAVES[4], reason="not-released"),),
        t=END + MINUTE,
    )
    return made.model_copy(update=changes)


def judge(freeze: Freeze, closing: Closing, windows: tuple[Window, ...] = (), **more: Any) -> None:
    times: dict[str, Any] = {"now": END + 2 * MINUTE, "stamped": END + MINUTE}
    check_freeze_for(freeze, closing, windows, END, **{**times, **more})


def test_a_right_freeze_gets_the_share() -> None:
    closing = closing_of()
    freeze = freeze_of(closing)
    judge(freeze, closing)
    judge(freeze, closing, held=[LEAVES[2]], signed=[freeze.id], stamped=None)
    admitted = freeze_of(closing, absent=(AbsentBid(leaf=LEAVES[4], reason="slip-not-admitted"),))
    judge(admitted, closing, held=[LEAVES[4]])
    everybody = freeze_of(closing, released=tuple(LEAVES[2:]), absent=(), t=CLOSED + MINUTE)
    judge(everybody, closing, now=CLOSED + 2 * MINUTE, stamped=CLOSED + MINUTE)


FREEZES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "freeze-of-another-closing": ({"closing": "0" * 64}, {}),
    "freeze-of-another-closing ": ({"windows": ("0" * 64,)}, {}),
    "freeze-early": ({"t": END - MINUTE}, {}),
    "freeze-set-differs": ({"released": (LEAVES[2],)}, {}),
    "freeze-set-differs ": ({"released": (LEAVES[2], LEAVES[3], LEAVES[4])}, {}),
    "freeze-set-differs  ": ({"released": (LEAVES[2], LEAVES[2])}, {}),
    "freeze-suppresses-release": ({}, {"held": [LEAVES[4]]}),
    "second-freeze": ({}, {"signed": ["1" * 64]}),
    "release-too-early": ({}, {"now": END - MINUTE}),
    "release-too-early ": ({}, {"stamped": END - MINUTE}),
}


@pytest.mark.parametrize("case", FREEZES)
def test_a_freeze_that_is_not_right_gets_no_share(case: str) -> None:
    closing = closing_of()
    changes, more = FREEZES[case]
    assert code(lambda: judge(freeze_of(closing).model_copy(update=changes), closing, **more)) == case.strip()


def test_windows_move_the_end() -> None:
    closing = closing_of()
    longer = Window(closing=closing.id, prev=ZERO_ID, kind="extend", until=END + 60 * MINUTE, reason="断网")
    pause = Window(closing=closing.id, prev=longer.id, kind="pause", until=END + 70 * MINUTE, reason="断电")
    early = freeze_of(closing, windows=(longer.id,))
    assert code(lambda: judge(early, closing, (longer,))) == "freeze-early"
    assert code(lambda: judge(early, closing)) == "freeze-of-another-closing"
    late = END + 61 * MINUTE
    judge(freeze_of(closing, windows=(longer.id,), t=late), closing, (longer,), now=late, stamped=late)
    paused = freeze_of(closing, windows=(longer.id, pause.id), t=END + 300 * MINUTE)
    assert code(lambda: judge(paused, closing, (longer, pause))) == "freeze-early"

"""The ceremony in a short process of its own (protocol B1, H3): the lot key's secret and the shares are made, sealed and gone there.

This program sends the order and gets back what is published: the `lot-key` statement and the sealed envelopes. The secret
itself is in no file and never in the memory of the windows, which run for days. Where the system lets it, the process writes no
core dump, is not read by others of the same user, and is not swapped out; it cannot wipe what Python copied (L6), it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from crypto.custody import deal, lot_key_statement, seal_shares
from procurement.basics.problems import Locked, Problem, Refused, RuleBroken
from procurement.basics.statement import Suite
from procurement.basics.value import Blob, Code, Hex32, Value
from procurement.tendering.custody import Custodian, CustodyEnvelopes, LotKey

ROOT = Path(__file__).resolve().parents[1]
PACKED_COMMAND = "lot-key-dealer"
"""First argument with which a packed program runs the ceremony instead of its windows"""
PATIENCE = 60.0
"""Seconds the process may take; it needs about one"""
_REFUSED = 3
_LOCK_ALL = 1 | 2
"""MCL_CURRENT | MCL_FUTURE of Linux"""
_DUMPABLE = 4
"""PR_SET_DUMPABLE of Linux"""


class DealingOrder(Value):
    """What is to be dealt, to whom. Nothing of it is secret."""

    suite: Suite
    tender_id: Code
    lot: Code
    k: int
    custodians: tuple[Custodian, ...]
    dealers: tuple[Hex32, ...]
    entrustment: Hex32 | None = None


class Dealt(Value):
    """What leaves the process: two statements, not yet signed."""

    lot_key: Blob
    envelopes: Blob


class NotDealt(Value):
    """A refusal, as data."""

    code: str
    rule: str
    remedy: str
    facts: dict[str, str]


def deal_apart(order: DealingOrder) -> tuple[LotKey, CustodyEnvelopes]:
    """A new lot key and its sealed shares, dealt in a process that has ended when this returns.

    Raises as `crypto.custody.deal` and `lot_key_statement`; `Locked("lot-key-dealer-failed")` when the process did not do it.
    """
    failed = Locked("lot-key-dealer-failed", "Try again; if it stays, restart this program.", lot=order.lot)
    try:
        done = subprocess.run(
            _command(), input=order.to_bytes(), capture_output=True, cwd=None if _packed() else ROOT,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        if done.returncode == _REFUSED:
            said = NotDealt.from_bytes(done.stdout)
        else:
            made = Dealt.from_bytes(done.stdout)
            return LotKey.from_bytes(made.lot_key), CustodyEnvelopes.from_bytes(made.envelopes)
    except (OSError, subprocess.TimeoutExpired, Problem) as error:
        raise failed from error
    if said.rule:
        raise RuleBroken(said.rule, said.code, said.remedy, **said.facts)
    raise Refused(said.code, said.remedy, **said.facts)


def main() -> int:
    """The process: the order comes on standard input, the answer goes to standard output."""
    keep_to_itself()
    try:
        order = DealingOrder.from_bytes(sys.stdin.buffer.read())
        answer, code = _deal(order).to_bytes(), 0
    except Problem as problem:
        refusal = NotDealt(code=problem.code, rule=problem.rule, remedy=problem.remedy, facts=problem.facts)
        answer, code = refusal.to_bytes(), _REFUSED
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return code


def keep_to_itself() -> tuple[str, ...]:
    """Ask the system to keep this process's memory from core dumps, other processes and the swap; what it granted."""
    granted: list[str] = []
    if os.name == "nt":
        return ()
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        granted.append("no core dump")
    with contextlib.suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        if sys.platform == "linux" and system.prctl(_DUMPABLE, 0, 0, 0, 0) == 0:
            granted.append("not read by others")
        if sys.platform == "linux" and system.mlockall(_LOCK_ALL) == 0:
            granted.append("not swapped")
    return tuple(granted)


def _deal(order: DealingOrder) -> Dealt:
    dealing = deal(order.k, len(order.custodians), order.suite)
    key = lot_key_statement(
        order.tender_id, order.lot, order.k, order.custodians, order.dealers, dealing, order.entrustment
    )
    envelopes = seal_shares(key, dealing).in_suite(order.suite)
    return Dealt(lot_key=key.to_bytes(), envelopes=envelopes.to_bytes())


def _command() -> Sequence[str]:
    if _packed():
        return [sys.executable, PACKED_COMMAND]
    return [sys.executable, "-m", "client.dealer"]


def _packed() -> bool:
    return bool(getattr(sys, "frozen", False))


if __name__ == "__main__":
    raise SystemExit(main())

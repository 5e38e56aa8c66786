"""The log's table: a million leaves in batches, and a proof out of them; a receipt read and checked."""

from __future__ import annotations

import secrets
import time

from bench.measuring import Line, Plan, median
from bench.receipts import OneReceipt
from crypto.log import inclusion, root
from server_stub.store.engine import Database
from server_stub.trust import log

LEAVES = 1_000_000
BATCH = 500
RATE = 2000
PROOFS = 200
PROOF = 0.001
CHECKS = 20
RECEIPT = 0.05


def measure(plan: Plan) -> list[Line]:
    """Each batch is a transaction of its own, flushed as the platform flushes its acts."""
    count = LEAVES if plan.size >= 1024**3 else LEAVES // 20
    database = Database(plan.folder / "log.sqlite")
    try:
        start = time.perf_counter()
        for _ in range(count // BATCH):
            with database.write() as session:
                log.add(session, *(secrets.token_bytes(32) for _ in range(BATCH)))
        rate = count / (time.perf_counter() - start)
        with database.read() as session:
            assert log.size(session) == count
            nodes = log.Nodes(session)
            proofs = [_seconds(nodes, secrets.randbelow(count), count) for _ in range(PROOFS)]
        checks = _checked_receipts(database)
    finally:
        database.close()
    taken = median(proofs)
    return [
        Line(
            f"append {count:,} leaves to the log",
            f"{rate:,.0f} leaves/s",
            target=f"≥ {RATE:,}/s",
            met=rate >= RATE,
            note=f"SQLite, transactions of {BATCH} leaves, nodes of the tree included",
        ),
        Line(
            "one inclusion proof from them",
            f"{taken * 1000:.2f} ms",
            target="< 1 ms",
            met=taken < PROOF,
            note="read from the table, median",
        ),
        Line(
            "check a receipt of that log",
            f"{median(checks) * 1000:.1f} ms",
            target="< 50 ms",
            met=checks[0] < RECEIPT,
            note=f"both signatures with their chains, log proof, time-stamp; the first one {checks[0] * 1000:.0f} ms",
            runs={"seconds": checks},
        ),
    ]


def _checked_receipts(database: Database) -> list[float]:
    """Seconds of each check, of a receipt whose entry is the last leaf."""
    receipt = OneReceipt()
    with database.write() as session:
        index = log.add(session, receipt.leaf)
    with database.read() as session:
        nodes = log.Nodes(session)
        check = receipt.checker((index, index + 1, root(nodes, index + 1), inclusion(nodes, index, index + 1)))
    return [check() for _ in range(CHECKS)]


def _seconds(nodes: log.Nodes, index: int, count: int) -> float:
    start = time.perf_counter()
    path = inclusion(nodes, index, count)
    assert path
    return time.perf_counter() - start

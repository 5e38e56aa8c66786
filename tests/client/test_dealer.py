"""The lot key is dealt in a process of its own: what comes back fits, what is refused is told, and no secret was ever here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from client.dealer import DealingOrder, Dealt, deal_apart
from crypto.custody import combine, open_share
from crypto.keys import CustodyKey
from procurement.basics.problems import RuleBroken
from procurement.tendering.custody import CustodyEnvelopes, LotKey
from tests.crypto.custody_world import PARTIES, custody
from tests.processes import ROOT

WINDOWS = """
import sys
from client.dealer import Dealt, DealingOrder, deal_apart, keep_to_itself
order = DealingOrder.from_bytes(open(sys.argv[1], "rb").read())
key, sealed = deal_apart(order)
open(sys.argv[2], "wb").write(Dealt(lot_key=key.to_bytes(), envelopes=sealed.to_bytes()).to_bytes())
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory, open(sys.argv[3], "wb") as kept:
    for line in maps:
        place, rights, *_ = line.split()
        if rights.startswith("rw") and "[v" not in line:
            start, end = (int(word, 16) for word in place.split("-"))
            memory.seek(start)
            kept.write(memory.read(end - start))
print(keep_to_itself())
"""
"""A program that orders a dealing, as the windows do, then writes down all of its own memory"""


def _order(keys: list[CustodyKey], lot_key: LotKey, k: int = 3) -> DealingOrder:
    return DealingOrder(
        suite="I1", tender_id="T-2026-001", lot="lot-1", k=k, custodians=lot_key.custodians, dealers=("d" * 64,)
    )


def _digits(secret: bytes) -> bytes:
    """The number as CPython holds it: 30 bits in each 32."""
    number = int.from_bytes(secret, "big")
    return b"".join((number >> shift & (1 << 30) - 1).to_bytes(4, "little") for shift in range(0, 240, 30))


@pytest.mark.skipif(sys.platform != "linux", reason="a process reads its own memory in /proc")
def test_no_share_and_no_key_was_in_the_memory_of_who_ordered_it(tmp_path: Path) -> None:
    _, keys, like = custody()
    order, told, memory = tmp_path / "order", tmp_path / "told", tmp_path / "memory"
    order.write_bytes(_order(keys, like).to_bytes())
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS, order, told, memory], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no core dump" in done.stdout and "not read by others" in done.stdout
    made = Dealt.from_bytes(told.read_bytes())
    lot_key, sealed = LotKey.from_bytes(made.lot_key), CustodyEnvelopes.from_bytes(made.envelopes)
    assert (lot_key.k, lot_key.n, sealed.lot_key) == (3, len(PARTIES), lot_key.id)
    shares = [open_share(one, key, lot_key).value for one, key in zip(sealed.envelopes, keys, strict=True)]
    private = combine(dict(enumerate(shares[1:], 2)), lot_key)
    secret = private.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
    seen = memory.read_bytes()
    assert sealed.envelopes[0] in seen, "what came back is there, so the search would find the rest"
    for one in (*shares, secret):
        assert one not in seen and one.hex().encode() not in seen and one[::-1] not in seen
        assert _digits(one) not in seen


def test_a_refusal_comes_back_by_its_name() -> None:
    _, keys, like = custody()
    with pytest.raises(RuleBroken) as caught:
        deal_apart(_order(keys, like, k=2))
    assert (caught.value.code, caught.value.rule, caught.value.facts["k"]) == ("custody-quorum-too-small", "C-7", "2")

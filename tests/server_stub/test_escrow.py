"""Custodians' shares lie in memory between freeze and opening, and are overwritten there when they are done with."""

from __future__ import annotations

from server_stub.trust.escrow import Escrow


def test_shares_are_overwritten_when_forgotten_or_sent_again() -> None:
    escrow = Escrow()
    assert [escrow.put("key", i, bytes([i]) * 32) for i in (1, 2)] == [1, 2]
    kept = dict(escrow._shares["key"])
    first = kept[1]
    assert escrow.put("key", 1, b"\x01" * 32) == 2
    assert first == bytes(32)
    given = escrow.shares("key")
    kept = dict(escrow._shares["key"])
    escrow.forget("key")
    assert all(share == bytes(32) for share in kept.values())
    assert given == {1: b"\x01" * 32, 2: b"\x02" * 32}
    assert escrow.shares("key") == {}

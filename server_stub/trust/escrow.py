"""Custodians' shares after the freeze, in memory only (decision 3). After a restart custodians send them again."""

from __future__ import annotations

from threading import Lock


class Escrow:
    """Shares by lot key and index. Nothing is written, nothing is logged."""

    def __init__(self) -> None:
        self._shares: dict[str, dict[int, bytearray]] = {}
        self._lock = Lock()

    def put(self, lot_key: str, i: int, share: bytes) -> int:
        """Keep a checked share; how many there are now."""
        with self._lock:
            shares = self._shares.setdefault(lot_key, {})
            self._wipe(shares.get(i))
            shares[i] = bytearray(share)
            return len(shares)

    def shares(self, lot_key: str) -> dict[int, bytes]:
        with self._lock:
            return {i: bytes(share) for i, share in self._shares.get(lot_key, {}).items()}

    def forget(self, lot_key: str) -> None:
        """After the opening: what is kept here is overwritten. Copies that `shares` gave away are not (docs/operating.md)."""
        with self._lock:
            for share in self._shares.pop(lot_key, {}).values():
                self._wipe(share)

    @staticmethod
    def _wipe(share: bytearray | None) -> None:
        if share is not None:
            share[:] = bytes(len(share))


ESCROW = Escrow()
"""One for the process: the server runs as one process."""

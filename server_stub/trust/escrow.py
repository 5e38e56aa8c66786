"""Custodians' shares after the freeze, in memory only (decision 3). After a restart custodians send them again."""

from __future__ import annotations

from threading import Lock


class Escrow:
    """Shares by lot key and index. Nothing is written, nothing is logged."""

    def __init__(self) -> None:
        self._shares: dict[str, dict[int, bytes]] = {}
        self._lock = Lock()

    def put(self, lot_key: str, i: int, share: bytes) -> int:
        """Keep a checked share; how many there are now."""
        with self._lock:
            shares = self._shares.setdefault(lot_key, {})
            shares[i] = bytes(share)
            return len(shares)

    def shares(self, lot_key: str) -> dict[int, bytes]:
        with self._lock:
            return dict(self._shares.get(lot_key, {}))

    def forget(self, lot_key: str) -> None:
        """After the opening (Python cannot wipe the bytes; docs say so)."""
        with self._lock:
            self._shares.pop(lot_key, None)


ESCROW = Escrow()
"""One for the process: the server runs as one process."""

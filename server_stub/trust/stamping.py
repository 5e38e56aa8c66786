"""Time-stamps on acts, fetched from the authority over HTTP. When it is down the act stands and the token follows (M18)."""

from __future__ import annotations

from collections.abc import Callable

from crypto.certificates import TrustStore
from server_stub.store.engine import Database


class Stamping:
    """Client of one time-stamping authority. Without an address no tokens are fetched and receipts say so."""

    def __init__(self, database: Database, url: str, trust: Callable[[], TrustStore]) -> None:
        self._database, self._url, self._trust = database, url, trust

    def catch_up(self) -> None:
        """Fetch the tokens that are still missing."""

    def stamp(self, act: str) -> None:
        """Try to fetch the token of one act now."""

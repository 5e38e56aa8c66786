"""A release as a platform passes it on. It is a mirror and no authority: the signatures are not its own."""

from __future__ import annotations

from pathlib import Path

from client.gateway.gateway import Gateway
from client.updating.install import system_here


class PlatformSource:
    """What the platform of a profile offers for this system."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def read(self, name: str, limit: int) -> bytes:
        return self._gateway.release_file(system_here(), name, limit)

    def fetch(self, name: str, target: Path) -> None:
        self._gateway.get_release_file(system_here(), name, target)

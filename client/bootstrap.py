"""From a profile folder to an open desk: key, sealer, transport, workplace."""

from __future__ import annotations

from pathlib import Path

from client.desk import Desk
from client.gateway.http import HttpTransport
from client.gateway.transport import Transport
from client.machine import MachineReader, this_machine
from client.profile import ProfileFolder
from client.sealer import LocalSealer
from client.secrets import AskPassphrase, cache_key
from client.tokens import Scan, Tokens
from client.workplace import Workplace
from procurement.basics.moment import Clock


def open_desk(
    folder: Path,
    ask: AskPassphrase,
    *,
    transport: Transport | None = None,
    machine_clock: Clock | None = None,
    machine: MachineReader = this_machine,
    key: bytes = b"",
) -> Desk:
    """Open the desk of the profile in `folder`. Raises `Locked` when the store's key cannot be had.

    `ask` is called for a passphrase only where there is no honest keyring; `key`: the store's, where the caller keeps it
    itself. Nothing touches the network yet.
    """
    files = ProfileFolder(folder)
    profile = files.profile
    key = key or cache_key(folder, profile.account, ask)
    line = transport or HttpTransport(profile.server, bundle=files.tls_anchors())
    place = Workplace(files, key, LocalSealer(key), line, machine_clock, machine)
    place.sweep()
    return Desk(place)


def scan_tokens(folder: Path) -> Scan:
    """The USB tokens now plugged in that the profile in `folder` could use; nothing of the store is opened."""
    files = ProfileFolder(folder)
    return Tokens(files, files.trust()).scan() if files.profile.drivers else Scan(())

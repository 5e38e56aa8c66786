"""What this computer says of itself (R-105). Self-reported and forgeable; collected with notice, kept inside the sealed bid."""

from __future__ import annotations

import platform
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ifaddr
import psutil

from procurement.bidding.draft import Machine

MachineReader = Callable[[datetime, datetime], Machine]
"""First and last use on the bid → the record of this computer"""
_NO_MAC = {"", "00:00:00:00:00:00"}
LIMIT = 16
"""Addresses of one kind that are listed"""


def this_machine(first_used: datetime, last_used: datetime) -> Machine:
    """The record of this computer."""
    return Machine(
        macs=tuple(sorted(_macs())[:LIMIT]),
        addresses=tuple(sorted(_addresses())[:LIMIT]),
        cpu=_cpu(),
        disk=_disk(),
        host=socket.gethostname()[:100],
        first_used=first_used,
        last_used=last_used,
    )


def same_machine(one: Machine, other: Machine) -> bool:
    """Whether two records are of one computer, as far as they tell."""
    return (one.host, one.cpu, one.disk) == (other.host, other.cpu, other.disk) and (
        not one.macs or not other.macs or not set(one.macs).isdisjoint(other.macs)
    )


def _macs() -> set[str]:
    found = set()
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family == psutil.AF_LINK:
                found.add(address.address.lower().replace("-", ":"))
    return found - _NO_MAC


def _addresses() -> set[str]:
    found = set()
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
            if not text.startswith(("127.", "::1", "fe80")):
                found.add(text)
    return found


def _cpu() -> str:
    """Model and number of cores; the serial number is not readable without privileges on most systems."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()} ×{psutil.cpu_count() or 1}"[:200]
    except OSError:
        pass
    return f"{platform.processor() or platform.machine()} ×{psutil.cpu_count() or 1}"[:200]


def _disk() -> str:
    """Serial number of the first disk where the system shows it to everybody, else empty."""
    for path in sorted(Path("/sys/block").glob("*/device/serial")) + sorted(Path("/sys/block").glob("*/serial")):
        try:
            text = path.read_text("utf-8").strip()
        except OSError:
            continue
        if text:
            return text[:100]
    return ""

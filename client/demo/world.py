"""The demo's world in one folder: an authority, everybody's tokens and profiles, and the platform's processes.

world/authority/   the authority of platform and time-stamps, keys and all (worth nothing elsewhere)
world/vendors/     test authorities of the four CA vendors, by key (R-035)
world/trust/       what a verifier believes: roots, lists, the platform's certificate, the log's key
world/platform/    setup, data and keys of the server; certificate of the time-stamping authority
world/profiles/    one client profile a party, as `jincai app --profile` opens it
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from client.bootstrap import open_desk
from client.demo.cast import EVERYBODY, PIN, REGION, Party
from client.desk import Desk
from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from client.machine import MachineReader
from client.platform_process import PlatformProcesses
from client.profile import LOG_KEY_FILE, TRUST_FOLDER, WITNESS_FILE, Profile, ProfileFolder
from crypto.authority import TestAuthority
from crypto.files import write_whole
from crypto.vendor_authorities import make_authorities, vendor_trust
from procurement.basics.canonical import canonical
from procurement.basics.moment import SystemClock, at_shanghai
from procurement.basics.roles import Role
from procurement.basics.value import format_instant
from procurement.bidding.draft import Machine

ORIGIN = "demo.jincai.invalid"
LOG_ORIGIN = "demo.jincai.invalid/log"
PLATFORM = Party("platform", Role.PLATFORM, "91140000PLT0000009", "晋采示范平台", "平台值守")
PASSWORD = "demo-password-1234"
"""Password of the accounts without certificate"""
PASSPHRASE = "demo passphrase"
"""Passphrase of local stores, where there is no keyring"""
START = at_shanghai(datetime(2026, 2, 24).date(), 9)  # noqa: DTZ001 - a date, no time


class World:
    """The world in `folder`. `create` once, then `running()` as often as wanted."""

    origin, log_origin = ORIGIN, LOG_ORIGIN

    def __init__(self, folder: Path, parties: tuple[Party, ...] = (*EVERYBODY, PLATFORM)) -> None:
        """`parties`: everybody who has a profile here; the platform is one of them."""
        self.folder, self.parties = folder, parties
        self.operator = next(party for party in parties if party.role is Role.PLATFORM)
        self.platform = folder / "platform"
        self.trust = folder / "trust"
        self.processes = PlatformProcesses(folder)
        self._desks: dict[str, Desk] = {}

    @property
    def exists(self) -> bool:
        return (self.folder / "port").is_file()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{(self.folder / 'port').read_text().strip()}"

    # -- making it

    @classmethod
    def create(cls, folder: Path) -> World:
        """Make a new world; an old one in this folder is removed. The file `port` comes last: with it the world exists."""
        world = cls(folder)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        authority = TestAuthority.create("晋采演示认证中心")
        vendors = make_authorities()
        world._make_certificates(authority, "晋采演示时间戳")
        vendor_trust(vendors, [authority]).save(world.trust)
        world._set_up()
        port = free_port()
        for party in world.parties:
            world._make_profile(vendors[party.vendor], party, port)
        authority.save(folder / "authority")
        for key, vendor in vendors.items():
            vendor.save(folder / "vendors" / key)
        write_whole(folder / "port", str(port).encode())
        return world

    def _make_certificates(self, authority: TestAuthority, tsa: str) -> None:
        """Certificates and keys of the platform and of the time-stamping authority of this name."""
        self.platform.mkdir()
        authority.issue_platform(self.operator.name, self.operator.code).write_p12(self.platform / "receipt.p12", PIN)
        authority.issue_tsa(tsa).write_p12(self.platform / "tsa.p12", PIN)
        write_whole(self.platform / "tsa.pin", PIN.encode(), secret=True)

    def _set_up(self) -> None:
        """The platform, from its certificate and the trust folder; everybody will believe its log's key."""
        vkey = self.processes.set_up(self._setup(), self.platform, self._where())
        write_whole(self.trust / LOG_KEY_FILE, vkey.encode())

    def _setup(self) -> bytes:
        """What `server_stub init` reads, from the platform's folder."""
        accounts = [
            {"actor": p.code, "role": str(p.role), "name": p.name, "region": REGION, "password": PASSWORD}
            for p in self.parties
            if p.algorithm == "none"
        ]
        setup = {
            "accounts": accounts,
            "settings": {
                "origin": self.origin,
                "log_origin": self.log_origin,
                "platform": self.operator.code,
                "name": self.operator.name,
            },
            "receipt_p12": "receipt.p12",
            "receipt_pin": PIN,
            "trust": "../trust",
        }
        return canonical(setup)

    def _make_profile(self, authority: TestAuthority, party: Party, port: int) -> None:
        folder = self.profile(party)
        by_certificate = party.algorithm != "none"
        ProfileFolder.create(
            folder,
            Profile(
                server=f"http://127.0.0.1:{port}",
                origin=self.origin,
                actor=party.code,
                role=party.role,
                name=party.name,
                person=party.person,
                region=REGION,
                token="token.p12" if by_certificate else "",
                enrolled_key="" if by_certificate else "signing.key",
                demo_clock=True,
            ),
        )
        shutil.copytree(self.trust, folder / TRUST_FOLDER, dirs_exist_ok=True)
        if by_certificate:
            issue = authority.issue_person if party.role is Role.EXPERT else authority.issue_organisation
            kind = "rsa" if party.algorithm == "rsa" else "ec"
            issue(party.name, party.code, kind=kind).write_p12(folder / "token.p12", PIN)  # type: ignore[arg-type]

    # -- living in it

    @contextmanager
    def running(self) -> Iterator[World]:
        """Server and time-stamping authority up, all down at the end."""
        try:
            address = f"http://127.0.0.1:{self.processes.start('tsa', self._tsa())}/"
            witness = f"http://127.0.0.1:{self._start_witness()}"
            port = (self.folder / "port").read_text().strip()
            serve = [
                "serve",
                *self._where(),
                "--port",
                port,
                "--tsa",
                address,
                "--witness",
                witness,
                "--demo-clock",
                format_instant(START),
            ]
            self.processes.start("server", serve)
            yield self
        finally:
            self.stop()

    def close_desks(self) -> None:
        """Close all desks, so that another process may open the profiles."""
        for desk in self._desks.values():
            desk.close()
        self._desks.clear()

    def _start_witness(self) -> int:
        """The witness of the log, run beside the platform; everybody learns its key."""
        vkey = (self.trust / LOG_KEY_FILE).read_text("utf-8").strip()
        folder = self.platform / "witness"
        command = ["witness", "--data", str(folder), "--log", vkey, "--demo-clock", "--port", "0"]
        port = self.processes.start("witness", command)
        key = (folder / WITNESS_FILE).read_bytes()
        for place in (self.trust, *(p / TRUST_FOLDER for p in (self.folder / "profiles").iterdir())):
            if not (place / WITNESS_FILE).exists():
                write_whole(place / WITNESS_FILE, key)
        return port

    def stop(self) -> None:
        """Close all desks, then the processes, last started first."""
        self.close_desks()
        self.processes.stop()

    def profile(self, party: Party) -> Path:
        return self.folder / "profiles" / party.key

    def desk(self, party: Party) -> Desk:
        """The party's desk, opened at first use; still without token and session."""
        if party.key not in self._desks:
            machine = partial(_machine_of, [one.key for one in self.parties].index(party.key), party.key)
            self._desks[party.key] = self._open(party, machine)
        return self._desks[party.key]

    def _open(self, party: Party, machine: MachineReader) -> Desk:
        return open_desk(self.profile(party), lambda new: PASSPHRASE, machine=machine)

    def leave(self, party: Party) -> None:
        """Close the party's desk, so that another process may open its profile."""
        desk = self._desks.pop(party.key, None)
        if desk is not None:
            desk.close()

    @property
    def open_desks(self) -> tuple[Desk, ...]:
        return tuple(self._desks.values())

    def move(self, to: datetime) -> None:
        """Set the demo clock forward; what is due on the way has happened when this returns."""
        with self._gateway() as gateway:
            gateway.move_demo_clock(to)

    def now(self) -> datetime:
        """The platform's time."""
        with self._gateway() as gateway:
            return gateway.time().now

    @contextmanager
    def _gateway(self) -> Iterator[Gateway]:
        gateway = Gateway(HttpTransport(self.url), ServerClock(SystemClock()), self.origin)
        try:
            yield gateway
        finally:
            gateway.close()

    def start_custodian(self, *options: str) -> None:
        """The platform's custodian: a process with keys of its own (ADR 0005). `options`: further ones of its command."""
        write_whole(self.platform / "custodian.pin", PIN.encode(), secret=True)
        write_whole(self.platform / "custodian.passphrase", PASSPHRASE.encode(), secret=True)
        self.leave(PLATFORM)
        command = [sys.executable, "-m", "client.cli", "custodian", "--profile", str(self.profile(PLATFORM))]
        command += ["--rest", "0.3", "--pin-file", str(self.platform / "custodian.pin")]
        command += ["--passphrase-file", str(self.platform / "custodian.passphrase")]
        self.processes.spawn("custodian", [*command, *options])

    # -- processes

    def _tsa(self, port: int = 0) -> list[str]:
        """The time-stamping authority's command; its time is the platform's."""
        files = ["--p12", str(self.platform / "tsa.p12"), "--pin-file", str(self.platform / "tsa.pin")]
        return ["tsa", *files, "--demo-clock", "--port", str(port)]

    def _where(self) -> list[str]:
        return ["--data", str(self.platform / "data"), "--keys", str(self.platform / "keys")]


def _machine_of(number: int, key: str, first_used: datetime, last_used: datetime) -> Machine:
    """The parties of a demo share one computer; each reports an invented one, or every bidder would be a lead (R-106)."""
    return Machine(
        macs=(f"00:1b:21:5e:00:{number:02x}",),
        addresses=(f"10.20.{number}.8",),
        host=f"demo-{key}",
        first_used=first_used,
        last_used=last_used,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def without_keyring() -> None:
    """The demo's stores are thrown away; it must not leave keys in the person's keyring. Called before any store is opened."""
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

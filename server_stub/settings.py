"""What the operator decides: one data folder, one `settings.json` in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from crypto.files import write_whole
from procurement.basics.problems import Locked
from procurement.basics.roles import Role
from procurement.basics.value import Code, Name, Uscc, Value

MIB = 1024 * 1024


class Limits(Value):
    """Sizes in bytes, times in seconds."""

    act: int = 4 * MIB
    """Largest act message"""
    file: int = 512 * MIB
    upload: int = 4096 * MIB
    """Largest sealed bid"""
    quota: int = 16384 * MIB
    """Sealed bytes one organisation may hold on the platform"""
    upload_days: int = 30
    session: int = 12 * 3600
    proof: int = 300
    """How far the time in a session proof may lie from ours"""
    beat: int = 600
    """Public checkpoints (H7)"""
    sessions_per_minute: int = 300
    """Nonces and sign-ins from one address; 0 here and below: any number"""
    public_per_minute: int = 600
    """Requests without a session from one address, the time excepted; requests with a wrong session count too"""
    uploads_per_minute: int = 600
    """Uploads announced or gone on with and files put, by one party"""
    uploads_at_once: int = 16
    """Sealed bids arriving at the same moment; each takes up to 32 MiB of memory"""
    uploads_at_once_each: int = 4
    """Of these, of one party"""
    access_log: int = 64 * MIB
    """Bytes after which the access log is put aside"""
    access_logs: int = 60
    """Logs put aside that are kept"""


class Account(Value):
    """A finance office or supervisor at set-up: it has no certificate (R-034)."""

    actor: Code
    role: Role
    name: Name
    region: Code
    password: str = Field(min_length=8, max_length=200)


class Settings(Value):
    """`settings.json`."""

    origin: Name
    """The address people reach the platform by; login statements name it (C4)"""
    log_origin: Name
    """Name of the log (C2SP checkpoint origin)"""
    platform: Uscc
    """统一社会信用代码 of the operator"""
    name: Name
    limits: Limits = Limits()
    tls_certificate: str = ""
    """Certificate chain (PEM), in the data folder or absolute; empty: plain HTTP, for a proxy on the same machine"""
    tls_key: str = ""
    """Its key (PEM, without a passphrase), in the keys folder or absolute"""
    oldest: dict[Code, int] = Field(default_factory=dict)
    """Versions below these are refused (`sealed-bid`: 2), even where this program still speaks them"""
    proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies that are believed when they say who asks (X-Forwarded-For)"""


@dataclass(frozen=True, slots=True)
class Folder:
    """The data folder. `keys` may lie on another disk (M5)."""

    data: Path
    keys: Path

    @property
    def database(self) -> Path:
        return self.data / "platform.db"

    @property
    def trust(self) -> Path:
        return self.data / "trust"

    @property
    def blobs(self) -> Path:
        return self.data / "files"

    @property
    def releases(self) -> Path:
        """New versions of the client that are passed on: `<system>/release.note` and what it names"""
        return self.data / "releases"

    @property
    def uploads(self) -> Path:
        return self.data / "uploads"

    @property
    def work(self) -> Path:
        """Bids while they are opened; a kill may leave plaintext in it, so each start empties it."""
        return self.data / "work"

    def clear_work(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(mode=0o700)

    @property
    def access_log(self) -> Path:
        return self.data / "access" / "access.jsonl"

    def tls(self, settings: Settings) -> tuple[Path, Path] | None:
        """Certificate chain and key of this server, or none. Raises `Locked("tls-files-missing")`."""
        if not settings.tls_certificate and not settings.tls_key:
            return None
        pair = self.data / settings.tls_certificate, self.keys / settings.tls_key
        for path in pair:
            if not path.is_file():
                raise Locked("tls-files-missing", "Put certificate and key where the settings say.", file=path.name)
        return pair

    @property
    def proofs_seen(self) -> Path:
        return self.data / "proofs-seen"

    def settings(self) -> Settings:
        """Raises `Locked("server-not-set-up")`."""
        path = self.data / "settings.json"
        if not path.is_file():
            raise Locked("server-not-set-up", "Run `python -m server_stub init` first.", folder=self.data.name)
        return Settings.from_bytes(path.read_bytes())

    def write_settings(self, settings: Settings) -> None:
        write_whole(self.data / "settings.json", settings.to_bytes())

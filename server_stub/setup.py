"""`init`: a new platform in an empty folder, from what its operator holds: certificates, accounts, a name."""

from __future__ import annotations

from pathlib import Path

from crypto.certificates import TrustStore
from crypto.files import write_whole
from crypto.tokens import NationalToken, Pkcs12Token
from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.basics.value import Value
from server_stub.settings import Account, Folder, Settings
from server_stub.store.engine import Database
from server_stub.store.models import AccountRow
from server_stub.trust import log
from server_stub.trust.passwords import hash_password

NATIONAL = "receipt.sm2"


class Setup(Value):
    """What `init --setup FILE` reads (canonical JSON). Delete the file afterwards: it holds passwords."""

    settings: Settings
    receipt_p12: str
    """The platform's certificate and key (PKCS#12); its path is relative to the setup file"""
    receipt_pin: str
    receipt_sm2: str = ""
    """The platform's SM2 certificate and key (`NationalToken`), relative to the setup file; empty: suite S1 is not offered"""
    receipt_sm2_pin: str = ""
    trust: str
    """Folder with roots.pem, intermediates.pem, crls.pem, platform.pem, relative to the setup file"""
    accounts: tuple[Account, ...] = ()


def init(folder: Folder, setup: Setup, base: Path) -> str:
    """Make the platform; returns the log's verifier key. Raises `Refused("server-already-set-up")`."""
    if (folder.data / "settings.json").exists():
        raise Refused(
            "server-already-set-up", "Choose an empty folder; a platform is never made over.", folder=folder.data.name
        )
    for path in (folder.data, folder.keys):
        path.mkdir(parents=True, exist_ok=True)
    folder.keys.chmod(0o700)
    source = base / setup.receipt_p12
    Pkcs12Token.open(source, setup.receipt_pin)
    write_whole(folder.keys / "receipt.p12", source.read_bytes(), secret=True)
    write_whole(folder.keys / "receipt.pin", setup.receipt_pin.encode(), secret=True)
    if setup.receipt_sm2:
        add_national(folder, base / setup.receipt_sm2, setup.receipt_sm2_pin)
    TrustStore.load(base / setup.trust).save(folder.trust)
    log.make_key(folder.keys)
    _write_accounts(folder, setup.accounts)
    folder.write_settings(setup.settings)
    return log.open_signer(folder.keys, setup.settings.log_origin).key.vkey


def add_national(folder: Folder, source: Path, pin: str) -> None:
    """Give a stopped platform SM2 keys: from its next start on it takes acts of suite S1. Trust must name their authority.

    Raises as `NationalToken.open`.
    """
    NationalToken.open(source, pin)
    write_whole(folder.keys / NATIONAL, source.read_bytes(), secret=True)
    write_whole(folder.keys / f"{NATIONAL}.pin", pin.encode(), secret=True)


def _write_accounts(folder: Folder, accounts: tuple[Account, ...]) -> None:
    database = Database(folder.database)
    with database.write() as session:
        for account in accounts:
            if account.role not in (Role.FINANCE, Role.SUPERVISOR):
                raise Refused("account-role-wrong", "Accounts are for finance and supervisors.", role=account.role)
            session.add(
                AccountRow(
                    actor=account.actor,
                    role=str(account.role),
                    name=account.name,
                    region=account.region,
                    password=hash_password(account.password),
                    failures=0,
                    locked_until=0,
                )
            )
    database.close()

"""A supplier's real desk on a published tender, without a platform: profile, trust, signed package in the mirror, encrypted store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.bootstrap import open_desk
from client.demo.tender_data import load_tender
from client.desk import Desk
from client.profile import LOG_KEY_FILE, TRUST_FOLDER, Profile, ProfileFolder
from crypto.authority import Issued, TestAuthority
from crypto.notes import NoteSigner
from crypto.signing import sign_statement
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.tendering.lot import Lot
from procurement.tendering.package import TenderPackage
from procurement.tendering.quote import Cell, PriceTable, Row
from procurement.tendering.tender import Tender
from procurement.wire.messages import FeedItem

AT = datetime(2026, 3, 10, 1, tzinfo=UTC)
SUPPLIER, SUPPLIER_NAME = "91140000MA0BENCH09", "太原测试科技有限公司"
AGENCY, AGENCY_NAME = "91140000MA0BENCH01", "晋采测试招标代理有限公司"
PASSPHRASE = "a passphrase of this bench"
NOWHERE = "http://127.0.0.1:9"
PUBLIC = "public"
ZERO = "0" * 64
V = TypeVar("V", bound=Statement)


class StillClock:
    """A machine whose clock stands in the tender's bidding time."""

    def now(self) -> datetime:
        return AT


@dataclass(frozen=True, slots=True)
class DeskWorld:
    """An authority, an agency that publishes, and one supplier's profile folder."""

    folder: Path
    agency: Issued
    authority: TestAuthority

    @classmethod
    def create(cls, folder: Path, server: str = NOWHERE, name: str = "supplier") -> DeskWorld:
        authority = TestAuthority.create("晋采测试认证中心")
        profile = folder / name
        said = Profile(
            server=server, actor=SUPPLIER, role=Role.SUPPLIER, name=SUPPLIER_NAME, person="张三", region="140000",
            token="token.p12", demo_clock=True,
        )  # fmt: skip
        ProfileFolder.create(profile, said)
        authority.issue_organisation(SUPPLIER_NAME, SUPPLIER).write_p12(profile / "token.p12", "pin-1234")
        trust = profile / TRUST_FOLDER
        authority.trust(AT).save(trust)
        key = NoteSigner.of("bench", Ed25519PrivateKey.generate()).key
        (trust / LOG_KEY_FILE).write_text(f"{key.vkey}\n", "utf-8")
        return cls(profile, authority.issue_organisation(AGENCY_NAME, AGENCY), authority)

    def move(self, server: str) -> None:
        """The platform has this address from now on."""
        said = ProfileFolder(self.folder).profile
        ProfileFolder.create(self.folder, said.model_copy(update={"server": server}))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The desk, open and off line."""
        desk = open_desk(self.folder, lambda _new: PASSPHRASE, machine_clock=StillClock())
        try:
            yield desk
        finally:
            desk.close()

    def package(self, tender: Tender, tender_id: str, seq: int) -> FeedItem:
        """A signed publication of this tender, as the feed would bring it."""
        statement = TenderPackage(
            tender_id=tender_id, number=f"BENCH-{seq}", entrustment="0" * 64, agency=AGENCY, version=1,
            previous="0" * 64, model=sha256(tender.to_bytes()).hexdigest(), issued=AT - timedelta(days=1),
            deadline=AT + timedelta(days=20), custody=(), files=(),
        )  # fmt: skip
        signed = sign_statement(statement, self.agency.token)
        return FeedItem(
            seq=seq, act=statement.TYPE, id=signed.id, number=f"BENCH-{seq}", t_recv=AT, leaf_index=seq, signed=signed
        )

    def publish(self, desk: Desk, tender: Tender, tender_id: str) -> None:
        """Put the tender where a sync would have put it; the person has been told what is recorded of the computer."""
        desk.bidding.drafts.take_notice()
        desk.place.keep_bytes(tender.to_bytes())
        desk.place.mirror.take(PUBLIC, [self.package(tender, tender_id, 1)], 1)


def priced_tender(rows: int) -> Tender:
    """A real tender with a price table of so many rows, each with a ceiling."""
    real = load_tender("tanghe")
    lot = real.lots[0]
    table = lot.quote.tables[0].model_copy(
        update={"rows": tuple(_row(n) for n in range(rows)), "kind": "bill-of-quantities", "open_rows": False}
    )
    figures = tuple(one.model_copy(update={"limit": Decimal(10**9)}) for one in lot.quote.figures)
    quote = lot.quote.model_copy(update={"tables": (table,), "figures": figures})
    return _with_lot(real, lot.model_copy(update={"quote": quote, "ceiling": None, "budget": Decimal(10**9)}))


def long_tender(sections: int) -> Tender:
    """A real tender whose bid has so many sections."""
    real = load_tender("tanghe")
    lot = real.lots[0]
    form = lot.forms[0]
    forms = tuple(
        form.model_copy(update={"code": f"form-{n}", "title": f"表 {n}", "instead": ""}) for n in range(sections)
    )
    return _with_lot(real, lot.model_copy(update={"forms": forms}))


def _with_lot(tender: Tender, lot: Lot) -> Tender:
    return tender.model_copy(update={"lots": (lot, *tender.lots[1:])})


def _row(number: int) -> Row:
    cells = (
        Cell(column="name", text=f"第 {number + 1} 项设备"),
        Cell(column="unit", text="台"),
        Cell(column="quantity", text=str(1 + number % 9)),
    )
    return Row(code=f"r{number + 1}", cells=cells, unit_ceiling=Decimal(100_000))


def table_of(tender: Tender) -> PriceTable:
    return tender.lots[0].quote.tables[0]

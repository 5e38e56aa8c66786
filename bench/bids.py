"""A real bid to seal: a signed container of the wanted size, certificates, a lot key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.measuring import MIB
from crypto.authority import Issued, KeyKind, TestAuthority
from crypto.container import BidReader, write_container
from crypto.envelope import Recipient
from crypto.sealing import Sealed, seal
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import BidContent

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SUPPLIER = "91140000MA0BENCH09"
TENDER = "7a" * 32
LOT = "1"


@dataclass(frozen=True, slots=True)
class BidWorld:
    """One supplier with its container, and all that a sealing needs."""

    authority: TestAuthority
    supplier: Issued
    container: Path

    @classmethod
    def create(cls, folder: Path, size: int, kind: KeyKind = "ec") -> BidWorld:
        """A container that holds one attachment of `size` random bytes; `kind` "sm2" makes a world of suite S1."""
        authority = TestAuthority.create("晋采测试认证中心", kind=kind)
        supplier = authority.issue_organisation("太原测试科技有限公司", SUPPLIER, kind=kind)
        attachment, container = folder / "attachment.bin", folder / "bid.asice"
        with attachment.open("wb") as file:
            for at in range(0, size, MIB):
                file.write(os.urandom(min(MIB, size - at)))
        said = BidContent(tender=TENDER, lot=LOT, supplier=SUPPLIER)
        write_container(container, {"bid-content.json": said.to_bytes(), "plan.bin": attachment}, supplier.token)
        attachment.unlink()
        return cls(authority, supplier, container)

    def seal(
        self,
        target: Path,
        *,
        recheck: bool = False,
        pulse: Pulse | None = None,
        lot_key: ec.EllipticCurvePrivateKey | None = None,
    ) -> Sealed:
        """Seal as the product does; `recheck` opens the result again, which is no part of the comparison."""
        lot_key = lot_key or ec.generate_private_key(ec.SECP256R1())
        assert self.supplier.encryption is not None
        return seal(
            self.container,
            target,
            tender=TENDER,
            lot=LOT,
            supplier=SUPPLIER,
            recipients=[Recipient(self.supplier.encryption[1])],
            lot_public_key=lot_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
            reader=BidReader(self.authority.trust(), AT),
            pulse=pulse,
            recheck=recheck,
        )

    def save(self, folder: Path) -> list[str]:
        """Write what another process needs to seal this container: the arguments of `bench.seal_one`, but for the target."""
        assert self.supplier.encryption is not None
        trust, certificate = folder / "trust", folder / "recipient.pem"
        self.authority.trust().save(trust)
        certificate.write_bytes(self.supplier.encryption[1].public_bytes(Encoding.PEM))
        return [str(self.container), str(certificate), str(trust)]

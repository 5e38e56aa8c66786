"""A lot key among four custodians, three needed, as the default of decision 2."""

from collections.abc import Callable, Sequence
from typing import Literal

from crypto.custody import Dealing, deal, lot_key_statement
from crypto.keys import CustodyKey, NationalCustodyKey
from procurement.basics.roles import Role
from procurement.tendering.custody import Custodian, EnvelopeKey, LotKey, SigningReference

PARTIES: tuple[tuple[str, Role, bool], ...] = (
    ("91140000AGENCY0001", Role.AGENCY, True),
    ("91140000BUYER00001", Role.PURCHASER, True),
    ("11140000SUPERVISOR", Role.SUPERVISOR, False),
    ("91140000PLATFORM01", Role.PLATFORM, False),
)


def certificate_of(org: str, i: int) -> SigningReference:
    return SigningReference(kind="cert", digest=f"{i + 16:064x}")


def custodians_of(
    keys: Sequence[CustodyKey] | Sequence[NationalCustodyKey],
    kind: Literal["hpke", "sm2"] = "hpke",
    sign: Callable[[str, int], SigningReference] = certificate_of,
) -> list[Custodian]:
    """The parties with these keys, in order; `sign` says by what each signs."""
    return [
        Custodian(
            i=i,
            org=org,
            name=org,
            role=role,
            buyer_side=buyer,
            custody_key=f"{i:064x}",
            sign=sign(org, i),
            enc=EnvelopeKey(kind=kind, key=key.public),
        )
        for i, ((org, role, buyer), key) in enumerate(zip(PARTIES, keys, strict=True), 1)
    ]


def lot_key_of(dealing: Dealing, keys: Sequence[CustodyKey], k: int = 3) -> LotKey:
    return lot_key_statement("T-2026-001", "lot-1", k, custodians_of(keys), ["d" * 64], dealing)


def custody(k: int = 3) -> tuple[Dealing, list[CustodyKey], LotKey]:
    keys = [CustodyKey.generate() for _ in PARTIES]
    dealing = deal(k, len(PARTIES))
    return dealing, keys, lot_key_of(dealing, keys, k)

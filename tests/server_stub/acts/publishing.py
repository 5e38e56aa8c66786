"""Lot keys and the published tender, as custodians and agency really make them: raw acts from the strong room's own values."""

from __future__ import annotations

from datetime import date

from crypto.certificates import certificate_digest
from crypto.custody import Dealing, HeldShare, acknowledge, deal, lot_key_statement, open_share, seal_shares
from crypto.keys import CustodyKey as PrivateCustodyKey
from crypto.keys import NationalCustodyKey
from procurement.basics.moment import at_shanghai
from procurement.basics.roles import Role
from procurement.basics.statement import Suite
from procurement.basics.value import ZERO_ID
from procurement.tendering.custody import Custodian, CustodyKey, EnvelopeKey, LotKey, SigningReference
from procurement.tendering.package import LotCustody, PackageFile, TenderPackage
from procurement.tendering.tender import OpeningProfile, Party, Tender, Window
from server_stub.store.blobs import FolderBlobs
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.procurement.tendering.examples import replace
from tests.procurement.tendering.examples import tender as example_tender
from tests.server_stub.acts.walk import AGENCY, NUMBER, PURCHASER, Walk
from tests.world import PLATFORM, Raw

AnyCustodyKey = PrivateCustodyKey | NationalCustodyKey
TENDER = "JC-2026-001"
CUSTODIANS = ("agency", "purchaser", "supervisor", "platform")
ISSUED, DEADLINE = at_shanghai(date(2026, 4, 7), 9), at_shanghai(date(2026, 4, 29), 10)
FILES = {"announcement.pdf": "announcement", "document.pdf": "tender document"}


def add_custodians(walk: Walk) -> None:
    """Supervisor and platform take part: each with its own means of signing."""
    world = walk.world
    world.enrol(world.office(Role.SUPERVISOR), walk.by("agency"))
    issued = world.platform.token
    world.parties["platform"] = Raw(world, "晋采平台", PLATFORM, (Role.PLATFORM,), token=issued)
    world.register(walk.by("platform"))


def custody_key(walk: Walk, short: str, private: AnyCustodyKey) -> CustodyKey:
    party = walk.by(short)
    if party.token is not None:
        sign = SigningReference(kind="cert", digest=certificate_digest(party.token.signing_certificate))
    else:
        assert party.key is not None
        sign = SigningReference(kind="enrolled-key", digest=party.key.digest)
    return CustodyKey(
        org=party.code,
        role=party.role,
        sign=sign,
        enc=EnvelopeKey(kind="sm2" if isinstance(private, NationalCustodyKey) else "hpke", key=private.public),
    )


def custodians(walk: Walk, *shorts: str) -> tuple[Custodian, ...]:
    """As their own statements say."""
    return tuple(_custodian(walk, i, short) for i, short in enumerate(shorts or CUSTODIANS, 1))


def _custodian(walk: Walk, i: int, short: str) -> Custodian:
    key = walk.done[f"custody-key-{short}"]
    assert isinstance(key, CustodyKey)
    return Custodian(
        i=i,
        org=key.org,
        name=walk.by(short).name,
        role=key.role,
        buyer_side=key.role in (Role.AGENCY, Role.PURCHASER),
        custody_key=key.id,
        sign=key.sign,
        enc=key.enc,
    )


def lot_key(walk: Walk, dealing: Dealing | None = None, *shorts: str, k: int = 3) -> LotKey:
    who = custodians(walk, *shorts)
    return lot_key_statement(TENDER, "1", k, who, [dealer(walk)], dealing or deal(k, len(who)), walk.id("entrustment"))


def dealer(walk: Walk, short: str = "agency") -> str:
    token = walk.by(short).token
    assert token is not None
    return certificate_digest(token.signing_certificate)


def keys_and_envelopes(walk: Walk, suite: Suite = "I1") -> None:
    """Custody keys, lot key and envelopes; each custodian finds its share good and keeps it."""
    kind: type[AnyCustodyKey] = NationalCustodyKey if suite == "S1" else PrivateCustodyKey
    private = {short: kind.generate() for short in CUSTODIANS}
    for short, key in private.items():
        walk.do(short, f"custody-key-{short}", custody_key(walk, short, key))
    dealing = deal(3, len(CUSTODIANS), suite)
    made = lot_key(walk, dealing)
    walk.do("agency", "lot-key", made)
    sealed = seal_shares(made, dealing)
    walk.do("agency", "custody-envelopes", sealed)
    for envelope, (short, key) in zip(sealed.envelopes, private.items(), strict=True):
        walk.secrets[f"share-{short}"] = open_share(envelope, key, made).value


def acknowledge_all(walk: Walk) -> None:
    made = walk.statement(LotKey, "lot-key")
    for short in CUSTODIANS:
        walk.do(short, f"ack-{short}", acknowledge(made, share_of(walk, short)))


def share_of(walk: Walk, short: str) -> HeldShare:
    return HeldShare(CUSTODIANS.index(short) + 1, walk.secrets[f"share-{short}"])


def tender(**changes: object) -> Tender:
    """One lot: price and one technical item; slips count only by the agency's hand."""
    phone = {"address": "太原市", "contact": "孙丽", "phone": "0351-1234567"}
    lot = example_lot("1", scheme=simple_scheme(), parameters=(), conformity=example_lot().conformity[:1])
    made = example_tender(
        lot,
        id=TENDER,
        number=NUMBER,
        announcement=ISSUED,
        issued=ISSUED,
        available_until=at_shanghai(date(2026, 4, 15), 18),
        deadline=DEADLINE,
        opening=OpeningProfile(window=Window(minutes=30), place="网上开标大厅", slip_admitted=False),
        purchaser=Party(code=PURCHASER, name="太原市教育考试中心", **phone),
        agency=Party(code=AGENCY, name="晋采招标代理有限公司", **phone),
    )
    return replace(made, **changes) if changes else made


def tender_on(walk: Walk) -> Tender:
    """The tender of this road."""
    return walk.model or tender()


def package(walk: Walk, model: Tender | None = None, **changes: object) -> TenderPackage:
    """The first version over this model, its files held by the platform."""
    model = model or tender_on(walk)
    blobs = FolderBlobs(walk.world.data / "files")
    made = TenderPackage(
        tender_id=model.id,
        number=model.number,
        entrustment=walk.id("entrustment"),
        agency=AGENCY,
        version=1,
        previous=ZERO_ID,
        model=blobs.put(model.to_bytes()),
        issued=model.issued,
        deadline=model.deadline,
        custody=(LotCustody(lot="1", lot_key=walk.id("lot-key"), acks=tuple(walk.id(f"ack-{s}") for s in CUSTODIANS)),),
        files=tuple(
            PackageFile(path=path, title=path, media="application/pdf", size=len(text), sha256=blobs.put(text.encode()))
            for path, text in FILES.items()
        ),
    )
    return TenderPackage.model_validate({**dict(made), **changes}) if changes else made


def publish(walk: Walk, model: Tender | None = None) -> None:
    acknowledge_all(walk)
    walk.world.move(ISSUED)
    walk.do("agency", "tender-package", package(walk, model))

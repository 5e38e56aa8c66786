"""Bids sealed by the strong room, uploaded by tus and committed, past the client."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from crypto.chunk_line import SEALED_CHUNK
from crypto.container import CONTENT_NAME, BidReader, write_container
from crypto.custody import lot_public_key
from crypto.envelope import Recipient
from crypto.sealing import seal
from crypto.suites import suite_named
from procurement.basics.value import ZERO_ID
from procurement.bidding.draft import BidForms, Brand, Enterprise, FieldValue, QuotedFigure
from procurement.bidding.sealed import BidContent, ClientRelease, Submission, Withdrawal
from procurement.tendering.custody import LotKey
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.wire.messages import UploadAnnouncement
from tests.national import trust_in
from tests.server_stub.acts.walk import SUPPLIERS, Walk

PRICES = {"a": "968000.00", "b": "985000.00", "c": "990000.00"}
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Sealed:
    """A sealed bid with what its supplier keeps."""

    data: bytes
    announcement: UploadAnnouncement
    chunks: int
    size: int
    s: bytes


def tv_of(walk: Walk, step: str = "tender-package") -> str:
    return tender_digest(walk.statement(TenderPackage, step).to_bytes())


def forms(tv: str, short: str) -> BidForms:
    return BidForms(
        tender=tv,
        lot="1",
        supplier=SUPPLIERS[short],
        name=f"太原{short}科技有限公司",
        quote=(QuotedFigure(figure="total", amount=Decimal(PRICES[short])),),
        validity_days=90,
        opening=(FieldValue(field="days", number=Decimal(20)),),
        enterprise=Enterprise(size="large"),
        brands=(Brand(product="server", brand=f"牌{short}", manufacturer="厂"),),
    )


def forms_on(walk: Walk, short: str, tv: str = "") -> BidForms:
    """The forms of a supplier on this road."""
    made = forms(tv or tv_of(walk), short)
    changes = walk.quoted.get(short)
    return BidForms.model_validate({**dict(made), **changes}) if changes else made


def sealed_bid(walk: Walk, short: str, tv: str = "", lot: str = "1") -> Sealed:
    """Container, signature and sealing as B2 says."""
    tv, party = tv or tv_of(walk), walk.by(short)
    assert party.token is not None and party.token.encryption_certificate is not None
    content = BidContent(tender=tv, lot=lot, supplier=party.code)
    with tempfile.TemporaryDirectory() as folder:
        container, target = Path(folder) / "content.asice", Path(folder) / "bid.sealed"
        members: dict[str, Path | bytes] = {
            CONTENT_NAME: content.to_bytes(),
            "forms.json": forms_on(walk, short, tv).to_bytes(),
        }
        write_container(container, members, party.token)
        made = seal(
            container,
            target,
            tender=tv,
            lot=lot,
            supplier=party.code,
            recipients=[Recipient(party.token.encryption_certificate)],
            lot_public_key=lot_public_key(walk.statement(LotKey, "lot-key")),
            reader=BidReader(trust_in(walk.world, walk.now()), walk.now()),
            suite=suite_named(party.suite),
        )
        data = target.read_bytes()
    said = UploadAnnouncement(
        tender=tv,
        lot=lot,
        header=made.header_digest,
        bid=made.bid_digest,
        size=made.file_size,
        prefix=made.file_size - made.size,
        chunk=SEALED_CHUNK,
        hashes=b"".join(made.chunk_hashes),
    )
    return Sealed(data, said, made.chunks, made.size, made.s)


def upload(walk: Walk, short: str, bid: Sealed) -> None:
    """The whole file in one PATCH."""
    party = walk.by(short)
    answer = party.request(
        "POST", "/v1/uploads", bid.announcement.to_bytes(), TUS | {"Upload-Length": str(len(bid.data))}
    )
    assert answer.status_code == 201, answer.text
    place = str(answer.headers["location"])
    bound = hashlib.sha256(bid.announcement.hashes).hexdigest()
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    sent = party.request("PATCH", place, bid.data, TUS | headers | party.proof("PATCH", place, bound))
    assert sent.status_code == 204, sent.text


def submission(walk: Walk, short: str, bid: Sealed, prev: str = ZERO_ID) -> Submission:
    return Submission(
        tender=bid.announcement.tender,
        lot=bid.announcement.lot,
        supplier=SUPPLIERS[short],
        bid=bid.announcement.bid,
        header=bid.announcement.header,
        chunks=bid.chunks,
        size=bid.size,
        prev=prev,
        client_time=walk.now(),
        skew_ms=0,
        client=ClientRelease(version="0.1.0", digest="0e" * 32),
        machine="0f" * 32,
    )


def withdrawal(walk: Walk, short: str, prev: str) -> Withdrawal:
    return Withdrawal(tender=tv_of(walk), lot="1", supplier=SUPPLIERS[short], prev=prev)


def deliver(walk: Walk, short: str, prev: str = ZERO_ID, tv: str = "") -> Submission:
    """Seal, upload, commit; the share stays with the supplier."""
    bid = sealed_bid(walk, short, tv)
    upload(walk, short, bid)
    walk.secrets[f"s-{short}"] = bid.s
    act = submission(walk, short, bid, prev)
    walk.do(short, f"submission-{short}", act)
    return act


def deliver_all(walk: Walk) -> None:
    for short in SUPPLIERS:
        deliver(walk, short)

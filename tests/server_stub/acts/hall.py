"""The day of opening, act by act: closing, releases, custodians' shares, the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeVar

from crypto.custody import custodian_release
from procurement.basics.statement import Statement
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import Submission
from procurement.opening.readout import OpenedCase, read_out_rows
from procurement.opening.session import Closing, CustodianRelease, Freeze, Opening, OpeningRecord, Release, Window
from procurement.tendering.custody import LotKey
from tests.server_stub.acts.publishing import CUSTODIANS, DEADLINE, share_of, tender_on
from tests.server_stub.acts.sealing import forms_on, tv_of
from tests.server_stub.acts.walk import SUPPLIERS, Walk

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
S = TypeVar("S", bound=Statement)


def by_platform(walk: Walk, kind: type[S], step: str) -> S:
    """The platform's latest act of this type, from the agency's feed; kept under the name of the step."""
    found = [item for item in walk.by("agency").feed().items if item.act == kind.TYPE]
    made = kind.from_bytes(found[-1].signed.statement)
    walk.done[step] = made
    return made


def close(walk: Walk) -> None:
    """A second past the deadline: the platform closes the lot."""
    walk.world.move(DEADLINE + SECOND)
    by_platform(walk, Closing, "closing")


def release(walk: Walk, short: str, source: Literal["token", "slip"] = "token") -> Release:
    bid = walk.statement(Submission, f"submission-{short}").bid
    return Release(
        tender=tv_of(walk), lot="1", supplier=SUPPLIERS[short], bid=bid, closing=walk.id("closing"), source=source
    )


def let_go(walk: Walk, short: str, source: Literal["token", "slip"] = "token") -> Receipt:
    """Release with the share beside."""
    return walk.do(short, f"release-{short}", release(walk, short, source), walk.secrets[f"s-{short}"])


def window(walk: Walk, kind: Literal["extend", "pause", "resume"], prev: str, minutes: int) -> Window:
    until = walk.now() + minutes * MINUTE
    return Window(closing=walk.id("closing"), prev=prev, kind=kind, until=until, reason="平台繁忙")


def freeze(walk: Walk) -> None:
    """All three release, so nobody is waited for."""
    for short in SUPPLIERS:
        let_go(walk, short)
    walk.world.move(SECOND)
    by_platform(walk, Freeze, "freeze")


def share_release(walk: Walk, short: str) -> CustodianRelease:
    share = share_of(walk, short)
    return custodian_release(walk.id("freeze"), walk.statement(LotKey, "lot-key"), share)


def give_share(walk: Walk, short: str) -> Receipt:
    return walk.do(short, f"custodian-{short}", share_release(walk, short), walk.secrets[f"share-{short}"])


def open_all(walk: Walk) -> None:
    """Three of four custodians release; the platform opens."""
    for short in CUSTODIANS[1:]:
        give_share(walk, short)
    walk.world.move(SECOND)
    by_platform(walk, Opening, "opening")


def record(walk: Walk, **changes: object) -> OpeningRecord:
    failed = {one.bid: one.code for one in walk.statement(Opening, "opening").results if one.code != "opened"}
    cases = [
        OpenedCase(
            code, f"太原{short}科技有限公司", failed.get(_bid(walk, short), "opened"), "token", forms_on(walk, short)
        )
        for short, code in SUPPLIERS.items()
    ]
    made = OpeningRecord(
        opening=walk.id("opening"),
        rows=read_out_rows(tender_on(walk).lot("1"), cases),
        confirm_until=walk.now() + 10 * MINUTE,
        pdf=walk.keep_file("opening record"),
    )
    return OpeningRecord.model_validate({**dict(made), **changes}) if changes else made


def _bid(walk: Walk, short: str) -> str:
    step = f"submission-{short}"
    return walk.statement(Submission, step).bid if step in walk.done else ""


def read_out(walk: Walk) -> None:
    walk.do("agency", "opening-record", record(walk))

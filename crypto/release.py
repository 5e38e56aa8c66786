"""What must be true before a share leaves a machine (protocol C3, B6), and how disclosed facts are checked after.

Nothing is decrypted for whoever asks: a header counts only if the holder's own signed submission names it, and the
record inside must name that very bid. The arithmetic of the day itself is `procurement.opening.order`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from crypto.bidfile import header_context, read_header
from crypto.envelope import unwrap_s
from crypto.log import entry_leaf
from crypto.suites import SHARE_SIZE, same, share_commitment, suite_named
from crypto.tokens.port import Token
from procurement.basics.problems import Refused, Tampered
from procurement.bidding.receipt import LogEntry
from procurement.bidding.sealed import BidHeader, Submission
from procurement.opening.order import check_freeze, window_end
from procurement.opening.session import Closing, Freeze, Release, Window


def own_header(header: bytes, submission: Submission) -> BidHeader:
    """The header, if `submission` (verified as one's own before) names it.

    Raises `Tampered`: header-of-another-bid and those of `read_header`.
    """
    found = read_header(header)
    named = suite_named(found.suite).d("header", header).hex()
    if named != submission.header or (found.tender, found.lot, found.supplier) != (
        submission.tender,
        submission.lot,
        submission.supplier,
    ):
        raise Tampered("header-of-another-bid", "Refuse: your organisation never signed this header.", header=named)
    return found


def share_from_token(header: bytes, submission: Submission, token: Token) -> bytes:
    """s from the token: the header is one's own, the record names this bid, the commitment holds.

    Also the rehearsal before the deadline, which sends nothing (L4).
    Raises `Tampered`: header-of-another-bid, unwrap-failed, share-s-wrong; `Locked`.
    """
    found = own_header(header, submission)
    s = unwrap_s(found.env_s, token, header_context(found))
    check_share_s(found, s)
    return s


def share_from_slip(header: bytes, submission: Submission, bid: str, s: bytes) -> bytes:
    """s from an opened slip, which names `bid`. Raises `Tampered`: slip-of-another-bid, header-of-another-bid, share-s-wrong."""
    if bid != submission.bid:
        raise Tampered("slip-of-another-bid", "Use the slip that was made with this bid.", bid=bid)
    check_share_s(own_header(header, submission), s)
    return s


def check_share_s(header: BidHeader, s: bytes) -> None:
    """D("share-s", ctx, s) == share_s; for both sides of the street. Raises `Tampered("share-s-wrong")`."""
    committed = bytes.fromhex(header.share_s)
    if len(s) != SHARE_SIZE or not same(
        share_commitment(suite_named(header.suite), "s", header_context(header), s), committed
    ):
        raise Tampered("share-s-wrong", "Release the share of this very bid.", bid=header.share_s)


def check_closing_for(
    closing: Closing,
    submission: Submission,
    leaf: str,
    entry: LogEntry,
    *,
    deadline: datetime,
    now: datetime,
    stamped: datetime | None,
    also: Collection[str] = (),
) -> None:
    """A supplier's look at a logged closing before it releases, with what its own receipt knows (B6.2).

    `leaf` and `entry` are the receipt's; `deadline` is the tender's; `stamped` the time of the closing's time-stamp,
    None where none is to be had; `also` are the TVs of earlier versions for which a bid counts. Raises `Refused("release-too-early")`, `Tampered`: closing-of-another-lot,
    closing-early, own-bid-not-in-closing, own-link-misplaced.
    """
    if closing.lot != submission.lot or submission.tender not in {closing.tender, *also}:
        raise Tampered("closing-of-another-lot", "Ask for the closing of this lot.", lot=closing.lot)
    if closing.deadline != deadline or closing.t_close < deadline or (stamped is not None and stamped < deadline):
        raise Tampered("closing-early", "Keep the share: bids were closed before the deadline.", lot=closing.lot)
    if now < deadline:
        raise Refused("release-too-early", "Keep the share: by this machine's clock the deadline is still to come.")
    if leaf not in closing.active:
        raise Tampered("own-bid-not-in-closing", "Show your receipt to the supervisor: the closed set lacks your bid.")
    place = closing.chain.index(leaf) if leaf in closing.chain else 0
    if place == 0 or closing.chain[place - 1] != entry.prev_leaf or closing.count != len(closing.active):
        raise Tampered(
            "own-link-misplaced", "Show your receipt to the supervisor: the chain was changed around your bid."
        )


def late_closing(deadline: datetime, stamped: datetime) -> bool:
    """Whether `verify` says LATE-CLOSE: the time-stamp is more than 60 s after the deadline (H5)."""
    return (stamped - deadline).total_seconds() > 60


def release_statement(submission: Submission, closing: Closing, source: Literal["token", "slip"]) -> Release:
    """What the supplier signs when it sends s. It names the version that was closed, which may explain the one that was bid on."""
    return Release(
        tender=closing.tender,
        lot=submission.lot,
        supplier=submission.supplier,
        bid=submission.bid,
        closing=closing.id,
        source=source,
    )


def check_freeze_for(
    freeze: Freeze,
    closing: Closing,
    windows: Sequence[Window],
    first_end: datetime,
    *,
    now: datetime,
    stamped: datetime | None,
    held: Collection[str] = (),
    signed: Collection[str] = (),
) -> None:
    """A custodian's look at a logged freeze before its share leaves (B6.4).

    `first_end` is the window's end by the tender. `held` are leaves of bids whose signed release this custodian holds
    itself (M21); `signed` are freezes of this lot it has released against before (M22).
    Raises `Refused`: release-too-early; `Tampered`: second-freeze, freeze-suppresses-release, and those of `check_freeze`.
    """
    if set(signed) - {freeze.id}:
        raise Tampered(
            "second-freeze", "Keep the share and report both freezes: there may be only one.", lot=closing.lot
        )
    check_freeze(freeze, closing, windows, first_end, dict.fromkeys(freeze.released, ""))
    absent = {one.leaf for one in freeze.absent if one.reason == "not-released"}
    if absent & set(held):
        raise Tampered(
            "freeze-suppresses-release", "Keep the share and dispute the freeze: a release you hold is missing from it."
        )
    end = window_end(first_end, windows)
    times = [now] if stamped is None else [now, stamped]
    if freeze.absent and (end is None or min(times) < end):
        raise Refused("release-too-early", "Keep the share: by clock or time-stamp the window is still open.")


def check_disclosed_chain(closing: Closing, disclosed: Sequence[tuple[bytes, bytes]]) -> list[LogEntry]:
    """The lot's chain from disclosed (salt, entry bytes), in order: each leaf, each link to the one before (B6.5b).

    Raises `Tampered("chain-broken")` naming the place.
    """
    if len(disclosed) != len(closing.chain):
        raise Tampered("chain-broken", "Report this: links of the chain are missing.", place=len(disclosed))
    entries: list[LogEntry] = []
    for place, ((salt, data), leaf) in enumerate(zip(disclosed, closing.chain, strict=True)):
        entry = LogEntry.from_bytes(data)
        linked = place == 0 or entry.prev_leaf == closing.chain[place - 1]
        if entry_leaf(salt, data).hex() != leaf or not linked:
            raise Tampered("chain-broken", "Report this: the chain was changed at this place.", place=place)
        entries.append(entry)
    return entries

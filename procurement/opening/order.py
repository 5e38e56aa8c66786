"""The order of the day as arithmetic: who may do what after which statement (protocol B6, H8, M21, M22).

Used by the server before it accepts, by custodians before they release, and by `verify` afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from procurement.basics.digest import digest, u16
from procurement.basics.problems import NotAllowed, Refused, Tampered
from procurement.basics.statement import Statement, Suite
from procurement.basics.value import ZERO_ID
from procurement.bidding.sealed import Submission
from procurement.opening.session import Closing, CustodianRelease, Freeze, Opening, Release, Window
from procurement.tendering.tender import Window as ReleaseWindow

SUPERSEDED = "superseded-submission"
"""Stands for the act type of a submission made for a version of the tender that is no longer in force"""
_BIDS = ("submission", "withdrawal", SUPERSEDED)
DEFAULT_WINDOW_MINUTES = 30
"""解密时限 where the tender says nothing (the usual one; sealed-bid.md)"""


def active_leaves(acts: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Leaves of the standing submissions, from (leaf, act type, supplier) in chain order: the last act of each supplier counts.

    A closed set never mixes versions that differ for bidders (H15): who did not answer a correction that affects bids has no
    standing bid; one that does not affect them undoes none (`standing_versions`).
    """
    last: dict[str, tuple[str, str]] = {}
    for leaf, kind, supplier in acts:
        last.pop(supplier, None)
        last[supplier] = (leaf, kind)
    return tuple(leaf for leaf, kind in last.values() if kind == "submission")


def kind_in_chain(act: Statement, type_: str, tenders: Collection[str]) -> str:
    """The kind under which an act of the lot's chain counts when it is closed; `tenders` are the TVs for which a bid counts."""
    return SUPERSEDED if isinstance(act, Submission) and act.tender not in tenders else type_


def check_closing(closing: Closing, deadline: datetime, acts: Sequence[tuple[str, str, str]]) -> None:
    """`acts` are (leaf, kind of act, supplier) of the lot's chain in order, publication first. Raises `Tampered`."""
    if closing.t_close < deadline or closing.deadline != deadline:
        raise Tampered(
            "closing-early", "Report this: the closing does not follow the deadline.", deadline=deadline.isoformat()
        )
    if closing.chain != tuple(leaf for leaf, _, _ in acts):
        raise Tampered(
            "closing-chain-differs",
            "Report this: the closed set does not list the acts of the lot's chain.",
            lot=closing.lot,
        )
    bids = [act for act in acts if act[1] in _BIDS]
    if closing.active != active_leaves(bids) or closing.count != len(closing.active):
        raise Tampered(
            "closing-set-differs",
            "Report this: a standing bid is missing from, or added to, the closed set.",
            lot=closing.lot,
        )


def window_end(first_end: datetime, windows: Sequence[Window]) -> datetime | None:
    """End of the release window after all `window` statements; None while it is paused."""
    end: datetime | None = first_end
    for window in windows:
        end = None if window.kind == "pause" else window.until
    return end


def check_window(
    window: Window, closing: Closing, first_end: datetime, windows: Sequence[Window], now: datetime, *, frozen: bool
) -> None:
    """An extension, pause or resumption by the agency. Raises `Refused`."""
    if frozen:
        raise Refused(
            "window-after-freeze", "The freeze is final: the window cannot be changed any more.", lot=closing.lot
        )
    if window.prev != (windows[-1].id if windows else ZERO_ID):
        raise Refused(
            "prev-not-head", "Another change of the window came first; look at it and decide again.", lot=closing.lot
        )
    end = window_end(first_end, windows)
    if window.kind == "resume" and end is not None:
        raise Refused("window-not-paused", "Only a paused window can be resumed.", lot=closing.lot)
    if window.kind != "resume" and end is None:
        raise Refused("window-paused", "Resume the window first.", lot=closing.lot)
    if window.kind == "extend" and end is not None and window.until <= end:
        raise Refused("window-shortened", "A window can only be made longer.", lot=closing.lot)
    if window.kind != "pause" and window.until <= now:
        raise Refused("window-ends-in-the-past", "Give an end that is still to come.", lot=closing.lot)


def check_release(
    release: Release,
    submission: Submission,
    closing: Closing,
    active: bool,
    end: datetime | None,
    now: datetime,
    *,
    frozen: bool,
) -> None:
    """A supplier's release in the window. Raises `Refused` or `NotAllowed`."""
    if frozen:
        raise Refused(
            "release-after-freeze",
            "The window is over and the set is frozen; nothing can be released any more.",
            lot=release.lot,
        )
    check_release_address(release, closing)
    if release.suite != submission.suite:
        raise Refused("suite-differs", "Use certificates of the suite that the tender names.", suite=submission.suite)
    if release.supplier != submission.supplier or release.bid != submission.bid:
        raise NotAllowed("release-of-another-bid", "Release the bid that your own receipt names.", lot=release.lot)
    if not active:
        raise Refused(
            "release-of-inactive-bid",
            "This bid was replaced or withdrawn; only the standing one is released.",
            lot=release.lot,
        )
    if end is None:
        raise Refused("window-paused", "Wait until the agency resumes the window.", lot=release.lot)
    if now > end:
        raise Refused("window-over", "The release window has ended.", end=end.isoformat())


def check_release_address(release: Release, closing: Closing) -> None:
    """A release names one closing, of its own tender and lot: it is worth nothing for another. Raises `Refused`."""
    if release.closing != closing.id or (release.tender, release.lot) != (closing.tender, closing.lot):
        raise Refused("release-of-another-closing", "Release against the closing of this lot.", lot=release.lot)


def check_freeze(
    freeze: Freeze, closing: Closing, windows: Sequence[Window], first_end: datetime, released: Mapping[str, str]
) -> None:
    """`released` maps released leaf → release id. The freeze ends the window, or nobody is absent (B6.4). Raises `Tampered`."""
    if freeze.closing != closing.id or freeze.windows != tuple(w.id for w in windows):
        raise Tampered(
            "freeze-of-another-closing",
            "Report this: the freeze names another closing or hides a window.",
            lot=closing.lot,
        )
    if (
        set(freeze.released) | {a.leaf for a in freeze.absent} != set(closing.active)
        or len(freeze.released) + len(freeze.absent) != closing.count
    ):
        raise Tampered(
            "freeze-set-differs", "Report this: the freeze does not account for every standing bid.", lot=closing.lot
        )
    if set(freeze.released) != set(released):
        raise Tampered(
            "freeze-suppresses-release", "Report this: released bids and the freeze differ.", lot=closing.lot
        )
    end = window_end(first_end, windows)
    if freeze.absent and (end is None or freeze.t < end):
        raise Tampered(
            "freeze-early", "Report this: the window was still open and a bidder is counted absent.", lot=closing.lot
        )


def check_custodian_release(
    release: CustodianRelease, freeze: Freeze | None, lot_key: str, share: bytes, suite: Suite = "I1"
) -> None:
    """Binds the share to its statement; the Feldman check is the strong room's. `suite` is the lot key's. Raises `Refused`."""
    if freeze is None:
        raise Refused("release-before-freeze", "Custodians release only after the freeze is logged.", lot_key=lot_key)
    if release.freeze != freeze.id or release.lot_key != lot_key:
        raise Refused("release-against-another-freeze", "Release against the freeze of this lot.", lot_key=lot_key)
    if release.share != custody_share_digest(lot_key, release.i, share, suite):
        raise Refused("custody-share-digest-differs", "Send the share that the statement names.", i=release.i)


def custody_share_digest(lot_key: str, i: int, share: bytes, suite: Suite = "I1") -> str:
    """D("custody-share", LKD, i, share) in hex (decision 3), in the lot key's suite."""
    return digest("custody-share", bytes.fromhex(lot_key), u16(i), share, suite=suite).hex()


def check_opening(opening: Opening, freeze: Freeze, releases: Sequence[str], k: int) -> None:
    """One act opens all released bids and no other. Raises `Tampered`."""
    if opening.freeze != freeze.id:
        raise Tampered("opening-of-another-freeze", "Report this: the opening names another freeze.")
    if len(opening.custodian_releases) < k or not set(opening.custodian_releases) <= set(releases):
        raise Tampered("opening-without-quorum", "Report this: fewer custodians released than are needed.", k=k)
    if tuple(r.leaf for r in opening.results) != freeze.released:
        raise Tampered("opening-set-differs", "Report this: opened bids are not the frozen set.")


def first_window_end(profile: ReleaseWindow, closing: Closing) -> datetime:
    """End of the release window before any `window` statement: minutes after the closing, or the tender's fixed time."""
    if profile.until is not None:
        return max(profile.until, closing.t_close)
    return closing.t_close + timedelta(minutes=profile.minutes or DEFAULT_WINDOW_MINUTES)

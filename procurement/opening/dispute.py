"""When a freeze may be disputed: the supervisor holds a signed release that came in time and that the freeze lacks (M21).

The dispute is evidence for people and no veto (decision 3): custodians who hold such a release keep their share by
their own check, nobody else is stopped. Used by the server before it accepts, and by `verify` afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from procurement.basics.problems import NotAllowed, Refused, Tampered
from procurement.basics.statement import SignedBytes
from procurement.opening.session import Closing, Freeze, FreezeDisputed, Release


def disputed_release(signed: SignedBytes) -> Release:
    """The release inside a dispute. Raises `Refused("disputed-release-malformed")`."""
    try:
        return Release.from_bytes(signed.statement)
    except Refused as error:
        raise Refused(
            "disputed-release-malformed", "Send the supplier's signed release as it came.", reason=error.code
        ) from error


def check_dispute(
    act: FreezeDisputed,
    release: Release,
    signer: str,
    freeze: Freeze,
    closing: Closing,
    end: datetime | None,
    bids: Mapping[str, str],
    *,
    now: datetime,
    earlier: Collection[str] = (),
) -> None:
    """`signer` is the code of who signed `release`, `end` that of the window as frozen, `bids` maps BD → leaf of the standing bids,
    `earlier` are ids of releases disputed before. Raises `Refused`, `NotAllowed` or `Tampered`, each with its own code."""
    named = {"release": act.release.id}
    if signer != release.supplier:
        raise Tampered("disputed-release-foreign", "The supplier has not signed this release: do not use it.", **named)
    if release.closing != closing.id or (release.tender, release.lot) != (closing.tender, closing.lot):
        raise Refused("disputed-release-of-another-closing", "Dispute the freeze of the release's own lot.", **named)
    leaf = bids.get(release.bid, "")
    if leaf not in closing.active:
        raise Refused("disputed-bid-not-standing", "This bid was replaced, withdrawn or never received.", **named)
    if leaf in freeze.released:
        raise Refused(
            "disputed-release-in-freeze", "The freeze has this bid among the released; nothing lacks.", **named
        )
    reason = next((one.reason for one in freeze.absent if one.leaf == leaf), "")
    if reason == "slip-not-admitted" and release.source == "slip":
        raise Refused(
            "disputed-slip-not-admitted", "The release came and the slip was not admitted; object instead.", **named
        )
    last = freeze.t if end is None else min(end, freeze.t)
    if not closing.t_close <= act.held <= last or act.held > now:
        raise NotAllowed(
            "disputed-release-not-in-time",
            "Only a release held between the closing and the end of the window is evidence.",
            held=act.held.isoformat(),
            end=last.isoformat(),
        )
    if act.release.id in earlier:
        raise Refused("disputed-before", "This release is disputed already.", **named)

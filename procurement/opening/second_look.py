"""The supervisor's second look at an opening envelope that did not open (protocol B7, decision 3).

A bad `env_o` is its bidder's failure by signature, but only who holds the lot key sees that it is bad. So the supervisor may
ask; k custodians release their shares a second time, sealed to the supervisor alone; what it finds is an act. If the
envelope opens after all, the result carries o, which anybody with the header checks against its commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from procurement.basics.problems import NotAllowed, Refused, Tampered
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Text
from procurement.opening.session import OpenedBid, Opening
from procurement.tendering.custody import CustodyKey, LotKey

SHARE_FAULTS = frozenset({"env-o-unreadable", "share-o-wrong"})
"""Results of an opening that rest on what the platform saw with the lot key, and on nothing others can compute"""
SEALED_SIZE = 65 + 70 + 16
"""HPKE on P-256 of "JCC2" || look || u16(i) || share"""


class SecondLook(Statement):
    """A supervisor asks for the envelope of one bid to be opened again."""

    TYPE: ClassVar[str] = "second-look"
    opening: Hex32
    bid: Hex32
    reader: Hex32
    """Id of the supervisor's own `custody-key`: to it the shares are sealed"""
    reason: Text


class SecondLookRelease(Statement):
    """A custodian's second signed release: its share, for the supervisor's process alone."""

    TYPE: ClassVar[str] = "second-look-release"
    look: Hex32
    lot_key: Hex32
    i: int
    org: Code
    sealed: Blob


class SecondLookResult(Statement):
    """What the supervisor found with the rebuilt key: the same failure, or that the envelope opens."""

    TYPE: ClassVar[str] = "second-look-result"
    look: Hex32
    releases: tuple[Hex32, ...]
    code: Literal["env-o-unreadable", "share-o-wrong", "envelope-opens"]
    o: Hex32 | None = None
    """The opening share, if the envelope opens: it fits the header's `share_o`"""
    reason: Text


def check_look(look: SecondLook, opening: Opening, reader: CustodyKey, author: str, *, asked: bool) -> OpenedBid:
    """The result that is doubted. `reader` is the custody key named. Raises `Refused`, `NotAllowed`."""
    result = next((one for one in opening.results if one.bid == look.bid), None)
    if result is None:
        raise Refused("bid-not-opened-here", "Name a bid of this opening.", bid=look.bid)
    if result.code not in SHARE_FAULTS:
        raise Refused(
            "nothing-to-look-at-again", "Everybody can check this result without the lot key.", result=result.code
        )
    if (reader.org, reader.role) != (author, Role.SUPERVISOR):
        raise NotAllowed("second-look-reader-foreign", "Name your own custody key as supervisor.", org=reader.org)
    if asked:
        raise Refused("second-look-asked-before", "A second look at this bid is under way or done.", bid=look.bid)
    return result


def check_look_release(release: SecondLookRelease, key_id: str, key: LotKey, *, given: bool) -> None:
    """`key` is the opening key of the lot that was opened. The share inside is the supervisor's to check. Raises as above."""
    if release.lot_key != key_id:
        raise Refused("lot-key-of-another-lot", "Release the share of the lot that is looked at.", lot=key.lot)
    if not any((c.i, c.org) == (release.i, release.org) for c in key.custodians):
        raise NotAllowed("not-this-custodian", "Release your own share.", i=release.i)
    if len(release.sealed) != SEALED_SIZE:
        raise Refused("second-look-share-malformed", "Seal your share to the supervisor's key.", i=release.i)
    if given:
        raise Refused("second-look-share-given", "Your share is with the supervisor already.", i=release.i)


def check_look_result(
    result: SecondLookResult, releases: Mapping[str, int], key: LotKey, *, o_fits: bool, done: bool
) -> None:
    """`releases` maps the id of each release for this look to its custodian's number; `o_fits` says that `o` opens the header's
    commitment. Raises `Refused`, `Tampered`."""
    if done:
        raise Refused("second-look-done-before", "This look has its result.", look=result.look)
    numbers = {releases[one] for one in result.releases if one in releases}
    if (
        len(numbers) < key.k
        or len(result.releases) != len(set(result.releases))
        or set(result.releases) - set(releases)
    ):
        raise Refused("second-look-without-quorum", "Wait for enough custodians.", have=len(numbers), need=key.k)
    if (result.code == "envelope-opens") != (result.o is not None):
        raise Refused("second-look-result-unclear", "Give the opening share if, and only if, the envelope opens.")
    if result.o is not None and not o_fits:
        raise Tampered("share-o-wrong", "The share given does not fit the header's commitment.", look=result.look)

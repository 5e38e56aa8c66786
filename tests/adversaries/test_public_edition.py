"""The public edition with something cut away: entries from the middle, entries from the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.archive.bundle import Bundle
from client.archive.layout import ACTS, ENTRIES
from client.verify.checks import completeness, integrity
from client.verify.command import verify_archive
from client.verify.evidence import Evidence
from client.verify.report import Report
from crypto.log import entry_leaf
from procurement.basics.problems import Tampered
from procurement.bidding.receipt import LogEntry
from tests.adversaries.forger import write_members
from tests.played import Played

Found = set[tuple[str, str]]


def found(played: Played, path: Path) -> Found:
    """(check, code) of every fault that `verify` names in this archive."""
    faults = verify_archive(path, played.anchors).faults
    return {(fault.check.partition(" /")[0], fault.problem.code) for fault in faults}


def test_an_entry_of_the_public_edition_removed(played: Played, tmp_path: Path) -> None:
    """Each closed entry in turn: the chain misses it, or the archive act's list does. Outside the procurement stands one."""
    with Bundle(played.public) as bundle:
        evidence = Evidence(bundle, played.anchors)
        closed, shown = evidence.closed, evidence.acts
        followed = {act.entry.prev_leaf for act in shown} | {LogEntry.from_bytes(c.entry).prev_leaf for c in closed}
        members = {name: bundle.read(name) for name in bundle.members}
        unseen = []
        for gone in closed:
            leaf = entry_leaf(bytes.fromhex(gone.salt), gone.entry).hex()
            evidence.__dict__["closed"] = tuple(one for one in closed if one is not gone)
            if leaf in followed:
                with pytest.raises(Tampered, match="chain-broken"):
                    integrity.chains(evidence)
            else:
                report = Report()
                completeness.check(evidence, report)
                codes = {(fault.check.partition(" /")[0], fault.problem.code) for fault in report.faults}
                if codes != {("complete", "archive-incomplete")}:
                    unseen.append(LogEntry.from_bytes(gone.entry).act)
    assert unseen == ["agency-profile"]
    submission = next(c for c in closed if LogEntry.from_bytes(c.entry).act == "submission")
    del members[f"{ENTRIES}{submission.leaf_index:08d}.json"]
    faults = found(played, write_members(tmp_path / "public.zip", members))
    assert {("chains", "chain-broken"), ("closed set", "chain-broken")} <= faults


@pytest.mark.parametrize("count", [2, 3, 6])
def test_the_tail_of_the_public_edition_cut_off(played: Played, tmp_path: Path, count: int) -> None:
    """The last acts of the procurement, shown or closed, are left out: the archive act is missing, and that is said."""
    with Bundle(played.public) as bundle:
        members = {name: bundle.read(name) for name in bundle.members}
    acts = sorted(
        (name for name in members if name.startswith((ACTS, ENTRIES))), key=lambda name: name.partition("/")[2]
    )
    for name in acts[-count:]:
        del members[name]
    assert ("archived", "act-missing") in found(played, write_members(tmp_path / "public.zip", members))


def test_only_what_came_after_the_archive_act_can_go_unseen(played: Played, tmp_path: Path) -> None:
    """The statistics alone, logged after it: no list holds them, and `verify` says that it cannot show it."""
    with Bundle(played.public) as bundle:
        members = {name: bundle.read(name) for name in bundle.members}
    last = max((name for name in members if name.startswith(ACTS)), key=lambda name: name.partition("/")[2])
    del members[last]
    target = write_members(tmp_path / "public.zip", members)
    assert not found(played, target)
    assert completeness.AFTER in verify_archive(target, played.anchors).limits

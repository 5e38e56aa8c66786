"""The day of opening rewritten in the archive by the platform itself: closed late, frozen twice, a custodian's release gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from client.archive.bundle import Bundle
from client.demo.cast import SUPERVISOR
from client.verify.checks import day, integrity, people
from client.verify.evidence import Evidence
from client.verify.report import Report
from crypto.signing import sign_statement
from tests.adversaries.forger import Forged, Forger
from tests.played import Played

Found = set[tuple[str, str]]


@pytest.fixture
def forger(played: Played) -> Forger:
    return Forger(played.world, played.archive)


def _found(played: Played, path: Path) -> Found:
    """(check, code) of every fault in log and day."""
    report = Report()
    with Bundle(path) as bundle:
        evidence = Evidence(bundle, played.anchors)
        for check in (integrity.check, day.check):
            check(evidence, report)
    return {(fault.check.partition(" / ")[0], fault.problem.code) for fault in report.faults}


def test_closed_61_seconds_late(forger: Forger, played: Played, tmp_path: Path) -> None:
    """Everything re-signed and stamped at the true time: an outside clock tells (H5)."""
    closing = forger.find("closing", lambda value: value.count)
    late = closing.value.deadline + timedelta(seconds=61)
    closing.entry = closing.entry.model_copy(update={"t_recv": late})
    closing.becomes(t_close=late)
    assert ("closing in time", "late-close") in _found(played, forger.write(tmp_path / "a.zip"))


def test_frozen_twice(forger: Forger, played: Played, tmp_path: Path) -> None:
    """A second freeze a second later, logged like the first (M22)."""
    first = forger.find("freeze")
    made = Forged.of(first.receipt)
    made.salt = b"\x02" * 32
    made.becomes(t=first.value.t + timedelta(seconds=1))
    made.signature = sign_statement(made.statement, forger.platform).signature
    forger.insert(first, made)
    assert ("order of the day", "two-freezes") in _found(played, forger.write(tmp_path / "a.zip"))


def test_frozen_before_the_release_it_names(forger: Forger, played: Played, tmp_path: Path) -> None:
    """ "Freeze then release": a freeze dated before the releases that it lists."""
    freeze = forger.find("freeze")
    early = forger.find("closing", lambda value: value.id == freeze.value.closing).entry.t_recv + timedelta(seconds=1)
    freeze.entry = freeze.entry.model_copy(update={"t_recv": early})
    freeze.becomes(t=early)
    faults = _found(played, forger.write(tmp_path / "a.zip"))
    assert faults & {("order of the day", "freeze-early"), ("order of the day", "out-of-order")}


def test_a_custodians_release_left_out(forger: Forger, played: Played, tmp_path: Path) -> None:
    """Suppressed after it was accepted: its place in the chain is empty, and its custodian holds the receipt."""
    forger.drop(forger.find("custodian-release"))
    faults = _found(played, forger.write(tmp_path / "a.zip"))
    assert ("chains", "chain-broken") in faults


def test_a_custodians_release_that_never_was(forger: Forger, played: Played, tmp_path: Path) -> None:
    """The platform writes one in the supervisor's name, with its own certificate: not the supervisor's signature."""
    release = forger.find("custodian-release")
    made = Forged.of(release.receipt)
    made.salt = b"\x03" * 32
    made.becomes(org=SUPERVISOR.code, i=release.value.i)
    made.signature = sign_statement(made.statement, forger.platform).signature
    forger.insert(release, made)
    path, report = forger.write(tmp_path / "a.zip"), Report()
    with Bundle(path) as bundle:
        people.check(Evidence(bundle, played.anchors), report)
    assert "foreign-author" in {fault.problem.code for fault in report.faults}

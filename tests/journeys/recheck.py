"""What `verify` recomputes of an evaluation that is not archived yet: bids opened again, scores, ranking; also with acts forged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from client.archive.bundle import Bundle
from client.profile import TRUST_FOLDER
from client.verify.checks import bids, scores
from client.verify.evidence import Anchors, Evidence, Logged
from client.verify.report import Report
from tests.client.journey import TENDER, Journey

BEAT = timedelta(minutes=11)
"""Longer than the beat of public checkpoints"""
Found = set[tuple[str, str]]


class Recheck:
    """The evidence of one procurement with its bids opened once; each look may change acts in it."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._acts = evidence, evidence.acts
        self.report = Report()
        self._opened = bids.check(evidence, self.report)
        assert self._opened.forms, "nothing was opened: there is nothing to recompute"

    def acts(self, kind: type[Any], **fields: object) -> list[Logged[Any]]:
        return self._evidence.all(kind, **fields)

    def faults(self, change: Callable[[Logged[Any]], Any] = lambda act: act.value) -> Found:
        """(check, code) of what is found when `change` says what each act states; None: the act is gone."""
        said = [(act, change(act)) for act in self._acts]
        acts = tuple(act if value is act.value else replace(act, value=value) for act, value in said if value)
        self._evidence.__dict__.update(acts=acts, by_id={act.id: act for act in acts})
        report = Report()
        scores.check(self._evidence, report, self._opened)
        self._evidence.__dict__.update(acts=self._acts, by_id={act.id: act for act in self._acts})
        return {(fault.check.partition(" / ")[0], fault.problem.code) for fault in report.faults}


@contextmanager
def recheck(journey: Journey, folder: Path) -> Iterator[Recheck]:
    """An archive of what has happened so far, built by the agency."""
    journey.move(journey.world.now() + BEAT)
    agency = journey.agency
    number = agency.published.current(TENDER).package.number
    archive = agency.closing.build_archive(number, folder / "so-far.zip", "full")
    anchors = Anchors.load(agency.place.folder.folder / TRUST_FOLDER)
    with Bundle(archive) as bundle:
        yield Recheck(Evidence(bundle, anchors))

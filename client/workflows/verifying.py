"""核验: a receipt, a sealed paper or an archive, checked on this machine with the anchors of this profile; no network is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client.verify.command import verify_file
from client.verify.evidence import Anchors
from client.verify.report import Report
from client.workflows.verbs import Workflow, verb
from crypto.log import verify_logged
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.pulse import Pulse
from procurement.basics.statement import read_statement
from procurement.bidding.receipt import Receipt


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says, for people to read."""

    act: str
    """Statement type"""
    id: str
    received: datetime
    """By the platform's word, as it signed it"""
    place: int
    """Of the act's leaf in the log"""


@dataclass(frozen=True, slots=True)
class Verified:
    """A file and what was found."""

    name: str
    report: Report
    receipt: ReceiptFacts | None = None


class Verifying(Workflow):
    """The same checks as `jincai verify`."""

    @verb("seal", pulsed=True)
    def check(self, path: Path, pulse: Pulse | None = None) -> Verified:
        """Faults are in the report. Raises `Refused("evidence-unreadable")` where the file is not what its name says, `Cancelled`."""
        anchors = Anchors.load(self.place.folder.anchors)
        try:
            report = verify_file(path, anchors, pulse)
        except (Refused, Tampered, OSError) as error:
            found = error.code if isinstance(error, Problem) else type(error).__name__
            raise Refused(
                "evidence-unreadable",
                "Choose a receipt (.json), a sealed paper (.pdf) or an archive (.zip) as it was handed out; if it is one, it was changed.",
                file=path.name,
                found=found,
            ) from error
        return Verified(path.name, report, _facts(path, anchors) if path.suffix == ".json" else None)


def _facts(path: Path, anchors: Anchors) -> ReceiptFacts | None:
    """None where the receipt is not sound enough to be told of."""
    try:
        receipt = Receipt.from_bytes(path.read_bytes())
        entry, _ = verify_logged(receipt, anchors.log_key)
        act = read_statement(receipt.act.statement).TYPE
    except Problem:
        return None
    return ReceiptFacts(act, receipt.act.id, entry.t_recv, receipt.leaf_index)

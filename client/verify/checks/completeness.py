"""Nothing cut away: the archive act lists every record before it, by kind, count and digest (R-074, L-641).

Both editions are held to it. Where an act stays closed, its log entry tells kind and id, and its chain tells the lot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.log import entry_leaf
from procurement.basics.problems import Tampered
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry
from procurement.closing.checklist import archive_item
from procurement.closing.records import Archive

AFTER = "whether more was logged after the archive act than is shown here / 归档之后是否还有未示出的行为"

BEFORE_LOTS_PART = frozenset({"lot-key", "custody-ack"})
"""Acts of one lot that stand in the whole project's chain, before its publication"""


@dataclass(frozen=True, slots=True)
class Record:
    """One act, shown or closed."""

    kind: str
    id: str
    index: int
    leaf: str
    prev: str
    lot: str


def check(evidence: Evidence, report: Report) -> None:
    found: list[Record] = []

    def read() -> None:
        found.extend(records(evidence))
        if not evidence.all(Archive):
            raise Tampered("act-missing", "The archive lacks an act it should hold.", type=Archive.TYPE)

    report.once("archived / 归档", "archive", read)
    acts = [(act.member, act) for act in evidence.all(Archive)]
    report.each("complete / 归档完整", acts, partial(_complete, found))
    report.limits.append(AFTER)


def records(evidence: Evidence) -> list[Record]:
    """Every act of the archive in the log's order, with the lot it belongs to; empty before lots part."""
    known: dict[str, str] = {}
    found = [
        Record(a.value.TYPE, a.id, a.index, a.leaf, a.entry.prev_leaf, _lot_of(evidence, a, known))
        for a in evidence.acts
    ]
    for closed in evidence.closed:
        entry, leaf = LogEntry.from_bytes(closed.entry), entry_leaf(bytes.fromhex(closed.salt), closed.entry).hex()
        found.append(Record(entry.act, entry.of, closed.leaf_index, leaf, entry.prev_leaf, ""))
    found.sort(key=lambda record: record.index)
    return found if evidence.index.edition == "full" else _with_lots(found)


def _with_lots(found: list[Record]) -> list[Record]:
    """Closed acts take the lot of what is shown of their chain. Chains part where several acts follow one."""
    followers = Counter(record.prev for record in found)
    chain: dict[str, str] = {}
    lots: dict[str, str] = {}
    for record in found:
        begins = record.prev == ZERO_ID or followers[record.prev] > 1
        chain[record.leaf] = record.leaf if begins else chain.get(record.prev, record.leaf)
        if record.lot and record.kind not in BEFORE_LOTS_PART:
            lots[chain[record.leaf]] = record.lot
    return [Record(r.kind, r.id, r.index, r.leaf, r.prev, r.lot or lots.get(chain[r.leaf], "")) for r in found]


def _complete(found: list[Record], archive: Logged[Archive]) -> None:
    before = [record for record in found if record.index < archive.index]
    lot = next((record.lot for record in before if record.id == archive.value.contract), "")
    for item in archive.value.items:
        ids = [r.id for r in before if r.kind == item.kind and r.lot in ("", lot)]
        if archive_item(item.kind, ids) != item:
            raise Tampered(
                "archive-incomplete",
                "The records here are not those that were archived.",
                kind=item.kind,
                here=len(ids),
                archived=item.count,
            )


def _lot_of(evidence: Evidence, act: Logged[Any], known: dict[str, str]) -> str:
    """The lot an act belongs to: its own field, or that of an act it names; empty before lots part."""
    if act.id not in known:
        known[act.id] = ""
        named = [evidence.by_id[v] for v in act.value.__dict__.values() if isinstance(v, str) and v in evidence.by_id]
        own = getattr(act.value, "lot", "")
        known[act.id] = own or next((lot for a in named if (lot := _lot_of(evidence, a, known))), "")
    return known[act.id]

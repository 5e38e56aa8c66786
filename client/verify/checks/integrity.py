"""Members as indexed, acts in the log, chains without gaps, time-stamps (promises 5 and 6; H4 … H6, H14)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from client.archive.layout import ClosedEntry
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.log import Checkpoint, TlogProof, cosignatures, entry_leaf, leaf_hash, root_of, verify_logged
from crypto.signing import verify_statement
from crypto.timestamps import examine_token
from procurement.basics.problems import Tampered
from procurement.basics.statement import Statement
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry

DRIFT = timedelta(seconds=5)
"""Largest distance between the platform's time and the stamp's that goes unremarked (M18)"""


def members(evidence: Evidence, report: Report) -> None:
    """Every member is as the index lists it, and none is missing or added."""
    report.each(
        "members / 成员",
        [(f.path, f) for f in evidence.index.files],
        lambda f: _member(evidence, f.path, f.sha256, f.size),
    )
    report.once("index / 目录", "index.json", lambda: _complete(evidence))


def check(evidence: Evidence, report: Report) -> None:
    members(evidence, report)
    head = _Head(evidence)
    report.once("log head / 日志头", "log/checkpoint.txt", head.check)
    report.each("receipts / 回执", _named(evidence), lambda act: _receipt(evidence, head, act))
    report.each("closed entries / 未公开条目", [(f"entries/{c.leaf_index}", c) for c in evidence.closed], head.closed)
    report.once("chains / 行为链", "acts", lambda: chains(evidence))
    times = _Times(evidence)
    in_order = sorted(evidence.acts, key=lambda act: act.index)
    report.each("time-stamps / 时间戳", [(act.member, act) for act in in_order], times.check)
    report.grades += times.grades()
    days = [(a.member, a) for a in evidence.acts if a.value.TYPE in ("closing", "freeze")]
    seen: set[str] = set()
    report.each("witness / 见证", days, lambda act: _witnessed(evidence, act, seen))
    report.grades.append(
        f"witness of closing and freeze: {' and '.join(sorted(seen)) or 'none seen'} / 截标与解密结束的见证"
    )


def _named(evidence: Evidence) -> list[tuple[str, Logged[Statement]]]:
    return [(f"{act.member} {act.value.TYPE}", act) for act in evidence.acts]


def _member(evidence: Evidence, path: str, sha256: str, size: int) -> None:
    state, count = hashlib.sha256(), 0
    for block in evidence.bundle.blocks(path):
        state.update(block)
        count += len(block)
    if state.hexdigest() != sha256 or count != size:
        raise Tampered("member-changed", "Get the archive again from its owner.", member=path)


def _complete(evidence: Evidence) -> None:
    listed = {f.path for f in evidence.index.files} | {"index.json"}
    if listed != set(evidence.bundle.members) or len(listed) != len(evidence.index.files) + 1:
        odd = sorted(listed ^ set(evidence.bundle.members))
        raise Tampered("index-differs", "Get the archive again from its owner.", member=", ".join(odd[:3]))


class _Head:
    """The last signed head and the leaves under it."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def check(self) -> None:
        head = Checkpoint.verify(self._evidence.checkpoint, self._evidence.anchors.log_key)
        leaves = self._evidence.leaves
        if len(leaves) != head.size or root_of(map(leaf_hash, leaves)) != head.root:
            raise Tampered("log-leaves-differ", "The leaves are not those under the signed head.", size=head.size)

    def holds(self, index: int, leaf: str) -> None:
        """The leaf stands at its index. Raises `Tampered`."""
        leaves = self._evidence.leaves
        if index >= len(leaves) or leaves[index].hex() != leaf:
            raise Tampered("leaf-not-in-log", "The log does not hold this entry at its place.", index=index)

    def closed(self, one: ClosedEntry) -> None:
        LogEntry.from_bytes(one.entry)
        self.holds(one.leaf_index, entry_leaf(bytes.fromhex(one.salt), one.entry).hex())

    def grew_from(self, earlier: Checkpoint) -> None:
        """An earlier head is a beginning of this log. Raises `Tampered`."""
        leaves = self._evidence.leaves
        if earlier.size > len(leaves) or root_of(map(leaf_hash, leaves[: earlier.size])) != earlier.root:
            raise Tampered("log-forked", "A receipt was given under another history of the log.", size=earlier.size)


def _receipt(evidence: Evidence, head: _Head, act: Logged[Statement]) -> None:
    _, earlier = verify_logged(act.receipt, evidence.anchors.log_key)
    signer = verify_statement(act.receipt.receipt, evidence.anchors.trust, act.entry.t_recv, usage="platform")
    if act.entry.act != act.value.TYPE:
        raise Tampered("entry-of-another-type", "The log entry names another act.", entry=act.entry.act)
    head.holds(act.index, act.leaf)
    head.grew_from(earlier)
    if TlogProof.from_text(act.receipt.proof).index != act.index or not signer.org:
        raise Tampered("receipt-index-wrong", "The receipt and its proof name different places.", index=act.index)


def chains(evidence: Evidence) -> None:
    """Every entry follows one that is here (H6). A dropped act leaves a gap, an inserted one a fork of its chain."""
    known = {act.leaf for act in evidence.acts}
    known |= {entry_leaf(bytes.fromhex(c.salt), c.entry).hex() for c in evidence.closed}
    before = [(act.entry.prev_leaf, act.member) for act in evidence.acts]
    before += [(LogEntry.from_bytes(c.entry).prev_leaf, f"entries/{c.leaf_index}") for c in evidence.closed]
    for prev, member in before:
        if prev != ZERO_ID and prev not in known:
            raise Tampered("chain-broken", "An act between two others is missing from the archive.", after=member)


class _Times:
    """Times of receipt against time-stamps, in the log's order (M18)."""

    def __init__(self, evidence: Evidence) -> None:
        self._anchors = evidence.anchors
        self._kinds: set[str] = set()
        self._late: list[timedelta] = []
        self._without = 0
        self._latest: datetime | None = None
        """The latest time an act up to here was stamped at once: what stands after it in the log was not received before"""

    def check(self, act: Logged[Statement]) -> None:
        received = act.entry.t_recv
        if self._latest is not None and received < self._latest - DRIFT:
            raise _differs(received, self._latest)
        if not act.receipt.timestamp:
            self._without += 1
            return
        digest = hashlib.sha256(bytes.fromhex(act.id)).digest()
        stamp = examine_token(act.receipt.timestamp, digest, self._anchors.trust)
        delay = too_early_or_late(received, stamp.time)
        if delay:
            self._late.append(delay)
        else:
            self._latest = max(self._latest or stamp.time, stamp.time)
        outside = stamp.certificate in self._anchors.outside
        self._kinds.add(f"outside, {stamp.authority}" if outside else f"platform only, {stamp.authority}")

    def grades(self) -> list[str]:
        """How strong the times are, in words."""
        found = [f"time: {' and '.join(sorted(self._kinds))} / 时间来源"] if self._kinds else []
        if self._late:
            found.append(
                f"time: {len(self._late)} acts were stamped late, the worst by {max(self._late)}: their time of receipt rests on the"
                " platform's word and their place in the log / 时间戳迟到"
            )
        if self._without:
            found.append(f"time: {self._without} acts carry the platform's own time only / 仅有平台时间")
        return found


def too_early_or_late(received: datetime, stamped: datetime) -> timedelta:
    """How much later than allowed a token was made: zero when it was made at once. A token follows when the authority was away,
    so a late one is told, not a fault; one from before the receipt is. Raises `Tampered("time-differs")`."""
    if stamped < received - DRIFT:
        raise _differs(received, stamped)
    return stamped - received if stamped > received + DRIFT else timedelta()


def _differs(received: datetime, stamped: datetime) -> Tampered:
    return Tampered(
        "time-differs",
        "The receipt's time does not fit the time-stamps, its own or those of acts before it.",
        received=received.isoformat(),
        stamped=stamped.isoformat(),
    )


def _witnessed(evidence: Evidence, act: Logged[Statement], seen: set[str]) -> None:
    """Who cosigned the head under which this act was proved. A false cosignature of a known witness is a fault."""
    note = TlogProof.from_text(act.receipt.proof).note
    anchors = evidence.anchors
    found = [f"outside, {c.key.name}" for c in cosignatures(note, list(anchors.outside_witnesses))]
    found += [f"platform only, {c.key.name}" for c in cosignatures(note, list(anchors.witnesses))]
    seen.update(found or ["none"])

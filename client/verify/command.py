"""`jincai verify --trust FOLDER ARCHIVE.zip | RECEIPT.json | PAPER.pdf | PACKAGE/`: prints what it checked, how strong the evidence is, what it cannot show.

Exit status 0: everything that was checked holds. 1: something is wrong, and is named. 2: it could not be read or used.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import procurement.wire.statements  # noqa: F401  (makes every statement type known)
from client.archive.bundle import Bundle
from client.seals import Seal, seals_of
from client.verify.checks import asking, bids, completeness, day, integrity, papers, people, scores, second_look
from client.verify.evidence import Anchors, Evidence
from client.verify.packages import verify_package
from client.verify.report import Report
from crypto.log import verify_logged
from crypto.signing import verify_statement
from crypto.timestamps import examine_token
from procurement.basics.problems import Problem, Tampered
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.statement import read_statement
from procurement.bidding.receipt import Receipt
from procurement.wire.endpoints import PLATFORM_ACTS

PARTS = 8
"""Steps of checking an archive"""
CANNOT_KNOW = (
    "whether anybody opened a bid early in secret: rebuilding a key leaves no trace / 无法证明从未有人提前开标",
    "whether a bidder without a receipt was turned away / 无法证明没有回执者未被拒收",
)


def verify_archive(path: Path, anchors: Anchors, pulse: Pulse | None = None) -> Report:
    """Check an archive wholly; faults are in the report. Raises `Problem` when it cannot be read at all, `Cancelled`."""
    report, beat = Report(), pulse or NoPulse()
    with Bundle(path) as bundle:
        evidence = Evidence(bundle, anchors)
        for place, check in enumerate((integrity.check, people.check, day.check)):
            beat.step(place, PARTS)
            check(evidence, report)
        beat.step(3, PARTS)
        opened = bids.check(evidence, report)
        beat.step(4, PARTS)
        second_look.check(evidence, report)
        beat.step(5, PARTS)
        scores.check(evidence, report, opened)
        beat.step(6, PARTS)
        papers.check(evidence, report, opened)
        beat.step(7, PARTS)
        asking.check(evidence, report)
        completeness.check(evidence, report)
    beat.step(PARTS, PARTS)
    report.limits += CANNOT_KNOW
    return report


def verify_receipt(data: bytes, anchors: Anchors) -> Report:
    """Check a receipt alone: act, platform's signature, log proof, time-stamp."""
    report = Report()
    receipt = Receipt.from_bytes(data)

    def look() -> None:
        statement = read_statement(receipt.act.statement)
        entry, _ = verify_logged(receipt, anchors.log_key)
        if entry.act != statement.TYPE:
            raise Tampered("entry-of-another-type", "The log entry names another act.", entry=entry.act)
        verify_statement(receipt.receipt, anchors.trust, entry.t_recv, usage="platform")
        if receipt.act.signature.kind != "enrolled-key":
            own = statement.TYPE in PLATFORM_ACTS
            verify_statement(receipt.act, anchors.trust, entry.t_recv, usage="platform" if own else "sign")
        else:
            report.limits.append(
                "an enrolled key's owner is not shown by a receipt alone / 单凭回执不能核对登记密钥的持有人"
            )
        if receipt.timestamp:
            stamp = examine_token(
                receipt.timestamp, hashlib.sha256(bytes.fromhex(receipt.act.id)).digest(), anchors.trust
            )
            late = integrity.too_early_or_late(entry.t_recv, stamp.time)
            report.grades.append(f"time: {stamp.time.isoformat()} by {stamp.authority} / 时间戳")
            if late:
                report.grades.append(
                    f"time: stamped {late} after the receipt, whose time is the platform's word / 时间戳迟到"
                )
        else:
            report.grades.append("time: the platform's own only / 仅有平台时间")

    report.once("receipt / 回执", receipt.act.id[:16], look)
    report.limits.append("whether other parties are shown the same log / 不能证明平台向他人出示同一日志")
    return report


def verify_paper(path: Path, anchors: Anchors) -> Report:
    """Check the seals of a PDF alone: every one is listed; one that is not sound is a fault. Certificates as of its time."""
    report = Report()
    now = datetime.now(UTC)
    found = seals_of(path, path.name, anchors.trust, now)
    report.seals += [seal.text for seal in found]

    def look(seal: Seal) -> None:
        if seal.state != "sound":
            raise Tampered(seal.reason, "Do not rely on this document; ask for it as it was sealed.", owner=seal.owner)

    if not found:
        report.once("seals / 签章", path.name, lambda: _missing(path))
    report.each("seals / 签章", [(f"{seal.owner} {seal.code}", seal) for seal in found], look)
    report.grades += [f"{seal.owner}: {seal.level}" for seal in found]
    report.limits.append(
        "whether the document belongs to a procurement: the archive shows that / 不能证明文件属于哪个项目"
    )
    return report


def _missing(path: Path) -> None:
    raise Tampered("pdf-seal-missing", "Ask for the document with its seals.", file=path.name)


def print_report(report: Report) -> None:
    for check, count in report.passed:
        bad = sum(fault.check == check for fault in report.faults)
        print(f"  {'FAIL' if bad else 'ok  '}  {check}: {count - bad} of {count}")
    for title, lines in (
        ("Seals / 签章", report.seals),
        ("How strong / 证据强度", report.grades),
        ("Not shown / 无法证明", report.limits),
    ):
        if lines:
            print(f"{title}:")
        for line in dict.fromkeys(lines):
            print(f"  - {line}")
    for fault in report.faults:
        print(f"WRONG  {fault.text}")
    print("Everything checked holds. / 核验通过" if report.good else f"{len(report.faults)} faults. / 核验不通过")


def verify_file(path: Path, anchors: Anchors, pulse: Pulse | None = None) -> Report:
    """A receipt (.json), a sealed paper (.pdf), a package's folder or an archive. Raises `Problem` when it cannot be read."""
    if path.is_dir():
        return verify_package(path, anchors)
    if path.suffix == ".json":
        return verify_receipt(path.read_bytes(), anchors)
    return verify_paper(path, anchors) if path.suffix == ".pdf" else verify_archive(path, anchors, pulse)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="jincai verify", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trust", type=Path, required=True, help="folder of anchors: roots, lists, platform, log key")
    parser.add_argument(
        "file", type=Path, help="archive (.zip), receipt (.json), sealed paper (.pdf) or a tender package's folder"
    )
    options = parser.parse_args(arguments)
    try:
        anchors = Anchors.load(options.trust)
        if not options.file.exists():
            print(f"No such file: {options.file}", file=sys.stderr)
            return 2
    except (Problem, OSError) as problem:
        print(f"The trust folder cannot be used: {problem}", file=sys.stderr)
        return 2
    try:
        report = verify_file(options.file, anchors)
    except Problem as problem:
        print(f"WRONG  {options.file.name}: {problem}")
        return 1
    print_report(report)
    return 0 if report.good else 1

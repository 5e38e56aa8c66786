"""Bids that failed by their opening envelope, and the supervisor's second look at them (protocol B7)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from client.archive.layout import BIDS
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.bidfile import inspect
from crypto.second_look import o_fits
from procurement.basics.problems import Tampered
from procurement.opening.second_look import (
    SHARE_FAULTS,
    SecondLook,
    SecondLookRelease,
    SecondLookResult,
    check_look,
    check_look_release,
    check_look_result,
)
from procurement.opening.session import Closing, Freeze, Opening
from procurement.tendering.custody import CustodyKey, LotKey


def check(evidence: Evidence, report: Report) -> None:
    """Every doubted result has its look, or is named as resting on the platform's word."""
    if evidence.index.edition == "public":
        return
    looks = [(f"second look {look.id[:16]}", look) for look in evidence.all(SecondLook)]
    if looks:
        report.each("second looks / 复验", looks, lambda look: _look(evidence, look, report))
    asked = {(look.value.opening, look.value.bid) for _, look in looks}
    for opening in evidence.all(Opening):
        for result in opening.value.results:
            if result.code in SHARE_FAULTS and (opening.id, result.bid) not in asked:
                report.limits.append(
                    f"bid {result.bid[:16]}: that its opening envelope does not open is the platform's word; no second look was asked"
                    " / 开标信封打不开仅凭平台所述，未经复验"
                )


def _look(evidence: Evidence, look: Logged[SecondLook], report: Report) -> None:
    opening = evidence.find(Opening, look.value.opening)
    reader = evidence.find(CustodyKey, look.value.reader)
    said = check_look(look.value, opening.value, reader.value, reader.value.org, asked=False)
    key = _lot_key(evidence, opening)
    releases = evidence.all(SecondLookRelease, look=look.id)
    for one in releases:
        check_look_release(one.value, key.id, key.value, given=False)
    found = evidence.all(SecondLookResult, look=look.id)
    bid = f"bid {look.value.bid[:16]}"
    if not found:
        report.limits.append(f"{bid}: a second look was asked and has no result / 已提出复验，尚无结果")
        return
    if len(found) > 1:
        raise Tampered("act-twice", "Only one result may stand.", type=SecondLookResult.TYPE)
    result = found[0].value
    o = None if result.o is None else bytes.fromhex(result.o)
    fits = o is not None and _fits(evidence, look.value.bid, o)
    check_look_result(result, {one.id: one.value.i for one in releases}, key.value, o_fits=fits, done=False)
    if result.code == "envelope-opens":
        raise Tampered(
            "opening-result-differs",
            "By the supervisor's second look the envelope opens: the platform's result is disputed.",
            said=said.code,
            found=result.code,
        )
    report.grades.append(
        f"{bid}: the supervisor, with {len(result.releases)} custodians, found again: {result.code} / 监管部门复验结果一致"
    )


def _lot_key(evidence: Evidence, opening: Logged[Opening]) -> Logged[LotKey]:
    closing = evidence.find(Closing, evidence.find(Freeze, opening.value.freeze).value.closing).value
    custody = evidence.package(closing.tender).value.custody
    return evidence.find(LotKey, next(one.lot_key for one in custody if one.lot == closing.lot))


def _fits(evidence: Evidence, bid: str, o: bytes) -> bool:
    """Whether o opens the commitment in the header of the sealed bytes in this archive."""
    with tempfile.TemporaryDirectory() as folder:
        sealed = evidence.bundle.extract(f"{BIDS}{bid}.sealed", Path(folder) / "sealed")
        return o_fits(inspect(sealed).header, o)

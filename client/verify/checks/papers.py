"""Official papers and the later stages: sealed PDFs, award, contract, payment chain (R-066, R-088, R-093, R-096, L-512)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from client.archive.layout import FILES
from client.seals import seal_of
from client.verify.checks.bids import Opened
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.pdf_check import require_sealed
from procurement.awarding.award import AwardConfirmation, AwardDeemed, AwardNotice
from procurement.basics.problems import Tampered
from procurement.evaluation.sheets import EvaluationReport, Ranking, ReportSignature
from procurement.opening.readout import OpenedCase, check_record
from procurement.opening.session import Closing, Freeze, Opening, OpeningRecord, Release
from procurement.performing.acceptance import Acceptance
from procurement.performing.contract import Contract, ContractPublication, ContractSignature
from procurement.performing.payment import Payment, PaymentExecution
from procurement.performing.signing import consortium_of, missing_signers
from procurement.planning.entrust import Entrustment
from procurement.planning.plan import Plan, PlanNumbering
from procurement.tendering.package import TenderPackage

Paper = tuple[Logged[Any], str, Mapping[str, datetime]]
"""An act, the PDF it names, and who must have sealed that by when"""


def check(evidence: Evidence, report: Report, opened: Opened) -> None:
    named = [(f"{FILES}{sha}", sha) for sha in sorted(_named_files(evidence))]
    report.each("documents / 文件", named, lambda sha: _present(evidence, sha))
    papers = [(f"{act.value.TYPE} {sha[:12]}", (act, sha, by)) for act, sha, by in _papers(evidence)]
    report.each("sealed papers / 签章文件", papers, lambda p: _sealed(evidence, report, p))
    records = [(f"lot {_closing(evidence, r).value.lot}", r) for r in evidence.all(OpeningRecord)]
    report.each("opening record / 开标记录", records, lambda r: _record(evidence, r, opened))
    report.each("award / 中标", [(n.member, n) for n in evidence.all(AwardNotice)], partial(_award, evidence))
    report.each(
        "contract / 合同", [(c.member, c) for c in _contracts(evidence)], lambda c: _contract(evidence, c, opened)
    )
    report.each("payment codes / 支付编码", [(p.member, p) for p in evidence.all(Payment)], partial(_payment, evidence))


def _named_files(evidence: Evidence) -> set[str]:
    named = {p.value.model for p in evidence.all(TenderPackage)}
    named |= {f.sha256 for p in evidence.all(TenderPackage) for f in p.value.files}
    named |= {sha for _, sha, _ in _papers(evidence)}
    named |= {c.value.public_pdf for c in evidence.all(ContractPublication)}
    return named


def _present(evidence: Evidence, sha256: str) -> None:
    state = hashlib.sha256()
    for block in evidence.bundle.blocks(FILES + sha256):
        state.update(block)
    if state.hexdigest() != sha256:
        raise Tampered("file-not-as-named", "A document of the archive was changed.", sha256=sha256)


def _papers(evidence: Evidence) -> list[Paper]:
    """Sealed PDFs of this edition with the codes of those who must have sealed them, and when each had."""
    agency = next((p.value.agency for p in evidence.all(TenderPackage)), "")
    sealed: list[Logged[Any]] = [*evidence.all(OpeningRecord), *evidence.all(AwardNotice)]
    found: list[Paper] = [(a, a.value.pdf, {agency: a.entry.t_recv}) for a in sealed]
    for made in evidence.all(EvaluationReport):
        signed = evidence.all(ReportSignature, report=made.id)
        if signed:
            found.append((signed[-1], signed[-1].value.pdf, {s.value.member: s.entry.t_recv for s in signed}))
    for contract in evidence.all(Contract):
        by = {contract.value.purchaser: contract.entry.t_recv}
        for signature in evidence.all(ContractSignature, contract=contract.id):
            by = {**by, signature.value.supplier: signature.entry.t_recv}
            found.append((signature, signature.value.pdf, by))
    return found


def _sealed(evidence: Evidence, report: Report, paper: Paper) -> None:
    act, sha256, by = paper
    with tempfile.TemporaryDirectory() as folder:
        path = evidence.bundle.extract(FILES + sha256, Path(folder) / "paper.pdf")
        found = require_sealed(path, evidence.anchors.trust, act.entry.t_recv, tuple(by), by)
    report.seals += [seal_of(act.value.TYPE, one).text for one in found]


def _closing(evidence: Evidence, record: Logged[OpeningRecord]) -> Logged[Closing]:
    opening = evidence.find(Opening, record.value.opening)
    return evidence.find(Closing, evidence.find(Freeze, opening.value.freeze).value.closing)


def _record(evidence: Evidence, record: Logged[OpeningRecord], opened: Opened) -> None:
    """What was read out is what the opened bids say (L-236)."""
    opening = evidence.find(Opening, record.value.opening)
    closing = _closing(evidence, record)
    lot = evidence.tender(evidence.package(closing.value.tender)).lot(closing.value.lot)
    names = {row.supplier: row.name for row in record.value.rows}
    results = {r.leaf: r for r in opening.value.results}
    sources = {r.value.bid: str(r.value.source) for r in evidence.all(Release, closing=closing.id)}
    cases = []
    for leaf in closing.value.active:
        act = next((a for a in evidence.acts if a.leaf == leaf), None)
        if act is None:
            raise Tampered("act-missing", "A bid of the closed set is missing.", type="submission", leaf=leaf)
        result = results.get(leaf)
        forms = opened.forms.get(opening.id, {}).get(act.value.supplier)
        code = result.code if result else "not-released"
        source = sources.get(act.value.bid, "none") if result else "none"
        cases.append(OpenedCase(act.value.supplier, names.get(act.value.supplier, ""), code, source, forms))
    check_record(record.value, lot, cases)


def _award(evidence: Evidence, notice: Logged[AwardNotice]) -> None:
    """The notice names the confirmed winner and its bid price, never the evaluation price (L-512)."""
    confirmation = evidence.by_id.get(notice.value.confirmation)
    if confirmation is None:
        if evidence.index.edition == "full":
            raise Tampered("act-missing", "The archive lacks the confirmation.", type="award-confirmation")
        return
    if (
        not isinstance(confirmation.value, AwardConfirmation | AwardDeemed)
        or confirmation.value.winner != notice.value.winner
    ):
        raise Tampered(
            "award-differs", "The notice names another winner than was confirmed.", winner=notice.value.winner
        )
    ranking = evidence.find(Ranking, evidence.find(EvaluationReport, confirmation.value.report).value.ranking)
    bid = next((b for b in ranking.value.bids if b.supplier == notice.value.winner), None)
    if bid is None or notice.value.winner not in ranking.value.candidates or bid.quote != notice.value.quote:
        raise Tampered("award-differs", "The notice differs from the ranking.", winner=notice.value.winner)


def _contracts(evidence: Evidence) -> list[Logged[Contract]]:
    """All but drafts that were replaced before everybody had signed: nobody is bound by them."""
    published = {act.value.contract for act in evidence.all(ContractPublication)}
    last = {contract.value.lot: contract.id for contract in evidence.all(Contract)}
    return [c for c in evidence.all(Contract) if c.id in published or c.id == last[c.value.lot]]


def _contract(evidence: Evidence, contract: Logged[Contract], opened: Opened) -> None:
    """Parties, amount and numbers are the award's; all signed; published by the platform (R-096, R-097, L-276)."""
    notice = evidence.find(AwardNotice, contract.value.notice).value
    same = (contract.value.supplier, contract.value.amount, contract.value.number, contract.value.lot)
    if same != (notice.winner, notice.amount, notice.number, notice.lot):
        raise Tampered(
            "contract-differs", "The contract differs from the award.", contract=contract.value.contract_number
        )
    if sum(item.amount for item in contract.value.items) != contract.value.amount:
        raise Tampered("contract-differs", "The items do not add up.", contract=contract.value.contract_number)
    _all_signed(evidence, contract, opened)
    signatures = evidence.all(ContractSignature, contract=contract.id)
    published = evidence.only(ContractPublication, contract=contract.id)
    if published.value.signature != signatures[-1].id or published.value.public_pdf != contract.value.public_pdf:
        raise Tampered("contract-differs", "Another version was published.", contract=contract.value.contract_number)


def _all_signed(evidence: Evidence, contract: Logged[Contract], opened: Opened) -> None:
    """Every member of the consortium that the opened bid names has signed, once, each over the PDF of the one before."""
    opening = _opening_behind(evidence, evidence.find(AwardNotice, contract.value.notice).value)
    forms = opened.forms.get(opening, {}).get(contract.value.supplier)
    if forms is not None and (contract.value.members or ()) != consortium_of(forms):
        raise Tampered("contract-signers-differ", "Its members are not those of the bid.", missing="")
    signatures = [act.value for act in evidence.all(ContractSignature, contract=contract.id)]
    missing = missing_signers(contract.value, [one.supplier for one in signatures])
    if missing or sorted(one.supplier for one in signatures) != sorted(contract.value.signers):
        raise Tampered("contract-signers-differ", "Not everybody has signed it once.", missing="、".join(missing))
    if contract.value.members:
        before = [contract.value.pdf, *(one.pdf for one in signatures)]
        if any(one.pdf_before != found for one, found in zip(signatures, before, strict=False)):
            raise Tampered("contract-differs", "Another version was signed.", contract=contract.value.contract_number)


def _opening_behind(evidence: Evidence, notice: AwardNotice) -> str:
    """Id of the opening the award rests on; empty in an edition without the confirmation."""
    confirmation = evidence.by_id.get(notice.confirmation)
    if confirmation is None or not isinstance(confirmation.value, AwardConfirmation | AwardDeemed):
        return ""
    return evidence.find(
        Ranking, evidence.find(EvaluationReport, confirmation.value.report).value.ranking
    ).value.opening


def _payment(evidence: Evidence, payment: Logged[Payment]) -> None:
    """Budget code, 备案号 and contract number chain to the same payer, payee and amount (R-066)."""
    contract = evidence.find(Contract, payment.value.contract).value
    acceptance = evidence.find(Acceptance, payment.value.acceptance).value
    entrusted = evidence.find(Entrustment, evidence.only_package().value.entrustment).value
    plan = evidence.find(Plan, evidence.find(PlanNumbering, entrusted.numbering).value.plan).value
    said = payment.value
    codes = (said.contract_number, said.number, said.payer, said.payee)
    if codes != (contract.contract_number, contract.number, contract.purchaser, contract.supplier):
        raise Tampered(
            "payment-codes-differ", "The payment's codes are not the contract's.", contract=said.contract_number
        )
    if said.budget_code not in {line.code for line in plan.lines} or acceptance.contract != said.contract:
        raise Tampered(
            "payment-codes-differ", "The payment rests on another budget or acceptance.", budget=said.budget_code
        )
    paid = sum(p.value.amount for p in evidence.all(Payment, contract=payment.value.contract))
    if paid > contract.amount or not acceptance.passed:
        raise Tampered("payment-too-much", "More was paid than was accepted.", paid=paid)
    for execution in evidence.all(PaymentExecution, payment=payment.id):
        if execution.value.amount != said.amount:
            raise Tampered("payment-differs", "Another amount was paid than was asked.", paid=execution.value.amount)

"""The official papers, one function each: data in, a printed file out. Box names are the names of signature fields."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import segno

from documents.bid_data import BidPrint
from documents.data import (
    AwardNoticePrint,
    ChallengeReplyPrint,
    ContractPrint,
    OpeningRecordPrint,
    ReceiptPrint,
    ResultLetterPrint,
    SupplierAttachmentPrint,
)
from documents.printing import PrintedDocument, press
from documents.report_data import EvaluationReportPrint
from documents.report_tables import report_tables
from documents.tender_data import TenderDocumentPrint


def print_opening_record(data: OpeningRecordPrint, target: Path) -> PrintedDocument:
    """开标记录. Boxes: `agency`, `recorder`."""
    return press("opening_record", data, data.printed, target)


def print_evaluation_report(data: EvaluationReportPrint, target: Path) -> PrintedDocument:
    """评标报告. One box for each member, see `member_box`."""
    return press("evaluation_report", data, data.finished, target, **report_tables(data))


def member_box(member: str) -> str:
    """Name of a member's signature box and field (a PDF field name has no dots)."""
    return "member-" + member.replace(".", "_")


def print_award_notice(data: AwardNoticePrint, target: Path) -> PrintedDocument:
    """中标通知书. Box: `agency`."""
    return press("award_notice", data, data.sent, target)


def print_result_letter(data: ResultLetterPrint, target: Path) -> PrintedDocument:
    """采购结果告知书 to one bidder. Box: `agency`."""
    return press("result_letter", data, data.sent, target)


def print_challenge_reply(data: ChallengeReplyPrint, target: Path) -> PrintedDocument:
    """质疑答复函. Box: `responder`."""
    return press("challenge_reply", data, data.answered, target)


def print_contract(data: ContractPrint, target: Path) -> PrintedDocument:
    """政府采购合同, full or public edition as the data says. Boxes: `purchaser`, `supplier`, and one for each further member of
    a consortium, see `contract_box`."""
    boxes = {one.party.code: contract_box(one.party.code, data.supplier.code) for one in data.members}
    return press("contract", data, data.drafted, target, member_boxes=boxes)


def contract_box(code: str, supplier: str) -> str:
    """Name of a party's seal box and field in a contract with this (leading) supplier."""
    return "supplier" if code == supplier else f"supplier-{code}"


def print_receipt(data: ReceiptPrint, target: Path) -> PrintedDocument:
    """回执 for people, with act id and checkpoint as a QR code."""
    code = segno.make(f"{data.act_id}\n{data.checkpoint}", error="m", micro=False)
    buffer = BytesIO()
    code.save(buffer, kind="svg", border=2, xmldecl=False)
    size_text = f"{data.size:,} 字节" if data.size is not None else ""
    return press("receipt", data, data.received, target, qr=buffer.getvalue().decode(), size_text=size_text)


def print_supplier_attachment(data: SupplierAttachmentPrint, target: Path) -> PrintedDocument:
    """A paper of the bidder's own. Box: `supplier`."""
    return press("supplier_attachment", data, data.made, target)


def print_announcement(data: TenderDocumentPrint, target: Path) -> PrintedDocument:
    """采购公告: the invitation alone, published together with the document (L-207, R-084)."""
    return press("announcement", data.model_copy(update={"title": "采购公告"}), data.issued, target)


def print_tender_document(data: TenderDocumentPrint, target: Path) -> PrintedDocument:
    """招标文件 of one lot. No boxes: the package is signed as a whole."""
    return press("tender_document", data, data.issued, target)


def print_bid(data: BidPrint, target: Path) -> PrintedDocument:
    """投标文件 as filled in, to be read before it is signed. No boxes: it is never sealed."""
    return press("bid", data, data.made, target)

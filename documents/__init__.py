"""The printing room: official PDFs from values. No signing."""

from documents.data import (
    AwardNoticePrint,
    ContractPrint,
    Fact,
    OpeningRecordPrint,
    OwnScore,
    Party,
    Project,
    ReceiptPrint,
    Redaction,
    ResultLetterPrint,
    Section,
    SupplierAttachmentPrint,
    Table,
    TimelineEntry,
)
from documents.papers import (
    member_box,
    print_announcement,
    print_award_notice,
    print_contract,
    print_evaluation_report,
    print_opening_record,
    print_receipt,
    print_result_letter,
    print_supplier_attachment,
    print_tender_document,
)
from documents.printing import Box, PrintedDocument
from documents.report_data import EvaluationReportPrint
from documents.scheme_words import price_rules, report_lines, rounding_words, scoring_lines
from documents.tender_data import TenderDocumentPrint
from documents.tender_words import project_of, tender_document, term_words

__all__ = [
    "AwardNoticePrint",
    "Box",
    "ContractPrint",
    "EvaluationReportPrint",
    "Fact",
    "OpeningRecordPrint",
    "OwnScore",
    "Party",
    "PrintedDocument",
    "Project",
    "ReceiptPrint",
    "Redaction",
    "ResultLetterPrint",
    "Section",
    "SupplierAttachmentPrint",
    "Table",
    "TenderDocumentPrint",
    "TimelineEntry",
    "member_box",
    "price_rules",
    "print_announcement",
    "print_award_notice",
    "print_contract",
    "print_evaluation_report",
    "print_opening_record",
    "print_receipt",
    "print_result_letter",
    "print_supplier_attachment",
    "print_tender_document",
    "project_of",
    "report_lines",
    "rounding_words",
    "scoring_lines",
    "tender_document",
    "term_words",
]

"""The printing room: official PDFs from values. No signing."""

from documents.data import AwardNoticePrint, OpeningRecordPrint
from documents.papers import print_award_notice, print_opening_record
from documents.printing import Box, PrintedDocument

__all__ = [
    "AwardNoticePrint",
    "Box",
    "OpeningRecordPrint",
    "PrintedDocument",
    "print_award_notice",
    "print_opening_record",
]

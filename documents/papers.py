"""The official papers, one function each: data in, a printed file out."""

from __future__ import annotations

from pathlib import Path

from documents.data import AwardNoticePrint, OpeningRecordPrint
from documents.printing import PrintedDocument, press


def print_opening_record(data: OpeningRecordPrint, target: Path) -> PrintedDocument:
    """开标记录. Boxes: `agency`, `recorder`."""
    return press("opening_record", data, data.printed, target)


def print_award_notice(data: AwardNoticePrint, target: Path) -> PrintedDocument:
    """中标通知书. Box: `agency`."""
    return press("award_notice", data, data.sent, target)

"""Documents of the demo: the real tenders' PDFs when they are at hand, else printed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from client.demo.story import Story
from documents import print_tender_document, tender_document
from procurement.tendering.tender import Tender, TenderDocument


@dataclass(frozen=True, slots=True)
class DemoFile:
    document: TenderDocument
    source: Path


def real_pdfs(story: Story) -> list[Path]:
    """Real documents, the demo's own first; none without the folder."""
    if story.pdfs is None or not story.pdfs.is_dir():
        return []
    return sorted(story.pdfs.glob("*.pdf"), key=lambda p: ("exam" not in p.name, p.name))


def tender_files(story: Story, draft: Tender) -> list[DemoFile]:
    """The tender printed from its data, and the real document beside it where there is one."""
    folder = story.output / "tender-source"
    folder.mkdir(exist_ok=True)
    files = []
    for lot in draft.lots:
        printed = folder / f"tender-document-{lot.code}.pdf"
        print_tender_document(tender_document(draft, lot.code), printed)
        files.append(_file(f"main-{lot.code}", f"采购文件（{lot.title}）", "tender-document", printed, printed.name))
    for number, source in enumerate(real_pdfs(story)[:1], start=1):
        files.append(
            _file(f"original-{number}", "原采购文件（公开资料）", "attachment", source, f"original-{number}.pdf")
        )
    return files


def _file(code: str, title: str, role: str, source: Path, path: str) -> DemoFile:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    document = TenderDocument.model_validate(
        {"code": code, "title": title, "role": role, "path": path, "sha256": digest}
    )
    return DemoFile(document, source)

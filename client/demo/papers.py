"""Documents of the demo: the real tenders' PDFs when they are at hand, else printed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from client.demo.bid_papers import bid_papers
from client.demo.cast import Party
from client.demo.story import Story
from documents.data import Party as Printed
from documents.data import Section, SupplierAttachmentPrint
from documents.papers import print_announcement, print_supplier_attachment, print_tender_document
from documents.tender_words import tender_document
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
    files = [_announcement(draft, folder)]
    for lot in draft.lots:
        printed = folder / f"tender-document-{lot.code}.pdf"
        print_tender_document(tender_document(draft, lot.code), printed)
        files.append(_file(f"main-{lot.code}", f"采购文件（{lot.title}）", "tender-document", printed, printed.name))
    for number, source in enumerate(real_pdfs(story)[:1], start=1):
        files.append(
            _file(f"original-{number}", "原采购文件（公开资料）", "attachment", source, f"original-{number}.pdf")
        )
    return files


def _announcement(draft: Tender, folder: Path) -> DemoFile:
    """采购公告: the invitation part of the document, published with it (L-207)."""
    printed = folder / "announcement.pdf"
    print_announcement(tender_document(draft, draft.lots[0].code), printed)
    return _file("announcement", "采购公告", "announcement", printed, printed.name)


def _file(code: str, title: str, role: str, source: Path, path: str) -> DemoFile:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    document = TenderDocument.model_validate(
        {"code": code, "title": title, "role": role, "path": path, "sha256": digest}
    )
    return DemoFile(document, source)


def attachments(story: Story, party: Party) -> list[tuple[Path, str, str]]:
    """What a bidder attaches: (file, code, title). Printed here; the real tenders' PDFs as large ones where they are at hand."""
    folder = story.output / "attachments" / party.key
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for code, title, sections in bid_papers(party):
        target = folder / f"{code}.pdf"
        if not target.exists():
            print_supplier_attachment(_paper(story, party, title, sections), target)
        made.append((target, code, title))
    large = real_pdfs(story)[1:3]
    return made + [(source, f"catalogue-{n}", f"产品资料 {n}") for n, source in enumerate(large, start=1)]


def _paper(story: Story, party: Party, title: str, sections: tuple[Section, ...]) -> SupplierAttachmentPrint:
    tender = story.tender
    assert tender is not None
    return SupplierAttachmentPrint(
        supplier=Printed(name=party.name, code=party.code, contact=party.person),
        title=title,
        project_name=tender.title,
        project_number=tender.number,
        sections=sections,
        made=tender.issued,
    )

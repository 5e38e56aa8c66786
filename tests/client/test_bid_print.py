"""The bid on paper: all that is filled in, marked as no bid, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from client.desk import Desk
from documents.bid_words import bid_chapters
from procurement.basics.problems import Cancelled, Refused
from procurement.bidding.draft import BidForms
from tests.client.journey import LOT, TENDER


def _pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in pdf]


class Stops:
    """A pulse that is stopped at a step."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, [(0, 0)]

    def step(self, done: int, total: int) -> None:
        self.seen.append((done, total))
        if done == self.at:
            raise Cancelled("work-cancelled", "Start the work again when you wish; nothing was changed.")


def test_everything_filled_in_is_on_paper(bidder: Desk, tmp_path: Path) -> None:
    forms = bidder.bidding.drafts.open(TENDER, LOT).forms
    target = tmp_path / "bid.pdf"
    watch = Stops(-1)
    printed = bidder.bidding.printing.bid(TENDER, LOT, target, pulse=watch)
    pages = _pages(target)
    assert printed.pages == len(pages) and printed.appended == 0
    assert watch.seen[-1] == (2, 2) and [done for done, _total in watch.seen] == sorted(one for one, _ in watch.seen)
    for number, page in enumerate(pages, 1):
        assert "DRAFT, not submitted" in page and f"第 {number} 页·共 {len(pages)} 页" in page
    whole = "".join("".join(pages).split())
    published = bidder.bidding.tenders.current(TENDER)
    lot = published.lot(LOT)
    for number, chapter in enumerate(bid_chapters(published.tender, lot, forms), 1):
        head = "".join(f"{number} {'★ ' if chapter.star else ''}{chapter.title}".split())
        assert whole.count(head) >= 2, f"{head}: in the contents and at its place"
    assert f"{forms.quote[0].amount:,f}" in whole and forms.name in whole
    for document in forms.documents:
        assert "".join(document.title.split()) in whole and document.sha256 in whole
    for response in forms.responses:
        assert "".join(response.offer.split()) in whole


def test_a_bid_with_nothing_in_it_shows_its_gaps(bidder: Desk) -> None:
    forms = bidder.bidding.drafts.open(TENDER, LOT).forms
    published = bidder.bidding.tenders.current(TENDER)
    empty = BidForms(
        tender=forms.tender, lot=forms.lot, supplier=forms.supplier, name=forms.name, quote=(), validity_days=0,
        enterprise=forms.enterprise,
    )  # fmt: skip
    full, blank = (bid_chapters(published.tender, published.lot(LOT), one) for one in (forms, empty))
    assert [one.title for one in full] == [one.title for one in blank], (
        "the contents do not depend on what is filled in"
    )
    said = [fact.text for chapter in blank for fact in chapter.facts]
    assert said.count("（未填写）") > 2


def test_the_documents_behind_it(bidder: Desk, tmp_path: Path) -> None:
    forms = bidder.bidding.drafts.open(TENDER, LOT).forms
    papers = [one for one in forms.documents if one.path.endswith(".pdf")]
    assert papers
    alone = bidder.bidding.printing.bid(TENDER, LOT, tmp_path / "alone.pdf")
    printed = bidder.bidding.printing.bid(TENDER, LOT, tmp_path / "whole.pdf", attachments=True)
    assert printed.appended == len(papers) and printed.left_out == ()
    assert printed.pages == alone.pages + sum(one.pages for one in papers)
    with pikepdf.open(printed.path) as pdf:
        assert len(pdf.pages) == printed.pages
        with pdf.open_outline() as outline:
            assert [one.title for one in papers] == [entry.title for entry in outline.root][-len(papers) :]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_stopped_it_leaves_what_was_there(bidder: Desk, tmp_path: Path, at: int) -> None:
    target = tmp_path / "bid.pdf"
    target.write_bytes(b"before")
    with pytest.raises(Cancelled):
        bidder.bidding.printing.bid(TENDER, LOT, target, attachments=True, pulse=Stops(at))
    assert target.read_bytes() == b"before" and [one.name for one in tmp_path.glob("*bid*")] == ["bid.pdf"]


def test_a_place_that_cannot_be_written(bidder: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        bidder.bidding.printing.bid(TENDER, LOT, tmp_path / "nowhere" / "bid.pdf")
    assert refused.value.code == "print-unwritable"

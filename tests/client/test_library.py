"""The company's evidence library: kept encrypted, versions and removal without loss, put into bids, expiry against the opening."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from client.desk import Desk
from procurement.basics.moment import shanghai_date
from procurement.basics.problems import Problem
from procurement.bidding.draft import BidDocument
from procurement.bidding.library import Evidence, EvidenceFile, Library, source_of
from tests.client.journey import LOT, TENDER, pdf
from tests.client.parties import desk_of


@pytest.fixture
def desk(bidder: Desk) -> Desk:
    return bidder


def _codes(desk: Desk) -> dict[str, str]:
    found = desk.bidding.findings(TENDER, LOT)
    return {one.code: one.facts.get("title", "") for one in found if one.rule == "L-211"}


def test_evidence_is_kept_replaced_removed_and_put_into_a_bid(desk: Desk, tmp_path: Path) -> None:
    library, opening = desk.bidding.library, shanghai_date(desk.bidding.library.deadline(TENDER))
    last_day, day_before = opening.isoformat(), (opening - timedelta(days=1)).isoformat()
    source = pdf(tmp_path / "质量管理体系认证.pdf", 3)
    taken = library.take(source)
    entry = library.add(taken, "certificate", " 质量管理体系认证 ", number="Q-1", expires=last_day, issued="2024-01-02")
    assert library.all().entries == (entry,) and entry.title == "质量管理体系认证" and entry.file.pages == 3
    assert library.read(entry.file.sha256) == source.read_bytes()
    store = desk.place.folder.folder
    assert not [one for one in store.rglob("*") if one.is_file() and "质量".encode() in one.read_bytes()]
    desk.bidding.library.insert(TENDER, LOT, entry.id, "doc-9")
    document = desk.bidding.drafts.open(TENDER, LOT).forms.document("doc-9")
    assert document is not None and (document.title, document.pages) == ("质量管理体系认证", 3)
    assert "evidence-expired" not in _codes(desk), "it holds on its last day"

    library.revise(entry.id, "certificate", "质量管理体系认证", number="Q-1", expires=day_before)
    assert _codes(desk)["evidence-expired"] == "质量管理体系认证"
    newer = library.replace(entry.id, library.take(pdf(tmp_path / "new.pdf", 4)), expires="2030-01-01")
    assert [one.pages for one in newer.files] == [3, 4]
    assert {"evidence-expired", "evidence-outdated"} <= _codes(desk).keys(), "the bid still holds the old one"
    library.insert(TENDER, LOT, entry.id, "doc-9")
    assert not {"evidence-expired", "evidence-outdated"} & _codes(desk).keys()

    gone = library.remove(entry.id)
    assert library.all().entries == () and gone == newer
    assert desk.bidding.drafts.open(TENDER, LOT).forms.document("doc-9") is not None
    library.put_back(gone)
    assert library.all().entries == (newer,)
    assert len(desk.place.drafts.history("evidence-library", "company")) >= 4, "each change is a version"


def test_it_is_the_same_after_the_app_was_closed(desk: Desk, tmp_path: Path) -> None:
    library = desk.bidding.library
    entry = library.add(library.take(pdf(tmp_path / "a.pdf")), "person", "项目经理证书", holder="周明")
    again = desk_of(desk.place.folder.folder)
    try:
        assert again.bidding.library.all().entries == (entry,)
        assert again.bidding.library.read(entry.file.sha256) == (tmp_path / "a.pdf").read_bytes()
    finally:
        again.close()


def test_what_is_wrong_is_refused_before_anything_is_kept(desk: Desk, tmp_path: Path) -> None:
    library = desk.bidding.library
    (tmp_path / "fake.pdf").write_bytes(b"MZ not a pdf")
    with pytest.raises(Problem, match="file-not-what-it-says"):
        library.take(tmp_path / "fake.pdf")
    taken = library.take(pdf(tmp_path / "b.pdf"))
    for words, code in (
        ({"title": "  "}, "evidence-title-missing"),
        ({"title": "营业执照", "expires": "2026-13-01"}, "evidence-date-malformed"),
        ({"title": "营业执照", "issued": "2026-02-02", "expires": "2026-02-01"}, "evidence-dates-reversed"),
    ):
        with pytest.raises(Problem, match=code):
            library.add(taken, "licence", **words)
    with pytest.raises(Problem, match="evidence-gone"):
        library.remove("nothing")
    assert library.all() == Library()


def test_a_document_with_own_seals_is_still_known_by_title_and_pages(desk: Desk) -> None:
    file = EvidenceFile(sha256="ab" * 32, size=10, pages=2, kind="pdf", added=desk.now())
    entry = Evidence(id="1", kind="licence", title="营业执照", files=(file,))
    sealed = BidDocument(code="d", title="营业执照", path="documents/d.pdf", size=99, sha256="cd" * 32, pages=2)
    assert source_of(Library(entries=(entry,)), sealed) == (entry, file)
    assert source_of(Library(entries=(entry,)), sealed.model_copy(update={"pages": 3})) is None

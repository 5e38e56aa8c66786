"""What the company's evidence says of a bid: run out on the day of the opening, newer at hand, asked for and there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from procurement.basics.moment import at_shanghai
from procurement.bidding.library import Evidence, EvidenceFile, Library, fitting, library_findings
from tests.procurement.bidding.test_linking import ASKED, BARE
from tests.procurement.tendering.examples import lot, replace

DEADLINE = at_shanghai(date(2026, 4, 29), 10)


def _file(expires: str, mark: str = "ab") -> EvidenceFile:
    return EvidenceFile(sha256=mark * 32, size=9, pages=2, kind="pdf", expires=expires, added=DEADLINE)


def _entry(title: str, *files: EvidenceFile) -> Evidence:
    return Evidence(id="1", kind="licence", title=title, files=files)


def _codes(library: Library, forms: object = BARE, deadline: datetime = DEADLINE) -> set[str]:
    found = library_findings(library, ASKED, lot(), forms, deadline)  # type: ignore[arg-type]
    assert not any(one.blocking for one in found)
    return {one.code for one in found}


def test_what_a_slot_asks_for_is_offered_while_it_holds() -> None:
    def held(expires: str, title: str = "许可证（副本）") -> Library:
        return Library(entries=(_entry(title, _file(expires)),))

    assert _codes(held("")) == _codes(held("2026-04-29")) == {"evidence-at-hand"}
    assert _codes(held("2026-04-28")) == _codes(held("", "检测报告")) == _codes(Library()) == set()


def test_the_day_of_the_opening_decides_in_beijing() -> None:
    """23:30 UTC on the day before is already the opening's day in Beijing."""
    document = BARE.documents[0]
    library = Library(entries=(_entry("证书", _file("2026-04-28", document.sha256[:2])),))
    used = replace(BARE, documents=(document.model_copy(update={"sha256": library.entries[0].file.sha256}),))
    assert "evidence-expired" in _codes(library, used)
    assert "evidence-expired" in _codes(library, used, DEADLINE - timedelta(hours=9))
    assert "evidence-expired" not in _codes(library, used, DEADLINE - timedelta(hours=11))


def test_an_older_issue_in_the_bid_is_told() -> None:
    library = Library(entries=(_entry("证书", _file("2026-01-01"), _file("2030-01-01", "cd")),))
    document = BARE.documents[0].model_copy(update={"sha256": "ab" * 32})
    assert _codes(library, replace(BARE, documents=(document,))) == {"evidence-expired", "evidence-outdated"}
    newer = document.model_copy(update={"sha256": "cd" * 32})
    assert _codes(library, replace(BARE, documents=(newer,))) == set()


def test_titles_and_slots_name_each_other_whatever_signs_stand_between() -> None:
    library = Library(entries=(_entry("质量管理体系认证", _file("")),))
    assert (
        fitting(library, "★ 质量 管理体系认证（复印件）")
        and not fitting(library, "证")
        and not fitting(library, "业绩合同")
    )

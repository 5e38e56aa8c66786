"""The whole check before sealing: what PDFs betray and what this machine lacks, on a real desk with real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from bench.desk_world import AGENCY_NAME, AT, SUPPLIER, SUPPLIER_NAME, DeskWorld, long_tender
from client.demo.tender_data import load_tender
from client.desk import Desk
from crypto.pdf_seal import seal_pdf
from crypto.seal_places import at_point
from crypto.stamp import round_seal
from documents.data import Party, Section, SupplierAttachmentPrint
from documents.fonts import variable_font
from documents.papers import print_supplier_attachment
from procurement.basics.findings import Finding
from procurement.bidding.draft import BidForms
from procurement.bidding.papers import Others, Paper, PaperSeal, paper_findings

TENDER = long_tender(3)
LOT = TENDER.lots[0]
OTHER = load_tender("baoji-books")
EMPTY = Others({}, {})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DeskWorld:
    return DeskWorld.create(tmp_path_factory.mktemp("check"))


@pytest.fixture(scope="module")
def desk(world: DeskWorld) -> Iterator[Desk]:
    with world.desk() as found:
        world.publish(found, TENDER, TENDER.id)
        other = world.package(OTHER, OTHER.id, 2)
        found.place.keep_bytes(OTHER.to_bytes())
        found.place.mirror.take("public", [other], 2)
        yield found


def printed(path: Path, title: str, *paragraphs: str, **metadata: str) -> Path:
    said = SupplierAttachmentPrint(
        supplier=Party(name=SUPPLIER_NAME, code=SUPPLIER),
        title=title,
        project_name=TENDER.title,
        project_number="BENCH-1",
        sections=(Section(title="内容", paragraphs=paragraphs),),
        made=AT,
    )
    print_supplier_attachment(said, path)
    if metadata:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            for name, text in metadata.items():
                pdf.docinfo[f"/{name}"] = text
            pdf.save(path)
    return path


def attached(desk: Desk, *files: Path) -> BidForms:
    for file in files:
        desk.bidding.drafts.attach(TENDER.id, LOT.code, file, file.stem, file.stem)
    return desk.bidding.drafts.open(TENDER.id, LOT.code).forms


def codes(found: tuple[Finding, ...], where: str) -> dict[str, Finding]:
    return {one.code: one for one in found if one.where == where}


def test_what_papers_betray_is_told_with_place_and_ground(desk: Desk, world: DeskWorld, tmp_path: Path) -> None:
    clean = printed(
        tmp_path / "clean.pdf", "技术方案", f"致：{TENDER.purchaser.name}", f"投标人：{SUPPLIER_NAME}（盖章）"
    )
    left = printed(
        tmp_path / "left.pdf", "商务文件", f"投标人：{AGENCY_NAME}（盖章）", "致：宝鸡市图书馆采购中心",
        f"我方参加{OTHER.title}的投标。", Company="山西别家信息技术有限公司",
    )  # fmt: skip
    sealed = tmp_path / "sealed.pdf"
    stamp = round_seal(AGENCY_NAME, "91140000MA0BENCH01", variable_font())
    seal_pdf(
        clean, sealed, world.agency.token, field="other", stamps=[at_point(1, 300, 300, stamp)], reason="测试", at=AT
    )
    forms = attached(desk, clean, left, sealed)
    checked = desk.bidding.checks.check(TENDER.id, forms)
    assert checked.papers == 3 and checked.pages >= 3 and checked.scanned == 0
    assert set(codes(checked.findings, "documents.clean")) == {"paper-unsealed"}
    wrong = codes(checked.findings, "documents.left")
    assert {"paper-other-bidder", "paper-other-addressee", "paper-other-project", "paper-metadata-company"} <= set(
        wrong
    )
    assert wrong["paper-other-project"].facts == {"page": "1", "title": OTHER.title}
    assert wrong["paper-other-bidder"].facts["name"] == AGENCY_NAME
    foreign = codes(checked.findings, "documents.sealed")
    assert foreign["paper-seal-of-another"].rule == "L-255" and "paper-unsealed" not in foreign
    assert not any(one.blocking for one in checked.findings if one.where.startswith("documents"))
    machine = codes(checked.findings, "machine")
    assert {"token-closed", "clock-not-compared", "package-not-checked"} <= set(machine)


def test_an_open_token_is_held_against_the_bid(desk: Desk) -> None:
    desk.accounts.unlock("pin-1234")
    forms = desk.bidding.drafts.open(TENDER.id, LOT.code).forms
    try:
        mine = codes(desk.bidding.checks.check(TENDER.id, forms).findings, "machine")
        assert not {"token-closed", "token-of-another", "renewal-signing-ends"} & set(mine)
        other = forms.model_copy(update={"supplier": "91140000MA0BENCH02"})
        found = codes(desk.bidding.checks.check(TENDER.id, other).findings, "machine")["token-of-another"]
        assert found.blocking
        renamed = forms.model_copy(update={"name": "别的名字有限公司"})
        assert "certificate-name-differs" in {
            one.code for one in desk.bidding.checks.check(TENDER.id, renamed).findings
        }
    finally:
        desk.place.lock()


@pytest.mark.parametrize(
    ("state", "code"),
    [("changed", "paper-seal-changed"), ("broken", "paper-seal-broken"), ("not-believed", "paper-seal-doubtful"),
     ("unreadable", "paper-seal-unreadable")],
)  # fmt: skip
def test_a_seal_that_does_not_hold_is_advice(desk: Desk, state: str, code: str) -> None:
    forms = desk.bidding.drafts.open(TENDER.id, LOT.code).forms
    paper = Paper("p", "文件", (PaperSeal(state, SUPPLIER_NAME, SUPPLIER),), {}, ())  # type: ignore[arg-type]
    (found,) = paper_findings(TENDER, LOT, forms, [paper], EMPTY)
    assert (found.code, found.blocking, found.where) == (code, False, "documents.p")


def test_another_suppliers_name_in_the_metadata_and_many_bare_papers(desk: Desk) -> None:
    forms = desk.bidding.drafts.open(TENDER.id, LOT.code).forms
    others = Others({"太原竞争对手有限公司": "91140000MA0BENCH03", SUPPLIER_NAME: SUPPLIER}, {})
    paper = Paper("p", "文件", (), {"Author": "太原竞争对手有限公司 张三", "Company": SUPPLIER_NAME}, ())
    found = {one.code: one for one in paper_findings(TENDER, LOT, forms, [paper], others)}
    assert found["paper-metadata-bidder"].facts["name"] == "太原竞争对手有限公司"
    assert "paper-metadata-company" not in found
    many = [Paper(f"p{n}", f"文件{n}", (), {}, ()) for n in range(9)]
    (told,) = paper_findings(TENDER, LOT, forms, many, EMPTY)
    assert told.code == "papers-unsealed" and told.facts["count"] == "9"

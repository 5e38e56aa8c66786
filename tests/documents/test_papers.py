"""Every official paper: same bytes twice, the elements the law asks for, boxes for each signer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pydantic import ValidationError

from documents import papers
from documents.data import ContractPartyPrint
from documents.printing import PrintedDocument
from documents.report_data import CollusionSection
from documents.scheme_words import report_lines
from documents.tender_words import tender_document
from tests.documents import papers_data as facts
from tests.documents import report_facts as report
from tests.procurement.tendering import examples

PAPERS: list[tuple[Callable[[Any, Path], PrintedDocument], Any, set[str]]] = [
    (papers.print_opening_record, facts.OPENING_RECORD, {"agency", "recorder"}),
    (papers.print_evaluation_report, report.EVALUATION_REPORT, {f"member-{m}" for m in report.MEMBERS}),
    (papers.print_award_notice, facts.AWARD_NOTICE, {"agency"}),
    (papers.print_contract, facts.CONTRACT, {"purchaser", "supplier"}),
    (papers.print_contract, facts.CONTRACT_PUBLIC, {"purchaser", "supplier"}),
    (papers.print_result_letter, facts.RESULT_LETTER, {"agency"}),
    (papers.print_challenge_reply, facts.CHALLENGE_REPLY, {"responder"}),
    (papers.print_receipt, facts.RECEIPT, set()),
    (papers.print_supplier_attachment, facts.SUPPLIER_ATTACHMENT, {"supplier"}),
    (papers.print_tender_document, report.TENDER_DOCUMENT, set()),
]


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")


@pytest.mark.parametrize(
    ("printer", "data", "boxes"), PAPERS, ids=[f"{p[0].__name__}-{n}" for n, p in enumerate(PAPERS)]
)
def test_every_paper_is_reproducible_archival_and_has_its_boxes(
    printer: Callable[[Any, Path], PrintedDocument], data: Any, boxes: set[str], tmp_path: Path
) -> None:
    first = printer(data, tmp_path / "a.pdf")
    second = printer(type(data).from_bytes(data.to_bytes()), tmp_path / "b.pdf")
    assert first.sha256 == second.sha256
    assert set(first.boxes) == boxes
    with pikepdf.open(first.path) as pdf:
        assert len(pdf.pages) == first.pages
        assert pdf.open_metadata()["pdfaid:part"] == "2"
        assert pdf.Root.MarkInfo.Marked
        for box in first.boxes.values():
            _, _, width, height = (float(n) for n in pdf.pages[box.page - 1].MediaBox)
            assert box.x + box.w < width
            assert 0 < box.y < box.y + box.h < height


def test_no_two_boxes_overlap(tmp_path: Path) -> None:
    boxes = list(papers.print_evaluation_report(report.EVALUATION_REPORT, tmp_path / "r.pdf").boxes.values())
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = (
                one.x + one.w <= other.x
                or other.x + other.w <= one.x
                or one.y >= other.y + other.h
                or other.y >= one.y + one.h
            )
            assert one.page != other.page or apart


def test_the_report_has_the_six_parts_and_names_every_figure(tmp_path: Path) -> None:
    text = text_of(papers.print_evaluation_report(report.EVALUATION_REPORT, tmp_path / "r.pdf").path)
    for part in (
        "一、公告与开标", "二、投标人与评标委员会", "三、评标方法与标准", "四、开标记录和评标情况", "五、评标结果",
        "六、其他需要说明的情况", "串通投标情形的审查", "不同意见", "数值修约", "价格计算", "第一候选人",
    ):  # fmt: skip
        assert part in text
    assert "符合性审查不合格" in text
    assert "通过 1/5" in text
    assert "培训安排未写明课时和讲师" in text
    assert "不足以证明同一单位编制" in text


def test_a_report_without_its_collusion_checks_cannot_be_made() -> None:
    with pytest.raises(ValidationError):
        CollusionSection(basis="依据", checks=())


def test_a_mean_is_printed_as_ranked_never_recomputed(tmp_path: Path) -> None:
    bid = report.EVALUATION_REPORT.bids[0]
    scores = (bid.item_scores[0].model_copy(update={"points": facts.Decimal("31.77")}), *bid.item_scores[1:])
    changed = report.EVALUATION_REPORT.model_copy(
        update={"bids": (bid.model_copy(update={"item_scores": scores}), *report.EVALUATION_REPORT.bids[1:])}
    )
    assert "31.77" in text_of(papers.print_evaluation_report(changed, tmp_path / "r.pdf").path)


def test_the_contract_has_the_elements_of_the_law(tmp_path: Path) -> None:
    text = text_of(papers.print_contract(facts.CONTRACT, tmp_path / "c.pdf").path)
    for element in ("标的", "数量", "质量", "价款", "履行期限", "地点和方式", "验收", "违约责任", "争议的解决"):
        assert element in text
    assert "31001520313050012345" in text
    assert "人民币伍佰壹拾陆万捌仟元整" in text


@pytest.mark.parametrize("count", [2, 3, 7])
def test_every_member_of_a_consortium_has_its_place(count: int, tmp_path: Path) -> None:
    supplier = facts.CONTRACT.supplier
    others = [
        supplier.model_copy(update={"code": f"91140000MA0MEMB{n:03}", "name": f"联合体成员{n}有限公司"})
        for n in range(1, count)
    ]
    members = tuple(ContractPartyPrint(party=one, work="安装调试", share=Decimal(10)) for one in (supplier, *others))
    printed = papers.print_contract(facts.CONTRACT.model_copy(update={"members": members}), tmp_path / "c.pdf")
    assert set(printed.boxes) == {"purchaser", "supplier", *(f"supplier-{one.code}" for one in others)}
    boxes = list(printed.boxes.values())
    for place, one in enumerate(boxes):
        assert one.y > 0 and one.page <= printed.pages
        for other in boxes[place + 1 :]:
            level = one.page != other.page or one.y + one.h <= other.y or other.y + other.h <= one.y
            assert level or one.x + one.w <= other.x or other.x + other.w <= one.x
    text = text_of(printed.path).replace(" ", "")
    assert "连带责任" in text and "全部成员电子签章之日起生效" in text
    assert all(one.name in text and one.code in text for one in others)


def test_the_public_edition_keeps_personal_facts_out_and_says_so(tmp_path: Path) -> None:
    text = text_of(papers.print_contract(facts.CONTRACT_PUBLIC, tmp_path / "c.pdf").path)
    assert "31001520313050012345" not in text
    assert "公开版说明" in text
    assert "个人信息保护法" in text


def test_a_loser_reads_only_its_own_score(tmp_path: Path) -> None:
    text = text_of(papers.print_result_letter(facts.RESULT_LETTER, tmp_path / "l.pdf").path)
    assert "84.60" in text
    assert "92.55" not in text


def test_a_paper_receipt_says_what_it_does_not_prove(tmp_path: Path) -> None:
    text = text_of(papers.print_receipt(facts.RECEIPT, tmp_path / "r.pdf").path)
    assert "本回执不证明" in text
    assert "能否通过资格审查" in text
    assert "2026-04-28 16:12:58" in text


@pytest.mark.parametrize("members", [5, 7, 9, 11])
def test_any_size_of_committee_has_its_boxes(members: int, tmp_path: Path) -> None:
    line = report.EVALUATION_REPORT.panel[0]
    panel = tuple(line.model_copy(update={"member": f"E{n}.1", "leader": n == 0}) for n in range(members))
    printed = papers.print_evaluation_report(
        report.EVALUATION_REPORT.model_copy(update={"panel": panel}), tmp_path / "r.pdf"
    )
    assert set(printed.boxes) == {papers.member_box(m.member) for m in panel}


def test_a_tender_prints_its_own_document(tmp_path: Path) -> None:
    tender = examples.tender()
    data = tender_document(tender, tender.lots[0].code)
    printed = papers.print_tender_document(data, tmp_path / "t.pdf")
    text = text_of(printed.path)
    lot = tender.lots[0]
    assert sum(line.maximum for line in data.scheme) == lot.scheme.total
    lines = {line.code for line in report_lines(lot.scheme)}
    assert lines == {leaf.code for leaf in lot.scheme.leaves} | {item.code for item in lot.scheme.items}
    for item in (*lot.scheme.items, *lot.conformity, *tender.qualification_of(lot)):
        assert item.title.replace(" ", "") in text.replace(" ", "")
    assert "第七章 投标文件格式" in text
    assert printed.sha256 == papers.print_tender_document(data, tmp_path / "t2.pdf").sha256

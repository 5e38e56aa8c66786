"""Suggestions and search over the text of a bid: the page that answers stands first, and says by which words."""

from pathlib import Path

import pypdfium2
import pytest

from client.jobs import JobPulse
from client.page_search import Page, find_words, suggest, words_in
from client.page_texts import page_texts
from documents.papers import print_contract
from procurement.basics.problems import Problem, Refused
from procurement.bidding.linking import LinkPlace
from tests.documents.papers_data import CONTRACT


def place(item: str, title: str, text: str) -> LinkPlace:
    return LinkPlace("score", item, "answer", 0, title, "", text, False, False, None, "")


PLACES = (
    place("licence", "安全生产许可证", "投标人须提供有效的安全生产许可证复印件并加盖公章"),
    place("cases", "类似项目业绩", "投标人须提供近三年路灯安装类似项目合同复印件并加盖公章"),
    place("leader", "项目负责人", "投标人须提供项目负责人一级建造师注册证书复印件并加盖公章"),
    place("tax", "依法缴纳税收", "投标人须提供近六个月任意一个月的完税证明复印件并加盖公章"),
)
CONTENTS = "目录 安全生产许可证 类似项目业绩 项目负责人 一级建造师 依法缴纳税收 完税证明 路灯安装 合同复印件"
PAGES = tuple(
    Page("bid", number, text)
    for number, text in enumerate(
        (
            CONTENTS,
            "安全生产许可证 编号（晋）JZ安许证字 有效期 建筑施工",
            "路灯安装工程施工合同 发包人 承包人 类似项目业绩一",
            "路灯安装工程施工合同 合同专用条款 类似项目 近三年",
            "中华人民共和国一级建造师注册证书 项目负责人 张三",
            "税收完税证明 缴纳 金额 近六个月",
            "投标人须提供复印件并加盖公章 投标人须提供复印件并加盖公章",
        ),
        1,
    )
)


def test_the_page_that_answers_stands_first() -> None:
    found = suggest(PLACES, PAGES)
    firsts = {item: found[item, "answer", 0][0] for item in ("licence", "cases", "leader", "tax")}
    assert {item: (one.first, one.last) for item, one in firsts.items()} == {
        "licence": (2, 2), "cases": (3, 4), "leader": (5, 5), "tax": (6, 6),
    }  # fmt: skip
    assert "安全生产许可证" in firsts["licence"].words


def test_template_words_and_the_table_of_contents_suggest_nothing_first() -> None:
    found = suggest(PLACES, PAGES)
    assert all(one.first != 7 for several in found.values() for one in several)
    assert all(several[0].first != 1 for several in found.values() if several)


def test_nothing_fits_nothing_is_suggested() -> None:
    assert suggest(PLACES, (Page("bid", 1, "银行开户许可"),))["leader", "answer", 0] == ()
    assert suggest(PLACES, ())["leader", "answer", 0] == ()
    assert suggest((), PAGES) == {}


def test_it_stops_when_asked() -> None:
    pulse = JobPulse()
    pulse.stop()
    with pytest.raises(Problem) as stopped:
        suggest(PLACES, PAGES, pulse=pulse)
    assert stopped.value.kind == "cancelled"


def test_words_are_found_over_line_ends_and_letters_of_either_size() -> None:
    pages = (Page("a", 1, "安全生产\n许可 证"), Page("b", 4, "ISO9001 Certificate"))
    assert [(one.document, one.number) for one in find_words(pages, "生产许可证")] == [("a", 1)]
    assert [(one.document, one.number) for one in find_words(pages, "iso9001 CERT")] == [("b", 4)]
    assert find_words(pages, "  ") == () and find_words(pages, "没有") == ()
    assert words_in("ISO-9001 一级建造师") == {"iso-9001", "一级", "级建", "建造", "造师"}


def test_text_is_read_from_a_printed_paper(tmp_path: Path) -> None:
    paper = tmp_path / "contract.pdf"
    print_contract(CONTRACT, paper)
    texts = tuple(page_texts(paper.read_bytes(), "合同"))
    with pypdfium2.PdfDocument(paper) as pdf:
        assert len(texts) == len(pdf)
    pages = tuple(Page("c", number, text) for number, text in enumerate(texts, 1))
    assert find_words(pages, "采购合同")
    with pytest.raises(Refused) as refused:
        tuple(page_texts(b"no paper", "合同"))
    assert refused.value.code == "pdf-unreadable"

"""Citations of the rulebook in English: nothing Chinese is left, articles are the right ones."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication

from procurement.basics.rules import rulebook
from ui.citations import cited, number
from ui.i18n import use_language


@pytest.fixture
def in_english(qapp: QApplication) -> None:
    use_language(qapp, "en")  # every test begins in Chinese


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("87号令 第六十三条", "MoF Order 87, Art. 63"),
        ("财政部令第94号 第十条、第十一条；实施条例 第五十三条", "MoF Order 94, Arts. 10, 11; Implementing Regulations, Art. 53"),
        ("74号令 第三十三、三十四条", "MoF Order 74, Arts. 33, 34"),
        ("财库〔2021〕22号 第二十九条至第三十三条", "MoF Treasury [2021] No. 22, Arts. 29–33"),
        ("晋财购〔2023〕44号 二（二）", "Shanxi Finance, Procurement [2023] No. 44 (2)(2)"),
        ("密封规约 B1；87号令 第四十条", "Sealing protocol B1; MoF Order 87, Art. 40"),
    ],
)  # fmt: skip
def test_articles_and_orders(in_english: None, chinese: str, english: str) -> None:
    assert cited(chinese) == english


def test_no_rule_is_cited_in_chinese(in_english: None) -> None:
    left = {
        row.citation
        for rows in rulebook().values()
        for row in rows
        if re.search("[\u3000-\u9fff\uff00-\uffef]", cited(row.citation))
    }
    assert not left


def test_in_chinese_the_citation_stays(qapp: QApplication) -> None:
    use_language(qapp, "zh")
    assert cited("87号令 第六十三条") == "87号令 第六十三条"


@pytest.mark.parametrize(
    ("numeral", "value"), [("三", 3), ("十", 10), ("十九", 19), ("二十", 20), ("九十九", 99), ("一百二十一", 121)]
)
def test_numerals(numeral: str, value: int) -> None:
    assert number(numeral) == value

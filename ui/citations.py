"""Where a rule stands, in the language in use: the rulebook cites Chinese texts by their Chinese names and numbers."""

from __future__ import annotations

import re

from ui.i18n import language

_NAMES = (
    ("政府采购法实施条例", "Implementing Regulations"),
    ("实施条例", "Implementing Regulations"),
    ("政府采购法", "Government Procurement Law"),
    ("电子签名法", "Electronic Signature Law"),
    ("人民币管理条例", "Renminbi Regulations"),
    ("密封规约", "Sealing protocol"),
    ("财政部国库司答复（2026）", "answer of the Ministry of Finance, Treasury Department (2026)"),
    ("山西政府采购平台常见问题（采购人，2021-10-28）", "Shanxi platform, questions of purchasers (2021-10-28)"),
    ("晋财购", "Shanxi Finance, Procurement"),
    ("财库", "MoF Treasury"),
    ("国办发", "State Council Office"),
)
"""Longer names first: one holds another"""
_ORDER = re.compile(r"(?:财政部令第)?(\d+)号令?")
_DOCUMENT = re.compile(r"〔(\d+)〕(\d+)号")
_NUMERAL = "[一二三四五六七八九十百]+"
_ARTICLES = re.compile(rf"第{_NUMERAL}(?:条?(?:、第?|至第?){_NUMERAL})*条")
_PART = re.compile(rf"[（(]({_NUMERAL})[）)]|(?<= )({_NUMERAL})(?=$|[（;；])")
_DIGITS = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)}


def cited(text: str, to: str = "") -> str:
    """A citation as the reader knows it: “87号令 第六十三条”, in English “MoF Order 87, Art. 63”. `to`: another language than the one in use."""
    return "; ".join(_english(one.strip()) for one in text.split("；")) if (to or language()) == "en" else text


def number(numeral: str) -> int:
    """The value of a Chinese numeral below a thousand, as articles are counted."""
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    of_tens = _DIGITS.get(tens, 1) if ten else 0
    return 100 * _DIGITS.get(hundreds, 0) + 10 * of_tens + _DIGITS.get(ones, 0)


def _english(one: str) -> str:
    for name, words in _NAMES:
        if one.startswith(name):
            one = words + one[len(name) :]
            break
    one = _DOCUMENT.sub(r" [\1] No. \2", one)
    one = _ORDER.sub(r"MoF Order \1", one)
    one = _ARTICLES.sub(lambda found: ", " + _articles(found[0]), one)
    one = _PART.sub(lambda found: f"({number(found[1] or found[2])})", one)
    return re.sub(r" +,", ",", one).replace("  ", " ")


def _articles(text: str) -> str:
    counted = re.findall(_NUMERAL, text)
    if len(counted) == 1:
        return f"Art. {number(counted[0])}"
    return "Arts. " + ("–" if "至" in text else ", ").join(str(number(one)) for one in counted)

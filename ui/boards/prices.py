"""How a corrected or questioned price is told to people: the same words for experts, bidders and the agency."""

from __future__ import annotations

from collections.abc import Iterable

from procurement.bidding.price import PriceStep
from ui.i18n import tr
from ui.kit.money import money_text


def step_lines(steps: Iterable[PriceStep]) -> list[str]:
    """One line for each step of a correction (L-251)."""
    words = {
        "sheet-over-parts": tr("开标一览表与其他部分不一致"),
        "words-over-figures": tr("大写与小写不一致"),
        "decimal-slip": tr("单价小数点明显错位"),
        "unit-price-over-total": tr("总价与单价汇总不一致"),
        "precision": tr("按规定的小数位数处理"),
    }
    return [
        tr(
            "{what}：{before} 改为 {after}",
            what=words.get(step.kind, step.kind),
            before=money_text(step.before),
            after=money_text(step.after),
        )
        for step in steps
    ]


def cause_words(causes: Iterable[str]) -> str:
    """Why a price is asked about (L-252, L-253)."""
    words = {
        "mean": tr("低于报价均值的规定比例"),
        "second": tr("低于次低报价的规定比例"),
        "ceiling": tr("低于最高限价的规定比例"),
        "judgement": tr("多数成员认为明显偏低"),
    }
    return "；".join(words[cause] for cause in causes if cause in words)

"""采购方式 in words, from the name that the law's profile gives it."""

from __future__ import annotations

from ui.i18n import tr


def method_words(title: str) -> str:
    """A method of procurement in the language in use; one that is not known here keeps its name."""
    words = {
        "公开招标": tr("公开招标"),
        "邀请招标": tr("邀请招标"),
        "竞争性谈判": tr("竞争性谈判"),
        "竞争性磋商": tr("竞争性磋商"),
        "询价": tr("询价"),
        "单一来源": tr("单一来源"),
    }
    return words.get(title, title)

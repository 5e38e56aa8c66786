"""Words for problems. The law speaks in codes; here each code says what happened and what to do, in two languages.

`locale/problems.json` holds, for each code: Chinese title, Chinese remedy, English title. The English remedy is the one
the problem carries. Why it is so comes from the rulebook (rule id, citation, explanation).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from procurement.basics.findings import Finding
from procurement.basics.problems import Problem
from procurement.basics.rules import rulebook
from ui.citations import cited
from ui.i18n import language, pick, tr

FILE = Path(__file__).parent / "locale" / "problems.json"
_PLACE = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: the fact, the reason, the way out; and the code for those who help."""

    title: str
    why: str
    remedy: str
    details: str

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        end = pick("。", ". ")
        parts = (part.rstrip("。.") for part in (self.title, self.why, self.remedy) if part)
        return end.join(parts).rstrip() + end.rstrip()

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.why, self.remedy) if part)


@cache
def catalogue() -> dict[str, tuple[str, str, str]]:
    """Code to (Chinese title, Chinese remedy, English title)."""
    loaded: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return {code: (words[0], words[1], words[2]) for code, words in loaded.items()}


def words_of(problem: Problem) -> Words:
    """The words for a problem. A code without words still tells its kind and its remedy."""
    chinese, mend, english = catalogue().get(problem.code, (_kind_words(problem), "", ""))
    title = _fill(pick(chinese, english or _sentence(problem.code)), problem.facts)
    remedy = _fill(mend, problem.facts) if language() == "zh" and mend else problem.remedy
    return Words(title, _why(problem), remedy, _details(problem))


def finding_words(found: Finding) -> Words:
    """The words for a finding of a check."""
    chinese, mend, english = catalogue().get(found.code, (found.code, "", ""))
    title = _fill(pick(chinese, english or _sentence(found.code)), found.facts)
    remedy = _fill(mend, found.facts) if language() == "zh" and mend else found.remedy
    versions = rulebook().get(found.rule)
    return Words(title, cited(versions[-1].citation) or versions[-1].title if versions else "", remedy, found.code)


def _why(problem: Problem) -> str:
    """Rule, citation and explanation, where a rule of law is behind it."""
    versions = rulebook().get(problem.rule)
    if not versions:
        return ""
    row = versions[-1]
    return tr("依据 {citation}：{why}", citation=cited(row.citation) or row.id, why=pick(row.why, row.why_en))


def _details(problem: Problem) -> str:
    facts = "\n".join(f"{name}: {value}" for name, value in problem.facts.items())
    rule = f"（{problem.rule}）" if problem.rule else ""
    return f"{problem.code}{rule}\n{facts}".strip()


def _fill(text: str, facts: dict[str, str]) -> str:
    """Put facts into their places; a fact that is missing leaves “…”."""
    return _PLACE.sub(lambda found: facts.get(found[1], "…"), text)


def _sentence(code: str) -> str:
    return code.replace("-", " ").capitalize()


def _kind_words(problem: Problem) -> str:
    return {
        "rule-broken": "这一步不符合规则",
        "not-allowed": "现在不能这样做",
        "tampered": "内容与签名或摘要不符",
        "unreachable": "连不上平台",
        "locked": "现在打不开",
        "cancelled": "已取消",
    }.get(problem.kind, "平台没有接受这次提交")

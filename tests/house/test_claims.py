"""The app and its papers never claim more than docs/claims.md: words that have no place in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEVER = (
    "绝对安全", "绝对保密", "绝对可靠", "不可破解", "无法破解", "不会泄露", "万无一失", "百分之百", "军用级", "军工级", "银行级",
    "抗量子", "量子安全", "永久有效", "保证开标", "保证能开标", "保证解密", "任何人不能打开", "任何人都不能打开", "任何人都看不到",
    "任何人无法", "任何人都无法", "无人能", "已从内存清除", "通过密评", "密评认证", "国密认证", "unbreakable", "unhackable",
    "absolutely secure", "completely secure", "100 % secure", "100% secure", "military-grade", "bank-grade", "quantum-safe",
    "quantum-proof", "nobody can open", "no one can open", "guaranteed to open", "wiped from memory",
    "cannot be hacked", "tamper-proof",
)  # fmt: skip
"""Part of what may not be said; the rest needs a reader"""


def _words() -> dict[str, str]:
    """Texts for people: windows and their catalogues, printed papers, what the platform writes into receipts."""
    places = [
        *(ROOT / "ui").rglob("*.py"), *(ROOT / "ui" / "locale").glob("*.json"), *(ROOT / "documents").rglob("*.py"),
        *(ROOT / "documents").rglob("*.typ"), ROOT / "server_stub" / "trust" / "receipts.py",
        *(ROOT / "server_stub" / "portal").rglob("*.py"), ROOT / "README.md", ROOT / "README.zh-CN.md",
    ]  # fmt: skip
    return {str(path.relative_to(ROOT)): path.read_text("utf-8").lower() for path in places}


def test_no_word_claims_too_much() -> None:
    pattern = re.compile("|".join(map(re.escape, NEVER)))
    found = [f"{name}: {word}" for name, text in _words().items() for word in pattern.findall(text)]
    assert found == []

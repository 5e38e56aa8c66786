"""质疑函 and 质疑答复: what is signed. How they are judged stands in `terms`."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc, Value

Stage = Literal["document", "opening", "result"]
"""What is challenged: 采购文件, 开标, 结果. The review becomes known with the result and is challenged with it"""


class Matter(Value):
    """One 质疑事项 with its facts, its ground and what is asked (L-403)."""

    matter: Text
    facts: Text
    law: str = ""
    """Legal ground, where one is needed"""
    request: Text


class ChallengeLetter(Statement):
    """质疑函 (94号令 第十二条). The challenger's certificate stands in the place of seal and signature (R-100)."""

    TYPE: ClassVar[str] = "challenge-letter"
    stage: Stage
    about: Hex32
    """Id of the `tender-package`, `opening-record` or `award-notice`"""
    lot: Code
    supplier: Uscc
    representative: Name
    """法定代表人 or 主要负责人"""
    contact: Name
    phone: Name
    address: Name
    postcode: Name
    agent: str = ""
    """Who acts for the challenger, if anybody; then `authorisation` is there"""
    authorisation: Hex32 | None = None
    """授权委托书, by digest"""
    matters: tuple[Matter, ...]
    evidence: tuple[Hex32, ...] = ()
    """必要的证明材料, by digest"""


class PaperChallenge(Statement):
    """质疑函 that came on paper (94号令 第十三条: it is not refused), as purchaser or agency enter it. The scan is what was received;
    the fields repeat it, so that it is answered and counted like any other. The signature says who received it, not who wrote it."""

    TYPE: ClassVar[str] = "challenge-paper"
    org: Uscc
    """Who received it and enters it"""
    stage: Stage
    about: Hex32
    lot: Code
    supplier: Uscc
    """The challenger, as its letter says"""
    name: Name
    received: Instant
    """When it arrived; posted ones count from their arrival here, what was posted in time the scan shows"""
    scan: Hex32
    """The letter with its envelope, as a PDF, by digest"""
    contact: Name
    phone: Name
    address: Name
    postcode: Name
    agent: str = ""
    authorisation: Hex32 | None = None
    matters: tuple[Matter, ...]
    evidence: tuple[Hex32, ...] = ()


Letter = ChallengeLetter | PaperChallenge


class MatterReply(Value):
    """The answer to one matter, in the letter's order."""

    finding: Literal["founded", "partly", "unfounded"]
    answer: Text
    facts: Text
    law: str = ""


class ChallengeReply(Statement):
    """质疑答复 (94号令 第十五条), by purchaser or agency within seven working days."""

    TYPE: ClassVar[str] = "challenge-reply"
    challenge: Hex32
    """Id of the letter, sent or entered"""
    lot: Code
    matters: tuple[MatterReply, ...]
    affects: bool
    """A founded matter affects or may affect the result: no contract until the award is confirmed anew (L-407, L-408)"""
    measure: str = ""
    """What is done about it: clarified, the next candidate, the procurement again"""
    complain_to: Name
    """财政部门 to which a complaint may be made within fifteen working days"""
    responder: Name
    """质疑答复人"""

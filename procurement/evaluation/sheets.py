"""What reviewers and members sign: qualification, conformity, scores committed then revealed (protocol B9, M13)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from procurement.basics.digest import digest
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Name, Number, Text, Uscc, Value
from procurement.bidding.price import PriceStep
from procurement.evaluation.quoting import FinalRound
from procurement.evaluation.talks import TalksResult


class Verdict(Value):
    """One item for one bid, with the reason when it fails."""

    supplier: Uscc
    item: Code
    passed: bool
    reason: str = ""


class QualificationReview(Statement):
    """资格审查 by the purchaser or the agency, after the opening (L-241)."""

    TYPE: ClassVar[str] = "qualification-review"
    opening: Hex32
    lot: Code
    verdicts: tuple[Verdict, ...]


class PriceReview(Value):
    """A member's first view of a price. Not accepted: the member finds it obviously low, by its own judgement (L-252). When most
    members do, the bidder is asked to explain, as for a trigger of L-253; nobody is out before that."""

    supplier: Uscc
    accepted: bool
    reason: Text


class ConformityReview(Statement):
    """符合性审查: each member votes item by item; the majority decides (L-242, L-261)."""

    TYPE: ClassVar[str] = "conformity-review"
    opening: Hex32
    lot: Code
    member: Code
    verdicts: tuple[Verdict, ...]
    low_prices: tuple[PriceReview, ...] = ()


class ReviewClosed(Statement):
    """Majority results of qualification and conformity: who is scored. Platform."""

    TYPE: ClassVar[str] = "review-closed"
    opening: Hex32
    lot: Code
    qualification: Hex32
    conformity: tuple[Hex32, ...]
    scored: tuple[Uscc, ...]


class MarkCount(Value):
    """How many of one thing a member counted. The code of a count or a deduction table is that of the item itself."""

    code: Code
    count: int


class Mark(Value):
    """A member's mark for one scoring item of one bid."""

    supplier: Uscc
    item: Code
    points: Number
    tier: str = ""
    """Code of the chosen tier, where the item has tiers"""
    condition: str = ""
    """Code of the forced score that applies; `no-prerequisite` or `missing` when that is why"""
    counts: tuple[MarkCount, ...] = ()
    """What was counted: units, defects by kind, entries fulfilled (count 1); the points then follow"""
    deducted: Number = Decimal(0)
    """Taken off at discretion, within the item's limit"""
    reason: str = ""


class ScoreSheet(Value):
    """All marks of one member for one lot; revealed after `scores-closed`."""

    lot: Code
    member: Code
    marks: tuple[Mark, ...]


class ScoreCommit(Statement):
    TYPE: ClassVar[str] = "score-commit"
    lot: Code
    member: Code
    round: int
    opening: Hex32
    scheme: Hex32
    """SHA-256 of the tender model's canonical bytes"""
    c: Hex32
    """D("score", ctx_e, salt, sheet bytes)"""
    sealed_sheet: Hex32 | None = None
    """SHA-256 of the sheet sealed to the member's own certificate, kept by the platform; absent when its token decrypts nothing"""


class ScoresClosed(Statement):
    """All commits are in; reveals may come. Platform."""

    TYPE: ClassVar[str] = "scores-closed"
    lot: Code
    opening: Hex32
    commits: tuple[Hex32, ...]


class ScoreReveal(Statement):
    TYPE: ClassVar[str] = "score-reveal"
    commit: Hex32
    closed: Hex32
    salt: Hex32
    sheet: Blob
    """Canonical bytes of the `ScoreSheet`"""


class ScoreCorrection(Statement):
    """A member sets its own sheet right before the report is signed (87号令 第六十四条): the sheet as committed, and the one that
    stands instead. It differs only in the marks that are at fault; both stay on record (L-260)."""

    TYPE: ClassVar[str] = "score-correction"
    commit: Hex32
    closed: Hex32
    salt: Hex32
    sheet: Blob
    """The bytes committed to"""
    corrected: Blob
    """Canonical bytes of the `ScoreSheet` that stands instead"""
    ground: Literal["outside-range", "objective-marks-differ", "outlier-marks"]
    """`outside-range`: the committed sheet breaks the scheme (a mark the item does not allow, missing or unknown marks)"""
    reason: Text


def score_commitment(
    certificate: str, commit_lot: str, round_: int, opening: str, scheme: str, salt: bytes, sheet: bytes
) -> str:
    """c of a score commit: D("score", ctx_e, salt, sheet), ctx_e = D("score-ctx", certificate, lot, round, opening, scheme)."""
    context = digest(
        "score-ctx",
        bytes.fromhex(certificate),
        commit_lot.encode(),
        str(round_).encode(),
        bytes.fromhex(opening),
        bytes.fromhex(scheme),
    )
    return digest("score", context, salt, sheet).hex()


class ItemScore(Value):
    """Final score of one item: the members' mean, or the computed one, after the scheme's rounding."""

    item: Code
    points: Number


class GroupScore(Value):
    """Sum of one group of the scheme (技术, 商务, 价格)."""

    group: Code
    points: Number


class RankedBid(Value):
    supplier: Uscc
    name: Name
    rank: int
    """0 when not ranked"""
    state: Literal["ranked", "unqualified", "nonconforming", "withdrawn", "invalid", "same-brand", "award-limit"]
    reason: str = ""
    quote: Number
    """The quote as corrected, in its own dimension"""
    evaluation_price: Number
    price_score: Number
    item_scores: tuple[ItemScore, ...]
    total: Number
    group_scores: tuple[GroupScore, ...] = ()
    steps: tuple[PriceStep, ...] = ()
    """How the price was corrected, deducted and scored, in order (L-513)"""


class TieDecision(Value):
    """What people decided where the tie chain asks them: a ranking, a vote, a draw. Best first."""

    key: Code
    order: tuple[Uscc, ...]
    reason: Text


class PriceConclusion(Value):
    """What most members found of a low price after its explanation (L-253): accepted, or the bid is invalid."""

    supplier: Uscc
    accepted: bool
    votes: int
    reason: Text
    """The first one given on the side of the majority"""


class LotWinner(Value):
    """Winner of another lot, or its first candidate; of parallel first candidates each one stands here."""

    lot: Code
    supplier: Uscc


class Invalidation(Value):
    """A bid found invalid by people outside the item reviews (collusion, deposit)."""

    supplier: Uscc
    rule: Code
    reason: Text


class EvaluationContext(Value):
    """All that the computation needs besides the tender, the bids and the signed sheets."""

    event: Instant
    """Date by which rules are chosen: the announcement of the tender"""
    confirmed: tuple[Uscc, ...] = ()
    """Bidders who confirmed the correction of their price (L-251)"""
    refused: tuple[Uscc, ...] = ()
    """Bidders who did not, or let the time pass: invalid"""
    low_prices: tuple[PriceConclusion, ...] = ()
    invalid: tuple[Invalidation, ...] = ()
    decisions: tuple[TieDecision, ...] = ()
    draw: Hex32 | None = None
    """Seed of draws by lot: D("tie-draw", opening, lot, salts of all sheets). Every salt was committed to before one was known"""
    winners: tuple[LotWinner, ...] = ()
    undecided: tuple[Code, ...] = ()
    """Lots earlier in the order of the award limit that have no settled ranking yet"""
    final: FinalRound | None = None
    """Final quotes after a negotiation: the prices, in place of the first ones. None where there are none, or not yet"""
    talks: TalksResult | None = None
    """Who left in the talks before, or did not meet changed terms. None where nobody"""


class OpenPoint(Value):
    """What the computation found that people have to settle or explain in the report: marks of an objective item that differ, an
    outlier, a price not yet explained, a correction not confirmed, a tie to decide."""

    code: Code
    where: Name
    """Item, member, lot and supplier concerned, parted by dots"""
    rule: Code
    blocking: bool
    """To be settled before the report is signed (L-260); otherwise a reason in the report is enough"""


class Ranking(Statement):
    """The ranking, recomputable from signed sheets and opened bytes. Platform."""

    TYPE: ClassVar[str] = "ranking"
    opening: Hex32
    lot: Code
    scheme: Hex32
    closed: Hex32
    reveals: tuple[Hex32, ...]
    bids: tuple[RankedBid, ...]
    candidates: tuple[Uscc, ...]
    computed_at: Instant
    context: EvaluationContext | None = None
    """Absent in rankings without anything to add but the time of announcement"""
    open_points: tuple[OpenPoint, ...] = ()


class TieSettlement(Statement):
    """People decide a tie where the tender's tie chain asks them: the committee through its leader, or the purchaser (L-258)."""

    TYPE: ClassVar[str] = "tie-decision"
    ranking: Hex32
    lot: Code
    decider: Code
    """The leader's number, or the purchaser's code"""
    key: Code
    """Key of the tie chain that is decided"""
    order: tuple[Uscc, ...]
    """All tied bids, best first"""
    reason: Text
    """How it was decided: the merits compared, the votes cast, the lot drawn"""


class EvaluationReport(Statement):
    """评审报告: data and printed form. Prepared by the agency, signed by every member through `report-signature` (R-093)."""

    TYPE: ClassVar[str] = "evaluation-report"
    ranking: Hex32
    lot: Code
    pdf: Hex32


class ReportSignature(Statement):
    TYPE: ClassVar[str] = "report-signature"
    report: Hex32
    member: Code
    pdf_before: Hex32
    """SHA-256 of the PDF as this member found it"""
    pdf: Hex32
    """SHA-256 of the PDF with this member's PAdES signature added"""
    dissent: str = ""
    """Written opinion and reason of a member who disagrees (L-261)"""

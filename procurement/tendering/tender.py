"""采购文件 as data: the tender model, `tender.json` of a package. Its canonical bytes are what `TenderPackage.model` digests.

docs/tender-model.md shows which field carries which line of the list of what real tenders ask.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Literal

from procurement.basics.statement import Suite
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Text, Uscc, Value
from procurement.planning.plan import Method
from procurement.tendering.conditions import QualificationItem
from procurement.tendering.lot import Lot
from procurement.tendering.method import MethodProfile, method_profile

SHANXI = "14"
"""Region codes of Shanxi begin so (GB/T 2260)"""

StatutoryCollusion = Literal["37-1", "37-2", "37-3", "37-4", "37-5", "37-6"]
MachineMark = Literal["mac", "ip", "cpu", "disk", "cost-dongle", "tool-machine-code"]
LocalCircumstance = Literal[
    "same-device", "same-contact", "same-errors", "same-employer", "same-handwriting", "other-suspicion"
]
"""Circumstances that local notices add (such as 宛财购〔2022〕3号): one machine edited, printed or uploaded the bids; one person
handed them in or stands as contact; the same slips in them; people paid or insured by one employer; signatures by one hand"""
STATUTORY_SIX: tuple[StatutoryCollusion, ...] = ("37-1", "37-2", "37-3", "37-4", "37-5", "37-6")

DocumentPlace = Literal[
    "system-form", "separate-opening-sheet", "opening-sheet", "bid-letter", "appendix", "itemised-table", "other-parts"
]
CorrectionStep = Literal["sheet-over-parts", "words-over-figures", "decimal-slip", "unit-price-over-total"]
STATUTORY_CORRECTIONS: tuple[CorrectionStep, ...] = (
    "sheet-over-parts",
    "words-over-figures",
    "decimal-slip",
    "unit-price-over-total",
)


class Party(Value):
    """Purchaser or agency with the contact that the announcement must show (L-207)."""

    code: Uscc
    name: Name
    address: Name
    contact: Name
    phone: Name


class Window(Value):
    """解密时限: minutes after the closing (relative), or a fixed end (absolute). Exactly one is set."""

    minutes: int | None = None
    until: Instant | None = None
    stated: bool = True
    """Whether the document says it; otherwise this is what the platform allows"""


class OpeningProfile(Value):
    """How the opening runs."""

    window: Window
    parties: Literal["supplier", "supplier-and-agency", "supplier-and-custodians"] = "supplier-and-custodians"
    """Who has to decrypt"""
    order: Literal["received", "received-reversed", "random", "supplier-code"] = "received"
    """Read-out order"""
    price_after_technical: bool = False
    """The price is opened only after the technical review"""
    confirm_minutes: int = 10
    objection_minutes: int = 10
    """Silence afterwards counts as no objection (L-236)"""
    failure: Literal["treated-as-withdrawn", "treated-as-not-submitted", "invalid"] = "treated-as-withdrawn"
    """The document's words for a bid that is not decrypted in time"""
    slip_admitted: bool = True
    """Whether a backup slip may be admitted by hand (R-081)"""
    countersigned_receipt: bool = False
    """Agency countersigns receipts before the deadline, in a form that reveals no name and no count (L-215)"""
    place: Name


class TenderDocument(Value):
    """A document of the tender. `path` is the one in the package; `sha256` binds parts kept as attachments."""

    code: Code
    title: Name
    role: Literal[
        "announcement", "tender-document", "requirement", "scoring", "contract-draft", "forms", "drawings",
        "bill-of-quantities", "attachment",
    ]  # fmt: skip
    path: str
    sha256: Hex32 | None = None


class Section(Value):
    """A numbered part of the document that items refer to."""

    code: Code
    title: Name


class Upload(Value):
    """What a bid may be made of."""

    size_limit: int = 2 * 1024**3
    """Bytes of the whole bid"""
    file_limit: int = 500 * 1024**2
    """Bytes of one document"""
    file_types: tuple[Literal["pdf", "jpg", "png", "xlsx", "docx", "xml", "json", "zip", "mp4", "gbq"], ...] = ("pdf",)


class CollusionClause(Value):
    """A circumstance that counts as collusion, and its stated effect. People determine; the effect is shown (R-112, R-113)."""

    kind: StatutoryCollusion | MachineMark | LocalCircumstance
    text: Text
    effect: Literal["invalid", "clue"] = "invalid"


class AwardLimit(Value):
    """A supplier may win only so many lots, taken in the order of `lots`. It keeps its score and stays in the price base."""

    max_lots: int
    mode: Literal["first-candidate-elsewhere", "winner-elsewhere"]
    lots: tuple[Code, ...]


class Award(Value):
    """How the winner is found."""

    candidates: int = 3
    mode: Literal["purchaser-in-order", "panel-authorised"] = "purchaser-in-order"
    parallel: Literal["unsaid", "draw", "purchaser-decides", "tie-chain"] = "unsaid"
    """What happens with candidates that stay parallel (L-272: else at random)"""
    limit: AwardLimit | None = None


class Payment(Value):
    """One instalment."""

    percent: Number
    of: Literal["contract", "year"] = "contract"
    """Percent of the contract amount, or of the average amount of one contract year and then paid for each year"""
    condition: Literal[
        "signed", "delivered", "accepted", "by-measure", "yearly", "warranty-over", "budget-released", "year-assessed"
    ]
    """`budget-released`: the budget of the year has come; `year-assessed`: the year is over, and the budget of the next has come"""
    days: int = 30
    """Days after the invoice (L-283), or after the budget was released"""
    less_assessment: bool = False
    """Whether what the yearly assessment withholds is taken off this instalment"""
    day_kind: Literal["calendar", "working"] = "calendar"


class DelayDamages(Value):
    """误期赔偿: percent of what is late, or of the contract amount, for each begun period, up to a percent of the contract amount."""

    percent: Number
    of: Literal["late-part", "contract"] = "late-part"
    period_days: int
    most_percent: Number


class AssessmentGrade(Value):
    """A grade of the yearly assessment of the performance: marks from `low` to `high`, and what follows."""

    label: Name
    low: Number
    high: Number
    withheld_percent: Number = Decimal(0)
    """Of the average amount of one contract year"""
    terminates: bool = False
    """Whether the purchaser may end the contract"""


class ContractTerms(Value):
    """What the draft contract fixes."""

    sign_days: int = 30
    """Days after the notice (L-276: at most 30)"""
    performance_bond_percent: Number | None = None
    """Of the contract amount (L-277: at most 10)"""
    payments: tuple[Payment, ...] = ()
    delay: DelayDamages | None = None
    assessment: tuple[AssessmentGrade, ...] = ()
    draft: str = ""
    """Code of the document with the draft contract"""


class Challenge(Value):
    """询问与质疑. On line, within seven working days (L-401 …)."""

    contact: Name
    phone: Name
    address: Name
    online: bool = True
    working_days: int = 7
    once: bool = True
    """Challenges to one stage are to be raised together"""


class Negotiation(Value):
    """Rounds of 磋商 and 谈判: the last quote is what counts."""

    rounds: int
    final_quote: bool = True
    final_quote_minutes: int = 30
    changeable: tuple[Literal["technical", "service", "contract"], ...] = ()
    minimum_final_quotes: int = 3


class FeeBand(Value):
    """Rate for the part of the contract amount above the band before and up to `up_to` (差额定率累进)."""

    percent: Number
    up_to: Money | None = None
    """Yuan; none: without end"""


class Fees(Value):
    """Fees that documents still name. The document itself is free (R-083, R-086)."""

    document: Money | None = None
    agency_payer: Literal["none", "purchaser", "winner"] = "none"
    agency_standard: str = ""
    agency_fixed: Money | None = None
    """The agency's fee for each lot where it is one amount"""
    agency_minimum: Money | None = None
    """The least it is where a standard or bands decide"""
    agency_bands: tuple[FeeBand, ...] = ()
    """The agency's fee, band by band, cumulative"""


PaperClause = Literal[
    "on-site-opening", "sealed-envelopes", "paper-guarantee",
    "paper-copies", "paper-samples-of-forms", "document-on-site", "paid-registration", "originals-at-opening",
    "presence-at-opening", "late-challenge-refused", "paper-challenge", "paper-receipt",
]  # fmt: skip


class Tender(Value):
    """One version of a procurement document, all lots."""

    format: Literal["jincai/tender/1"] = "jincai/tender/1"
    id: Code
    number: Code
    """备案号 of the plan"""
    algorithms: Literal["S1"] | None = None
    """Suite of lot keys and bids: S1 is SM2, SM3, SM4. Absent: I1"""
    project_number: str = ""
    """项目编号 as the agency writes it, Chinese characters and all, where it is another than the 备案号"""
    title: Name
    region: Code
    """GB/T 2260 code of the 区划; its beginning selects the regional profile"""
    method: Method
    nature: Literal["goods", "services", "works"]
    category: Code
    """采购品目"""
    purchaser: Party
    agency: Party
    announcement: Instant
    """First publication on the designated medium"""
    issued: Instant
    """From when the first version is available; corrections keep it (each package has its own time of issue)"""
    available_until: Instant
    """At least five working days after the announcement (L-203)"""
    deadline: Instant
    """投标截止时间, which is the time of the opening"""
    opening: OpeningProfile
    documents: tuple[TenderDocument, ...]
    sections: tuple[Section, ...] = ()
    upload: Upload = Upload()
    qualification: tuple[QualificationItem, ...] = ()
    """Of the project: asked in every lot"""
    lots: tuple[Lot, ...]
    max_lots_bid: int = 0
    """Lots one supplier may bid for; 0: all"""
    collusion: tuple[CollusionClause, ...] = ()
    precedence: tuple[DocumentPlace, ...] = ("opening-sheet", "other-parts")
    """Which sheet prevails when they disagree, strongest first"""
    corrections: tuple[CorrectionStep, ...] = STATUTORY_CORRECTIONS
    """Order of price corrections (L-251)"""
    award: Award = Award()
    contract: ContractTerms = ContractTerms()
    challenge: Challenge
    negotiation: Negotiation | None = None
    fees: Fees = Fees()
    paper: tuple[PaperClause, ...] = ()
    """Paper clauses left in the document; refused where the regional profile forbids them"""
    deposit_forfeiture: tuple[
        Literal[
            "withdrawn-in-validity", "false-material", "contract-refused", "collusion", "bond-not-paid", "unspecified"
        ],
        ...,
    ] = ()
    """Cases in which a deposit is kept; `unspecified` where the text only says that it may be"""
    credit_query: tuple[Literal["credit-china", "ccgp"], ...] = ("credit-china", "ccgp")
    credit_query_until: Literal["deadline", "evaluation", "award"] = "evaluation"
    """Cut-off of the credit query (L-208, item 15)"""

    @property
    def suite(self) -> Suite:
        """The suite that lot keys, package, bids, releases and their receipts must have (protocol M4)."""
        return self.algorithms or "I1"

    @property
    def profile(self) -> MethodProfile:
        """The method's profile."""
        return method_profile(self.method)

    @property
    def is_shanxi(self) -> bool:
        """Whether the rules of Shanxi apply (R-046 …)."""
        return self.region.startswith(SHANXI)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes in hex: `TenderPackage.model`, and the scheme named by score commits."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def lot(self, code: str) -> Lot:
        """The lot of this code. Raises KeyError."""
        for lot in self.lots:
            if lot.code == code:
                return lot
        raise KeyError(code)

    def qualification_of(self, lot: Lot) -> tuple[QualificationItem, ...]:
        """All qualification items asked in a lot: the project's and its own."""
        return (*self.qualification, *lot.qualification)

"""Every act, its stage, its room on the wire and who may do it. One act, one path, one statement type; no generic "advance"."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.basics.roles import Role

API = "/v1"
FINANCE, PURCHASER, AGENCY, SUPPLIER, EXPERT, SUPERVISOR = (
    Role.FINANCE,
    Role.PURCHASER,
    Role.AGENCY,
    Role.SUPPLIER,
    Role.EXPERT,
    Role.SUPERVISOR,
)
CUSTODIANS = frozenset({AGENCY, PURCHASER, SUPERVISOR, Role.PLATFORM})


@dataclass(frozen=True, slots=True)
class Act:
    """One act of law as the wire knows it."""

    type: str
    """Statement type"""
    stage: str
    """Room: planning, tendering, …"""
    requirement: str
    """The R- id of the stage of the whole"""
    roles: frozenset[Role]

    @property
    def path(self) -> str:
        return f"{API}/{self.stage}/{self.type}"


def _act(stage: str, requirement: str, type_: str, *roles: Role) -> tuple[str, Act]:
    return type_, Act(type_, stage, requirement, frozenset(roles))


ANYONE = (PURCHASER, AGENCY, SUPPLIER, EXPERT, FINANCE, SUPERVISOR, Role.PLATFORM)

ACTS: dict[str, Act] = dict(
    [
        _act("accounts", "R-076", "registration", PURCHASER, AGENCY, SUPPLIER, EXPERT, Role.PLATFORM),
        _act("accounts", "R-034", "key-enrolment", FINANCE, SUPERVISOR),
        _act("accounts", "R-034", "key-countersignature", AGENCY),
        _act("accounts", "R-077", "encryption-certs", SUPPLIER),
        _act("planning", "R-046", "budget-import", FINANCE),
        _act("planning", "R-047", "intention", PURCHASER),
        _act("planning", "R-048", "requirement", PURCHASER),
        _act("planning", "R-049", "plan", PURCHASER),
        _act("planning", "R-049", "plan-approval", FINANCE),
        _act("planning", "R-050", "agency-profile", AGENCY),
        _act("planning", "R-050", "entrustment", PURCHASER),
        _act("planning", "R-050", "entrustment-acceptance", AGENCY),
        _act("tendering", "R-051", "custody-key", *CUSTODIANS),
        _act("tendering", "R-051", "lot-key", AGENCY),
        _act("tendering", "R-051", "custody-envelopes", AGENCY),
        _act("tendering", "R-051", "custody-ack", *CUSTODIANS),
        _act("tendering", "R-051", "tender-package", AGENCY),
        _act("tendering", "R-051", "custody-ready", *CUSTODIANS),
        _act("bidding", "R-051", "submission", SUPPLIER),
        _act("bidding", "R-051", "withdrawal", SUPPLIER),
        _act("opening", "R-051", "window", AGENCY),
        _act("opening", "R-051", "release", SUPPLIER),
        _act("opening", "R-051", "slip-admission", AGENCY),
        _act("opening", "R-051", "custodian-release", *CUSTODIANS),
        _act("opening", "R-051", "freeze-disputed", SUPERVISOR),
        _act("opening", "R-051", "second-look", SUPERVISOR),
        _act("opening", "R-051", "second-look-release", *CUSTODIANS),
        _act("opening", "R-051", "second-look-result", SUPERVISOR),
        _act("opening", "R-051", "opening-record", AGENCY),
        _act("opening", "R-051", "opening-confirmation", SUPPLIER),
        _act("opening", "R-051", "opening-objection", SUPPLIER),
        _act("opening", "R-051", "objection-answer", AGENCY),
        _act("evaluation", "R-051", "panel", AGENCY),
        _act("evaluation", "R-051", "sign-in", EXPERT),
        _act("evaluation", "R-051", "identity-check", AGENCY),
        _act("evaluation", "R-051", "leader-vote", EXPERT),
        _act("evaluation", "R-051", "qualification-review", PURCHASER, AGENCY),
        _act("evaluation", "R-051", "conformity-review", EXPERT),
        _act("evaluation", "R-051", "talks-round", EXPERT),
        _act("evaluation", "R-051", "changes-confirmation", PURCHASER, EXPERT),
        _act("evaluation", "R-051", "talks-response", SUPPLIER),
        _act("evaluation", "R-051", "talks-withdrawal", SUPPLIER),
        _act("evaluation", "R-051", "talks-review", EXPERT),
        _act("evaluation", "R-051", "time-extension", EXPERT),
        _act("evaluation", "R-051", "quote-round", EXPERT),
        _act("evaluation", "R-051", "quote-commit", SUPPLIER),
        _act("evaluation", "R-051", "quote-reveal", SUPPLIER),
        _act("evaluation", "R-051", "correction-request", EXPERT),
        _act("evaluation", "R-051", "correction-answer", SUPPLIER),
        _act("evaluation", "R-051", "explanation-request", EXPERT),
        _act("evaluation", "R-051", "price-explanation", SUPPLIER),
        _act("evaluation", "R-051", "price-judgement", EXPERT),
        _act("evaluation", "R-051", "score-commit", EXPERT),
        _act("evaluation", "R-051", "score-reveal", EXPERT),
        _act("evaluation", "R-051", "score-correction", EXPERT),
        _act("evaluation", "R-051", "tie-decision", EXPERT, PURCHASER),
        _act("evaluation", "R-051", "evaluation-report", AGENCY),
        _act("evaluation", "R-051", "report-signature", EXPERT),
        _act("awarding", "R-051", "award-confirmation", PURCHASER),
        _act("awarding", "R-051", "award-notice", AGENCY),
        _act("awarding", "R-051", "result-letter", AGENCY),
        _act("challenging", "L-400", "supplier-question", SUPPLIER),
        _act("challenging", "L-400", "question-answer", PURCHASER, AGENCY),
        _act("challenging", "R-100", "challenge-letter", SUPPLIER),
        _act("challenging", "L-405", "challenge-paper", PURCHASER, AGENCY),
        _act("challenging", "R-100", "challenge-reply", PURCHASER, AGENCY),
        _act("performing", "R-052", "contract", PURCHASER),
        _act("performing", "R-052", "contract-signature", SUPPLIER),
        _act("performing", "R-052", "contract-supplement", PURCHASER),
        _act("performing", "R-052", "supplement-signature", SUPPLIER),
        _act("performing", "R-053", "acceptance", PURCHASER),
        _act("performing", "R-054", "payment", PURCHASER),
        _act("performing", "R-054", "payment-execution", FINANCE),
        _act("closing", "R-055", "credit-record", PURCHASER, AGENCY),
        _act("closing", "R-056", "performance-evaluation", PURCHASER),
        _act("closing", "R-057", "archive", AGENCY),
        _act("closing", "R-058", "statistics-release", FINANCE),
    ]
)
"""Acts that people send. What the platform does itself stands in PLATFORM_ACTS."""

PLATFORM_ACTS = (
    "plan-numbering",
    "closing",
    "no-opening",
    "freeze",
    "opening",
    "talks-notice",
    "talks-closed",
    "extension-notice",
    "quote-notice",
    "quotes-closed",
    "final-quotes",
    "correction-notice",
    "explanation-notice",
    "review-closed",
    "scores-closed",
    "ranking",
    "award-deemed",
    "contract-publication",
)
"""Acts the platform does by rule, signs with its own certificate and logs like any other."""

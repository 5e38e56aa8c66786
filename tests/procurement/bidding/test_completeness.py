"""A whole bid has no blocking finding; each substantive gap has one, form and layout never."""

from typing import Any

import pytest

from procurement.basics.findings import Finding
from procurement.basics.rules import rulebook
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import (
    Answer,
    BidDocument,
    BidForms,
    Claim,
    ConsortiumMember,
    EvidenceLink,
    FieldValue,
    FilledTable,
    Machine,
    ParameterResponse,
    QuotedFigure,
)
from procurement.tendering.conditions import CustomForm, EvidenceSlot, FormField, QualificationItem
from procurement.tendering.lot import Consortium, Deposit
from procurement.tendering.tender import Tender
from tests.procurement.bidding.test_price import row
from tests.procurement.evaluation.examples import EVENT, bid, uscc
from tests.procurement.tendering.examples import D, lot, replace, tender


def whole(**changes: Any) -> BidForms:
    made = bid(
        1,
        "900",
        small=True,
        tables=(FilledTable(table="items", rows=(row("1", "3", "300"),)),),
        opening=(FieldValue(field="days", number=D(20)),),
        answers=(Answer(item="q1", how="licence-library"), Answer(item="q3", how="commitment")),
        responses=tuple(ParameterResponse(parameter=f"p{n}", deviation="none", offer="有") for n in (1, 2, 3, 4)),
        documents=(BidDocument(code="d", title="合同", path="contract.pdf", size=1000, sha256="0" * 64, pages=9),),
        claims=(Claim(item="cases", count=1),),
        evidence=(EvidenceLink(slot="contract", item="cases", unit=1, document="d", first=1, last=9),),
        machines=(Machine(first_used=EVENT, last_used=EVENT),),
    )
    return replace(made, **changes) if changes else made


def found(forms: BidForms, made: Tender | None = None) -> dict[str, Finding]:
    findings = bid_findings(made or tender(), forms)
    assert {f.rule for f in findings} <= rulebook().keys()
    return {f.code: f for f in reversed(findings)}


def test_a_whole_bid_has_no_finding() -> None:
    assert found(whole()) == {}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("quote-missing", {"quote": ()}),
        ("quote-beyond-limit", {"quote": (QuotedFigure(figure="total", amount=D("1000000.01")),)}),
        ("quote-not-positive", {"quote": (QuotedFigure(figure="total", amount=D(0)),)}),
        ("quote-too-precise", {"quote": (QuotedFigure(figure="total", amount=D("900.001")),)}),
        ("table-missing", {"tables": ()}),
        ("field-missing", {"opening": ()}),
        ("field-out-of-range", {"opening": (FieldValue(field="days", number=D(31)),)}),
        ("qualification-unanswered", {"answers": ()}),
        ("validity-too-short", {"validity_days": 89}),
        ("star-not-met", {"responses": (ParameterResponse(parameter="p1", deviation="negative", offer="32"),)}),
        ("parameter-unanswered", {"responses": ()}),
        ("claim-unknown", {"claims": (Claim(item="other"),)}),
        ("evidence-without-document", {"documents": ()}),
        ("evidence-pages", {"evidence": (EvidenceLink(slot="contract", item="cases", unit=1, document="d", first=9, last=10),)}),
        ("brand-missing", {"brands": ()}),
        ("file-type-refused", {"documents": (BidDocument(code="d", title="x", path="a.exe", size=1, sha256="0" * 64, pages=9),)}),
        ("file-too-large", {"documents": (BidDocument(code="d", title="x", path="a.pdf", size=2**31, sha256="0" * 64, pages=9),)}),
    ],
)  # fmt: skip
def test_substantive_gaps_block(code: str, changes: dict[str, Any]) -> None:
    assert found(whole(**changes))[code].blocking


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("quote-would-be-corrected", {"quote": (QuotedFigure(figure="total", amount=D(905)),)}),
        ("evidence-missing", {"claims": (Claim(item="cases", count=2),)}),
        ("claim-missing", {"claims": (), "evidence": ()}),
        ("machine-record-missing", {"machines": ()}),
    ],
)
def test_the_rest_is_advice(code: str, changes: dict[str, Any]) -> None:
    assert not found(whole(**changes))[code].blocking


def test_gaps_that_depend_on_the_tender() -> None:
    of = lot(deposit=Deposit(amount=D(100)), consortium=Consortium(accepted=False))
    member = ConsortiumMember(supplier=uscc(2), name="乙", share=D(40), size="small")
    codes = found(whole(consortium=(member,)), tender(of))
    assert codes["deposit-missing"].blocking and codes["consortium-refused"].blocking
    slot = EvidenceSlot(code="licence", label="许可证", kind="certificate")
    asked = tender(qualification=(QualificationItem(code="q9", title="许可", text="许可证", evidence=(slot,)),))
    answer = Answer(item="q9", how="document")
    assert found(whole(answers=(answer,)), asked)["evidence-missing"].blocking
    form = CustomForm(code="letter", title="投标函", substantive=True, fields=(FormField(code="sum", label="总价"),))
    assert found(whole(), tender(lot(forms=(form,))))["form-missing"].blocking
    relaxed = replace(form, substantive=False)
    assert not found(whole(), tender(lot(forms=(relaxed,))))["form-missing"].blocking
    for_some = replace(relaxed, required=False)
    assert "form-missing" not in found(whole(), tender(lot(forms=(for_some,))))


def test_forms_round_trip() -> None:
    made = whole()
    assert BidForms.from_bytes(made.to_bytes()) == made

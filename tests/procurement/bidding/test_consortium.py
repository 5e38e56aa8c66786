"""联合体: what must be said, what is refused, who bids twice, and what is read out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procurement.bidding.completeness import bid_findings
from procurement.bidding.consortium import double_bidders
from procurement.bidding.draft import BidDocument, BidForms, ConsortiumMember
from procurement.bidding.papers import Others, Paper, PaperSeal, paper_findings
from procurement.opening.readout import OpenedCase, read_out_rows
from procurement.tendering.lot import Consortium, Lot
from tests.procurement.evaluation.examples import bid, uscc
from tests.procurement.tendering.examples import lot, replace, tender

AGREEMENT = BidDocument(
    code="agreement", title="联合协议", path="documents/agreement.pdf", size=9, sha256="1" * 64, pages=2
)


def member(number: int, share: int, **more: object) -> ConsortiumMember:
    given = {
        "supplier": uscc(number),
        "name": f"供应商{number}",
        "share": Decimal(share),
        "work": "供货",
        "size": "small",
    }
    return ConsortiumMember.model_validate(given | more)


LEAD, SECOND = member(1, 60, role="lead"), member(2, 40)
WHOLE = replace(bid(1, "900"), consortium=(LEAD, SECOND), documents=(AGREEMENT,), consortium_agreement="agreement")


def codes(forms: BidForms, made: Lot | None = None) -> set[str]:
    made = made or lot()
    found = bid_findings(tender(made), forms)
    return {one.code for one in found if one.where == "consortium" and one.blocking}


def test_a_whole_consortium_has_nothing_against_it() -> None:
    assert codes(WHOLE) == set() and codes(bid(1, "900")) == set()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"consortium": (LEAD,)}, "consortium-of-one"),
        ({"consortium": (member(1, 60), SECOND)}, "consortium-lead-wrong"),
        ({"consortium": (member(1, 60), member(2, 40, role="lead"))}, "consortium-lead-wrong"),
        ({"consortium": (LEAD, member(2, 39))}, "consortium-shares-wrong"),
        ({"consortium": (member(1, 100, role="lead"), member(2, 0))}, "consortium-shares-wrong"),
        ({"consortium": (LEAD, member(2, 20), member(2, 20))}, "consortium-member-twice"),
        ({"consortium_agreement": None}, "consortium-agreement-missing"),
        ({"consortium_agreement": "another"}, "consortium-agreement-missing"),
    ],
)
def test_what_is_missing_blocks(parts: dict[str, object], code: str) -> None:
    assert code in codes(replace(WHOLE, **parts))


def test_the_tender_says_whether_and_how_many() -> None:
    assert codes(WHOLE, lot(consortium=Consortium(accepted=False))) == {"consortium-refused"}
    three = replace(WHOLE, consortium=(LEAD, member(2, 20), member(3, 20)))
    assert codes(three, lot(consortium=Consortium(max_members=2))) == {"consortium-too-many"}
    assert codes(three, lot(consortium=Consortium(max_members=3))) == set()


def test_a_member_that_bids_again_is_found_once_bids_are_open() -> None:
    alone, other = bid(2, "800"), replace(bid(3, "700"), consortium=(member(3, 50, role="lead"), member(2, 50)))
    (found,) = double_bidders({one.supplier: one for one in (WHOLE, alone, other)})
    assert (found.supplier, set(found.bids)) == (uscc(2), {uscc(1), uscc(2), uscc(3)})
    assert double_bidders({one.supplier: one for one in (WHOLE, bid(4, "800"))}) == ()


def test_members_are_read_out_with_their_shares() -> None:
    cases = [OpenedCase(one.supplier, one.name, "opened", "token", one) for one in (WHOLE, bid(4, "800"))]
    first, second = read_out_rows(lot(), cases)
    (said,) = [field for field in first.fields if field.name == "consortium"]
    assert said.text == "供应商1（60%）、供应商2（40%）"
    assert "consortium" not in {field.name for field in second.fields}


def seals_missing(*seals: PaperSeal, forms: BidForms = WHOLE) -> list[str]:
    paper = Paper("agreement", "联合协议", seals, {}, ("联合协议",))
    found = paper_findings(tender(lot()), lot(), forms, (paper,), Others({}, {}))
    return [one.facts["names"] for one in found if one.code == "consortium-seals-missing" and not one.blocking]


def test_the_agreement_names_the_members_whose_seals_it_lacks() -> None:
    mine, theirs = PaperSeal("sound", "供应商1", uscc(1)), PaperSeal("sound", "供应商2", uscc(2))
    assert seals_missing() == ["供应商1、供应商2"]
    assert seals_missing(mine) == ["供应商2"]
    assert seals_missing(mine, PaperSeal("broken", "供应商2", uscc(2))) == ["供应商2"], "a broken seal is none"
    assert seals_missing(mine, theirs) == [] and seals_missing(forms=bid(1, "900")) == []

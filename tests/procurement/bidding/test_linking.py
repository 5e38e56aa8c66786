"""Coverage of the items by pages: what counts as linked, what stops sealing, and what a reason changes."""

from procurement.bidding.draft import Answer, BidForms, EvidenceLink, Unlinked
from procurement.bidding.linking import ANSWER, coverage
from procurement.tendering.conditions import EvidenceSlot, QualificationItem
from tests.procurement.bidding.test_completeness import found, whole
from tests.procurement.tendering.examples import lot, replace, tender

SLOT = EvidenceSlot(code="licence", label="许可证", kind="certificate")
ASKED = tender(qualification=(QualificationItem(code="q9", title="许可", text="许可证", evidence=(SLOT,)),))
BARE = whole(answers=(Answer(item="q9", how="document"),))
EXCUSED = replace(BARE, unlinked=(Unlinked(item="q9", slot="licence", reason="原件随样品送达"),))


def test_a_demanded_slot_without_pages_is_missing_and_blocks() -> None:
    of = coverage(ASKED, lot(), BARE)
    (place,) = [one for one in of.places if one.item == "q9"]
    assert place.mandatory and place.missing and of.missing == 1
    assert found(BARE, ASKED)["evidence-missing"].blocking


def test_pages_make_it_linked() -> None:
    link = EvidenceLink(slot="licence", item="q9", document="d", first=2, last=3)
    linked = replace(BARE, evidence=(*BARE.evidence, link))
    before, after = coverage(ASKED, lot(), BARE), coverage(ASKED, lot(), linked)
    assert (after.linked, after.missing) == (before.linked + 1, 0)
    assert "evidence-missing" not in found(linked, ASKED)


def test_a_reason_lets_it_pass_and_stands_in_the_findings() -> None:
    of = coverage(ASKED, lot(), EXCUSED)
    assert (of.missing, of.excused) == (0, 1)
    codes = found(EXCUSED, ASKED)
    assert "evidence-missing" not in codes
    assert not codes["evidence-excused"].blocking and codes["evidence-excused"].facts["reason"] == "原件随样品送达"


def test_a_reason_for_another_place_changes_nothing() -> None:
    other = replace(BARE, unlinked=(Unlinked(item="q9", slot="other", reason="无"),))
    assert coverage(ASKED, lot(), other).missing == 1 and found(other, ASKED)["evidence-missing"].blocking


def test_every_scoring_item_has_a_place_and_none_of_them_blocks() -> None:
    of = coverage(tender(), lot(), whole())
    scored = [one for one in of.places if one.kind == "score"]
    assert {one.item for one in scored} == {leaf.code for leaf in lot().scheme.leaves}
    assert not any(one.mandatory for one in scored)
    assert {one.slot for one in scored if one.item != "cases"} == {ANSWER}


def test_a_commitment_needs_no_pages() -> None:
    promised = replace(BARE, answers=(Answer(item="q9", how="commitment"),))
    assert coverage(ASKED, lot(), promised).missing == 0


def test_the_reason_is_part_of_what_is_signed_and_a_bid_without_one_keeps_its_bytes() -> None:
    assert BidForms.from_bytes(EXCUSED.to_bytes()) == EXCUSED
    assert b"unlinked" not in BARE.to_bytes() and EXCUSED.to_bytes() != BARE.to_bytes()

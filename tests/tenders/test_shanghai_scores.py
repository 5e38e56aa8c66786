"""Scores of the Shanghai scheme, worked out by hand in the comments: lot 1, lot 2 with the award limit, and the demo's bids."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from client.demo.adapted import demo_tender
from client.demo.bids import bid_forms, first_offer
from client.demo.cast import EXPERTS, SUPPLIERS, Party
from client.demo.marks import conformity_verdicts, qualification_verdicts, score_sheet
from client.demo.tender_data import load_tender
from procurement.basics.moment import shanghai_date
from procurement.basics.value import ZERO_ID
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import BidDocument, BidForms, Enterprise, QuotedFigure
from procurement.bidding.price import correct, table_total
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.evaluate import LotResult, Reviews, evaluate_lot
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    LotWinner,
    Mark,
    MarkCount,
    QualificationReview,
    ScoreSheet,
)
from procurement.tendering.lot import Lot
from procurement.tendering.package import LotCustody, PackageFile, TenderPackage
from procurement.tendering.publication import publication_findings
from procurement.tendering.tender import Tender

D = Decimal
ID = "ab" * 32
MEMBERS = 5
TENDER = load_tender("shanghai-exam-equipment")
X, Y, Z = (f"9131000000000000{c}" + "0" for c in "XYZ")
DEMO = demo_tender("140100-2026-00001", ())
DOCUMENTS = tuple(
    BidDocument(code=c, title=c, path=f"{c}.pdf", size=1000, sha256=ID, pages=3)
    for c in ("qualification", "technical", "business")
)


def bid(lot: str, supplier: str, price: str, size: str = "large") -> BidForms:
    small = size in ("small", "micro")
    return BidForms(
        tender=ID,
        lot=lot,
        supplier=supplier,
        name=supplier,
        quote=(QuotedFigure(figure="total", amount=D(price)),),
        validity_days=90,
        enterprise=Enterprise.from_plain({"size": size, "declared": small, "all_goods_small_micro": small}),
    )


def mark(supplier: str, leaf: str, word: str) -> Mark:
    """`a9.5`: tier and points. `=10`: points. `#7:5`: seven counted, so five points. `!copied:5`: a condition and its points."""
    head, tail = word[0], word[1:]
    if head == "#":
        count, _, points = tail.partition(":")
        code = "triangle" if leaf == "s3" else leaf
        return Mark(supplier=supplier, item=leaf, points=D(points), counts=(MarkCount(code=code, count=int(count)),))
    if head == "!":
        condition, _, points = tail.partition(":")
        return Mark(supplier=supplier, item=leaf, points=D(points), condition=condition)
    return Mark(supplier=supplier, item=leaf, points=D(tail), tier="" if head == "=" else head)


def sheets(lot: str, given: dict[str, dict[str, str]]) -> list[ScoreSheet]:
    """One word for all five members, or five words."""
    made = []
    for n in range(MEMBERS):
        words = {(s, leaf): text.split() for s, row in given.items() for leaf, text in row.items()}
        marks = tuple(mark(s, leaf, w[n] if len(w) > 1 else w[0]) for (s, leaf), w in words.items())
        made.append(ScoreSheet(lot=lot, member=f"E{n}", marks=marks))
    return made


def reviews(tender: Tender, lot: Lot, suppliers: list[str]) -> Reviews:
    qualification = QualificationReview(
        opening=ID, lot=lot.code, verdicts=qualification_verdicts(tender, lot, suppliers)
    )
    verdicts = conformity_verdicts(tender, lot, suppliers)
    return Reviews(
        qualification,
        tuple(ConformityReview(opening=ID, lot=lot.code, member=f"E{n}", verdicts=verdicts) for n in range(MEMBERS)),
    )


def evaluate(bids: list[BidForms], given: dict[str, dict[str, str]], *winners: LotWinner) -> LotResult:
    lot = TENDER.lot(bids[0].lot)
    context = EvaluationContext(event=TENDER.announcement, winners=winners)
    named = [(b.supplier, b.name, b) for b in bids]
    suppliers = [b.supplier for b in bids]
    return evaluate_lot(TENDER, lot.code, named, reviews(TENDER, lot, suppliers), sheets(lot.code, given), context)


def totals(result: LotResult) -> list[tuple[str, int, Decimal, Decimal]]:
    return [(b.supplier, b.rank, b.price_score, b.total) for b in result.bids]


def test_lot_1_by_hand() -> None:
    # Prices: X 4,800,000 large; Y 5,200,000 small: 5,200,000 × 0.9 = 4,680,000, the lowest; Z 4,900,000 medium.
    # X 30 × 4,680 / 4,800 = 29.25 → 29.3; Y 30.0; Z 30 × 4,680 / 4,900 = 28.653 → 28.7.
    bids = [bid("1", X, "4800000"), bid("1", Y, "5200000", "small"), bid("1", Z, "4900000", "medium")]
    given = {
        X: {
            "s2": "a9 a10 a9.5 a9 b8",  # 45.5 / 5 = 9.1
            "s3": "#1:6",  # 8 − 2
            "s4": "#5:10",  # 5 × 2
            "s5-1": "a4 a5 a4.5 b3 a4.5",  # 21 / 5 = 4.2
            "s5-2": "a5 a5 b4 a5 b3",  # 22 / 5 = 4.4; item 5: 8.6
            "s6": "a5 b4 b4 a5 b3.5",  # 21.5 / 5 = 4.3
            "s7-1": "a4 a4 b3 a4 c1",  # 16 / 5 = 3.2
            "s7-2": "a4 b2 b3 a4 a4",  # 17 / 5 = 3.4; item 7: 6.6
            "s8": "a2 a2 b1 a2 a2",  # 9 / 5 = 1.8
            "s9": "#7:5",  # 7 × 1, at most 5
            "s10": "=10",
        },  # 29.3 + 9.1 + 6 + 10 + 8.6 + 4.3 + 6.6 + 1.8 + 5 + 10 = 90.7
        Y: {
            "s2": "!copied:5",  # p. 55: a copied deviation table gives 5
            "s3": "!not-filled:0",  # p. 56
            "s4": "#6:12",
            "s5-1": "b2",
            "s5-2": "c2",  # item 5: 4
            "s6": "c2",
            "s7-1": "c1",
            "s7-2": "!missing:0",  # p. 57: nothing provided; item 7: 1
            "s8": "b1",
            "s9": "#0:0",
            "s10": "=0",
        },  # 30 + 5 + 0 + 12 + 4 + 2 + 1 + 1 + 0 + 0 = 55.0
        Z: {
            "s2": "b7 b8 b7.5 b7 b8",  # 37.5 / 5 = 7.5
            "s3": "#2:4",
            "s4": "#3:6",
            "s5-1": "b3",
            "s5-2": "b3 b4 b3 b4 b4",  # 18 / 5 = 3.6; item 5: 6.6
            "s6": "b3 b4 b3.5 b3 b4",  # 17.5 / 5 = 3.5
            "s7-1": "b2 b3 b2.5 b2 b3",  # 12.5 / 5 = 2.5
            "s7-2": "b2 b2 b3 b3 b2",  # 12 / 5 = 2.4; item 7: 4.9
            "s8": "a2 b1 a2 b1 b1",  # 7 / 5 = 1.4
            "s9": "#2:2",
            "s10": "=10",
        },  # 28.7 + 7.5 + 4 + 6 + 6.6 + 3.5 + 4.9 + 1.4 + 2 + 10 = 74.6
    }
    result = evaluate(bids, given)
    assert totals(result) == [(X, 1, D("29.3"), D("90.7")), (Z, 2, D("28.7"), D("74.6")), (Y, 3, D(30), D(55))]
    assert result.candidates == (X, Z) and [f for f in result.findings if f.blocking] == []
    assert [g.points for g in result.bids[0].group_scores] == [D("29.3"), D("38.0"), D("23.4")]
    # technical 9.1 + 6 + 8.6 + 4.3 + 10 = 38.0; business 10 + 6.6 + 1.8 + 5 = 23.4


def test_lot_2_by_hand_with_the_winner_of_lot_1_out_of_the_order_but_in_the_price_base() -> None:
    # X 3,400,000 won lot 1; Y 3,800,000 micro: 3,420,000; Z 3,700,000. X's price is the base (p. 54).
    # Y 30 × 3,400 / 3,420 = 29.825 → 29.8; Z 30 × 3,400 / 3,700 = 27.568 → 27.6.
    bids = [bid("2", X, "3400000"), bid("2", Y, "3800000", "micro"), bid("2", Z, "3700000")]
    given = {
        X: {
            "s2": "a10", "s3": "#0:8", "s4": "#5:10", "s5": "a8", "s6-1": "a6", "s6-2-1": "=2", "s6-2-2": "=2",
            "s6-2-3": "#6:4", "s6-2-4": "#2:2", "s7-1": "a5", "s7-2": "a5", "s8": "a3", "s9": "#5:5",
        },  # all maxima: 30 + 70 = 100
        Y: {
            "s2": "b7 b8 b7.5 b8 b7",  # 37.5 / 5 = 7.5
            "s3": "#3:2",  # 8 − 6
            "s4": "#4:8",
            "s5": "b5 b6 b5.5 b6 b5",  # 27.5 / 5 = 5.5
            "s6-1": "b4 b5 b4 b5 b4.5",  # 22.5 / 5 = 4.5
            "s6-2-1": "=0",
            "s6-2-2": "=2",
            "s6-2-3": "#3:3",
            "s6-2-4": "#1:1",  # item 6: 4.5 + 0 + 2 + 3 + 1 = 10.5
            "s7-1": "b3 b4 b3 b4 b4",  # 18 / 5 = 3.6
            "s7-2": "c2 b3 b3 c2 b4",  # 14 / 5 = 2.8; item 7: 6.4
            "s8": "a2 a3 a2.5 b1 a2",  # 10.5 / 5 = 2.1
            "s9": "#2:2",
        },  # 29.8 + 7.5 + 2 + 8 + 5.5 + 10.5 + 6.4 + 2.1 + 2 = 73.8
        Z: {
            "s2": "c5 c6 c5.5 c6 c5",  # 27.5 / 5 = 5.5
            "s3": "#5:0",  # 8 − 10, not below 0
            "s4": "#2:4",
            "s5": "c3 c4 c3 c4 c3.5",  # 17.5 / 5 = 3.5
            "s6-1": "c2 c3 c2 c3 c2.5",  # 12.5 / 5 = 2.5
            "s6-2-1": "!no-prerequisite:0",  # p. 61: no social insurance record
            "s6-2-2": "!no-prerequisite:0",
            "s6-2-3": "!no-prerequisite:0",
            "s6-2-4": "!no-prerequisite:0",
            "s7-1": "c2",
            "s7-2": "!missing:0",  # item 7: 2
            "s8": "b1",
            "s9": "#0:0",
        },  # 27.6 + 5.5 + 0 + 4 + 3.5 + 2.5 + 2 + 1 + 0 = 46.1
    }  # fmt: skip
    result = evaluate(bids, given, LotWinner(lot="1", supplier=X))
    assert totals(result) == [
        (Y, 1, D("29.8"), D("73.8")),
        (Z, 2, D("27.6"), D("46.1")),
        (X, 0, D(30), D(100)),
    ]
    assert result.candidates == (Y, Z) and result.bids[2].state == "award-limit"


def test_the_demo_ranks_a_then_e_then_c() -> None:
    # A 5,133,840 × 0.9 = 4,620,456, the lowest: 30. C 5,246,000 × 0.9 = 4,721,400: 29.359 → 29.4.
    # E 4,873,600 (medium, nothing off): 30 × 4,620,456 / 4,873,600 = 28.442 → 28.4.
    # A  s2 45/5 = 9.0, s5 21/5 + 21.5/5 = 4.2 + 4.3, s6 21.5/5 = 4.3, s7 18/5 + 15.5/5 = 3.6 + 3.1, s8 9/5 = 1.8: 30.3;
    #    ▲ all met 8, letters 6 × 2 = 12, contracts 5, demonstration 10: 35; with 30 together 95.3.
    # C  s2 38/5 = 7.6, s5 15.5/5 + 17.5/5 = 3.1 + 3.5, s6 3.5, s7 19/5 + 18/5 = 3.8 + 3.6, s8 1.8: 26.9;
    #    one ▲ not met 6, letters 10, contracts 3, demonstration 10: 29; with 29.4 together 85.3.
    # E  s2 45.5/5 = 9.1, s5 22/5 + 23/5 = 4.4 + 4.6, s6 20.5/5 = 4.1, s7 15.5/5 + 15.5/5 = 3.1 + 3.1, s8 8/5 = 1.6: 30.0;
    #    ▲ 8, letters 12, contracts 5 claimed less 1 = 4, demonstration 10: 34; with 28.4 together 92.4.
    lot = DEMO.lots[0]
    a, c, e = (SUPPLIERS[n] for n in (0, 2, 4))
    forms = {p.code: bid_forms(p, DEMO, ID, DOCUMENTS) for p in (a, c, e)}
    result = evaluate_lot(
        DEMO,
        lot.code,
        [(p.code, p.name, forms[p.code]) for p in (a, c, e)],
        reviews(DEMO, lot, list(forms)),
        [score_sheet(member, DEMO, lot, forms) for member in EXPERTS],
        EvaluationContext(event=DEMO.announcement, confirmed=(e.code,)),  # its letter says 9,000 more than its sheet
    )
    assert result.findings == () and result.triggers == ()
    assert totals(result) == [
        (a.code, 1, D(30), D("95.3")),
        (e.code, 2, D("28.4"), D("92.4")),
        (c.code, 3, D("29.4"), D("85.3")),
    ]
    assert [b.evaluation_price for b in result.bids] == [D(4620456), D(4873600), D(4721400)]
    assert result.candidates == (a.code, e.code)


@pytest.mark.parametrize("supplier", SUPPLIERS, ids=lambda p: p.key)
def test_bids_of_the_demo_are_whole(supplier: Party) -> None:
    lot = DEMO.lots[0]
    forms = bid_forms(supplier, DEMO, ID, DOCUMENTS)
    for made in (forms, first_offer(forms)):
        slips = ["sheet-over-parts"] if supplier.key == "supplier-e" else []
        advice = "star-without-pages"  # three ★ items for which the tender asks no evidence
        found = [(f.code, f.blocking) for f in bid_findings(DEMO, made) if f.code != advice]
        assert BidForms.from_plain(made.to_plain()) == made
        told = ["quote-would-be-corrected"] * len(slips) + ["words-differ"] * (len(slips) if made is forms else 0)
        assert found == [(code, False) for code in told]
        quote = correct(DEMO, lot, made)
        assert [step.kind for step in quote.steps] == slips
        assert table_total(lot.quote.tables[0], made.tables[0]) == quote.figures["total"]
    triangles = next(leaf for leaf in lot.scheme.leaves if leaf.code == "s3")
    missed = {"supplier-c": 1, "supplier-d": 1}.get(supplier.key, 0)
    assert claimed_points(lot, triangles, forms) == 8 - 2 * missed


def test_a_asked_for_more_at_first() -> None:
    forms = bid_forms(SUPPLIERS[0], DEMO, ID, DOCUMENTS)
    first, last = first_offer(forms).figure("total"), forms.figure("total")
    assert first is not None and last is not None
    assert (first.amount, last.amount) == (D(5200000), D(5133840))


def test_the_demo_tender_may_be_published_in_shanxi() -> None:
    made = demo_tender("140100-2026-00002", DEMO.documents)
    files = tuple(
        PackageFile(path=d.path, title=d.title, media="application/pdf", size=1, sha256=ID) for d in made.documents
    )
    package = TenderPackage(
        tender_id=made.id,
        number=made.number,
        entrustment=ID,
        agency=made.agency.code,
        version=1,
        previous=ZERO_ID,
        model=made.digest,
        issued=made.issued,
        deadline=made.deadline,
        custody=tuple(LotCustody(lot=of.code, lot_key=ID, acks=()) for of in made.lots),
        files=files,
    )
    assert made.is_shanxi and publication_findings(package, made, None, made.issued) == ()
    assert made.issued == datetime(2026, 4, 8, 1, tzinfo=UTC) and shanghai_date(made.deadline).day == 29


def test_the_demo_keeps_the_scheme_of_the_document() -> None:
    for ours, theirs in zip(DEMO.lots, TENDER.lots, strict=True):
        assert [(p.code, p.maximum, p.minimum) for p in ours.scheme.leaves] == [
            (p.code, p.maximum, p.minimum) for p in theirs.scheme.leaves
        ]
        assert ours.scheme.price == theirs.scheme.price and ours.scheme.ties == theirs.scheme.ties
        assert ours.conformity == theirs.conformity and ours.forms == theirs.forms and ours.budget == theirs.budget
        # four ▲ of two points each: exactly the eight points of item 3
        assert sum(p.importance == "triangle" for p in ours.parameters) == 4

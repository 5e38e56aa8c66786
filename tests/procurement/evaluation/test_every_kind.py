"""One lot with every kind of item, from reviews to ranking, by hand."""

from procurement.bidding.draft import ParameterResponse
from procurement.evaluation.evaluate import evaluate_lot
from tests.procurement.evaluation.examples import CONTEXT, bid, named, reviews, sheets, uscc
from tests.procurement.tendering.examples import D, tender

MARKS = {
    "plan": "7",
    "config": "9.5",
    "emergency": "2.5",
    "demo": "5",
    "delivery": "1.5",
    "cases": "6",
    "manager": "5",
    "licences": "4",
    "credit": "1",
    "leader": "2",
    "staff": "3",
}


def test_every_kind_adds_up() -> None:
    # Technical: 7 + 9.5 + 2.5 + 5 + (6 − 1 × 1.5 = 4.5, computed) + 1.5 = 30. Business: 6 + 5 + 4 + 1 + (2 + 3) = 21.
    # Price: 900 000 less 10 % is 810 000, the base: 30. The others: 810/850 × 30 = 28.588… → 28.59, 810/990 × 30 = 24.545… → 24.55.
    # Config of the second: three members 9.5, two 7: (28.5 + 14)/5 = 8.5, that is one point less: technical 29.
    made = tender()
    of = made.lots[0]
    responses = tuple(
        ParameterResponse(parameter=p, deviation="negative" if p == "p3" else "none", offer="见说明书")
        for p in ("p1", "p2", "p3", "p4")
    )
    bids = [
        bid(1, "900000", small=True, responses=responses),
        bid(2, "850000", responses=responses),
        bid(3, "990000", responses=responses),
    ]
    suppliers = [b.supplier for b in bids]

    def points(member: int, supplier: str, leaf: str) -> str:
        return "7" if leaf == "config" and supplier == uscc(2) and member > 2 else MARKS[leaf]

    result = evaluate_lot(made, "1", named(bids), reviews(made, of, suppliers), sheets(of, suppliers, points), CONTEXT)
    assert [(b.supplier, b.rank, b.total) for b in result.bids] == [
        (uscc(1), 1, D("81.00")),
        (uscc(2), 2, D("78.59")),
        (uscc(3), 3, D("75.55")),
    ]
    assert [(g.group, g.points) for g in result.bids[1].group_scores] == [
        ("price", D("28.59")),
        ("tech", D(29)),
        ("biz", D(21)),
    ]
    assert result.open_points == ()

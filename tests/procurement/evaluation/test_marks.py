"""Which marks each kind of item allows; points computed from claims. Expected values by hand."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.basics.problems import RuleBroken
from procurement.bidding.draft import Claim, EvidenceLink, ParameterResponse
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.marks import check_mark
from procurement.evaluation.sheets import Mark, MarkCount
from procurement.tendering.conditions import EvidenceSlot, Parameter
from procurement.tendering.marking import Discretion, Forced, Part, Prerequisite
from tests.procurement.evaluation.examples import bid, uscc
from tests.procurement.tendering.examples import D, lot, part, replace, tiers

LOT = lot()
LEAVES = {leaf.code: leaf for leaf in LOT.scheme.leaves}


def allowed(leaf: Part, points: str, **more: Any) -> bool:
    try:
        check_mark(leaf, Mark(supplier=uscc(1), item=leaf.code, points=D(points), **more))
    except RuleBroken as broken:
        assert broken.rule == "L-260"
        return False
    return True


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        ("plan", ["10", "7", "4", "0"], ["9", "10.5", "-1"]),  # fixed tiers
        ("config", ["9", "9.5", "10", "5", "7.25"], ["8.5", "4", "11"]),  # bands 9–10, 7–8, 5–6
        ("emergency", ["0", "2", "2.5", "5"], ["1", "2.25", "5.5"]),  # 0, 2–5, half points
        ("demo", ["0", "5"], ["3"]),  # set
        ("delivery", ["4", "1.5", "0"], ["3"]),  # deduction table: no defect, one, more
        ("cases", ["0", "2", "10"], ["1", "12"]),  # two points each, ten at most
        ("manager", ["0", "5"], ["4"]),  # binary
        ("licences", ["0", "2", "4", "5"], ["1", "3", "6"]),  # 2+2+2 capped at 5
        ("credit", ["0", "1", "2"], ["1.5"]),  # index bands
        ("params", ["6", "4.5", "3", "0"], ["5", "6.5"]),  # 6 less 1.5 each
    ],
)
def test_points_in_and_outside_the_range(item: str, good: list[str], bad: list[str]) -> None:
    assert all(allowed(LEAVES[item], p) for p in good), item
    assert not any(allowed(LEAVES[item], p) for p in bad), item


def test_chosen_tier_must_hold_the_points_and_is_needed_where_bands_overlap() -> None:
    bands = part("x", "10", tiers("8-10", "4-8", "0-3"))
    assert not allowed(bands, "8") and allowed(bands, "8", tier="a") and allowed(bands, "8", tier="b")
    assert not allowed(bands, "7", tier="a")


def test_counts_settle_the_points() -> None:
    assert allowed(LEAVES["cases"], "6", counts=(MarkCount(code="cases", count=3),))
    assert not allowed(LEAVES["cases"], "8", counts=(MarkCount(code="cases", count=3),))
    # 2 + 2 + 2 = 6, capped at 5
    every = tuple(MarkCount(code=c, count=1) for c in ("iso9001", "iso14001", "iso45001"))
    assert allowed(LEAVES["licences"], "5", counts=every)


def test_modifiers() -> None:
    leaf = part(
        "x",
        "10",
        tiers("9-10", "7-8", "5-6"),
        minimum=D(5),
        missing=D(0),
        forced=(Forced(code="copied", label="照抄", points=D(5)),),
        prerequisite=Prerequisite(label="社保", otherwise=D(1)),
        discretion=Discretion(label="不整洁", limit=D(2)),
    )
    assert allowed(leaf, "5", condition="copied") and not allowed(leaf, "6", condition="copied")
    assert allowed(leaf, "0", condition="missing") and allowed(leaf, "1", condition="no-prerequisite")
    assert not allowed(leaf, "0", condition="bad-mood")
    assert allowed(leaf, "7.5", deducted=D(2), tier="")  # 9.5 less 2
    assert not allowed(leaf, "7", deducted=D(3))
    assert not allowed(leaf, "8.5")  # between the bands, and no deduction recorded
    assert not allowed(leaf, "9.0000001")


def test_claims_give_points() -> None:
    def points(item: str, **claim: Any) -> Decimal | None:
        return claimed_points(LOT, LEAVES[item], bid(1, "1", claims=(Claim(item=item, **claim),)))

    assert points("cases", count=3) == 6 and points("cases", count=9) == 10
    assert points("manager", met=True) == 5 and points("manager") == 0
    assert points("licences", entries=("iso9001", "iso45001")) == 4
    assert [points("credit", index=D(i)) for i in ("100", "95", "90", "60")] == [2, 1, 0, 0]
    assert points("staff", count=4) == 0 and points("staff", count=4, met=True) == 4  # prerequisite: social insurance
    assert points("plan", count=3) is None  # only people can judge


def test_triangle_deviations_count_missing_lines_and_missing_proof() -> None:
    # p2 and p3 are ▲: one answered negatively and one not at all: 6 − 2 × 1.5 = 3. Both met: 6.
    def responses(*deviations: Any) -> Any:
        return tuple(
            ParameterResponse(parameter=p, deviation=d, offer="有")
            for p, d in zip(("p2", "p3"), deviations, strict=False)
        )

    assert claimed_points(LOT, LEAVES["params"], bid(1, "1", responses=responses("negative"))) == 3
    met = bid(1, "1", responses=responses("none", "positive"))
    assert claimed_points(LOT, LEAVES["params"], met) == 6
    report = EvidenceSlot(code="report", label="检测报告", per="parameter", kind="test-report")
    strict = replace(
        LOT,
        parameters=(
            Parameter(code="p2", title="接口", text="4 个", importance="triangle", evidence=(report,)),
            Parameter(code="p3", title="噪声", text="40 dB", importance="triangle", evidence=(report,)),
        ),
    )
    link = EvidenceLink(slot="report", item="p2", document="d", first=1, last=2)
    assert claimed_points(strict, LEAVES["params"], replace(met, evidence=(link,))) == D("4.5")

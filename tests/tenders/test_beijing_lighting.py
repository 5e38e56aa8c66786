"""The Beijing document of 2023 (twelve lots of landscape lighting) as data: its numbers with the printed page they stand on."""

from decimal import Decimal

import pytest

from client.demo.tender_data import load_tender
from documents.tender_words import tender_document
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import FieldValue, FilledForm
from procurement.tendering.lint import lint
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Binary, Composite, Count, Tiers
from procurement.tendering.tender import Tender
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import D, lot, replace, tender

TENDER = load_tender("beijing-lighting")
LIGHTING, TWELFTH = TENDER.lots[:11], TENDER.lots[11]


def maxima(of: Lot) -> list[Decimal]:
    return [item.maximum for item in of.scheme.items]


def tier_points(of: Lot, code: str) -> list[Decimal]:
    rule = next(leaf for leaf in of.scheme.leaves if leaf.code == code).rule
    assert isinstance(rule, Tiers) and all(t.low == t.high for t in rule.tiers)
    return [t.high for t in rule.tiers]


def test_it_reads_back_as_the_same_tender() -> None:
    assert Tender.from_bytes(TENDER.to_bytes()) == TENDER


def test_the_only_blocking_finding_is_a_defect_of_the_document() -> None:
    # p. 5: documents are offered from 23 to 29 November 2023. The first day is not counted (87号令 第八十五条), and 25 and 26 are a
    # weekend: four working days, one too few. All else is advice: nothing is called objective or subjective (10 leaves in each of
    # 11 lots, 8 in the twelfth), 10 % is named although every lot is reserved (p. 30), and paper is asked of an electronic tender.
    found = lint(TENDER, TENDER.announcement)
    assert [(f.code, f.rule, f.facts["days"]) for f in found if f.blocking] == [
        ("document-window-too-short", "L-203", "4")
    ]
    counts = {code: sum(f.code == code for f in found) for code in {f.code for f in found if not f.blocking}}
    assert counts == {"nature-unsaid": 11 * 10 + 8, "deduction-in-reserved-lot": 12, "paper-clause": 6}


def test_dates() -> None:
    # p. 5 and 6: obtained until 29 November 16:00; deadline 13 December 2023, 9:30
    assert TENDER.to_plain()["available_until"] == "2023-11-29T08:00:00.000Z"
    assert TENDER.to_plain()["deadline"] == "2023-12-13T01:30:00.000Z"
    assert not TENDER.opening.window.stated


def test_budgets_ceilings_and_deposits_of_all_lots() -> None:
    # p. 1–4 budget and ceiling in 10 000 yuan; p. 9 deposits; p. 1 sum 9373.99
    assert [of.budget / 10000 for of in TENDER.lots] == [
        D(text)
        for text in [
            "1973.55",
            "1969.43",
            "1638.27",
            "1055.4",
            "738.47",
            "572.97",
            "408",
            "391.44",
            "215.1",
            "175.65",
            "126.21",
            "109.5",
        ]
    ]
    assert sum(of.budget for of in TENDER.lots) == D("93739900")
    assert all(of.ceiling == of.budget == of.quote.main.limit for of in TENDER.lots)
    assert [of.deposit.amount for of in TENDER.lots if of.deposit] == [
        190000, 190000, 160000, 100000, 73000, 57000, 40000, 39000, 21000, 17000, 12000, 10000,
    ]  # fmt: skip


def test_facilities_and_terms() -> None:
    # p. 40–45: 15, 18, 11 … facilities, 73 pieces of high-voltage equipment; p. 4: three years, two facilities 31 months
    assert [len(of.products) for of in TENDER.lots] == [15, 18, 11, 9, 11, 8, 5, 4, 2, 3, 2, 73]
    assert all((of.term.amount, of.term.unit) == (3, "years") for of in TENDER.lots)
    exceptions = {of.code: of.term.exceptions[0] for of in TENDER.lots if of.term.exceptions}
    assert {code: (e.what, e.amount, e.unit) for code, e in exceptions.items()} == {
        "3": ("东直门桥小街桥", 31, "months"),
        "6": ("积水潭桥安定门桥", 31, "months"),
    }
    for code, exception in exceptions.items():
        named = [p.name for p in TENDER.lot(code).products if p.code in exception.products]
        assert named == [exception.what]
    assert [fact.text for fact in TWELFTH.products[4].facts] == ["天宁寺桥下", "500KVA"]


def test_the_scheme_of_lots_1_to_11() -> None:
    # p. 33–36: price 10; business 30 = 5 + 10 + 15 (the project leader 5, the team 10); technical 60 = 10 + 15 + 10 + 10 + 10 + 5
    for of in LIGHTING:
        assert of.scheme == LIGHTING[0].scheme
    first = LIGHTING[0]
    assert first.scheme.price is not None and first.scheme.price.maximum == 10
    assert maxima(first) == [5, 10, 15, 10, 15, 10, 10, 10, 5] and 10 + sum(maxima(first)) == 100
    assert [g.maximum for g in first.scheme.groups] == [10, 30, 60]
    assert isinstance(first.scheme.items[2].rule, Composite)
    assert [p.maximum for p in first.scheme.items[2].leaves] == [5, 10]
    counts = [leaf.rule for leaf in first.scheme.leaves if isinstance(leaf.rule, Count)]
    assert [(c.each, c.cap) for c in counts] == [(1, 5), (2, 10)]
    assert {code: tier_points(first, code) for code in ("s2-3-2", "s3-1", "s3-2", "s3-3", "s3-4", "s3-5", "s3-6")} == {
        "s2-3-2": [10, 7, 4, 0],
        "s3-1": [10, 7, 4, 0],
        "s3-2": [15, 12, 8, 4, 0],
        "s3-3": [10, 7, 4, 0],
        "s3-4": [10, 7, 4, 0],
        "s3-5": [10, 7, 4, 0],
        "s3-6": [5, 3, 1, 0],
    }


def test_the_scheme_of_lot_12() -> None:
    # p. 37–39: price and business 20 = 10 + 10 (5 counted, 5 for cloud monitoring); technical 80 = 15 + 15 + 20 + 10 + 10 + 10
    assert TWELFTH.scheme.price is not None and TWELFTH.scheme.price.maximum == 10
    assert maxima(TWELFTH) == [10, 15, 15, 20, 10, 10, 10] and 10 + sum(maxima(TWELFTH)) == 100
    assert [g.maximum for g in TWELFTH.scheme.groups] == [20, 80]
    counted, cloud = (part.rule for part in TWELFTH.scheme.items[0].leaves)
    assert isinstance(counted, Count) and (counted.each, counted.cap) == (1, 5)
    assert isinstance(cloud, Binary) and cloud.points == 5
    assert [tier_points(TWELFTH, code) for code in ("s3", "s4", "s5", "s6", "s7", "s8")] == [
        [15, 12, 8, 4, 0],
        [15, 10, 5, 0],
        [20, 14, 8, 0],
        [10, 7, 4, 0],
        [10, 7, 4, 0],
        [10, 7, 4, 0],
    ]


def test_conditions() -> None:
    # p. 25–27: ten lines for the project (the last is the deposit), and line 3-3 by lot: two special conditions (p. 5)
    assert [q.code for q in TENDER.qualification] == [
        "q1-1", "q1-2", "q1-3", "q1-4", "q2-1-1", "q2-1-2", "q2-2", "q3-1", "q3-2", "q4",
    ]  # fmt: skip
    assert all(len(of.qualification) == 2 for of in TENDER.lots)
    assert LIGHTING[0].qualification == LIGHTING[10].qualification != TWELFTH.qualification
    # p. 28–29: 17 items of conformity; p. 45–47: 15 demands, none of them with ★ or ▲ although item 7 speaks of ★
    assert all(len(of.conformity) == 17 and len(of.parameters) == 15 for of in TENDER.lots)
    assert {p.importance for of in TENDER.lots for p in of.parameters} == {"plain"}
    assert {c.importance for of in TENDER.lots for c in of.conformity} == {"star"}
    assert len(TENDER.collusion) == 6  # p. 29 item 15


def test_rules_of_the_evaluation() -> None:
    # p. 32: two decimals, half up; equal totals by price; p. 9: then the technical part; p. 32: three candidates, same brand by lot
    for of in TENDER.lots:
        assert [(r.place, r.decimals, r.mode) for r in of.scheme.rounding] == [
            ("price-score", 2, "half-up"),
            ("total", 2, "half-up"),
        ]
        assert [(k.key, k.of) for k in of.scheme.ties[:2]] == [("raw-price", ""), ("group-score", "technical")]
        assert of.scheme.same_brand.policy == "off" and [k.key for k in of.scheme.same_brand.ties] == ["draw"]
        # p. 5 reserved for small and medium enterprises; p. 30: 10 % named all the same, nothing for a consortium
        assert of.reservation.mode == "whole" and of.reservation.size == "sme"
        assert [(c.applies, c.percent) for c in of.scheme.deductions] == [("small-micro", 10)]
        assert of.validity_days == 90 and not of.consortium.accepted and not of.consortium.subcontracting  # p. 4, 9
    # p. 4: one lot for each, by first places, from lot 1 on; p. 30: order of corrections
    limit = TENDER.award.limit
    assert limit is not None and (limit.max_lots, limit.mode) == (1, "first-candidate-elsewhere")
    assert limit.lots == tuple(str(n) for n in range(1, 13)) and TENDER.award.candidates == 3
    assert TENDER.precedence[:2] == ("separate-opening-sheet", "opening-sheet") and len(TENDER.corrections) == 4


def test_contract_and_forms() -> None:
    # p. 22: 30 days; p. 49: 65 % and 35 % of each year; p. 52: a middling year costs 5 %
    terms = TENDER.contract
    assert terms.sign_days == 30 and terms.performance_bond_percent is None
    assert [(p.percent, p.of, p.less_assessment) for p in terms.payments] == [(65, "year", False), (35, "year", True)]
    assert [(g.withheld_percent, g.terminates) for g in terms.assessment] == [(0, False), (5, False), (0, True)]
    # p. 61, 76–81: six forms, five of them substantive; the opening sheet (p. 79) is the quote itself
    assert [(f.title, f.substantive) for f in TWELFTH.forms] == [
        ("投标人资格声明书", True),
        ("投标书", True),
        ("授权委托书", True),
        ("法定代表人（单位负责人）身份证明", False),
        ("合同条款偏离表", True),
        ("采购需求偏离表", True),
    ]
    assert TENDER.fees.agency_payer == "winner" and TENDER.fees.document == 0  # p. 10, 6
    assert len(TENDER.deposit_forfeiture) == 4  # p. 9, 19


@pytest.mark.parametrize("of", TENDER.lots, ids=lambda of: of.code)
def test_it_prints(of: Lot) -> None:
    made = tender_document(TENDER, of.code)
    words = repr(made)
    assert "年度平均合同金额的65 %" in words and ("31个月" in words) == (of.code in ("3", "6"))
    assert ("安装位置" in words) == (of.code == "12") != ("建成时间" in words)


def test_an_identity_form_stands_in_for_the_authorisation() -> None:
    # p. 77: who signs as legal representative himself hands in the identity form and no authorisation
    empty = replace(bid(1, "1000000", small=True), lot="12")
    missing = {f.where: f.blocking for f in bid_findings(TENDER, empty) if f.code == "form-missing"}
    assert missing["forms.f-authority"] is True and missing["forms.f-identity"] is False
    values = (("name", "甲"), ("sex", "男"), ("post", "董事长"))
    fields = (*(FieldValue(field=f, text=t) for f, t in values), FieldValue(field="age", number=D(50)))
    own = replace(empty, forms=(FilledForm(form="f-identity", fields=fields),))
    found = {
        f.where for f in bid_findings(TENDER, own) if f.where.startswith(("forms.f-authority", "forms.f-identity"))
    }
    assert found == set()


def test_references_inside_a_lot_are_checked() -> None:
    exception = {"what": "桥", "products": ["nowhere"], "amount": 31, "unit": "months"}
    plain = lot().to_plain()
    plain["term"]["exceptions"] = [exception]
    plain["forms"] = [{"code": "f", "title": "表", "fields": [], "instead": "f"}]
    found = {f.code for f in lint(tender(Lot.from_plain(plain)), TENDER.announcement) if f.blocking}
    assert {"term-of-unknown-product", "form-unknown"} <= found

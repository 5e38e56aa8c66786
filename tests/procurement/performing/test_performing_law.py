"""Contract against award, supplements, acceptance, and the chain of codes of a payment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.basics.problems import Refused, RuleBroken
from procurement.performing.acceptance import check_acceptance
from procurement.performing.contract import (
    ContractMember,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from procurement.performing.payment import (
    PaymentChain,
    PaymentExecution,
    check_execution,
    check_payment,
    payment_due,
)
from procurement.performing.signing import (
    check_contract,
    check_signature,
    check_supplement,
    check_supplement_signature,
    consortium_of,
    contract_due,
    missing_signers,
    performance_bond_limit,
    reminders,
)
from tests.procurement.bidding.test_consortium import WHOLE
from tests.procurement.chain import (
    ACCEPTANCE,
    CONTRACT,
    ID,
    NOTHING,
    NUMBER,
    OTHER_PURCHASER,
    PAYMENT,
    PLAN,
    TERMS,
    B,
    C,
    at,
    but,
    money,
)
from tests.procurement.refusals import refused

NOW = at(5, 20)


def _sign(now: datetime = NOW, terms: Any = TERMS, **changes: Any) -> None:
    check_contract(but(CONTRACT, **changes), terms=terms, now=now)


def test_notice_of_2_march_makes_the_contract_due_on_1_april() -> None:
    assert contract_due(at(3, 2)).strftime("%Y-%m-%dT%H") == "2026-04-01T15"  # 23:59 in Shanghai


def test_the_due_day_rolls_on_to_a_working_day_and_a_tender_may_shorten_it() -> None:
    assert contract_due(at(5, 21)).date() == at(6, 22).date()  # 20 June lies in the dragon boat holiday
    assert contract_due(at(5, 12), 15).date() == at(5, 27).date()
    assert contract_due(at(5, 12), 90) == contract_due(at(5, 12))
    assert [due.date().day for due in reminders(at(3, 2))] == [17, 25, 29, 31]


def test_the_contract_is_the_award() -> None:
    _sign()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("notice", NOTHING),
        ("purchaser", OTHER_PURCHASER),
        ("supplier", B),
        ("number", "140100-2026-00002"),
        ("lot", "2"),
        ("amount", money("968000.01")),
    ],
)
def test_no_field_of_the_award_may_differ(field: str, value: object) -> None:
    with refused("L-276", "contract-differs-from-award") as caught:
        _sign(**{field: value})
    assert caught.value.facts["field"] == field


def test_items_quantities_and_unit_prices_are_the_awarded_ones() -> None:
    terminal, host = CONTRACT.items
    fewer = but(terminal, quantity=Decimal(50), unit_price=money("15360.00"))
    with refused("L-276", "contract-differs-from-award") as caught:
        _sign(items=(fewer, host))
    assert caught.value.facts["field"] == "quantity of 身份核验终端"
    shifted = (
        but(terminal, unit_price=money("8680.00"), amount=money("868000.00")),
        but(host, unit_price=money("25000.00"), amount=money("100000.00")),
    )
    with refused("L-276", "contract-differs-from-award") as caught:
        _sign(items=shifted)
    assert caught.value.facts["field"] == "unit price of 身份核验终端"
    other = but(terminal, name="人脸终端")
    with refused("L-276", "contract-differs-from-award"):
        _sign(items=(other, host))


def test_the_sums_hold() -> None:
    terminal, host = CONTRACT.items
    with refused("L-282", "contract-item-sum-wrong"):
        _sign(items=(but(terminal, amount=money("768000.01")), host))
    with refused("L-282", "contract-sum-wrong"):
        _sign(items=(terminal,))
    half = but(host, quantity=Decimal(2), amount=money("100000.00"))
    with refused("L-282", "contract-items-repeated"):
        _sign(items=(terminal, half, half))


def test_all_elements_stand_in_the_contract() -> None:
    with refused("L-282", "contract-elements-missing") as caught:
        _sign(breach=" ", disputes=" ")
    assert caught.value.facts["elements"] == "breach, disputes"


def test_thirty_days_or_a_recorded_pause() -> None:
    late = at(6, 12)
    with refused("R-095", "contract-overdue"):
        _sign(now=late)
    _sign(now=late, late_reason="质疑处理期间暂停签订（L-407）")


def test_bond_and_legal_adviser() -> None:
    assert performance_bond_limit(money("968000.05")) == money("96800.00")
    _sign(performance_bond=money("96800.00"))
    with refused("L-277", "bond-over-limit"):
        _sign(performance_bond=money("96800.01"))
    with refused("L-616", "legal-review-missing"):
        _sign(terms=but(TERMS, adviser_required=True))
    _sign(terms=but(TERMS, adviser_required=True), legal_adviser="乔律师")


def test_the_winner_signs_the_full_version() -> None:
    signature = ContractSignature(contract=ID["contract"], supplier=CONTRACT.supplier, pdf="03" * 32)
    due = contract_due(TERMS.notice.sent)
    check_signature(signature, contract=CONTRACT, due=due, now=at(5, 20))
    with refused("R-096", "not-the-contract-party"):
        check_signature(but(signature, supplier=B), contract=CONTRACT, due=due, now=at(5, 20))
    with refused("R-096", "wrong-contract-document"):
        check_signature(but(signature, pdf=CONTRACT.public_pdf), contract=CONTRACT, due=due, now=at(5, 20))
    with refused("R-095", "contract-overdue"):
        check_signature(signature, contract=CONTRACT, due=due, now=at(6, 12))


LEAD = ContractMember(supplier=CONTRACT.supplier, name="甲公司", share=Decimal(60), work="供货")
MATE = ContractMember(supplier=B, name="乙公司", share=Decimal(40), work="安装")
THIRD = ContractMember(supplier=C, name="丙公司", share=Decimal(10))
JOINT = but(CONTRACT, members=(LEAD, MATE))


def test_a_contract_names_the_members_of_the_opened_bid() -> None:
    forms = but(WHOLE, consortium=tuple(reversed(WHOLE.consortium)))
    members = consortium_of(forms)
    assert [one.supplier for one in members] == [one.supplier for one in WHOLE.consortium], "the leading one first"
    assert consortium_of(but(WHOLE, consortium=())) == () == consortium_of(None)
    joint = but(TERMS, members=(LEAD, MATE))
    _sign(terms=joint, members=(LEAD, MATE))
    for written in (None, (LEAD,), (MATE, LEAD), (LEAD, MATE, THIRD), (LEAD, but(MATE, share=Decimal(41)))):
        with refused("R-096", "contract-members-differ") as caught:
            _sign(terms=joint, members=written)
        assert caught.value.facts["members"] == "甲公司、乙公司"
    with refused("R-096", "contract-members-differ"):
        _sign(members=(LEAD, MATE))
    assert b"members" not in CONTRACT.to_bytes(), "the contract of one supplier reads as before"


def test_every_member_signs_once_in_any_order_over_the_same_document() -> None:
    due = contract_due(TERMS.notice.sent)

    def sign(by: str, before: str, after: str, earlier: tuple[ContractSignature, ...]) -> ContractSignature:
        made = ContractSignature(contract=JOINT.id, supplier=by, pdf=after, pdf_before=before)
        check_signature(made, contract=JOINT, due=due, now=at(5, 20), earlier=earlier)
        return made

    for first, second in ((LEAD, MATE), (MATE, LEAD)):
        one = sign(first.supplier, JOINT.pdf, "03" * 32, ())
        assert missing_signers(JOINT, [one.supplier]) == (second.supplier,)
        with refused("R-096", "contract-signed-already"):
            sign(first.supplier, "03" * 32, "05" * 32, (one,))
        for before in (JOINT.pdf, "06" * 32):
            with pytest.raises(Refused) as caught:
                sign(second.supplier, before, "04" * 32, (one,))
            assert caught.value.code == "contract-moved-on"
        two = sign(second.supplier, "03" * 32, "04" * 32, (one,))
        assert missing_signers(JOINT, [one.supplier, two.supplier]) == ()
    with refused("R-096", "not-the-contract-party"):
        sign(C, JOINT.pdf, "03" * 32, ())
    with refused("R-096", "wrong-contract-document"):
        sign(MATE.supplier, JOINT.pdf, JOINT.public_pdf, ())
    late = ContractSignature(contract=JOINT.id, supplier=MATE.supplier, pdf="03" * 32, pdf_before=JOINT.pdf)
    with refused("R-095", "contract-overdue"):
        check_signature(late, contract=JOINT, due=due, now=at(6, 12))


def test_every_member_signs_a_supplement() -> None:
    for member in (LEAD, MATE):
        check_supplement_signature(SupplementSignature(supplement="00" * 32, supplier=member.supplier), contract=JOINT)
    with refused("R-099", "not-the-contract-party"):
        check_supplement_signature(SupplementSignature(supplement="00" * 32, supplier=C), contract=JOINT)


def _supplement(added: str, kind: str = "addition") -> ContractSupplement:
    return ContractSupplement(contract=ID["contract"], kind=kind, added=Decimal(added), text="增购一台")  # type: ignore[arg-type]


def test_corrections_add_nothing_and_additions_something() -> None:
    check_supplement(_supplement("0.00", "correction"), contract=CONTRACT, earlier=())
    with refused("R-099", "correction-adds-money"):
        check_supplement(_supplement("1.00", "correction"), contract=CONTRACT, earlier=())
    with refused("R-099", "addition-without-amount"):
        check_supplement(_supplement("0.00"), contract=CONTRACT, earlier=())
    stranger = SupplementSignature(supplement="00" * 32, supplier=B)
    with refused("R-099", "not-the-contract-party"):
        check_supplement_signature(stranger, contract=CONTRACT)


@given(st.lists(st.decimals("0.01", "60000.00", places=2), max_size=8))
def test_additions_stay_within_a_tenth_in_total(amounts: list[Decimal]) -> None:
    stood: list[ContractSupplement] = []
    for amount in amounts:
        supplement = _supplement(f"{amount:.2f}")
        try:
            check_supplement(supplement, contract=CONTRACT, earlier=stood)
        except RuleBroken as broken:
            assert broken.rule == "L-281"
            assert sum(s.added for s in stood) + amount > money("96800.00")
        else:
            stood.append(supplement)
    assert sum((s.added for s in stood), Decimal(0)) <= money("96800.00")


def _accept(**changes: Any) -> None:
    check_acceptance(but(ACCEPTANCE, **changes), contract=CONTRACT, drafters=frozenset({"孙丽"}))


def test_every_item_is_accepted_or_rejected() -> None:
    _accept()
    terminal, host = ACCEPTANCE.items
    with refused("L-631", "acceptance-incomplete") as caught:
        _accept(items=(terminal,))
    assert caught.value.facts["missing"] == "监控主机"
    with refused("L-631", "acceptance-incomplete"):
        _accept(items=(terminal, host, but(host, name="赠品")))
    with refused("L-631", "delivered-too-little"):
        _accept(items=(but(terminal, delivered=Decimal(99)), host))
    with refused("L-631", "acceptance-contradicts-items"):
        _accept(items=(but(terminal, accepted=False), host))
    _accept(items=(but(terminal, accepted=False), host), passed=False)


def test_drafters_do_not_accept() -> None:
    with refused("R-130", "drafter-accepts"):
        _accept(members=("刘洋", "孙丽"))
    with refused("L-631", "acceptance-without-members"):
        _accept(members=())


CHAIN = PaymentChain(
    plan=PLAN,
    number=NUMBER,
    contract_id=ID["contract"],
    contract=CONTRACT,
    payee_name="甲公司",
    requested=money("0.00"),
    requested_on_line=money("0.00"),
    acceptance_id=NOTHING,
    acceptance=ACCEPTANCE,
)


def _pay(chain: PaymentChain = CHAIN, **changes: Any) -> None:
    check_payment(but(PAYMENT, **changes), chain=chain, now=at(6, 10))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contract", NOTHING),
        ("acceptance", "11" * 32),
        ("contract_number", "HT-2026-0002"),
        ("number", "140100-2026-00002"),
        ("payer", OTHER_PURCHASER),
        ("payee", B),
        ("payee_name", "乙公司"),
    ],
)
def test_nothing_is_paid_without_every_code(field: str, value: object) -> None:
    _pay()
    with refused("R-066", "payment-code-mismatch") as caught:
        _pay(**{field: value})
    assert caught.value.facts["field"] == field


def test_the_budget_line_is_one_of_the_plan() -> None:
    with refused("R-066", "payment-budget-code"):
        _pay(budget_code="EDU-003")


def test_no_more_than_what_is_left() -> None:
    _pay(amount=money("700000.00"))
    with refused("R-066", "payment-over-remaining"):
        _pay(amount=money("700000.01"))  # the line holds 700 000
    with refused("R-066", "payment-over-remaining"):
        _pay(but(CHAIN, requested=money("300000.01")))  # the contract has 667 999.99 left
    with refused("R-066", "payment-over-remaining"):
        _pay(amount=money("0.00"))
    _pay(but(CHAIN, requested=money("300000.00"), added=money("0.00")))


def test_only_what_passed_is_paid_by_other_hands() -> None:
    with refused("R-053", "not-accepted"):
        _pay(but(CHAIN, acceptance=but(ACCEPTANCE, passed=False)))
    with refused("R-130", "accepter-pays"):
        _pay(handler="马超")
    with refused("L-283", "invoice-in-the-future"):
        _pay(invoice_received=at(6, 11))


def test_treasury_pays_what_was_asked_and_explains_delay() -> None:
    def execute(**changes: Any) -> None:
        done = PaymentExecution(payment=NOTHING, treasury_reference="GK-1", paid=at(6, 12), amount=money("668000.00"))
        check_execution(but(done, **changes), payment=PAYMENT, asked=at(6, 10), now=at(7, 20))

    execute()
    assert payment_due(at(6, 1)).date() == at(7, 1).date()
    with refused("R-066", "paid-amount-differs"):
        execute(amount=money("667999.99"))
    with refused("R-066", "paid-time-wrong"):
        execute(paid=at(6, 9))
    with refused("L-283", "payment-late-without-reason"):
        execute(paid=at(7, 2))
    execute(paid=at(7, 2), late_reason="国库系统停机")

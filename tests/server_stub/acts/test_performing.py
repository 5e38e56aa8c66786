"""Performing over HTTP, past the client: contract against award, publication by itself, immutability, codes of payment."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from decimal import Decimal

import pytest

from procurement.performing.contract import ContractPublication, ContractSupplement, SupplementSignature
from tests.procurement.chain import but
from tests.server_stub.acts import road
from tests.server_stub.acts.evidence import acts, database, logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def _offered(walk: Walk) -> Walk:
    walk.to(5, 6)
    statement = road.contract(walk)
    logged(walk, walk.do("purchaser", "contract", statement), statement)
    return walk


def test_the_second_signature_publishes_in_the_same_transaction(own: Station) -> None:
    walk = _offered(own("awarded"))
    assert acts(walk, "contract-publication") == []
    signature = road.contract_signature(walk)
    receipt = walk.do("a", "contract-signature", signature)
    logged(walk, receipt, signature)
    published = walk.platform_statement(ContractPublication)
    assert (published.contract, published.signature) == (walk.id("contract"), signature.id)
    with database(walk) as connection:
        order = connection.execute("SELECT type, t_recv FROM acts ORDER BY seq DESC LIMIT 2").fetchall()
    assert [row[0] for row in order] == ["contract-publication", "contract-signature"]
    assert order[0][1] == order[1][1]


def test_the_full_contract_is_between_the_parties(at: Station) -> None:
    walk = at("contracted")
    public = {item.act for item in walk.world.anybody().feed().items}
    assert "contract-publication" in public
    assert "contract" not in public
    assert "contract" not in {item.act for item in walk.by("b").feed().items}
    for party in ("a", "agency", "purchaser", "finance"):
        assert "contract" in {item.act for item in walk.by(party).feed().items}


def test_other_roles_do_not_perform(at: Station) -> None:
    walk = at("paid")
    refuses(walk, "agency", road.contract(walk), "wrong-role")
    refuses(walk, "purchaser", road.contract_signature(walk), "wrong-role")
    refuses(walk, "a", road.acceptance(walk), "wrong-role")
    refuses(walk, "a", road.payment(walk), "wrong-role")
    refuses(walk, "purchaser", road.execution(walk, "payment-1"), "wrong-role")
    refuses(walk, "a", _supplement(walk, "1000.00"), "wrong-role")


def test_steps_out_of_order(at: Station) -> None:
    awarded = at("awarded")
    awarded.done["contract"] = road.contract(awarded)
    refuses(awarded, "a", road.contract_signature(awarded), "act-unknown")
    refuses(awarded, "purchaser", road.acceptance(awarded), "act-unknown")
    walk = at("contracted")
    refuses(walk, "purchaser", but(road.contract(walk), contract_number="HT-2"), "wrong-order", "R-046")
    walk.done.setdefault("acceptance", road.acceptance(walk))
    refuses(walk, "purchaser", road.payment(walk), "wrong-order", "R-046")
    paid = at("paid")
    refuses(paid, "purchaser", but(road.payment(paid), invoice="INV-2"), "wrong-order", "R-046")
    refuses(paid, "purchaser", but(road.acceptance(paid), opinion="再验收"), "wrong-order", "R-046")
    refuses(paid, "finance", but(road.execution(paid, "payment-1"), treasury_reference="GK-9"), "wrong-order", "R-046")


def test_a_contract_that_differs_from_the_award_is_refused(own: Station) -> None:
    walk = own("awarded")
    walk.to(5, 6)
    good = road.contract(walk)
    terminal, host = good.items
    dearer = but(host, unit_price=Decimal("50000.01"), amount=Decimal("200000.04"))
    cheaper_more = but(terminal, quantity=Decimal(200), unit_price=Decimal("3840.00"))
    for changed, field in (
        (but(good, amount=Decimal("968000.04"), items=(terminal, dearer)), "amount"),
        (but(good, items=(cheaper_more, host)), "quantity of 身份核验终端"),
        (but(good, supplier=SUPPLIERS["b"]), "supplier"),
        (but(good, number="140000-2026-00002"), "number"),
    ):
        denied = refuses(walk, "purchaser", changed, "contract-differs-from-award", "L-276")
        assert denied.problem.facts["field"] == field
    refuses(walk, "purchaser", but(good, disputes=" "), "contract-elements-missing", "L-282")
    refuses(walk, "purchaser", but(good, performance_bond=Decimal("96800.01")), "bond-over-limit", "L-277")
    for document in ("pdf", "public_pdf"):
        refuses(walk, "purchaser", but(good, **{document: "ab" * 32}), "file-missing")


def test_thirty_days(own: Station) -> None:
    walk = own("awarded")
    walk.to(6, 5)  # sent on 30 April, due on 1 June (30 May is a Saturday)
    refuses(walk, "purchaser", road.contract(walk), "contract-overdue", "R-095")
    walk.do("purchaser", "contract", but(road.contract(walk), late_reason="质疑处理期间依法暂停"))


def test_only_the_latest_draft_is_signed_by_the_winner(own: Station) -> None:
    walk = _offered(own("awarded"))
    old = road.contract_signature(walk)
    walk.do("purchaser", "contract", but(road.contract(walk), term="签订后 20 日内交付"))
    refuses(walk, "a", old, "contract-superseded")
    stranger = but(road.contract_signature(walk), supplier=SUPPLIERS["b"])
    refuses(walk, "b", stranger, "not-the-contract-party", "R-096")
    public = but(road.contract_signature(walk), pdf=walk.keep_file("contract, public"))
    refuses(walk, "a", public, "wrong-contract-document", "R-096")


def test_a_published_contract_cannot_be_changed_in_the_database(own: Station) -> None:
    walk = own("contracted")
    with database(walk) as connection:
        for attack in (
            "UPDATE acts SET wire = x'00' WHERE type = 'contract'",
            "UPDATE acts SET t_recv = 0 WHERE type = 'contract-publication'",
            "DELETE FROM acts WHERE type = 'contract-signature'",
            "UPDATE log_leaves SET data = x'00'",
            "DELETE FROM refusals",
            "UPDATE act_facts SET value = '1.00' WHERE name = 'amount'",
        ):
            if attack == "DELETE FROM refusals":
                refuses(walk, "a", road.acceptance(walk), "wrong-role")
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(attack)
            connection.rollback()


def _supplement(walk: Walk, added: str, kind: str = "addition") -> ContractSupplement:
    return ContractSupplement(contract=walk.id("contract"), kind=kind, added=Decimal(added), text="增购")  # type: ignore[arg-type]


def test_supplements_are_signed_by_both_and_stay_within_a_tenth(own: Station) -> None:
    walk = own("contracted")
    refuses(walk, "purchaser", _supplement(walk, "96800.01"), "supplement-over-limit", "L-281")
    refuses(walk, "purchaser", _supplement(walk, "5.00", "correction"), "correction-adds-money", "R-099")
    walk.do("purchaser", "supplement", _supplement(walk, "20000.00"))
    assert "contract-supplement" not in {item.act for item in walk.world.anybody().feed().items}
    signature = SupplementSignature(supplement=walk.id("supplement"), supplier=SUPPLIERS["a"])
    refuses(walk, "b", but(signature, supplier=SUPPLIERS["b"]), "not-the-contract-party", "R-099")
    logged(walk, walk.do("a", "supplement-signature", signature), signature)
    public = {item.act for item in walk.world.anybody().feed().items}
    assert {"contract-supplement", "supplement-signature"} <= public
    refuses(walk, "purchaser", _supplement(walk, "76800.01"), "supplement-over-limit", "L-281")
    walk.do("purchaser", "supplement-2", _supplement(walk, "12000.01"))
    over_plan = SupplementSignature(supplement=walk.id("supplement-2"), supplier=SUPPLIERS["a"])
    refuses(walk, "a", over_plan, "contract-over-plan", "R-062")  # the plan holds 1 000 000


def test_every_item_is_accepted_by_people_who_did_not_draft(own: Station) -> None:
    walk = own("contracted")
    good = road.acceptance(walk)
    refuses(walk, "purchaser", but(good, items=good.items[:1]), "acceptance-incomplete", "L-631")
    refuses(walk, "purchaser", but(good, members=("孙丽", "马超")), "drafter-accepts", "R-130")
    failed = but(good, items=(but(good.items[0], accepted=False), good.items[1]), passed=False)
    logged(walk, walk.do("purchaser", "acceptance", failed), failed)
    refuses(walk, "purchaser", road.payment(walk), "wrong-order", "R-046")
    walk.do("purchaser", "acceptance", good)


def test_no_codes_no_payment(own: Station) -> None:
    walk = own("contracted")
    walk.to(5, 20)
    walk.do("purchaser", "acceptance", road.acceptance(walk))
    good = road.payment(walk)
    for field, value in (
        ("contract_number", "HT-2026-0009"),
        ("number", "140000-2026-00009"),
        ("payee", SUPPLIERS["b"]),
        ("payee_name", "乙公司"),
    ):
        denied = refuses(walk, "purchaser", but(good, **{field: value}), "payment-code-mismatch", "R-066")
        assert denied.problem.facts["field"] == field
    refuses(walk, "purchaser", but(good, budget_code="EDU-009"), "payment-budget-code", "R-066")
    refuses(walk, "purchaser", but(good, amount=Decimal("600000.01")), "payment-over-remaining", "R-066")
    refuses(walk, "purchaser", but(good, handler="马超"), "accepter-pays", "R-130")
    walk.do("purchaser", "payment-1", good)
    refuses(walk, "purchaser", but(road.payment(walk), invoice="INV-2"), "payment-over-remaining", "R-066")
    second = road.payment(walk, "EDU-002", "368000.01")
    refuses(walk, "purchaser", second, "payment-over-remaining", "R-066")


def test_treasury_pays_once_and_exactly_and_says_why_when_late(own: Station) -> None:
    walk = own("contracted")
    walk.to(5, 20)
    walk.do("purchaser", "acceptance", road.acceptance(walk))
    walk.do("purchaser", "payment-1", road.payment(walk))
    walk.to(6, 25)
    late = road.execution(walk, "payment-1")
    refuses(walk, "finance", late, "payment-late-without-reason", "L-283")
    refuses(walk, "finance", but(late, amount=Decimal("1.00")), "paid-amount-differs", "R-066")
    refuses(walk, "finance", but(late, paid=walk.now() + timedelta(days=1)), "paid-time-wrong", "R-066")
    done = but(late, late_reason="国库系统停机")
    logged(walk, walk.do("finance", "execution-1", done), done)
    refuses(walk, "finance", but(done, treasury_reference="GK-2"), "payment-made-already")
    with database(walk) as connection:
        rows = connection.execute("SELECT code, contracted, requested, paid FROM plan_lines ORDER BY position")
        assert rows.fetchall() == [
            ("EDU-001", "600000.00", "600000.00", "600000.00"),
            ("EDU-002", "368000.00", "0.00", "0.00"),
        ]

"""A contract says what the award said, in time, with all its elements (R-095 … R-099, L-276, L-281, L-282, L-616)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from procurement.awarding.award import AwardNotice
from procurement.basics.moment import due_date, end_of_day, shanghai_date
from procurement.basics.money import to_cents
from procurement.basics.problems import Refused, RuleBroken
from procurement.basics.rules import rule
from procurement.basics.value import Hex32, Money, Name, Number, Uscc, Value
from procurement.bidding.consortium import members_in_order
from procurement.bidding.draft import BidForms
from procurement.performing.contract import (
    Contract,
    ContractMember,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)


class AwardedItem(Value):
    """An item as awarded: quantity from tender or requirement; unit price where the winner's bid itemises it."""

    name: Name
    unit: Name
    quantity: Number
    unit_price: Money | None = None
    charges: Money = Decimal("0.00")


class AwardTerms(Value):
    """All that a contract must repeat (L-276)."""

    notice_id: Hex32
    notice: AwardNotice
    purchaser: Uscc
    items: tuple[AwardedItem, ...]
    members: tuple[ContractMember, ...] = ()
    """The winning consortium's members, see `consortium_of`; empty for a single supplier"""
    days: int = 30
    """Days for signing that the tender sets, at most 30"""
    adviser_required: bool = False
    """Whether a legal adviser reviews the contract (L-616)"""


def consortium_of(forms: BidForms | None) -> tuple[ContractMember, ...]:
    """Who signs beside the purchaser where a consortium won: the members its bid names, as signed by the leading one and opened,
    the leading one first. The members cannot change after the bid. Empty for a single supplier (政府采购法 第二十四条)."""
    members = members_in_order(forms) if forms is not None else ()
    return tuple(ContractMember(supplier=m.supplier, name=m.name, share=m.share, work=m.work) for m in members)


def contract_due(sent: datetime, days: int = 30) -> datetime:
    """The last moment for signing: `days` after the notice was sent, rolled on to a working day (R-095, §0.1)."""
    limit = int(rule("R-095").params["days"])
    return end_of_day(due_date(shanghai_date(sent), min(days, limit)))


def _check_in_time(contract: Contract, due: datetime, now: datetime) -> None:
    if now > due and not contract.late_reason.strip():
        raise RuleBroken(
            "R-095",
            "contract-overdue",
            "Record the lawful pause that explains the delay, or turn to the next candidate (L-278).",
            due=due,
        )


def check_contract(contract: Contract, *, terms: AwardTerms, now: datetime) -> None:
    """Judge the contract the purchaser signs against the award. Raises `RuleBroken`, naming the field that differs."""
    _check_in_time(contract, contract_due(terms.notice.sent, terms.days), now)
    _check_parties(contract, terms)
    check_members(contract, terms)
    _check_price(contract, terms)
    _check_items(contract, terms)
    _check_elements(contract)
    if terms.adviser_required and not contract.legal_adviser.strip():
        raise RuleBroken("L-616", "legal-review-missing", "Have the legal adviser review it and name that person.")
    limit = performance_bond_limit(contract.amount)
    if not 0 <= contract.performance_bond <= limit:
        raise RuleBroken(
            "L-277", "bond-over-limit", "Ask for at most a tenth.", bond=contract.performance_bond, limit=limit
        )


def _differs(field: str, awarded: object, written: object) -> RuleBroken:
    return RuleBroken(
        "L-276",
        "contract-differs-from-award",
        "Write what was awarded; a contract may not change it.",
        field=field,
        awarded=awarded,
        written=written,
    )


def _check_parties(contract: Contract, terms: AwardTerms) -> None:
    notice = terms.notice
    pairs = {
        "notice": (terms.notice_id, contract.notice),
        "purchaser": (terms.purchaser, contract.purchaser),
        "supplier": (notice.winner, contract.supplier),
        "number": (notice.number, contract.number),
        "lot": (notice.lot, contract.lot),
    }
    for field, (awarded, written) in pairs.items():
        if awarded != written:
            raise _differs(field, awarded, written)


def check_members(contract: Contract, terms: AwardTerms) -> None:
    """The contract names all members of the consortium as the bid does, or none where one supplier won (R-096)."""
    if (contract.members or ()) != terms.members:
        raise RuleBroken(
            "R-096",
            "contract-members-differ",
            "Draft the contract anew with all members of the consortium, as the opened bid names them.",
            members="、".join(member.name for member in terms.members),
        )


def _check_price(contract: Contract, terms: AwardTerms) -> None:
    if contract.amount != terms.notice.amount:
        raise _differs("amount", terms.notice.amount, contract.amount)
    for item in contract.items:
        if item.amount != to_cents(item.quantity * item.unit_price + item.charges):
            raise RuleBroken(
                "L-282",
                "contract-item-sum-wrong",
                "Make the amount of the item quantity times unit price plus charges.",
                item=item.name,
                amount=item.amount,
            )
    total = sum((item.amount for item in contract.items), Decimal(0))
    if total != contract.amount:
        raise RuleBroken(
            "L-282", "contract-sum-wrong", "Make the items add up to the amount.", sum=total, amount=contract.amount
        )


def _check_items(contract: Contract, terms: AwardTerms) -> None:
    written = {item.name: item for item in contract.items}
    awarded = {item.name: item for item in terms.items}
    if len(written) != len(contract.items):
        raise RuleBroken("L-282", "contract-items-repeated", "List each item once.")
    if awarded and written.keys() != awarded.keys():
        raise _differs("items", "、".join(sorted(awarded)), "、".join(sorted(written)))
    for name, item in awarded.items():
        if (item.unit, item.quantity) != (written[name].unit, written[name].quantity):
            raise _differs(
                f"quantity of {name}", f"{item.quantity} {item.unit}", f"{written[name].quantity} {written[name].unit}"
            )
        if item.unit_price is not None and item.unit_price != written[name].unit_price:
            raise _differs(f"unit price of {name}", item.unit_price, written[name].unit_price)
        if item.unit_price is not None and item.charges != written[name].charges:
            raise _differs(f"charges of {name}", item.charges, written[name].charges)


def _check_elements(contract: Contract) -> None:
    elements = {
        "subject": contract.subject,
        "items": contract.items,
        "quality": contract.quality,
        "term": contract.term,
        "acceptance": contract.acceptance,
        "payment_terms": contract.payment_terms,
        "breach": contract.breach,
        "disputes": contract.disputes,
    }
    empty = [name for name, text in elements.items() if not (text.strip() if isinstance(text, str) else text)]
    if empty:
        raise RuleBroken("L-282", "contract-elements-missing", "Write the named elements.", elements=", ".join(empty))


def missing_signers(contract: Contract, signed: Iterable[str]) -> tuple[str, ...]:
    """Codes of those on the supplier's side who have not signed yet. The contract is in force when there is none (R-096)."""
    done = set(signed)
    return tuple(code for code in contract.signers if code not in done)


def check_signature(
    signature: ContractSignature,
    *,
    contract: Contract,
    due: datetime,
    now: datetime,
    earlier: Sequence[ContractSignature] = (),
) -> None:
    """A party signs the same contract, by `due` of `contract_due`; the members of a consortium in any order, each once (R-095, R-096).

    `earlier` are the signatures under this contract so far, in order: a member adds its seal to the PDF of the last one.
    """
    _check_in_time(contract, due, now)
    if signature.supplier not in contract.signers:
        raise RuleBroken(
            "R-096",
            "not-the-contract-party",
            "Only the winner signs, and where a consortium won, its members.",
            supplier=contract.supplier,
        )
    if signature.supplier in {other.supplier for other in earlier}:
        raise RuleBroken("R-096", "contract-signed-already", "Nothing is left to sign.", supplier=signature.supplier)
    if signature.pdf == contract.public_pdf != contract.pdf:
        raise RuleBroken("R-096", "wrong-contract-document", "Sign the full version, not the public one.")
    if contract.members and signature.pdf_before != pdf_to_sign(contract, earlier):
        raise Refused("contract-moved-on", "Another member has signed meanwhile: add your seal to the newer PDF.")


def pdf_to_sign(contract: Contract, earlier: Sequence[ContractSignature]) -> str:
    """SHA-256 of the PDF to which the next seal is added: the last signer's, or the purchaser's."""
    return earlier[-1].pdf if earlier else contract.pdf


def check_supplement(
    supplement: ContractSupplement, *, contract: Contract, earlier: Iterable[ContractSupplement]
) -> None:
    """A correction adds nothing; all additions together stay within 10 % of the original amount (R-099, L-281)."""
    if supplement.kind == "correction" and supplement.added != 0:
        raise RuleBroken("R-099", "correction-adds-money", "Record an addition instead.", added=supplement.added)
    if supplement.kind == "addition" and supplement.added <= 0:
        raise RuleBroken("R-099", "addition-without-amount", "Give the amount that is added.", added=supplement.added)
    before = sum((other.added for other in earlier), Decimal(0))
    limit = contract.amount * rule("L-281").params["share"]
    if before + supplement.added > limit:
        raise RuleBroken(
            "L-281",
            "supplement-over-limit",
            "Procure the rest anew: additions stay within a tenth of the original contract.",
            added=supplement.added,
            before=before,
            limit=to_cents(limit, cut=True),
        )


def check_supplement_signature(signature: SupplementSignature, *, contract: Contract) -> None:
    """All who signed the contract sign its supplements, each once (R-099)."""
    if signature.supplier not in contract.signers:
        raise RuleBroken(
            "R-099", "not-the-contract-party", "Only a party of the contract signs.", supplier=contract.supplier
        )


def performance_bond_limit(amount: Decimal) -> Decimal:
    """The highest 履约保证金 in CNY (L-277)."""
    return to_cents(amount * rule("L-277").params["percent"] / 100, cut=True)


def reminders(sent: datetime) -> tuple[datetime, ...]:
    """When to remind of the due signature: 15, 7, 3 and 1 day before (R-095)."""
    due = contract_due(sent)
    return tuple(due - timedelta(days=days) for days in (15, 7, 3, 1))

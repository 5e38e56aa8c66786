"""A road on which a consortium (联合体) wins: A leads, two members who hand in nothing themselves sign the contract beside it."""

from __future__ import annotations

from decimal import Decimal

from procurement.basics.roles import Role
from procurement.bidding.draft import ConsortiumMember
from procurement.performing.contract import Contract, ContractItem, ContractMember, ContractSignature
from procurement.tendering.lot import Consortium
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.procurement.tendering.examples import replace
from tests.server_stub.acts import committee, publishing, road
from tests.server_stub.acts.walk import SUPPLIERS, Walk

MEMBERS = {"a": SUPPLIERS["a"], "m": "91140000MA0SUPPL0M", "n": "91140000MA0SUPPL0N"}
NAMES = {short: f"太原{short}科技有限公司" for short in MEMBERS}
SHARES = {"a": 50, "m": 30, "n": 20}
PURCHASERS_PDF = "contract, full"
"""The text that stands for the PDF with the purchaser's seal"""


def unite(walk: Walk) -> None:
    """The two are registered; the bid of A names the three, and the lot takes consortia."""
    for short in ("m", "n"):
        walk.world.register(walk.world.organisation(short, NAMES[short], MEMBERS[short], Role.SUPPLIER))
    plain = {"scheme": simple_scheme(), "parameters": (), "conformity": example_lot().conformity[:1]}
    lot = example_lot("1", **plain, consortium=Consortium(accepted=True))
    walk.model = publishing.tender(lots=(lot,))
    walk.quoted = {"a": {"consortium": tuple(_in_bid(short) for short in ("m", "a", "n"))}}


def _in_bid(short: str) -> ConsortiumMember:
    return ConsortiumMember(
        supplier=MEMBERS[short],
        name=NAMES[short],
        role="lead" if short == "a" else "member",
        share=Decimal(SHARES[short]),
        work="供货" if short == "a" else "安装",
        size="small",
    )


def sign_report(walk: Walk) -> None:
    before = "evaluation report"
    for short in committee.MEMBERS:
        after = f"{before}, {short}"
        committee.sign(walk, short, before, after)
        before = after


def award(walk: Walk) -> None:
    walk.to(4, 30)
    walk.do("purchaser", "award-confirmation", road.confirmation(walk))
    walk.do("agency", "award-notice", road.notice(walk))


def members() -> tuple[ContractMember, ...]:
    return tuple(
        ContractMember(
            supplier=code, name=NAMES[short], share=Decimal(SHARES[short]), work="供货" if short == "a" else "安装"
        )
        for short, code in MEMBERS.items()
    )


def contract(walk: Walk, **changes: object) -> Contract:
    """As awarded: the lot's own product, all members."""
    item = ContractItem(
        name="服务器", unit="台", quantity=Decimal(2), unit_price=Decimal("484000.00"), amount=road.AMOUNT
    )
    return replace(road.contract(walk), items=(item,), members=members(), **changes)


def offer(walk: Walk) -> None:
    walk.to(5, 6)
    walk.do("purchaser", "contract", contract(walk))


def signature(walk: Walk, short: str, *earlier: str) -> ContractSignature:
    """The next seal after those of `earlier`, in their order."""
    texts = [PURCHASERS_PDF]
    for one in (*earlier, short):
        texts.append(f"{texts[-1]} + {one}")
    return ContractSignature(
        contract=walk.id("contract"),
        supplier=MEMBERS.get(short) or SUPPLIERS[short],
        pdf_before=walk.keep_file(texts[-2]),
        pdf=walk.keep_file(texts[-1]),
    )


def sign(walk: Walk, short: str, *earlier: str) -> None:
    walk.do(short, f"contract-signature-{short}", signature(walk, short, *earlier))

"""A consortium's contract over HTTP, past the client: every member signs the same document, and nothing is in force before (R-096)."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from procurement.awarding.award import AwardConfirmation
from procurement.performing.contract import (
    Contract,
    ContractPublication,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from tests.procurement.chain import but
from tests.server_stub.acts import joint, road
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.joint import MEMBERS
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def _acceptance(walk: Walk) -> object:
    made = road.acceptance(walk)
    return but(made, items=(but(made.items[0], name="服务器", delivered=Decimal(2)),))


@pytest.mark.parametrize("order", list(itertools.permutations(MEMBERS)), ids="".join)
def test_in_force_with_the_last_signature_and_not_before(united: Station, order: tuple[str, ...]) -> None:
    walk = united("offered")
    for place, short in enumerate(order):
        assert acts(walk, "contract-publication") == []
        refuses(walk, "purchaser", _acceptance(walk), "contract-not-in-force")  # type: ignore[arg-type]
        made = joint.signature(walk, short, *order[:place])
        receipt = walk.do(short, f"contract-signature-{short}", made)
        logged(walk, receipt, made)
    published = walk.platform_statement(ContractPublication)
    assert published.signature == walk.id(f"contract-signature-{order[-1]}"), "the last one brought it into force"
    assert published.published == receipt.entry().t_recv
    refuses(walk, order[0], joint.signature(walk, order[0], *order), "wrong-order", "R-046")
    walk.do("purchaser", "acceptance", _acceptance(walk))  # type: ignore[arg-type]


def test_a_contract_without_a_member_is_refused(united: Station) -> None:
    walk = united("awarded")
    walk.to(5, 6)
    lead, second, third = joint.members()
    for members in (
        None,
        (lead,),
        (lead, second),
        (second, lead, third),
        (lead, second, but(third, share=Decimal(30))),
    ):
        denied = refuses(
            walk, "purchaser", but(joint.contract(walk), members=members), "contract-members-differ", "R-096"
        )
        assert denied.problem.facts["members"] == "、".join(joint.NAMES.values())
    stranger = but(third, supplier=SUPPLIERS["b"])
    refuses(
        walk,
        "purchaser",
        but(joint.contract(walk), members=(lead, second, stranger)),
        "contract-members-differ",
        "R-096",
    )


def test_nobody_else_signs_and_nobody_twice(united: Station) -> None:
    walk = united("offered")
    refuses(walk, "b", joint.signature(walk, "b"), "not-the-contract-party", "R-096")
    refuses(walk, "b", joint.signature(walk, "m"), "not-the-author", "L-901")
    refuses(walk, "purchaser", joint.signature(walk, "m"), "wrong-role")
    joint.sign(walk, "m")
    refuses(walk, "m", joint.signature(walk, "m", "m"), "contract-signed-already", "R-096")
    assert walk.by("m").act(walk.statement(ContractSignature, "contract-signature-m")), "the lost answer comes again"
    assert len(acts(walk, "contract-signature")) == 1


def test_members_sign_the_same_document(united: Station) -> None:
    walk = united("offered")
    good = joint.signature(walk, "n")
    refuses(walk, "n", but(good, pdf=walk.keep_file("another contract + n")), "wrong-contract-document", "R-096")
    refuses(walk, "n", but(good, pdf=walk.keep_file("contract, public")), "wrong-contract-document", "R-096")
    refuses(walk, "n", but(good, pdf=walk.keep_file(joint.PURCHASERS_PDF)), "wrong-contract-document", "R-096")
    refuses(walk, "n", but(good, pdf="ab" * 32), "file-missing")
    refuses(walk, "n", but(good, pdf_before=None), "contract-moved-on")
    joint.sign(walk, "n")
    refuses(walk, "m", joint.signature(walk, "m"), "contract-moved-on")  # a file without the seal of N
    second = joint.signature(walk, "m", "n")
    refuses(walk, "m", but(second, pdf=walk.keep_file("contract, full + m")), "wrong-contract-document", "R-096")
    walk.do("m", "contract-signature-m", second)


def test_no_signature_before_the_contract_and_none_under_a_replaced_draft(united: Station) -> None:
    early = united("awarded")
    early.to(5, 6)
    early.done["contract"] = joint.contract(early)
    refuses(early, "m", joint.signature(early, "m"), "act-unknown")
    early.do("purchaser", "contract", early.statement(Contract, "contract"))
    joint.sign(early, "m")
    joint.sign(early, "a", "m")
    old = joint.signature(early, "n", "m", "a")
    early.do("purchaser", "contract", joint.contract(early, term="签订后 20 日内交付"))
    refuses(early, "n", old, "contract-superseded")
    joint.sign(early, "n")
    assert acts(early, "contract-publication") == [], "who signed the earlier draft has not signed this one"
    joint.sign(early, "a", "n")
    joint.sign(early, "m", "n", "a")
    assert early.platform_statement(ContractPublication).contract == early.id("contract")


def test_the_last_signature_is_given_in_time_too(united: Station) -> None:
    walk = united("offered")
    joint.sign(walk, "a")
    walk.to(6, 5)
    refuses(walk, "m", joint.signature(walk, "m", "a"), "contract-overdue", "R-095")


def test_where_a_member_refuses_the_consortium_has_refused(united: Station) -> None:
    """The members cannot change: the purchaser turns to the next candidate, and what the others signed binds nobody (L-278)."""
    walk = united("offered")
    joint.sign(walk, "a")
    joint.sign(walk, "m", "a")
    instead = AwardConfirmation(
        report=walk.id("evaluation-report"),
        lot="1",
        winner=SUPPLIERS["b"],
        responsible="高峰",
        skip_ground="winner-refused",
        reason="联合体成员太原n科技有限公司书面拒绝签订合同",
    )
    walk.do("purchaser", "award-confirmation", instead)
    refuses(walk, "n", joint.signature(walk, "n", "a", "m"), "wrong-order", "R-046")


def test_every_member_reads_the_contract_and_no_other_bidder(united: Station) -> None:
    walk = united("offered")
    for short in MEMBERS:
        assert "contract" in {item.act for item in walk.by(short).feed().items}
    joint.sign(walk, "a")
    assert "contract-signature" in {item.act for item in walk.by("n").feed().items}
    walk.by("n").login()
    answer = walk.by("n").request("GET", f"/v1/files/{joint.signature(walk, 'a').pdf}")
    assert answer.status_code == 200 and answer.content == b"contract, full + a"
    for other in ("b", "c"):
        assert not {"contract", "contract-signature"} & {item.act for item in walk.by(other).feed().items}


def test_every_member_signs_a_supplement(united: Station) -> None:
    walk = united("offered")
    for place, short in enumerate(MEMBERS):
        joint.sign(walk, short, *tuple(MEMBERS)[:place])
    supplement = ContractSupplement(
        contract=walk.id("contract"), kind="addition", added=Decimal("20000.00"), text="增购"
    )
    walk.do("purchaser", "supplement", supplement)
    for short in ("n", "a", "m"):
        assert "contract-supplement" not in {item.act for item in walk.world.anybody().feed().items}
        signature = SupplementSignature(supplement=supplement.id, supplier=MEMBERS[short])
        refuses(walk, "b", but(signature, supplier=SUPPLIERS["b"]), "not-the-contract-party", "R-099")
        walk.do(short, f"supplement-signature-{short}", signature)
    public = [act for _id, act in {(item.id, item.act) for item in walk.world.anybody().feed().items}]
    assert public.count("contract-supplement") == 1 and public.count("supplement-signature") == 3

"""质疑 over HTTP, past the client: who, what, once; late letters are taken; a contract waits; who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from procurement.basics.roles import Role
from procurement.challenging.letter import (
    ChallengeLetter,
    ChallengeReply,
    Matter,
    MatterReply,
    PaperChallenge,
    Stage,
)
from tests.procurement.chain import but
from tests.server_stub.acts import road
from tests.server_stub.acts.evidence import logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import AGENCY, PURCHASER, SUPPLIERS, Walk
from tests.world import Denied

OUTSIDER = "91140000MA0SUPPL0D"
"""Of a supplier that did not bid"""


def letter(walk: Walk, who: str, stage: Stage, about: str) -> ChallengeLetter:
    return ChallengeLetter(
        stage=stage, about=walk.id(about), lot="1", supplier=SUPPLIERS[who], representative="王强", contact="张敏",
        phone="0351-1234567", address="太原市长风街", postcode="030000",
        matters=(Matter(matter="评分有误", facts="业绩少计一项", request="复核评分"),),
    )  # fmt: skip


def reply(to: ChallengeLetter, finding: str = "unfounded", *, affects: bool = False) -> ChallengeReply:
    answer = MatterReply.model_validate({"finding": finding, "answer": "已复核", "facts": "见评审记录"})
    return ChallengeReply(
        challenge=to.id, lot="1", matters=(answer,), affects=affects, measure="" if finding == "unfounded" else "另行确定",
        complain_to="太原市财政局", responder="章倩",
    )  # fmt: skip


def reads(walk: Walk, who: str) -> set[str]:
    return {item.id for item in walk.by(who).feed().items}


def test_a_contract_waits_for_the_answer(own: Station) -> None:
    walk = own("awarded")
    challenge = letter(walk, "b", "result", "award-notice")
    logged(walk, walk.do("b", "challenge", challenge), challenge)
    refuses(walk, "b", but(challenge, contact="李四"), "challenge-made-once", "L-404")
    walk.to(5, 6)
    refuses(walk, "purchaser", road.contract(walk), "challenge-open", "L-407")
    assert challenge.id in reads(walk, "purchaser") & reads(walk, "agency") & reads(walk, "finance")
    assert challenge.id not in reads(walk, "a") | reads(walk, "c")
    answer = reply(challenge)
    refuses(walk, "agency", but(answer, matters=()), "reply-incomplete", "L-406")
    logged(walk, walk.do("agency", "reply", answer), answer)
    assert answer.id in reads(walk, "b") & reads(walk, "a"), "the challenger and the other bidders"
    refuses(walk, "purchaser", but(answer, responder="孙丽"), "challenge-answered", "L-405")
    walk.do("purchaser", "contract", road.contract(walk))


def test_an_upheld_one_wants_the_award_confirmed_anew(own: Station) -> None:
    walk = own("awarded")
    challenge = letter(walk, "b", "result", "award-notice")
    walk.do("b", "challenge", challenge)
    walk.do("purchaser", "reply", reply(challenge, "founded", affects=True))
    walk.to(5, 6)
    refuses(walk, "purchaser", road.contract(walk), "challenge-upheld", "L-408")


def test_a_late_letter_is_taken_and_stops_nothing(own: Station) -> None:
    walk = own("awarded")
    walk.to(5, 25)
    challenge = letter(walk, "c", "result", "award-notice")
    logged(walk, walk.do("c", "challenge", challenge), challenge)
    walk.do("purchaser", "contract", road.contract(walk))


def test_a_challenge_before_the_contract_is_signed_by_the_supplier(own: Station) -> None:
    walk = own("awarded")
    walk.to(5, 6)
    walk.do("purchaser", "contract", road.contract(walk))
    walk.do("b", "challenge", letter(walk, "b", "result", "award-notice"))
    refuses(walk, "a", road.contract_signature(walk), "challenge-open", "L-407")


def test_roles_content_and_parents(own: Station) -> None:
    walk = own("awarded")
    challenge = letter(walk, "b", "result", "award-notice")
    refuses(walk, "agency", challenge, "wrong-role")
    refuses(walk, "a", challenge, "not-the-author", "L-901")
    refuses(walk, "b", but(challenge, about="ab" * 32), "act-unknown")
    refuses(walk, "b", but(challenge, stage="opening"), "act-unknown")
    refuses(walk, "b", but(challenge, lot="2"), "challenge-of-another-lot")
    refuses(walk, "b", but(challenge, matters=()), "challenge-without-matter", "L-403")
    refuses(walk, "b", but(challenge, evidence=("ab" * 32,)), "file-missing")
    walk.world.register(walk.world.organisation("d", "太原d科技有限公司", OUTSIDER, Role.SUPPLIER))
    document = but(letter(walk, "b", "document", "tender-package"), supplier=OUTSIDER)
    refuses(walk, "d", but(document, stage="result", about=walk.id("award-notice")), "not-a-participant", "L-402")
    logged(walk, walk.do("d", "document", document), document)
    walk.do("b", "challenge", challenge)
    answer = reply(challenge)
    refuses(walk, "b", answer, "wrong-role")
    refuses(walk, "agency", but(answer, lot="2"), "challenge-of-another-lot")
    refuses(walk, "agency", but(answer, affects=True), "reply-contradicts-itself", "L-408")


def paper(walk: Walk, who: str, **more: object) -> PaperChallenge:
    given = {
        "org": AGENCY, "stage": "result", "about": walk.id("award-notice"), "lot": "1", "supplier": SUPPLIERS[who],
        "name": "某某公司", "received": walk.now(), "scan": walk.keep_file("a scan"), "contact": "张敏", "phone": "0351-1",
        "address": "太原市长风街", "postcode": "030000",
        "matters": (Matter(matter="评分有误", facts="业绩少计一项", request="复核评分"),),
    }  # fmt: skip
    return PaperChallenge.model_validate(given | more)


def test_a_letter_on_paper_is_entered_by_its_receiver_and_counts_from_its_arrival(own: Station) -> None:
    walk = own("awarded")
    arrived = walk.now()
    walk.to(5, 6)
    entered = paper(walk, "b", received=arrived)
    refuses(walk, "agency", but(entered, received=walk.now() + timedelta(hours=1)), "paper-not-received-yet", "L-405")
    refuses(walk, "agency", but(entered, supplier=OUTSIDER), "not-a-participant", "L-402")
    refuses(walk, "agency", but(entered, matters=()), "challenge-without-matter", "L-403")
    with pytest.raises(Denied):
        walk.by("b").act(but(entered, org=SUPPLIERS["b"]))
    logged(walk, walk.do("agency", "paper", entered), entered)
    refuses(walk, "purchaser", but(entered, org=PURCHASER, phone="0351-2"), "challenge-made-once", "L-404")
    refuses(walk, "purchaser", road.contract(walk), "challenge-open", "L-407")
    assert entered.id in reads(walk, "b") & reads(walk, "purchaser") and entered.id not in reads(walk, "a")
    answer = but(reply(letter(walk, "b", "result", "award-notice")), challenge=entered.id)
    logged(walk, walk.do("purchaser", "reply", answer), answer)
    assert answer.id in reads(walk, "b") & reads(walk, "a")
    walk.do("purchaser", "contract", road.contract(walk))

"""询问 over HTTP, past the client: who, when, once; who reads it; what comes twice; what comes late (L-400)."""

from __future__ import annotations

from datetime import datetime, timedelta

from crypto.log import NoteKey, verify_logged
from procurement.basics.roles import Role
from procurement.bidding.receipt import Receipt
from procurement.challenging.question import QuestionAnswer, SupplierQuestion, days_late
from procurement.tendering.package import TenderPackage
from procurement.wire.messages import ActMessage
from tests.procurement.chain import but
from tests.server_stub.acts.evidence import logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import AGENCY, PURCHASER, SUPPLIERS, Walk

STRANGER = "91140000MA0SUPPL0D"


def question(walk: Walk, who: str = "a") -> SupplierQuestion:
    return SupplierQuestion(
        tender=walk.id("tender-package"), supplier=SUPPLIERS[who], about="第三章 2.4", question="接口是否含协议文档？", contact="张敏",
        phone="0351-1234567",
    )  # fmt: skip


def answer(to: SupplierQuestion, *, org: str = AGENCY, changes: bool = False) -> QuestionAnswer:
    return QuestionAnswer(question=to.id, org=org, answer="含，见第四章", changes=changes, responder="章倩")


def reads(walk: Walk, who: str) -> set[str]:
    return {item.id for item in walk.by(who).feed().items}


def received(walk: Walk, receipt: Receipt) -> datetime:
    entry, _ = verify_logged(receipt, NoteKey.from_vkey(walk.world.vkey))
    return entry.t_recv


def test_asked_answered_once_and_read_by_no_other_bidder(alone: Station) -> None:
    walk = alone("published")
    asked = question(walk)
    logged(walk, walk.do("a", "question", asked), asked)
    told = answer(asked)
    refuses(walk, "purchaser", told, "not-the-author", "L-901")
    refuses(walk, "a", but(told, org=SUPPLIERS["a"]), "wrong-role")
    logged(walk, walk.do("agency", "answer", told), told)
    refuses(walk, "agency", but(told, answer="不含"), "question-answered", "L-400")
    refuses(walk, "purchaser", answer(asked, org=PURCHASER), "question-answered", "L-400")
    for who in ("a", "agency", "purchaser"):
        assert {asked.id, told.id} <= reads(walk, who)
    for who in ("b", "c", "finance"):
        assert not {asked.id, told.id} & reads(walk, who), f"{who} learns who is interested"
    anybody = {item.id for item in walk.world.anybody().feed().items}
    assert not {asked.id, told.id} & anybody
    other = question(walk, "b")
    walk.do("b", "other", other)
    assert other.id not in reads(walk, "a")


def test_who_may_not(alone: Station) -> None:
    walk = alone("published")
    asked = question(walk)
    refuses(walk, "b", asked, "not-the-author", "L-901")
    refuses(walk, "agency", asked, "wrong-role")
    refuses(walk, "a", but(asked, tender="ab" * 32), "act-unknown")
    stranger = walk.world.organisation("d", "太原d科技有限公司", STRANGER, Role.SUPPLIER)
    refuses(walk, "d", but(asked, supplier=STRANGER), "wrong-role")
    walk.world.register(stranger)
    walk.do("d", "stranger's", but(asked, supplier=STRANGER))
    refuses(walk, "agency", answer(asked), "act-unknown")
    other = walk.world.register(walk.world.organisation("agency2", "别家代理", "91140000MA0AGENCY9", Role.AGENCY))
    told = answer(but(asked, supplier=STRANGER), org=other.code)
    refuses(walk, "agency2", told, "not-of-this-project", "L-400")


def test_the_same_question_sent_twice_is_one(alone: Station) -> None:
    walk = alone("published")
    message = ActMessage(signed=walk.by("a").sign(question(walk)))
    first, again = (walk.by("a").post_act(message, SupplierQuestion.TYPE) for _ in range(2))
    assert first == again
    count = sum(item.act == SupplierQuestion.TYPE for item in walk.by("agency").feed().items)
    assert count == 1


def test_a_late_answer_is_taken_and_its_days_are_counted(alone: Station) -> None:
    walk = alone("published")
    asked = question(walk)
    came = received(walk, walk.do("a", "question", asked))
    walk.world.move(timedelta(days=9))
    told = answer(asked)
    receipt = walk.do("agency", "answer", told)
    logged(walk, receipt, told)
    late = days_late(came, received(walk, receipt))
    assert 2 <= late <= 5


def test_after_the_deadline_questions_are_taken_but_change_nothing(alone: Station) -> None:
    walk = alone("published")
    deadline = walk.statement(TenderPackage, "tender-package").deadline
    early = question(walk, "b")
    walk.do("b", "early", early)
    walk.do("agency", "answer-early", answer(early, changes=True))
    walk.world.move(deadline)
    asked = question(walk)
    walk.do("a", "question", asked)
    refuses(walk, "agency", answer(asked, changes=True), "answer-changes-too-late", "L-204")
    walk.do("agency", "answer", answer(asked))

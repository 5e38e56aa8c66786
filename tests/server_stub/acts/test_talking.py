"""Talks of a consultation over HTTP: rounds, confirmed changes, responses unseen until closed, leaving, reviews, longer times."""

from __future__ import annotations

from datetime import timedelta

from procurement.evaluation.quoting import QuoteNotice, QuotesClosed
from procurement.evaluation.sheets import ReviewClosed
from procurement.evaluation.talks import TalkPoint, TalksNotice, TermChange
from tests.procurement.chain import but
from tests.server_stub.acts import committee, hall, quoting, talking
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.pricing import A, B, C
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk

LONG = timedelta(minutes=quoting.MINUTES + 2)


def kinds(walk: Walk, actor: str) -> set[str]:
    return {item.act for item in walk.by(actor).feed().items}


def test_two_rounds_with_a_change_then_final_quotes(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    request = talking.talks_round(walk)
    logged(walk, walk.do("expert-1", "talks-1", request), request)
    talking.take_notices(walk)
    notices = {s: walk.statement(TalksNotice, f"talk-1-{s}") for s in SUPPLIERS}
    assert {n.until for n in notices.values()} == {notices["a"].until} and notices["a"].until > walk.now()
    assert (notices["a"].points, notices["b"].points) == (("请补充交货计划",), ())
    first = talking.answer_all(walk)
    assert len(first.responses) == 3
    talking.put(walk, 2, changed=True)
    assert walk.statement(TalksNotice, "talk-2-b").changes == (talking.CHANGE,)
    talking.answer_all(walk, 2)
    refuses(walk, "expert-1", quoting.quote_round(walk), "talks-under-way", "L-354")
    talking.review_all(walk, 2)
    refuses(walk, "expert-1", talking.talks_round(walk, 3), "talks-rounds-over", "L-354")
    quoting.ask(walk)
    refuses(walk, "expert-1", talking.talks_round(walk, 3), "quotes-asked-before", "L-354")
    quoting.give_all(walk)
    quoting.show_all(walk)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B, C)


def test_who_opens_confirms_answers_and_judges(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    request = talking.talks_round(walk, changes=(talking.CHANGE,))
    refuses(walk, "agency", request, "wrong-role")
    refuses(walk, "expert-2", request, "not-the-author", "L-901")
    refuses(walk, "expert-2", but(request, member=walk.by("expert-2").code), "not-the-leader", "L-248")
    walk.do("expert-1", "talks-1", request)
    assert acts(walk, "talks-notice") == []
    yes = talking.confirmation(walk)
    refuses(walk, "agency", yes, "wrong-role")
    mine = but(yes, by=walk.by("expert-2").code)
    refuses(walk, "expert-2", mine, "not-the-purchaser", "L-354")
    refuses(walk, "purchaser", but(yes, confirmed=False), "refusal-without-reason", "L-354")
    walk.do("purchaser", "confirmed-1", yes)
    refuses(walk, "purchaser", but(yes, reason="再看"), "changes-settled", "L-354")
    talking.take_notices(walk)
    mine = talking.response(walk, "a")
    refuses(walk, "expert-1", mine, "wrong-role")
    refuses(walk, "b", mine, "not-the-author", "L-901")
    refuses(walk, "b", but(mine, supplier=B), "not-asked", "L-354")
    gone = talking.leave(walk, "a", "talk-1-a")
    refuses(walk, "b", but(gone, supplier=B), "not-asked", "L-323")
    talking.answer_all(walk)
    refuses(walk, "a", talking.response(walk, "a", text="再来一次"), "answered-before", "L-354")
    view = talking.review(walk, "expert-2")
    refuses(walk, "expert-3", view, "not-the-author", "L-901")
    refuses(walk, "expert-2", but(view, verdicts=view.verdicts[1:]), "review-incomplete", "L-242")
    walk.do("expert-2", "judged-1-expert-2", view)
    refuses(walk, "expert-2", but(view, verdicts=view.verdicts[::-1]), "reviewed-before")


def test_only_what_the_tender_lets_be_changed_and_only_confirmed(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    price = TermChange(kind="contract", place="第五章 付款", before="30 日", after="60 日")
    refuses(walk, "expert-1", talking.talks_round(walk, changes=(price,)), "change-not-allowed", "L-354")
    same = TermChange(kind="service", place="第三章", before="两年", after="两年")
    refuses(walk, "expert-1", talking.talks_round(walk, changes=(same,)), "change-changes-nothing", "L-354")
    walk.do("expert-1", "talks-1", talking.talks_round(walk, changes=(talking.CHANGE,)))
    for short in SUPPLIERS:
        assert kinds(walk, short) & {"talks-round", "talks-notice"} == set()
    refuses(walk, "expert-1", talking.talks_round(walk, minutes=60), "talks-under-way", "L-354")
    refuses(walk, "expert-1", quoting.quote_round(walk), "talks-under-way", "L-354")
    walk.do("purchaser", "confirmed-1", talking.confirmation(walk, confirmed=False, reason="预算不许"))
    assert acts(walk, "talks-notice") == []
    talking.put(walk, 1)  # a refused round is not counted
    assert len(acts(walk, "talks-notice")) == 3


def test_words_name_nobody_and_go_to_nobody_else(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    expert, rival = walk.by("expert-3").name, walk.by("b").name
    for words in (f"{expert}认为应当延长", f"{rival}已经答应", f"见 {B.lower()}"):
        refuses(walk, "expert-1", talking.talks_round(walk, subject=words), "talks-name-somebody", "L-245")
    told = (TalkPoint(supplier=A, text=f"{rival}的交货期更短"),)
    refuses(walk, "expert-1", talking.talks_round(walk, points=told), "talks-name-somebody", "L-245")
    stranger = (TalkPoint(supplier="91140000MA0STRANGE", text="请来"),)
    refuses(walk, "expert-1", talking.talks_round(walk, points=stranger), "point-to-others", "L-354")
    refuses(walk, "expert-1", talking.talks_round(walk, 2), "talks-round-number", "L-354")
    short = talking.talks_round(walk, minutes=quoting.MINUTES - 1)
    refuses(walk, "expert-1", short, "talks-time", "L-354")
    own = (TalkPoint(supplier=A, text=f"{walk.by('a').name}：请补充"),)
    walk.do("expert-1", "talks-1", talking.talks_round(walk, points=own))


def test_nobody_sees_a_response_before_the_round_is_closed(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    talking.put(walk)
    expert = walk.by("expert-1").code.encode()
    for short in SUPPLIERS:
        seen = walk.by(short).feed().items
        assert all(expert not in item.signed.statement for item in seen if item.act == "talks-notice")
    talking.answer(walk, "a")
    talking.answer(walk, "b")
    for short in ("agency", "purchaser", "supervisor", *MEMBERS, "b", "c"):
        theirs = [i for i in walk.by(short).feed().items if i.act == "talks-response"]
        assert all(SUPPLIERS["b"].encode() in i.signed.statement for i in theirs), short
        assert not theirs or short == "b"
    talking.answer(walk, "c")
    for short in ("agency", "purchaser", *MEMBERS):
        assert len({i.id for i in walk.by(short).feed().items if i.act == "talks-response"}) == 3
    for short in SUPPLIERS:
        theirs = [i for i in walk.by(short).feed().items if i.act in ("talks-response", "talks-notice")]
        assert theirs and all(SUPPLIERS[short].encode() in i.signed.statement for i in theirs)
        assert kinds(walk, short) & {"talks-closed", "talks-round"} == set()


def test_late_is_late_and_silence_leaves_only_where_terms_changed(two_will_do: Station) -> None:
    walk = two_will_do("to-negotiate")
    talking.put(walk, 1)
    talking.answer(walk, "a")
    late = talking.response(walk, "b")
    walk.world.move(LONG)
    refuses(walk, "b", late, "talks-response-late", "L-354")
    assert [r.supplier for r in talking.closed(walk).responses] == [A]
    talking.put(walk, 2, changed=True)
    talking.answer(walk, "a", 2)
    talking.answer(walk, "b", 2)
    walk.world.move(LONG)
    talking.closed(walk, 2)
    talking.review_all(walk, 2)
    walk.do("expert-1", "quote-round", quoting.quote_round(walk))
    asked = [QuoteNotice.from_bytes(i.signed.statement).supplier for i in walk.by("agency").feed().items
             if i.act == "quote-notice"]  # fmt: skip
    assert sorted(asked) == [A, B]


def test_a_bidder_leaves_and_a_response_fails_and_one_is_too_few(two_will_do: Station) -> None:
    walk = two_will_do("to-negotiate")
    talking.put(walk, 1, changed=True)
    talking.answer(walk, "b")
    walk.do("a", "left-a", talking.leave(walk, "a", "talk-1-a"))
    refuses(walk, "a", but(talking.leave(walk, "a", "talk-1-a"), reason=""), "left-before", "L-323")
    refuses(walk, "a", talking.response(walk, "a"), "left-before", "L-323")
    talking.answer(walk, "c")
    assert len(talking.closed(walk).responses) == 2
    talking.review_all(walk, 1, failed=B, against=2)  # two of five are no majority
    talking.put(walk, 2, changed=True)
    talking.answer(walk, "b", 2)
    talking.answer(walk, "c", 2)
    talking.closed(walk, 2)
    talking.review_all(walk, 2, failed=C, against=3)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "expert-1", quoting.quote_round(walk), "wrong-order", "R-046")


def test_whose_response_failed_cannot_leave_instead(two_will_do: Station) -> None:
    """It would get its deposit back, and a better word in the result."""
    walk = two_will_do("to-negotiate")
    talking.put(walk, 1, changed=True)
    talking.answer_all(walk)
    talking.review_all(walk, 1, failed=C)
    refuses(walk, "c", talking.leave(walk, "c", "talk-1-c"), "left-before", "L-323")


def test_leaving_between_rounds_and_during_the_quotes(two_will_do: Station) -> None:
    walk = two_will_do("to-negotiate")
    talking.put(walk)
    talking.answer_all(walk)
    quoting.ask(walk)
    quoting.give(walk, "a")
    refuses(walk, "a", talking.leave(walk, "a", "talk-1-a"), "leaving-late", "L-323")
    quoting.give(walk, "b")
    walk.do("c", "left-c", talking.leave(walk, "c", "notice-c"))
    closed = hall.by_platform(walk, QuotesClosed, "quotes-closed")
    assert len(closed.commits) == 2  # nobody waits for who has left
    refuses(walk, "b", talking.leave(walk, "b", "notice-b"), "leaving-late", "L-323")
    quoting.show(walk, "a")
    quoting.show(walk, "b")
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B)


def test_one_leaves_and_too_few_are_left(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    talking.put(walk)
    talking.answer_all(walk)
    walk.do("c", "left-c", talking.leave(walk, "c", "talk-1-c"))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "expert-1", talking.talks_round(walk, 2), "wrong-order", "R-046")


def test_a_running_round_is_extended_for_all_and_never_cut_short(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    talking.put(walk)
    longer = talking.extension(walk, "talks-1", 60)
    refuses(walk, "agency", longer, "wrong-role")
    refuses(walk, "expert-2", but(longer, member=walk.by("expert-2").code), "not-the-leader", "L-248")
    refuses(walk, "expert-1", talking.extension(walk, "talks-1", 10), "extension-not-longer", "L-354")
    named = but(longer, reason=f"{walk.by('b').name}请求延长")
    refuses(walk, "expert-1", named, "talks-name-somebody", "L-245")
    walk.do("expert-1", "longer", longer)
    assert len(acts(walk, "extension-notice")) == 3
    walk.world.move(LONG)
    assert acts(walk, "talks-closed") == []
    talking.answer(walk, "a")
    walk.world.move(timedelta(minutes=60))
    assert len(talking.closed(walk).responses) == 1
    refuses(walk, "expert-1", talking.extension(walk, "talks-1", 60), "extension-late", "L-354")


def test_final_quotes_are_extended_too(quoting_at: Station) -> None:
    walk = quoting_at("asked")
    quoting.give(walk, "a")
    walk.do("expert-1", "longer", talking.extension(walk, "quote-round", 60))
    walk.world.move(LONG)
    quoting.give(walk, "b")
    quoting.give(walk, "c")
    hall.by_platform(walk, QuotesClosed, "quotes-closed")
    refuses(walk, "expert-1", talking.extension(walk, "quote-round", 90), "extension-late", "L-354")
    quoting.show_all(walk)
    committee.commit_all(walk)


def test_an_answer_before_the_round_is_put(quoting_at: Station) -> None:
    """Nobody was told yet: there is no notice to answer, and the round itself is none."""
    walk = quoting_at("to-negotiate")
    walk.do("expert-1", "talks-1", talking.talks_round(walk, changes=(talking.CHANGE,)))
    walk.done["talk-1-a"] = walk.done["talks-1"]
    refuses(walk, "a", talking.response(walk, "a"), "act-unknown")
    refuses(walk, "a", talking.leave(walk, "a", "talks-1"), "act-unknown")


def test_papers_have_limits_and_are_here(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    talking.put(walk)
    paper = {"title": "实施方案", "sha256": "ab" * 32, "size": 3}
    refuses(walk, "a", talking.response(walk, "a", papers=(paper,)), "file-missing")
    many = tuple({**paper, "sha256": f"{n:064x}"} for n in range(11))
    refuses(walk, "a", talking.response(walk, "a", papers=many), "response-papers")

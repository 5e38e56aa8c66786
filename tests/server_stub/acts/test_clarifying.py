"""Corrected prices confirmed, low prices explained and judged, over HTTP: roles, order, content by rule, leaf and refusal on record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from procurement.evaluation.questions import CorrectionNotice, ExplanationFile, ExplanationNotice
from procurement.evaluation.sheets import PriceReview, Ranking, ReviewClosed, ScoresClosed
from tests.procurement.chain import but
from tests.server_stub.acts import committee, hall, pricing
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.pricing import A, B, C
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import Walk

SECOND = timedelta(seconds=1)


def kinds(walk: Walk, actor: str) -> set[str]:
    return {item.act for item in walk.by(actor).feed().items}


def test_prices_are_confirmed_explained_and_judged_before_anybody_is_scored(asking: Station) -> None:
    walk = asking("in-question")
    assert acts(walk, "review-closed") == []
    request = pricing.correction_request(walk)
    logged(walk, walk.do("expert-1", "correction-request", request), request)
    notice = hall.by_platform(walk, CorrectionNotice, "correction-notice")
    assert [(f.figure, f.amount) for f in notice.figures] == [("total", Decimal("968000.00"))]
    assert [(s.kind, s.before, s.after) for s in notice.steps] == [
        ("sheet-over-parts", Decimal("986000.00"), Decimal("968000.00"))
    ]
    answer = pricing.correction_answer(walk)
    logged(walk, walk.do("a", "correction-answer", answer), answer)
    asked = pricing.explanation_request(walk)
    logged(walk, walk.do("expert-1", "explanation-request", asked), asked)
    told = hall.by_platform(walk, ExplanationNotice, "explanation-notice")
    assert (told.supplier, told.causes) == (C, ("second", "ceiling"))
    proof = ExplanationFile(title="成本测算表", sha256=walk.keep_file("costs"))
    given = pricing.explanation(walk, files=(proof,))
    logged(walk, walk.do("c", "explanation", given), given)
    for short in MEMBERS[:3]:
        judged = pricing.judgement(walk, short)
        logged(walk, walk.do(short, f"judgement-{short}", judged), judged)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B, C)
    refuses(walk, "expert-4", pricing.judgement(walk, "expert-4"), "wrong-order", "R-046")
    committee.commit_all(walk)
    for short in MEMBERS:
        walk.do(short, f"reveal-{short}", committee.reveal(walk, short))
    context = hall.by_platform(walk, Ranking, "ranking").context
    assert context is not None and context.confirmed == (A,)
    assert [(c.supplier, c.accepted, c.votes) for c in context.low_prices] == [(C, True, 3)]


def test_who_asks_answers_and_judges(asking: Station) -> None:
    walk = asking("in-question")
    refuses(walk, "agency", pricing.correction_request(walk), "wrong-role")
    refuses(walk, "expert-2", pricing.correction_request(walk), "not-the-author", "L-901")
    second = but(pricing.correction_request(walk), member=walk.by("expert-2").code)
    refuses(walk, "expert-2", second, "not-the-leader", "L-248")
    pricing.ask_confirmation(walk)
    refuses(walk, "expert-1", pricing.correction_answer(walk), "wrong-role")
    refuses(walk, "b", pricing.correction_answer(walk), "not-the-author", "L-901")
    refuses(walk, "b", but(pricing.correction_answer(walk), supplier=B), "not-asked", "L-250")
    walk.do("a", "correction-answer", pricing.correction_answer(walk))
    refuses(walk, "purchaser", pricing.explanation_request(walk), "wrong-role")
    other = but(pricing.explanation_request(walk), member=walk.by("expert-3").code)
    refuses(walk, "expert-3", other, "not-the-leader", "L-248")
    pricing.ask_explanation(walk)
    refuses(walk, "agency", pricing.explanation(walk), "wrong-role")
    refuses(walk, "b", but(pricing.explanation(walk), supplier=B), "not-asked", "L-250")
    walk.do("c", "explanation", pricing.explanation(walk))
    refuses(walk, "c", pricing.judgement(walk, "expert-1"), "wrong-role")
    refuses(walk, "expert-2", pricing.judgement(walk, "expert-1"), "not-the-author", "L-901")
    outside = walk.world.person("expert-6", "专家6", "SXZJ20260006")
    walk.world.register(outside)
    refuses(walk, "expert-6", pricing.judgement(walk, "expert-6"), "not-on-the-panel", "R-092")


def test_nothing_is_asked_before_the_reviews_nor_scored_before_the_answers(on: Station, asked: Station) -> None:
    seated = on("seated")
    refuses(seated, "expert-1", pricing.correction_request(seated), "leader-missing", "L-248")
    walk = asked("in-question")
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "wrong-order", "R-046")
    walk.done["explanation-notice"] = walk.done["opening"]
    refuses(walk, "c", pricing.explanation(walk), "act-unknown")
    refuses(walk, "expert-1", pricing.judgement(walk, "expert-1"), "act-unknown")
    walk.done["correction-notice"] = walk.done["opening"]
    refuses(walk, "a", pricing.correction_answer(walk), "act-unknown")
    settled = asked("settled")
    refuses(settled, "expert-1", pricing.correction_request(settled), "wrong-order", "R-046")
    refuses(settled, "expert-1", pricing.explanation_request(settled), "wrong-order", "R-046")


def test_only_prices_in_question_are_asked_about_and_with_time_enough(asking: Station) -> None:
    walk = asking("in-question")
    refuses(walk, "expert-1", pricing.correction_request(walk, supplier=B), "nothing-to-confirm", "L-251")
    refuses(walk, "expert-1", pricing.correction_request(walk, minutes=5), "time-to-answer-short", "L-251")
    refuses(walk, "expert-1", but(pricing.correction_request(walk), lot="2"), "wrong-lot", "L-208")
    refuses(walk, "expert-1", pricing.explanation_request(walk), "corrections-first", "L-513")
    pricing.ask_confirmation(walk)
    refuses(walk, "expert-1", pricing.correction_request(walk, minutes=20), "asked-before", "L-251")
    refuses(walk, "expert-1", pricing.explanation_request(walk), "corrections-first", "L-513")
    walk.do("a", "correction-answer", pricing.correction_answer(walk))
    refuses(walk, "a", pricing.correction_answer(walk, confirmed=False), "answered-before", "L-251")
    refuses(walk, "expert-1", pricing.explanation_request(walk, supplier=B), "price-not-in-question", "L-252")
    refuses(walk, "expert-1", pricing.explanation_request(walk, minutes=28), "time-to-answer-short", "L-253")
    pricing.ask_explanation(walk)
    refuses(walk, "expert-1", pricing.explanation_request(walk, minutes=60), "asked-before", "L-253")
    early = pricing.judgement(walk, "expert-1")
    refuses(walk, "expert-1", early, "explanation-time-running", "L-253")
    missing = ExplanationFile(title="不存在", sha256="ab" * 32)
    refuses(walk, "c", pricing.explanation(walk, files=(missing,)), "file-missing")
    walk.do("c", "explanation", pricing.explanation(walk))
    refuses(walk, "c", pricing.explanation(walk, text="再说一次"), "answered-before", "L-253")
    walk.do("expert-1", "judgement-expert-1", early)
    refuses(walk, "expert-1", but(early, accepted=False), "judged-before", "L-261")


def test_an_unconfirmed_price_makes_the_bid_invalid_and_two_are_too_few(asking: Station) -> None:
    walk = asking("in-question")
    notice = pricing.ask_confirmation(walk)
    walk.world.move(notice.until + 2 * SECOND)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "a", pricing.correction_answer(walk), "correction-answer-late", "L-251")
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "wrong-order", "R-046")


def test_a_refused_correction_makes_the_bid_invalid_at_once(asking: Station) -> None:
    walk = asking("in-question")
    pricing.ask_confirmation(walk)
    walk.do("a", "correction-answer", pricing.correction_answer(walk, confirmed=False))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()


def test_a_low_price_left_unexplained_is_judged_after_its_time(asking: Station) -> None:
    walk = asking("in-question")
    pricing.confirm(walk)
    told = pricing.ask_explanation(walk)
    walk.world.move(told.until + SECOND)
    refuses(walk, "c", pricing.explanation(walk), "explanation-late", "L-253")
    for short in MEMBERS[:3]:
        assert acts(walk, "review-closed") == []
        walk.do(short, f"judgement-{short}", pricing.judgement(walk, short, accepted=False))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()


def test_who_sees_the_questions(asked: Station) -> None:
    walk = asked("settled")
    corrected, low = {"correction-notice", "correction-answer"}, {"explanation-notice", "price-explanation"}
    inner = {"correction-request", "explanation-request", "price-judgement"}
    for short in ("agency", "purchaser", "supervisor", "expert-2"):
        assert corrected | low | inner <= kinds(walk, short)
    assert corrected <= kinds(walk, "a") and not (low | inner) & kinds(walk, "a")
    assert low <= kinds(walk, "c") and not (corrected | inner) & kinds(walk, "c")
    assert not (corrected | low | inner) & kinds(walk, "b")
    expert = walk.by("expert-1").code.encode()
    assert all(expert not in i.signed.statement for i in walk.by("a").feed().items if i.act == "correction-notice")


def test_most_members_may_question_a_price_that_no_limit_catches(alone: Station) -> None:
    walk = alone("seated")
    for short in MEMBERS:
        walk.do(short, f"vote-{short}", committee.leader_vote(walk, short))
    walk.do("purchaser", "qualification", committee.qualification(walk))
    doubt = PriceReview(supplier=C, accepted=False, reason="人工成本明显偏低")
    for n, short in enumerate(MEMBERS):
        mine = committee.conformity(walk, short)
        walk.do(short, f"conformity-{short}", but(mine, low_prices=(doubt,)) if n < 3 else mine)
    assert acts(walk, "review-closed") == []
    told = pricing.ask_explanation(walk)
    assert told.causes == ("judgement",)
    walk.do("c", "explanation", pricing.explanation(walk))
    for short in MEMBERS[:3]:
        walk.do(short, f"judgement-{short}", pricing.judgement(walk, short))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B, C)
    committee.commit_all(walk)
    hall.by_platform(walk, ScoresClosed, "scores-closed")

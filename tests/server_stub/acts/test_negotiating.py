"""Final quotes of a consultation over HTTP: asked, given hidden, shown together; roles, order, content by rule, leaf and refusal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from procurement.bidding.draft import QuotedFigure
from procurement.evaluation.quoting import FinalQuotes, QuotesClosed
from procurement.evaluation.sheets import Ranking, ReviewClosed
from tests.procurement.chain import but
from tests.server_stub.acts import committee, hall, pricing, quoting
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.pricing import A, B, C
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk

D = Decimal


def kinds(walk: Walk, actor: str) -> set[str]:
    return {item.act for item in walk.by(actor).feed().items}


def test_the_ranking_follows_the_final_quotes(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    assert acts(walk, "review-closed") == []
    request = quoting.quote_round(walk)
    logged(walk, walk.do("expert-1", "quote-round", request), request)
    assert len(acts(walk, "quote-notice")) == 3
    quoting.take_notices(walk)
    for short in SUPPLIERS:
        made = quoting.commit(walk, short)
        logged(walk, walk.do(short, f"quote-{short}", made), made)
    closed = hall.by_platform(walk, QuotesClosed, "quotes-closed")
    assert closed.commits == tuple(walk.id(f"quote-{short}") for short in SUPPLIERS)
    for short in SUPPLIERS:
        assert acts(walk, "final-quotes") == []
        shown = quoting.reveal(walk, short)
        logged(walk, walk.do(short, f"shown-{short}", shown), shown)
    together = hall.by_platform(walk, FinalQuotes, "final-quotes").result
    assert [(o.supplier, o.quote[0].amount) for o in together.offers] == [
        (SUPPLIERS[s], Decimal(amount)) for s, amount in quoting.FINAL.items()
    ]
    assert together.withdrawn == ()
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B, C)
    committee.commit_all(walk)
    committee.reveal_all(walk)
    ranked = hall.by_platform(walk, Ranking, "ranking")
    assert {b.supplier: b.quote for b in ranked.bids} == {SUPPLIERS[s]: Decimal(q) for s, q in quoting.FINAL.items()}
    # lowest 900000: B 30, C 900/930 × 30 = 29.03, A 900/960 × 30 = 28.13
    assert {b.supplier: b.price_score for b in ranked.bids} == {A: D("28.13"), B: D("30.00"), C: D("29.03")}
    assert ranked.context is not None and ranked.context.final == together


def test_who_asks_gives_and_shows(quoting_at: Station) -> None:
    walk = quoting_at("to-negotiate")
    refuses(walk, "agency", quoting.quote_round(walk), "wrong-role")
    refuses(walk, "expert-2", quoting.quote_round(walk), "not-the-author", "L-901")
    second = but(quoting.quote_round(walk), member=walk.by("expert-2").code)
    refuses(walk, "expert-2", second, "not-the-leader", "L-248")
    quoting.ask(walk)
    mine = quoting.commit(walk, "a")
    refuses(walk, "expert-1", mine, "wrong-role")
    refuses(walk, "b", mine, "not-the-author", "L-901")
    refuses(walk, "b", but(mine, supplier=B), "not-asked", "L-354")
    quoting.give_all(walk)
    shown = quoting.reveal(walk, "a")
    refuses(walk, "agency", shown, "wrong-role")
    refuses(walk, "b", shown, "not-the-author", "L-901")
    refuses(walk, "b", but(shown, supplier=B), "not-the-author", "L-901")


def test_rounds_come_after_the_reviews_once_and_quotes_in_their_order(quoting_at: Station, on: Station) -> None:
    seated = on("seated")
    refuses(seated, "expert-1", quoting.quote_round(seated), "leader-missing", "L-248")
    walk = quoting_at("to-negotiate")
    refuses(walk, "expert-1", pricing.correction_request(walk), "wrong-order", "R-046")
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "wrong-order", "R-046")
    short = quoting.quote_round(walk, minutes=quoting.MINUTES - 1)
    refuses(walk, "expert-1", short, "time-to-answer-short", "L-354")
    refuses(walk, "expert-1", but(quoting.quote_round(walk), lot="2"), "wrong-lot", "L-208")
    quoting.ask(walk)
    refuses(walk, "expert-1", quoting.quote_round(walk, minutes=60), "quotes-asked-before", "L-354")
    quoting.give(walk, "a")
    walk.done["quotes-closed"] = walk.done["opening"]
    refuses(walk, "a", quoting.reveal(walk, "a"), "quote-revealed-early", "L-354")
    refuses(walk, "a", quoting.commit(walk, "a", quoting.final_quote(walk, "a", "1.00")), "quoted-before", "L-354")


def test_a_final_quote_may_not_break_the_tender(quoting_at: Station) -> None:
    walk = quoting_at("asked")
    quoting.give(walk, "a", quoting.final_quote(walk, "a", "1000000.01"))
    quoting.give(walk, "b", quoting.final_quote(walk, "b", quote=()))
    zero = QuotedFigure(figure="total", amount=Decimal(0))
    quoting.give(walk, "c", quoting.final_quote(walk, "c", quote=(zero,)))
    hall.by_platform(walk, QuotesClosed, "quotes-closed")
    refuses(walk, "a", quoting.reveal(walk, "a"), "quote-beyond-limit", "L-254")
    other = quoting.final_quote(walk, "a", "900000.00").to_bytes()
    refuses(walk, "a", quoting.reveal(walk, "a", quote=other), "quote-differs-from-commit")
    refuses(walk, "b", quoting.reveal(walk, "b"), "quote-missing", "L-254")
    refuses(walk, "c", quoting.reveal(walk, "c"), "quote-not-positive", "L-254")
    walk.world.move(timedelta(minutes=quoting.MINUTES + 1))
    together = hall.by_platform(walk, FinalQuotes, "final-quotes").result
    assert (together.offers, together.withdrawn) == ((), (A, B, C))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "a", quoting.reveal(walk, "a"), "wrong-order", "R-046")


def test_who_gives_no_quote_in_time_has_withdrawn_and_two_are_too_few(quoting_at: Station) -> None:
    walk = quoting_at("asked")
    quoting.give(walk, "a")
    quoting.give(walk, "b")
    late = quoting.commit(walk, "c")
    walk.world.move(timedelta(minutes=quoting.MINUTES + 2))
    refuses(walk, "c", late, "final-quote-late", "L-354")
    closed = hall.by_platform(walk, QuotesClosed, "quotes-closed")
    assert len(closed.commits) == 2
    quoting.show(walk, "a")
    assert acts(walk, "final-quotes") == []
    quoting.show(walk, "b")
    assert hall.by_platform(walk, FinalQuotes, "final-quotes").result.withdrawn == (C,)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "wrong-order", "R-046")


def test_two_quotes_are_enough_where_the_tender_may_say_so(two_will_do: Station) -> None:
    walk = two_will_do("asked")
    quoting.give(walk, "a")
    quoting.give(walk, "b")
    walk.world.move(timedelta(minutes=quoting.MINUTES + 2))
    hall.by_platform(walk, QuotesClosed, "quotes-closed")
    quoting.show(walk, "a")
    quoting.show(walk, "b")
    hall.by_platform(walk, FinalQuotes, "final-quotes")
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B)


def test_nobody_quotes_and_the_lot_fails(quoting_at: Station) -> None:
    walk = quoting_at("asked")
    walk.world.move(timedelta(minutes=quoting.MINUTES + 2))
    assert hall.by_platform(walk, FinalQuotes, "final-quotes").result.withdrawn == (A, B, C)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()


def test_nobody_sees_a_quote_before_all_do(quoting_at: Station) -> None:
    walk = quoting_at("asked")
    assert all(kinds(walk, s) & {"quote-round"} == set() for s in SUPPLIERS)
    expert = walk.by("expert-1").code.encode()
    assert all(expert not in i.signed.statement for i in walk.by("a").feed().items if i.act == "quote-notice")
    quoting.give_all(walk)
    quoting.show(walk, "a")
    quoting.show(walk, "b")
    for short in ("agency", "purchaser", "supervisor", *MEMBERS, "c"):
        assert "quote-reveal" not in kinds(walk, short), short
    quoting.show(walk, "c")
    for short in ("agency", "purchaser", "supervisor", *MEMBERS):
        shown = [i for i in walk.by(short).feed().items if i.act == "quote-reveal"]
        assert len({i.id for i in shown}) == 3 and "final-quotes" in kinds(walk, short)
    for short in SUPPLIERS:
        theirs = [i for i in walk.by(short).feed().items if i.act in ("quote-reveal", "quote-commit", "quote-notice")]
        assert all(SUPPLIERS[short].encode() in i.signed.statement for i in theirs) and theirs
        assert "final-quotes" not in kinds(walk, short)


def test_a_final_quote_is_corrected_and_confirmed_like_a_first_one(quoting_at: Station) -> None:
    """Words beside the figure prevail (L-251): the bidder confirms before anybody scores."""
    walk = quoting_at("asked")
    slip = QuotedFigure(figure="total", amount=D("940000.00"), words_amount=D("949000.00"))
    quoting.give(walk, "a", quoting.final_quote(walk, "a", quote=(slip,)))
    quoting.give(walk, "b")
    quoting.give(walk, "c")
    hall.by_platform(walk, QuotesClosed, "quotes-closed")
    for short in SUPPLIERS:
        quoting.show(walk, short)
    assert acts(walk, "review-closed") == []
    assert [f.amount for f in pricing.ask_confirmation(walk).figures] == [D("949000.00")]
    walk.do("a", "correction-answer", pricing.correction_answer(walk))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == (A, B, C)

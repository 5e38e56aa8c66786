"""Final quotes: they are the prices, whoever gives none is out, and what they may say; worked out by hand (L-323, L-354, L-254)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement.basics.moment import at_shanghai
from procurement.basics.problems import NotAllowed, Refused, RuleBroken, Tampered
from procurement.bidding.draft import FilledCell, FilledRow, FilledTable, QuotedElsewhere, QuotedFigure
from procurement.evaluation.evaluate import LotResult, evaluate_lot, sift
from procurement.evaluation.final_round import (
    check_final_quote,
    check_quote_commit,
    check_quote_reveal,
    check_round,
    in_final,
    round_result,
    round_rule,
)
from procurement.evaluation.quoting import (
    FinalOffer,
    FinalQuote,
    FinalRound,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
    quote_commitment,
)
from procurement.tendering.quote import Column, Figure, PriceTable, Row
from procurement.tendering.scheme import TieKey
from procurement.tendering.tender import Award, Negotiation, Tender
from tests.procurement.evaluation.examples import (
    CONTEXT,
    EVENT,
    ID,
    bid,
    named,
    reviews,
    sheets,
    simple_scheme,
    simple_tender,
    uscc,
)
from tests.procurement.tendering.examples import D, quote, replace

ONE, TWO, THREE = (uscc(n) for n in (1, 2, 3))
UNTIL = EVENT + timedelta(minutes=30)
AFTER = UNTIL + timedelta(seconds=1)


def talks(method: str = "consultation", minimum: int = 3, **changes: Any) -> Tender:
    made = simple_tender(**changes)
    asked = Negotiation(rounds=2, minimum_final_quotes=minimum)
    return replace(made, method=method, negotiation=asked, award=Award(candidates=3))


def offer(supplier: str, amount: str, **more: Any) -> FinalOffer:
    return FinalOffer(supplier=supplier, reveal=ID, quote=(QuotedFigure(figure="total", amount=D(amount)),), **more)


def evaluated(made: Tender, final: FinalRound | None, **context: Any) -> LotResult:
    """First offers 100, 90, 80; everybody has 60 points besides."""
    bids = [bid(n, p) for n, p in ((1, "100"), (2, "90"), (3, "80"))]
    signed = reviews(made, made.lots[0], [b.supplier for b in bids], members=3)
    out = final.withdrawn if final else ()
    left = [b.supplier for b in bids if b.supplier not in out]
    marks = sheets(made.lots[0], left, lambda m, s, i: "60", members=3) if made.lots[0].scheme.items else []
    return evaluate_lot(made, "1", named(bids), signed, marks, replace(CONTEXT, final=final, **context))


def test_the_price_score_comes_from_the_final_quotes_by_hand() -> None:
    # base 70, the lowest final quote: One 70 → 30; Two 84 → 70/84 × 30 = 25; Three 75 → 28
    final = FinalRound(offers=(offer(ONE, "70"), offer(TWO, "84"), offer(THREE, "75")), withdrawn=())
    found = evaluated(talks(), final)
    assert [(b.supplier, b.rank, b.quote, b.price_score) for b in found.bids] == [
        (ONE, 1, D(70), D(30)),
        (THREE, 2, D(75), D(28)),
        (TWO, 3, D(84), D(25)),
    ]
    assert [f.code for f in found.findings if f.blocking] == []


def test_until_then_nothing_is_reported_and_an_open_tender_asks_for_none() -> None:
    waiting = evaluated(talks(), None)
    assert [(p.code, p.rule, p.blocking) for p in waiting.open_points] == [("final-quotes-due", "L-354", True)]
    assert evaluated(simple_tender(), None).open_points == ()


def test_who_gives_none_has_withdrawn_and_the_others_must_be_enough() -> None:
    two = FinalRound(offers=(offer(ONE, "70"), offer(TWO, "84")), withdrawn=(THREE,))
    short = evaluated(talks(), two)
    assert (short.outcome, short.candidates) == ("too-few-final-quotes", ())
    assert [b.state for b in short.bids if b.supplier == THREE] == ["withdrawn"]
    found = evaluated(talks(minimum=2), two)
    assert [(b.supplier, b.rank, b.state) for b in found.bids] == [
        (ONE, 1, "ranked"),
        (TWO, 2, "ranked"),
        (THREE, 0, "withdrawn"),
    ]


def test_a_negotiation_goes_to_the_lowest_final_quote() -> None:
    scheme = simple_scheme(evaluation="lowest-price", items=(), groups=(), price=None, ties=(TieKey(key="parallel"),))
    final = FinalRound(offers=(offer(ONE, "70"), offer(TWO, "84"), offer(THREE, "75")), withdrawn=())
    made = talks("negotiation", scheme=scheme)
    assert round_rule(made) == "L-323"
    assert [b.supplier for b in evaluated(made, final).bids] == [ONE, THREE, TWO]


def test_limits_and_low_prices_are_judged_on_the_final_quotes() -> None:
    made = talks(minimum=2)
    over = FinalRound(offers=(offer(ONE, "110.01"), offer(TWO, "84"), offer(THREE, "75")), withdrawn=())
    assert {b.supplier: b.state for b in evaluated(talks(), over).bids}[ONE] == "invalid"
    late = replace(CONTEXT, event=at_shanghai(date(2026, 3, 2), 9))
    low = FinalRound(offers=(offer(ONE, "20"), offer(TWO, "84"), offer(THREE, "75")), withdrawn=())
    bids = {b.supplier: b for b in (bid(n, "100") for n in (1, 2, 3))}
    found = sift(made, made.lots[0], bids, reviews(made, made.lots[0], list(bids)), replace(late, final=low))
    assert {t.supplier for t in found.triggers} == {ONE}
    assert [(f.code, f.where) for f in found.findings] == [("low-price-undecided", ONE)]


def test_nothing_of_the_first_price_is_left() -> None:
    """Its tables and its other places would else correct the final quote away (L-251)."""
    made = itemised()
    first = bid(1, "100", tables=(table("100"),), elsewhere=(elsewhere("101"),))
    final = in_final(made.lots[0], first, offer(ONE, "90"))
    assert (final.quote[0].amount, final.tables, final.elsewhere) == (D(90), (), ())
    with_table = in_final(made.lots[0], first, offer(ONE, "90", tables=(table("90"),)))
    assert with_table.tables == (table("90"),)


def elsewhere(amount: str) -> QuotedElsewhere:
    return QuotedElsewhere(place="bid-letter", figure="total", amount=D(amount))


def table(amount: str) -> FilledTable:
    cells = (FilledCell(column="quantity", number=D(1)), FilledCell(column="price", number=D(amount)))
    return FilledTable(table="items", rows=(FilledRow(row="r1", cells=cells),), total=D(amount))


def itemised(**row: Any) -> Tender:
    columns = (
        Column(code="quantity", label="数量", type="number", role="quantity"),
        Column(code="price", label="单价", type="number", role="unit-price"),
    )
    rows = (Row(code="r1", cells=(), **row),)
    form = quote(
        figures=(Figure(code="total", label="总价", limit=D(110)),),
        tables=(PriceTable(code="items", title="分项", columns=columns, rows=rows, sums_to="total"),),
    )
    return talks(quote=form)


def said(amount: str = "90", **changes: Any) -> FinalQuote:
    made = FinalQuote(notice=ID, supplier=ONE, quote=(QuotedFigure(figure="total", amount=D(amount)),))
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (said("110.01"), "quote-beyond-limit"),
        (said("0"), "quote-not-positive"),
        (said("90.001"), "quote-too-precise"),
        (said(quote=()), "quote-missing"),
        (said(quote=(*said().quote, *said().quote)), "final-quote-figures"),
        (said(quote=(QuotedFigure(figure="other", amount=D(1)),)), "final-quote-figures"),
        (said(tables=(replace(table("90"), table="other"),)), "final-quote-tables"),
        (said(tables=(replace(table("90"), rows=()),)), "table-missing"),
    ],
)
def test_what_a_final_quote_may_not_say(wrong: FinalQuote, code: str) -> None:
    made = itemised()
    with pytest.raises(RuleBroken) as broken:
        check_final_quote(made, made.lots[0], bid(1, "100"), wrong)
    assert broken.value.code == code


def test_tables_are_needed_only_where_single_rows_are_limited() -> None:
    plain, limited = itemised(), itemised(amount_ceiling=D("95.00"))
    first = bid(1, "100", tables=(table("100"),))
    check_final_quote(plain, plain.lots[0], first, said())
    check_final_quote(limited, limited.lots[0], first, said(tables=(table("90"),)))
    for quoted, code in ((said(), "table-missing"), (said("96", tables=(table("96"),)), "row-over-ceiling")):
        with pytest.raises(RuleBroken) as broken:
            check_final_quote(limited, limited.lots[0], first, quoted)
        assert (broken.value.code, broken.value.rule) == (code, "L-254")


def test_a_round_is_asked_for_once_by_a_negotiation_and_with_time_enough() -> None:
    made = talks()
    bids = {b.supplier: b for b in (bid(n, "100") for n in (1, 2, 3))}
    signed = reviews(made, made.lots[0], list(bids))
    due = sift(made, made.lots[0], bids, signed, CONTEXT).findings
    act = QuoteRound(opening=ID, lot="1", member="E1", until=EVENT + timedelta(minutes=30))
    check_round(act, made, due, EVENT, asked=False)
    for problem, findings, asked, until in (
        ("quotes-asked-before", due, True, act.until),
        ("no-final-quotes-due", (), False, act.until),
        ("time-to-answer-short", due, False, EVENT + timedelta(minutes=29)),
    ):
        with pytest.raises((Refused, RuleBroken), match=problem):
            check_round(replace(act, until=until), made, findings, EVENT, asked=asked)


def test_a_quote_is_given_once_and_in_time_by_whom_it_was_asked() -> None:
    made = talks()
    notice = QuoteNotice(opening=ID, lot="1", supplier=ONE, until=UNTIL)
    act = QuoteCommit(notice=notice.id, lot="1", supplier=ONE, c=ID)
    given: dict[str, Any] = {"until": UNTIL, "given": False, "left": False, "closed": False}
    check_quote_commit(act, notice, made, UNTIL, **given)
    with pytest.raises(NotAllowed, match="not-asked"):
        check_quote_commit(replace(act, supplier=TWO), notice, made, EVENT, **given)
    with pytest.raises(Refused, match="quoted-before"):
        check_quote_commit(act, notice, made, EVENT, **{**given, "given": True})
    with pytest.raises(Refused, match="left-before"):
        check_quote_commit(act, notice, made, EVENT, **{**given, "left": True})
    check_quote_commit(act, notice, made, AFTER, **{**given, "until": AFTER})
    for at, closed in ((AFTER, False), (EVENT, True)):
        with pytest.raises(RuleBroken, match="final-quote-late"):
            check_quote_commit(act, notice, made, at, **{**given, "closed": closed})


def test_a_shown_quote_is_the_one_given() -> None:
    made, salt, quoted = talks(), b"\x07" * 32, said()
    commit = QuoteCommit(notice=ID, lot="1", supplier=ONE, c=quote_commitment(ID, salt, quoted.to_bytes()))
    closed = QuotesClosed(opening=ID, lot="1", commits=(commit.id,), reveal_until=UNTIL)
    act = QuoteReveal(commit=commit.id, closed=closed.id, supplier=ONE, salt=salt.hex(), quote=quoted.to_bytes())
    assert check_quote_reveal(act, commit, closed, made, UNTIL, shown=False) == quoted
    with pytest.raises(Refused, match="quote-revealed-early"):
        check_quote_reveal(act, commit, None, made, EVENT, shown=False)
    with pytest.raises(RuleBroken, match="quote-reveal-late"):
        check_quote_reveal(act, commit, closed, made, AFTER, shown=False)
    with pytest.raises(Refused, match="quote-revealed-before"):
        check_quote_reveal(act, commit, closed, made, EVENT, shown=True)
    with pytest.raises(Tampered, match="quote-differs-from-commit"):
        check_quote_reveal(replace(act, quote=said("89").to_bytes()), commit, closed, made, EVENT, shown=False)
    other = replace(quoted, supplier=TWO)
    theirs = replace(commit, c=quote_commitment(ID, salt, other.to_bytes()))
    with pytest.raises(Refused, match="quote-of-another"):
        check_quote_reveal(replace(act, quote=other.to_bytes()), theirs, closed, made, EVENT, shown=False)


def test_a_round_comes_to_its_offers_and_to_who_withdrew() -> None:
    found = round_result((THREE, ONE, TWO), [(ID, said("70")), ("cd" * 32, said("71", supplier=TWO))])
    assert [(o.supplier, o.quote[0].amount) for o in found.offers] == [(ONE, Decimal(70)), (TWO, Decimal(71))]
    assert found.withdrawn == (THREE,)

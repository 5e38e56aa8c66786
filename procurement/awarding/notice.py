"""中标通知书 and what each loser is told (R-087, R-088, L-274, L-512)."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta
from decimal import Decimal

from procurement.awarding.award import AwardNotice, ResultLetter
from procurement.basics.problems import RuleBroken
from procurement.evaluation.sheets import RankedBid, Ranking
from procurement.tendering.lot import Lot

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the stated sending time may lie from the platform's time."""


def contract_amount(lot: Lot) -> Decimal | None:
    """The contract amount where the quote is a rate: the lot's budget, up to which is settled. None for an amount."""
    return lot.budget if lot.quote.is_rate else None


def _bid_of(ranking: Ranking, supplier: str) -> RankedBid | None:
    return next((bid for bid in ranking.bids if bid.supplier == supplier), None)


def check_notice(
    notice: AwardNotice,
    *,
    ranking: Ranking,
    winner: str,
    number: str,
    amount: Decimal | None,
    now: datetime,
) -> None:
    """Judge a notice. `winner` was confirmed or deemed; `number` is the 备案号 of the project.

    `amount` is the contract amount in CNY that the corrected bid stands for, when the quote is not itself an amount (a
    rate); None when the quote is the amount. The evaluation price never becomes the contract price (L-512).
    """
    bid = _bid_of(ranking, winner)
    if notice.winner != winner or bid is None or notice.winner_name != bid.name:
        raise RuleBroken("R-088", "notice-to-another", "Send it to the confirmed winner, by its name.", winner=winner)
    if notice.number != number or notice.lot != ranking.lot:
        raise RuleBroken("R-023", "notice-number-wrong", "Carry the 备案号 and lot of the project.", number=number)
    wanted = bid.quote if amount is None else amount
    if notice.quote != bid.quote or notice.amount != wanted:
        raise RuleBroken(
            "L-512",
            "notice-amount-not-bid-price",
            "State the bid price as corrected; the evaluation price is for ranking only.",
            amount=notice.amount,
            bid_price=wanted,
            evaluation_price=bid.evaluation_price,
        )
    if abs(notice.sent - now) > CLOCK_TOLERANCE:
        raise RuleBroken("R-088", "notice-time-wrong", "Send it now: its time starts the 30 days.", sent=notice.sent)


def check_letter(letter: ResultLetter, *, notice: AwardNotice, ranking: Ranking, told: Set[str]) -> None:
    """Each loser learns its own score and rank, or why it was out; nobody is told twice, nor another's score (L-274)."""
    bid = _bid_of(ranking, letter.supplier)
    if bid is None or letter.supplier == notice.winner:
        raise RuleBroken("L-274", "letter-to-nobody", "Write to a bidder that did not win.", supplier=letter.supplier)
    if letter.supplier in told:
        raise RuleBroken("L-274", "letter-sent-already", "This bidder has its letter.", supplier=letter.supplier)
    if letter.rank != bid.rank or letter.total != bid.total:
        raise RuleBroken(
            "L-274",
            "letter-differs-from-ranking",
            "Tell the bidder its own score and rank as ranked.",
            rank=bid.rank,
            total=bid.total,
        )
    if bid.state != "ranked" and not letter.reason.strip():
        raise RuleBroken("L-274", "letter-without-reason", "Say why the bid was out.", state=bid.state)

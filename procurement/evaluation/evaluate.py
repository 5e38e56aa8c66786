"""评审: from opened bids and signed sheets to the ranking of one lot. Pure: server, client and the offline verifier all call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from procurement.basics.findings import Finding, block
from procurement.bidding.draft import BidForms
from procurement.evaluation.exact import shown
from procurement.evaluation.final_round import QUOTES_DUE, asks_final_quotes, finally_quoted, round_rule
from procurement.evaluation.low_price import Trigger, triggers
from procurement.evaluation.pricing import PricedBid, breach, deduct, price_bid, score_prices
from procurement.evaluation.ranking import Standing, barred, brand_groups, brand_losers, order
from procurement.evaluation.review import (
    Failure,
    conformity_failures,
    doubted,
    enough,
    qualification_failures,
)
from procurement.evaluation.scoring import Scores, outliers, score, totals
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    GroupScore,
    ItemScore,
    OpenPoint,
    QualificationReview,
    RankedBid,
    ScoreSheet,
)
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

Outcome = Literal["ranked", "too-few-qualified", "too-few-conforming", "too-few-final-quotes"]
State = Literal["ranked", "unqualified", "nonconforming", "withdrawn", "invalid", "same-brand", "award-limit"]
WITHDRAWN = "未在规定时间提交有效的最后报价，视为退出"


@dataclass(frozen=True, slots=True)
class Reviews:
    """What was signed before the scoring."""

    qualification: QualificationReview
    conformity: tuple[ConformityReview, ...]


@dataclass(frozen=True, slots=True)
class LotResult:
    """The evaluation of one lot. `findings` that block have to be settled before the report is signed."""

    outcome: Outcome
    bids: tuple[RankedBid, ...]
    """Ranked ones first, in order; then those that are out"""
    candidates: tuple[str, ...]
    findings: tuple[Finding, ...]
    triggers: tuple[Trigger, ...] = ()

    @property
    def open_points(self) -> tuple[OpenPoint, ...]:
        """The findings as the ranking records them, in an order of their own."""
        points = {
            (f.code, f.where): OpenPoint(code=f.code, where=f.where, rule=f.rule, blocking=f.blocking)
            for f in self.findings
        }
        return tuple(points[key] for key in sorted(points))

    @property
    def first(self) -> tuple[str, ...]:
        """Suppliers in the first place, several when parallel."""
        return tuple(b.supplier for b in self.bids if b.rank == 1)


@dataclass(frozen=True, slots=True)
class Survivors:
    """Who is scored, and why the others are not: the result of both reviews and of the checks on the raw price."""

    outcome: Outcome
    standing: dict[str, PricedBid]
    out: dict[str, tuple[State, str]]
    prices: dict[str, PricedBid]
    triggers: tuple[Trigger, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Sifting:
    tender: Tender
    lot: Lot
    bids: dict[str, BidForms]
    out: dict[str, tuple[State, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def drop(self, failures: Mapping[str, Failure], state: State) -> None:
        for supplier, failure in failures.items():
            self.out.setdefault(supplier, (state, failure.reason))

    def left(self) -> list[str]:
        return [s for s in self.bids if s not in self.out]


def evaluate_lot(
    tender: Tender,
    lot_code: str,
    bids: Sequence[tuple[str, str, BidForms]],
    reviews: Reviews,
    sheets: Sequence[ScoreSheet],
    context: EvaluationContext,
) -> LotResult:
    """Evaluate one lot. `bids` are (supplier, name, forms) of all opened bids, in any order. Raises `Refused` or `RuleBroken` for reviews or
    sheets that are incomplete or not allowed; the result names what else has to be settled."""
    lot = tender.lot(lot_code)
    ordered = sorted(bids, key=lambda bid: bid[0])
    names = {supplier: name for supplier, name, _ in ordered}
    sifted = sift(tender, lot, {supplier: forms for supplier, _, forms in ordered}, reviews, context)
    if sifted.outcome != "ranked":
        lost = [_out(s, names[s], sifted.prices.get(s), *sifted.out.get(s, ("ranked", ""))) for s in names]
        return LotResult(sifted.outcome, tuple(lost), (), sifted.findings, sifted.triggers)
    priced = score_prices(lot, deduct(lot, sifted.standing.values()))
    scores = _scores(lot, priced, sheets)
    prices = {p.forms.supplier: p.score for p in priced}
    sums = totals(lot.scheme, scores, prices)
    standings = [_standing(lot, p, scores, sums) for p in priced]
    findings = [*sifted.findings, *scores.findings]
    if lot.scheme.items:
        findings += outliers(lot.scheme, scores, [s.member for s in sheets], prices)
    yielded, brand_findings = brand_losers(lot, standings, context)
    shut, limits = barred(tender, lot, [s.supplier for s in standings], context)
    placed = order(lot, [s for s in standings if s.supplier not in yielded and s.supplier not in shut], context)
    findings += [*brand_findings, *limits, *placed.findings]
    states: dict[str, tuple[State, str]] = {
        s: ("same-brand", f"同品牌由{names[w]}获得推荐") for s, w in yielded.items()
    }
    states |= {s: ("award-limit", "已在其他采购包取得名次") for s in shut if s in sums and s not in states}
    ranks = _ranks(placed.places)
    writer = _Writer(lot, names, scores, sums, ranks, states)
    found = [writer.ranked(p, s) for p, s in zip(priced, standings, strict=True)]
    position = {s: n for n, s in enumerate(ranks)}
    found.sort(key=lambda b: (b.rank == 0, position.get(b.supplier, 0), -b.total))
    gone = [_out(s, names[s], sifted.prices.get(s), *sifted.out[s]) for s in names if s in sifted.out]
    ready = sorted(findings, key=lambda f: not f.blocking)
    candidates = tuple(s for s, rank in ranks.items() if rank <= tender.award.candidates)
    return LotResult("ranked", (*found, *gone), candidates, tuple(ready), sifted.triggers)


def sift(
    tender: Tender, lot: Lot, bids: Mapping[str, BidForms], reviews: Reviews, context: EvaluationContext
) -> Survivors:
    """Qualification, conformity, final quotes, correction, ceiling, low price: who is left to be scored (L-241 … L-254, L-513)."""
    work = _Sifting(tender, lot, dict(bids))
    for found in context.invalid:
        work.out.setdefault(found.supplier, ("invalid", found.reason))
    work.drop(qualification_failures(tender, lot, reviews.qualification, list(bids)), "unqualified")
    if not enough(tender, len(work.left())):
        return Survivors("too-few-qualified", {}, work.out, {}, (), ())
    work.drop(conformity_failures(lot, reviews.conformity, work.left()), "nonconforming")
    if asks_final_quotes(tender):
        _leave(work, context)
        if context.final is None:
            return _before_final_quotes(work)
        bids = finally_quoted(lot, bids, context.final)
        work.out |= {s: ("withdrawn", WITHDRAWN) for s in work.left() if s not in bids}
        if not enough(tender, len(work.left())):
            return Survivors("too-few-final-quotes", {}, work.out, {}, (), ())
    prices = {s: price_bid(tender, lot, bids[s]) for s in work.left()}
    _check_quotes(work, prices, context)
    raised = _check_low_prices(work, prices, reviews.conformity, context)
    standing = {s: prices[s] for s in work.left()}
    merged = brand_groups(lot, [(s, bids[s]) for s in standing])
    outcome: Outcome = "ranked" if enough(tender, len(merged)) else "too-few-conforming"
    return Survivors(outcome, standing, work.out, prices, raised, tuple(work.findings))


def _leave(work: _Sifting, context: EvaluationContext) -> None:
    """Who left in the talks, or did not meet changed terms, is asked for no final quote (L-322, L-323)."""
    for one in context.talks.out if context.talks is not None else ():
        state: State = "nonconforming" if one.how == "unresponsive" else "withdrawn"
        work.out.setdefault(one.supplier, (state, one.reason))


def _before_final_quotes(work: _Sifting) -> Survivors:
    """Who is asked for a final quote. Until then the first offers stand in, and nothing is judged of them."""
    due = block(QUOTES_DUE, work.lot.code, round_rule(work.tender), "Ask all bidders still in for their final quotes.")
    prices = {s: price_bid(work.tender, work.lot, work.bids[s]) for s in work.left()}
    if not enough(work.tender, len(prices)):
        return Survivors("too-few-conforming", {}, work.out, prices, (), ())
    return Survivors("ranked", prices, work.out, prices, (), (due,))


def _check_quotes(work: _Sifting, prices: Mapping[str, PricedBid], context: EvaluationContext) -> None:
    for supplier, bid in prices.items():
        if bid.quote.needs_confirmation and supplier in context.refused:
            work.out[supplier] = ("invalid", "投标人不确认修正后的报价")
        elif broken := breach(work.lot, bid):
            work.out[supplier] = ("invalid", broken[1])
        elif bid.quote.needs_confirmation and supplier not in context.confirmed:
            work.findings.append(
                block("correction-unconfirmed", supplier, "L-251", "Ask the bidder to confirm the corrected price.")
            )


def _check_low_prices(
    work: _Sifting, prices: Mapping[str, PricedBid], reviews: Sequence[ConformityReview], context: EvaluationContext
) -> tuple[Trigger, ...]:
    """Prices that started a review, or that most members question, wait for the conclusion after the bidder's explanation."""
    measured = {s: prices[s].paid for s in work.left() if prices[s].complete}
    raised = triggers(work.lot, measured, context.event)
    asked = {t.supplier for t in raised}
    concluded = {c.supplier: c for c in context.low_prices}
    for supplier in measured:
        found = concluded.get(supplier)
        if found is not None and not found.accepted:
            work.out[supplier] = ("invalid", found.reason)
        elif found is None and (supplier in asked or doubted(reviews, supplier)):
            causes = ",".join(t.cause for t in raised if t.supplier == supplier) or "judgement"
            work.findings.append(
                block("low-price-undecided", supplier, "L-253", "Ask for an explanation and vote on it.", causes=causes)
            )
    return raised


def _scores(lot: Lot, priced: Sequence[PricedBid], sheets: Sequence[ScoreSheet]) -> Scores:
    forms = {p.forms.supplier: p.forms for p in priced}
    if not lot.scheme.items:
        return Scores(tuple(forms), 1, dict.fromkeys(forms, ()), (), ())
    return score(lot, forms, sheets)


def _standing(lot: Lot, bid: PricedBid, scores: Scores, sums: Mapping[str, Fraction]) -> Standing:
    supplier = bid.forms.supplier
    items = dict(zip((i.code for i in lot.scheme.items), scores.items[supplier], strict=True))
    figure = lot.quote.main
    evaluated = Fraction(figure.payable(bid.evaluation_price)) if bid.complete else Fraction(10**18)
    raw = Fraction(bid.paid) if bid.complete else Fraction(10**18)
    groups = _groups(lot, scores.items[supplier], scores.unit, bid.score)
    return Standing(supplier, bid.forms, sums[supplier], raw, evaluated, bid.score, groups, items)


def _groups(lot: Lot, points: Sequence[int], unit: int, price: Fraction) -> dict[str, Fraction]:
    sums = {g.code: 0 for g in lot.scheme.groups}
    for item, mean in zip(lot.scheme.items, points, strict=True):
        sums[item.group] = sums.get(item.group, 0) + mean
    found = {group: Fraction(total, unit) for group, total in sums.items()}
    if lot.scheme.price is not None:
        found[lot.scheme.price.group] = found.get(lot.scheme.price.group, Fraction(0)) + price
    return found


def _ranks(places: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """Competition ranking: parallel bids share a rank, the next one counts all before it."""
    ranks: dict[str, int] = {}
    for place in places:
        rank = len(ranks) + 1
        for supplier in place:
            ranks[supplier] = rank
    return ranks


@dataclass(slots=True)
class _Writer:
    """Writes the bids that were scored; equal item scores are one value, as there are few different ones."""

    lot: Lot
    names: Mapping[str, str]
    scores: Scores
    sums: Mapping[str, Fraction]
    ranks: Mapping[str, int]
    states: Mapping[str, tuple[State, str]]
    seen: dict[tuple[str, int], ItemScore] = field(default_factory=dict)

    def ranked(self, bid: PricedBid, standing: Standing) -> RankedBid:
        supplier = standing.supplier
        state, reason = self.states.get(supplier, ("ranked", ""))
        known = self.seen.get
        return RankedBid(
            supplier=supplier,
            name=self.names[supplier],
            rank=self.ranks.get(supplier, 0),
            state=state,
            reason=reason,
            quote=bid.raw,
            evaluation_price=bid.evaluation_price,
            price_score=shown(bid.score),
            item_scores=tuple([known(one) or self._item(*one) for one in standing.items.items()]),
            total=shown(self.sums[supplier]),
            group_scores=tuple(GroupScore(group=g, points=shown(p)) for g, p in standing.groups.items()),
            steps=bid.steps,
        )

    def _item(self, code: str, points: int) -> ItemScore:
        found = self.seen[code, points] = ItemScore(item=code, points=shown(Fraction(points, self.scores.unit)))
        return found


def _out(supplier: str, name: str, bid: PricedBid | None, state: State, reason: str) -> RankedBid:
    zero = Decimal(0)
    quote = bid.raw if bid is not None else zero
    return RankedBid(
        supplier=supplier,
        name=name,
        rank=0,
        state=state,
        reason=reason,
        quote=quote,
        evaluation_price=quote,
        price_score=zero,
        item_scores=(),
        total=zero,
        steps=bid.steps if bid is not None else (),
    )

"""Law of the talks: how many rounds, what may change and who confirms it, how long, who is still in (L-322, L-323, L-354, L-245)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from procurement.basics.findings import Finding
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.evaluation.final_round import QUOTES_DUE, asks_final_quotes, check_asked, round_minutes
from procurement.evaluation.panel import Panel
from procurement.evaluation.talks import (
    ChangesConfirmation,
    Departure,
    DepartureKind,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksResult,
    TalksReview,
    TalksRound,
    TimeExtension,
)
from procurement.tendering.tender import Tender

PAPERS, PAPERS_TOGETHER = 10, 20 * 1024 * 1024
"""PDFs that may go with one response, and their bytes together"""
LONGEST = timedelta(days=30)
SILENT = "条款变动后未在规定时间重新提交响应，视为退出"
LEFT = "在提交最后报价之前退出"


@dataclass(frozen=True, slots=True)
class Talk:
    """One round of talks with what has become of it."""

    id: str
    request: TalksRound
    confirmation: ChangesConfirmation | None
    asked: tuple[str, ...]
    """Suppliers to whom it was put; empty before that"""
    closed: TalksClosed | None
    reviews: tuple[TalksReview, ...]

    @property
    def refused(self) -> bool:
        return self.confirmation is not None and not self.confirmation.confirmed

    def stage(self, members: int) -> str:
        """`confirming`, `refused`, `running`, `reviewing` or `over`."""
        if self.refused:
            return "refused"
        if not self.asked:
            return "confirming"
        if self.closed is None:
            return "running"
        waits = bool(self.request.changes and self.closed.responses) and len(self.reviews) < members
        return "reviewing" if waits else "over"


def talks_rule(tender: Tender) -> str:
    """The rule on talks of this tender's method."""
    return "L-322" if tender.method == "negotiation" else "L-354"


def most_rounds(tender: Tender) -> int:
    """Rounds of talks that the tender allows."""
    return tender.negotiation.rounds if tender.negotiation is not None else 0


def under_way(talks: Sequence[Talk], members: int) -> Talk | None:
    """The round that has to end before another, or the final quotes; None when there is none."""
    return next((one for one in talks if one.stage(members) in ("confirming", "running", "reviewing")), None)


def held(talks: Sequence[Talk]) -> int:
    """Rounds that were put to the bidders."""
    return sum(bool(one.asked) for one in talks)


def check_nothing_under_way(talks: Sequence[Talk], members: int, rule: str) -> None:
    """Raises `Refused` while a round waits for its confirmation, its answers or its reviews."""
    found = under_way(talks, members)
    if found is not None:
        stage = found.stage(members)
        raise Refused(
            "talks-under-way", "End this round first.", rule=rule, round=str(found.request.round), stage=stage
        )


def check_talks_round(
    act: TalksRound,
    tender: Tender,
    findings: Sequence[Finding],
    talks: Sequence[Talk],
    standing: Collection[str],
    names: Mapping[str, Collection[str]],
    members: int,
    *,
    quoting: bool,
) -> None:
    """In its turn, within the tender's number, changing only what the tender lets be changed, in words that name nobody.

    `names` are the words that name each bidder and each member, by code. Raises `Refused` or `RuleBroken`."""
    rule = talks_rule(tender) if asks_final_quotes(tender) else "L-331"
    if quoting:
        raise Refused("quotes-asked-before", "The final quotes have been asked for; talks are over.", rule=rule)
    if not any(f.code == QUOTES_DUE for f in findings):
        raise RuleBroken(rule, "no-talks-due", "Talks are held once all have reviewed, before the final quotes.")
    check_nothing_under_way(talks, members, rule)
    most = most_rounds(tender)
    if act.round != held(talks) + 1:
        raise Refused(
            "talks-round-number", "Number the rounds one after another.", rule=rule, next=str(held(talks) + 1)
        )
    if act.round > most:
        raise RuleBroken(rule, "talks-rounds-over", "Ask for the final quotes now.", most=most)
    _check_changes(act, tender, rule)
    _check_points(act, standing, rule)
    least = timedelta(minutes=round_minutes(tender))
    if not least <= timedelta(minutes=min(act.minutes, 10**6)) <= LONGEST:
        raise RuleBroken(
            rule, "talks-time", "Give the bidders a time within these limits.", minutes=round_minutes(tender), days=30
        )
    check_names_nobody((act.subject, *(text for c in act.changes for text in (c.place, c.before, c.after))), names)
    for point in act.points:
        check_names_nobody((point.text,), {code: words for code, words in names.items() if code != point.supplier})


def _check_changes(act: TalksRound, tender: Tender, rule: str) -> None:
    allowed = tender.negotiation.changeable if tender.negotiation is not None else ()
    for change in act.changes:
        if change.kind not in allowed:
            raise RuleBroken(
                rule, "change-not-allowed", "Leave this as the tender has it.", kind=change.kind, place=change.place
            )
        if change.before == change.after:
            raise Refused("change-changes-nothing", "Say what is to be instead.", rule=rule, place=change.place)


def _check_points(act: TalksRound, standing: Collection[str], rule: str) -> None:
    told = [point.supplier for point in act.points]
    if set(told) - set(standing) or len(set(told)) != len(told):
        raise Refused("point-to-others", "Say something only to bidders still in, once to each.", rule=rule)


def check_names_nobody(texts: Iterable[str], names: Mapping[str, Collection[str]]) -> None:
    """What bidders read names neither a member of the committee nor another bidder (L-245). Raises `RuleBroken`."""
    said = "\n".join(texts).casefold()
    for words in names.values():
        for word in words:
            if len(word) > 1 and word.casefold() in said:
                raise RuleBroken("L-245", "talks-name-somebody", "Say it without names.", name=word)


def names_of(panel: Panel, bidders: Mapping[str, str]) -> dict[str, Collection[str]]:
    """The words that name members and bidders (`bidders`: code → name), by their codes."""
    known = [(one.member, one.name) for one in panel.members] + list(bidders.items())
    return {code: (code, name) for code, name in known}


def confirmers(tender: Tender, panel: Panel) -> frozenset[str]:
    """Who may confirm changed terms: the purchaser, and its representatives on the panel."""
    sitting = {one.member for one in panel.members if one.kind == "purchaser-representative"}
    return frozenset({tender.purchaser.code, *sitting})


def check_confirmation(act: ChangesConfirmation, tender: Tender, panel: Panel, talk: Talk) -> None:
    """By the purchaser or its representative, once, of a round that changes terms; a refusal has its reason. Raises `NotAllowed`, `Refused`."""
    rule = talks_rule(tender)
    if act.by not in confirmers(tender, panel):
        raise NotAllowed("not-the-purchaser", "The purchaser's representative confirms changed terms.", rule=rule)
    if talk.confirmation is not None or not talk.request.changes:
        raise Refused("changes-settled", "There is nothing to confirm.", rule=rule, round=str(talk.request.round))
    if not act.confirmed and not act.reason.strip():
        raise Refused("refusal-without-reason", "Say why the change is not confirmed.", rule=rule)


def time_until(until: datetime, extensions: Iterable[datetime]) -> datetime:
    """The end of a round after all extensions."""
    return max((until, *extensions))


def check_response(
    act: TalksResponse,
    notice: TalksNotice,
    tender: Tender,
    now: datetime,
    *,
    until: datetime,
    answered: bool,
    left: bool,
    closed: bool,
) -> None:
    """By whom it was put to, in time, once, within the limits of papers. Raises `NotAllowed`, `RuleBroken` or `Refused`."""
    rule = talks_rule(tender)
    check_asked(act.supplier, notice.supplier, rule, left=left)
    if answered:
        raise Refused("answered-before", "The first answer counts.", rule=rule)
    if closed or now > until:
        raise RuleBroken(rule, "talks-response-late", "The time of this round is over.", until=until.isoformat())
    size = sum(paper.size for paper in act.papers)
    if len(act.papers) > PAPERS or size > PAPERS_TOGETHER:
        raise Refused("response-papers", "Take fewer or smaller papers.", most=PAPERS, limit=PAPERS_TOGETHER, size=size)


def check_withdrawal(supplier: str, addressee: str, *, out: bool, quoted: bool, over: bool) -> None:
    """Of one's own accord, by a bidder still in, before the own final quote (74号令 第三十四条). Raises `NotAllowed` or `Refused`."""
    check_asked(supplier, addressee, "L-323", left=out)
    if quoted or over:
        raise Refused("leaving-late", "A bidder leaves before its final quote.", rule="L-323")


def check_talks_review(act: TalksReview, tender: Tender, talk: Talk, members: int) -> None:
    """One view of each member on each response to changed terms, a failed one with its reason. Raises `Refused`."""
    rule = talks_rule(tender)
    if talk.closed is None or talk.stage(members) != "reviewing":
        raise Refused("no-talks-review-due", "Only responses to changed terms are judged.", rule=rule)
    if act.member in {one.member for one in talk.reviews}:
        raise Refused("reviewed-before", "Each member reviews once.", member=act.member)
    wanted = sorted(one.supplier for one in talk.closed.responses)
    if sorted(one.supplier for one in act.verdicts) != wanted:
        raise Refused("review-incomplete", "Judge each response once.", rule="L-242", missing=len(wanted))
    for verdict in act.verdicts:
        if not verdict.passed and not verdict.reason.strip():
            raise Refused(
                "verdict-without-reason", "Say why it does not.", rule="L-254", supplier=verdict.supplier, item="round"
            )


def check_extension(
    act: TimeExtension, rule: str, until: datetime, now: datetime, names: Mapping[str, Collection[str]], *, open_: bool
) -> None:
    """Before the end, for longer, and in words that name nobody. Raises `RuleBroken`."""
    if not open_ or now > until:
        raise RuleBroken(rule, "extension-late", "Only a round that runs is extended.", until=until.isoformat())
    if not until < act.until <= now + LONGEST:
        raise RuleBroken(rule, "extension-not-longer", "Name a later end.", until=until.isoformat())
    check_names_nobody((act.reason,), names)


def talks_result(talks: Sequence[Talk], withdrawals: Mapping[str, str], members: int) -> TalksResult | None:
    """Who is out after the talks so far; None when nobody is. `withdrawals`: supplier → its reason."""
    out: dict[str, tuple[DepartureKind, str]] = {}
    for talk in talks:
        if talk.closed is None or not talk.request.changes:
            continue
        answered = {one.supplier for one in talk.closed.responses}
        for supplier in talk.asked:
            if supplier not in answered and supplier not in withdrawals:
                out.setdefault(supplier, ("silent", SILENT))
        for supplier, reason in _unresponsive(talk, members).items():
            out.setdefault(supplier, ("unresponsive", reason))
    for supplier, reason in withdrawals.items():
        out.setdefault(supplier, ("withdrawn", "：".join(part for part in (LEFT, reason.strip()) if part)))
    if not out:
        return None
    return TalksResult(out=tuple(Departure(supplier=s, how=out[s][0], reason=out[s][1]) for s in sorted(out)))


def _unresponsive(talk: Talk, members: int) -> dict[str, str]:
    """Whose response most members find not to meet the changed terms, once all have judged."""
    if len(talk.reviews) < members:
        return {}
    against: dict[str, list[str]] = {}
    for review in talk.reviews:
        for verdict in review.verdicts:
            if not verdict.passed:
                against.setdefault(verdict.supplier, []).append(verdict.reason)
    return {supplier: reasons[0] for supplier, reasons in against.items() if 2 * len(reasons) > members}


def is_out(result: TalksResult | None, supplier: str) -> bool:
    """Whether this bidder is no longer in."""
    return result is not None and any(one.supplier == supplier for one in result.out)


def round_over(asked: Collection[str], answered: Collection[str], left: Collection[str]) -> bool:
    """Whether nobody is waited for any more."""
    return set(asked) <= {*answered, *left}

"""Defects of a tender: blocking checks by rule id, and warnings before publishing. Nothing here changes the tender."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from procurement.basics.findings import Finding, block, warn
from procurement.basics.moment import shanghai_date, working_days_between
from procurement.basics.rules import rule
from procurement.tendering.lint_quote import quote_findings
from procurement.tendering.lint_scheme import scheme_findings
from procurement.tendering.lot import Lot
from procurement.tendering.tender import STATUTORY_SIX, Tender


def lint(tender: Tender, now: datetime) -> tuple[Finding, ...]:
    """All findings, blocking ones first. `now` is the event date by which rules are chosen."""
    found = [*_dates(tender), *_project(tender), *_shanxi(tender), *_references(tender)]
    for lot in tender.lots:
        where = f"lots.{lot.code}"
        found += _lot(tender, lot, where)
        found += quote_findings(lot, where)
        found += scheme_findings(tender, lot, where, now)
    return tuple(sorted(found, key=lambda f: not f.blocking))


def _dates(tender: Tender) -> Iterator[Finding]:
    profile = tender.profile
    issued, deadline = shanghai_date(tender.issued), shanghai_date(tender.deadline)
    working = profile.day_kind == "working"
    days = working_days_between(issued, deadline) if working else (deadline - issued).days
    if days < profile.min_days or tender.deadline <= tender.issued:
        yield block(
            "bid-period-too-short", "deadline", profile.rule, "Move the deadline.", days=days, minimum=profile.min_days
        )
    elif days == profile.min_days and tender.deadline < tender.issued + timedelta(days=days) and not working:
        yield warn("bid-period-exact", "deadline", profile.rule, "The last day is not a full day; move the deadline.")
    offered = working_days_between(shanghai_date(tender.announcement), shanghai_date(tender.available_until))
    if profile.method in ("open", "invited", "consultation") and offered < 5:
        yield block(
            "document-window-too-short", "available_until", "L-203", "Offer the document for longer.", days=offered
        )
    window = tender.opening.window
    if (window.minutes is None) == (window.until is None):
        yield block("window-unclear", "opening.window", "R-081", "Give either minutes or an end of the release window.")
    elif window.until is not None and window.until <= tender.deadline:
        yield block("window-unclear", "opening.window", "R-081", "The release window ends after the deadline.")


def _project(tender: Tender) -> Iterator[Finding]:
    if tender.fees.document is not None and tender.fees.document > 0:
        yield block(
            "document-fee", "fees.document", "R-083", "Take the fee out: documents are free.", fee=tender.fees.document
        )
    if len({lot.code for lot in tender.lots}) != len(tender.lots) or not tender.lots:
        yield block("lot-codes", "lots", "L-208", "Give each lot its own code.")
    if tender.contract.sign_days > 30:
        yield block("contract-days", "contract.sign_days", "L-276", "At most 30 days.", days=tender.contract.sign_days)
    bond = tender.contract.performance_bond_percent
    if bond is not None and bond > 10:
        yield block("bond-too-high", "contract.performance_bond_percent", "L-277", "At most 10 percent.", percent=bond)
    if tender.deposit_forfeiture and all(lot.deposit is None for lot in tender.lots):
        yield warn(
            "deposit-text-without-deposit", "deposit_forfeiture", "L-221", "Drop the text, or ask for a deposit."
        )
    minimum = tender.negotiation.minimum_final_quotes if tender.negotiation is not None else 0
    if tender.profile.final_quotes and (tender.negotiation is None or not tender.negotiation.final_quote):
        yield block("rounds-missing", "negotiation", "L-354", "Say how many rounds there are and how final quotes run.")
    elif tender.method in ("consultation", "negotiation") and minimum < 2:
        yield block(
            "final-quotes-minimum", "negotiation", "L-354", "Ask for three final quotes, or two where the law allows."
        )
    elif tender.method in ("consultation", "negotiation") and minimum < tender.profile.min_suppliers:
        rule = "L-325" if tender.method == "negotiation" else "L-354"
        yield warn("final-quotes-two", "negotiation", rule, "Two are enough only in the cases that the law names.")
    if tender.method == "inquiry" and tender.negotiation is not None:
        yield block("rounds-forbidden", "negotiation", "L-331", "An inquiry has one quote that nobody may change.")
    limit = tender.award.limit
    if limit is not None and (
        set(limit.lots) - {lot.code for lot in tender.lots} or not 1 <= limit.max_lots < len(limit.lots)
    ):
        yield block(
            "award-limit-unclear", "award.limit", "L-262", "Name existing lots, and a limit below their number."
        )
    if tender.award.candidates < tender.profile.candidates_min:
        yield block("candidates-too-few", "award.candidates", "L-358", "Recommend at least as many as the method asks.")


def _shanxi(tender: Tender) -> Iterator[Finding]:
    """What only the Shanxi profile blocks; elsewhere it is advice (rules §15)."""
    make = block if tender.is_shanxi else warn
    missing = [k for k in STATUTORY_SIX if all(c.kind != k for c in tender.collusion)]
    if missing:
        yield make(
            "collusion-clause-missing", "collusion", "R-112", "Add the statutory clauses.", missing=",".join(missing)
        )
    for clause in tender.paper:
        yield make("paper-clause", "paper", "R-061", "Take the paper clause out.", clause=clause)


def _references(tender: Tender) -> Iterator[Finding]:
    known = {s.code for s in tender.sections}
    for lot in tender.lots:
        named = [(f"conformity.{c.code}", c.refers_to) for c in lot.conformity]
        for item in lot.scheme.items:
            named.append((f"items.{item.code}", item.refers_to))
            named += [(f"items.{leaf.code}", leaf.refers_to) for leaf in item.leaves if leaf is not item]
        for place, target in named:
            if target and target not in known:
                where = f"lots.{lot.code}.{place}"
                yield warn("section-missing", where, "L-262", "Name a section that exists.", section=target)


def _forms(lot: Lot, where: str) -> Iterator[Finding]:
    known = {form.code for form in lot.forms}
    for form in lot.forms:
        if form.instead and form.instead not in known - {form.code}:
            yield block("form-unknown", f"{where}.forms.{form.code}", "L-208", "Name a form.", form=form.instead)


def _lot(tender: Tender, lot: Lot, where: str) -> Iterator[Finding]:
    if lot.ceiling is not None and lot.ceiling > lot.budget:
        yield block("ceiling-over-budget", f"{where}.ceiling", "L-209", "Lower the ceiling.", ceiling=lot.ceiling)
    percent = rule("L-221").params["percent"]
    if lot.deposit is not None and lot.deposit.amount * 100 > lot.budget * percent:
        yield block(
            "deposit-too-high", f"{where}.deposit", "L-221", "At most 2 percent.", most=lot.budget * percent / 100
        )
    if (lot.term.starts == "fixed-dates") != bool(lot.term.dates):
        yield warn("term-dates-unclear", f"{where}.term", "L-208", "Give the dates of a term with fixed dates.")
    for exception in lot.term.exceptions:
        if set(exception.products) - {p.code for p in lot.products}:
            yield block("term-of-unknown-product", f"{where}.term", "L-208", "Name products.", what=exception.what)
    if lot.annex and lot.annex not in {d.code for d in tender.documents}:
        yield block("annex-missing", f"{where}.annex", "R-084", "Name a document of the tender.", document=lot.annex)
    if len(lot.products) > 1 and not lot.core_products and lot.nature == "goods":
        make = warn if lot.annex else block
        yield make("core-product-missing", f"{where}.products", "L-214", "Name the core product.")
    for shown in lot.presentations:
        if shown.kind == "sample" and not shown.reason:
            yield block("sample-without-reason", f"{where}.presentations", "L-217", "Say why samples are needed.")
        if shown.scored_by and shown.scored_by not in {leaf.code for leaf in lot.scheme.leaves}:
            yield block("presentation-unknown-item", f"{where}.presentations", "L-211", "Name an existing item.")
    yield from _forms(lot, where)
    yield from _forbidden_words(tender, lot, where)
    for code in _duplicates(lot):
        yield block("code-twice", where, "L-208", "Give each item its own code.", item=code)


_FORBIDDEN = ("注册资本", "资产总额", "营业收入", "从业人员", "纳税额")


def _forbidden_words(tender: Tender, lot: Lot, where: str) -> Iterator[Finding]:
    texts = [(f"qualification.{q.code}", q.title + q.text) for q in tender.qualification_of(lot)]
    texts += [(f"items.{leaf.code}", leaf.title + leaf.text) for leaf in lot.scheme.leaves]
    for place, text in texts:
        for word in _FORBIDDEN:
            if word in text:
                yield warn("size-condition", f"{where}.{place}", "L-210", "Take the condition out.", word=word)


def _duplicates(lot: Lot) -> list[str]:
    scheme = lot.scheme
    sets = (
        [leaf.code for leaf in scheme.leaves],
        [i.code for i in scheme.items],
        [c.code for c in lot.conformity] + [q.code for q in lot.qualification],
        [p.code for p in lot.parameters],
        [f.code for f in lot.opening_fields],
        [f.code for f in lot.forms],
        [p.code for p in lot.products],
        [f.code for f in lot.quote.figures],
    )
    return [code for codes in sets for code in codes if codes.count(code) > 1]

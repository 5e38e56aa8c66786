"""What is missing or wrong in a bid before it is sealed. Only substantive gaps block; form and layout never do (财库〔2019〕38号)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from procurement.basics.findings import Finding, block, warn
from procurement.basics.moment import SHANGHAI
from procurement.basics.money import BEYOND, in_words, to_cents
from procurement.bidding.consortium import consortium_findings
from procurement.bidding.draft import BidForms, DepositRecord, FieldValue
from procurement.bidding.linking import ANSWER, unlinked_reason
from procurement.bidding.price import LotSums, correct
from procurement.bidding.rows import table_findings
from procurement.tendering.conditions import ConformityItem, EvidenceSlot, FormField
from procurement.tendering.lot import Deposit, Lot
from procurement.tendering.tender import Tender


def bid_findings(tender: Tender, forms: BidForms, sums: LotSums | None = None) -> tuple[Finding, ...]:
    """All findings on a bid, blocking ones first. `where` paths start with the part of the bid concerned.

    `sums`: the arithmetic kept from the check before, for one who checks at each keystroke.
    """
    lot, sums = tender.lot(forms.lot), sums or LotSums()
    found = [
        *_quote(tender, lot, forms, sums),
        *_tables(lot, forms, sums),
        *_opening(lot, forms),
        *_conditions(tender, lot, forms),
        *_responses(lot, forms),
        *_claims(lot, forms),
        *_forms(lot, forms),
        *_words(lot, forms),
        *_documents(tender, forms),
        *_policy(lot, forms),
    ]
    return tuple(sorted(found, key=lambda f: not f.blocking))


def final_quote_findings(tender: Tender, forms: BidForms, *, tables: bool) -> tuple[Finding, ...]:
    """Findings on a final quote: its figures and, where asked for, the price tables that carry them (L-254)."""
    lot = tender.lot(forms.lot)
    carrying = {f"tables.{t.code}" for t in lot.quote.tables if t.sums_to}
    sums = LotSums()
    found = [*_quote(tender, lot, forms, sums)]
    if tables:
        found += [f for f in _tables(lot, forms, sums) if ".".join(f.where.split(".")[:2]) in carrying]
    return tuple(sorted(found, key=lambda f: not f.blocking))


def _quote(tender: Tender, lot: Lot, forms: BidForms, sums: LotSums) -> Iterator[Finding]:
    for figure in lot.quote.figures:
        at = f"quote.{figure.code}"
        quoted = forms.figure(figure.code)
        if quoted is None:
            yield block("quote-missing", at, "L-254", "Fill in the quote.")
            continue
        amount = quoted.amount
        if amount >= BEYOND:
            yield block("quote-beyond-measure", at, "L-254", "Check the digits: no amount is so large.")
        if amount < 0 or (amount == 0 and not figure.zero_allowed):
            yield block("quote-not-positive", at, "L-254", "Quote an amount above zero.", amount=amount)
        if figure.beyond_limit(amount):
            yield block("quote-beyond-limit", at, "L-254", "Stay within the limit.", amount=amount, limit=figure.limit)
        if figure.dimension == "total" and amount > lot.money_ceiling:
            yield block("quote-over-ceiling", at, "L-254", "Stay within the ceiling.", ceiling=lot.money_ceiling)
        exponent = amount.normalize().as_tuple().exponent
        if figure.excess == "refuse" and isinstance(exponent, int) and -exponent > figure.decimals:
            yield block("quote-too-precise", at, "L-208", "Use fewer decimals.", decimals=figure.decimals)
    for step in correct(tender, lot, forms, sums).steps:
        yield warn(
            "quote-would-be-corrected", f"quote.{step.of}", "L-251", "Make the parts agree; else the panel corrects it.",
            kind=step.kind, before=step.before, after=step.after,
        )  # fmt: skip


def _tables(lot: Lot, forms: BidForms, sums: LotSums) -> Iterator[Finding]:
    for table in lot.quote.tables:
        at = f"tables.{table.code}"
        filled = forms.table(table.code)
        if filled is None or not filled.rows:
            if table.kind != "reference":
                yield (block if table.sums_to else warn)("table-missing", at, "L-254", "Fill in the table.")
            continue
        yield from table_findings(sums.of(table), filled)


def _opening(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    values = {v.field: v for v in forms.opening}
    for field in lot.opening_fields:
        yield from _field(field, values.get(field.code), f"opening.{field.code}")
        if field.meaning in ("delivery-days", "term") and lot.term.substantive:
            value = values.get(field.code)
            if value is not None and value.number is not None and field.high is None and _too_long(lot, value.number):
                yield block("term-too-long", f"opening.{field.code}", "L-254", "Promise the term asked for.")


def _too_long(lot: Lot, amount: Decimal) -> bool:
    fixed = lot.term.starts == "fixed-dates"
    return not fixed and lot.term.unit in ("calendar-days", "working-days") and amount > lot.term.amount


def _field(field: FormField, value: FieldValue | None, at: str, *, substantive: bool = True) -> Iterator[Finding]:
    make = block if substantive else warn
    if value is None or (value.number is None and not value.text):
        if field.required:
            yield make("field-missing", at, "L-254", "Fill in the field.")
        return
    number = value.number
    if number is not None and (
        (field.low is not None and number < field.low) or (field.high is not None and number > field.high)
    ):
        yield make("field-out-of-range", at, "L-254", "Keep to the range.", low=field.low, high=field.high)
    if field.options and value.text not in field.options:
        yield make("field-not-an-option", at, "L-254", "Choose one of the options.")


def _conditions(tender: Tender, lot: Lot, forms: BidForms) -> Iterator[Finding]:
    answers = {a.item: a for a in forms.answers}
    for item in tender.qualification_of(lot):
        at = f"answers.{item.code}"
        answer = answers.get(item.code)
        if answer is None and item.proof != "agency-lookup":
            yield block("qualification-unanswered", at, "L-254", "Show how the condition is met.")
        elif answer is not None and answer.how == "document":
            yield from _slots(forms, item.code, item.evidence, at, substantive=True)
    for condition in lot.conformity:
        yield from _slots(forms, condition.code, condition.evidence, f"answers.{condition.code}", substantive=True)
        yield from _star(forms, condition)
    yield from _slots(forms, lot.code, lot.evidence, "evidence", substantive=True)
    if forms.validity_days < lot.validity_days:
        yield block("validity-too-short", "validity_days", "L-218", "Raise it.", minimum=lot.validity_days)
    if lot.deposit is not None and forms.deposit is None:
        yield block("deposit-missing", "deposit", "L-221", "Pay the deposit and record its voucher.")
    elif lot.deposit is not None and forms.deposit is not None and forms.deposit.amount < lot.deposit.amount:
        yield block("deposit-too-small", "deposit", "L-221", "Pay the whole deposit.", amount=lot.deposit.amount)
    if lot.deposit is not None and forms.deposit is not None:
        yield from _deposit(tender, lot.deposit, forms.deposit, forms)
    yield from consortium_findings(lot, forms)
    if forms.subcontracts and not lot.consortium.subcontracting:
        yield block("subcontract-refused", "subcontracts", "L-254", "This lot may not be subcontracted.")


def _star(forms: BidForms, item: ConformityItem) -> Iterator[Finding]:
    """A ★ item that only the committee can judge and for which the tender asks no evidence: nothing is owed here, so nothing
    blocks (87号令 第六十三条 knows no such ground); but who names no pages leaves the committee to look for them."""
    if item.importance != "star" or item.evidence or item.check != "panel":
        return
    named = any(link.item == item.code for link in forms.evidence)
    if not named and not unlinked_reason(forms, item.code, ANSWER):
        remedy = "Name the pages that answer it, under linking; or say why there are none."
        yield warn("star-without-pages", f"links.{item.code}", "L-254", remedy)


def _deposit(tender: Tender, asked: Deposit, paid: DepositRecord, forms: BidForms) -> Iterator[Finding]:
    """A late one does not count; form and payer are the bidder's to choose and the committee's to look at."""
    if paid.paid_at.astimezone(SHANGHAI).date() > tender.deadline.astimezone(SHANGHAI).date():
        yield block(
            "deposit-late", "deposit", "L-222", "Pay before the deadline.", deadline=tender.deadline.isoformat()
        )
    if paid.form not in asked.forms:
        yield warn("deposit-form-unnamed", "deposit", "L-222", "The tender does not name this form; ask the agency.")
    payers = {forms.name, *(one.name for one in forms.consortium)}
    if paid.payer_name and paid.payer_name not in payers:
        remedy = "Deposits come from the bidder's own account; see that the name is right."
        yield warn("deposit-payer-differs", "deposit", "L-255", remedy, payer=paid.payer_name)


def _words(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    """大写 in the forms against the figures of the quote: words prevail over figures (L-251)."""
    right = {in_words(figure.amount) for figure in forms.quote if _wordable(figure.amount)}
    for form in lot.forms:
        labels = {field.code: field.label for field in form.fields if "大写" in field.label}
        for value in (one for filled in forms.forms if filled.form == form.code for one in filled.fields):
            said = value.text.replace(" ", "").removeprefix("人民币")
            if value.field in labels and said and said not in {one.removeprefix("人民币") for one in right}:
                at, remedy = f"forms.{form.code}.{value.field}", "Write the quoted amount in words; words prevail."
                yield warn("words-differ", at, "L-251", remedy, said=value.text[:60], right="、".join(sorted(right)))


def _wordable(amount: Decimal) -> bool:
    return 0 <= amount < Decimal(10) ** 16 and amount == to_cents(amount)


def _slots(
    forms: BidForms, item: str, slots: tuple[EvidenceSlot, ...], at: str, *, substantive: bool, units: int = 1
) -> Iterator[Finding]:
    for slot in slots:
        links = [e for e in forms.evidence if e.slot == slot.code and e.item == item]
        held = {e.unit for e in links}
        wanted = range(1, units + 1) if slot.per == "unit" else (0,)
        for unit in wanted:
            if slot.required and unit not in held and not (slot.per != "unit" and held):
                reason = unlinked_reason(forms, item, slot.code, unit)
                if reason:
                    remedy = "Sealing goes on; the committee reads the reason and decides. Name pages if you have them."
                    yield warn("evidence-excused", f"{at}.{slot.code}", "L-211", remedy, unit=unit, reason=reason)
                    continue
                make = block if substantive else warn
                yield make("evidence-missing", f"{at}.{slot.code}", "L-211", "Point to pages of a document.", unit=unit)


def _responses(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    responses = {r.parameter: r for r in forms.responses}
    for parameter in lot.parameters:
        at = f"responses.{parameter.code}"
        response = responses.get(parameter.code)
        star = parameter.importance == "star"
        if response is None:
            yield (block if star else warn)("parameter-unanswered", at, "L-254", "Answer the line.")
        elif star and response.deviation == "negative":
            yield block("star-not-met", at, "L-254", "A ★ requirement has to be met.")
        else:
            yield from _slots(forms, parameter.code, parameter.evidence, at, substantive=star)


def _claims(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    known = {leaf.code for leaf in lot.scheme.leaves}
    for claim in forms.claims:
        if claim.item not in known:
            yield block("claim-unknown", f"claims.{claim.item}", "L-211", "Claim for an item of this lot.")
    for leaf in lot.scheme.leaves:
        claim_ = forms.claim(leaf.code)
        if claim_ is not None:
            yield from _slots(
                forms, leaf.code, leaf.evidence, f"claims.{leaf.code}", substantive=False, units=max(claim_.count, 1)
            )
        elif leaf.evidence:
            yield warn("claim-missing", f"claims.{leaf.code}", "L-211", "Claim the item, or expect its lowest score.")


def _forms(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    for form in lot.forms:
        filled = [f for f in forms.forms if f.form == form.code]
        replaced = bool(form.instead) and form.instead in {f.form for f in forms.forms}
        if not filled and form.required and not replaced:
            yield (block if form.substantive else warn)(
                "form-missing", f"forms.{form.code}", "L-254", "Fill in the form."
            )
        for one in filled:
            values = {v.field: v for v in one.fields}
            for field in form.fields:
                at = f"forms.{form.code}.{field.code}"
                yield from _field(field, values.get(field.code), at, substantive=form.substantive)


def _documents(tender: Tender, forms: BidForms) -> Iterator[Finding]:
    if sum(d.size for d in forms.documents) > tender.upload.size_limit:
        yield block(
            "bid-too-large", "documents", "L-208", "Make the documents smaller.", limit=tender.upload.size_limit
        )
    for document in forms.documents:
        at = f"documents.{document.code}"
        kind = document.path.rpartition(".")[2].lower()
        if kind not in tender.upload.file_types:
            yield block("file-type-refused", at, "L-208", "Use one of the file types allowed.", type=kind)
        if document.size > tender.upload.file_limit:
            yield block("file-too-large", at, "L-208", "Make the file smaller.", limit=tender.upload.file_limit)
    for link in forms.evidence:
        held = forms.document(link.document)
        at = f"evidence.{link.item}.{link.slot}"
        if held is None:
            yield block("evidence-without-document", at, "L-211", "Point to a document of this bid.")
        elif not 1 <= link.first <= link.last <= held.pages:
            yield block("evidence-pages", at, "L-211", "Point to pages that exist.", pages=held.pages)


def _policy(lot: Lot, forms: BidForms) -> Iterator[Finding]:
    applies = {d.applies for d in lot.scheme.deductions}
    if lot.reservation.mode == "whole" and not forms.enterprise.declared:
        yield block("sme-declaration-missing", "enterprise", "L-505", "This lot is reserved: add the declaration.")
    elif "small-micro" in applies and not forms.enterprise.declared:
        yield warn("sme-declaration-missing", "enterprise", "L-505", "Without the declaration there is no deduction.")
    if "domestic" in applies and forms.domestic is None:
        yield warn("domestic-declaration-missing", "domestic", "L-510", "Without it there is no deduction.")
    branded = {b.product for b in forms.brands}
    if lot.scheme.same_brand.policy != "off":
        for product in lot.core_products:
            if product.code not in branded:
                yield block("brand-missing", f"brands.{product.code}", "L-259", "Name the brand of the core product.")
    if not forms.machines:
        yield warn("machine-record-missing", "machines", "R-105", "Open the bid in this program before sealing.")

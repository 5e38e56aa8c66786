"""Law of publishing a tender, first version or correction: R-083, R-084, L-201 … L-221 through lint, L-204 for corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from procurement.basics.findings import Finding, block, refuse_blocking
from procurement.basics.moment import add_working_days, shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.value import ZERO_ID
from procurement.planning.plan import Plan
from procurement.tendering.lint import lint
from procurement.tendering.package import TenderPackage
from procurement.tendering.tender import Tender

CLOCK_TOLERANCE = timedelta(minutes=5)
_LOCKED = ("nature", "scope", "products", "budget", "qualification", "reservation", "consortium")
"""Fields of a lot that are 采购标的 or 资格条件: no correction may change them (L-204)."""
_EXPLAINING = frozenset(
    {"deadline", "available_until", "documents", "challenge", "purchaser", "agency", "project_number"}
)
"""Fields of a tender that a correction which does not affect bids may change: longer times, contacts, documents that explain"""


def check_publication(
    package: TenderPackage, tender: Tender, previous: tuple[TenderPackage, Tender] | None, now: datetime
) -> None:
    """Whether this version may be published now. `previous` is the version in force. Raises `RuleBroken` with the first
    blocking finding; `publication_findings` gives them all."""
    refuse_blocking(publication_findings(package, tender, previous, now))


def check_as_planned(tender: Tender, plan: Plan) -> None:
    """The tender is the plan's procurement: same purchaser, same method, no more money (R-049, L-303). Raises `RuleBroken`."""
    if tender.purchaser.code != plan.purchaser:
        raise RuleBroken("R-049", "tender-not-as-planned", "Publish for the purchaser who planned.", field="purchaser")
    if tender.method != plan.method:
        remedy = "Publish by the method that was approved, or have the plan changed first."
        raise RuleBroken("L-303", "tender-not-as-planned", remedy, field="method", planned=plan.method)
    if sum(lot.budget for lot in tender.lots) > plan.amount:
        remedy = "Keep the lots' budgets within the plan's amount."
        raise RuleBroken("R-049", "tender-not-as-planned", remedy, field="budget", planned=plan.amount)


def publication_findings(
    package: TenderPackage, tender: Tender, previous: tuple[TenderPackage, Tender] | None, now: datetime
) -> tuple[Finding, ...]:
    """All findings on a version that is about to be published, blocking ones first."""
    found = [*_manifest(package, tender), *_version(package, previous)]
    if previous is None:
        found += _first(package, tender, now)
    else:
        found += _correction(package, tender, *previous, now)
    found += lint(tender, now)
    return tuple(sorted(found, key=lambda f: not f.blocking))


def _manifest(package: TenderPackage, tender: Tender) -> Iterator[Finding]:
    if package.model != tender.digest:
        yield block("model-digest-differs", "model", "R-084", "Send the tender model that the package names.")
    for name in ("tender_id", "number", "deadline"):
        ours = getattr(tender, "id" if name == "tender_id" else name)
        if getattr(package, name) != ours:
            yield block("package-differs-from-model", name, "R-084", "Let package and model say the same.")
    if package.suite != tender.suite:
        yield block("suite-differs", "suite", "R-084", "Sign the package in the suite the model names.")
    if package.agency != tender.agency.code:
        yield block("package-differs-from-model", "agency", "R-084", "The agency of the model signs the package.")
    files = {f.path: f for f in package.files}
    if len(files) != len(package.files):
        yield block("file-twice", "files", "R-084", "Name each file once.")
    for document in tender.documents:
        held = files.get(document.path)
        if held is None:
            yield block("document-missing", "files", "R-084", "Add the document to the package.", path=document.path)
        elif document.sha256 is not None and held.sha256 != document.sha256:
            yield block("document-differs", "files", "R-084", "Add the document that the model binds.", path=held.path)
    roles = {d.role for d in tender.documents}
    for role in ("announcement", "tender-document"):
        if role not in roles:
            yield block(
                "document-missing", "documents", "R-084", "Publish announcement and document together.", role=role
            )
    if sorted(c.lot for c in package.custody) != sorted(lot.code for lot in tender.lots):
        yield block("custody-missing", "custody", "R-084", "Name one lot key for each lot.")


def _version(package: TenderPackage, previous: tuple[TenderPackage, Tender] | None) -> Iterator[Finding]:
    first = previous is None
    expected = 1 if previous is None else previous[0].version + 1
    if package.version != expected:
        yield block("version-out-of-order", "version", "R-084", "Number the versions 1, 2, 3 …", expected=expected)
    if (package.previous == ZERO_ID) != first or (package.correction is None) != first:
        yield block(
            "correction-unclear", "previous", "L-204", "A later version names the one before and the correction."
        )


def _first(package: TenderPackage, tender: Tender, now: datetime) -> Iterator[Finding]:
    if package.issued != tender.issued:
        yield block("package-differs-from-model", "issued", "R-084", "Let package and model say the same.")
    if package.issued < now - CLOCK_TOLERANCE:
        yield block("issued-in-the-past", "issued", "L-201", "Let the document be issued now or later.")


def _correction(
    package: TenderPackage, tender: Tender, old_package: TenderPackage, old: Tender, now: datetime
) -> Iterator[Finding]:
    if now >= old_package.deadline:
        yield block("deadline-passed", "deadline", "L-204", "Nothing can be corrected after the deadline.")
    if tender.issued != old.issued:
        yield block("issued-moved", "issued", "L-201", "Keep the first day of issue; the package has its own.")
    if tender.deadline < old.deadline:
        yield block("deadline-moved-forward", "deadline", "L-201", "A correction never shortens the bid period.")
    if package.correction is not None and package.correction.affects_bids:
        earliest = earliest_deadline(old, now)
        if shanghai_date(tender.deadline) < earliest:
            yield block("correction-too-late", "deadline", "L-204", "Move the deadline.", earliest=earliest)
    for where in changed_locked_fields(old, tender):
        yield block("locked-field-changed", where, "L-204", "Subject and qualification stay; else start anew.")
    if package.correction is not None and not package.correction.affects_bids:
        for where in changed_for_bidders(old, tender):
            remedy = "Say that the correction affects bids; they are then made again, with the time the law gives."
            yield block("correction-affects-bids", where, "L-204", remedy)


def earliest_deadline(tender: Tender, notice: datetime) -> date:
    """First day on which the deadline may lie after a correction noticed at `notice` that affects bids (15, 5 or 3 days)."""
    profile = tender.profile
    day = shanghai_date(notice)
    if profile.correction_day_kind == "working":
        return add_working_days(day, profile.correction_days)
    return day + timedelta(days=profile.correction_days)


def changed_locked_fields(old: Tender, new: Tender) -> tuple[str, ...]:
    """Paths of the fields that a correction may not change and that differ."""
    changed = [
        name
        for name in (
            "id",
            "number",
            "algorithms",
            "method",
            "nature",
            "category",
            "purchaser",
            "agency",
            "qualification",
        )
        if getattr(old, name) != getattr(new, name)
    ]
    before, after = ({lot.code: lot for lot in t.lots} for t in (old, new))
    if before.keys() != after.keys():
        changed.append("lots")
    for code in before.keys() & after.keys():
        changed += [f"lots.{code}.{name}" for name in _LOCKED if _differs(before[code], after[code], name)]
    return tuple(sorted(changed))


def standing_versions(versions: Sequence[tuple[str, TenderPackage]]) -> frozenset[str]:
    """TVs for which a bid counts: the version in force, and those before it back to the last correction that affects bids.

    `versions` are (TV, package) in order, the version in force last. A clarification does not undo a bid (L-204).
    """
    found: set[str] = set()
    for tv, package in reversed(versions):
        found.add(tv)
        if package.correction is None or package.correction.affects_bids:
            break
    return frozenset(found)


def changed_for_bidders(old: Tender, new: Tender) -> tuple[str, ...]:
    """Fields that differ and may affect how bids are made: all but times made longer, contacts and documents that explain."""
    before, after = old.to_plain(), new.to_plain()
    return tuple(
        sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n) and n not in _EXPLAINING)
    )


def _differs(old: Any, new: Any, name: str) -> bool:
    return bool(getattr(old, name) != getattr(new, name))

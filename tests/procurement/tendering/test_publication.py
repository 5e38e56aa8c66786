"""Publishing a tender and correcting it: digests, documents, versions, 15 days, locked fields."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from procurement.basics.moment import at_shanghai
from procurement.basics.problems import RuleBroken
from procurement.basics.value import ZERO_ID
from procurement.tendering.package import Correction, LotCustody, PackageFile, TenderPackage
from procurement.tendering.publication import check_publication, earliest_deadline, publication_findings
from procurement.tendering.tender import Fees, Tender
from tests.procurement.tendering.examples import D, lot, replace, tender

ID = "ab" * 32
NOW = at_shanghai(date(2026, 3, 2), 9)


def package(made: Tender, **changes: Any) -> TenderPackage:
    files = tuple(
        PackageFile(path=d.path, title=d.title, media="application/pdf", size=1, sha256=ID) for d in made.documents
    )
    values: dict[str, Any] = {
        "tender_id": made.id,
        "number": made.number,
        "entrustment": ID,
        "agency": made.agency.code,
        "version": 1,
        "previous": ZERO_ID,
        "model": made.digest,
        "issued": made.issued,
        "deadline": made.deadline,
        "custody": tuple(LotCustody(lot=of.code, lot_key=ID, acks=()) for of in made.lots),
        "files": files,
    }
    return TenderPackage(**{**values, **changes})


def refused(made: TenderPackage, of: Tender, previous: Any = None, now: datetime = NOW) -> str:
    with pytest.raises(RuleBroken) as caught:
        check_publication(made, of, previous, now)
    return f"{caught.value.rule} {caught.value.code}"


def test_a_sound_version_is_published() -> None:
    made = tender(lot("1"), lot("2"))
    check_publication(package(made), made, None, NOW)


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("R-084 model-digest-differs", {"model": ID}),
        ("R-084 package-differs-from-model", {"deadline": NOW + timedelta(days=30)}),
        ("R-084 package-differs-from-model", {"agency": "9" * 18}),
        ("R-084 document-missing", {"files": ()}),
        ("R-084 custody-missing", {"custody": ()}),
        ("R-084 version-out-of-order", {"version": 2}),
        ("L-204 correction-unclear", {"previous": ID}),
    ],
)
def test_a_package_that_does_not_fit(said: str, changes: dict[str, Any]) -> None:
    assert refused(package(tender(), **changes), tender()) == said


def test_content_is_refused_by_rule() -> None:
    fee = tender(fees=Fees(document=D(300)))
    assert refused(package(fee), fee) == "R-083 document-fee"
    assert refused(package(tender()), tender(), now=NOW + timedelta(hours=1)) == "L-201 issued-in-the-past"


OLD = tender()
FIRST = package(OLD)


def corrected(made: Tender, *, affects: bool = True, day: date = date(2026, 3, 16)) -> tuple[Any, ...]:
    at = at_shanghai(day, 9)
    second = package(
        made, version=2, previous=ID, issued=at, correction=Correction(reason="更正", affects_bids=affects)
    )
    return second, made, (FIRST, OLD), at


def test_a_correction_leaves_fifteen_days_or_moves_the_deadline() -> None:
    # Noticed on 16 March: the deadline may not lie before 31 March (16 + 15).
    assert earliest_deadline(OLD, at_shanghai(date(2026, 3, 16), 9)) == date(2026, 3, 31)
    short = replace(OLD, deadline=at_shanghai(date(2026, 3, 30), 9))
    assert refused(*corrected(short)) == "L-204 correction-too-late"
    check_publication(*corrected(replace(OLD, deadline=at_shanghai(date(2026, 3, 31), 9))))
    check_publication(*corrected(OLD, affects=False))


def test_a_correction_never_touches_subject_or_qualification() -> None:
    later = at_shanghai(date(2026, 4, 10), 9)
    for changed in (
        replace(OLD, deadline=later, qualification=OLD.qualification[:1]),
        replace(OLD, deadline=later, lots=(replace(OLD.lots[0], scope="另一批"),)),
    ):
        assert refused(*corrected(changed)) == "L-204 locked-field-changed"
    check_publication(*corrected(replace(OLD, deadline=later, lots=(replace(OLD.lots[0], validity_days=120),))))


def test_other_refusals_of_a_correction() -> None:
    sooner = replace(OLD, deadline=at_shanghai(date(2026, 3, 24), 9))
    assert refused(*corrected(sooner, affects=False)) == "L-201 deadline-moved-forward"
    assert refused(*corrected(OLD, affects=False, day=date(2026, 3, 26))) == "L-204 deadline-passed"
    moved = replace(OLD, issued=OLD.issued + timedelta(days=1))
    assert refused(*corrected(moved, affects=False)) == "L-201 issued-moved"


def test_findings_come_together() -> None:
    bad = tender(fees=Fees(document=D(300)), collusion=())
    codes = {f.code for f in publication_findings(package(bad, model=ID), bad, None, NOW) if f.blocking}
    assert codes == {"model-digest-differs", "document-fee", "collusion-clause-missing"}

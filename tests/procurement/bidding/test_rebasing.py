"""A draft on a new version of its tender: the list names each touched place and no other, and nothing else is lost."""

from procurement.bidding.draft import Unlinked
from procurement.bidding.rebasing import Change, changes, rebase
from procurement.tendering.conditions import CustomForm, FormField
from tests.procurement.bidding.test_completeness import found, whole
from tests.procurement.tendering.examples import D, lot, replace, tender

TV = "f" * 64
LOT = lot().code


def test_nothing_changed_nothing_to_redo() -> None:
    assert changes(tender(), tender(), LOT) == ()
    assert rebase(whole(), tender(), TV) == replace(whole(), tender=TV)


def test_each_touched_place_is_listed_and_no_other() -> None:
    first, *others = lot().parameters
    form = CustomForm(code="letter", title="投标函", fields=(FormField(code="sum", label="总价"),))
    new = tender(
        lot(
            parameters=(replace(first, text="改为不低于 64 路"), *others[:-1]),
            validity_days=lot().validity_days + 30,
            forms=(*lot().forms, form),
        )
    )
    assert set(changes(tender(), new, LOT)) == {
        Change(f"responses.{first.code}", "changed"),
        Change(f"responses.{others[-1].code}", "gone"),
        Change("validity_days", "changed"),
        Change("forms.letter", "new"),
    }


def test_a_lower_ceiling_asks_for_the_quote_again() -> None:
    new = tender(lot(ceiling=lot().money_ceiling - D(1)))
    assert Change("quote.total", "changed") in changes(tender(), new, LOT)


def test_what_is_asked_no_more_falls_away_and_the_rest_stays() -> None:
    gone = lot().parameters[-1].code
    new = tender(lot(parameters=lot().parameters[:-1]))
    made = replace(whole(), unlinked=(Unlinked(item=gone, slot="s", reason="无"),))
    after = rebase(made, new, TV)
    assert gone not in {one.parameter for one in after.responses} and after.unlinked is None
    assert len(after.responses) == len(made.responses) - 1
    kept = {"responses": made.responses, "unlinked": made.unlinked, "tender": made.tender}
    assert replace(after, **kept) == made
    assert not any(one.blocking for one in found(after, new).values())

"""The tender model travels without loss, and carries every kind of item."""

from decimal import Decimal

import pytest

from procurement.basics.problems import Refused
from procurement.tendering.marking import Leaf
from procurement.tendering.tender import Tender
from tests.procurement.tendering.examples import lot, replace, tender


def test_round_trip() -> None:
    made = tender(lot("1"), lot("2"))
    assert Tender.from_bytes(made.to_bytes()) == made
    assert len(made.digest) == 64


def test_plain_json_with_defaults_left_out_gives_the_same_digest() -> None:
    made = tender()
    plain = made.to_plain()
    assert plain.pop("corrections") and plain.pop("format")
    assert Tender.from_plain(plain).digest == made.digest


def test_no_field_outside_the_model() -> None:
    plain = tender().to_plain()
    plain["lots"][0]["extra"] = "x"
    with pytest.raises(Refused) as caught:
        Tender.from_plain(plain)
    assert caught.value.facts["field"] == "lots.0.extra"


def test_every_kind_of_leaf_is_in_the_example() -> None:
    kinds = {leaf.rule.kind for leaf in lot().scheme.leaves}
    assert kinds == {c.model_fields["kind"].default for c in Leaf.__args__}
    assert sum(i.maximum for i in lot().scheme.items) == Decimal(70)


def test_lots_and_profiles_are_found() -> None:
    made = tender(lot("1"), lot("2"))
    assert made.lot("2").title == "第2包"
    assert made.profile.min_days == 20 and made.is_shanxi
    assert not replace(made, region="610000").is_shanxi
    with pytest.raises(KeyError):
        made.lot("9")

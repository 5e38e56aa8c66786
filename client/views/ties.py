"""A tie that people decide: which bids share a place, and by which key of the tender's chain (L-258)."""

from __future__ import annotations

from client.views.lots import LotStory
from procurement.evaluation.committee import PURCHASER_KEYS
from procurement.tendering.scheme import COMPUTED_KEYS


def tied(story: LotStory) -> tuple[str, ...]:
    """Suppliers of the first place that is tied and waits for people."""
    if not any(point.code == "tie-undecided" for point in story.left_open) or story.ranking is None:
        return ()
    places: dict[int, list[str]] = {}
    for bid in story.ranking.value.bids:
        if bid.rank:
            places.setdefault(bid.rank, []).append(bid.supplier)
    return next((tuple(group) for group in places.values() if len(group) > 1), ())


def tie_key(story: LotStory) -> str:
    """The first key of the tender's chain that asks people."""
    assert story.tender.model is not None
    chain = story.tender.model.lot(story.lot).scheme.ties
    return next((key.key for key in chain if key.key not in (*COMPUTED_KEYS, "parallel")), "open-vote")


def purchaser_decides(story: LotStory) -> bool:
    """Whether a tie is open that the tender leaves to the purchaser."""
    return story.report is None and bool(tied(story)) and tie_key(story) in PURCHASER_KEYS

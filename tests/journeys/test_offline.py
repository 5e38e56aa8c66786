"""Without the server: an expert goes on scoring, acts wait in order and are delivered once, and nothing lies about in the clear."""

from __future__ import annotations

from decimal import Decimal

from procurement.bidding.sealed import Withdrawal
from procurement.evaluation.sheets import Mark, ScoreCommit
from tests.client.journey import LOT, SUPPLIERS, TENDER
from tests.journeys.snapshots import Revisit
from tests.journeys.stages import BIDS


def test_an_expert_goes_on_scoring(at_reviewed: Revisit) -> None:
    journey, opening = at_reviewed, at_reviewed.ids["opening"]
    desk = journey.expert(0)
    desk.scoring.fetch_bids(opening)
    journey.world.stop()
    assert len(desk.scoring.fetch_bids(opening).forms) == len(BIDS)
    marks = [Mark(supplier=SUPPLIERS[key][2], item="tech", points=Decimal(60)) for key in BIDS]
    desk.scoring.save(opening, marks[:1])
    version = desk.scoring.save(opening, marks)
    waiting = desk.scoring.commit(opening)
    assert waiting.state == "queued" and waiting.waiting_for is not None
    assert desk.scoring.sheet(opening) == (desk.scoring.sheet(opening)[0], version)
    journey.restart()
    desk.refresh()
    assert desk.place.outcome(waiting.id).state == "accepted"
    assert [act.id for act in desk.place.acts.all(ScoreCommit, member=desk.actor)] == [waiting.id]


def test_the_outbox_delivers_once_and_in_order(at_published: Revisit) -> None:
    """Two withdrawals wait, the second impossible, and a bid that rests on it. The server's answer wins for each."""
    journey = at_published
    desk = journey.supplier("A")
    desk.bidding.submit(desk.bidding.seal(TENDER, LOT).bid)
    another = desk.bidding.seal(TENDER, LOT).bid
    desk.bidding.deliver(another)
    journey.world.stop()
    first = desk.bidding.withdraw(TENDER, LOT).id
    second = desk.bidding.withdraw(TENDER, LOT).id
    third = desk.bidding.commit(another).id
    assert [row.id for row in desk.place.outbox.waiting()] == [first, second, third]
    desk.close()
    del journey.suppliers["A"]
    journey.restart()
    desk = journey.supplier("A")
    rows = {row.id: row for row in desk.place.outbox.all()}
    assert [rows[one].state for one in (first, second, third)] == ["accepted", "refused", "refused"]
    problems = [rows[one].problem for one in (second, third)]
    assert [one and one.code for one in problems] == ["nothing-to-withdraw", "prev-not-head"]
    assert all(one and one.remedy and one.refusal for one in problems), "refused by the server, on its record"
    assert [act.id for act in desk.place.acts.all(Withdrawal)] == [first]
    again = desk.bidding.commit(another)
    assert again.state == "accepted" and again.id != third
    desk.refresh()
    assert not desk.place.outbox.waiting()


def test_the_local_store_holds_no_plaintext(at_published: Revisit) -> None:
    """Price, name, tender's title and the attachment's bytes are in no file of the store, while a draft and a sealed bid lie there."""
    journey = at_published
    desk = journey.supplier("C")
    sealed = desk.bidding.seal(TENDER, LOT)
    title = desk.published.current(TENDER).tender.title
    folder = journey.supplier_profile("C")
    paper = (journey.world.folder / "C.pdf").read_bytes()
    words = [BIDS["C"].encode(), "营业执照".encode(), title.encode(), paper[:64], b"SQLite format 3"]
    journey.world.stop()
    files = [desk.bidding.bids.path(sealed.bid), *(p for p in folder.rglob("*") if p.is_file())]
    kept = [path for path in files if path.name != "profile.json" and "trust" not in path.parts]
    assert any("cache" in path.name for path in kept)
    found = [(path.name, word) for path in kept for word in words if word in path.read_bytes()]
    assert not found

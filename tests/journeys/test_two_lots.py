"""Two lots: what belongs to one is worth nothing for the other; both open in one session, each is ranked by itself, and who is first
in both wins only one, as the tender limits awards (中标包数限制)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from client.desk import Desk
from client.gateway.transport import FileBody
from client.gateway.uploads import TUS
from client.profile import TRUST_FOLDER
from client.verify.command import main as verify
from client.workplace import Outcome
from crypto.custody import custodian_release
from procurement.awarding.award import AwardConfirmation
from procurement.basics.problems import Problem
from procurement.basics.pulse import NoPulse
from procurement.basics.value import ZERO_ID
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.evaluation.sheets import Ranking
from procurement.opening.session import Closing, CustodianRelease, Freeze, Opening, Release
from procurement.tendering.custody import LotKey
from procurement.tendering.tender import Award, AwardLimit
from tests.client.journey import SUPPLIERS, TENDER, Journey
from tests.journeys.bad_input import expect, raw
from tests.journeys.recheck import recheck
from tests.world import World

LOTS, OTHER = ("1", "2"), "JC-2026-002"
PRICES = {"1": {"A": "900000", "C": "910000", "E": "950000"}, "2": {"A": "950000", "B": "880000", "C": "910000"}}
POINTS = {"1": {"A": "60", "C": "55", "E": "50"}, "2": {"A": "60", "B": "40", "C": "45"}}
WINNER = {"1": "A", "2": "C"}
"""A has the highest total in both lots and may win one; they are awarded in their order"""
ONE_LOT = Award(limit=AwardLimit(max_lots=1, mode="first-candidate-elsewhere", lots=LOTS))


@pytest.fixture(scope="module")
def open_lots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Both lots bid for, the deadline ahead: A and C on both, B and E on one each."""
    journey = Journey(World.create(tmp_path_factory.mktemp("lots")))
    journey.plan("140000-2026-0301-002")
    other = journey.number
    journey.plan(lots=2)
    journey.terms = {"award": ONE_LOT}
    journey.publish(*LOTS)
    journey.terms = {}
    journey.number, package = other, journey.ids["package"]
    journey.publish(tender_id=OTHER)
    journey.ids["other"], journey.ids["package"] = journey.ids["package"], package
    for lot in LOTS:
        for key, price in PRICES[lot].items():
            journey.ids[f"bid-{key}-{lot}"] = journey.submit(key, price, lot)
            journey.ids[f"act-{key}-{lot}"] = journey.ids[f"submission-{key}"]
    yield journey
    journey.close()
    journey.world.close()


def sent(journey: Journey, key: str, lot: str) -> Submission:
    return journey.suppliers[key].place.acts.get(Submission, journey.ids[f"act-{key}-{lot}"]).value


def other_tv(journey: Journey) -> str:
    """The other tender, with a lot "1" of its own."""
    return journey.agency.published.current(OTHER).tv


def test_replayed_before_the_deadline(open_lots: Journey) -> None:
    """A's bid, upload, withdrawal and receipt of lot 1, tried on lot 2; B's, who has not bid on lot 1."""
    journey = open_lots
    desk = journey.suppliers["A"]
    party, one, two = raw(journey, desk), sent(journey, "A", "1"), sent(journey, "A", "2")
    moved = one.model_copy(update={"lot": "2", "prev": two.id})
    expect("header-of-another-bid", "", lambda: party.act(moved))
    expect("prev-not-head", "", lambda: party.act(moved.model_copy(update={"prev": one.id})))
    expect("prev-not-head", "", lambda: party.act(_withdrawal(one, lot="2")))
    kept = desk.bidding.bids.get(one.bid)
    other = kept.announcement.model_copy(update={"lot": "2"})
    file = desk.bidding.bids.file(one.bid)
    expect("upload-not-as-announced", "L-232", lambda: _upload(desk, other, file))
    b = journey.suppliers["B"]
    only = sent(journey, "B", "2").model_copy(update={"lot": "1"})
    expect("header-of-another-bid", "", lambda: raw(journey, b).act(only))
    expect("nothing-to-withdraw", "", lambda: raw(journey, b).act(_withdrawal(only, prev=ZERO_ID)))
    elsewhere = {"tender": other_tv(journey), "prev": ZERO_ID}
    expect("header-of-another-bid", "", lambda: party.act(one.model_copy(update=elsewhere)))
    expect("nothing-to-withdraw", "", lambda: party.act(_withdrawal(one, **elsewhere)))
    foreign = kept.announcement.model_copy(update={"tender": other_tv(journey)})
    expect("upload-not-as-announced", "L-232", lambda: _upload(desk, foreign, file))
    theirs = desk.place.mirror.receipt(one.id)
    signed = desk.place.acts.get(Submission, two.id).item.signed
    assert theirs is not None
    expect("receipt-of-another-act", "", lambda: desk.place.receipts.check(theirs, signed))
    again = party.act(one)
    assert again == theirs, "the very same act gets the very same receipt, whatever was tried in between"


def _withdrawal(act: Submission, **changed: Any) -> Withdrawal:
    said = {"tender": act.tender, "lot": act.lot, "supplier": act.supplier, "prev": act.id, **changed}
    return Withdrawal.model_validate(said)


def _upload(desk: Desk, announcement: Any, file: Path) -> None:
    """Past the client's own record of what it has sent: announced anew, then every byte."""
    gateway, size = desk.place.gateway, file.stat().st_size
    place = gateway.ask("POST", "/v1/uploads", announcement.to_bytes(), headers={**TUS, "Upload-Length": str(size)})
    body = FileBody(file, 0, size, NoPulse(), 0, size)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    bound = hashlib.sha256(announcement.hashes).hexdigest()
    gateway.ask("PATCH", place.headers["location"], body, headers=headers, body_sha256=bound, tries=1)


def test_both_lots_to_their_rankings(open_lots: Journey, tmp_path: Path) -> None:
    journey = open_lots
    closings = _close(journey)
    _replay_in_the_window(journey, closings)
    freezes = _freeze(journey, closings)
    _replay_shares(journey, freezes)
    openings = _open(journey, freezes)
    for lot in LOTS:
        journey.ids["opening"] = openings[lot]
        journey.done("record", journey.agency.opening.make_record(openings[lot], "章倩", "王磊"))
        journey.convene(tuple(PRICES[lot]))
        journey.score(POINTS[lot])
        ranking = journey.agency.place.acts.only(Ranking, opening=openings[lot]).value
        assert (ranking.lot, {bid.supplier for bid in ranking.bids}) == (lot, {SUPPLIERS[k][2] for k in PRICES[lot]})
        assert ranking.candidates[0] == SUPPLIERS[WINNER[lot]][2]
        journey.ids[f"report-{lot}"] = journey.ids["report"]
    assert len(journey.agency.place.acts.all(Ranking)) == len(LOTS)
    paper = journey.suppliers["A"].bidding.save_receipt(journey.ids["act-A-2"], tmp_path / "receipt.json")
    trust = journey.suppliers["A"].place.folder.folder / TRUST_FOLDER
    assert verify(["--trust", str(trust), str(paper)]) == 0
    _one_lot_for_a(journey)
    _verify_agrees(journey, tmp_path)


def _one_lot_for_a(journey: Journey) -> None:
    """In lot 2 A keeps its score and stays in the price base, without a rank; nobody can confirm it there."""
    a, b, c = (SUPPLIERS[key][2] for key in "ABC")
    ranked = journey.agency.place.acts.only(Ranking, lot="2").value
    assert [(bid.supplier, bid.rank, bid.state) for bid in ranked.bids] == [
        (c, 1, "ranked"),
        (b, 2, "ranked"),
        (a, 0, "award-limit"),
    ]
    # base 880000: A 880/950 × 30 = 27.79, C 880/910 × 30 = 29.01
    totals = {bid.supplier: bid.total for bid in ranked.bids}
    assert totals == {a: Decimal("87.79"), b: Decimal("70.00"), c: Decimal("74.01")}
    assert ranked.candidates == (c, b)
    assert ranked.context is not None and [(w.lot, w.supplier) for w in ranked.context.winners] == [("1", a)]
    purchaser, report = journey.purchaser, journey.ids["report-2"]
    wanted = AwardConfirmation(report=report, lot="2", winner=a, responsible="任主任")
    expect("winner-not-a-candidate", "L-272", lambda: raw(journey, purchaser).act(wanted))
    for lot in LOTS:
        confirmed = purchaser.awarding.confirm(journey.ids[f"report-{lot}"], "任主任")
        journey.done(f"confirmed-{lot}", confirmed)
        won = journey.purchaser.place.acts.get(AwardConfirmation, confirmed.id).value.winner
        assert won == SUPPLIERS[WINNER[lot]][2]


def _verify_agrees(journey: Journey, folder: Path) -> None:
    """Computed again from the signed acts; a ranking that forgets the limit, or lot 1's winner, is named."""
    a = SUPPLIERS["A"][2]

    def second(value: Any, **fields: Any) -> Any:
        return value.model_copy(update=fields) if isinstance(value, Ranking) and value.lot == "2" else value

    with recheck(journey, folder) as evidence:
        assert evidence.report.good and evidence.faults() == set()
        (ranked,) = (act.value for act in evidence.acts(Ranking, lot="2"))
        best = ranked.bids[-1].model_copy(update={"rank": 1, "state": "ranked", "reason": ""})
        moved = tuple(bid.model_copy(update={"rank": bid.rank + 1}) for bid in ranked.bids[:-1])
        both = evidence.faults(lambda act: second(act.value, bids=(best, *moved), candidates=(a, *ranked.candidates)))
        assert both == {("ranking recomputed", "ranking-differs")}
        forgotten = ranked.context.model_copy(update={"winners": ()})
        assert evidence.faults(lambda act: second(act.value, context=forgotten)) == {
            ("ranking recomputed", "ranking-by-other-rules")
        }


def _close(journey: Journey) -> dict[str, str]:
    """One deadline, one closing for each lot, each with its own chain and its own bids."""
    current = journey.agency.published.current(TENDER)
    journey.move(current.package.deadline + timedelta(seconds=1))
    acts = journey.agency.place.acts
    closings = {lot: acts.only(Closing, tender=current.tv, lot=lot) for lot in LOTS}
    for lot, closing in closings.items():
        standing = acts.all(Submission, lot=lot)
        assert {act.value.supplier for act in standing} == {SUPPLIERS[key][2] for key in PRICES[lot]}
        assert (closing.value.count, len(closing.value.active)) == (3, 3)
    assert not {*closings["1"].value.active} & {*closings["2"].value.active}
    return {lot: closing.id for lot, closing in closings.items()}


def _replay_in_the_window(journey: Journey, closings: dict[str, str]) -> None:
    """A's bid of lot 1 is not released for lot 2: not against its closing, not under its name, not with its share."""
    desk, one = journey.suppliers["A"], sent(journey, "A", "1")
    party, s = raw(journey, desk), b"\x07" * 32
    plain = {"tender": one.tender, "lot": "1", "supplier": one.supplier, "bid": one.bid, "closing": closings["1"]}

    def attempt(**changed: Any) -> Any:
        act = Release.model_validate({**plain, "source": "token", **changed})
        return lambda: party.act(act, s)

    expect("release-of-another-closing", "", attempt(closing=closings["2"]))
    expect("release-of-another-closing", "", attempt(lot="2"))
    expect("release-of-another-lot", "", attempt(lot="2", closing=closings["2"]))
    expect("release-of-another-closing", "", attempt(tender=other_tv(journey)))
    expect("share-s-wrong", "", attempt())


def _freeze(journey: Journey, closings: dict[str, str]) -> dict[str, str]:
    """A releases both lots at once, and a closing that is not there stops neither. Lot 2 waits for its last bidder alone."""
    both = journey.suppliers["A"]
    assert _awaited(both) == {*LOTS}
    one, nothing, two = both.releasing.release_all((closings["1"], "0" * 64, closings["2"]))
    assert isinstance(nothing, Problem) and nothing.code == "act-not-here"
    for lot, made in zip(LOTS, (one, two), strict=True):
        assert isinstance(made, Outcome)
        journey.done(f"release-A-{lot}", made)
    assert _awaited(both) == set()
    for lot in LOTS:
        for key in PRICES[lot].keys() - {"A"}:
            journey.done(f"release-{key}-{lot}", journey.suppliers[key].releasing.release(closings[lot]))
    journey.move(journey.world.now() + timedelta(seconds=1))
    acts = journey.agency.place.acts
    freezes = {lot: acts.only(Freeze, closing=closings[lot]) for lot in LOTS}
    assert {*freezes["1"].value.released} | {*freezes["2"].value.released} == {
        leaf for one in closings.values() for leaf in acts.get(Closing, one).value.active
    }
    return {lot: freeze.id for lot, freeze in freezes.items()}


def _awaited(desk: Desk) -> set[str]:
    """Lots whose release this supplier owes now."""
    tender = desk.tenders.tender(TENDER)
    assert tender is not None
    return {lot for lot in LOTS if desk.story(tender, lot).awaits_release(desk.actor, desk.now())}


def _replay_shares(journey: Journey, freezes: dict[str, str]) -> None:
    """The agency's share of lot 1's key is refused against lot 2's freeze, also with lot 2's key named above it."""
    agency = journey.agency
    keys = {lot: agency.place.acts.get(LotKey, journey.ids[f"lot-key-{lot}"]) for lot in LOTS}
    share = agency.custody.share_of(keys["1"].id)
    party = raw(journey, agency)
    crossed = custodian_release(freezes["2"], keys["1"].value, share)
    expect("release-against-another-freeze", "", lambda: party.act(crossed, share.value))
    renamed = custodian_release(freezes["2"], keys["2"].value, share)
    expect("custody-share-wrong", "", lambda: party.act(renamed, share.value))


def _open(journey: Journey, freezes: dict[str, str]) -> dict[str, str]:
    """In one session: custodians release for both; the shares of one lot open nothing of the other."""
    desks = [journey.agency, journey.purchaser, journey.platform]
    for desk in desks:
        assert desk.custody_release.release(freezes["1"]).state == "accepted"
    _until_opened(journey, freezes["1"])
    assert journey.agency.place.acts.last(Opening, freeze=freezes["2"]) is None
    for desk in desks:
        assert desk.custody_release.release(freezes["2"]).state == "accepted"
    _until_opened(journey, freezes["2"])
    acts = journey.agency.place.acts
    openings = {lot: acts.only(Opening, freeze=freezes[lot]) for lot in LOTS}
    for lot, opening in openings.items():
        assert [one.code for one in opening.value.results] == ["opened"] * 3
        theirs = {act.id for act in acts.all(CustodianRelease, freeze=freezes[lot])}
        assert {*opening.value.custodian_releases} == theirs and len(theirs) == 3
    return {lot: opening.id for lot, opening in openings.items()}


def _until_opened(journey: Journey, freeze: str) -> None:
    for _ in range(100):
        journey.move(journey.world.now() + timedelta(seconds=1))
        if journey.agency.place.acts.last(Opening, freeze=freeze) is not None:
            return
    raise AssertionError("it does not open")

"""The day of opening over HTTP, past the client: window, releases, freeze, custodians, record, objections."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from procurement.basics.roles import Role
from procurement.basics.value import ZERO_ID
from procurement.bidding.draft import FieldValue, QuotedFigure
from procurement.opening.order import check_freeze, check_opening
from procurement.opening.session import (
    Closing,
    Freeze,
    ObjectionAnswer,
    Opening,
    OpeningConfirmation,
    OpeningObjection,
    Release,
    SlipAdmission,
)
from tests.procurement.chain import but
from tests.server_stub.acts import hall, sealing
from tests.server_stub.acts.evidence import acts, database, logged, refuses
from tests.server_stub.acts.hall import MINUTE, SECOND
from tests.server_stub.acts.publishing import CUSTODIANS
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS


def test_the_whole_day_stands_in_the_log(alone: Station) -> None:
    walk = alone("closed")
    longer = hall.window(walk, "extend", ZERO_ID, 60)
    logged(walk, walk.do("agency", "window", longer), longer)
    for short in SUPPLIERS:
        logged(walk, hall.let_go(walk, short), walk.done[f"release-{short}"])
    walk.world.move(SECOND)
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert (freeze.windows, len(freeze.released), freeze.absent) == ((longer.id,), 3, ())
    for short in CUSTODIANS[:3]:
        logged(walk, hall.give_share(walk, short), walk.done[f"custodian-{short}"])
    walk.world.move(SECOND)
    opening = hall.by_platform(walk, Opening, "opening")
    assert [(r.code, r.fault) for r in opening.results] == [("opened", "none")] * 3
    check_opening(opening, freeze, [walk.id(f"custodian-{s}") for s in CUSTODIANS[:3]], 3)
    record = hall.record(walk)
    logged(walk, walk.do("agency", "opening-record", record), record)
    yes = OpeningConfirmation(record=record.id, supplier=SUPPLIERS["a"])
    logged(walk, walk.do("a", "confirmation", yes), yes)
    no = OpeningObjection(record=record.id, supplier=SUPPLIERS["b"], text="单位读错")
    logged(walk, walk.do("b", "objection", no), no)
    answer = ObjectionAnswer(objection=no.id, text="已核对，无误")
    logged(walk, walk.do("agency", "answer", answer), answer)


def test_each_step_of_the_day_has_its_role(on: Station) -> None:
    closed, frozen, opened, read = on("closed"), on("frozen"), on("opened"), on("read-out")
    refuses(closed, "purchaser", hall.window(closed, "extend", ZERO_ID, 60), "wrong-role")
    refuses(closed, "agency", hall.release(closed, "a"), "wrong-role")
    refuses(closed, "b", hall.release(closed, "a"), "not-the-author", "L-901", secret=closed.secrets["s-a"])
    refuses(closed, "a", SlipAdmission(release="ab" * 32, reason="同意"), "wrong-role")
    refuses(frozen, "a", hall.share_release(frozen, "agency"), "wrong-role")
    refuses(frozen, "purchaser", hall.share_release(frozen, "agency"), "not-the-author", "L-901")
    refuses(opened, "purchaser", hall.record(opened), "wrong-role")
    record = read.id("opening-record")
    refuses(read, "agency", OpeningConfirmation(record=record, supplier=SUPPLIERS["a"]), "wrong-role")
    refuses(read, "b", OpeningConfirmation(record=record, supplier=SUPPLIERS["a"]), "not-the-author", "L-901")
    refuses(read, "expert-1", OpeningObjection(record=record, supplier=SUPPLIERS["a"], text="错"), "wrong-role")
    refuses(read, "purchaser", ObjectionAnswer(objection="ab" * 32, text="无误"), "wrong-role")


def test_nothing_of_the_day_comes_before_its_time(on: Station) -> None:
    delivered, closed, frozen, opened = on("delivered"), on("closed"), on("frozen"), on("opened")
    delivered.done["closing"] = closed.done["closing"]
    refuses(delivered, "a", hall.release(delivered, "a"), "act-unknown", secret=delivered.secrets["s-a"])
    refuses(delivered, "agency", hall.window(delivered, "extend", ZERO_ID, 60), "act-unknown")
    closed.done["freeze"] = frozen.done["freeze"]
    early = hall.share_release(closed, "purchaser")
    refuses(closed, "purchaser", early, "release-before-freeze", secret=closed.secrets["share-purchaser"])
    frozen.done["opening"] = opened.done["opening"]
    refuses(frozen, "agency", hall.record(frozen), "act-unknown")
    record = hall.record(opened)
    refuses(opened, "a", OpeningConfirmation(record=record.id, supplier=SUPPLIERS["a"]), "act-unknown")
    refuses(opened, "a", OpeningObjection(record=record.id, supplier=SUPPLIERS["a"], text="错"), "act-unknown")
    refuses(opened, "agency", ObjectionAnswer(objection=record.id, text="无误"), "act-unknown")


def test_nothing_of_the_day_comes_after_its_time(on: Station) -> None:
    frozen, opened, read = on("frozen"), on("opened"), on("read-out")
    refuses(frozen, "agency", hall.window(frozen, "extend", ZERO_ID, 60), "window-after-freeze")
    late = but(hall.release(frozen, "a"), source="slip")
    refuses(frozen, "a", late, "release-after-freeze", secret=frozen.secrets["s-a"])
    share = hall.share_release(opened, "agency")
    refuses(opened, "agency", share, "wrong-order", "R-046", secret=opened.secrets["share-agency"])
    refuses(read, "agency", hall.record(read, pdf=read.keep_file("another")), "wrong-order", "R-046")


def test_platform_acts_are_not_taken_from_anybody(on: Station) -> None:
    walk = on("closed")
    forged = but(walk.statement(Closing, "closing"), active=(), count=0)
    for short in ("platform", "agency"):
        answer = walk.by(short).request("POST", "/v1/opening/closing", walk.by(short).sign(forged).to_bytes())
        assert answer.status_code in (404, 405)


def test_the_window_is_only_made_longer_and_in_one_line(alone: Station) -> None:
    walk = alone("closed")
    refuses(walk, "agency", hall.window(walk, "extend", ZERO_ID, 20), "window-shortened")
    refuses(walk, "agency", hall.window(walk, "resume", ZERO_ID, 60), "window-not-paused")
    pause = hall.window(walk, "pause", ZERO_ID, 60)
    walk.do("agency", "pause", pause)
    refuses(walk, "agency", hall.window(walk, "resume", ZERO_ID, 60), "prev-not-head")
    refuses(walk, "agency", hall.window(walk, "extend", pause.id, 60), "window-paused")
    refuses(walk, "a", hall.release(walk, "a"), "window-paused", secret=walk.secrets["s-a"])
    walk.world.move(timedelta(hours=5))
    assert acts(walk, "freeze") == []
    refuses(walk, "agency", hall.window(walk, "resume", pause.id, -1), "window-ends-in-the-past")
    resume = hall.window(walk, "resume", pause.id, 30)
    walk.do("agency", "resume", resume)
    hall.let_go(walk, "a")
    walk.world.move(resume.until)
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert (len(freeze.released), [a.reason for a in freeze.absent]) == (1, ["not-released"] * 2)
    assert freeze.t >= resume.until


def test_a_release_carries_the_share_of_the_standing_bid(alone: Station) -> None:
    walk = alone("closed")
    good, share = hall.release(walk, "a"), walk.secrets["s-a"]
    refuses(walk, "a", good, "share-s-wrong", secret=walk.secrets["s-b"])
    refuses(walk, "a", good, "share-s-wrong", secret=share[:31])
    refuses(walk, "a", good, "share-s-wrong")
    refuses(walk, "a", but(good, bid=hall.release(walk, "b").bid), "release-of-another-bid", secret=share)
    refuses(walk, "a", but(good, bid="ab" * 32), "release-of-another-lot", secret=share)
    refuses(walk, "a", but(good, lot="2"), "release-of-another-closing", secret=share)
    hall.let_go(walk, "a")
    refuses(walk, "a", but(good, source="slip"), "released-before", secret=share)


def test_replaced_and_withdrawn_bids_are_never_released(alone: Station) -> None:
    walk = alone("published")
    first = sealing.deliver(walk, "a")
    old, share = first, walk.secrets["s-a"]
    sealing.deliver(walk, "a", prev=first.id)
    for short in ("b", "c"):
        sealing.deliver(walk, short)
    hall.close(walk)
    stale = but(hall.release(walk, "a"), bid=old.bid)
    refuses(walk, "a", stale, "release-of-inactive-bid", secret=share)


def test_a_slip_counts_only_by_the_agencys_hand_where_the_tender_says_so(alone: Station) -> None:
    walk = alone("closed")
    hall.let_go(walk, "a")
    hall.let_go(walk, "b")
    hall.let_go(walk, "c", "slip")
    walk.world.move(SECOND)
    assert acts(walk, "freeze") == []
    denied = SlipAdmission(release=walk.id("release-a"), reason="同意")
    refuses(walk, "agency", denied, "not-a-slip-release")
    refuses(walk, "agency", but(denied, release="ab" * 32), "act-unknown")
    admission = SlipAdmission(release=walk.id("release-c"), reason="备份文件与回执一致")
    logged(walk, walk.do("agency", "slip-admission", admission), admission)
    walk.world.move(SECOND)
    assert len(hall.by_platform(walk, Freeze, "freeze").released) == 3


def test_after_a_slip_that_waits_the_token_still_releases(alone: Station) -> None:
    walk = alone("closed")
    for short in ("a", "b"):
        hall.let_go(walk, short)
    hall.let_go(walk, "c", "slip")
    by_slip, share = walk.statement(Release, "release-c"), walk.secrets["s-c"]
    again = but(by_slip, source="token")
    refuses(walk, "c", again, "share-s-wrong", secret=walk.secrets["s-a"])
    refuses(walk, "b", again, "not-the-author", "L-901", secret=share)
    logged(walk, walk.do("c", "by-token", again, share), again)
    walk.world.move(SECOND)
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert (len(freeze.released), freeze.absent) == (3, ())
    hall.open_all(walk)
    assert [r.code for r in walk.statement(Opening, "opening").results] == ["opened"] * 3
    cases = {row.supplier: row.source for row in hall.record(walk).rows}
    assert cases[SUPPLIERS["c"]] == "token"
    walk.do("agency", "opening-record", hall.record(walk))


def test_a_second_release_is_for_a_waiting_slip_alone(alone: Station) -> None:
    walk = alone("closed")
    hall.let_go(walk, "c", "slip")
    by_slip = walk.statement(Release, "release-c")
    walk.do("c", "by-token", but(by_slip, source="token"), walk.secrets["s-c"])
    refuses(walk, "agency", SlipAdmission(release=by_slip.id, reason="同意"), "released-before")
    hall.let_go(walk, "a", "slip")
    admission = SlipAdmission(release=walk.id("release-a"), reason="同意")
    walk.do("agency", "slip-admission", admission)
    refuses(walk, "agency", but(admission, reason="再次"), "released-before")
    again = but(walk.statement(Release, "release-a"), source="token")
    refuses(walk, "a", again, "released-before", secret=walk.secrets["s-a"])


def test_an_unadmitted_slip_is_absent_when_the_window_ends(alone: Station) -> None:
    walk = alone("closed")
    hall.let_go(walk, "a")
    hall.let_go(walk, "c", "slip")
    hall.let_go(walk, "b")
    walk.world.move(timedelta(minutes=31))
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert [a.reason for a in freeze.absent] == ["slip-not-admitted"]
    closing = walk.statement(Closing, "closing")
    check_freeze(freeze, closing, [], closing.t_close + timedelta(minutes=30), dict.fromkeys(freeze.released, ""))
    late = SlipAdmission(release=walk.id("release-c"), reason="补")
    refuses(walk, "agency", late, "wrong-order", "R-046")


def test_nobody_released_and_nothing_but_absences_is_opened(alone: Station) -> None:
    walk = alone("closed")
    walk.world.move(timedelta(minutes=31))
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert (freeze.released, len(freeze.absent)) == ((), 3)
    hall.open_all(walk)
    assert walk.statement(Opening, "opening").results == ()
    rows = hall.record(walk, rows=())
    refuses(walk, "agency", rows, "record-incomplete")


def test_no_share_and_no_plain_bid_is_stored_before_the_opening(on: Station) -> None:
    walk = on("frozen")
    with database(walk) as connection:
        dump = "\n".join(connection.iterdump())
    for short in CUSTODIANS:
        assert walk.secrets[f"share-{short}"].hex() not in dump.lower()
    held = {p.read_bytes() for p in (walk.world.data / "files").rglob("*") if p.is_file()}
    tv = sealing.tv_of(walk)
    assert not held & {sealing.forms(tv, short).to_bytes() for short in SUPPLIERS}


def test_the_record_reads_out_what_was_opened(alone: Station) -> None:
    walk = alone("opened")
    good = hall.record(walk)
    field = but(good.rows[0].fields[0], text="1.00")
    cheaper = but(good.rows[0], fields=(field, *good.rows[0].fields[1:]))
    refuses(walk, "agency", but(good, rows=(cheaper, *good.rows[1:])), "record-differs-from-opening")
    refuses(walk, "agency", but(good, rows=good.rows[1:]), "record-incomplete")
    refuses(walk, "agency", hall.record(walk, confirm_until=walk.now()), "window-ends-in-the-past", "L-236")
    refuses(walk, "agency", but(good, pdf="ab" * 32), "file-missing")
    walk.do("agency", "opening-record", good)


def test_texts_and_amounts_beyond_measure_stop_only_their_own_bid(alone: Station) -> None:
    walk = alone("published")
    walk.quoted = {
        "a": {"opening": (FieldValue(field="days", text="字" * 5000),)},
        "b": {"quote": (QuotedFigure(figure="total", amount=Decimal(9 * 10**17)),)},
    }
    for short in SUPPLIERS:
        sealing.deliver(walk, short)
    for step in (hall.close, hall.freeze, hall.open_all):
        step(walk)
    walk.do("agency", "opening-record", hall.record(walk))
    found = walk.statement(Opening, "opening").results
    beyond = ("forms-beyond-measure", "bidder")
    assert [(one.code, one.fault) for one in found] == [beyond, beyond, ("opened", "none")]
    assert [row.state for row in hall.record(walk).rows] == ["failed", "failed", "opened"]


def test_objections_come_in_time_and_from_bidders(alone: Station) -> None:
    walk = alone("read-out")
    record = walk.id("opening-record")
    stranger = walk.world.organisation("d", "太原丁科技有限公司", "91140000MA0SUPPL0D", Role.SUPPLIER)
    walk.world.register(stranger)
    refuses(walk, "d", OpeningObjection(record=record, supplier=stranger.code, text="不公"), "not-a-bidder", "L-236")
    walk.world.move(11 * MINUTE)
    late = OpeningObjection(record=record, supplier=SUPPLIERS["a"], text="单位读错")
    refuses(walk, "a", late, "confirmation-over", "L-236")
    refuses(walk, "a", OpeningConfirmation(record=record, supplier=SUPPLIERS["a"]), "confirmation-over", "L-236")


def test_opened_forms_are_for_those_who_evaluate_and_their_own_supplier(on: Station) -> None:
    walk = on("opened")
    forms = walk.statement(Opening, "opening").results[0].forms
    path = f"/v1/files/{forms}"
    for short in ("a", "agency", "purchaser", "supervisor"):
        assert walk.by(short).request("GET", path).status_code == 200, short
    for short in ("b", "expert-1", "finance"):
        assert walk.by(short).request("GET", path).status_code in (403, 404), short
    assert walk.world.anybody().request("GET", path).status_code in (401, 403, 404)

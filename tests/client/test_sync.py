"""Outbox, feed and receipts against a live server: delivered once, in order, and nothing unverified is shown."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from client.desk import Desk
from procurement.basics.parties import Registration
from procurement.basics.problems import Locked, NotAllowed, Problem, Refused, Tampered
from procurement.basics.roles import Role
from procurement.bidding.receipt import Receipt
from procurement.planning.entrust import AgencyProfile
from procurement.wire.messages import Feed
from tests.client.parties import PIN, desk_of, move_to, office, signed_in, write_profile
from tests.world import World


def test_registration_is_received_proved_and_mirrored(agency: Desk) -> None:
    place = agency.place
    act = place.acts.only(Registration, actor=agency.actor)
    receipt = place.mirror.receipt(act.id)
    assert receipt is not None and receipt.act == act.item.signed
    assert place.acts.signer(act).org == agency.actor
    assert place.mirror.checkpoint() is not None
    assert place.outbox.waiting() == ()


def test_an_office_enrols_its_key_and_signs_in(world: World, agency: Desk) -> None:
    finance = office(world, agency, Role.FINANCE)
    assert finance.signed_in and finance.place.outbox.waiting() == ()
    row = finance.place.outbox.all()[0]
    assert row.act == "key-enrolment" and row.message.secret == b""
    finance.close()


def test_a_wrong_pin_a_wrong_password_and_no_token_are_named(world: World, agency: Desk) -> None:
    desk = desk_of(write_profile(world, Role.SUPPLIER, "某供应商", "91140000MA0SUPPLY9"))
    with pytest.raises(Locked) as caught:
        desk.accounts.unlock("wrong")
    assert caught.value.code == "token-pin-wrong"
    with pytest.raises(Locked) as caught:
        desk.accounts.register("张三")
    assert caught.value.code == "token-closed"
    desk.accounts.unlock(PIN)
    with pytest.raises(NotAllowed) as denied:
        desk.accounts.sign_in()
    assert denied.value.code == "not-registered"
    desk.close()


def test_a_refusal_is_final_and_carries_rule_and_citation(agency: Desk) -> None:
    with pytest.raises(Problem) as caught:
        agency.place.act(
            Registration(actor=agency.actor, role=Role.AGENCY, name="别的名称", region="140000", contact="x")
        )
    assert (caught.value.code, type(caught.value)) == ("name-differs", Refused)
    assert agency.place.outbox.all()[-1].state == "refused"


def test_acts_wait_while_the_server_is_away_and_arrive_once_in_order(world: World, agency: Desk) -> None:
    supplier = signed_in(world, Role.SUPPLIER, "太原衡测信息技术有限公司", "91140000MA0SUPPLY1", kind="rsa")
    folder = supplier.place.folder.folder
    world.stop()
    renewed = [
        Registration(
            actor=supplier.actor, role=Role.SUPPLIER, name=supplier.name, region="140000", contact=f"联系人{i}"
        )
        for i in range(3)
    ]
    outcomes = [supplier.place.act(one) for one in renewed]
    assert [one.state for one in outcomes] == ["queued"] * 3 and not supplier.online
    supplier.close()

    world.start()
    move_to(world, folder)
    again = desk_of(folder)
    again.accounts.unlock(PIN)
    assert len(again.pending()) == 3
    again.accounts.sign_in()
    assert again.pending() == () and again.online
    arrived = [act.id for act in again.place.acts.all(Registration, actor=again.actor)]
    assert arrived[1:] == [one.id for one in renewed]
    again.refresh()
    assert len(again.place.acts.all(Registration, actor=again.actor)) == 4
    again.close()
    move_to(world, agency.place.folder.folder)


_SENDER = """
import sys
from pathlib import Path
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from tests.client.parties import PIN, desk_of
desk = desk_of(Path(sys.argv[1]))
desk.accounts.unlock(PIN)
desk.accounts.sign_in()
for i in range(1000):
    outcome = desk.place.act(
        Registration(actor=desk.actor, role=Role.SUPPLIER, name=desk.name, region="140000", contact=f"{i}")
    )
    print(outcome.id, flush=True)
"""


def test_a_killed_client_loses_no_act_and_no_receipt(world: World) -> None:
    supplier = signed_in(world, Role.SUPPLIER, "山西澄观智能科技有限公司", "91140000MA0SUPPLY2")
    folder = supplier.place.folder.folder
    supplier.close()
    sender = subprocess.Popen([sys.executable, "-c", _SENDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert sender.stdout is not None
    told = [sender.stdout.readline().strip() for _ in range(5)]
    os.kill(sender.pid, signal.SIGKILL)
    told += sender.stdout.read().split()
    sender.stdout.close()
    sender.wait()
    again = desk_of(folder)
    again.accounts.unlock(PIN)
    again.accounts.sign_in()
    assert again.pending() == ()
    mine = [act.id for act in again.place.acts.all(Registration, actor=again.actor)][1:]
    assert mine[: len(told)] == told and len(mine) == len(set(mine))
    assert all(again.place.mirror.receipt(one) is not None for one in mine)
    again.close()


def test_a_receipt_of_another_log_is_not_shown_as_one(world: World, agency: Desk) -> None:
    place = agency.place
    act = place.acts.only(Registration, actor=agency.actor)
    receipt = place.mirror.receipt(act.id)
    assert receipt is not None
    moved = receipt.model_copy(update={"leaf_index": receipt.leaf_index + 1})
    with pytest.raises(Tampered):
        place.receipts.check(moved, act.item.signed)
    other = Receipt.from_bytes(receipt.to_bytes()).model_copy(
        update={"act": place.sign(AgencyProfile(agency=agency.actor, contact="x", landline=""))}
    )
    with pytest.raises(Tampered):
        place.receipts.check(other, act.item.signed)


def test_changes_are_posted(world: World) -> None:
    desk = desk_of(write_profile(world, Role.SUPPLIER, "大同科启电子有限公司", "91140000MA0SUPPLY3"))
    seen: list[frozenset[str]] = []
    stop = desk.bulletin.listen(lambda changes: seen.append(changes.acts))
    desk.accounts.unlock(PIN)
    job = desk.start(desk.accounts.register, "王芳")
    assert job.result(60).state == "accepted"
    stop()
    assert any("registration" in acts for acts in seen)
    desk.close()


def test_a_feed_of_many_pages_is_fetched_ahead_and_taken_in_order(
    world: World, agency: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.sync.loop.PAGE", 2)
    folder = write_profile(world, Role.SUPPLIER, "长治远图网络有限公司", "91140000MA0SUPPLY4")
    desk = desk_of(folder)
    arrived = desk.place.sync.pull().arrived
    assert len(arrived) > 4 and [item.seq for item in arrived] == sorted(item.seq for item in arrived)
    assert desk.place.sync.pull().arrived == () and len(desk.place.acts.everything()) == len(arrived)
    desk.close()
    raw = desk_of(folder).place
    assert list(raw.mirror.items()) == list(arrived)
    page = requests.get(f"{world.url}/v1/feed?limit=3", timeout=60).content
    assert Feed.from_bytes(page).to_bytes() == page  # put together from kept parts, and yet in the canonical form
    raw.close()


def test_what_does_not_hold_on_a_page_stops_the_feed_before_it(
    world: World, agency: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.sync.loop.PAGE", 2)
    desk = desk_of(write_profile(world, Role.SUPPLIER, "临汾合力系统有限公司", "91140000MA0SUPPLY5"))
    feed, asked = desk.place.gateway.feed, []

    def forged(after: int, limit: int) -> Feed:
        page = feed(after, limit)
        asked.append(after)
        if len(asked) != 2:
            return page
        false = page.items[1].model_copy(update={"signed": page.items[0].signed, "id": "f" * 64})
        return page.model_copy(update={"items": (page.items[0], false)})

    monkeypatch.setattr(desk.place.gateway, "feed", forged)
    with pytest.raises(Tampered, match="feed-item-mislabelled"):
        desk.place.sync.pull()
    assert len(list(desk.place.mirror.items())) == 2 and desk.place.mirror.cursor("public") == asked[1]
    desk.close()


def test_nothing_of_the_profile_lies_in_the_clear(agency: Desk) -> None:
    folder: Path = agency.place.folder.folder
    for path in folder.rglob("*"):
        if path.is_file() and path.name.startswith(("cache.db",)):
            data = path.read_bytes()
            assert b"registration" not in data and agency.actor.encode() not in data

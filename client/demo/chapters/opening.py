"""The order of the day: closing, releases, freeze, custodians, opening, record, confirmations (protocol B6)."""

from __future__ import annotations

from client.demo.cast import AGENCY, PURCHASER, SUPPLIERS
from client.demo.chapters.bidding import LOT, SLIP_PASSPHRASE
from client.demo.chapters.tendering import wait
from client.demo.story import Story
from client.demo.world import PLATFORM
from procurement.opening.session import Closing, CustodianRelease, Freeze, NoOpening, Opening, OpeningRecord

A, B, C, D, E = SUPPLIERS


def opening(story: Story) -> None:
    tender = story.tender
    assert tender is not None
    lot, other = tender.lots[LOT].code, tender.lots[1].code if len(tender.lots) > 1 else ""
    with story.teller.stage("截标与解密 opening"):
        story.move(tender.deadline)
        closing = story.platform("截标：集合确定", Closing, lot=lot)
        if other:
            missing = story.platform(f"截标：{other}", Closing, lot=other)
            story.platform(f"{other} 不足三家，不开标", NoOpening, closing=missing)
        story.later(minutes=2)
        story.act("解密（CA 令牌）", A, story.desk(A).releasing.release(closing))
        story.later(minutes=3)
        slip = story.world.profile(C) / "backup.slip"
        given = story.desk(C).releasing.release(closing, slip=slip, passphrase=SLIP_PASSPHRASE)
        story.act("解密（备用封套）", C, given)
        story.later(minutes=4)
        story.act("解密（CA 令牌）", E, story.desk(E).releasing.release(closing))
        agency = story.desk(AGENCY)
        story.move(agency.published.first_window_end(agency.place.acts.get(Closing, closing)))
        freeze = story.platform("解密结束：丁方未按时解密", Freeze, closing=closing)
        for party in (AGENCY, PURCHASER):
            story.act("托管人释放份额", party, story.desk(party).custody_release.release(freeze))
        agency = story.desk(AGENCY)
        wait(story, lambda: agency.place.acts.last(Opening, freeze=freeze) is not None)
        story.platform("平台托管人释放份额", CustodianRelease, freeze=freeze, org=PLATFORM.code)
        opened = story.platform("同时开启全部已解密标书", Opening, freeze=freeze)
        story.ids["opening"] = opened
    with story.teller.stage("唱标与确认 record"):
        outcome = story.desk(AGENCY).opening.make_record(opened, AGENCY.person, "记录员林晓")
        record = story.act("唱标，签章开标记录", AGENCY, outcome, "record")
        story.later(minutes=2)
        for party in (A, C, E):
            story.act("确认开标记录", party, story.desk(party).opening.confirm(record))
        made = story.desk(AGENCY).place.acts.get(OpeningRecord, record).value
        save_paper(story, made.pdf, "opening-record.pdf")


def save_paper(story: Story, sha256: str, name: str) -> None:
    """A paper into the output folder, as the agency holds it."""
    (story.output / name).write_bytes(story.desk(AGENCY).place.read(sha256))

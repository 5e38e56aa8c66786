"""Custody of the lot keys, and the tender published with its documents, free (R-051, R-084, R-085)."""

from __future__ import annotations

import time
from collections.abc import Callable

from client.demo.adapted import demo_tender
from client.demo.cast import AGENCY, PURCHASER, SUPERVISOR
from client.demo.papers import tender_files
from client.demo.story import Story
from client.demo.world import PASSPHRASE, PLATFORM
from client.workflows.tendering import TenderFile
from procurement.basics.problems import Problem, Unreachable
from procurement.tendering.custody import CustodyKey
from procurement.tendering.tender import Tender

NEEDED = 3
"""k of n = 4: more than the two of the buyer's side (decision 2)"""
PATIENCE = 60.0
"""Seconds within which the platform's custodian must answer"""


def tendering(story: Story) -> None:
    with story.teller.stage("开启密钥托管 custody"):
        story.clock(4, 7, 10)
        story.world.start_custodian()
        for party in (AGENCY, PURCHASER, SUPERVISOR):
            desk = story.desk(party)
            desk.custody.open_key(PASSPHRASE)
            story.act("公布托管公钥", party, desk.custody.publish_key())
        files = tender_files(story, demo_tender(story.number, ()))
        tender = demo_tender(story.number, tuple(file.document for file in files))
        keys = {lot.code: _ceremony(story, tender, lot.code) for lot in tender.lots}
    with story.teller.stage("采购公告与文件 R-084"):
        story.clock(4, 8, 9)
        given = [TenderFile(path=f.document.path, title=f.document.title, source=f.source) for f in files]
        outcome = story.desk(AGENCY).tendering.publish(tender, given, keys)
        story.act(f"发布采购文件 {len(given)} 份，免费获取", AGENCY, outcome, "tender")
        story.tender = tender
        story.desk(AGENCY)


def _ceremony(story: Story, tender: Tender, lot: str) -> str:
    """The agency deals a lot key; each custodian opens and checks its share and acknowledges (H2)."""
    custodians = [AGENCY.code, PURCHASER.code, SUPERVISOR.code, PLATFORM.code]
    agency = story.desk(AGENCY)
    wait(story, lambda: agency.place.acts.last(CustodyKey, org=PLATFORM.code) is not None)
    outcome = agency.tendering.make_lot_key(tender.id, tender.number, lot, NEEDED, custodians)
    key = story.act(f"生成 {lot} 开启密钥，{NEEDED}/{len(custodians)} 份额分发", AGENCY, outcome)
    for party in (AGENCY, PURCHASER, SUPERVISOR):
        story.act(f"核对并确认 {lot} 份额", party, story.desk(party).custody.acknowledge(key))
    wait(story, lambda: bool(agency.tendering.acks_of(key)))
    return key


def wait(story: Story, ready: Callable[[], bool]) -> None:
    """Until another process has done its part; the desk's store is brought up to date meanwhile."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            story.desk(AGENCY)
            if ready():
                return
        except Unreachable:
            raise
        except Problem:
            pass
        if time.monotonic() > end:
            raise Unreachable(
                "platform-process-silent", "Read custodian.log in the world's folder.", process="custodian"
            )
        time.sleep(0.1)

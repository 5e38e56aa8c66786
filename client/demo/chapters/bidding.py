"""Five suppliers fetch the tender, build bids offline, seal, deliver, commit; A replaces, B withdraws (R-076 … R-082)."""

from __future__ import annotations

from pathlib import Path

from client.bid_seals import SealPlaces
from client.demo.bids import bid_forms, first_offer
from client.demo.cast import SUPPLIERS, Party
from client.demo.papers import attachments
from client.demo.story import Story
from client.desk import Desk

LOT = 0
"""All five bid for the first lot; the second finds nobody and is not opened (L-234)"""
SLIP_PASSPHRASE = "备用封套口令 2026"
A, B, C, D, E = SUPPLIERS


def bidding(story: Story) -> None:
    tender = story.tender
    assert tender is not None
    lot = tender.lots[LOT].code
    with story.teller.stage("投标 R-051"):
        story.clock(4, 20, 14)
        for party in SUPPLIERS:
            desk = story.desk(party)
            published = desk.tendering.fetch(tender.id)
            desk.tendering.check(published.tv)
            _prepare(story, party, desk, lot, first=party is A)
            _deliver(story, party, desk, lot, "递交投标文件")
        story.clock(4, 27, 16)
        desk = story.desk(A)
        _prepare(story, A, desk, lot, first=False)
        _deliver(story, A, desk, lot, "替换投标文件")
        story.clock(4, 28, 11)
        desk = story.desk(B)
        outcome = desk.bidding.withdraw(tender.id, lot)
        story.act("撤回投标文件", B, outcome)
        _receipt(story, B, desk, outcome.id, "withdrawal")


def _prepare(story: Story, party: Party, desk: Desk, lot: str, *, first: bool) -> None:
    """Attachments and forms go into the draft; nothing here needs the network."""
    tender = story.tender
    assert tender is not None
    for source, code, title in attachments(story, party):
        desk.bidding.drafts.attach(tender.id, lot, source, code, title)
    first_paper = desk.bidding.drafts.open(tender.id, lot).forms.documents[0]
    places = SealPlaces(words="投标人（电子签章）", edges=first_paper.pages > 1, person=party.person)
    desk.bidding.drafts.seal(tender.id, lot, first_paper.code, places)
    draft = desk.bidding.drafts.open(tender.id, lot)
    forms = bid_forms(party, tender, draft.forms.tender, draft.forms.documents)
    if first:
        forms = first_offer(forms)
    desk.bidding.drafts.save(tender.id, forms)


def _deliver(story: Story, party: Party, desk: Desk, lot: str, what: str) -> None:
    tender = story.tender
    assert tender is not None
    slip = story.world.profile(party) / "backup.slip"
    sealed = desk.bidding.seal(tender.id, lot, slip=slip, passphrase=SLIP_PASSPHRASE)
    desk.bidding.rehearse(sealed.bid)
    outcome = desk.bidding.submit(sealed.bid)
    story.act(f"{what}（{sealed.file_size / 1024 / 1024:.1f} MiB）", party, outcome, f"bid-{party.key}")
    _receipt(story, party, desk, outcome.id, "submission")


def _receipt(story: Story, party: Party, desk: Desk, act: str, kind: str) -> Path:
    folder = story.output / "receipts"
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob(f"{party.key}-*.json"))) + 1
    return desk.bidding.save_receipt(act, folder / f"{party.key}-{number}-{kind}.json")

"""What the others do beside the person at the windows, played by the staff; and the world they meet in."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from client.demo.adapted import demo_tender
from client.demo.cast import AGENCY, PURCHASER, Party
from client.demo.chapters import bidding, evaluation, planning, tendering
from client.demo.marks import conformity_verdicts
from client.demo.papers import tender_files
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, World
from documents.data import Party as Printed
from documents.data import Section, SupplierAttachmentPrint
from documents.papers import print_supplier_attachment
from procurement.basics.moment import at_shanghai
from procurement.basics.problems import Refused
from procurement.evaluation.panel import Panel
from procurement.evaluation.sheets import EvaluationReport, Mark, ReportSignature, ReviewClosed
from procurement.opening.session import Closing, Freeze, Opening
from procurement.tendering.marking import Part, Tiers
from procurement.tendering.package import TenderPackage
from procurement.tendering.tender import Tender

NOTICE = "correction-notice.pdf"


@contextmanager
def entrusted(folder: Path, kind: type[World] = World) -> Iterator[Story]:
    """A live world in which a plan has its number and the agency has been asked; nothing is accepted yet."""
    (folder / "out").mkdir(parents=True)
    story = Story(kind.create(folder / "world"), Teller(quiet=True), folder / "out")
    with story.world.running():
        planning.accounts(story)
        planning.planning(story, accept=False)
        story.world.close_desks()
        yield story
    shutil.rmtree(folder, ignore_errors=True)


class Worlds:
    """One world for the journeys of a module as long as they come in the order of the story; a new one for one that comes
    again, or after a later one."""

    def __init__(self, new_folder: Callable[[], Path], kind: type[World] = World) -> None:
        self._new_folder, self._kind = new_folder, kind
        self._stack = contextlib.ExitStack()
        self._told = 0
        self._story: Story | None = None

    def story(self, place: int) -> Story:
        """A world in which no journey of this place or a later one was told."""
        if self._story is None or place <= self._told:
            self.end()
            self._story = self._stack.enter_context(entrusted(self._new_folder(), self._kind))
        self._told = place
        return self._story

    def end(self) -> None:
        self._stack.close()
        self._story = None


def papers(story: Story) -> Path:
    """What the agency has in a folder: the tender's data, its documents, and a written correction."""
    files = tender_files(story, demo_tender(story.number, ()))
    folder = files[0].source.parent
    tender = demo_tender(story.number, tuple(one.document for one in files))
    (folder / "tender.json").write_bytes(tender.to_bytes())
    if not (folder / NOTICE).exists():
        notice = SupplierAttachmentPrint(
            supplier=Printed(name=AGENCY.name, code=AGENCY.code, contact=AGENCY.person),
            title="更正公告",
            project_name=tender.title,
            project_number=story.number,
            sections=(Section(title="更正内容", paragraphs=("第 51 页供货期由 9 日改为 10 日。",)),),
            made=tender.issued,
        )
        print_supplier_attachment(notice, folder / NOTICE)
    return folder


def not_before(story: Story, month: int, day: int, hour: int, minute: int = 0) -> None:
    """Time goes on to then, unless it has already."""
    then = at_shanghai(date(2026, month, day), hour, minute)
    if story.now() < then:
        story.move(then)


def published(story: Story) -> Tender:
    """The tender in force; published by the staff where nobody has done it by hand."""
    desk = story.desk(AGENCY)
    if not desk.place.acts.all(TenderPackage):
        with contextlib.suppress(Refused):  # it may have been accepted by hand, and the rest not have come about
            desk.planning.accept_entrustment(story.ids["entrustment"], AGENCY.person)
        tendering.tendering(story)
    view = desk.tenders.tenders()[0]
    story.tender = desk.tenders.fetch(view.key).model
    assert story.tender is not None
    story.world.close_desks()
    return story.tender


def bid(story: Story, *parties: Party) -> None:
    """These suppliers bid for the first lot of the version in force."""
    tender = published(story)
    for party in parties:
        desk = story.desk(party)
        version = desk.tendering.fetch(tender.id)
        desk.tendering.check(version.tv)
        bidding._prepare(story, party, desk, tender.lots[0].code, first=False)
        bidding._deliver(story, party, desk, tender.lots[0].code, "投标")
    story.world.close_desks()


def closed(story: Story, by_hand: Party, *others: Party) -> str:
    """Bidding is over: who had not bid has done so through the staff, and all but one have handed over their keys. The lot."""
    lot = published(story).lots[0].code
    for party in (by_hand, *others):
        desk = story.desk(party)
        if desk.story(desk.tenders.tenders()[0], lot).standing is None:
            bid(story, party)
    story.move(published(story).deadline)
    story.later(minutes=1)
    for party in others:
        desk = story.desk(party)
        desk.releasing.release(desk.place.acts.only(Closing, lot=lot).id)
    story.world.close_desks()
    return lot


def release_share(story: Story, party: Party, lot: str) -> None:
    """After the window a custodian gives its share of the lot's key."""
    desk = story.desk(party)
    desk.custody.open_key(PASSPHRASE)
    for act in desk.place.acts.all(Freeze):
        if desk.place.acts.get(Closing, act.value.closing).value.lot == lot:
            desk.custody_release.release(act.id)
    story.world.close_desks()


def sign_in(story: Story, *experts: Party) -> None:
    for expert in experts:
        desk = story.desk(expert)
        desk.scoring.sign_in(desk.place.acts.only(Panel).id, "3 号评审室", no_conflict=True)
    story.world.close_desks()


def review(story: Story, *experts: Party) -> None:
    """They find that every bid conforms."""
    tender = published(story)
    for expert in experts:
        desk = story.desk(expert)
        opening = desk.place.acts.only(Panel).value.opening
        forms = desk.scoring.fetch_bids(opening).forms
        desk.scoring.review_conformity(opening, conformity_verdicts(tender, tender.lots[0], forms))
    story.world.close_desks()


def score(story: Story, points: Sequence[Sequence[str]], *experts: Party) -> None:
    """They mark as the table of the member at the window shows: objective marks that differ would have to be settled
    before the report (L-260). One row for each item, one column for each bidder."""
    tender = published(story)
    desks = [story.desk(expert) for expert in experts]
    opening = desks[0].place.acts.only(Panel).value.opening
    for desk in desks:
        desk.scoring.fetch_bids(opening)
        scored = desk.place.acts.only(ReviewClosed).value.scored
        desk.scoring.save(opening, tuple(_marks(tender.lots[0].scheme.leaves, scored, points)))
        desk.scoring.commit(opening)
    for desk in desks:
        desk.refresh()
        desk.scoring.reveal(opening)
    story.world.close_desks()


def _marks(leaves: Sequence[Part], scored: Sequence[str], points: Sequence[Sequence[str]]) -> Iterator[Mark]:
    for leaf, row in zip(leaves, points, strict=True):
        for supplier, text in zip(scored, row, strict=True):
            if leaf.settled_by == "members":
                tiers = leaf.rule.tiers if isinstance(leaf.rule, Tiers) else ()
                tier = next((one.code for one in tiers if one.low <= Decimal(text) <= one.high), "")
                yield Mark(supplier=supplier, item=leaf.code, points=Decimal(text), tier=tier)


def sign_report(story: Story, *experts: Party) -> None:
    for expert in experts:
        desk = story.desk(expert)
        assert desk.scoring.sign_report(desk.place.acts.only(EvaluationReport).id).state == "accepted"
    story.world.close_desks()


def reported(story: Story, *bidders: Party) -> None:
    """The report is signed by all; played by the staff from the bids on where nobody has done it by hand."""
    desk = story.desk(AGENCY)
    if desk.place.acts.all(ReportSignature):
        story.world.close_desks()
        return
    if not desk.place.acts.all(Opening):
        lot = closed(story, bidders[0], *bidders[1:])
        releasing = story.desk(bidders[0])
        releasing.releasing.release(releasing.place.acts.only(Closing, lot=lot).id)
        story.later(minutes=45)
        for custodian in (AGENCY, PURCHASER):
            release_share(story, custodian, lot)
        tendering.wait(story, lambda: bool(story.desk(AGENCY).place.acts.all(Opening)))
        made = story.desk(AGENCY)
        made.opening.make_record(made.place.acts.only(Opening).id, AGENCY.person, "孙记录")
    story.ids["opening"] = story.desk(AGENCY).place.acts.only(Opening).id
    evaluation.evaluation(story)
    story.world.close_desks()

"""Everybody else in practice: the offices that publish the rehearsal tender, the rivals, the custodians of the day of opening.

The chapters are the demo's where they fit; each act goes through its party's own desk, signed and sealed as anywhere.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from client.custodian import Custodian
from client.demo.cast import AGENCY, PURCHASER, Party
from client.demo.chapters import planning
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE
from client.desk import Desk
from client.practice import after
from client.practice.cast import DAYS, OPERATOR, PRICES, RIVALS, STAFF, TRIAL
from client.practice.place import SAMPLE
from client.practice.tender import BIDDING, DEADLINE, GOODS, ISSUED, LOT, MATTER, TENDER, practice_tender
from client.practice.world import PracticeWorld
from client.workflows.tendering import TenderFile
from client.workplace import Outcome
from documents.data import Fact, Section, SupplierAttachmentPrint
from documents.data import Party as Printed
from documents.papers import print_announcement, print_supplier_attachment, print_tender_document
from documents.tender_words import tender_document
from procurement.basics.problems import Unreachable
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.statement import Signer, Statement
from procurement.bidding.draft import (
    Answer,
    BidForms,
    Enterprise,
    FieldValue,
    FilledCell,
    FilledRow,
    FilledTable,
    ParameterResponse,
    QuotedFigure,
)
from procurement.bidding.sealed import Submission
from procurement.opening.session import Closing, CustodianRelease, Freeze, Opening, OpeningRecord, Release
from procurement.tendering.tender import TenderDocument

ACTS = 27
"""Acts from the first registration to the published tender, for the progress that is shown"""
NEEDED = 3
"""Shares that open a lot: all three, for two are of the buyer's side (decision 2)"""
PATIENCE = 120
"""Seconds of practice time within which the platform does what is due"""
D = Decimal


class PulsedTeller(Teller):
    """Says nothing; each act is a step of the pulse."""

    def __init__(self, pulse: Pulse, total: int) -> None:
        super().__init__(quiet=True)
        self._pulse, self._total, self._count = pulse, total, 0

    def done(self, what: str, who: str, when: datetime, signer: Signer | None, id_: str) -> None:
        self._count += 1
        self._pulse.step(min(self._count, self._total), self._total)


class Crew:
    """Plays everybody but the trial company. All calls from one thread."""

    def __init__(self, world: PracticeWorld) -> None:
        self.world = world
        self._papers = world.folder / "papers"

    def publish(self, pulse: Pulse) -> None:
        """From the offices' registration to the published tender; the clock then stands in the midst of bidding."""
        self._papers.mkdir(exist_ok=True)
        story = self._story(pulse, ACTS)
        planning.accounts(story, (*STAFF, *RIVALS, OPERATOR))
        planning.planning(story)
        story.clock(4, 7, 10)
        key = self._ceremony(story)
        files = self._files(story.number)
        story.move(ISSUED)
        tender = practice_tender(story.number, tuple(document for document, _ in files))
        given = [TenderFile(path=one.path, title=one.title, source=source) for one, source in files]
        outcome = story.desk(AGENCY).tendering.publish(tender, given, {LOT: key})
        story.act("发布", AGENCY, outcome)
        story.move(BIDDING)
        print_sample(self.world.folder.parent / SAMPLE)
        self.world.close_desks()
        self.world.published()

    def to_the_opening(self, pulse: Pulse) -> None:
        """The rivals bid, the deadline passes, the rivals release. Time goes forward only: what was done is not done again."""
        story = self._story(pulse, 2 * len(RIVALS))
        if story.now() < DEADLINE:
            for party in RIVALS:
                story.once("递交", party, Submission, partial(_bid, party), supplier=party.code)
            story.move(DEADLINE)
        closing = self._awaited(story, Closing)
        for party in RIVALS:
            story.once("解密", party, Release, lambda desk: desk.releasing.release(closing), supplier=party.code)
        self.world.close_desks()

    def open_bids(self, pulse: Pulse) -> None:
        """After the person's own release: the window ends, three custodians release, the agency records what was opened."""
        story = self._story(pulse, 4)
        agency = story.desk(AGENCY)
        closing = agency.place.acts.only(Closing, lot=LOT)
        if agency.place.acts.last(Freeze, closing=closing.id) is None:
            story.move(max(story.now(), agency.published.first_window_end(closing)))
        freeze = self._awaited(story, Freeze)
        if agency.place.acts.last(Opening, freeze=freeze) is None:
            for party in (AGENCY, PURCHASER):
                release = partial(_release_share, freeze)
                story.once("释放份额", party, CustodianRelease, release, freeze=freeze, org=party.code)
            self._custodian(story).round()
        opened = self._awaited(story, Opening)
        agency = story.desk(AGENCY)
        if agency.place.acts.last(OpeningRecord, opening=opened) is None:
            outcome = agency.opening.make_record(opened, AGENCY.person, "练习记录员")
            story.act("开标记录", AGENCY, outcome)
        self.world.close_desks()

    def review(self, pulse: Pulse) -> None:
        """The committee sits and reviews, and asks the trial company about a price that is the lowest; otherwise it goes on to the award."""
        story = self._story(pulse, after.REVIEWING)
        if not after.review(story, self._opening(story)):
            after.award(story, self._opening(story))
        self.world.close_desks()

    def award(self, pulse: Pulse) -> None:
        """The committee judges what was explained, scores and reports; the purchaser confirms, the agency tells everybody."""
        story = self._story(pulse, after.AWARDING)
        after.award(story, self._opening(story))
        self.world.close_desks()

    # -- parts

    def _opening(self, story: Story) -> str:
        """The act that opened the bids; the story learns the tender."""
        agency = story.desk(AGENCY)
        story.tender = agency.tendering.fetch(TENDER).tender
        return agency.place.acts.only(Opening).id

    def _story(self, pulse: Pulse | None, total: int) -> Story:
        return Story(self.world, PulsedTeller(pulse or NoPulse(), total), self._papers, matter=MATTER)

    def _ceremony(self, story: Story) -> str:
        """Three custodians publish keys, the agency deals, all acknowledge; the lot key's id."""
        custodians = (AGENCY, PURCHASER, OPERATOR)
        for party in custodians:
            desk = story.desk(party)
            desk.custody.open_key(PASSPHRASE)
            story.act("托管公钥", party, desk.custody.publish_key())
        agency = story.desk(AGENCY)
        codes = [party.code for party in custodians]
        dealt = agency.tendering.make_lot_key(TENDER, story.number, LOT, NEEDED, codes)
        key = story.act("开启密钥", AGENCY, dealt)
        for party in custodians:
            story.act("确认份额", party, story.desk(party).custody.acknowledge(key))
        story.desk(AGENCY)
        return key

    def _files(self, number: str) -> list[tuple[TenderDocument, Path]]:
        """公告 and 招标文件, printed from the tender's data."""
        draft = practice_tender(number, ())
        data = tender_document(draft, LOT)
        made = []
        for document, printed in zip(draft.documents, (print_announcement, print_tender_document), strict=True):
            path = self._papers / document.path
            printed(data, path)
            made.append((document, path))
        return made

    def _custodian(self, story: Story) -> Custodian:
        desk: Desk = story.desk(OPERATOR)
        desk.custody.open_key(PASSPHRASE)
        return Custodian(desk)

    def _awaited(self, story: Story, kind: type[Statement]) -> str:
        """Id of what the platform does by itself, once the agency sees it; a little practice time passes meanwhile."""
        for _ in range(PATIENCE):
            found = story.desk(AGENCY).place.acts.last(kind)
            if found is not None:
                return found.id
            story.later(seconds=1)
        raise Unreachable("platform-process-silent", "Read the log file named.", process="server")


def _bid(party: Party, desk: Desk) -> Outcome:
    published = desk.tendering.fetch(TENDER)
    desk.tendering.check(published.tv)
    desk.bidding.drafts.save(TENDER, rival_forms(party, published.tv))
    return desk.bidding.submit(desk.bidding.seal(TENDER, LOT).bid)


def _release_share(freeze: str, desk: Desk) -> Outcome:
    desk.custody.open_key(PASSPHRASE)
    return desk.custody_release.release(freeze)


def rival_forms(party: Party, tv: str) -> BidForms:
    """A complete bid of a rival, without papers: its licence is in the library."""
    total = D(PRICES[party.key])
    rest = D("9900.00")
    first = (total - rest) / D(GOODS[0][2])
    rows = [(GOODS[0][0], first, total - rest), (GOODS[1][0], rest / D(GOODS[1][2]), rest)]
    filled = tuple(
        FilledRow(
            row=code,
            cells=(FilledCell(column="price", number=price), FilledCell(column="amount", number=amount)),
        )
        for code, price, amount in rows
    )
    return BidForms(
        tender=tv,
        lot=LOT,
        supplier=party.code,
        name=party.name,
        quote=(QuotedFigure(figure="total", amount=total, words_amount=total),),
        tables=(FilledTable(table="items", rows=filled, total=total),),
        validity_days=90,
        opening=(FieldValue(field="days", number=D(DAYS[party.key])),),
        answers=(Answer(item="q1", how="licence-library", licence="LX-1"), Answer(item="q2", how="commitment")),
        responses=(ParameterResponse(parameter="t1", deviation="none", offer="120 kg"),),
        enterprise=Enterprise(size="large"),
    )


def print_sample(target: Path) -> Path:
    """The paper that is offered for the bid: the trial company's 营业执照, which says on its face that it is none."""
    facts = (
        Fact(label="名称", text=TRIAL.name),
        Fact(label="统一社会信用代码", text=TRIAL.code),
        Fact(label="法定代表人", text=TRIAL.person),
        Fact(label="用途", text="仅供练习，不是真的营业执照"),
    )
    data = SupplierAttachmentPrint(
        supplier=Printed(name=TRIAL.name, code=TRIAL.code, contact=TRIAL.person),
        title="营业执照（练习样本）",
        project_name=MATTER.title,
        project_number="PRACTICE",
        sections=(Section(title="营业执照（练习样本）", facts=facts),),
        made=BIDDING,
    )
    print_supplier_attachment(data, target)
    return target

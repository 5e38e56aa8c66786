"""Where a supplier stands in one lot, in words: badge, what is done, what comes next and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from client.views.contracts import ContractStory, Stage, contract_of
from client.views.lots import LotStory, Phase
from client.views.tenders import TenderView
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_applicable, not_started, under_way, waits
from ui.kit.countdown import left_text, moment_text


@dataclass(frozen=True, slots=True)
class Standing:
    """One lot as the supplier's lists show it."""

    tender: TenderView
    lot: str
    story: LotStory
    drafted: bool
    state: State
    prepared: str
    next_step: str
    step: str
    """The step to open"""
    words: str
    """What a search looks through, in small letters"""
    party: bool = False
    """Whether this supplier is a party of the lot's contract, be it as a member that handed in nothing itself"""

    @property
    def title(self) -> str:
        return title_of(self.tender, self.lot)

    @property
    def budget(self) -> Decimal | None:
        lot = self.tender.outline.lot(self.lot) if self.tender.outline else None
        return None if lot is None else lot.ceiling

    def moment(self, now: datetime) -> tuple[str, str]:
        """The next moment that counts, and what it is or how far."""
        return _moment(self.story, now)


def title_of(tender: TenderView, lot: str) -> str:
    if tender.outline is None or len(tender.outline.lots) == 1:
        return tender.title
    return f"{tender.title}（{tender.lot_word(lot)}）"


def under_of(tender: TenderView) -> str:
    """Buyer and number, under the title."""
    buyer = tender.outline.purchaser if tender.outline else ""
    return "·".join(part for part in (buyer, tender.package.number) if part)


class Standings:
    """All lots, or those in which this supplier has a draft or an act. What was worked out for a lot is kept until something of
    its project arrives: the cost of a change is that of the change."""

    def __init__(self, context: Context, *, mine: bool) -> None:
        self._context, self._mine = context, mine
        self._known: dict[tuple[str, str], Standing] = {}

    def forget(self, projects: frozenset[str] | None = None) -> None:
        """Something of these projects arrived; None: of any."""
        if projects is None:
            self._known.clear()
        else:
            self._known = {key: one for key, one in self._known.items() if one.tender.package.number not in projects}

    def each(self) -> Iterator[Standing | None]:
        """One lot after the other; None for one that is not in this list."""
        drafts = self._drafts()
        for tender in self._context.desk.tenders.each():
            yield from self._of(tender, drafts)

    def renewed(self, found: Iterable[Standing], keys: Collection[str]) -> tuple[Standing, ...]:
        """The list with the lots of these tenders worked out anew, where the tender stood."""
        drafts, put, fresh = self._drafts(), set[str](), list[Standing]()
        for one in found:
            if (key := one.tender.key) not in keys:
                fresh.append(one)
            elif key not in put and (tender := self._context.desk.tenders.tender(key)) is not None:
                put.add(key)
                fresh += [lot for lot in self._of(tender, drafts) if lot is not None]
        return tuple(fresh)

    def _drafts(self) -> set[tuple[str, str]]:
        return set(self._context.desk.bidding.drafts.all())

    def _of(self, tender: TenderView, drafts: set[tuple[str, str]]) -> Iterator[Standing | None]:
        codes = [lot.code for lot in tender.outline.lots] if tender.outline else [tender.package.custody[0].lot]
        for code in codes:
            drafted = (tender.key, code) in drafts
            known = self._known.get((tender.id, code))
            if known is None or known.drafted != drafted or known.tender.outline is not tender.outline:
                story = self._context.desk.story(tender, code)
                known = standing(self._context, tender, code, story, drafted)
                self._known[tender.id, code] = known
            yield known if not self._mine or drafted or known.story.mine or known.party else None

    def ordered(self, found: Iterable[Standing]) -> tuple[Standing, ...]:
        """The nearest deadline first."""
        return tuple(sorted(found, key=lambda one: one.tender.package.deadline, reverse=not self._mine))


def standing(context: Context, tender: TenderView, code: str, story: LotStory, drafted: bool) -> Standing:
    contract = contract_of(context.desk.place.acts, story.notice, context.desk.actor)
    state, next_step, step = _state(story, drafted, context.desk.actor, contract)
    prepared = tr("回执已核验") if story.standing else tr("草稿") if drafted else tr("尚未开始")
    if contract is not None and not story.mine:
        prepared = tr("联合体成员")
    words = f"{title_of(tender, code)} {under_of(tender)}".lower()
    return Standing(tender, code, story, drafted, state, prepared, next_step, step, words, contract is not None)


def _state(story: LotStory, drafted: bool, me: str, contract: ContractStory | None) -> tuple[State, str, str]:
    phase = story.phase
    if contract is not None and contract.stage is Stage.OFFERED:
        if me in contract.missing:
            return needs(tr("合同待签订")), tr("签订合同"), "result"
        return waits(tr("等其他成员签")), tr("查看结果"), "result"
    if contract is not None and story.standing is None:
        return done(tr("联合体中标")), tr("查看结果"), "result"
    if phase is Phase.BIDDING:
        if story.standing is not None:
            return done(tr("已递交")), tr("查看回执"), "deliver"
        if story.superseded is not None:
            return needs(tr("更正后待重新递交")), tr("重新编制并递交"), "prepare"
        if story.mine:
            return needs(tr("已撤回")), tr("重新编制"), "prepare"
        return (
            (needs(tr("未递交")), tr("继续编制"), "prepare")
            if drafted
            else (not_started(tr("可参加")), tr("看招标文件"), "docs")
        )
    if story.standing is None and not story.mine:
        return not_applicable(tr("未参加")), tr("看公告"), "docs"
    if story.superseded is not None:
        return not_applicable(tr("更正后未重新递交")), tr("看公告"), "docs"
    if story.standing is None:
        return not_applicable(tr("未递交")), tr("看公告"), "docs"
    if phase is Phase.FAILED:
        return blocked(tr("不开标")), tr("看原因"), "open"
    if phase is Phase.CLOSED:
        release = story.release_of(me)
        if release is not None and story.counts(release):
            return under_way(tr("已授权解密")), tr("开标现场"), "open"
        return needs(tr("待授权解密")), tr("授权解密"), "open"
    if story.awaits_bidder:
        return needs(tr("评审委员会有要求")), tr("答复"), "open"
    if phase in (Phase.FROZEN, Phase.OPENED, Phase.RECORDED):
        return under_way(tr("开标中")), tr("开标现场"), "open"
    if phase is Phase.AWARDED and story.notice is not None:
        won = story.notice.value.winner == me
        return (done(tr("中标")) if won else not_applicable(tr("未中标"))), tr("查看结果"), "result"
    return under_way(tr("评审中")), tr("开标记录"), "open"


def _moment(story: LotStory, now: datetime) -> tuple[str, str]:
    deadline = story.tender.package.deadline
    if story.phase is Phase.BIDDING:
        return moment_text(deadline, seconds=False), tr("剩 {time}", time=left_text(deadline - now))
    if story.phase is Phase.FAILED:
        return tr("不开标"), tr("{moment} 截止", moment=moment_text(deadline, seconds=False))
    if story.window_until is not None and story.freeze is None:
        return moment_text(story.window_until, seconds=False), tr("解密截止")
    if story.phase is Phase.AWARDED and story.notice is not None:
        return tr("结果已公布"), moment_text(story.notice.item.t_recv, seconds=False)
    return tr("等待结果"), tr("{moment} 开标", moment=moment_text(deadline, seconds=False))

"""Where a supplier stands in one lot, in words: badge, what is done, what comes next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from client.views.lots import LotStory, Phase
from client.views.tenders import TenderView
from procurement.tendering.lot import Lot
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_applicable, not_started, under_way
from ui.kit.countdown import left_text, moment_text


@dataclass(frozen=True, slots=True)
class Standing:
    """One lot as the supplier's lists show it."""

    tender: TenderView
    lot: str
    model: Lot | None
    story: LotStory
    drafted: bool
    state: State
    prepared: str
    moment: str
    under: str
    next_step: str
    step: str
    """The step to open"""
    urgent: bool

    @property
    def title(self) -> str:
        if self.tender.model is None or len(self.tender.model.lots) == 1:
            return self.tender.title
        return f"{self.tender.title}（{self.tender.lot_word(self.lot)}）"


def standings(context: Context, *, mine: bool) -> tuple[Standing, ...]:
    """All lots, or those in which this supplier has a draft or an act; the nearest deadline first."""
    desk = context.desk
    drafts = set(desk.bidding.drafts.all())
    found = []
    for tender in desk.tenders.tenders():
        codes = [lot.code for lot in tender.model.lots] if tender.model else [tender.package.custody[0].lot]
        for code in codes:
            story = desk.story(tender, code)
            drafted = (tender.key, code) in drafts
            if mine and not drafted and not story.mine:
                continue
            found.append(standing(context, tender, code, story, drafted))
    return tuple(sorted(found, key=lambda one: one.tender.package.deadline, reverse=not mine))


def standing(context: Context, tender: TenderView, code: str, story: LotStory, drafted: bool) -> Standing:
    now = context.now()
    model = tender.model.lot(code) if tender.model else None
    state, next_step, step = _state(story, drafted, context.desk.actor)
    moment, under = _moment(story, now)
    urgent = state.word == tr("未递交") and tender.package.deadline - now < timedelta(hours=72)
    prepared = tr("回执已核验") if story.standing else tr("草稿") if drafted else tr("尚未开始")
    return Standing(tender, code, model, story, drafted, state, prepared, moment, under, next_step, step, urgent)


def _state(story: LotStory, drafted: bool, me: str) -> tuple[State, str, str]:
    phase = story.phase
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
    return tr("等待结果"), tr("{moment} 开标", moment=moment_text(deadline, seconds=False))


def short_state(one: Standing) -> State:
    return one.state

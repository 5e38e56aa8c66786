"""The report's part on the talks: each round, what was changed and confirmed, who answered, who left, what members found (L-322, L-263)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from client.acts import Act, Acts
from client.views.talks import TalksStory, talks_story
from procurement.basics.moment import SHANGHAI
from procurement.evaluation.quoting import QuoteNotice
from procurement.evaluation.talk_rounds import LEFT, SILENT, Talk
from procurement.evaluation.talks import TalksRound, TermChange

Names = Mapping[str, str]
KINDS = {"technical": "技术要求", "service": "服务要求", "contract": "合同草案条款"}


def talks_lines(acts: Acts, opening: str, names: Names, members: Names) -> Iterable[str]:
    """What happened in the talks, in order; nothing where none were held."""
    rounds = acts.all(TalksRound, opening=opening)
    quotes = acts.all(QuoteNotice, opening=opening)
    lot = rounds[0].value.lot if rounds else quotes[0].value.lot if quotes else ""
    story = talks_story(acts, opening, lot, quotes)
    for request, talk in zip(story.requests, story.talks, strict=True):
        yield from _round(story, request, talk, names, members)
    for act in quotes[:1]:
        for until, reason in zip(story.told(act), story.extended_for(act), strict=True):
            yield f"最后报价的时限延长至 {_time(until)}。理由：{reason}"
    for left in story.withdrawals:
        reason = f"，理由：{left.value.reason}" if left.value.reason else ""
        who = names.get(left.value.supplier, left.value.supplier)
        yield f"{who}：{_time(left.item.t_recv)} {LEFT}{reason}。保证金应当退还（74号令第三十四条）。"


def _round(story: TalksStory, request: Act[TalksRound], talk: Talk, names: Names, members: Names) -> Iterable[str]:
    said = request.value
    yield f"第 {said.round} 轮（组长 {members.get(said.member, said.member)} 代表小组提出）：{said.subject}"
    for point in said.points:
        yield f"单独对 {names.get(point.supplier, point.supplier)} 提出：{point.text}"
    for change in said.changes:
        yield _change(change)
    confirmed = next((act for act in story.confirmations if act.value.request == request.id), None)
    if confirmed is not None:
        who = members.get(confirmed.value.by, "采购人")
        word = (
            "确认上述变动"
            if confirmed.value.confirmed
            else f"不确认上述变动，本轮没有进行。理由：{confirmed.value.reason}"
        )
        yield f"{who}于 {_time(confirmed.item.t_recv)} 签章{word}。"
    notices = [act for act in story.notices if act.value.request == request.id]
    if not notices:
        return
    put, until = notices[0].item.t_recv, notices[0].value.until
    yield f"{_time(put)} 同时书面通知 {len(notices)} 家供应商，{_time(until)} 前答复。"
    for longer, reason in zip(story.told(notices[0]), story.extended_for(notices[0]), strict=True):
        yield f"时限延长至 {_time(longer)}。理由：{reason}"
    for notice in notices:
        yield from _answer(story, notice.value.supplier, request.id, talk, names)


def _change(change: TermChange) -> str:
    before = f"原为“{change.before}”，" if change.before else "增加，"
    return f"变动{KINDS[change.kind]}（{change.place}）：{before}现为“{change.after}”。"


def _answer(story: TalksStory, supplier: str, request: str, talk: Talk, names: Names) -> Iterable[str]:
    who = names.get(supplier, supplier)
    notice = story.notice_of(request, supplier)
    given = story.response(notice) if notice is not None else None
    if given is None:
        word = SILENT if talk.request.changes and not story.left(supplier) else "没有答复，原响应不变"
        yield f"{who}：{'已退出' if story.left(supplier) else word}。"
        return
    papers = "".join(f"；附 {one.title}（SHA-256 {one.sha256}）" for one in given.value.papers)
    yield f"{who}：{_time(given.item.t_recv)} 签章答复：{given.value.text}{papers}"
    failed = [v for review in talk.reviews for v in review.verdicts if v.supplier == supplier and not v.passed]
    if talk.reviews:
        reasons = "；".join(dict.fromkeys(v.reason for v in failed))
        passed = 2 * len(failed) <= len(talk.reviews)
        word = "响应变动后的条款" if passed else "未实质性响应变动后的条款，按无效处理"
        yield f"表决：{who}{word}（{len(talk.reviews) - len(failed)} 票认为响应，{len(failed)} 票认为不响应{'：' + reasons if reasons else ''}）。"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"

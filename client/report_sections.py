"""The report's part on clarifications, low prices, ties and sheets set right (87号令 第五十八条 六, L-263), from signed acts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from client.acts import Acts
from client.report_talks import talks_lines
from documents.data import Section
from documents.report_tables import STEP_WORDS
from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import Problem
from procurement.evaluation.clarification import conclusion
from procurement.evaluation.questions import (
    CorrectionAnswer,
    CorrectionNotice,
    ExplanationNotice,
    PriceExplanation,
    PriceJudgement,
)
from procurement.evaluation.quoting import FinalQuotes, QuoteReveal
from procurement.evaluation.rescoring import SHEET_LIMIT
from procurement.evaluation.sheets import (
    Mark,
    Ranking,
    ScoreCommit,
    ScoreCorrection,
    ScoreSheet,
    TieSettlement,
)

Names = Mapping[str, str]
CAUSES = {
    "mean": "低于通过符合性审查投标人报价均值的规定比例",
    "second": "低于次低报价的规定比例",
    "ceiling": "低于最高限价的规定比例",
    "judgement": "多数成员认为报价明显偏低",
}
TIE_KEYS = {
    "technical-merit": "技术指标优劣",
    "open-vote": "记名投票",
    "secret-ballot": "无记名投票",
    "purchaser-decides": "采购人确定",
    "purchaser-draws": "采购人抽取",
}
GROUNDS = {
    "outside-range": "分项评分超出评分标准范围或者评分表不完整",
    "objective-marks-differ": "对客观评审因素评分不一致",
    "outlier-marks": "评分畸高、畸低",
}
POINTS = {"outlier-marks": "评分与平均分相差较大", "claim-corrected": "由投标文件直接得出的分数经全体成员改正"}


def sections(acts: Acts, ranking: Ranking, names: Names, members: Names) -> tuple[Section, ...]:
    """Sections that have something to say; none when nothing was asked, decided or set right."""
    opening = ranking.opening
    made = (
        ("磋商、谈判的轮次", talks_lines(acts, opening, names, members)),
        ("最后报价", _final_quotes(acts, opening, names)),
        ("报价修正的确认", _corrections(acts, opening, names)),
        ("异常低价审查", _low_prices(acts, opening, names, len(members))),
        ("评分的改正", _sheets(acts, opening, names, members)),
        ("并列的确定", _ties(acts, opening, names)),
        ("复核提示", _points(ranking, names, members)),
    )
    found = [(title, tuple(lines)) for title, lines in made]
    return tuple(Section(title=title, paragraphs=lines) for title, lines in found if lines)


def _final_quotes(acts: Acts, opening: str, names: Names) -> Iterable[str]:
    together = acts.last(FinalQuotes, opening=opening)
    if together is None:
        return
    given = {a.id: a.item.t_recv for a in acts.all(QuoteReveal, closed=together.value.closed)}
    for offer in together.value.result.offers:
        figures = "，".join(f"{q.figure} {q.amount:f}" for q in offer.quote)
        when = given[offer.reveal].astimezone(SHANGHAI)
        yield f"{names.get(offer.supplier, offer.supplier)}：{figures}（{when:%Y-%m-%d %H:%M:%S} 公开），以此计算价格。"
    for supplier in together.value.result.withdrawn:
        yield f"{names.get(supplier, supplier)}：在规定时间内没有提交有效的最后报价，视为退出。"


def _corrections(acts: Acts, opening: str, names: Names) -> Iterable[str]:
    for notice in acts.all(CorrectionNotice, opening=opening):
        said = notice.value
        steps = "；".join(
            f"{s.of} 由 {s.before:f} 修正为 {s.after:f}（{STEP_WORDS.get(s.kind, s.kind)}）" for s in said.steps
        )
        answer = acts.last(CorrectionAnswer, notice=notice.id)
        if answer is None:
            word = "在规定时间内没有确认，其投标无效"
        elif answer.value.confirmed:
            word = f"于 {answer.item.t_recv.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} 签章确认"
        else:
            word = "签章答复不确认，其投标无效"
        yield f"{names.get(said.supplier, said.supplier)}：{steps}。投标人{word}。"


def _low_prices(acts: Acts, opening: str, names: Names, members: int) -> Iterable[str]:
    for notice in acts.all(ExplanationNotice, opening=opening):
        said = notice.value
        causes = "、".join(CAUSES[c] for c in said.causes)
        given = acts.last(PriceExplanation, notice=notice.id)
        votes = [a.value for a in acts.all(PriceJudgement, notice=notice.id)]
        found = conclusion(notice.id, said, votes, members)
        yield f"{names.get(said.supplier, said.supplier)}：{causes}。委员会要求说明的理由：{said.reason}"
        yield f"投标人的说明：{given.value.text}" if given else "投标人在规定时间内没有说明。"
        for file in given.value.files if given else ():
            yield f"证明材料：{file.title}（SHA-256 {file.sha256}）"
        if found is not None:
            word = "合理，接受其报价" if found.accepted else "不能证明其报价合理，其投标无效"
            yield f"表决：{found.votes} 票认为{word}。理由：{found.reason}"
        looked = sorted({one for vote in votes for one in vote.consulted})
        if looked:
            yield f"成员查阅的网址：{'、'.join(looked)}"


def _sheets(acts: Acts, opening: str, names: Names, members: Names) -> Iterable[str]:
    commits = {a.id: a.value.member for a in acts.all(ScoreCommit, opening=opening)}
    for act in acts.all(ScoreCorrection):
        member = commits.get(act.value.commit)
        if member is None:
            continue
        sheet = ScoreSheet.from_bytes(act.value.corrected, SHEET_LIMIT)
        marks = {(m.supplier, m.item): m for m in _marks(act.value.sheet)}
        changed = [m for m in sheet.marks if marks.get((m.supplier, m.item)) != m]
        words = "；".join(f"{names.get(m.supplier, m.supplier)} {m.item} 改为 {m.points:f} 分" for m in changed)
        who = members.get(member, member)
        yield f"{who}：{GROUNDS[act.value.ground]}。与原提交的评分表相比：{words or '删去不应有的评分'}。理由：{act.value.reason}"


def _marks(body: bytes) -> tuple[Mark, ...]:
    try:
        return ScoreSheet.from_bytes(body, SHEET_LIMIT).marks
    except Problem:  # what was committed need not be a sheet at all; then every mark is new
        return ()


def _ties(acts: Acts, opening: str, names: Names) -> Iterable[str]:
    rankings = {a.id for a in acts.all(Ranking, opening=opening)}
    for act in acts.all(TieSettlement):
        if act.value.ranking in rankings:
            order = "、".join(names.get(s, s) for s in act.value.order)
            yield f"{TIE_KEYS.get(act.value.key, act.value.key)}：依次为 {order}。理由：{act.value.reason}"


def _points(ranking: Ranking, names: Names, members: Names) -> Iterable[str]:
    for point in ranking.open_points:
        if not point.blocking:
            where = "，".join(names.get(p, members.get(p, p)) for p in point.where.split("."))
            yield f"{POINTS.get(point.code, point.code)}：{where}（{point.rule}）"

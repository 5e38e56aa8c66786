"""Where a delivery stands, read from the local store: sealed, uploaded, committed, receipted."""

from __future__ import annotations

from dataclasses import dataclass

from client.desk import Desk
from client.sealed_bids import SealedBid
from client.views.lots import LotStory, Phase
from procurement.basics.statement import Suite
from procurement.bidding.merge import Conflict, differences
from procurement.bidding.receipt import Receipt
from ui.boards.receipt import short
from ui.boards.suites import CIPHERS, HASHES
from ui.i18n import tr
from ui.kit.countdown import exact_text, moment_text
from ui.kit.milestones import Milestone
from ui.kit.progress import size_text


@dataclass(frozen=True, slots=True)
class Delivery:
    """The newest sealing of a lot and what became of it."""

    sealed: SealedBid | None
    uploaded: int
    total: int
    receipt: Receipt | None
    """Of the submission that stands"""
    standing_bid: str
    waiting: bool
    """An act on this lot waits in the outbox"""
    edited_since: bool
    """The draft says something else than what was sealed"""
    changes: tuple[Conflict, ...] | None = ()
    """What it says otherwise; None where what was sealed is not known here, only that the draft was saved since"""

    @property
    def submitted(self) -> bool:
        """A verified receipt of the standing submission is here. Nothing else counts."""
        return self.receipt is not None

    @property
    def replaces(self) -> bool:
        """A newer sealing than the one that stands."""
        return self.submitted and self.sealed is not None and self.sealed.bid != self.standing_bid

    @property
    def all_uploaded(self) -> bool:
        return self.sealed is not None and self.total > 0 and self.uploaded == self.total


def read_delivery(desk: Desk, story: LotStory) -> Delivery:
    """Gather it. Reads the local store only."""
    bidding = desk.bidding
    sealings = bidding.bids.of_lot(story.counting, story.lot)
    sealed = sealings[-1] if sealings else None
    uploaded, total = bidding.delivered(sealed.bid) if sealed else (0, 0)
    standing = story.standing
    receipt = desk.place.mirror.receipt(standing.id) if standing else None
    waiting = any(row.act in ("submission", "withdrawal") for row in desk.place.outbox.waiting())
    draft = bidding.drafts.open(story.tender.key, story.lot)
    changes: tuple[Conflict, ...] | None = ()
    if sealed is not None and draft.saved is not None and draft.saved > sealed.sealed:
        then = bidding.bids.forms(sealed.bid)
        changes = differences(then, draft.forms) if then is not None else None
    bid = standing.value.bid if standing else ""
    return Delivery(sealed, uploaded, total, receipt, bid, waiting, changes != (), changes)


def undelivered(story: LotStory, delivery: Delivery) -> str:
    """Why there is no bid of one's own on the platform, and what to do."""
    if story.phase is not Phase.BIDDING:
        return tr("提交已截止，没有有效投标。")
    if delivery.waiting:
        return tr("递交指令已签名，排队等待送达平台；送达并拿到回执才算递交。")
    if story.superseded is not None:
        time = moment_text(story.tender.package.deadline)
        return tr(
            "采购文件已更正且影响投标，原投标不再有效。请看更正内容，重新签章加密，{time} 以前重新递交。", time=time
        )
    if story.mine:
        return tr("投标已撤回。截止前可以重新递交。")
    return tr("平台上还没有这份投标。签章、加密、演练、上传都不等于递交；只有拿到回执才算。")


def before_words(delivery: Delivery | None) -> str:
    """Which earlier act a replacement or withdrawal follows (H8); empty where none stands."""
    if delivery is None or delivery.receipt is None:
        return ""
    time = exact_text(delivery.receipt.entry().t_recv)
    return tr("接的是平台于 {time} 签收的那一次（日志序号 {index}）。", time=time, index=delivery.receipt.leaf_index)


def sealed_facts(sealed: SealedBid) -> tuple[tuple[str, str], ...]:
    """What is told of a sealed file: name and value."""
    return (
        (tr("密文"), size_text(sealed.file_size)),
        (tr("密文摘要"), f"{HASHES[sealed.suite]} {short(sealed.bid)}"),
        (tr("封存时间"), exact_text(sealed.sealed)),
        (tr("加密块数"), tr("{count} 块，每块 1 MB", count=sealed.chunks)),
    )


def milestones(delivery: Delivery, suite: Suite, *, checked: bool, rehearsed: bool, busy: str) -> tuple[Milestone, ...]:
    """The eight steps, in the tender's suite. `busy` names the one under way now: seal, rehearse, upload, commit."""
    fresh = delivery.submitted and not delivery.replaces
    stale = (
        delivery.edited_since and not fresh
    )  # what was sealed is not what would be handed in: all is to be done again
    sealed = None if stale else delivery.sealed
    again = tr("有改动，须重做") if stale else ""
    at = exact_text(sealed.sealed)[11:16] if sealed else ""
    done_upload = (delivery.all_uploaded and not stale) or fresh

    def shape(done: bool, name: str) -> str:
        return "done" if done else "half" if busy == name else "ring"

    percent = (
        f"{delivery.uploaded * 100 // delivery.total} %" if delivery.total and not done_upload and not stale else ""
    )
    sizes = f"{size_text(delivery.uploaded)} / {size_text(delivery.total)}" if sealed else tr("分块上传，断线自动续传")
    receipted = exact_text(delivery.receipt.entry().t_recv)[11:16] if delivery.receipt and fresh else ""
    index = delivery.receipt.leaf_index if delivery.receipt else 0
    slip = tr("已写出，请与密文分开保管") if sealed and sealed.slip else tr("未写出；证书故障时没有备份可用")
    log = tr("平台签名、时间戳、日志序号 {index}", index=index) if fresh else tr("平台签名、时间戳、日志序号")
    return (
        Milestone(
            tr("自检"),
            tr("必须处理 0") if checked or sealed else tr("还有必须处理的"),
            "done" if checked or sealed else "ring",
            at,
        ),
        Milestone(tr("签章"), again or tr("投标内容与附件一并签名"), shape(sealed is not None, "seal"), at),
        Milestone(
            tr("加密"),
            again or tr("{cipher}，开标前无人持有完整密钥", cipher=CIPHERS[suite]),
            shape(sealed is not None, "seal"),
            at,
        ),
        Milestone(
            tr("备份条"),
            again or slip,
            "done" if sealed and sealed.slip else "ring",
            at if sealed and sealed.slip else "",
        ),
        Milestone(
            tr("演练"), again or tr("用证书试解密，内容不出本机"), shape((rehearsed and not stale) or fresh, "rehearse")
        ),
        Milestone(
            tr("上传密文"), again if stale and delivery.uploaded else sizes, shape(done_upload, "upload"), percent
        ),
        Milestone(tr("确认递交"), tr("发送不到 4 KB 的递交指令"), shape(fresh, "commit"), receipted),
        Milestone(tr("取得回执"), log, "done" if fresh else "ring", receipted or "—"),
    )

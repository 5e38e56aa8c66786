"""Said before anything is typed: the certificate that is open here cannot seal, deliver or release in this tender."""

from __future__ import annotations

from client.desk import Desk
from client.views.lots import LotStory, Phase
from ui.boards.suites import cannot_serve
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner


class SuiteBanner(Banner):
    """Hidden while the open certificate is of the tender's suite, and once nothing is left to do with it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def show_story(self, story: LotStory) -> None:
        desk, now = self._context.desk, self._context.now()
        due = story.phase is Phase.BIDDING or story.awaits_release(desk.actor, now)
        why = other_suite(desk, story) if due else ""
        if not why:
            self.hide()
            return
        if story.phase is Phase.BIDDING:
            text = tr("可以先编制，内容都保留；签章、加密、递交和授权解密要换证书。平台不收另一套算法的投标。")
            self.say("danger", tr("这张证书不能投这个项目"), f"{why}。{text}")
        else:
            text = tr("备份条补入也要用它签章。时限内未授权视为未按时解密。")
            self.say("danger", tr("这张证书不能授权解密"), f"{why}。{text}")


def other_suite(desk: Desk, story: LotStory | None) -> str:
    """Why the open certificate cannot serve this lot; empty when it can."""
    model = story.tender.model if story is not None else None
    return cannot_serve(desk, model.suite) if model is not None else ""

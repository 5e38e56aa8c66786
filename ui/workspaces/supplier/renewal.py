"""The loud warning between sealing and opening: certificates that end, or a token that opens nothing (C5)."""

from __future__ import annotations

from collections.abc import Sequence

from client.views.lots import LotStory, Phase
from procurement.basics.findings import Finding
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.messages import finding_words


class RenewalBanner(Banner):
    """Hidden while nothing threatens the opening. Asks the staff on the token's lane, once for each bid and phase."""

    def __init__(self, context: Context) -> None:
        super().__init__(big=True)
        self._context = context
        self._asked: tuple[str, Phase] | None = None

    def show_story(self, story: LotStory) -> None:
        standing = story.standing
        bid = standing.value.bid if standing is not None else ""
        if not bid or story.phase not in (Phase.BIDDING, Phase.CLOSED):
            self.hide()
            return
        if self._asked == (bid, story.phase):
            return
        self._asked = (bid, story.phase)
        job = self._context.desk.start(self._context.desk.bidding.renewal, bid)
        self._context.home(job.future, self, self.show_findings, lambda _problem: self.hide())

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """All of them; the first one is the title."""
        if not findings:
            self.hide()
            return
        words = [finding_words(found) for found in findings]
        text = "\n".join(f"{one.title}：{one.remedy}" if place else one.remedy for place, one in enumerate(words))
        self.say("danger", tr("开标前注意证书：{title}", title=words[0].title), text)

"""评审与结果: what was announced, and the own result letter."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from client.views.lots import LotStory
from procurement.awarding.award import ResultLetter
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text
from ui.kit.money import money_text
from ui.kit.states import StatePane
from ui.kit.text import column
from ui.theme.tokens import Tone


class ResultPane(QWidget):
    """Waits in words until there is a notice."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._wait = StatePane()
        self._banner = Banner(big=True)
        self._card = Card(tr("中标结果"))
        self._facts = Facts(name_width=96)
        self._card.body.addWidget(self._facts)
        told = QWidget()
        told.setLayout(column(self._banner, self._card, 0, spacing=12))
        self._told = told
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._wait)
        self._stack.addWidget(told)

    def show_story(self, story: LotStory) -> None:
        notice = story.notice
        if notice is None:
            text = tr("评审由评审委员会独立进行；结果确认后在这里公布，并另发通知。")
            self._wait.say("clock", "mute", tr("评审还没有结束"), text)
            self._stack.setCurrentWidget(self._wait)
            return
        value, me = notice.value, self._context.desk.actor
        won = value.winner == me
        sent = tr("代理机构于 {time} 发出中标通知书。", time=exact_text(notice.item.t_recv))
        self._banner.say("ok" if won else "mute", tr("中标") if won else tr("未中标"), sent)
        pairs = [(tr("中标人"), value.winner_name), (tr("中标金额（元）"), money_text(value.amount))]
        letter = self._context.desk.place.acts.last(ResultLetter, notice=notice.id, supplier=me)
        if letter is not None:
            told = letter.value.model_dump()
            pairs += [
                (tr("本单位名次"), str(told.get("rank") or "—")),
                (tr("本单位得分"), str(told.get("total") or "—")),
            ]
        self._facts.set_pairs(pairs)
        self._stack.setCurrentWidget(self._told)

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        text = tr("对结果有疑问的，可在知道之日起七个工作日内提出质疑")
        return "info", text, tr("政府采购法第五十二条"), []

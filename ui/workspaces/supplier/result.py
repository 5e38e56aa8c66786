"""评审与结果: what was announced, and the own result letter."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from client.views.contracts import ContractStory, Stage, contract_story
from client.views.lots import LotStory
from procurement.awarding.award import ResultLetter
from ui.boards.copies import Paper
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.text import column
from ui.kit.viewer import Viewer
from ui.theme.tokens import Tone


class ResultPane(QWidget):
    """Waits in words until there is a notice."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._contract: ContractStory | None = None
        self._doing = Doing(self, context, page)
        self._wait = StatePane()
        self._banner = Banner(big=True)
        self._card = Card(tr("中标结果"))
        self._facts = Facts(name_width=96)
        self._card.body.addWidget(self._facts)
        self._notice = Paper(context, tr("中标通知书"), "notice")
        self._signed = Paper(context, tr("政府采购合同"), "contract-copy")
        for one in (self._notice, self._signed):
            self._card.body.addWidget(one)
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
            own = letter.value
            pairs += [
                (tr("本单位名次"), str(own.rank) if own.rank else "—"),
                (tr("本单位得分"), str(own.total) if own.rank or own.total else "—"),
            ]
            if own.reason:
                pairs.append((tr("没有排名的原因"), own.reason))
        self._notice.show_paper(value.pdf)
        self._contract = contract_story(self._context.desk.place.acts, notice) if won else None
        signature = self._contract.signature if self._contract else None
        self._signed.show_paper(signature.value.pdf if signature else "")
        self._facts.set_pairs(pairs + self._contract_pairs())
        self._stack.setCurrentWidget(self._told)

    def _contract_pairs(self) -> list[tuple[str, str]]:
        """What the winner follows after the notice."""
        story = self._contract
        if story is None or story.contract is None:
            return []
        value = story.contract.value
        pairs = [(tr("合同编号"), value.contract_number), (tr("合同金额（元）"), money_text(value.amount))]
        pairs += [(tr("履行期限"), value.term), (tr("付款条件"), value.payment_terms)]
        for words, act in (
            (tr("本单位签订"), story.signature),
            (tr("验收通过"), story.acceptance),
            (tr("支付完成"), story.execution),
        ):
            pairs += [(words, exact_text(act.item.t_recv))] if act is not None else []
        return pairs

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._contract
        if self._doing.busy:
            return "info", tr("正在重新印制、逐字节核对并签章"), "", []
        if story is not None and story.stage is Stage.NOTIFIED:
            return "info", tr("等采购人送来合同"), tr("自中标通知书发出之日起三十日内签订"), []
        if story is not None and story.contract is not None and story.stage is Stage.OFFERED:
            read = button(tr("查看合同"), pressed=self._read, object_name="read-contract")
            sign = button(tr("核对并签订合同"), "primary", self._ask_sign, object_name="sign-contract")
            return "warn", tr("合同待签订"), tr("签订后合同自动公示，不能再改"), [read, sign]
        if story is not None:
            return "ok", tr("合同已签订"), tr("合同已公示"), []
        text = tr("对结果有疑问的，可在知道之日起七个工作日内提出质疑")
        return "info", text, tr("政府采购法第五十二条"), []

    # -- the contract

    def _read(self) -> None:
        story = self._contract
        assert story is not None and story.contract is not None
        viewer = Viewer(self.window(), tr("政府采购合同"))
        show = partial(viewer.show_pdf, tr("政府采购合同"))
        self._context.start(viewer, show, self._context.desk.tenders.read, story.contract.value.pdf)
        viewer.open()

    def _ask_sign(self) -> None:
        text = tr("程序按合同内容重新印制一遍，与采购人的文件逐字节一致才签章。")
        self._doing.ask(tr("签订这份合同？"), text, tr("核对并签章"), tr("再看看"), self._sign)

    def _sign(self) -> None:
        story = self._contract
        assert story is not None and story.contract is not None
        self._doing.do(self._context.desk.performing.sign_contract, story.contract.id)

"""评审与结果: what was announced, and the own result letter."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from client.views.contracts import ContractStory, Stage, contract_story
from client.views.lots import LotStory
from procurement.awarding.award import ResultLetter
from procurement.performing.signing import contract_due, pdf_to_sign
from ui.boards.copies import Paper
from ui.boards.doing import Doing
from ui.boards.signers import is_joint, missing_names, signer_pairs
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.countdown import exact_text, moment_text
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
        contract = contract_story(self._context.desk.place.acts, notice)
        member = me in (code for code, _name, _signed in contract.signers)
        won = value.winner == me or member
        sent = tr("代理机构于 {time} 发出中标通知书。", time=exact_text(notice.item.t_recv))
        word = tr("中标") if value.winner == me else tr("联合体中标") if member else tr("未中标")
        self._banner.say("ok" if won else "mute", word, sent)
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
        self._contract = contract if won else None
        signature = self._contract.signature if self._contract else None
        self._signed.show_paper(signature.value.pdf if signature else "")
        self._facts.set_pairs(pairs + self._contract_pairs())
        self._stack.setCurrentWidget(self._told)

    def _contract_pairs(self) -> list[tuple[str, str]]:
        """What the winner, and each member of its consortium, follows after the notice."""
        story = self._contract
        if story is None or story.contract is None:
            return []
        value = story.contract.value
        pairs = [(tr("合同编号"), value.contract_number), (tr("合同金额（元）"), money_text(value.amount))]
        pairs += [(tr("履行期限"), value.term), (tr("付款条件"), value.payment_terms)]
        if story.voided_for(self._context.desk.actor) and self._to_sign(story):
            pairs.append((tr("须重新签订"), tr("采购人换了新的合同稿，本单位在旧稿上的签章不作数。")))
        pairs += signer_pairs(story)
        for words, act in (
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
            if not self._to_sign(story):
                read = button(tr("查看合同"), pressed=self._read, object_name="read-contract")
                return "info", tr("本单位已签章"), tr("还差：{names}，签齐后生效", names=missing_names(story)), [read]
            read = button(tr("查看合同"), pressed=self._read, object_name="read-contract")
            sign = button(tr("核对并签订合同"), "primary", self._ask_sign, object_name="sign-contract")
            due = moment_text(contract_due(story.notice.value.sent), seconds=False)
            words = tr("须在 {moment} 前签订；", moment=due) + self._after_signing(story)
            return "warn", tr("合同待签订"), words, [read, sign]
        if story is not None:
            return "ok", tr("合同已签订"), tr("合同已公示"), []
        text = tr("对结果有疑问的，可在知道之日起七个工作日内提出质疑")
        return "info", text, tr("政府采购法第五十二条"), []

    def _to_sign(self, story: ContractStory) -> bool:
        return self._context.desk.actor in story.missing

    @staticmethod
    def _after_signing(story: ContractStory) -> str:
        """What the own signature brings about."""
        if is_joint(story) and len(story.missing) > 1:
            return tr("联合体全体成员签齐后合同生效并公示")
        return tr("签订后合同自动公示，不能再改")

    # -- the contract

    def _read(self) -> None:
        story = self._contract
        assert story is not None and story.contract is not None
        viewer = Viewer(self.window(), tr("政府采购合同"))
        show = partial(viewer.show_pdf, tr("政府采购合同"))
        signed = [act.value for act in story.signatures]
        self._context.start(viewer, show, self._context.desk.tenders.read, pdf_to_sign(story.contract.value, signed))
        viewer.open()

    def _ask_sign(self) -> None:
        story = self._contract
        text = tr("程序按合同内容重新印制一遍，与采购人的文件逐字节一致才签章。")
        if story is not None and is_joint(story):
            text += tr("联合体各成员对采购人承担连带责任。")
        self._doing.ask(tr("签订这份合同？"), text, tr("核对并签章"), tr("再看看"), self._sign)

    def _sign(self) -> None:
        story = self._contract
        assert story is not None and story.contract is not None
        self._doing.do(self._context.desk.performing.sign_contract, story.contract.id)

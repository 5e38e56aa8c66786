"""办理记录: every act this party may see, newest first, with who did it and where it stands in the log."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from client.acts import Act
from client.changes import Changes
from procurement.basics.problems import Problem
from ui.boards.receipt import short
from ui.context import Context
from ui.i18n import tr
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table

SHOWN = 500


def act_word(kind: str) -> str:
    """An act's name as people call it."""
    return {
        "registration": tr("登记备案"), "key-enrolment": tr("登记签名密钥"), "key-countersignature": tr("确认签名密钥"),
        "encryption-certs": tr("公布加密证书"), "budget-import": tr("导入预算"), "intention": tr("采购意向"),
        "requirement": tr("采购需求"), "plan": tr("采购计划"), "plan-approval": tr("计划审批"),
        "plan-numbering": tr("计划备案"), "agency-profile": tr("代理机构信息"), "entrustment": tr("项目委托"),
        "entrustment-acceptance": tr("接受委托"), "custody-key": tr("公布托管密钥"), "lot-key": tr("生成开标密钥"),
        "custody-envelopes": tr("分发密钥份额"), "custody-ack": tr("确认密钥份额"), "tender-package": tr("发布招标文件"),
        "submission": tr("投标"), "withdrawal": tr("撤回投标"), "closing": tr("截标"), "no-opening": tr("不开标"),
        "window": tr("调整解密时限"), "release": tr("授权解密"), "slip-admission": tr("准予备份补入"),
        "freeze": tr("冻结名单"), "custodian-release": tr("释放密钥份额"), "freeze-disputed": tr("对冻结提出异议"),
        "opening": tr("开启投标"), "opening-record": tr("开标记录"), "opening-confirmation": tr("确认开标记录"),
        "opening-objection": tr("对开标提出异议"), "objection-answer": tr("答复异议"), "panel": tr("组成评审委员会"),
        "sign-in": tr("专家签到"), "identity-check": tr("核验身份"), "leader-vote": tr("推选组长"),
        "qualification-review": tr("资格审查"), "conformity-review": tr("符合性审查"), "review-closed": tr("审查结束"),
        "score-commit": tr("提交评分"), "scores-closed": tr("评分截止"), "score-reveal": tr("公开评分"),
        "ranking": tr("评审排名"), "evaluation-report": tr("评审报告"), "report-signature": tr("签署评审报告"),
        "award-confirmation": tr("确认中标人"), "award-deemed": tr("到期视为确认"), "award-notice": tr("中标通知书"),
        "result-letter": tr("结果通知"), "contract": tr("合同"), "contract-signature": tr("签订合同"),
        "contract-publication": tr("合同公示"), "contract-supplement": tr("补充合同"),
        "supplement-signature": tr("签订补充合同"), "acceptance": tr("履约验收"), "payment": tr("付款申请"),
        "payment-execution": tr("资金支付"), "credit-record": tr("信用记录"), "performance-evaluation": tr("绩效评价"),
        "archive": tr("归档"), "statistics-release": tr("统计发布"), "custody-ready": tr("检查密钥份额"),
        "second-look": tr("请求复验"), "second-look-release": tr("复验释放份额"), "second-look-result": tr("复验结果"),
        "talks-round": tr("提出一轮磋商谈判"), "changes-confirmation": tr("确认条款变动"),
        "talks-notice": tr("通知磋商谈判"), "talks-response": tr("重新提交响应"), "talks-withdrawal": tr("退出谈判"),
        "talks-closed": tr("一轮截止"), "talks-review": tr("审查响应"), "time-extension": tr("延长时限"),
        "extension-notice": tr("通知延长时限"), "quote-round": tr("请求最后报价"), "quote-notice": tr("通知最后报价"), "quote-commit": tr("提交最后报价"),
        "quotes-closed": tr("最后报价截止"), "quote-reveal": tr("公开最后报价"), "final-quotes": tr("最后报价汇总"),
        "correction-request": tr("请求确认修正"), "correction-notice": tr("通知确认修正"),
        "correction-answer": tr("答复修正"), "explanation-request": tr("请求说明报价"),
        "explanation-notice": tr("通知说明报价"), "price-explanation": tr("说明报价"), "price-judgement": tr("认定报价"),
        "score-correction": tr("更正评分"), "tie-decision": tr("确定并列"), "challenge-letter": tr("质疑函"),
        "supplier-question": tr("询问"), "question-answer": tr("答复询问"),
        "challenge-reply": tr("质疑答复"), "challenge-paper": tr("登记纸质质疑函"),
    }.get(kind, kind)  # fmt: skip


class LedgerPage(Page):
    """Reads only."""

    topic = "records"

    def __init__(self, context: Context, title: str) -> None:
        super().__init__(head=64, foot=False)
        self._context = context
        self.head.show_title(title)
        self._table: Table[Act[Any]] = Table(
            (
                Column(tr("时间"), lambda act: Cell(exact_text(act.item.t_recv)), 180),
                Column(tr("事项"), lambda act: Cell(act_word(act.item.act), weight=500), 170),
                Column(tr("办理人"), lambda act: Cell(self._signer(act)), 0),
                Column(tr("项目"), lambda act: Cell(" ".join((act.item.number, act.item.lot)).strip() or "—"), 240),
                Column(tr("摘要"), lambda act: Cell(short(act.id), tone="text3"), 240),
                Column(tr("日志序号"), lambda act: Cell(f"{act.item.leaf_index:,}"), 100, "right"),
            ),
            title,
            row_height=36,
        )
        card = Card(flush=True)
        card.body.addWidget(self._table)
        self.body.addWidget(card, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _signer(self, act: Act[Any]) -> str:
        try:
            return self._context.desk.place.acts.signer(act).name
        except Problem as problem:
            return problem.code

    def _heard(self, changes: Changes) -> None:
        if changes.acts:
            self.refresh()

    def refresh(self) -> None:
        acts = self._context.desk.place.acts.everything()
        self._table.show_rows(tuple(reversed(acts))[:SHOWN])

"""证书自检 (R-038): what was found, what is missing, what to do; really signs and decrypts, and nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.diagnosis import Check, Step, sound
from client.tokens import Scan
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, waits
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Checks
from ui.kit.page import Page
from ui.kit.text import clear, column, label
from ui.kit.tokens import choose_token
from ui.messages import words_of


def step_word(step: Step) -> str:
    """A step as people call it."""
    return {
        "driver": tr("驱动"),
        "slot": tr("插槽与介质"),
        "certificate": tr("证书持有人"),
        "expiry": tr("有效期与吊销"),
        "pin": tr("证书口令"),
        "signature": tr("试签名"),
        "decryption": tr("试解密"),
    }[step]


def row_of(check: Check) -> tuple[State, str]:
    """One line: the state with the step's name, and what was found or what to do."""
    word = step_word(check.step)
    state = {"found": done(word), "warning": needs(word), "missing": blocked(word), "skipped": waits(word)}[check.state]
    if check.problem is not None:
        words = words_of(check.problem)
        return state, f"{words.title}。{words.remedy}"
    return state, _found(check)


def _found(check: Check) -> str:
    facts = check.facts
    if check.state == "skipped":
        return tr("还没有检测")
    if check.step == "expiry":
        usage = tr("签名证书") if facts["usage"] == "sign" else tr("加密证书")
        return tr("{usage}有效，还剩 {days} 天", usage=usage, days=facts["days"])
    if check.step == "certificate":
        kind = {"unit": tr("单位 CA"), "legal-person": tr("法人 CA"), "person": tr("个人证书")}[facts["kind"]]
        return "　".join(part for part in (facts["holder"], facts["code"], kind, facts["vendor"]) if part)
    if check.step in ("driver", "slot"):
        return "　".join(value for value in facts.values() if value)
    return tr("正常")


class SelfTest(Page):
    """The page. The PIN is asked for here, handed on once, and cleared at once."""

    topic = "selftest"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64)
        self._context = context
        self.head.show_title(tr("证书自检"))
        self._banner = Banner()
        self._rows = QVBoxLayout()
        card = Card(tr("检测结果"), tr("在本机真的签一次名、解一次密，不发往平台"))
        inner = QWidget()
        inner.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        card.body.addWidget(inner)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(tr("证书口令"))
        self.pin.setObjectName("pin")
        self.pin.setMaximumWidth(320)
        ask = Card(tr("证书口令"), tr("空着只检测不用口令的各项"))
        ask.body.addLayout(column(self.pin, label(tr("口令只在本机使用，不保存。"), "hint"), spacing=6))
        for part in (self._banner, card, ask):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._go = button(tr("开始检测"), "primary", self._start, object_name="run-self-test")
        self.pin.returnPressed.connect(self._go.click)
        self.foot.say("mute", tr("不联网也能检测"))
        self.foot.set_buttons(self._go)

    def _start(self) -> None:
        pin = self.pin.text()
        self.pin.clear()
        self._go.setEnabled(False)
        self._banner.say("info", tr("正在检测"), tr("有的介质要等几秒，需要时按介质上的按键。"))
        desk = self._context.desk
        if not desk.place.profile.drivers:
            self._run(pin, "")
            return
        job = desk.start(desk.accounts.scan)
        self._context.home(job.future, self, lambda scan: self._choose(pin, scan), self._failed)

    def _choose(self, pin: str, scan: Scan) -> None:
        choose_token(self.window(), scan.tokens, lambda key: self._run(pin, key), self._stopped)

    def _run(self, pin: str, key: str) -> None:
        desk = self._context.desk
        job = desk.start(desk.accounts.diagnose, pin, key)
        self._context.home(job.future, self, self.show_checks, self._failed)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show what was found, and the sum of it above."""
        self._go.setEnabled(True)
        clear(self._rows)
        self._rows.addWidget(Checks([row_of(check) for check in checks], columns=1, name_width=112))
        missing = sum(check.state == "missing" for check in checks)
        if not sound(checks):
            self._banner.say("danger", tr("有 {count} 项不能用", count=missing), tr("按每一项写的办法处理后再检测。"))
        elif any(check.state == "skipped" for check in checks):
            self._banner.say("info", tr("不用口令的各项都正常"), tr("输入口令再检测，会真的签一次名、解一次密。"))
        else:
            self._banner.say("ok", tr("这个证书在这台电脑上可用"), tr("今天能签名、能解密；不代表开标当天一定可用。"))

    def _failed(self, problem: Problem) -> None:
        self._stopped()
        self._context.tell_problem(self, problem)

    def _stopped(self) -> None:
        self._go.setEnabled(True)
        self._banner.hide()

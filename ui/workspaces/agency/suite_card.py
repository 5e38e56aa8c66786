"""签名与加密算法: the agency chooses a tender's suite and reads what follows from the choice before anything is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from procurement.basics.statement import Suite
from ui.boards.suites import SUITES, cannot_serve, suite_words
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.cards import Card
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import label


class SuiteCard(Card):
    """One choice, its consequences in words, and a warning where the certificate that is open here cannot publish it."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("签名与加密算法"), tr("整个项目用同一套，发布后不能改"))
        self._context = context
        choices = tuple((one, suite_words(one)) for one in SUITES)
        self._form = Form((FieldSpec("suite", tr("算法"), "choice", choices=choices, span=12),))
        self._what = label("", "hint", wrap=True)
        self._banner = Banner()
        for made in (self._form, self._what, self._banner):
            self.body.addWidget(made)
        self._form.fill({"suite": "I1"})
        self._say()

    def on_chosen(self, heard: Callable[[], object]) -> None:
        def changed(_name: str) -> None:
            self._say()
            heard()

        self._form.on_edited(changed)

    @property
    def suite(self) -> Suite | None:
        """None while nothing is chosen."""
        return cast("Suite | None", self._form.values()["suite"] or None)

    def choose(self, suite: Suite) -> None:
        self._form.fill({"suite": suite})
        self._say()

    def why_not(self) -> str:
        """Why a tender of this suite cannot be signed here now; empty when it can."""
        if self.suite is None:
            return tr("选择签名与加密算法")
        return cannot_serve(self._context.desk, self.suite)

    def _say(self) -> None:
        self._what.setText(_what_follows(self.suite) if self.suite else "")
        why = self.why_not()
        if why and self.suite:
            self._banner.say("warn", tr("这张证书不能办这个项目"), why)
        else:
            self._banner.hide()


def _what_follows(suite: Suite) -> str:
    """What a choice asks of suppliers, custodians and the agency, and what it does not give."""
    if suite == "I1":
        return tr("投标人用 RSA 或 P-256 证书签章、加密和授权解密；只有国密证书的投标人不能投标。")
    return tr(
        "投标人须有国密（SM2）签名和加密证书，只有 RSA 或 P-256 证书的不能投标；托管人须先公布国密托管密钥，代理机构用国密证书"
        "签章发布。PDF 上的签章、文书、平台自身的行为和日志仍用 I1，办文书的单位另配一张 RSA 或 P-256 证书。"
        "国密算法由软件实现，密钥在加密文件里，没有经过密码模块认证和密评。"
    )

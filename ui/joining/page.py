"""The page on which an account is set up: the platform's file, what it says and its fingerprint, then the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from client.platform_offer import MINOR, Known, Offer
from ui.i18n import tr
from ui.joining.account import AccountCard
from ui.joining.words import changes_text, facts_of, platform_name, trusted_by
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.dialogs import Question, ask
from ui.kit.files import DropZone
from ui.kit.page import Page
from ui.kit.text import clear, column, label, row
from ui.messages import Words
from ui.profiles import role_word
from ui.theme import wide


class JoinPage(Page):
    """`given` carries the file chosen; `met` asks to go on with it; `renew` carries the folder of a profile; `made` asks to make one."""

    topic = "joining"
    given = Signal(Path)
    met = Signal()
    renew = Signal(Path)
    made = Signal()
    home = Signal()

    def __init__(self, kept: Sequence[tuple[str, Path]] = ()) -> None:
        """`kept`: platforms that accounts here were set up from, and their files."""
        super().__init__(head=64)
        self.head.show_title(tr("用平台文件建立账户"), under=_what())
        self._offer: Offer | None = None
        self.wrong = Banner()
        self._zone = DropZone(
            tr("平台公布的文件"),
            tr("文件名以 .jincai-platform 结尾，向平台运营方索取"),
            suffixes=tr("平台文件 (*.jincai-platform)"),
        )
        self._zone.on_given(self.given.emit)
        self._first = first = Card(tr("1 平台文件"))
        first.body.addWidget(self._zone)
        for name, path in kept:
            words = tr("用本机已有的：{name}", name=name)
            first.body.addLayout(row(button(words, "link", partial(self.given.emit, path), icon="file"), 0))
        self._second = self._make_second()
        self.account = AccountCard()
        self._second.hide()
        self.account.hide()
        inner = QWidget()
        inner.setMaximumWidth(wide(860))
        box = column(first, self._second, self.account, 0, spacing=12)
        inner.setLayout(box)
        line = row(0, inner, 0)
        line.setStretch(1, 20)
        self.body.addLayout(line, 1)
        self._home = button(tr("返回登录"), pressed=self.home.emit, object_name="home")
        self._back = button(tr("上一步"), pressed=self._go_back, icon="arrow-left", object_name="back")
        self._next = button(tr("核对无误，连接平台"), "primary", self.met.emit, object_name="meet")
        self._make = button(tr("建立账户"), "primary", self.made.emit, object_name="make")
        self.account.edited.connect(self._judge)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.insertWidget(
            whole.indexOf(self.foot), self.wrong
        )  # beside the button that was pressed, however far one has scrolled
        self.foot.set_buttons(self._home, self._back, self._next, self._make)
        self._busy = ""
        self._judge()

    def _make_second(self) -> Card:
        card = Card(tr("2 核对这是不是要找的平台"))
        self._facts = Facts(columns=2, name_width=92)
        self._print = label("", "title", wrap=True, copy=True)
        self._print.setObjectName("fingerprint")
        self._print.setAccessibleName(tr("文件指纹"))
        why = tr(
            "指纹另行公布在不依赖平台的地方，例如财政部门网站或纸面通知。逐组核对，全部相同才继续："
            "文件没有别的凭据，程序以后相信谁，都只凭这一次核对。"
        )
        self._same = QCheckBox(tr("已逐组核对，与另行公布的指纹相同"))
        self._same.setAccessibleName(self._same.text())
        self._same.setObjectName("compared")
        self._same.toggled.connect(self._judge)
        self._trusts = Facts(columns=1, name_width=120)
        self._known = QVBoxLayout()
        self._known.setSpacing(8)
        card.body.addWidget(self._facts)
        card.body.addLayout(
            column(label(tr("文件指纹"), "strong"), self._print, label(why, "small", "text2", wrap=True))
        )
        card.body.addWidget(label(tr("建立账户后，本程序在这个平台上相信"), "strong"))
        card.body.addWidget(self._trusts)
        card.body.addLayout(self._known)
        card.body.addWidget(self._same)
        return card

    def work(self) -> QWidget | None:
        return self._zone.choose

    # -- what the staff answer

    def show_offer(self, offer: Offer) -> None:
        """What the file says; nothing of it is believed yet."""
        self._offer = offer
        self.wrong.hide()
        self._facts.set_pairs(facts_of(offer))
        self._trusts.set_pairs(trusted_by(offer))
        groups = offer.fingerprint.split()
        self._print.setText("\n".join(" ".join(groups[at : at + 8]) for at in range(0, len(groups), 8)))
        self._same.setChecked(False)
        self._show_known(offer.known)
        self._second.show()
        self._judge()

    def show_met(self) -> None:
        """The platform answers, and is the one of the file: its file makes room for the account."""
        self.wrong.hide()
        self._turn(choosing=True)
        self._judge()
        self.account.work().setFocus()

    def show_wrong(self, words: Words) -> None:
        """Why it did not go on; nothing was changed."""
        self.wrong.say("danger", words.title, words.text)
        self.busy("")

    def show_renewed(self, name: str) -> None:
        self.wrong.say("ok", tr("账户“{name}”已更新", name=name), tr("下次登录时生效"))
        clear(self._known)
        self.busy("")

    def busy(self, doing: str) -> None:
        """What is being done; "" when nothing is."""
        self._busy = doing
        self._judge()

    # -- parts

    def _turn(self, *, choosing: bool) -> None:
        for card in (self._first, self._second):
            card.setVisible(not choosing)
        self.account.setVisible(choosing)
        offer = self._offer
        under = f"{platform_name(offer)}　{offer.file.server}" if choosing and offer is not None else _what()
        self.head.show_title(tr("用平台文件建立账户"), under=under)

    def _go_back(self) -> None:
        self.wrong.hide()
        self._turn(choosing=False)
        self._judge()

    def _judge(self) -> None:
        """Which button is the next one, and what it waits for."""
        choosing = not self.account.isHidden()
        free = not self._busy
        self._next.setVisible(not choosing)
        self._back.setVisible(choosing)
        self._make.setVisible(choosing)
        self._next.setEnabled(free and self._offer is not None and self._same.isChecked())
        missing = self.account.missing()
        self._make.setEnabled(free and not missing and self._same.isChecked())
        if self._busy:
            self.foot.say("info", self._busy)
        elif self._offer is None:
            self.foot.say("mute", tr("还没有选平台文件"))
        elif not self._same.isChecked():
            self.foot.say("warn", tr("指纹还没有核对"), tr("核对后打勾"))
        elif choosing and missing:
            self.foot.say("mute", tr("还缺"), "、".join(missing))
        else:
            self.foot.say("mute", tr("还没有保存任何内容"))

    def _show_known(self, known: Sequence[Known]) -> None:
        clear(self._known)
        for one in known:
            self._known.addWidget(self._known_banner(one))
            major = set(one.changed) - MINOR
            if one.same_log and one.changed:
                words = tr("更新账户“{name}”", name=one.profile.name)
                press = button(words, "danger" if major else "default", partial(self._ask_renewal, one), icon="sync")
                self._known.addLayout(row(0, press))

    def _known_banner(self, known: Known) -> Banner:
        banner = Banner()
        who = f"{known.profile.name}（{role_word(known.profile.role)}）"
        if not known.same_log:
            text = tr(
                "本机账户“{who}”在同一网址或同一登录名称下用着另一本日志。或者平台另起了日志，或者这不是那个平台的文件："
                "先问清楚。继续会另建一个账户，原账户和回执不动，也不会并到一起。",
                who=who,
            )
            banner.say("danger", tr("日志公钥与本机已有账户不同"), text)
        elif set(known.changed) - MINOR:
            text = tr(
                "更新后，账户“{who}”会相信这个文件里的：{changes}。换成别人的，别人就能冒充平台或投标人。不是平台通知的更换，不要更新。",
                who=who,
                changes=changes_text(known),
            )
            banner.say("danger", tr("文件要改变已有账户所相信的内容"), text)
        elif known.changed:
            banner.say("info", tr("只有吊销列表较新"), tr("账户“{who}”可以更新。", who=who))
        else:
            banner.say("ok", tr("本机已有这个平台的账户"), tr("账户“{who}”与文件一致。", who=who))
        return banner

    def _ask_renewal(self, known: Known) -> None:
        def go(_typed: str) -> None:
            self.renew.emit(known.folder)

        if not set(known.changed) - MINOR:
            go("")
            return
        question = Question(
            self,
            tr("更新账户“{name}”所相信的内容？", name=known.profile.name),
            tr("将改变：{changes}。原来的一份留在账户文件夹里，程序不再使用。", changes=changes_text(known)),
            act=tr("更新"),
            keep=tr("不更新"),
            tick=tr("平台已另行通知这次更换，指纹已逐组核对"),
        )
        ask(question, go)


def _what() -> str:
    return tr("平台文件写明平台是谁、在哪里、相信哪些证书机构")

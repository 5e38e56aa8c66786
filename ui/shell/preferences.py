"""Settings: theme, language, letter size, reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.text import row
from ui.settings import Settings
from ui.theme import wide

SIZES = ("100", "125", "150")
"""Letter sizes in percent"""


class Preferences(Page):
    """What a person may set for this machine."""

    topic = "settings"

    def __init__(self, settings: Settings, take: Callable[[Settings], object], sign_out: Callable[[], object]) -> None:
        super().__init__(head=64)
        self.head.show_title(tr("设置"))
        self._settings, self._take = settings, take
        card = Card(tr("显示"), tr("立即生效，只影响本机"))
        themes = (("light", tr("浅色")), ("dark", tr("深色")), ("contrast", tr("高对比度")))
        self._form = Form(
            (
                FieldSpec("theme", tr("主题"), "choice", choices=themes),
                FieldSpec("language", tr("语言"), "choice", choices=(("zh", "中文"), ("en", "English"))),
                FieldSpec("scale", tr("字号"), "choice", choices=tuple((size, f"{size} %") for size in SIZES)),
            )
        )
        self._form.fill({"theme": settings.theme, "language": settings.language, "scale": str(settings.scale)})
        card.body.addWidget(self._form)
        closing = Card(tr("提醒"), tr("截止前、可以解密时、回执到达时用系统通知告诉您"))
        ends = (("no", tr("退出程序，不再提醒")), ("yes", tr("留在托盘，继续提醒")))
        self._closing = Form((FieldSpec("resident", tr("关闭窗口后"), "choice", choices=ends),))
        self._closing.fill({"resident": "yes" if settings.resident else "no"})
        closing.body.addWidget(self._closing)
        for one in (card, closing):
            self.body.addLayout(row(one, 0))
            one.setMinimumWidth(wide(560))
        self.body.addStretch(1)
        self.foot.say("mute", tr("设置只存在本机"))
        apply = button(tr("应用设置"), "primary", self._apply, object_name="apply-settings")
        renew = button(tr("程序更新"), pressed=lambda: self.asked.emit("updates"), object_name="open-updates")
        self.foot.set_buttons(renew, button(tr("退出登录"), "danger", sign_out, object_name="sign-out"), apply)

    def _apply(self) -> None:
        values = self._form.values()
        resident = self._closing.values()["resident"] == "yes"
        theme, language, size = values["theme"], values["language"], values["scale"]
        if theme in ("light", "dark", "contrast") and language in ("zh", "en") and size in SIZES:
            self._take(replace(self._settings, theme=theme, language=language, scale=int(size), resident=resident))  # type: ignore[arg-type]

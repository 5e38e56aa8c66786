"""Settings and help: theme, language, letter size; and the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.text import label, row
from ui.settings import Settings
from ui.theme import wide

SIZES = ("100", "125", "150")
"""Letter sizes in percent"""


class Preferences(Page):
    """What a person may set for this machine."""

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
        self.foot.set_buttons(button(tr("退出登录"), "danger", sign_out, object_name="sign-out"), apply)

    def _apply(self) -> None:
        values = self._form.values()
        resident = self._closing.values()["resident"] == "yes"
        theme, language, size = values["theme"], values["language"], values["scale"]
        if theme in ("light", "dark", "contrast") and language in ("zh", "en") and size in SIZES:
            self._take(replace(self._settings, theme=theme, language=language, scale=int(size), resident=resident))  # type: ignore[arg-type]


class Help(Page):
    """What the keys do, and where words of the law are explained."""

    def __init__(self) -> None:
        super().__init__(head=64, foot=False)
        self.head.show_title(tr("帮助"))
        keys = Card(tr("快捷键"))
        keys.body.addWidget(
            Facts(
                (
                    ("Alt+1 … 9", tr("到第几步")),
                    ("Alt+←", tr("返回上一处")),
                    ("F6", tr("到下一栏")),
                    ("Ctrl+F", tr("在打开的文件中查找")),
                    ("Ctrl+V", tr("在报价表中粘贴 Excel 的单元格")),
                    ("Esc", tr("关闭对话框")),
                    ("F1", tr("打开本页帮助")),
                ),
                name_width=96,
            )
        )
        words = Card(tr("几个词"))
        words.body.addWidget(
            Facts(
                (
                    (tr("未递交"), tr("平台上还没有这份投标。签章、加密、上传都不等于递交，只有核验过的回执才算。")),
                    (tr("已递交"), tr("回执已存本机并核验：平台签名、时间戳、日志包含证明。")),
                    (tr("释放"), tr("截止后由投标人交出自己的那一份密钥，全部释放后一起开标。")),
                    (tr("备份补入"), tr("用备份条代替证书释放，须在解密时限内。")),
                    (tr("线索"), tr("系统只列线索，不作结论；认定由人作出。")),
                ),
                name_width=96,
            )
        )
        for card in (keys, words):
            self.body.addWidget(card)
        self.body.addWidget(label(tr("时间均为北京时间，以服务器时钟为准。"), "hint"))
        self.body.addStretch(1)

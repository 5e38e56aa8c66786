"""延长时限: the leader gives all bidders more time in a running round, with the reason that they will read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.dialogs import Question, ask
from ui.kit.forms import FieldSpec, Form, as_number

MOST = 7 * 24 * 60


def ask_extension(pane: QWidget, context: Context, doing: Doing, request: str) -> None:
    """Ask for how many minutes and why; then extend the round of this id."""
    form = Form((FieldSpec("minutes", tr("延长"), "integer", tr("分钟"), span=12),))
    form.fill({"minutes": "30"})
    text = tr("对各家同样延长，只能延长、不能缩短；理由会写进通知和评审报告，不要出现成员或供应商的名称。")
    question = Question(
        pane.window(), tr("延长这一轮的时限？"), text, act=tr("签名延长"), keep=tr("不延长"), reason=tr("理由"), danger=False,
        inner=form,
    )  # fmt: skip

    def judge(_name: str = "") -> None:
        question.act.setEnabled(_minutes(form) > 0 and bool(question.typed.text().strip()))

    form.on_edited(judge)
    question.typed.textChanged.connect(judge)
    then: Callable[[str], object] = partial(_extend, context, doing, request, form)
    ask(question, then)


def _minutes(form: Form) -> int:
    found = as_number(form.values()["minutes"])
    return int(found) if found is not None and 0 < found <= MOST else 0


def _extend(context: Context, doing: Doing, request: str, form: Form, reason: str) -> None:
    doing.do(context.desk.talking.extend, request, reason.strip(), minutes=_minutes(form))

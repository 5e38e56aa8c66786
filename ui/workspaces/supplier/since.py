"""封存以后的改动: which sections differ from the sealed bid, and which steps that asks for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.text import clear, column, label, row
from ui.workspaces.supplier.delivery import Delivery
from ui.workspaces.supplier.prepare.pointing import section_of
from ui.workspaces.supplier.prepare.sections import outline


def steps_again(delivery: Delivery) -> tuple[str, ...]:
    """What must be done for the changes to count, in order. The check runs by itself."""
    steps = (tr("签章并加密"), tr("演练（自动）"), tr("上传密文"), tr("确认递交"))
    asks_slip = delivery.sealed is not None and delivery.sealed.slip and not delivery.submitted
    return (tr("备份条口令（输两次）"), *steps) if asks_slip else steps


class SinceCard(Card):
    """Hidden while the draft says what was sealed. `go` opens a section."""

    def __init__(self, go: Callable[[str], object]) -> None:
        super().__init__(tr("封存以后的改动"))
        self._go = go
        self._why = label("", "small", wrap=True)
        self._links = column(spacing=0)
        self._again = label("", "small", "text2", wrap=True)
        self.body.addWidget(self._why)
        self.body.addLayout(self._links)
        self.body.addWidget(self._again)
        self.hide()

    def show_changes(self, tender: Tender, lot: Lot, delivery: Delivery, *, busy: bool) -> None:
        """Say which sections differ, how many do not, and what is needed again."""
        changed = delivery.edited_since and not busy
        self.setVisible(changed)
        if not changed:
            return
        counted = Counter(section_of(lot, ".".join(one.key)) for one in delivery.changes or ())
        named = [(key, title) for key, title, _star in outline(tender, lot)]
        clear(self._links)
        for key, title in named:
            if counted[key]:
                words = tr("{title}：{count} 处", title=title, count=counted[key])
                link = button(words, "link", partial(self._go, key), small=True, object_name=f"since-{key}")
                self._links.addLayout(row(link, 0))
        self.note.setText(tr("{count} 处改动", count=counted.total()) if counted else "")
        same = len(named) - sum(bool(counted[key]) for key, _title in named)
        if delivery.changes is None:
            self._why.setText(tr("投标内容在封存以后保存过；这次封存时没有留下可比对的内容。"))
        else:
            self._why.setText(tr("下面各节与已封存的不同；其余 {count} 节没有变，不用再看。", count=same))
        self._again.setText(_again(delivery))


def _again(delivery: Delivery) -> str:
    steps = " → ".join(steps_again(delivery))
    words = tr("密文是一个整体，改一处就要换新的一份。要让改动生效，依次再做：{steps}。", steps=steps)
    if delivery.submitted:
        words += tr("已递交的那份继续有效，直到新的一份拿到回执；不想换，就不用做。")
    return words

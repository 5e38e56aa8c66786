"""联合体: its members with share and work, and the agreement among the bid's documents."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from procurement.bidding.consortium import members_in_order
from procurement.bidding.draft import ConsortiumMember
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.choice import Choice
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.text import column, label, row
from ui.workspaces.supplier.prepare.deposit import NAME_LENGTH
from ui.workspaces.supplier.prepare.sheet import Sheet

_USCC = re.compile(r"[0-9A-Z]{18}\Z")
TYPED = ("name", "code", "share", "work")
"""Fields of which one says that a member was begun"""


class ConsortiumEditor(QWidget):
    """The leading member is the bidder itself and always the first; a member enters the bid once it has name and code."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._forms: list[Form] = []
        self._wholes: list[QWidget] = []
        self._quiet = False
        most = sheet.lot.consortium.max_members
        note = tr("招标文件接受联合体，最多 {count} 家", count=most) if most else tr("招标文件接受联合体")
        card = Card(tr("联合体成员"), note)
        self._told = label("", "hint", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(16)
        self._add = button(
            tr("加一名成员"), pressed=self._add_member, icon="plus", small=True, object_name="add-member"
        )
        self._drop = button(tr("去掉最后一名"), "link", self._drop_member, small=True, object_name="drop-member")
        self._agreement = Choice()
        self._agreement.setAccessibleName(tr("联合协议"))
        self._agreement.setObjectName("consortium-agreement")
        self._agreement.currentIndexChanged.connect(self._chosen)
        card.body.addWidget(self._told)
        card.body.addLayout(self._rows)
        card.body.addLayout(row(self._add, self._drop, 0))
        paper = Card(tr("联合协议"), tr("载明各方承担的工作和义务，由各方签署"))
        paper.body.addWidget(self._agreement)
        self.setLayout(column(card, paper, 0, spacing=12))
        self._load()
        self.show_sheet()

    # -- members

    def _load(self) -> None:
        """Members as they stood: those half typed at their place among the others."""
        wholes = list(members_in_order(self._sheet.forms))
        heads = (place.partition("/") for place in self._sheet.loose if place.startswith("consortium/"))
        halves = {int(rest): self._sheet.loose[f"{head}/{rest}"] for head, _, rest in heads}
        if halves and not wholes:
            self._append()
        while wholes or halves:
            place = len(self._forms)
            if wholes and place not in halves:
                self._append(wholes.pop(0))
                continue
            texts = halves.pop(place if place in halves else min(halves))
            self._append()
            self._forms[-1].fill(texts)
            _check_code(self._forms[-1])

    def _append(self, one: ConsortiumMember | None = None) -> None:
        lead = not self._forms
        sizes = (("micro", tr("微型")), ("small", tr("小型")), ("medium", tr("中型")), ("large", tr("大型")))
        head = tr("牵头人") if lead else tr("成员 {number}", number=len(self._forms) + 1)
        form = Form(
            (
                FieldSpec("name", tr("名称"), span=6, read_only=lead, most=NAME_LENGTH),
                FieldSpec("code", tr("统一社会信用代码"), span=6, read_only=lead),
                FieldSpec("share", tr("合同份额"), "number", "%", span=3),
                FieldSpec("size", tr("企业规模"), "choice", choices=sizes, span=3),
                FieldSpec("work", tr("承担的工作"), span=6),
            )
        )
        for field in form.fields.values():
            field.control.setAccessibleName(f"{head} {field.spec.title}")
        self._forms.append(form)
        whole = QWidget()
        whole.setLayout(column(label(head, "strong"), form, spacing=6))
        self._wholes.append(whole)
        self._rows.addWidget(whole)
        if one is not None:
            share = f"{one.share.normalize():f}" if one.share else ""
            share = self._sheet.half(f"shares/{one.supplier}").get("share", share)
            said = {"name": one.name, "code": one.supplier, "share": share, "size": one.size, "work": one.work}
            form.fill(said)
            form.fields["share"].show_error(form.fields["share"].shape_error())
        elif lead:
            forms = self._sheet.forms
            form.fill({"name": forms.name, "code": forms.supplier, "size": forms.enterprise.size})
        form.on_edited(lambda _name: self._typed())

    def _add_member(self) -> None:
        if not self._forms:
            self._append()
        self._append()
        self._typed()
        self._forms[-1].fields["name"].control.setFocus()

    def _drop_member(self) -> None:
        """Taking out the last but one ends the consortium: one alone is none."""
        for _ in range(2 if len(self._forms) == 2 else 1):
            if self._forms:
                self._forms.pop()
                whole = self._wholes.pop()
                self._rows.removeWidget(whole)
                whole.hide()
                whole.deleteLater()
        self._typed()
        self._add.setFocus()

    def _typed(self) -> None:
        members, half, shares = [], dict[str, dict[str, str]](), dict[str, dict[str, str]]()
        for place, form in enumerate(self._forms):
            typed = form.values()
            code, share = typed["code"].upper(), as_number(typed["share"])
            sound = _check_code(form)
            if place and not (typed["name"] and sound) and any(typed[name] for name in TYPED):
                half[f"consortium/{place}"] = typed
            if typed["name"] and sound:
                shares[f"shares/{code}"] = {"share": typed["share"] if share is None or share < 0 else ""}
                members.append(
                    ConsortiumMember.model_validate(
                        {
                            "supplier": code, "name": typed["name"][:200], "role": "member" if place else "lead",
                            "share": share if share is not None and share >= 0 else Decimal(0),
                            "work": typed["work"], "size": typed["size"] or "medium",
                        }
                    )
                )  # fmt: skip
        shares = {at: {} for at in self._sheet.loose if at.startswith("shares/")} | shares
        self._sheet.put_under("consortium", half | shares, consortium=tuple(members))
        self._show_state()

    # -- the agreement

    def _chosen(self) -> None:
        if not self._quiet:
            self._sheet.put(consortium_agreement=str(self._agreement.currentData() or "") or None)

    def show_sheet(self) -> None:
        """Show the documents there are now, and what was chosen."""
        self._quiet = True
        self._agreement.clear()
        self._agreement.addItem(tr("选择文件"), "")
        for document in self._sheet.forms.documents:
            self._agreement.addItem(document.title, document.code)
        chosen = self._agreement.findData(self._sheet.forms.consortium_agreement or "")
        self._agreement.setCurrentIndex(max(0, chosen))
        self._quiet = False
        self._show_state()

    def _show_state(self) -> None:
        count, most = len(self._forms), self._sheet.lot.consortium.max_members
        self._drop.setVisible(count > 0)
        self._add.setEnabled(not most or count < most)
        total = sum((one.share for one in self._sheet.forms.consortium), Decimal(0))
        words = tr("{count} 家，份额合计 {total}%", count=count, total=f"{total.normalize():f}")
        self._told.setText(words if count else tr("单独投标不用填写。组成联合体的，各方不得再以其他名义参加同一标包。"))

    def show_errors(self, errors: dict[str, str]) -> None:
        """Stands in the advice column."""


def _check_code(form: Form) -> bool:
    """Whether the code of a member is one; if not, its field says so."""
    code = form.values()["code"].upper()
    sound = bool(_USCC.match(code))
    form.fields["code"].show_error(tr("应为 18 位数字和大写字母") if code and not sound else "")
    return sound

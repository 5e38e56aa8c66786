"""Editors that go item by item: qualification and conformity, the deviation table, scoring items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, cast

from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from procurement.basics.typed import sound_text
from procurement.bidding.draft import Answer, Claim, ClaimedCount, ParameterResponse
from procurement.tendering.conditions import ConformityItem, EvidenceSlot, Parameter, QualificationItem
from procurement.tendering.marking import Binary, Checklist, Count, DeductionFormula, IndexLookup, Part
from ui.i18n import tr
from ui.kit.badge import Badge, State, plain
from ui.kit.cards import Card, scrolled
from ui.kit.choice import Choice
from ui.kit.flow import flow, flowing
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.text import column, label, row
from ui.theme import wide
from ui.workspaces.supplier.prepare.evidence import EvidenceRow
from ui.workspaces.supplier.prepare.sections import claimable
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.ways import item_keys

How = Literal["document", "commitment", "agency-lookup", "licence-library", "not-applicable"]
Deviation = Literal["none", "positive", "negative"]
TEXT_LENGTH = 4000
"""Characters of a `Text`"""


def how_choices() -> tuple[tuple[str, str], ...]:
    return (
        ("document", tr("附证明文件")),
        ("commitment", tr("书面承诺")),
        ("agency-lookup", tr("由代理机构查询")),
        ("licence-library", tr("从证照库调取")),
        ("not-applicable", tr("不适用")),
    )


class ItemList(QWidget):
    """A scrolling list of items under one title; each item knows how to show the bid again."""

    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self._card = Card(title, note, flush=True)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(16, 4, 16, 16)
        self._list.setSpacing(0)
        self._card.body.addWidget(scrolled(inner))
        self.setLayout(column(self._card))
        self._rows: list[EvidenceRow] = []
        self._refill: list[Callable[[], None]] = []
        self._items: list[QWidget] = []
        item_keys(self, lambda: self._items)

    def add(self, head: str, states: Sequence[State], text: str, controls: Sequence[QWidget]) -> None:
        frame = QFrame()
        frame.setObjectName("sunkenless")
        title = label(head, "strong", wrap=True)
        badges = flowing(flow(*(Badge(state) for state in states), at_right=True))
        line = row(title, *([badges] if states else []), spacing=8)
        line.setStretch(0, 1)
        parts: list[QWidget] = [label(text, "label", wrap=True)] if text else []
        box = column(line, *parts, *controls, spacing=8)
        box.setContentsMargins(0, 14, 0, 14)
        frame.setLayout(box)
        self._list.addWidget(frame)
        self._items.append(frame)
        hair = QFrame()
        hair.setObjectName("hair")
        self._list.addWidget(hair)

    def close_list(self) -> None:
        self._list.addStretch(1)

    def evidence(self, sheet: Sheet, item: str, slots: Sequence[EvidenceSlot], units: int = 1) -> list[QWidget]:
        made: list[QWidget] = []
        for slot in slots:
            for unit in range(1, units + 1) if slot.per == "unit" else (0,):
                one = EvidenceRow(sheet, item, slot, unit)
                self._rows.append(one)
                made.append(one)
        return made

    def show_sheet(self) -> None:
        for one in self._rows:
            one.show_sheet()
        for refill in self._refill:
            refill()

    def show_errors(self, errors: dict[str, str]) -> None:
        """Findings of items stand in the advice column, with the item's place."""


def _combo(name: str, choices: Sequence[tuple[str, str]], chosen: str, object_name: str) -> QComboBox:
    made = Choice()
    made.setProperty("tool", True)
    made.setAccessibleName(name)
    made.setObjectName(object_name)
    made.addItem(tr("请选择"), "")
    for code, words in choices:
        made.addItem(words, code)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    made.setMinimumWidth(wide(180))
    return made


class AnswersEditor(ItemList):
    """资格条件: how each is met; 符合性: where the proof stands."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(tr("资格与符合性"), tr("逐项说明如何满足；缺一项即无效"))
        self._sheet = sheet
        for item in sheet.tender.qualification_of(sheet.lot):
            self._add_condition(item)
        for one in sheet.lot.conformity:
            self._add_conformity(one)
        self.close_list()

    def _add_condition(self, item: QualificationItem) -> None:
        answer = next((one for one in self._sheet.forms.answers if one.item == item.code), None)
        how = _combo(
            tr("{item}：如何满足", item=item.title), how_choices(), answer.how if answer else "", f"answer-{item.code}"
        )
        how.currentIndexChanged.connect(lambda _place, code=item.code, box=how: self._answered(code, box))
        holder = flowing(flow(label(tr("如何满足"), "label"), how))
        wants = dict(how_choices())[item.proof]
        controls = [holder, *self.evidence(self._sheet, item.code, item.evidence)]
        self.add(item.title, [plain(tr("资格")), plain(wants)], item.text, controls)

    def _add_conformity(self, item: ConformityItem) -> None:
        head = item.title if item.title.startswith("★") or item.importance != "star" else f"★ {item.title}"
        controls = self.evidence(self._sheet, item.code, item.evidence)
        self.add(head, [plain(tr("符合性"))], item.text, controls)

    def _answered(self, item: str, box: QComboBox) -> None:
        how = cast(How, str(box.currentData() or ""))
        self._sheet.put_answer(item, Answer(item=item, how=how) if how else None)


class ResponsesEditor(ItemList):
    """偏离表: one line for each parameter."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(tr("技术商务偏离表"), tr("★ 不得负偏离；▲ 按评分标准扣分"))
        self._sheet = sheet
        for parameter in sheet.lot.parameters:
            self._add(parameter)
        self.close_list()

    def _add(self, parameter: Parameter) -> None:
        response = next((one for one in self._sheet.forms.responses if one.parameter == parameter.code), None)
        mark = {"star": "★ ", "triangle": "▲ ", "plain": ""}[parameter.importance]
        choices = (("none", tr("无偏离")), ("positive", tr("正偏离")), ("negative", tr("负偏离")))
        name = tr("{item}：偏离", item=parameter.title)
        half = self._sheet.half(f"responses/{parameter.code}")
        given = (response.deviation, response.offer) if response else (half.get("deviation", ""), half.get("offer", ""))
        box = _combo(name, choices, given[0], f"deviation-{parameter.code}")
        box.setMinimumWidth(wide(110))
        offer = QLineEdit(given[1])
        offer.setMaxLength(TEXT_LENGTH)
        offer.setProperty("tool", True)
        offer.setPlaceholderText(tr("写明所投产品的实际参数"))
        offer.setAccessibleName(tr("{item}：响应内容", item=parameter.title))
        offer.setObjectName(f"offer-{parameter.code}")

        def typed() -> None:
            self._responded(parameter.code, box, offer)

        box.currentIndexChanged.connect(typed)
        offer.textEdited.connect(typed)
        offer.editingFinished.connect(typed)
        holder = QWidget()
        line = row(box, offer)
        line.setStretch(1, 1)
        holder.setLayout(line)
        controls = [holder, *self.evidence(self._sheet, parameter.code, parameter.evidence)]
        self.add(
            parameter.title if parameter.title[:1] in "★▲" else mark + parameter.title, [], parameter.text, controls
        )

    def _responded(self, parameter: str, box: QComboBox, offer: QLineEdit) -> None:
        deviation, text = str(box.currentData() or ""), sound_text(offer.text()).strip()
        fresh = None
        if deviation and text:
            fresh = ParameterResponse(parameter=parameter, deviation=cast(Deviation, deviation), offer=text)
        half = {"deviation": deviation, "offer": text} if fresh is None else {}
        self._sheet.put_response(parameter, fresh, half)


class ClaimsEditor(ItemList):
    """评分项响应: what the bidder claims and where it is proved. The committee checks it."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(tr("评分项响应"), tr("客观项按这里的申报与证明计分，由评委核对"))
        self._sheet = sheet
        codes = claimable(sheet.lot)
        for leaf in sheet.lot.scheme.leaves:
            if leaf.code in codes:
                self._add(leaf)
        self.close_list()

    def _add(self, leaf: Part) -> None:
        claim = self._sheet.forms.claim(leaf.code)
        form = Form(claim_fields(leaf))
        form.fill(claim_values(leaf, claim))
        form.fill(dict(self._sheet.half(f"claims/{leaf.code}")))
        form.show_errors({})
        form.on_edited(lambda _name: self._claimed(leaf, form.values()))
        units = max(claim.count if claim else 0, 3) if any(slot.per == "unit" for slot in leaf.evidence) else 1
        controls = [form, *self.evidence(self._sheet, leaf.code, leaf.evidence, units)]
        points = tr("{points} 分", points=f"{leaf.maximum:f}")
        self.add(leaf.title, [plain(points)], leaf.text, controls)

    def _claimed(self, leaf: Part, typed: dict[str, str]) -> None:
        claim = claim_of(leaf, typed)
        self._sheet.put_claim(leaf.code, claim, claim_half(leaf, claim, typed))


def claim_fields(leaf: Part) -> tuple[FieldSpec, ...]:
    """The fields in which a bidder claims an item, by the kind of its rule."""
    rule = leaf.rule
    if isinstance(rule, Count):
        return (FieldSpec("count", rule.unit, "integer", tr("数量"), required=False, span=4),)
    if isinstance(rule, Checklist):
        return tuple(FieldSpec(f"entry-{one.code}", one.label, "tick", span=12) for one in rule.entries)
    if isinstance(rule, DeductionFormula):
        return tuple(FieldSpec(f"count-{one.code}", one.label, "integer", required=False, span=6) for one in rule.steps)
    if isinstance(rule, IndexLookup):
        return (FieldSpec("index", rule.source, "number", required=False, span=6),)
    words = tr("满足") if isinstance(rule, Binary) else tr("已响应")
    return (FieldSpec("met", words, "tick", span=6),)


def claim_values(leaf: Part, claim: Claim | None) -> dict[str, str]:
    if claim is None:
        return {}
    values = {"count": str(claim.count), "met": "yes" if claim.met else "no"}
    values |= {f"entry-{code}": "yes" for code in claim.entries}
    values |= {f"count-{one.code}": str(one.count) for one in claim.counts}
    if claim.index is not None:
        values["index"] = f"{claim.index:f}"
    return values


def claim_of(leaf: Part, typed: dict[str, str]) -> Claim | None:
    """The claim that was typed; None when nothing is claimed."""
    counted = {name.removeprefix("count-"): _whole(text) for name, text in typed.items() if name.startswith("count-")}
    claim = Claim(
        item=leaf.code,
        count=_whole(typed.get("count", "")),
        entries=tuple(
            name.removeprefix("entry-") for name, text in typed.items() if name.startswith("entry-") and text == "yes"
        ),
        counts=tuple(ClaimedCount(code=code, count=count) for code, count in counted.items() if count),
        met=typed.get("met") == "yes",
        index=as_number(typed.get("index", "")),
    )
    return None if claim == Claim(item=leaf.code) else claim


def claim_half(leaf: Part, claim: Claim | None, typed: dict[str, str]) -> dict[str, str]:
    """What stands in fields of numbers and is not what the claim says."""
    said = claim_values(leaf, claim)
    numbers = {one.name for one in claim_fields(leaf) if one.kind in ("integer", "number")}
    return {name: typed[name] for name in numbers if as_number(typed[name] or "0") != as_number(said.get(name, "0"))}


def _whole(text: str) -> int:
    number = as_number(text)
    return int(number) if number is not None and 0 <= number < 10_000 else 0

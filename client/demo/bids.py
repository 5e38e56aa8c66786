"""What the five bidders of the demo say in their forms for the first lot. All invented.

A and C are small enterprises that offer goods of small makers and declare it, so ten percent come off their prices for the
evaluation; E asks for least.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from client.demo.bid_tables import BIDDERS, FIRST_OFFER, LIST_PRICES, Bidder, at_total, bid_tables
from client.demo.cast import SUPPLIERS, Party
from procurement.basics.moment import at_shanghai
from procurement.basics.money import in_words
from procurement.bidding.draft import (
    Answer,
    BidDocument,
    BidForms,
    Brand,
    Claim,
    Domestic,
    Enterprise,
    EvidenceLink,
    FieldValue,
    FilledForm,
    Machine,
    ParameterResponse,
    Person,
    QuotedElsewhere,
    QuotedFigure,
)
from procurement.tendering.conditions import CustomForm, EvidenceSlot, FormField
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

D = Decimal
LEADERS = dict(zip((s.key for s in SUPPLIERS), ("杨帆", "贺明远", "邢晓东", "秦岩", "段宁"), strict=True))
"""Project leader of each supplier"""

SLIP = D(9000)
"""What E's letter says too much"""


def bid_forms(supplier: Party, tender: Tender, tv: str, documents: tuple[BidDocument, ...]) -> BidForms:
    """A complete bid of this supplier for the first lot of `demo_tender`, on these documents, answering version `tv`."""
    lot = tender.lots[0]
    mine = BIDDERS[supplier.key]
    total = D(mine.total)
    small = mine.size == "small"
    return BidForms(
        tender=tv,
        lot=lot.code,
        supplier=supplier.code,
        name=supplier.name,
        quote=(QuotedFigure(figure="total", amount=total, words_amount=total),),
        tables=bid_tables(lot, mine, LEADERS[supplier.key], total),
        validity_days=lot.validity_days,
        opening=(
            FieldValue(field="days", number=D(lot.term.amount)),
            FieldValue(field="warranty", number=D(lot.term.warranty_months)),
        ),
        elsewhere=_elsewhere(supplier, total),
        forms=_forms(supplier, lot, mine, total),
        answers=_answers(tender, lot),
        responses=_responses(lot, mine),
        claims=_claims(lot, mine),
        documents=documents,
        evidence=_Links(documents).all(tender, lot, mine),
        enterprise=Enterprise(size=mine.size, declared=True, all_goods_small_micro=small, employees=mine.staff),
        domestic=Domestic(declared=True),
        brands=(Brand(product="p9", brand=mine.camera, manufacturer=f"{mine.camera}科技有限公司", model="IPC-400W"),),
        people=(
            Person(role="legal-representative", name=supplier.person),
            Person(role="project-manager", name=LEADERS[supplier.key], phone=f"0351-70000{ord(supplier.key[-1])}"),
        ),
        machines=(_machine(mine),),
    )


def _elsewhere(supplier: Party, total: Decimal) -> tuple[QuotedElsewhere, ...]:
    """One bidder's letter states another total than its opening sheet: the sheet prevails, and the bidder confirms (L-251)."""
    if supplier.key != "supplier-e":
        return ()
    return (QuotedElsewhere(place="bid-letter", figure="total", amount=total + SLIP),)


def first_offer(forms: BidForms) -> BidForms:
    """The same bid at the price that was later replaced."""
    tables = tuple(at_total(t, FIRST_OFFER) if t.table == "detail" else t for t in forms.tables)
    letters = tuple(_with_total(f, FIRST_OFFER) if f.form == "letter" else f for f in forms.forms)
    quote = (QuotedFigure(figure="total", amount=FIRST_OFFER, words_amount=FIRST_OFFER),)
    return forms.model_copy(update={"quote": quote, "tables": tables, "forms": letters})


def _with_total(form: FilledForm, total: Decimal) -> FilledForm:
    fields = tuple(f for f in form.fields if f.field != "total-words")
    return form.model_copy(update={"fields": (FieldValue(field="total-words", text=in_words(total)), *fields)})


# -- forms, answers, claims


def _forms(supplier: Party, lot: Lot, mine: Bidder, total: Decimal) -> tuple[FilledForm, ...]:
    """Every form of the lot that concerns an ordinary enterprise, with every required field."""
    asked = [f for f in lot.forms if f.code != "welfare" and (f.code != "sme" or mine.size != "large")]
    filled = [FilledForm(form=f.code, fields=_fields(f, supplier, lot, mine)) for f in asked]
    said = total + sum(e.amount - total for e in _elsewhere(supplier, total))
    return tuple(_with_total(f, said) if f.form == "letter" else f for f in filled)


def _fields(form: CustomForm, supplier: Party, lot: Lot, mine: Bidder) -> tuple[FieldValue, ...]:
    known = {
        "agent": supplier.person,
        "contact": supplier.person,
        "principal": supplier.person,
        "engineer": LEADERS[supplier.key],
        "name": LEADERS[supplier.key],
        "date": "2026-04-20",
        "founded": "2014-06-18",
        "product": "监控摄像机 IPC-400W",
        "factory": f"{mine.camera}科技有限公司",
        "maker": f"{mine.camera}科技有限公司",
        "address": "山西综改示范区示范路8号",
        "phone": "0351-7000000",
        "mail": "bid@example.invalid",
        "post": "商务经理",
        "size": {"micro": "微型企业", "small": "小型企业"}.get(mine.size, "中型企业"),
        "licence": "信息系统项目管理师",
        "licence-number": "2021-0451",
        "hours": "五个工作日",
    }
    numbers = {"validity": lot.validity_days, "staff": mine.staff, "employees": mine.staff, "years": 9}
    return tuple(_answered(field, known, numbers) for field in form.fields if field.required or field.code in numbers)


def _answered(field: FormField, known: Mapping[str, str], numbers: Mapping[str, int]) -> FieldValue:
    if field.code in numbers:
        return FieldValue(field=field.code, number=D(numbers[field.code]))
    return FieldValue(field=field.code, text=known.get(field.code, "详见投标文件"))


def _answers(tender: Tender, lot: Lot) -> tuple[Answer, ...]:
    items = tender.qualification_of(lot)
    return tuple(Answer(item=q.code, how="not-applicable" if q.code == "q9" else q.proof) for q in items)


def _responses(lot: Lot, mine: Bidder) -> tuple[ParameterResponse, ...]:
    made = []
    for parameter in lot.parameters:
        deviation = (
            "negative" if parameter.code in mine.below else "positive" if parameter.code in mine.above else "none"
        )
        offer = {"negative": "略低于要求", "positive": "优于要求", "none": "满足要求"}[deviation]
        model = LIST_PRICES[parameter.product][2] if parameter.product in LIST_PRICES else ""
        made.append(
            ParameterResponse.from_plain(
                {
                    "parameter": parameter.code,
                    "deviation": deviation,
                    "offer": f"{offer}：{parameter.text}",
                    "model": model,
                }
            )
        )
    return tuple(made)


def _claims(lot: Lot, mine: Bidder) -> tuple[Claim, ...]:
    counts = {"s4": mine.makers, "s9": mine.cases}
    among = {
        "s4": ("备份存储", "解码器", "SIP网关", "接入网关", "监控摄像机", "无线防作弊屏蔽终端"),
        "s9": tuple(f"标准化考点建设项目{n}" for n in range(1, 7)),
    }
    return tuple(
        Claim(
            item=leaf.code, count=counts.get(leaf.code, 0), units=among.get(leaf.code, ())[: counts.get(leaf.code, 0)]
        )
        for leaf in lot.scheme.leaves
        if leaf.evidence or leaf.code in counts
    )


def _machine(mine: Bidder) -> Machine:
    day = date(2026, 4, 20)
    number = f"{ord(mine.machine[0]):02x}"
    return Machine(
        macs=(f"02:00:5e:00:53:{number}",),
        addresses=(f"192.0.2.{ord(mine.machine[0])}",),
        cpu=f"DEMO-CPU-{mine.machine}",
        disk=f"DEMO-DISK-{mine.machine}",
        host=f"demo-{mine.machine.lower()}",
        first_used=at_shanghai(day, 9),
        last_used=at_shanghai(day, 13),
    )


# -- evidence


class _Links:
    """Pages of the bid's documents for every slot; page by page in order, from the first again when a document ends."""

    def __init__(self, documents: tuple[BidDocument, ...]) -> None:
        self.documents = {d.code: d for d in documents}
        self.at: dict[str, int] = {}

    def all(self, tender: Tender, lot: Lot, mine: Bidder) -> tuple[EvidenceLink, ...]:
        if not self.documents:
            return ()
        counts = {"s4": mine.makers, "s9": mine.cases}
        made = [
            link
            for q in tender.qualification_of(lot)
            if q.code != "q9"
            for link in self._of("qualification", q.code, q.evidence)
        ]
        for parameter in lot.parameters:
            made += self._of("technical", parameter.code, tuple(s for s in parameter.evidence if s.required))
        for item in lot.scheme.items:
            group = "technical" if item.group == "technical" else "business"
            for leaf in item.leaves:
                made += self._of(group, leaf.code, leaf.evidence, counts.get(leaf.code, 0))
        return tuple(made)

    def _of(self, kind: str, item: str, slots: tuple[EvidenceSlot, ...], count: int = 0) -> list[EvidenceLink]:
        made = []
        for slot in slots:
            for unit in range(1, count + 1) if slot.per == "unit" else (0,):
                document = self.documents.get(kind) or next(iter(self.documents.values()))
                page = self.at.get(document.code, 0) % document.pages + 1
                self.at[document.code] = page
                made.append(
                    EvidenceLink(slot=slot.code, item=item, unit=unit, document=document.code, first=page, last=page)
                )
        return made

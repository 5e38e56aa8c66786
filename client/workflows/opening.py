"""The opening hall: window, admissions, the record printed and sealed, confirmations and objections (B6, L-234 … L-236)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from client.acts import Act
from client.lot_day import LotDay, lot_day
from client.papers import Papers
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from documents.data import OpeningRecordPrint, TimelineEntry
from documents.papers import print_opening_record
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import Statement
from procurement.basics.value import ZERO_ID
from procurement.opening.order import check_window, window_end
from procurement.opening.readout import read_out_rows
from procurement.opening.session import (
    Closing,
    CustodianRelease,
    Freeze,
    FreezeDisputed,
    ObjectionAnswer,
    Opening,
    OpeningConfirmation,
    OpeningObjection,
    OpeningRecord,
    Release,
    SlipAdmission,
    Window,
)

_EVENTS = {
    "closing": "截标",
    "window": "调整解密时限",
    "release": "投标人解密",
    "slip-admission": "准予备用解密",
    "freeze": "解密结束",
    "freeze-disputed": "监管部门对冻结提出异议",
    "custodian-release": "托管人释放",
    "opening": "开启",
}


class OpeningHall(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.papers = Papers(place)

    # -- agency

    @verb()
    def change_window(
        self, closing_id: str, kind: Literal["extend", "pause", "resume"], reason: str, until: datetime | None = None
    ) -> Outcome:
        """Extend, pause or resume the release window, with a reason. A pause needs no `until`."""
        closing = self.place.acts.get(Closing, closing_id)
        earlier = [act.value for act in self.tenders.windows(closing)]
        first = self.tenders.first_window_end(closing)
        if until is None and kind != "pause":
            raise Refused("window-without-end", "Say until when the window is open.", lot=closing.value.lot)
        window = Window(
            closing=closing_id,
            prev=earlier[-1].id if earlier else ZERO_ID,
            kind=kind,
            until=until or window_end(first, earlier) or first,
            reason=reason,
        )
        frozen = self.place.acts.last(Freeze, closing=closing_id) is not None
        check_window(window, closing.value, first, earlier, self.place.now(), frozen=frozen)
        return self.place.act(window, subject=closing.value.lot)

    @verb()
    def admit_slip(self, release_id: str, reason: str) -> Outcome:
        """Admit a release from a backup slip by hand, where the tender asks for it (R-081)."""
        self.place.acts.get(Release, release_id)
        return self.place.act(SlipAdmission(release=release_id, reason=reason))

    @verb("print")
    def make_record(self, opening_id: str, host: str, recorder: str, *, remarks: tuple[str, ...] = ()) -> Outcome:
        """开标记录: rows as read out, printed, sealed with the agency's token, and signed."""
        day = lot_day(self.place, self.tenders, opening_id)
        now = self.place.now()
        until = now + timedelta(minutes=day.published.tender.opening.confirm_minutes)
        data = self.record_print(day, host, recorder, remarks, now, until)
        pdf = self.papers.seal(lambda path: print_opening_record(data, path), "agency", "开标记录")
        record = OpeningRecord(opening=opening_id, rows=data.rows, confirm_until=until, pdf=pdf)
        return self.place.act(record, files=(pdf,), subject=day.lot)

    def record_print(
        self, day: LotDay, host: str, recorder: str, remarks: tuple[str, ...], now: datetime, until: datetime
    ) -> OpeningRecordPrint:
        """The record's data: rows from opened forms alone, the order of the day from the log."""
        lot, tender = day.published.lot(day.lot), day.published.tender
        return OpeningRecordPrint(
            project=self.papers.project(day.published, day.lot),
            deadline=day.closing.value.deadline,
            opened=day.opening.item.t_recv,
            place=tender.opening.place,
            host=host,
            recorder=recorder,
            budget=lot.budget,
            ceiling=f"{lot.money_ceiling:,.2f} 元",
            rows=read_out_rows(lot, day.cases),
            timeline=tuple(self._timeline(day)),
            confirm_until=until,
            closing=day.closing.id,
            freeze=day.freeze.id,
            opening=day.opening.id,
            remarks=remarks,
            printed=now,
        )

    def _timeline(self, day: LotDay) -> list[TimelineEntry]:
        acts, closing = self.place.acts, day.closing.id
        found: list[Act[Statement]] = [day.closing, day.freeze, day.opening]
        found += [*acts.all(Window, closing=closing), *acts.all(Release, closing=closing)]
        found += [
            *acts.all(CustodianRelease, freeze=day.freeze.id),
            *acts.all(FreezeDisputed, freeze=day.freeze.id),
        ]
        return [
            TimelineEntry(
                time=act.item.t_recv,
                event=_EVENTS[act.item.act],
                actor=acts.signer(act).name,
                digest=act.id,
            )
            for act in sorted(found, key=lambda one: one.item.leaf_index)
        ]

    @verb()
    def answer(self, objection_id: str, text: str) -> Outcome:
        self.place.acts.get(OpeningObjection, objection_id)
        return self.place.act(ObjectionAnswer(objection=objection_id, text=text))

    # -- supplier

    @verb()
    def confirm(self, record_id: str) -> Outcome:
        """Confirm the record with the CA. Refused by this client when the own line differs from the own bid (M10)."""
        record = self.place.acts.get(OpeningRecord, record_id)
        self._check_own_line(record)
        return self.place.act(OpeningConfirmation(record=record_id, supplier=self.me))

    @verb()
    def object(self, record_id: str, text: str) -> Outcome:
        self.place.acts.get(OpeningRecord, record_id)
        return self.place.act(OpeningObjection(record=record_id, supplier=self.me, text=text))

    def _check_own_line(self, record: Act[OpeningRecord]) -> None:
        opening = self.place.acts.get(Opening, record.value.opening)
        day = lot_day(self.place, self.tenders, opening.id)
        mine = [case for case in day.cases if case.supplier == self.me]
        wanted = read_out_rows(day.published.lot(day.lot), mine)
        shown = [row for row in record.value.rows if row.supplier == self.me]
        if [row.model_copy(update={"number": 1}) for row in shown] != list(wanted):
            raise Tampered(
                "record-differs-from-own-bid", "Do not confirm: object, and show your bid.", record=record.id
            )

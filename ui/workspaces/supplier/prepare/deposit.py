"""The deposit's voucher: its fields, what is wrong with them, and the record once all say something."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from procurement.basics.moment import SHANGHAI
from procurement.basics.money import BEYOND, CENT
from procurement.bidding.draft import DepositRecord
from ui.i18n import tr
from ui.kit.forms import FieldSpec, as_number

VOUCHER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
YEARS = range(2000, 2200)
NAME_LENGTH = 200
"""Characters of a `Name`"""


def deposit_fields() -> tuple[FieldSpec, ...]:
    forms = (
        ("transfer", tr("转账")), ("cheque", tr("支票")), ("draft", tr("汇票")),
        ("promissory-note", tr("本票")), ("guarantee", tr("保函")), ("e-guarantee", tr("电子保函")),
    )  # fmt: skip
    return (
        FieldSpec("form", tr("形式"), "choice", choices=forms),
        FieldSpec("amount", tr("金额"), "number", tr("元")),
        FieldSpec("paid", tr("交纳日期"), "date"),
        FieldSpec("payer", tr("付款户名或申请人"), span=6, most=NAME_LENGTH),
        FieldSpec("voucher", tr("凭证号"), span=6),
    )


def deposit_values(deposit: DepositRecord | None) -> dict[str, str]:
    if deposit is None:
        return {}
    paid = f"{deposit.paid_at.astimezone(SHANGHAI):%Y-%m-%d}"
    amount = f"{deposit.amount:f}"
    return {
        "form": deposit.form,
        "amount": amount,
        "paid": paid,
        "payer": deposit.payer_name,
        "voucher": deposit.voucher,
    }


def deposit_errors(typed: dict[str, str]) -> dict[str, str]:
    """What keeps the voucher from entering the bid, by field: fields that are empty are told by the check."""
    amount, voucher, day = as_number(typed["amount"]), typed["voucher"], _day_of(typed["paid"])
    errors = {}
    if amount is not None and (not 0 <= amount < BEYOND or amount != amount.quantize(CENT)):
        errors["amount"] = tr("金额应为非负数，最多两位小数")
    if voucher and not VOUCHER.fullmatch(voucher):
        errors["voucher"] = tr("凭证号只用字母、数字和短横，最多 64 位；其他字样不写")
    if typed["paid"] and day is not None and day.year not in YEARS:
        errors["paid"] = tr("核对年份")
    return errors


def deposit_of(typed: dict[str, str]) -> DepositRecord | None:
    """The voucher, once every field says something; None before."""
    amount, day = as_number(typed["amount"]), _day_of(typed["paid"])
    whole = typed["form"] and typed["payer"] and typed["voucher"]
    if amount is None or day is None or not whole or deposit_errors(typed):
        return None
    return DepositRecord(
        form=typed["form"],  # type: ignore[arg-type]
        amount=amount.quantize(CENT),
        payer_name=typed["payer"],
        paid_at=datetime.combine(day, time(12), SHANGHAI).astimezone(UTC),
        voucher=typed["voucher"],
    )


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

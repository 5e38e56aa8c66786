"""The one form of every value that travels or is signed: frozen, strict, no unknown fields (house.md, "One class, one value")."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from procurement.basics.canonical import DEFAULT_LIMIT, canonical, parse_canonical, written
from procurement.basics.problems import Refused

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


def format_instant(value: datetime) -> str:
    """RFC 3339 UTC with milliseconds, as in every statement (protocol decision 9)."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_instant(text: str) -> datetime:
    if not _INSTANT.match(text):
        raise ValueError("an instant reads 2026-04-29T02:00:00.000Z")
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    return datetime(year, month, day, hour, minute, second, int(text[20:23]) * 1000, tzinfo=UTC)


def _instant_in(value: Any) -> Any:
    return parse_instant(value) if isinstance(value, str) else value


def _instant_check(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant is aware")
    return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)


def _decimal_in(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"-?(0|[1-9]\d{0,17})(\.\d{1,12})?", value):
            raise ValueError("a plain decimal number")
        return Decimal(value)
    return value


_AMOUNT = "amount"
"""Pydantic's type of the errors that say: this is no amount of money"""


def _money_in(value: Any) -> Any:
    try:
        found = _decimal_in(value)
    except ValueError:
        found = None
    if not isinstance(found, Decimal):
        raise PydanticCustomError(_AMOUNT, "an amount reads 5133840.00: yuan, a point, two decimals, as text")
    return found


def _money_check(value: Decimal) -> Decimal:
    if value != value.quantize(Decimal("0.01")):
        raise PydanticCustomError(_AMOUNT, "money has at most two decimals")
    return value.quantize(Decimal("0.01"))


def _bytes_in(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError("standard base64") from error
    return value


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_in),
    AfterValidator(_instant_check),
    PlainSerializer(format_instant, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An aware UTC time of millisecond precision."""

Number = Annotated[
    Decimal,
    BeforeValidator(_decimal_in),
    PlainSerializer(lambda d: format(d, "f"), when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""An exact decimal number (rate, weight, quantity, score); a string on the wire."""

Money = Annotated[
    Decimal,
    BeforeValidator(_money_in),
    AfterValidator(_money_check),
    PlainSerializer(lambda d: format(d, ".2f"), when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""An amount in CNY with two decimals; a string on the wire."""

Blob = Annotated[
    bytes,
    BeforeValidator(_bytes_in),
    PlainSerializer(lambda b: base64.b64encode(b).decode(), when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Bytes; standard base64 on the wire (DER, canonical statements, proofs)."""

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A 32-byte digest, id or nonce in lower-case hex."""

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,128}$")]
"""A number in lower-case hex, without leading zeros unless it is fixed in length."""

Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
"""统一社会信用代码: the 18-character code of an organisation."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._#-]{0,63}$")]

ZERO_ID = "0" * 64
"""Stands where a chain begins (`prev` of a first act)."""


class Value(BaseModel):
    """Base of all values. JSON in and out is strict; `None` is written by leaving the field out (M7: no null)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", ser_json_bytes="base64")

    def to_plain(self) -> dict[str, Any]:
        """The value as plain JSON data."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def to_bytes(self) -> bytes:
        """Canonical bytes."""
        return canonical(self.to_plain())

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read plain JSON data. Raises `Refused` with the first field that does not fit."""
        return cls._fitting(canonical(plain))

    @classmethod
    def from_canonical(cls, plain: dict[str, Any]) -> Self:
        """As `from_plain`, of what `parse_canonical` has answered."""
        return cls._fitting(written(plain))

    @classmethod
    def _fitting(cls, data: bytes) -> Self:
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            if first["type"] == _AMOUNT:
                remedy = "Write the amount in yuan with two decimals and nothing else, as 5133840.00."
                raise Refused("amount-malformed", remedy, rule="L-902", value=cls.__name__, field=where) from error
            raise Refused(
                "value-malformed",
                "Correct the named field and send again.",
                value=cls.__name__,
                field=where,
                reason=first["msg"],
            ) from error

    @classmethod
    def from_bytes(cls, data: bytes, limit: int = DEFAULT_LIMIT) -> Self:
        """Read canonical bytes. Raises `Refused`."""
        return cls.from_canonical(parse_canonical(data, limit))

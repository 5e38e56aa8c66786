"""Statements: values that somebody signs. `_type` and `suite` are part of the signed bytes (protocol B0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field

from procurement.basics.canonical import DEFAULT_LIMIT, parse_canonical
from procurement.basics.digest import digest
from procurement.basics.problems import Refused
from procurement.basics.value import Blob, Hex32, Instant, Name, Value

PREFIX = "jincai/v1/"
Suite = Literal["I1", "S1"]
"""Which algorithms a statement's digests and signature use: that of the key that signs it (M4)"""

_S1_FIELD = b'"suite":"S1"'
_registry: dict[str, type[Statement]] = {}


class Statement(Value):
    """Base of all statements. A subclass names its `TYPE`; its id is D("statement", bytes), never over the signature (H11)."""

    TYPE: ClassVar[str] = ""
    suite: Suite = "I1"

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "TYPE" in cls.__dict__ and _registry.setdefault(cls.TYPE, cls) is not cls:
            raise TypeError(f"two statements are called {cls.TYPE}")

    def to_plain(self) -> dict[str, Any]:
        return {"_type": PREFIX + self.TYPE, **super().to_plain()}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        return super().from_plain(cls._untyped(plain))

    @classmethod
    def from_canonical(cls, plain: dict[str, Any]) -> Self:
        return super().from_canonical(cls._untyped(plain))

    @classmethod
    def _untyped(cls, plain: dict[str, Any]) -> dict[str, Any]:
        """The fields without the type, which must be this one's."""
        if plain.get("_type") != PREFIX + cls.TYPE:
            raise Refused(
                "statement-of-another-type",
                "Send the statement that belongs to this act.",
                wanted=cls.TYPE,
                got=str(plain.get("_type")),
            )
        return {key: item for key, item in plain.items() if key != "_type"}

    def in_suite(self, suite: Suite) -> Self:
        """The same said in the suite of another key. Its bytes and id differ."""
        return self if suite == self.suite else self.model_copy(update={"suite": suite})

    @property
    def id(self) -> str:
        """The statement's id in hex."""
        return digest("statement", self.to_bytes(), suite=self.suite).hex()


def suite_in(data: bytes) -> Suite:
    """The suite that canonical statement bytes name; I1 for bytes that name none."""
    if _S1_FIELD not in data:
        return "I1"
    try:
        return "S1" if parse_canonical(data, len(data)).get("suite") == "S1" else "I1"
    except Refused:
        return "I1"


def statement_id(data: bytes) -> str:
    """D("statement", bytes) in hex, in the suite the bytes name."""
    return digest("statement", data, suite=suite_in(data)).hex()


def read_statement(data: bytes, limit: int = DEFAULT_LIMIT) -> Statement:
    """Read canonical bytes of any known statement (its module must have been imported). Raises `Refused`."""
    plain = parse_canonical(data, limit)
    kind = str(plain.get("_type", "")).removeprefix(PREFIX)
    found = _registry.get(kind)
    if found is None:
        raise Refused("statement-unknown", "Update the program: it does not know this statement.", type=kind)
    return found.from_canonical(plain)


class CmsSignature(Value):
    """Detached CMS SignedData over the statement bytes, leaf certificate inside (suite I1)."""

    kind: Literal["cms"] = "cms"
    der: Blob


class KeySignature(Value):
    """ECDSA P-256 with SHA-256 by an enrolled key (R-034: finance has no CA). `key` is SHA-256 of its SPKI DER."""

    kind: Literal["enrolled-key"] = "enrolled-key"
    key: Hex32
    der: Blob


class Sm2Signature(Value):
    """SM2 with SM3 by a certificate of suite S1, which stands beside it (protocol B0)."""

    kind: Literal["sm2"] = "sm2"
    certificate: Blob
    """The signer's certificate, DER; the signature is over its digest too"""
    der: Blob


class SignedBytes(Value):
    """A statement on the wire: its exact bytes and the signature over them."""

    statement: Blob
    signature: CmsSignature | KeySignature | Sm2Signature = Field(discriminator="kind")

    @property
    def id(self) -> str:
        return statement_id(self.statement)


S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Signed(Generic[S]):
    """A statement with the bytes it was read from and its signature; never re-serialised (decision 10)."""

    value: S
    wire: SignedBytes

    @property
    def id(self) -> str:
        return self.wire.id


class Signer(Value):
    """Who signed, as established by verification at a trusted time."""

    org: str = ""
    """统一社会信用代码 of the organisation; empty for a person who signs for nobody else (an expert)."""
    name: Name
    person: str = ""
    """Subject serialNumber of a personal certificate (the expert bank's number), else empty."""
    means: Literal["cert", "enrolled-key"]
    serial: str
    """Certificate serial number in hex; empty for an enrolled key."""
    certificate: Hex32
    """SHA-256 of the certificate DER (or of the SPKI DER of an enrolled key)."""
    valid_at: Instant

    @property
    def actor(self) -> str:
        """The code by which the platform knows the signer."""
        return self.person or self.org

"""Messages on the wire. Statements travel as `SignedBytes`; problems as RFC 9457 documents."""

from __future__ import annotations

from pydantic import Field

from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes
from procurement.basics.value import Blob, Code, Hex32, Instant, Name, Uscc, Value


class ActMessage(Value):
    """One act. `secret` travels beside the statement and never enters the log: a released share, for instance."""

    signed: SignedBytes
    secret: Blob = b""


class LoginMessage(Value):
    """Asks for a session. `password` only for accounts without a certificate (finance, supervisor)."""

    signed: SignedBytes
    password: str = Field(default="", max_length=200)


class ClockMessage(Value):
    """Moves the clock of a demo server forward; refused by any other server."""

    now: Instant


class UploadAnnouncement(Value):
    """What a sealed file will be, said before its bytes arrive (POST /v1/uploads). Hints only: the signed root decides (M17).

    The file is `prefix` bytes (magic, header length, header, commit) and then the sealed chunks, each `chunk` bytes
    but the last. `hashes` are the RFC 6962 leaf hashes SHA-256(0x00 || sealed chunk), 32 bytes each, in order.
    """

    tender: Hex32
    lot: Code
    header: Hex32
    bid: Hex32
    size: int
    """Bytes of the whole `.sealed` file; also sent as `Upload-Length`"""
    prefix: int
    chunk: int
    hashes: Blob


class UploadState(Value):
    """GET /v1/uploads/{id}: what the server holds. tus clients ask by HEAD and read `Upload-Offset`."""

    upload: Code
    offset: int
    size: int
    complete: bool
    expires: Instant


class ProblemDocument(Value):
    """RFC 9457 problem with the members this house adds."""

    type: str
    title: str
    status: int
    code: str
    kind: str
    rule: str = ""
    citation: str = ""
    why: str = ""
    why_en: str = ""
    remedy: str = ""
    facts: dict[str, str] = Field(default_factory=dict)
    """Keys are [a-z0-9_-]"""
    refusal: str = ""
    """Number of the server's record of this refusal (R-060)"""


class FeedItem(Value):
    """One act as the reader may see it. `seq` grows by the order of the log; files are fetched by digest."""

    seq: int
    act: str
    id: Hex32
    number: str = ""
    """备案号 of the project, once there is one"""
    lot: str = ""
    t_recv: Instant
    leaf_index: int
    signed: SignedBytes


class Feed(Value):
    items: tuple[FeedItem, ...]
    next: int
    """Ask again with after=next"""
    more: bool
    server_time: Instant


class PlatformAnswer(Value):
    """GET /v1/platform: what a platform says it is. It proves nothing: it is held against the platform's file."""

    name: Name
    operator: Uscc
    origin: Name
    log_key: str = Field(max_length=600)


class ServerTime(Value):
    now: Instant
    demo_clock: bool


class RefusalRecord(Value):
    """GET /v1/refusals/{number}: what the server wrote down when it refused an act (R-060)."""

    number: int
    t: Instant
    act: str
    """Statement type"""
    id: str
    """Id of the statement; empty when the message could not be read"""
    actor: str
    """Who was signed in, or whose signature on the act held; empty where neither was so"""
    code: str
    rule: str
    facts: dict[str, str]
    address: str = ""
    """Where the request came from"""
    session: str = ""
    """Start of the SHA-256 of the session it named, open or not"""
    named: str = ""
    """Whom it named without proof: the holder of a session that is over, the certificate in a signature that did not hold"""


class LogHashes(Value):
    """Leaves or the hashes of a proof, in order."""

    hashes: tuple[Hex32, ...]


class NonceAnswer(Value):
    nonce: Hex32


class SessionAnswer(Value):
    session: str
    """Opaque session id"""
    expires: Instant
    role: Role
    name: str


class DisclosedEntry(Value):
    leaf: Hex32
    leaf_index: int
    salt: Hex32
    entry: Blob


class DisclosedBid(Value):
    leaf: Hex32
    bid: Hex32
    salt: Hex32
    s: Hex32
    o: Hex32


class Disclosure(Value):
    """Opening values for the full edition: the chain's salts and the opened shares (B6 5b, decision 4)."""

    entries: tuple[DisclosedEntry, ...]
    bids: tuple[DisclosedBid, ...]

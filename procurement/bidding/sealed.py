"""The sealed bid and the acts before the deadline (protocol B2 and B4)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex, Hex32, Instant, Name, Uscc, Value

CHUNK_SIZE = 1024 * 1024
HEADER_LIMIT = 64 * 1024
COMMIT_LIMIT = 4 * 1024


class BidContent(Statement):
    """Inside the container, under the CAdES signature: for which tender and lot this content was made."""

    TYPE: ClassVar[str] = "bid-content"
    tender: Hex32
    lot: Code
    supplier: Uscc


class NationalRecipient(Value):
    """R_s encrypted to one SM2 certificate of the supplier (suite S1)."""

    issuer: Blob
    """The certificate's issuer name, DER"""
    serial: Hex
    """Its serial number, hex"""
    sealed: Blob
    """SM2 ciphertext, SEQUENCE {x, y, C3, C2}"""


class BidHeader(Statement):
    """Clear head of a sealed bid. Nothing in it tells the content."""

    TYPE: ClassVar[str] = "bid-header"
    tender: Hex32
    lot: Code
    supplier: Uscc
    nonce: Hex32
    chunk_size: int
    chunks: int
    size: int
    """Plaintext bytes of the container"""
    share_s: Hex32
    share_o: Hex32
    content: Hex32
    env_s: Blob | tuple[NationalRecipient, ...]
    """I1: AuthEnvelopedData, DER. S1: a list, one for each certificate"""
    env_o: Blob
    """I1: HPKE, enc || ciphertext. S1: SM2 ciphertext, DER"""


class EncryptionCertificate(Value):
    der: Blob
    oaep: Literal["sha1", "sha256"] = "sha1"


class EncryptionCerts(Statement):
    """A supplier's own list of certificates to which its bids may be sealed, signed by its signing key (C5)."""

    TYPE: ClassVar[str] = "encryption-certs"
    org: Uscc
    certs: tuple[EncryptionCertificate, ...]


class ClientRelease(Value):
    version: Name
    digest: Hex32


class Submission(Statement):
    """投标: commits to one sealed bid. Under 1 KB; with signature at most 4 KB."""

    TYPE: ClassVar[str] = "submission"
    tender: Hex32
    lot: Code
    supplier: Uscc
    bid: Hex32
    header: Hex32
    chunks: int
    size: int
    """Bytes of the sealed file's body (all chunks with tags)"""
    prev: Hex32
    client_time: Instant
    skew_ms: int
    client: ClientRelease
    machine: Hex32


class Withdrawal(Statement):
    """撤回 before the deadline."""

    TYPE: ClassVar[str] = "withdrawal"
    tender: Hex32
    lot: Code
    supplier: Uscc
    prev: Hex32

"""Receipts: the platform's signature over entry and salt, the log's proof, and the time-stamp that may follow (B5, M18)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.basics.problems import Refused
from procurement.basics.statement import SignedBytes
from procurement.bidding.receipt import Receipt, ReceiptStatement
from server_stub.store.models import ActRow, ProofRow, TokenRow

NOTE = (
    "本回执证明:平台于所载时间收到下列行为并已记入日志,平台对此签名负责;不证明标书内容有效、可解密或将中标,"
    "也不单独证明平台未向他人出示不同的日志。时间以平台为准,时间戳在附时由其机构另行证明。\n"
    "This receipt proves that the platform received the act at the stated time, entered it in its log and answers for"
    " that with its signature. It does not prove that a bid is valid, can be opened or will win, nor by itself that"
    " the platform shows everybody the same log. The time is the platform's; a time-stamp, when present, is its"
    " authority's own statement."
)


def receipt_statement(entry: bytes, salt: str) -> ReceiptStatement:
    return ReceiptStatement(entry=entry, salt=salt, note=NOTE)


def read_receipt(session: Session, act: str) -> Receipt | None:
    """The receipt of an act as stored; None until its proof is there. Raises `Refused("act-unknown")`."""
    row = session.scalar(select(ActRow).where(ActRow.id == act))
    if row is None:
        raise Refused("act-unknown", "Send the act first.", id=act)
    proof, token = session.get(ProofRow, act), session.get(TokenRow, act)
    if proof is None:
        return None
    return Receipt(
        receipt=SignedBytes.from_bytes(row.receipt),
        act=SignedBytes.from_bytes(row.wire),
        leaf_index=row.leaf_index,
        proof=proof.text,
        timestamp=token.token if token else b"",
    )

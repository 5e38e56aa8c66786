"""What was refused, to whom and why: kept like what was done (R-060)."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime

from sqlalchemy import func, select

from crypto.signing import named_signer
from procurement.basics.problems import Problem
from procurement.wire.messages import ActMessage
from server_stub.acts.caller import Caller
from server_stub.store.engine import Database
from server_stub.store.models import RefusalRow, to_millis

logger = logging.getLogger("server_stub.acts")
KEPT = 65536
"""Bytes kept of what was sent"""


def record(
    database: Database,
    type_: str,
    message: ActMessage | None,
    body: bytes,
    problem: Problem,
    caller: Caller,
    now: datetime,
) -> str:
    """Write one refusal in a transaction of its own; its number. A message that could not be read is kept as its digest: it may hold a secret."""
    named = caller.named
    if message and not caller.actor and not named:
        named = named_signer(message.signed)
    with database.write() as session:
        number = (session.scalar(select(func.max(RefusalRow.number))) or 0) + 1
        session.add(
            RefusalRow(
                number=number,
                t=to_millis(now),
                type=type_,
                act=message.signed.id if message else "",
                actor=caller.actor,
                code=problem.code,
                rule=problem.rule,
                facts=json.dumps(problem.facts, ensure_ascii=False),
                address=caller.address,
                session=caller.session,
                named=named,
                body=message.signed.to_bytes()[:KEPT] if message else hashlib.sha256(body).digest(),
            )
        )
    logger.info("refused %s as %s (%d)", type_, problem.code, number)
    return str(number)

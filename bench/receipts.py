"""A receipt made as the platform makes it, for the log that holds it, and what checking it takes."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.verify.command import verify_receipt
from client.verify.evidence import Anchors
from crypto.authority import TestAuthority
from crypto.log import Checkpoint, NoteSigner, entry_leaf, signature_digest, tlog_proof
from crypto.signing import sign_statement
from crypto.timestamps import TimestampAuthority
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.bidding.receipt import LogEntry, Receipt
from server_stub.trust.receipts import receipt_statement

AT = datetime(2026, 4, 20, 2, tzinfo=UTC)
CODE, PLATFORM = "91140000MA0BENCH09", "91140000MA0JINCAI0"
Head = tuple[int, int, bytes, list[bytes]]
"""Where the leaf stands, the tree's size and root, the audit path"""


class OneReceipt:
    """A party's registration, received: `leaf` goes into a log, `seconds` checks the receipt against that log's head."""

    def __init__(self) -> None:
        self._authority = TestAuthority.create("晋采测试认证中心")
        party = self._authority.issue_organisation("太原测试科技有限公司", CODE)
        said = Registration(
            actor=CODE, role=Role.SUPPLIER, name="太原测试科技有限公司", region="140000", contact="张三"
        )
        self._act = sign_statement(said, party.token)
        entry = LogEntry(
            act=said.TYPE,
            of=self._act.id,
            sig=signature_digest(self._act.signature.der),
            t_recv=AT,
            prev_leaf="0" * 64,
        )
        self._entry, self._salt = entry.to_bytes(), secrets.token_bytes(32)
        self.leaf = entry_leaf(self._salt, self._entry)

    def checker(self, head: Head) -> Callable[[], float]:
        """What checks the receipt once and tells the seconds: from its bytes to the verdict, anchors read beforehand."""
        index, size, root, path = head
        signer = NoteSigner.of("bench.jincai.invalid/log", Ed25519PrivateKey.generate())
        platform = self._authority.issue_platform("晋采平台", PLATFORM).token
        clock = TimestampAuthority(self._authority.issue_tsa("晋采时间戳").token)
        digest = hashlib.sha256(bytes.fromhex(self._act.id)).digest()
        data = Receipt(
            receipt=sign_statement(receipt_statement(self._entry, self._salt.hex()), platform),
            act=self._act,
            leaf_index=index,
            proof=tlog_proof(index, path, Checkpoint(signer.key.name, size, root).sign(signer)),
            timestamp=clock.stamp(digest, AT),
        ).to_bytes()
        anchors = Anchors(self._authority.trust(AT), signer.key)

        def check() -> float:
            start = time.perf_counter()
            report = verify_receipt(data, anchors)
            taken = time.perf_counter() - start
            if not report.good:
                raise RuntimeError("; ".join(fault.text for fault in report.faults))
            return taken

        return check

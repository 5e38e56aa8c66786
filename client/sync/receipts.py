"""A receipt is shown as a receipt only after this: signature, inclusion, consistency with what was seen before (H4, H15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from crypto.certificates import TrustStore
from crypto.log import Checkpoint, verify_consistency, verify_logged
from crypto.notes import NoteKey
from crypto.signing import verify_statement
from offline_cache.mirror import Mirror, SeenCheckpoint
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import SignedBytes
from procurement.bidding.receipt import LogEntry, Receipt

FUTURE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """A receipt whose arithmetic and signatures hold."""

    receipt: Receipt
    entry: LogEntry
    size: int
    """Size of the log under which it was proved"""


class ReceiptDesk:
    """Checks receipts against the log this client has seen so far, and remembers the new head."""

    def __init__(
        self,
        trust: TrustStore,
        log_key: NoteKey,
        mirror: Mirror,
        consistency: Callable[[int, int], tuple[bytes, ...]],
    ) -> None:
        self._trust = trust
        self._log_key = log_key
        self._mirror = mirror
        self._consistency = consistency

    def check(self, receipt: Receipt, sent: SignedBytes) -> CheckedReceipt:
        """Check the receipt for the act that was sent. Raises `Tampered` or what the signature check raises."""
        checked, head = self._judge(receipt, sent)
        self.see(head, receipt.proof.partition("\n\n")[2])
        return checked

    def recheck(self, receipt: Receipt, sent: SignedBytes) -> CheckedReceipt:
        """A receipt from the own store, whose head was found consistent when it was kept: all but that, offline."""
        return self._judge(receipt, sent)[0]

    def _judge(self, receipt: Receipt, sent: SignedBytes) -> tuple[CheckedReceipt, Checkpoint]:
        if receipt.act != sent:
            raise Tampered("receipt-of-another-act", "Keep the receipt and tell the supervisor.", act=sent.id)
        entry, head = verify_logged(receipt, self._log_key)
        verify_statement(receipt.receipt, self._trust, entry.t_recv, usage="platform")
        return CheckedReceipt(receipt, entry, head.size), head

    def see(self, head: Checkpoint, note: str) -> None:
        """Accept a head of the log if it grew from the last one seen. Raises `Tampered`: the log was forked (log-consistency-wrong)
        or is shorter than what it has signed (log-rollback)."""
        known = self._mirror.checkpoint()
        if known is not None and known.size not in (0, head.size):
            old, new = sorted(((known.size, bytes.fromhex(known.root)), (head.size, head.root)))
            verify_consistency(old[0], new[0], self._grown(old[0], new[0]), old[1], new[1])
        self._mirror.keep_checkpoint(SeenCheckpoint(head.size, head.root.hex(), note))

    def _grown(self, first: int, second: int) -> tuple[bytes, ...]:
        """The platform's proof between two heads, both of which it has signed: it cannot say that it knows no such size."""
        try:
            return self._consistency(first, second)
        except Refused as refused:
            if refused.code != "log-size-unknown":
                raise
            raise Tampered(
                "log-rollback", "Keep your receipts and tell the supervisor.", seen=second, other=first
            ) from refused

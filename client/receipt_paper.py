"""A receipt on paper: what the JSON file proves, in words, with a QR code of the act's id and the log's checkpoint."""

from __future__ import annotations

from pathlib import Path

from client.evidence import Evidence
from client.papers import Papers
from client.tenders import Tenders
from client.workplace import Workplace
from crypto.files import write_whole
from crypto.signing import verify_statement
from documents.data import ReceiptPrint
from documents.papers import print_receipt
from procurement.basics.problems import Locked
from procurement.basics.statement import read_statement
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import Submission, Withdrawal

PROVES = (
    "平台在所示时刻收到了这一事项，并以平台证书签名确认；",
    "事项编号已记入公开日志所示序号，平台此后不能删改而不被发现；",
    "密文的摘要如上；平台若以其他文件替换，会被发现。",
)
DOES_NOT_PROVE = (
    "投标文件内容完整、正确，或能否通过资格审查与符合性审查；",
    "开标时一定能够解密：请在解密时限内授权，备份条一并带好；",
    "平台向他人出示的是同一日志（须与见证或他人的检查点比对）。",
)


class ReceiptPapers:
    """Keeps each receipt of a bid twice in the profile's folder: the JSON file that proves, the PDF that is read."""

    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        self._place, self._tenders = place, tenders
        self._papers, self._evidence = Papers(place), Evidence(place)

    def save(self, statement_id: str, target: Path) -> Path:
        """Write the receipt to `target` and its paper beside it, same name, `.pdf`. Raises `Locked("receipt-not-here")`."""
        receipt = self._place.mirror.receipt(statement_id)
        if receipt is None:
            raise Locked("receipt-not-here", "The platform has not answered this act yet.", id=statement_id)
        write_whole(target, receipt.to_bytes())
        statement = read_statement(receipt.act.statement)
        if isinstance(statement, Submission | Withdrawal):
            print_receipt(self._data(receipt, statement), target.with_suffix(".pdf"))
        return target

    def keep_missing(self) -> tuple[Path, ...]:
        """Save every own receipt of a bid that is not in the folder yet (it may have come while nobody looked)."""
        made, place = [], self._place
        own = place.profile.actor
        acts = (*place.acts.all(Submission, supplier=own), *place.acts.all(Withdrawal, supplier=own))
        for act in acts:
            target = place.folder.receipts / f"{act.id}.json"
            if place.mirror.receipt(act.id) is not None and not target.with_suffix(".pdf").exists():
                target.parent.mkdir(exist_ok=True)
                made.append(self.save(act.id, target))
        return tuple(made)

    def _data(self, receipt: Receipt, statement: Submission | Withdrawal) -> ReceiptPrint:
        published = self._tenders.by_tv(statement.tender)
        entry = receipt.entry()
        bid = statement if isinstance(statement, Submission) else None
        return ReceiptPrint(
            project=self._papers.project(published, statement.lot),
            act="递交投标文件" if bid else "撤回投标文件",
            actor=self._papers.supplier(statement.supplier, self._place.profile.name),
            act_id=receipt.act.id,
            bid=bid.bid if bid else None,
            size=bid.size if bid else None,
            received=entry.t_recv,
            stamped=self._evidence.stamped(receipt),
            leaf_index=receipt.leaf_index,
            checkpoint=receipt.proof.partition("\n\n")[2],
            platform=verify_statement(receipt.receipt, self._place.trust, entry.t_recv, usage="platform").name,
            proves=PROVES if bid else PROVES[:2],
            does_not_prove=DOES_NOT_PROVE,
        )

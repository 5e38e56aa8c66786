"""A tender package as a folder, checked alone and offline: whoever got it on a stick can tell whether it is what was signed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from client.packages import NATIONAL_SIG, check_ack_signer, check_lot_key, check_model, inside, open_member
from client.verify.evidence import Anchors
from client.verify.report import Report
from crypto.custody import check_acks
from crypto.signing import verify_statement
from procurement.basics.problems import Tampered
from procurement.basics.statement import CmsSignature, KeySignature, SignedBytes, Signer, Sm2Signature, suite_in
from procurement.tendering.custody import CustodyAck, LotKey, check_quorum
from procurement.tendering.package import LotCustody, TenderPackage, tender_digest
from procurement.tendering.tender import Tender

LIMIT = 4 * 1024 * 1024
"""Bytes of a statement with its signature"""
MODEL_LIMIT = 16 * 1024 * 1024


def verify_package(folder: Path, anchors: Anchors) -> Report:
    """Check manifest, model, documents and custody of a package. Faults are in the report.

    Raises `Problem` where the manifest, its signature or the model cannot be read or believed: nothing rests on them then.
    """
    report, checked = Report(), _Folder(folder, anchors)
    report.once("manifest and model / 清单与招标数据", checked.tv[:16], checked.model)
    files = [(one.path, one.path) for one in checked.package.files]
    report.each("documents / 招标文件", files, checked.document)
    report.each("opening keys / 开标密钥", [(one.lot, one) for one in checked.package.custody], checked.custody)
    report.grades.append(f"time: {checked.package.issued.isoformat()}, the agency's word / 代理机构自述的时间")
    report.limits += [
        "whether this is the version in force, and whether the log holds it / 不能证明这是现行版本、已记入日志",
        *sorted(checked.limits),
    ]
    return report


class _Folder:
    """One package, its manifest believed: signatures are judged as of the time at which the agency says it issued it."""

    def __init__(self, folder: Path, anchors: Anchors) -> None:
        self._folder, self._anchors = folder, anchors
        self.limits: set[str] = set()
        data = self._read("manifest.json", LIMIT)
        self.tv, self.package = tender_digest(data), TenderPackage.from_bytes(data)
        self._signer = self._judged(SignedBytes(statement=data, signature=self._signature(data)))

    def model(self) -> None:
        """The agency's, and of the manifest."""
        data = self._read("tender.json", MODEL_LIMIT)
        if hashlib.sha256(data).hexdigest() != self.package.model:
            raise Tampered("package-file-differs", "Fetch this file again.", file="tender.json")
        check_model(self.package, Tender.from_bytes(data, MODEL_LIMIT), self._signer)

    def document(self, path: str) -> None:
        """As the manifest binds it."""
        named = next(one for one in self.package.files if one.path == path)
        with open_member(self._folder, inside(path)) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != named.sha256 or file.tell() != named.size:
                raise Tampered("package-file-differs", "Fetch this file again.", file=path)

    def custody(self, custody: LotCustody) -> None:
        """A lot's key and the acknowledgements of all its custodians; more must be needed than the buyer's side has."""
        inner = f"custody/{custody.lot.replace('#', '_')}"
        signed = self._signed(f"{inner}/lot-key.json", custody.lot_key)
        key = LotKey.from_bytes(signed.statement)
        check_lot_key(self.package, custody.lot, key, self._judged(signed).org)
        check_quorum(key)
        acks = [self._signed(f"{inner}/ack-{i}.json", one) for i, one in enumerate(custody.acks, 1)]
        said = [CustodyAck.from_bytes(one.statement) for one in acks]
        check_acks(key, said)
        for one, ack in zip(acks, said, strict=True):
            check_ack_signer(key.custodians[ack.i - 1], *self._hand(one, ack.org))

    def _hand(self, signed: SignedBytes, org: str) -> tuple[str, str]:
        """Who signed, and with which key. An enrolled key stands in the log, not in a package."""
        if isinstance(signed.signature, KeySignature):
            self.limits.add(
                "acknowledgements by enrolled keys: such keys stand in the log / 登记密钥的签名须凭日志核对"
            )
            return org, signed.signature.key
        signer = self._judged(signed)
        return signer.actor, signer.certificate

    def _judged(self, signed: SignedBytes) -> Signer:
        return verify_statement(signed, self._anchors.trust, self.package.issued)

    def _signed(self, path: str, named: str) -> SignedBytes:
        found = SignedBytes.from_bytes(self._read(path, LIMIT))
        if found.id != named:
            raise Tampered("package-file-differs", "Fetch this file again.", file=path)
        return found

    def _signature(self, manifest: bytes) -> CmsSignature | Sm2Signature:
        if suite_in(manifest) == "S1":
            return Sm2Signature.from_bytes(self._read(NATIONAL_SIG, LIMIT))
        return CmsSignature(der=self._read("manifest.sig", LIMIT))

    def _read(self, path: str, limit: int) -> bytes:
        with open_member(self._folder, path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise Tampered("package-file-differs", "Fetch this file again.", file=path)
        return data

"""Makes tests/vectors/packages: a good package folder of each suite, and one for each way in which `jincai verify` refuses. Run once:

    python -m tests.crypto.golden_packages

A case is the good folder of its suite with some files exchanged (base64) or taken away (null). The files stay as they are: what
a later version answers about them must be the same. `test_golden_packages` reads them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from client.verify.evidence import Anchors
from client.verify.packages import verify_package
from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore, certificate_digest
from crypto.custody import deal, lot_key_statement
from crypto.keys import CustodyKey, EnrolledKey, NationalCustodyKey
from crypto.signing import sign_statement, sign_with_key
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem
from procurement.basics.statement import SignedBytes, Sm2Signature, Statement, Suite
from procurement.basics.value import ZERO_ID
from procurement.tendering.custody import ENVELOPES, CustodyAck, LotKey, SigningReference
from procurement.tendering.package import LotCustody, PackageFile, TenderPackage
from procurement.tendering.tender import Tender
from tests.crypto.conftest import AT
from tests.crypto.custody_world import PARTIES, custodians_of
from tests.crypto.golden_receipts import KINDS, LOG
from tests.procurement.tendering import examples

FOLDER = Path(__file__).parents[1] / "vectors" / "packages"
AGENCY = PARTIES[0][0]
SUPERVISOR = PARTIES[2][0]
LOT = "lot-1"
Files = dict[str, bytes]
Change = dict[str, bytes | None]


@dataclass(frozen=True)
class Case:
    """What `cases.json` says of one folder."""

    name: str
    suite: str
    changes: dict[str, str | None]
    """Path → base64 of the file there, or null where it is missing; everything else as in the good folder"""
    code: str
    """What `jincai verify` names; "holds" when it finds nothing wrong"""


def lay(case: Case, folder: Path) -> None:
    """The case's folder, from the good one of its suite."""
    shutil.copytree(FOLDER / case.suite.lower(), folder)
    for path, data in case.changes.items():
        target = folder / path
        if data is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(base64.b64decode(data))


def judged(folder: Path, anchors: Anchors) -> str:
    """What this version of the program answers."""
    try:
        report = verify_package(folder, anchors)
    except Problem as problem:
        return problem.code
    return report.faults[0].problem.code if report.faults else "holds"


class Scene:
    """An agency, four custodians (the supervisor with an enrolled key), a lot key and a package, in one suite."""

    def __init__(self, suite: Suite, papers: TestAuthority, folder: Path) -> None:
        kind = KINDS[suite]
        self.suite: Suite = suite
        self.authority = papers if suite == "I1" else TestAuthority.create("招标包向量认证S1", kind=kind)
        self.agency = self.authority.issue_organisation("向量代理机构", AGENCY, kind=kind)
        self.others = {org: papers.issue_organisation(org, org) for org, _, _ in PARTIES if org != AGENCY}
        self.enrolled = EnrolledKey.create(folder / f"{suite}.key", "a passphrase of the vectors")

    def digest_of(self, org: str) -> SigningReference:
        if org == SUPERVISOR:
            return SigningReference(kind="enrolled-key", digest=self.enrolled.digest)
        return SigningReference(kind="cert", digest=certificate_digest(self.issued(org).signing[1]))

    def issued(self, org: str) -> Issued:
        return self.agency if org == AGENCY else self.others[org]

    @cached_property
    def key(self) -> LotKey:
        kind = CustodyKey if self.suite == "I1" else NationalCustodyKey
        keys = [kind.generate() for _ in PARTIES]
        custodians = custodians_of(keys, ENVELOPES[self.suite], lambda org, _i: self.digest_of(org))
        return lot_key_statement(self.tender.id, LOT, 3, custodians, ["d" * 64], deal(3, len(PARTIES), self.suite))

    @cached_property
    def tender(self) -> Tender:
        agency = examples.tender().agency.model_copy(update={"code": AGENCY})
        made = examples.tender(examples.lot(LOT), agency=agency)
        return made.model_copy(update={"algorithms": "S1"}) if self.suite == "S1" else made

    def sign(self, statement: Statement, token: Signing | None = None) -> SignedBytes:
        return sign_statement(statement.in_suite(self.suite), token or self.agency.token)

    def ack(self, place: int, key: LotKey, **changes: Any) -> SignedBytes:
        org = key.custodians[place - 1].org
        said = CustodyAck(lot_key=key.id, i=place, org=org).model_copy(update=changes)
        if org == SUPERVISOR:
            return sign_with_key(said, self.enrolled)
        suite = self.suite if org == AGENCY else "I1"
        return sign_statement(said.in_suite(suite), self.issued(org).token)

    def files(
        self,
        *,
        key: LotKey | None = None,
        key_signer: Signing | None = None,
        acks: dict[int, SignedBytes] | None = None,
        count: int = len(PARTIES),
        model: Tender | None = None,
        signer: Signing | None = None,
        papers: Files | None = None,
        **changes: Any,
    ) -> Files:
        """A package folder, good but for what is asked."""
        key, model = key or self.key, model or self.tender
        papers = papers or {"announcement.pdf": b"%PDF-1.7 announcement", "papers/document.pdf": b"%PDF-1.7 document"}
        lot_key = self.sign(key, key_signer)
        made = {i: self.ack(i, key) for i in range(1, count + 1)} | (acks or {})
        manifest = TenderPackage(
            tender_id=self.tender.id,
            number=self.tender.number,
            entrustment=ZERO_ID,
            agency=AGENCY,
            version=1,
            previous=ZERO_ID,
            model=hashlib.sha256(model.to_bytes()).hexdigest(),
            issued=self.tender.issued,
            deadline=self.tender.deadline,
            custody=(LotCustody(lot=LOT, lot_key=lot_key.id, acks=tuple(made[i].id for i in sorted(made))),),
            files=tuple(_member(path, data) for path, data in papers.items()),
        ).model_copy(update=changes)
        signed = self.sign(manifest, signer)
        return {
            "manifest.json": signed.statement,
            **_signature(signed),
            "tender.json": model.to_bytes(),
            f"custody/{LOT}/lot-key.json": lot_key.to_bytes(),
            **{f"custody/{LOT}/ack-{i}.json": one.to_bytes() for i, one in made.items()},
            **papers,
        }


def _member(path: str, data: bytes) -> PackageFile:
    sha256 = hashlib.sha256(data).hexdigest()
    return PackageFile(path=path, title="文件", media="application/pdf", size=len(data), sha256=sha256)


def _signature(signed: SignedBytes) -> Files:
    if isinstance(signed.signature, Sm2Signature):
        return {"manifest.sig.json": signed.signature.to_bytes()}
    return {"manifest.sig": signed.signature.der}


def _cases(on: Scene, good: Files) -> Iterator[tuple[str, Change]]:
    """Every case by its name, as what differs from the good folder."""
    yield "good", {}
    for path in good:
        yield f"without-{path.replace('/', '-')}", {path: None}
    yield from _bytes(on, good)

    def whole(files: Files) -> Change:
        """What of a whole folder is other than in the good one."""
        gone: Change = {path: None for path in good if path not in files}
        return gone | {path: data for path, data in files.items() if good.get(path) != data}

    yield from ((name, whole(files)) for name, files in _packages(on))


def _bytes(on: Scene, good: Files) -> Iterator[tuple[str, Change]]:
    """Files that are not what the manifest names."""
    sig = next(path for path in good if path.startswith("manifest.sig"))
    inner = f"custody/{LOT}"
    yield "manifest-cut", {"manifest.json": good["manifest.json"][:-1]}
    yield "manifest-spaced", {"manifest.json": good["manifest.json"].replace(b",", b", ", 1)}
    yield "manifest-unknown-field", {"manifest.json": good["manifest.json"].replace(b'"version"', b'"versiom"')}
    yield "manifest-reworded", {"manifest.json": good["manifest.json"].replace(b'"version":1', b'"version":2')}
    yield "manifest-is-a-lot-key", {"manifest.json": on.key.to_bytes()}
    yield "signature-cut", {sig: good[sig][:-1]}
    yield "signature-empty", {sig: b"{}" if on.suite == "S1" else b""}
    yield "model-another", {"tender.json": good["tender.json"].replace(b"64 GB", b"32 GB")}
    yield "document-another", {"papers/document.pdf": good["papers/document.pdf"] + b" "}
    yield "lot-key-another", {f"{inner}/lot-key.json": on.sign(on.key.model_copy(update={"k": 4})).to_bytes()}
    yield "lot-key-cut", {f"{inner}/lot-key.json": good[f"{inner}/lot-key.json"][:-1]}
    yield "ack-another", {f"{inner}/ack-2.json": good[f"{inner}/ack-1.json"]}


def _packages(on: Scene) -> Iterator[tuple[str, Files]]:
    """Packages that are wrong as they were signed."""
    kind, authority = KINDS[on.suite], on.authority
    somebody = authority.issue_organisation("另一家代理", "91140000OTHER00002", kind=kind).token
    stranger = TestAuthority.create("某某CA", kind=kind).issue_organisation("陌生", AGENCY, kind=kind).token
    revoked = authority.issue_organisation("已吊销", AGENCY, kind=kind)
    authority.revoke(revoked.signing[1], on.tender.issued - timedelta(days=1))
    expired = authority.issue_organisation("已过期", AGENCY, kind=kind, end=on.tender.issued - timedelta(days=1)).token
    legal = authority.issue_legal_person("某代理", AGENCY, "张三", kind=kind).token
    yield "signer-somebody-else", on.files(signer=somebody)
    yield "signer-of-unknown-issuer", on.files(signer=stranger)
    yield "signer-expired", on.files(signer=expired)
    yield "signer-revoked", on.files(signer=revoked.token)
    yield "signer-legal-person", on.files(signer=legal)
    yield "model-of-another-agency", on.files(model=on.tender.model_copy(update={"agency": examples.tender().agency}))
    yield "model-of-another-tender", on.files(model=on.tender.model_copy(update={"id": "JC-2026-002"}))
    yield "model-of-another-deadline", on.files(model=on.tender.model_copy(update={"deadline": AT}))
    other_suite = None if on.suite == "S1" else "S1"
    yield "model-of-another-suite", on.files(model=on.tender.model_copy(update={"algorithms": other_suite}))
    yield "path-outside", on.files(papers={"../document.pdf": b"%PDF-1.7 document"})
    yield from _custody(on, somebody)


def _custody(on: Scene, somebody: Signing) -> Iterator[tuple[str, Files]]:
    """Lot keys and acknowledgements that are wrong as they were signed."""
    yield "lot-key-of-another-lot", on.files(key=on.key.model_copy(update={"lot": "lot-2"}))
    yield "lot-key-of-another-tender", on.files(key=on.key.model_copy(update={"tender_id": "JC-2026-002"}))
    yield "lot-key-of-another-signer", on.files(key_signer=somebody)
    low = on.key.model_copy(update={"k": 2, "a": on.key.a[:2]})
    yield "quorum-of-the-buyers-side", on.files(key=low)
    yield "quorum-above-all", on.files(key=on.key.model_copy(update={"k": 5}))
    yield "custodians-misnumbered", on.files(key=on.key.model_copy(update={"custodians": on.key.custodians[::-1]}))
    point = on.key.model_copy(update={"a": ("02" + "ff" * 32, *on.key.a[1:])})
    yield "lot-key-no-point", on.files(key=point)
    yield "acks-three-of-four", on.files(count=3)
    yield "ack-of-another-key", on.files(acks={2: on.ack(2, on.key, lot_key="ab" * 32)})
    yield "ack-of-another-custodian", on.files(acks={2: on.ack(2, on.key, i=4)})
    buyer = PARTIES[1][0]
    said = CustodyAck(lot_key=on.key.id, i=2, org=buyer)
    yield "ack-by-somebody-else", on.files(acks={2: sign_statement(said, on.others[PARTIES[3][0]].token)})
    supervisor = CustodyAck(lot_key=on.key.id, i=3, org=SUPERVISOR)
    yield "ack-by-another-key", on.files(acks={3: sign_with_key(supervisor, EnrolledKey.generate())})


def main() -> None:
    """Write everything anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    papers = TestAuthority.create("招标包向量认证I1")
    made: list[Case] = []
    with TemporaryDirectory() as scratch:
        scenes = [Scene(suite, papers, Path(scratch)) for suite in KINDS]
        for on in scenes:
            good = on.files()
            for path, data in good.items():
                target = FOLDER / on.suite.lower() / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            for name, change in _cases(on, good):
                text = {
                    path: None if data is None else base64.b64encode(data).decode() for path, data in change.items()
                }
                made.append(Case(name, on.suite, text, ""))
        known = [on.authority.trust(AT) for on in scenes]
        parts = ("roots", "intermediates", "crls")
        TrustStore(*([one for trust in known for one in getattr(trust, part)] for part in parts)).save(FOLDER / "trust")
        (FOLDER / "trust" / "platform.pem").unlink()
        (FOLDER / "trust" / "log.vkey").write_text(LOG.key.vkey + "\n", "utf-8")
        anchors, cases = Anchors.load(FOLDER / "trust"), []
        for place, case in enumerate(made):
            folder = Path(scratch) / str(place)
            lay(case, folder)
            cases.append(replace(case, code=judged(folder, anchors)))
    about = (
        "One package folder for each way in which checking it alone ends (docs/tender-package-format.md): the good folder i1 or s1 with "
        "`changes`, path to base64 of the file there, or null where it is missing. `code`: what `jincai verify --trust trust FOLDER` names, "
        "`holds` when it finds nothing wrong. Made by tests/crypto/golden_packages.py; never made anew."
    )
    document = {"about": about, "cases": [vars(case) for case in cases]}
    (FOLDER / "cases.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

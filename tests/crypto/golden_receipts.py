"""Makes tests/vectors/receipts: good receipts of each suite, and one for each way in which `jincai verify` refuses. Run once, by hand:

    python -m tests.crypto.golden_receipts

The files stay as they are: what a later version answers about them must be the same. `test_golden_receipts` reads them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.verify.command import verify_receipt
from client.verify.evidence import Anchors
from crypto.authority import Issued, KeyKind, TestAuthority
from crypto.certificates import TrustStore
from crypto.cms import sign_enclosed
from crypto.keys import EnrolledKey
from crypto.log import Checkpoint, NoteSigner, entry_leaf, inclusion, root, signature_digest, tlog_proof
from crypto.notes import sign_note
from crypto.signing import sign_bytes, sign_statement, sign_with_key
from crypto.timestamps import TimestampAuthority, make_request, token_of_response
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem
from procurement.basics.statement import CmsSignature, SignedBytes, Statement, Suite
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement
from procurement.bidding.sealed import Withdrawal
from tests.crypto.conftest import AT, CODE
from tests.crypto.test_log import ORIGIN, Table

FOLDER = Path(__file__).parents[1] / "vectors" / "receipts"
PLATFORM = "91140000PLATFORM01"
LOG = NoteSigner.of(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
SALT = b"salt of the receipt's own leaf.."
KINDS: dict[Suite, KeyKind] = {"I1": "ec", "S1": "sm2"}
BEFORE, AFTER = 4, 6
"""Leaves of others in the log"""


@dataclass(frozen=True)
class Case:
    """What `cases.json` says of one file."""

    file: str
    suite: str
    code: str
    """What `jincai verify` names; "holds" when it finds nothing wrong"""


def judged(data: bytes, anchors: Anchors) -> str:
    """What this version of the program answers."""
    try:
        report = verify_receipt(data, anchors)
    except Problem as problem:
        return problem.code
    return report.faults[0].problem.code if report.faults else "holds"


@dataclass(frozen=True)
class Scene:
    """Who is there in one suite: a supplier, a platform, an authority of time; and strangers."""

    suite: Suite
    authority: TestAuthority
    supplier: Issued
    platform: Issued
    tsa: Issued
    """Time-stamps are of suite I1 in either"""
    silent: TestAuthority
    """Believed, but its revocation lists are not there"""
    paper: Issued
    """Somebody with a certificate of suite I1 that is no authority of time"""

    def receipt(
        self,
        act: Statement | None = None,
        *,
        signed: SignedBytes | None = None,
        entry: Callable[[LogEntry], LogEntry] = lambda one: one,
        platform: Signing | None = None,
        tsa: Signing | None = None,
        salt: bytes = SALT,
        note: Callable[[str], str] = lambda one: one,
        text: str = "",
        log: NoteSigner = LOG,
        stamped: bool = True,
    ) -> Receipt:
        """A receipt, good but for what is asked. `text`: what the log signs as its head instead."""
        signed = signed or sign_statement((act or withdrawal()).in_suite(self.suite), self.supplier.token)
        found = LogEntry(
            act=Withdrawal.TYPE, of=signed.id, sig=signature_digest(signed.signature.der), t_recv=AT, prev_leaf=ZERO_ID
        )
        data = entry(found).to_bytes()
        stored = Table()
        for number in range(BEFORE):
            stored.add(bytes([number]) * 32)
        stored.add(entry_leaf(SALT, data))
        for number in range(AFTER):
            stored.add(bytes([100 + number]) * 32)
        head = Checkpoint(ORIGIN, stored.size, root(stored.read, stored.size)).text
        signed_head = note(sign_note(text or head, log))
        said = ReceiptStatement(entry=data, salt=salt.hex(), note="证明平台收到；不证明内容完整或能开启。")
        return Receipt(
            receipt=sign_statement(said.in_suite(self.suite), platform or self.platform.token),
            act=signed,
            leaf_index=BEFORE,
            proof=tlog_proof(BEFORE, inclusion(stored.read, BEFORE, stored.size), signed_head),
            timestamp=self.stamp(signed.id, tsa) if stamped else b"",
        )

    def stamp(self, of: str, tsa: Signing | None = None) -> bytes:
        digest = hashlib.sha256(bytes.fromhex(of)).digest()
        return token_of_response(TimestampAuthority(tsa or self.tsa.token).respond(make_request(digest, 7), AT))


def withdrawal() -> Withdrawal:
    return Withdrawal(tender="ab" * 32, lot="lot-1", supplier=CODE, prev="cd" * 32)


def _cases(on: Scene, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every case by its name."""
    good = on.receipt()
    yield "good", good.to_bytes()
    yield "good-without-timestamp", on.receipt(stamped=False).to_bytes()
    yield from _texts(good)
    yield from _parts(on, good)
    yield from _heads(on, good)
    yield from _signers(on, good, folder)
    yield from _stamps(on, good)
    if on.suite == "I1":
        key = EnrolledKey.create(folder / "enrolled.key", "a passphrase of the vectors")
        yield "good-of-an-enrolled-key", on.receipt(signed=sign_with_key(withdrawal(), key)).to_bytes()


def _texts(good: Receipt) -> Iterator[tuple[str, bytes]]:
    """The one file, spoilt as JSON."""
    data = good.to_bytes()
    yield "cut", data[:-1]
    yield "spaced", data.replace(b",", b", ", 1)
    yield "field-twice", data[:-1] + b',"leaf_index":4}'
    yield "field-unknown", data.replace(b'"leaf_index"', b'"leaf_indeks"', 1)
    yield "index-as-float", data.replace(b'"leaf_index":4', b'"leaf_index":4.0', 1)
    yield "not-an-object", b"[]"
    yield "too-deep", b'{"a":' * 40 + b"1" + b"}" * 40
    yield "number-too-large", data.replace(b'"leaf_index":4', b'"leaf_index":9007199254740993', 1)
    yield (
        "letters-not-composed",
        data.replace(b'"proof":"', '"proof":"a\u0301'.encode(), 1),
    )
    yield "letters-none", data.replace(b'"proof":"', b'"proof":"\\ud800', 1)
    yield "name-of-other-letters", b'{"\xc3\xa9":1,' + data[1:]
    yield "index-as-text", data.replace(b'"leaf_index":4', b'"leaf_index":"4"', 1)


def _parts(on: Scene, good: Receipt) -> Iterator[tuple[str, bytes]]:
    """Parts that do not belong together."""
    other = sign_statement(withdrawal().model_copy(update={"lot": "lot-2"}).in_suite(on.suite), on.supplier.token)
    again = sign_statement(withdrawal().in_suite(on.suite), on.supplier.token)
    yield "act-of-another", good.model_copy(update={"act": other}).to_bytes()
    yield "signature-of-another", good.model_copy(update={"act": again}).to_bytes()
    yield "index-of-another", good.model_copy(update={"leaf_index": 3}).to_bytes()
    yield "entry-of-another-type", on.receipt(entry=lambda e: e.model_copy(update={"act": "submission"})).to_bytes()
    yield "receipt-is-an-act", good.model_copy(update={"receipt": good.act}).to_bytes()
    yield "salt-of-another", on.receipt(salt=b"another salt of thirty-two bytes").to_bytes()
    strange = b'{"_type":"jincai/v1/no-such-act","a":1' + (b',"suite":"S1"}' if on.suite == "S1" else b',"suite":"I1"}')
    yield "act-unknown", on.receipt(signed=sign_statement(strange, on.supplier.token)).to_bytes()
    later = b'{"_type":"jincai/v9/withdrawal","suite":"' + on.suite.encode() + b'"}'
    yield "act-of-a-later-version", on.receipt(signed=sign_statement(later, on.supplier.token)).to_bytes()


def _heads(on: Scene, good: Receipt) -> Iterator[tuple[str, bytes]]:
    """The log's proof and its signed head."""
    head, _, note = good.proof.partition("\n\n")
    lines = head.split("\n")

    def proven(*changed: str, under: str = note) -> bytes:
        return good.model_copy(update={"proof": "\n".join(changed) + "\n\n" + under}).to_bytes()

    yield "proof-of-another-version", proven("c2sp.org/tlog-proof@v2", *lines[1:])
    yield "proof-without-index", proven(lines[0], *lines[2:])
    yield "proof-with-short-hash", proven(*lines[:2], "AAAA", *lines[3:])
    yield "proof-with-another-hash", proven(*lines[:2], lines[3], *lines[3:])
    yield "proof-too-short", proven(*lines[:-1])
    yield "proof-too-long", proven(*lines, lines[-1])
    far = good.model_copy(update={"leaf_index": 99, "proof": good.proof.replace("index 4", "index 99", 1)})
    yield "index-outside-the-tree", far.to_bytes()
    yield "head-without-blank-line", proven(*lines, under=note.replace("\n\n", "\n"))
    yield "head-with-dos-lines", proven(*lines, under=note.replace("\n", "\r\n"))
    yield "head-too-long", proven(*lines, under=note + "x" * 70_000 + "\n")
    yield "head-unsigned", proven(*lines, under=note.split("\n\n")[0] + "\n")
    yield "head-of-another-size", proven(*lines, under=note.replace("\n11\n", "\n12\n", 1))
    yield "head-of-another-key", on.receipt(log=NoteSigner.of(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\2" * 32))).to_bytes()  # fmt: skip
    yield "head-of-another-name", on.receipt(log=NoteSigner.of("other.example", Ed25519PrivateKey.from_private_bytes(b"\1" * 32))).to_bytes()  # fmt: skip
    text = note.split("\n\n")[0] + "\n"
    yield "head-of-another-log", on.receipt(text=text.replace(ORIGIN, "other.example/log", 1)).to_bytes()
    yield "head-with-extension", on.receipt(text=text + "extension\n").to_bytes()
    yield "head-with-leading-zero", on.receipt(text=text.replace("\n11\n", "\n011\n", 1)).to_bytes()


def _signers(on: Scene, good: Receipt, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Who signed the act, who the receipt."""
    kind, authority = KINDS[on.suite], on.authority
    revoked = authority.issue_organisation("已吊销", CODE, kind=kind)
    authority.revoke(revoked.signing[1], AT - timedelta(days=1))
    stranger = TestAuthority.create("某某CA", kind=kind).issue_organisation("陌生", CODE, kind=kind)
    named = f"回执向量认证{on.suite}"
    namesake = TestAuthority.create(named, kind=kind).issue_organisation("冒名", CODE, kind=kind)
    people = {
        "expired": authority.issue_organisation("已过期", CODE, kind=kind, end=AT - timedelta(days=1)),
        "not-yet-valid": authority.issue_organisation("未生效", CODE, kind=kind, start=AT + timedelta(days=1)),
        "revoked": revoked,
        "of-unknown-issuer": stranger,
        "of-a-namesake-of-the-issuer": namesake,
        "legal-person": authority.issue_legal_person("某公司", CODE, "张三", kind=kind),
    }
    lists_none = on.silent.issue_organisation("没有吊销清单", CODE, kind=kind)
    assert on.supplier.encryption is not None
    people["of-an-issuer-without-list"] = lists_none
    people["encryption-certificate"] = Issued(on.supplier.encryption, None, on.supplier.chain)
    for who, issued in people.items():
        signed = sign_statement(withdrawal().in_suite(on.suite), issued.token)
        yield f"act-signer-{who}", on.receipt(signed=signed).to_bytes()
    yield "platform-somebody-else", on.receipt(platform=on.supplier.token).to_bytes()
    der = good.receipt.signature.der
    for case, data in {
        "wrong": good.act.signature.der,
        "cut": der[:-1],
        "of-gigabytes": b"\x30\x84\xff\xff\xff\xff",
    }.items():
        signature = good.receipt.signature.model_copy(update={"der": data})
        spoilt = good.receipt.model_copy(update={"signature": signature})
        yield f"platform-signature-{case}", good.model_copy(update={"receipt": spoilt}).to_bytes()
    if on.suite == "I1":
        key = EnrolledKey.create(folder / "another.key", "a passphrase of the vectors")
        said = sign_with_key(good.receipt.statement, key)
        yield "platform-signature-by-an-enrolled-key", good.model_copy(update={"receipt": said}).to_bytes()
    yield from _odd_signatures(on, good)
    other: Suite = "S1" if on.suite == "I1" else "I1"
    crossed = _crossed(good.receipt, other, on)
    yield "platform-signature-of-another-suite", good.model_copy(update={"receipt": crossed}).to_bytes()


def _odd_signatures(on: Scene, good: Receipt) -> Iterator[tuple[str, bytes]]:
    """The act's signature without its certificate, without a binding to it, or with something else in its place."""

    def signed(**changes: bytes) -> bytes:
        act = good.act.model_copy(update={"signature": good.act.signature.model_copy(update=changes)})
        return on.receipt(signed=act).to_bytes()

    if on.suite == "S1":
        yield "act-certificate-unreadable", signed(certificate=bytes.fromhex("3003020101"))
        return
    bare = cms.ContentInfo.load(good.act.signature.der)
    bare["content"]["certificates"] = []
    yield "act-signature-without-certificate", signed(der=bare.dump(force=True))
    loose = cms.ContentInfo.load(good.act.signature.der)
    signer = loose["content"]["signer_infos"][0]
    kept = [one for one in signer["signed_attrs"] if one["type"].native != "signing_certificate_v2"]
    signer["signed_attrs"] = cms.CMSAttributes(kept)
    yield "act-signature-not-bound-to-its-certificate", signed(der=loose.dump(force=True))


def _crossed(signed: SignedBytes, other: Suite, on: Scene) -> SignedBytes:
    """The statement of the other suite under a signature of this one (M4)."""
    said = ReceiptStatement.from_bytes(signed.statement).in_suite(other).to_bytes()
    if on.suite == "I1":
        return SignedBytes(statement=said, signature=CmsSignature(der=sign_bytes(said, on.platform.token)))
    return signed.model_copy(update={"statement": said})


def _stamps(on: Scene, good: Receipt) -> Iterator[tuple[str, bytes]]:
    """The time-stamp."""
    papers = TestAuthority.create("某某时间CA").issue_tsa("陌生时间戳")

    def stamped(data: bytes) -> bytes:
        return good.model_copy(update={"timestamp": data}).to_bytes()

    yield "timestamp-garbage", stamped(b"garbage")
    yield "timestamp-cut", stamped(good.timestamp[:-1])
    yield "timestamp-of-other-data", stamped(on.stamp("ef" * 32))
    yield "timestamp-of-unknown-issuer", stamped(on.stamp(good.act.id, papers.token))
    yield "timestamp-not-a-timestamp", stamped(sign_enclosed(b"x", on.tsa.token, "tst_info", with_certificates=True))
    other = sign_enclosed(bytes.fromhex("3003020101"), on.tsa.token, "tst_info", with_certificates=True)
    yield "timestamp-with-other-content", stamped(other)
    yield "timestamp-by-no-authority-of-time", stamped(on.stamp(good.act.id, on.paper.token))


def _scenes() -> list[Scene]:
    """One for each suite; the authority of suite I1 vouches for time in both."""
    first = TestAuthority.create("回执向量认证I1")
    made = []
    for suite, kind in KINDS.items():
        authority = first if suite == "I1" else TestAuthority.create("回执向量认证S1", kind=kind)
        made.append(
            Scene(
                suite,
                authority,
                authority.issue_organisation("太原测试科技有限公司", CODE, kind=kind),
                authority.issue_platform("向量平台", PLATFORM, kind=kind),
                first.issue_tsa("向量时间戳"),
                TestAuthority.create(f"没有清单的CA{suite}", kind=kind),
                first.issue_organisation("不是时间戳机构", CODE),
            )
        )
    return made


def main() -> None:
    """Write everything anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    scenes = _scenes()
    found: list[tuple[Path, Suite]] = []
    with TemporaryDirectory() as scratch:
        for on in scenes:
            folder = FOLDER / on.suite.lower()
            folder.mkdir(parents=True)
            for name, data in _cases(on, Path(scratch)):
                path = folder / f"{name}.json"
                path.write_bytes(data)
                found.append((path, on.suite))
    known = [on.authority.trust(AT) for on in scenes]
    silent = [on.silent.trust(AT) for on in scenes]
    TrustStore(
        [one for trust in (*known, *silent) for one in trust.roots],
        [one for trust in (*known, *silent) for one in trust.intermediates],
        [one for trust in known for one in trust.crls],
        [one for trust in known for one in trust.platforms],
    ).save(FOLDER / "trust")
    (FOLDER / "trust" / "log.vkey").write_text(LOG.key.vkey + "\n", "utf-8")
    anchors = Anchors.load(FOLDER / "trust")
    cases = [
        Case(path.relative_to(FOLDER).as_posix(), suite, judged(path.read_bytes(), anchors)) for path, suite in found
    ]
    about = (
        "One receipt for each way in which checking it alone ends (docs/log-and-receipt.md). `code`: what `jincai verify --trust trust FILE` "
        "names, `holds` when it finds nothing wrong. Made by tests/crypto/golden_receipts.py; never made anew."
    )
    document = {"about": about, "cases": [vars(case) for case in cases]}
    (FOLDER / "cases.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

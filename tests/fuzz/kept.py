"""Readers of what programs keep or are told by their nearest: memories of a log, session proofs, a driver's answers, package folders."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.serialization import Encoding

from client.gateway.session import SessionKey
from client.monitor import Monitor
from client.packages import SignedPackage, compare_folder
from crypto.authority import KeyKind, TestAuthority
from crypto.certificates import TrustStore
from crypto.log import Checkpoint, CheckpointSigner, empty_root
from crypto.signing import sign_statement
from crypto.tokens.driver import Driver, DriverRefused, read_answer
from crypto.tokens.hardware import read_bytes, read_open, read_tokens
from procurement.basics.problems import Refused
from procurement.basics.statement import Sm2Signature, Suite
from procurement.basics.value import ZERO_ID
from procurement.tendering.package import LotCustody, PackageFile, TenderPackage
from server_stub.settings import Settings
from server_stub.store.engine import Database
from server_stub.trust.auth import Door, Proof, Replays
from server_stub.witness import Witness
from tests.crypto.conftest import AT, CODE
from tests.crypto.test_log import LOG_KEY, ORIGIN, tree
from tests.fuzz.targets import Target, file_reader

METHOD, PATH, BODY = "POST", "/v1/submissions", "ab" * 32


def kept_targets(folder: Path) -> list[Target]:
    """All of them; `folder` is for what they keep."""
    return [*_memories(folder), *_proofs(folder), *_driver(), *_packages(folder, "I1"), *_packages(folder, "S1")]


def _memories(folder: Path) -> list[Target]:
    """The last head a log's signer, its witness and its monitor believed, and the proofs a platform has seen."""
    stored = tree(3)
    note = Checkpoint(ORIGIN, 0, empty_root()).sign(LOG_KEY).encode()
    watch, beside = folder / "monitor", folder / "witness"
    for place in (watch, beside):
        place.mkdir()

    def signing(path: Path) -> object:
        return CheckpointSigner(LOG_KEY, path).sign(stored.read, 3)

    def remembering(path: Path) -> object:
        replays = Replays(path, 300)
        try:
            return replays.first("one", 1, 2)
        finally:
            replays.close()

    witness = Witness(beside, "witness.example", LOG_KEY.key)
    seen = f"1764000000 {'ab' * 16}\n1764000001 {'cd' * 16}\n".encode()
    return [
        Target("log's memory", note, file_reader(folder, "log.memory", signing)),
        Target("witness's memory", note, file_reader(beside, "witness.memory", lambda _path: witness.last)),
        Target("monitor's head", note, file_reader(watch, "head.txt", lambda p: Monitor(p.parent, LOG_KEY.key))),
        Target("proofs seen", seen, file_reader(folder, "proofs-seen", remembering)),
    ]


def _proofs(folder: Path) -> list[Target]:
    """What stands in a request's header, and what somebody with a session could sign instead."""
    settings = Settings(origin="a", log_origin="a/log", platform=CODE, name="某")
    key, replays = SessionKey(), Replays(folder / "seen-by-the-door", 300)
    door = Door(Database(folder / "door.db"), settings, replays)
    good = key.proof(METHOD, PATH, BODY, AT)

    def judged(text: str) -> object:
        return door.check_proof(Proof("session", text, METHOD, PATH, BODY), key.spki, AT)

    def signed(payload: bytes) -> object:
        made = jwt.api_jws.encode(payload, key._key, algorithm="ES256", headers={"typ": "jincai-proof+jwt"})
        return judged(made)

    fresh = key.proof(METHOD, PATH, BODY, AT).split(".")[1]
    payload = base64.urlsafe_b64decode(fresh + "=" * (-len(fresh) % 4))
    return [
        Target("session proof", good.encode(), lambda b: judged(b.decode("latin-1"))),
        Target("claims of a session proof", payload, signed, "json", 0.5),
    ]


def _driver() -> list[Target]:
    """Lines that the process with a vendor's driver may send."""
    issued = TestAuthority.create("驱动认证").issue_organisation("某", CODE)
    driver = Driver(Path("/usr/lib/vendor.so"))
    der = base64.b64encode(issued.signing[1].public_bytes(Encoding.DER)).decode()
    numbers, words = {"slot": 1, "flags": 1024}, ("reader", "label", "serial", "manufacturer", "model")
    token = {**numbers, **dict.fromkeys(words, "a"), "certificates": [{"id": "01", "der": der}]}

    def line(value: object) -> bytes:
        return json.dumps({"value": value}).encode() + b"\n"

    def told(read: Callable[[Driver, object], object]) -> Callable[[bytes], object]:
        def take(data: bytes) -> object:
            try:
                return read(driver, read_answer(data, driver))
            except DriverRefused as refused:
                raise Refused("token-failed", "The driver said no.", what=refused.what) from refused

        return take

    return [
        Target("driver's tokens", line([token, token]), told(read_tokens), "json"),
        Target("driver's open token", line({**token, "keys": [{"id": "01", "kind": "ec"}]}), told(read_open), "json"),
        Target("driver's bytes", line(base64.b64encode(b"s" * 64).decode()), told(read_bytes), "json"),
    ]


def _packages(folder: Path, suite: Suite) -> list[Target]:
    """A package folder as somebody's USB stick may hold it, one file of it at a time."""
    good, known, trust = small_package(folder / f"good-{suite}", suite)
    names = sorted(path.relative_to(good) for path in good.rglob("*") if path.is_file())
    return [
        Target(
            f"package folder {suite}, {name.as_posix()}",
            (good / name).read_bytes(),
            _one_changed(good, folder / f"package-{suite}-{place}", name, known, trust),
            "json" if name.name.startswith("manifest") and name.suffix == ".json" else "bytes",
            0.5,
        )
        for place, name in enumerate(names)
    ]


def small_package(folder: Path, suite: Suite = "I1") -> tuple[Path, SignedPackage, TrustStore]:
    """A folder with a package of one paper and one acknowledgement, and what it is compared with."""
    kind: KeyKind = "ec" if suite == "I1" else "sm2"
    authority = TestAuthority.create(f"文件夹认证{suite}", kind=kind)
    issued = authority.issue_organisation("某", CODE, kind=kind)
    model, paper, ack = b'{"a":1}', b"%PDF-1.7 a paper", b'{"i":1}'
    package = TenderPackage(
        tender_id="T",
        number="1",
        entrustment=ZERO_ID,
        agency=CODE,
        version=1,
        previous=ZERO_ID,
        model=hashlib.sha256(model).hexdigest(),
        issued=AT - timedelta(days=1),
        deadline=AT,
        custody=(LotCustody(lot="1", lot_key=ZERO_ID, acks=(ZERO_ID,)),),
        files=(_file("papers/a.pdf", paper),),
    ).in_suite(suite)
    signed = sign_statement(package, issued.token)
    national = isinstance(signed.signature, Sm2Signature)
    files = {
        "manifest.json": signed.statement,
        "manifest.sig.json" if national else "manifest.sig": signed.signature.to_bytes()
        if national
        else signed.signature.der,
        "tender.json": model,
        "papers/a.pdf": paper,
        "custody/1/ack-1.json": ack,
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder, SignedPackage(signed, AT, package, (("custody/1/ack-1.json", ack),)), authority.trust()


def _file(path: str, data: bytes) -> PackageFile:
    sha256 = hashlib.sha256(data).hexdigest()
    return PackageFile(path=path, title="文件", media="application/pdf", size=len(data), sha256=sha256)


def _one_changed(
    good: Path, folder: Path, name: Path, known: SignedPackage, trust: TrustStore
) -> Callable[[bytes], object]:
    shutil.copytree(good, folder)

    def take(data: bytes) -> object:
        (folder / name).write_bytes(data)
        return compare_folder(folder, known, trust)

    return take

"""Makes tests/vectors/opening: one good bid of each suite, and one for each way in which opening refuses. Run once, by hand:

    python -m tests.crypto.golden_bids

The files stay as they are: what a later version answers about them must be the same. `test_golden_bids` reads them.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import ec

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import bid_digest, inspect
from crypto.certificates import TrustStore
from crypto.container import BidReader, write_container
from crypto.national.sm2 import Sm2PrivateKey
from crypto.sealing import fault_of, open_released
from crypto.suites import I1, S1, Suite, chunk_nonce
from procurement.basics.problems import Problem
from tests.crypto.bid_world import Forged, World
from tests.crypto.conftest import AT, CODE
from tests.crypto.test_container import packed

FOLDER = Path(__file__).parents[1] / "vectors" / "opening"
MEMBER = b"a member of the bid\n" * 8
OTHER = "91140000OTHER00002"
LOT_KEY = "3c" * 32
"""The lot's private key on either curve: these bids hide nothing"""


@dataclass(frozen=True)
class Case:
    """What `cases.json` says of one file."""

    file: str
    suite: str
    s: str
    o: str
    bid: str
    layout: str
    """What the reader of the layout says of the bytes alone; "" when they are in order"""
    code: str
    """What opening says, given s, the lot key and the receipt's digest; "opened" when it opens"""
    fault: str


def judged(path: Path, case: Case, lot_key: ec.EllipticCurvePrivateKey | Sm2PrivateKey, reader: BidReader) -> Case:
    """The case with the answers of this version of the program."""
    try:
        inspect(path)
        layout = ""
    except Problem as problem:
        layout = problem.code
    with TemporaryDirectory() as folder:
        try:
            out = Path(folder) / "out"
            open_released(path, bytes.fromhex(case.s), lot_key, out, bid=case.bid, reader=reader)
        except Problem as problem:
            return replace(case, layout=layout, code=problem.code, fault=fault_of(problem))
    return replace(case, layout=layout, code="opened", fault="")


def lot_key_of(text: str) -> ec.EllipticCurvePrivateKey | Sm2PrivateKey:
    """From `cases.json`: "I1:" or "S1:" and the private number in hex."""
    suite, _, scalar = text.partition(":")
    if suite == "S1":
        return Sm2PrivateKey.derive(bytes.fromhex(scalar))
    return ec.derive_private_key(int(scalar, 16), ec.SECP256R1())


def _bids(world: World, other: World, parties: dict[str, Issued]) -> Iterator[tuple[str, Forged]]:
    """Every case by its name."""
    container, zeros = world.container(), "0" * 64
    plain = container.read_bytes()
    yield "good", world.forge_from(container)
    name = world.suite.name.encode()
    headers: dict[str, Callable[[bytes], bytes]] = {
        "header-reordered": lambda d: b'{"suite":"' + name + b'",' + d[1:].replace(b',"suite":"' + name + b'"', b""),
        "header-duplicate-key": lambda d: d[:-1] + b',"tender":"' + b"1" * 64 + b'"}',
        "header-float": lambda d: d.replace(b'"chunk_size":1048576', b'"chunk_size":1048576.0'),
        "header-unknown-suite": lambda d: d.replace(b'"suite":"' + name, b'"suite":"S9'),
        "header-unknown-field": lambda d: d.replace(b'"tender":', b'"tenda":"","tender":'),
    }
    for case, change in headers.items():
        yield case, world.forge_from(container, raw_header=change)
    yield "header-sizes-disagree", world.forge_from(container, header={"chunks": 2})
    yield "header-size-of-petabytes", world.forge_from(container, header={"size": 2**50, "chunks": 2**30})
    yield "share-s-wrong", world.forge_from(container, header={"share_s": zeros})
    yield "share-o-wrong", world.forge_from(container, header={"share_o": zeros})
    yield "env-o-garbage", world.forge_from(container, env_o=b"garbage")
    yield "commit-flipped", world.forge_from(container, commit=bytes(32))
    yield "last-flag-dropped", world.forge_from(container, chunk_nonces=lambda i, last: chunk_nonce(i, False))
    yield "chunk-of-another-place", world.forge_from(container, chunk_nonces=lambda i, last: chunk_nonce(i + 1, last))
    yield "no-container", world.forge("f", b"no container")
    yield "manifest-not-committed", world.forge("f", plain, manifest=b"<other/>")
    for field, value in (("tender", zeros), ("lot", "lot-2"), ("supplier", OTHER)):
        yield f"content-for-another-{field}", world.forge_from(world.container("c", **{field: value}))
    for who, issued in parties.items():
        yield f"signer-{who}", world.forge_from(world.container("c", issued))
    for case, extra in {
        "statement-malformed": {"bid-content.json": b"{}"},
        "statement-missing": {"other.json": b"{}"},
    }.items():
        write_container(world.folder / "s", {**extra, "plan.bin": MEMBER}, world.supplier.token)
        yield f"content-{case}", world.forge_from(world.folder / "s")
    yield "container-of-another-suite", world.forge_from(other.container("c"))
    for case, members in _members(container).items():
        yield case, world.forge("f", packed(world.folder / "p", members).read_bytes(), manifest=members[-2][1])
    yield "container-trailing-byte", world.forge("f", plain + b"\0")


def _members(container: Path) -> dict[str, list[tuple[str, bytes]]]:
    """The members of a container, changed."""
    with zipfile.ZipFile(container) as file:
        good = [(name, file.read(name)) for name in file.namelist()]

    def with_(name: str, change: Callable[[bytes], bytes]) -> list[tuple[str, bytes]]:
        return [(one, change(data) if one == name else data) for one, data in good]

    signature = good[-1][0]
    return {
        "member-changed": with_("plan.bin", lambda data: b"A" + data[1:]),
        "member-unlisted": [good[0], ("extra.bin", b"x"), *good[1:]],
        "member-missing": [one for one in good if one[0] != "plan.bin"],
        "member-doubled": [*good[:2], ("FORMS.json", b"{}"), *good[2:]],
        "member-outside": [good[0], ("../plan.bin", b"x"), *good[1:]],
        "manifest-reworded": with_(good[-2][0], lambda data: data.replace(b">", b" >", 1)),
        "signature-cut": with_(signature, lambda data: data[:-1]),
    }


def _damaged(path: Path) -> Iterator[tuple[str, bytes]]:
    """What storage may make of the good bid."""
    data, at = path.read_bytes(), inspect(path).offset
    yield "magic-wrong", b"JINCAIB2" + data[8:]
    yield "header-of-gigabytes", data[:8] + b"\xff\xff\xff\xff" + data[12:]
    yield "truncated", data[:-1]
    yield "trailing-byte", data + b"\0"
    yield "body-bit", data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _write(suite: Suite, world: World, other: World, parties: dict[str, Issued], reader: BidReader) -> list[Case]:
    folder = FOLDER / suite.name.lower()
    folder.mkdir(parents=True)
    found: list[Case] = []

    def keep(name: str, data: bytes, forged: Forged) -> None:
        path = folder / f"{name}.sealed"
        path.write_bytes(data)
        file = path.relative_to(FOLDER).as_posix()
        case = Case(file, suite.name, forged.s.hex(), forged.o.hex(), forged.bid, "", "", "")
        found.append(judged(path, case, world.lot_key, reader))

    for name, forged in _bids(world, other, parties):
        keep(name, forged.path.read_bytes(), forged)
        if name == "good":
            for damage, data in _damaged(forged.path):
                keep(damage, data, forged)
            good = forged.path.read_bytes()
            keep("another-bids-share", good, replace(forged, s=bytes(32)))
            keep("another-bids-digest", good, replace(forged, bid="0" * 64))
    assert bid_digest(folder / "good.sealed") == found[0].bid
    return found


def _parties(authority: TestAuthority, kind: str) -> dict[str, Issued]:
    def issue(name: str, code: str = CODE, **more: object) -> Issued:
        return authority.issue_organisation(name, code, kind=kind, **more)  # type: ignore[arg-type]

    revoked = issue("已吊销")
    authority.revoke(revoked.signing[1], AT - timedelta(days=1))
    stranger = TestAuthority.create("某某CA", kind=kind).issue_organisation("陌生", CODE, kind=kind)  # type: ignore[arg-type]
    return {
        "somebody-else": issue("另一家公司", OTHER),
        "expired": issue("已过期", end=AT - timedelta(days=1)),
        "revoked": revoked,
        "of-unknown-issuer": stranger,
    }


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    kinds = {I1: "ec", S1: "sm2"}
    authorities = {suite: TestAuthority.create(f"向量认证{suite.name}", kind=kind) for suite, kind in kinds.items()}  # type: ignore[arg-type]
    with TemporaryDirectory() as name:
        worlds, parties = {}, {}
        for suite, authority in authorities.items():
            folder = Path(name) / suite.name
            folder.mkdir()
            key = lot_key_of(f"{suite.name}:{LOT_KEY}")
            supplier = authority.issue_organisation("太原测试科技有限公司", CODE, kind=kinds[suite])  # type: ignore[arg-type]
            worlds[suite] = World(folder, authority, supplier, key, suite, MEMBER)
            parties[suite] = _parties(authority, kinds[suite])
        known = [authority.trust(AT) for authority in authorities.values()]
        trust = TrustStore(
            *([x for t in known for x in getattr(t, part)] for part in ("roots", "intermediates", "crls"))
        )
        reader, cases = BidReader(trust, AT), []
        for suite, other in ((I1, S1), (S1, I1)):
            cases += _write(suite, worlds[suite], worlds[other], parties[suite], reader)
        trust.save(FOLDER / "trust")
    (FOLDER / "trust" / "platform.pem").unlink()
    about = (
        "One file for each way in which opening a sealed bid ends (docs/sealed-bid-format.md), certificates judged at `at` with `trust`. "
        "`layout`: what the bytes alone are refused for. `code`, `fault`: what opening with s, the lot's private key and the digest of the "
        "receipt (`bid`) says. `o` is what env_o holds, or should. Made by tests/crypto/golden_bids.py; never made anew."
    )
    document = {
        "about": about,
        "at": AT.isoformat(),
        "lot_keys": [f"{suite.name}:{LOT_KEY}" for suite in worlds],
        "cases": [vars(case) for case in cases],
    }
    (FOLDER / "cases.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

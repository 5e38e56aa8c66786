"""Readers that `targets` and `files` leave out: suite S1 whole, trust folders, tables, pictures, QR codes, session keys."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from client.act_codes import joined, parts_of
from client.conversion import to_pdf
from client.price_sheets import read_prices, write_prices
from client.updating.release import (
    Files,
    Release,
    ReleaseFile,
    ReleaseKeys,
    ReleaseLink,
    note_text,
    read_files,
    read_release,
)
from client.workflows.relaying import CarriedAct, CarriedFile
from crypto.at_rest import open_file, seal_file
from crypto.authority import TestAuthority
from crypto.bidfile import bid_digest, read_header
from crypto.certificates import TrustStore, certificate_digest, load_certificates
from crypto.container import BidReader, read_container
from crypto.notes import NoteSigner, sign_note
from crypto.sealing import open_sealed
from crypto.signing import sign_statement, verify_statement
from crypto.tokens import open_file as open_token
from crypto.vendors import Vendor, VendorList
from procurement.basics.statement import SignedBytes
from procurement.wire.versions import read_said
from server_stub.trust.auth import load_session_key
from tests.client.test_price_sheets import EMPTY, TABLE
from tests.crypto.conftest import AT, CODE
from tests.crypto.golden_bids import FOLDER
from tests.fuzz.targets import Target, file_reader
from tests.procurement import chain

PIN = "pin-of-this-test"


def beside_targets(folder: Path) -> list[Target]:
    """All of them; `folder` is for readers of files."""
    return [*_national(folder), *_trust(folder), *_handed_over(folder)]


def _national(folder: Path) -> list[Target]:
    """The golden bid of suite S1 with its container, a statement, and a file with SM2 keys."""
    document = json.loads((FOLDER / "cases.json").read_text("utf-8"))
    case = next(one for one in document["cases"] if one["file"] == "s1/good.sealed")
    path, s, o = FOLDER / case["file"], bytes.fromhex(case["s"]), bytes.fromhex(case["o"])
    reader = BidReader(TrustStore.load(FOLDER / "trust"), datetime.fromisoformat(document["at"]))
    container, out, data = folder / "s1.asice", folder / "s1.out", path.read_bytes()
    open_sealed(path, s, o, container, bid=case["bid"], reader=reader)
    authority = TestAuthority.create("国密坏字节认证", kind="sm2")
    issued = authority.issue_organisation("某", CODE, kind="sm2")
    issued.write_p12(folder / "good.sm2", PIN)
    signed, trust = sign_statement(chain.PROFILE.in_suite("S1"), issued.token), authority.trust()

    def opening(file: Path) -> object:
        return open_sealed(file, s, o, out, bid=bid_digest(file), reader=reader)

    def judging(data: bytes) -> object:
        return verify_statement(SignedBytes.from_bytes(data), trust, AT)

    def contained(file: Path) -> object:
        return read_container(file, reader.trust, reader.at)

    return [
        Target("sealed header, S1", data[12 : 12 + int.from_bytes(data[8:12], "big")], read_header, "json"),
        Target("sealed file, S1", data, file_reader(folder, "s1.sealed", opening), share=0.3),
        Target("container, S1", container.read_bytes(), file_reader(folder, "bad-s1.asice", contained), share=0.3),
        Target("signed statement, S1", signed.to_bytes(), judging, "json", 0.5),
        Target(
            "token file, S1", (folder / "good.sm2").read_bytes(),
            file_reader(folder, "bad.sm2", lambda p: open_token(p, PIN)), "json", 0.05,
        ),
    ]  # fmt: skip


def _trust(folder: Path) -> list[Target]:
    """Certificates and lists as somebody's trust folder or somebody's message may hold them."""
    authority = TestAuthority.create("清单认证")
    leaf = authority.issue_organisation("某", CODE).signing[1]
    store = folder / "lists"
    authority.trust().save(store)
    vendor = {"key": "a", "name": "甲", "roots": (certificate_digest(authority.root),)}
    listed = VendorList(vendors=(Vendor(**vendor),)).to_bytes()

    def in_store(name: str) -> Callable[[bytes], object]:
        other = folder / f"store-{name}"
        authority.trust().save(other)
        return file_reader(other, name, lambda path: TrustStore.load(path.parent).validate(leaf, (), AT, "sign"))

    def judged(der: bytes) -> object:
        return [authority.trust().validate(one, (), AT, "sign") for one in load_certificates(_pem(der))]

    return [
        Target("revocation lists", (store / "crls.pem").read_bytes(), in_store("crls.pem"), share=0.3),
        Target("roots", (store / "roots.pem").read_bytes(), in_store("roots.pem"), share=0.3),
        Target("list of vendors", listed, in_store("vendors.json"), "json", 0.5),
        Target("certificate", leaf.public_bytes(Encoding.DER), judged),
    ]


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def _handed_over(folder: Path) -> list[Target]:
    """What people bring: a table, a picture, the texts of codes; and what a client says before anybody knows it."""
    table, picture, stored = folder / "table.xlsx", io.BytesIO(), folder / "stored"
    write_prices(table, TABLE, EMPTY)
    Image.new("RGB", (9, 7), "red").save(picture, "PNG")
    (folder / "plain").write_bytes(b"a stored file")
    seal_file(folder / "plain", stored, b"k" * 32)
    authority = TestAuthority.create("携带认证")
    signed = sign_statement(chain.PROFILE, authority.issue_organisation("某", CODE).token)
    carried = CarriedAct(act="x", signed=signed, files=(CarriedFile(sha256="ab" * 32, data=b"x"),)).to_bytes()
    texts = "\n".join(parts_of(carried)).encode()
    spki = ec.generate_private_key(ec.SECP256R1()).public_key()
    pages = folder / "pages"
    pages.mkdir()
    return [
        Target(
            "price table", table.read_bytes(), file_reader(folder, "bad.xlsx", lambda p: read_prices(p, TABLE)), share=0.1
        ),
        Target("picture", picture.getvalue(), file_reader(folder, "bad.png", lambda p: to_pdf(p, pages)), share=0.2),
        Target("stored file", stored.read_bytes(), file_reader(folder, "bad", lambda p: open_file(p, folder / "o", b"k" * 32))),
        Target("texts of QR codes", texts, lambda b: joined(b.decode("utf-8", "replace").splitlines())),
        *_releases(),
        Target("carried act", carried, CarriedAct.from_bytes, "json"),
        Target("what a client speaks", b"api=1-1, sealed-bid=1-2", lambda b: read_said(b.decode("latin-1"))),
        Target("session key", spki.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), load_session_key),
    ]  # fmt: skip


def _releases() -> list[Target]:
    """A new version as a mirror hands it over: the note, and the list that those with the keys may have made badly."""
    signer = NoteSigner.of("release", Ed25519PrivateKey.generate())
    keys = ReleaseKeys(threshold=1, keys=(signer.key.vkey,))
    files = Files(
        files=(ReleaseFile(path="jincai", size=3, sha256="0" * 64, executable=True),),
        links=(ReleaseLink(path="lib/a.so", to="../jincai"),),
    ).to_bytes()
    release = Release(
        version="1", number=1, system="linux-x86_64", made=AT, good_until=AT, client="0" * 64,
        files=hashlib.sha256(files).hexdigest(), news_zh="新", news_en="new",
    )  # fmt: skip

    def listed(data: bytes) -> object:
        return read_files(data, release.model_copy(update={"files": hashlib.sha256(data).hexdigest()}))

    note = sign_note(note_text(release), signer).encode()
    return [
        Target("release", note, lambda data: read_release(data, keys)),
        Target("files of a release", files, listed, "json"),
        Target("release keys", keys.to_bytes(), lambda data: ReleaseKeys.from_bytes(data).read(), "json"),
    ]

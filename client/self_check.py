"""The program's self-check, without windows: what this machine offers, and every inner part once in earnest.

A packed program proves with it that nothing was left out: it signs, encrypts, prints, seals, stores and reads back, in a
folder of its own that is thrown away. `ui.self_check` adds Qt; `jincai doctor` shows the short part.
"""

from __future__ import annotations

import os
import platform
import shutil
import ssl
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from client.dealer import DealingOrder, deal_apart
from client.page_texts import page_texts
from client.release import client_release
from client.secrets import honest_keyring
from crypto.authority import START, TestAuthority
from crypto.custody import open_share
from crypto.envelope import Recipient, open_record, seal_record, unwrap_national, wrap_national
from crypto.keys import CustodyKey
from crypto.national.sm2 import Sm2PrivateKey
from crypto.pdf_check import verify_pdf
from crypto.pdf_seal import Stamp, seal_pdf
from crypto.signing import sign_bytes, verify_bytes
from crypto.stamp import round_seal
from crypto.tokens import Driver, DriverProcess
from documents.data import Party, SupplierAttachmentPrint
from documents.fonts import interface_fonts, interface_fonts_ready, variable_font
from documents.papers import print_supplier_attachment
from offline_cache.connection import Connection
from offline_cache.drafts import Drafts
from procurement.basics.problems import Locked, Problem
from procurement.basics.pulse import NoPulse
from procurement.basics.roles import Role
from procurement.basics.rules import rulebook
from procurement.basics.value import ZERO_ID
from procurement.tendering.custody import Custodian, EnvelopeKey, SigningReference

PACKAGES = (
    "cryptography", "pyhanko", "sqlcipher3", "python-pkcs11", "typst", "PySide6-Essentials", "requests", "pydantic",
)  # fmt: skip
SPACE = 2 * 1024**3
"""Free bytes below which sealing a large bid is likely to fail"""
_CODE = "91140000MA0SELF50X"
_TITLE = "自检文件"

State = Literal["found", "missing", "absent"]


@dataclass(frozen=True, slots=True)
class Line:
    """One check. `missing`: work is impossible without it. `absent`: the program goes on in another way."""

    name: str
    state: State
    text: str

    def __str__(self) -> str:
        mark = {"found": "ok", "missing": "NO", "absent": "--"}[self.state]
        return f"  {mark:4} {self.name}: {self.text}"


@dataclass(frozen=True, slots=True)
class Probe:
    """A check to run: says what was found, or raises."""

    name: str
    run: Callable[[], str]
    needed: bool = True


def run_probes(probes: Iterable[Probe]) -> Iterator[Line]:
    """Run one after another; whatever goes wrong becomes a line."""
    for probe in probes:
        state: State = "missing" if probe.needed else "absent"
        try:
            yield Line(probe.name, "found", probe.run())
        except Problem as problem:
            facts = "".join(f" {name}={value}" for name, value in problem.facts.items())
            yield Line(probe.name, state, f"{problem.code}{facts}. {problem.remedy}")
        except Exception as error:  # noqa: BLE001 - a self-check tells of any fault instead of falling over it
            yield Line(probe.name, state, f"{type(error).__name__}: {error}")


def sound(lines: Iterable[Line]) -> bool:
    """Is nothing missing without which no work is possible?"""
    return not any(line.state == "missing" for line in lines)


# -- what this machine offers


def _program() -> str:
    packed = "packed" if getattr(sys, "frozen", False) else "from source"
    return f"{client_release().version}, {packed}, Python {platform.python_version()}, {platform.platform(terse=True)}"


def _packages() -> str:
    try:
        return ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    except PackageNotFoundError as error:
        raise ImportError(f"package {error.name} is missing") from error


def _cipher() -> str:
    handle = import_module("sqlcipher3.dbapi2").connect(":memory:")
    try:
        return f"sqlcipher {handle.execute('PRAGMA cipher_version').fetchone()[0]}"
    finally:
        handle.close()


def _keyring() -> str:
    return type(honest_keyring()).__name__


def _space() -> str:
    free = shutil.disk_usage(Path.home()).free
    if free < SPACE:
        raise OSError(f"only {free // 1024**2} MiB free")
    return f"{free // 1024**3} GiB free"


MACHINE = (
    Probe("program", _program),
    Probe("packages", _packages),
    Probe("TLS", lambda: ssl.OPENSSL_VERSION),
    Probe("encrypted store", _cipher),
    Probe("keyring", _keyring, needed=False),
    Probe("disk", _space),
)
"""Quick; what `jincai doctor` shows"""


# -- every inner part once in earnest


def inner_probes(folder: Path) -> tuple[Probe, ...]:
    """Deeper checks that work in `folder`; a few seconds. The printed and sealed paper stays there as `sealed.pdf`."""
    paper = Paper(folder)
    return (
        Probe("rules", lambda: f"{len(rulebook())} rules"),
        Probe("signature and envelope", _crypto),
        Probe("SM2, SM3, SM4", _national),
        Probe("store written and read back", lambda: _store(folder)),
        Probe("fonts", _fonts),
        Probe("printing", paper.printed),
        Probe("PDF seal", paper.sealed),
        Probe("token driver process", lambda: _driver(folder)),
        Probe("lot key process", _dealer),
        Probe("practice platform", lambda: _practice(folder / "practice"), needed=False),
    )


def _crypto() -> str:
    authority = TestAuthority.create("自检")
    token, trust = authority.issue_organisation("自检", _CODE).token, authority.trust(START)
    data = os.urandom(64)
    verify_bytes(sign_bytes(data, token), data, trust, START, chain=token.chain)
    certificate = token.encryption_certificate
    assert certificate is not None
    if open_record(seal_record(data, [Recipient(certificate, token.oaep)]), token) != data:
        raise ValueError("the envelope gave back other bytes")
    return "P-256 signature verified, envelope opened"


def _national() -> str:
    key, data = Sm2PrivateKey.generate(), os.urandom(64)
    if not key.public.verify(key.sign(data), data):
        raise ValueError("an SM2 signature of its own does not verify")
    token = TestAuthority.create("自检", kind="sm2").issue_organisation("自检", _CODE, kind="sm2").token
    certificate = token.encryption_certificate
    assert certificate is not None
    if unwrap_national(wrap_national(data, [certificate]), token) != data:
        raise ValueError("the SM2 envelope gave back other bytes")
    return "SM2 signature verified, SM4 envelope opened"


def _store(folder: Path) -> str:
    path, key, text = folder / "store.db", os.urandom(32), "草稿".encode()
    written = Connection(path, key)
    Drafts(written).save("self-check", "1", text, START)
    written.close()
    if text in path.read_bytes():
        raise ValueError("the store lies on the disk in the clear")
    again = Connection(path, key)
    kept = Drafts(again).load("self-check", "1")
    again.close()
    if kept is None or kept.body != text:
        raise ValueError("the store gave back something else")
    try:
        Connection(path, os.urandom(32)).close()
    except Locked:
        return "a draft kept, read back, and closed to another key"
    raise ValueError("the store opened with another key")


def _fonts() -> str:
    cut = interface_fonts_ready()
    files = interface_fonts()
    size = sum(path.stat().st_size for path in (*files, variable_font())) // 1024**2
    return f"Noto Sans SC, {len(files)} weights{'' if cut else ' (cut just now)'}, {size} MB"


def _driver(folder: Path) -> str:
    """The driver's own process starts and answers: here that a text file is no driver."""
    library = folder / "no-driver.so"
    library.write_text("no driver")
    try:
        DriverProcess(Driver(library)).close()
    except Locked as problem:
        if problem.code == "token-driver-unusable":
            return "started, answers"
        raise
    raise ValueError("a text file was taken for a driver")


def _dealer() -> str:
    """The ceremony's own process starts and deals: here one share to one custodian, who opens it."""
    own = CustodyKey.generate()
    one = Custodian(
        i=1, org=_CODE, name="自检", role=Role.SUPERVISOR, buyer_side=False, custody_key=ZERO_ID,
        sign=SigningReference(kind="cert", digest=ZERO_ID), enc=EnvelopeKey(key=own.public),
    )  # fmt: skip
    order = DealingOrder(suite="I1", tender_id="self-check", lot="1", k=1, custodians=(one,), dealers=(ZERO_ID,))
    key, sealed = deal_apart(order)
    open_share(sealed.envelopes[0], own, key)
    return "dealt, the share opened and fits"


def _practice(folder: Path) -> str:
    """The practice platform is set up, starts, takes connections and ends."""
    from client.practice.world import PracticeWorld  # which opens desks, and they know this check

    world = PracticeWorld(folder)
    try:
        world.prepare(NoPulse())
        return f"set up and started, its clock says {world.now():%Y-%m-%d}"
    finally:
        world.stop()


class Paper:
    """A paper printed by typst, read by PDFium, sealed and verified."""

    def __init__(self, folder: Path) -> None:
        self.plain, self.target = folder / "printed.pdf", folder / "sealed.pdf"

    def printed(self) -> str:
        data = SupplierAttachmentPrint(
            supplier=Party(name="自检", code=_CODE), title=_TITLE, project_name="自检", project_number="SELF-CHECK",
            sections=(), made=START,
        )  # fmt: skip
        done = print_supplier_attachment(data, self.plain)
        if _TITLE not in next(page_texts(self.plain.read_bytes(), self.plain.name)).replace("\n", ""):
            raise ValueError("the printed words are not in the PDF")
        return f"typst, {done.pages} page, {self.plain.stat().st_size} bytes, words read back"

    def sealed(self) -> str:
        authority = TestAuthority.create("自检")
        token = authority.issue_organisation("自检", _CODE).token
        stamp = Stamp(1, 380, 90, 119, 119, round_seal("自检", _CODE, variable_font()))
        seal_pdf(self.plain, self.target, token, field="supplier", stamps=(stamp,), reason=_TITLE, at=START)
        (signature,) = verify_pdf(self.target, authority.trust(START), START)
        if not signature.sound:
            raise ValueError("a seal of its own does not verify")
        return f"PAdES {signature.level} with a drawn 公章, verified"

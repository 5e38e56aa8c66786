"""Readers of whole files that people hand over: papers, attachments, tokens and keys. Slower than the rest, so they get fewer examples."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pikepdf

from client.attachments import check_attachment
from client.workflows.carrying import read_index
from crypto.authority import TestAuthority
from crypto.keys import EnrolledKey
from crypto.pdf_check import prefix_digests, verify_pdf
from crypto.pdf_seal import seal_pdf
from crypto.portable import PortableReader, PortableWriter
from crypto.seal_places import sheets_of
from crypto.tokens import Pkcs12Token
from procurement.basics.pulse import NoPulse
from tests.client.test_attachments import UPLOAD
from tests.crypto.conftest import AT, CODE
from tests.fuzz.targets import PASSPHRASE, Target, file_reader
from tests.processes import ROOT

PIN = "pin-1234"


def file_targets(folder: Path) -> list[Target]:
    """PDFs, PKCS#12 and key files."""
    authority = TestAuthority.create("文件认证")
    issued = authority.issue_organisation("某", CODE)
    trust = authority.trust()
    plain, sealed = folder / "plain.pdf", folder / "sealed.pdf"
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        made.save(plain, static_id=True)
    seal_pdf(plain, sealed, issued.token, field="a", reason="签章", at=AT)
    issued.write_p12(folder / "good.p12", PIN)
    EnrolledKey.create(folder / "good.key", PASSPHRASE)

    def taken(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
        return file_reader(folder, name, read)

    return [
        Target("sealed PDF", sealed.read_bytes(), taken("bad.pdf", lambda p: verify_pdf(p, trust, AT)), share=0.05),
        Target("revisions of a PDF", sealed.read_bytes(), taken("revisions.pdf", prefix_digests), share=0.3),
        Target("pages of a PDF", sealed.read_bytes(), taken("pages.pdf", sheets_of), share=0.1),
        Target(
            "attachment", plain.read_bytes(), taken("bad2.pdf", lambda p: check_attachment(p, UPLOAD)), share=0.2
        ),
        Target(
            "token file", (folder / "good.p12").read_bytes(), taken("bad.p12", lambda p: Pkcs12Token.open(p, PIN)), share=0.2
        ),
        Target(
            "key file", (folder / "good.key").read_bytes(), taken("bad.key", lambda p: EnrolledKey.open(p, PASSPHRASE)),
            "json", 0.1,
        ),
        *_bundles(),
    ]  # fmt: skip


def _bundles() -> list[Target]:
    """A draft bundle as bytes, and its index as somebody who knows the passphrase could write it."""
    case = json.loads((ROOT / "tests" / "vectors" / "draft-bundle.json").read_text("utf-8"))["cases"][0]
    box, key, index = case["box"].encode(), bytes.fromhex(case["key"]), case["index"].encode()

    def written(index: bytes) -> bytes:
        out = io.BytesIO()
        writer = PortableWriter(out, box, key, 4 + len(index), NoPulse())
        writer.write(len(index).to_bytes(4, "big") + index)
        writer.finish()
        return out.getvalue()

    def read(data: bytes) -> object:
        return read_index(PortableReader(io.BytesIO(data), case["passphrase"], NoPulse()))

    return [
        Target("draft bundle", written(index), read, share=0.3),
        Target("index of a draft bundle", index, lambda b: read(written(b)), "json", 0.3),
    ]

"""Readers of whole files that people hand over: papers, attachments, tokens and keys. Slower than the rest, so they get fewer examples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf

from client.attachments import check_attachment
from crypto.authority import TestAuthority
from crypto.keys import EnrolledKey
from crypto.pdf_check import prefix_digests, verify_pdf
from crypto.pdf_seal import seal_pdf
from crypto.seal_places import sheets_of
from crypto.tokens import Pkcs12Token
from tests.client.test_attachments import UPLOAD
from tests.crypto.conftest import AT, CODE
from tests.fuzz.targets import PASSPHRASE, Target, file_reader

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
    ]  # fmt: skip

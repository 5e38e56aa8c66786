"""Where seals land: seen on the rendered page, under one signature, with time-stamp and evidence inside the file."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from bench.stamping import scanned
from crypto.authority import TestAuthority
from crypto.certificates import TrustStore
from crypto.pdf_check import require_sealed, verify_pdf
from crypto.pdf_evidence import Evidence, evidence_for, evidence_of_token
from crypto.pdf_seal import Stamp, seal_pdf
from crypto.seal_places import SQUARE_MM, at_point, beside, straddling
from crypto.stamp import round_seal, square_seal
from crypto.timestamps import TimestampAuthority
from crypto.tokens import SoftwareToken
from documents.fonts import variable_font
from documents.papers import print_contract
from procurement.basics.problems import Refused
from tests.documents.papers_data import CONTRACT

AT = datetime(2026, 4, 29, 2, 40, tzinfo=UTC)
NAME, CODE = "上海国际招标有限公司", "91310000132207927C"
FONT = variable_font()
SEAL = round_seal(NAME, CODE, FONT)


@dataclass(frozen=True)
class Office:
    """Somebody who seals, and the authority of time beside."""

    token: SoftwareToken
    trust: TrustStore
    clock: TimestampAuthority
    evidence: Evidence

    def seal(self, source: Path, target: Path, stamps: list[Stamp], field: str = "a") -> Path:
        seal_pdf(
            source, target, self.token, field=field, stamps=stamps, reason="签章", at=AT,
            timestamper=lambda imprint: self.clock.stamp(imprint, AT), evidence=self.evidence,
        )  # fmt: skip
        return target


@pytest.fixture(scope="module")
def office() -> Office:
    authority = TestAuthority.create("测试签发机构")
    token, trust = authority.issue_organisation(NAME, CODE).token, authority.trust(AT)
    clock = TimestampAuthority(authority.issue_tsa("测试时间戳").token)
    digest = hashlib.sha256(b"trial").digest()
    evidence = evidence_for(token.signing_certificate, token.chain, trust, AT, "sign")
    return Office(token, trust, clock, evidence | evidence_of_token(clock.stamp(digest, AT), digest, trust))


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return print_contract(CONTRACT, tmp_path_factory.mktemp("paper") / "contract.pdf").path


@pytest.fixture(scope="module")
def sealed(office: Office, contract: Path) -> Path:
    stamps = [at_point(3, 200, 300, SEAL), at_point(3, 350, 300, square_seal("郑新元", FONT), SQUARE_MM)]
    stamps += [*beside(contract, "第七条", SEAL), *straddling(contract, SEAL)]
    return office.seal(contract, contract.with_name("sealed.pdf"), stamps)


def pages(path: Path, scale: float = 1.0) -> list[Image.Image]:
    with pypdfium2.PdfDocument(path) as pdf:
        pdf.init_forms()
        return [page.render(scale=scale).to_pil().convert("RGB") for page in pdf]


def redness(image: Image.Image, box: tuple[float, float, float, float]) -> float:
    """Share of red pixels in a box given in points from the lower left corner, at one pixel a point."""
    left, bottom, right, top = box
    part = image.crop((round(left), round(image.height - top), round(right), round(image.height - bottom)))
    pixels = [part.getpixel((x, y)) for x in range(part.width) for y in range(part.height)]
    return sum(r > 150 and g < 120 and b < 120 for r, g, b in pixels) / len(pixels)


def test_seals_stand_where_they_were_put_and_at_every_edge(sealed: Path, contract: Path) -> None:
    shown = pages(sealed)
    assert redness(shown[2], (193, 293, 207, 307)) > 0.8, "the star of the round seal at the clicked point"
    assert redness(shown[2], (322, 272, 378, 328)) > 0.15, "the square seal beside it"
    for page in shown:
        assert redness(page, (page.width - 40, page.height / 2 - 60, page.width, page.height / 2 + 60)) > 0.05
    assert redness(shown[1], (40, 0, 250, 842)) > 0.01, "the seal over the words 第七条"
    plain = pages(contract)
    assert redness(plain[2], (193, 293, 207, 307)) == 0


def test_the_slices_of_all_pages_make_one_seal(sealed: Path) -> None:
    slices = []
    for page in pages(sealed, 2.0):
        width, middle, half = round(2 * 42 * 72 / 25.4 / 3), page.height // 2, round(42 * 72 / 25.4)
        slices.append(page.crop((page.width - width, middle - half, page.width, middle + half)))
    whole = Image.new("RGB", (sum(one.width for one in slices), slices[0].height), "white")
    left = 0
    for one in slices:
        whole.paste(one, (left, 0))
        left += one.width
    drawn = Image.open(BytesIO(SEAL)).resize(whole.size)
    wanted = Image.new("RGB", whole.size, "white")
    wanted.paste(drawn, (0, 0), drawn)
    pairs = [(whole.getpixel((x, y)), wanted.getpixel((x, y))) for x in range(0, 230, 3) for y in range(0, 230, 3)]
    alike = sum(abs(a[1] - b[1]) < 90 for a, b in pairs)
    assert alike / len(pairs) > 0.93


def test_one_signature_answers_for_all_of_them_and_lasts(sealed: Path, office: Office) -> None:
    (found,) = require_sealed(sealed, office.trust, AT, (CODE,))
    assert (found.level, found.stamped, found.revision, found.revisions) == ("B-LT", AT, 2, 2)
    with pikepdf.open(sealed) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == 1
        assert len(pdf.Root.DSS.CRLs) >= 1
    if shutil.which("pdfsig"):
        ask = ["pdfsig", "-nocert", "-no-ocsp", sealed]
        told = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
        assert told.count("Signature is Valid") == told.count("Total document signed") == 1


def test_a_second_seal_with_its_own_evidence_leaves_the_first_sound(
    sealed: Path, office: Office, tmp_path: Path
) -> None:
    twice = office.seal(sealed, tmp_path / "twice.pdf", [at_point(1, 300, 200, SEAL)], field="b")
    found = require_sealed(twice, office.trust, AT, (CODE,))
    assert [(one.level, one.later, one.revision) for one in found] == [
        ("B-LT", "signatures", 2),
        ("B-LT", "nothing", 3),
    ]
    with pytest.raises(Refused, match="pdf-sealed-already"):
        office.seal(sealed, tmp_path / "x.pdf", straddling(sealed, SEAL), field="c")


def test_without_evidence_or_authority_the_level_says_so(contract: Path, office: Office, tmp_path: Path) -> None:
    target = tmp_path / "s.pdf"
    seal_pdf(contract, target, office.token, field="a", reason="签章", at=AT, timestamper=lambda _: None)
    assert verify_pdf(target, office.trust, AT)[0].level == "B-B"
    lists = Evidence(office.evidence.certificates)  # no revocation lists: believed here, but not by the file alone
    seal_pdf(
        contract, target, office.token, field="a", reason="签章", at=AT,
        timestamper=lambda imprint: office.clock.stamp(imprint, AT), evidence=lists,
    )  # fmt: skip
    assert verify_pdf(target, office.trust, AT)[0].level == "B-T"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_and_cropped_pages_show_the_seal_upright_at_the_point(
    turned: int, office: Office, tmp_path: Path
) -> None:
    paper = tmp_path / "turned.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(600, 800))
        page.obj.CropBox = [50, 40, 550, 740]
        page.obj.Rotate = turned
        page.Contents = pdf.make_stream(b"0.3 0 0 0.3 7 9 cm")  # leaves the canvas shrunk
        pdf.save(paper)
    stamps = [at_point(1, 120, 150, SEAL), at_point(1, 300, 350, SEAL)]
    (shown,) = pages(office.seal(paper, tmp_path / "sealed.pdf", stamps))
    assert shown.size == ((700, 500) if turned % 180 else (500, 700))
    for x, y in ((120, 150), (300, 350)):
        assert redness(shown, (x - 6, y - 6, x + 6, y + 6)) > 0.8, "star"
        assert redness(shown, (x - 40, y - 20, x + 40, y + 58)) > redness(shown, (x - 40, y - 58, x + 40, y + 20)), (
            "name above"
        )


def test_places_that_cannot_be_are_named(contract: Path, office: Office, tmp_path: Path) -> None:
    for stamp in (Stamp(4, 10, 10, 20, 20, SEAL), Stamp(1, 580, 10, 50, 20, SEAL), Stamp(1, 10, -30, 20, 20, SEAL)):
        with pytest.raises(Refused, match="pdf-stamp-outside"):
            office.seal(contract, tmp_path / "x.pdf", [stamp])
    with pytest.raises(Refused, match="pdf-words-not-found"):
        beside(contract, "没有这几个字", SEAL)
    single = tmp_path / "one.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(single)
    with pytest.raises(Refused, match="pdf-one-page-only"):
        straddling(single, SEAL)


def test_a_long_document_takes_several_seals_each_whole(tmp_path: Path) -> None:
    paper = tmp_path / "long.pdf"
    with pikepdf.new() as pdf:
        for _ in range(47):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(paper)
    found = straddling(paper, SEAL)
    assert [one.page for one in found] == list(range(1, 48))
    assert sum(one.part[0] == 0 for one in found) == sum(one.part[1] == 1 for one in found) == 3
    assert max(one.w for one in found) < 9


def test_memory_does_not_grow_with_the_file(office: Office, tmp_path: Path) -> None:
    """13 MB of scans; `python -m bench --only stamping` measures the whole process at 130 MB."""
    paper = tmp_path / "scan.pdf"
    scanned(paper, 30)
    stamps = straddling(paper, SEAL)
    office.seal(paper, tmp_path / "warm.pdf", stamps)
    tracemalloc.start()
    try:
        office.seal(paper, tmp_path / "sealed.pdf", stamps)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert paper.stat().st_size > 12_000_000
    assert most < 9_000_000

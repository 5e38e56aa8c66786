"""Seals in people's terms: owner, time, revision; what was changed after signing is called so, in words, everywhere."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.bid_seals import SealPlaces, _stamps
from client.seals import seals_in_bid, seals_of
from crypto.authority import TestAuthority
from crypto.certificates import TrustStore
from crypto.pdf_seal import seal_pdf
from crypto.seal_places import SQUARE_MM, straddling
from crypto.stamp import round_seal, square_seal
from crypto.timestamps import TimestampAuthority
from documents.fonts import variable_font
from documents.papers import print_contract
from procurement.basics.problems import Refused
from tests.documents.papers_data import CONTRACT

AT = datetime(2026, 4, 29, 2, 40, tzinfo=UTC)
NAME, CODE, OTHER = "太原甲科技有限公司", "91140000MA0SUPPL01", "91140000MA0SUPPL02"


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority.create("测试签发机构")


@pytest.fixture(scope="module")
def trust(authority: TestAuthority) -> TrustStore:
    return authority.trust()


@pytest.fixture(scope="module")
def sealed(authority: TestAuthority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    plain = print_contract(CONTRACT, folder / "plain.pdf").path
    clock = TimestampAuthority(authority.issue_tsa("测试时间戳").token)
    token = authority.issue_organisation(NAME, CODE).token
    seal_pdf(
        plain, folder / "sealed.pdf", token, field="a", stamps=straddling(plain, round_seal(NAME, CODE, variable_font())),
        reason="投标文件", at=AT, timestamper=lambda imprint: clock.stamp(imprint, AT + timedelta(seconds=2)),
    )  # fmt: skip
    return folder / "sealed.pdf"


@pytest.fixture
def altered(sealed: Path, tmp_path: Path) -> Path:
    """Somebody drew over the first page afterwards."""
    writer = IncrementalPdfFileWriter(BytesIO(sealed.read_bytes()))
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"0 0 300 300 re f")))
    with (tmp_path / "altered.pdf").open("wb") as file:
        writer.write(file)
    return tmp_path / "altered.pdf"


def broken_copy(sealed: Path, target: Path) -> Path:
    data = bytearray(sealed.read_bytes())
    place = data.index(b"/Producer") if b"/Producer" in data else 200
    data[place + 12] ^= 1
    target.write_bytes(data)
    return target


def test_a_seal_says_owner_code_time_and_revision(sealed: Path, trust: TrustStore) -> None:
    (seal,) = seals_of(sealed, "技术方案", trust, AT)
    assert (seal.owner, seal.code, seal.state, seal.level) == (NAME, CODE, "sound", "B-T")
    assert (seal.time, seal.trusted_time, seal.revision, seal.revisions) == (AT + timedelta(seconds=2), True, 2, 2)
    assert "签后未改动" in seal.text


def test_a_change_after_signing_is_called_so(altered: Path, trust: TrustStore) -> None:
    (seal,) = seals_of(altered, "技术方案", trust, AT)
    assert (seal.state, seal.reason, seal.revision, seal.revisions) == ("changed", "pdf-changed-after-seal", 2, 3)
    assert "签后被改动" in seal.text


def test_bytes_after_the_end_are_a_change_and_damage_is_named(sealed: Path, trust: TrustStore, tmp_path: Path) -> None:
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(sealed.read_bytes() + b"\n% a later word\n")
    assert seals_of(longer, "x", trust, AT)[0].state == "changed"
    assert seals_of(broken_copy(sealed, tmp_path / "b.pdf"), "x", trust, AT)[0].state in ("broken", "unreadable")
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7\nno")
    assert seals_of(tmp_path / "no.pdf", "x", trust, AT)[0].state == "unreadable"


def test_the_seal_of_another_bidder_is_marked(sealed: Path, trust: TrustStore) -> None:
    found = seals_of(sealed, "业绩", trust, AT)
    assert not seals_in_bid(found, CODE, {CODE, OTHER})[0].other_bidder
    marked = seals_in_bid(found, OTHER, {CODE, OTHER})[0]
    assert marked.other_bidder
    assert "其他投标人的印章" in marked.text
    assert not seals_in_bid(found, OTHER, {OTHER})[0].other_bidder, "a maker's seal is nobody's fault"


def test_places_are_made_into_stamps(sealed: Path) -> None:
    plain, font = sealed.with_name("plain.pdf"), variable_font()
    seal, square = round_seal(NAME, CODE, font), square_seal("韩冬", font)
    found = _stamps(plain, SealPlaces(((1, 300, 300),), "第七条", True, "韩冬"), seal, lambda: square)
    assert len(found) == 2 + 2 + 3
    assert found[0].whole
    assert round(found[2].w) == round(SQUARE_MM * 72 / 25.4)
    with pytest.raises(Refused, match="seal-without-place"):
        _stamps(plain, SealPlaces(), seal, lambda: square)


def test_verify_takes_a_paper_alone(sealed: Path, altered: Path, trust: TrustStore, tmp_path: Path) -> None:
    from crypto.notes import NoteSigner  # the log's key is part of the anchors, whatever is verified

    folder = tmp_path / "trust"
    trust.save(folder)
    (folder / "log.vkey").write_text(NoteSigner.of("jincai.test/log", Ed25519PrivateKey.generate()).key.vkey + "\n")

    def verify(path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "client.cli", "verify", "--trust", str(folder), str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    good, bad = verify(sealed), verify(altered)
    assert good.returncode == 0, good.stdout + good.stderr
    assert NAME in good.stdout
    assert "签后未改动" in good.stdout
    assert bad.returncode == 1
    assert "签后被改动" in bad.stdout
    assert "pdf-changed-after-seal" in bad.stdout

"""PDF seals: several signers one after another, judged by our own check and by poppler's pdfsig; damage is named."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from crypto.authority import TestAuthority
from crypto.certificates import TrustStore
from crypto.pdf_check import prefix_digests, require_sealed, verify_pdf
from crypto.pdf_seal import Stamp, seal_pdf
from crypto.stamp import name_mark
from crypto.timestamps import TimestampAuthority
from crypto.tokens import SoftwareToken
from documents.fonts import variable_font
from procurement.basics.problems import Locked, Problem, Refused, Tampered

AT = datetime(2026, 4, 29, 2, 40, tzinfo=UTC)
AGENCY = "91310000132207927C"


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority.create("测试签发机构")


@pytest.fixture(scope="module")
def trust(authority: TestAuthority) -> TrustStore:
    return authority.trust(AT)


@pytest.fixture(scope="module")
def agency(authority: TestAuthority) -> SoftwareToken:
    return authority.issue_organisation("上海国际招标有限公司", AGENCY, kind="rsa").token


@pytest.fixture(scope="module")
def experts(authority: TestAuthority) -> list[SoftwareToken]:
    return [authority.issue_person(f"专家{n}", f"E100{n}").token for n in range(1, 4)]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(path)
    return path


def mark(page: int = 1, x: float = 60) -> Stamp:
    return Stamp(page, x, 100, 150, 60, name_mark("专家一", ("2026-04-29 10:40:00",), variable_font(), 150, 60))


def sealed_by(paper: Path, *tokens: SoftwareToken) -> Path:
    target = paper.with_name("sealed.pdf")
    source = paper
    for number, token in enumerate(tokens):
        seal_pdf(source, target, token, field=f"member-{number}", stamps=[mark(1 + number % 2)], reason="签名", at=AT)
        source = target
    return target


def test_several_people_sign_one_after_another(
    paper: Path, agency: SoftwareToken, experts: list[SoftwareToken], trust: TrustStore
) -> None:
    target = sealed_by(paper, agency, *experts)
    found = require_sealed(target, trust, AT, (AGENCY, "E1001", "E1002", "E1003"))
    assert [s.code for s in found] == [AGENCY, "E1001", "E1002", "E1003"]
    assert [s.later for s in found] == ["signatures"] * 3 + ["nothing"]
    assert all(s.sound and s.claimed == AT for s in found)
    assert found[-1].covered == target.stat().st_size


def test_what_each_signer_saw_is_the_beginning_of_the_file(
    paper: Path, experts: list[SoftwareToken], tmp_path: Path
) -> None:
    seen = [hashlib.sha256(paper.read_bytes()).hexdigest()]
    for number, token in enumerate(experts):
        source = paper if number == 0 else tmp_path / "report.pdf"
        digest = seal_pdf(source, tmp_path / "report.pdf", token, field=f"m{number}", reason="签名", at=AT)
        assert digest == hashlib.sha256((tmp_path / "report.pdf").read_bytes()).hexdigest()
        seen.append(digest)
    found = prefix_digests(tmp_path / "report.pdf")
    lengths = [found[digest] for digest in seen]
    assert lengths == sorted(lengths)
    assert lengths[0] == paper.stat().st_size


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_pdfsig_calls_every_signature_valid(paper: Path, agency: SoftwareToken, experts: list[SoftwareToken]) -> None:
    # -nocert: the chain ends in a test root that NSS does not know; signatures and coverage are what is asked here
    target = sealed_by(paper, agency, *experts)
    answer = subprocess.run(
        ["pdfsig", "-nocert", "-no-ocsp", target], capture_output=True, text=True, check=True
    ).stdout
    assert answer.count("Signature Validation: Signature is Valid.") == 4
    assert answer.count("ETSI.CAdES.detached") == 4
    assert answer.count("Total document signed") == 1


@pytest.mark.parametrize("where", ["page", "cms", "padding", "byte-range-end", "reason"])
def test_one_changed_byte_is_noticed(paper: Path, agency: SoftwareToken, trust: TrustStore, where: str) -> None:
    target = sealed_by(paper, agency)
    data = bytearray(target.read_bytes())
    hole = data.index(b"/Contents <") + len(b"/Contents <")
    place = {
        "page": data.index(b"842"),
        "cms": hole + 1500,
        "padding": data.index(b">", hole) - 40,
        "byte-range-end": len(data) - 30,
        "reason": data.index(b"/ByteRange") + 13,
    }[where]
    data[place] = ord("9") if data[place] != ord("9") else ord("8")
    target.write_bytes(data)
    with pytest.raises(Problem) as told:
        require_sealed(target, trust, AT, (AGENCY,))
    assert told.value.code in {"pdf-seal-broken", "pdf-changed-after-seal", "pdf-unreadable", "pdf-seal-missing"}


def test_no_byte_of_a_sealed_file_can_change_unnoticed(
    paper: Path, agency: SoftwareToken, trust: TrustStore, tmp_path: Path
) -> None:
    whole = sealed_by(paper, agency).read_bytes()
    damaged = tmp_path / "damaged.pdf"
    for place in range(0, len(whole), 241):
        data = bytearray(whole)
        data[place] ^= 1
        damaged.write_bytes(data)
        with pytest.raises(Problem):
            require_sealed(damaged, trust, AT, (AGENCY,))


def test_a_token_over_other_bytes_is_not_believed(
    authority: TestAuthority, paper: Path, agency: SoftwareToken, trust: TrustStore, tmp_path: Path
) -> None:
    tsa = TimestampAuthority(authority.issue_tsa("测试时间戳").token)
    other = tsa.stamp(hashlib.sha256(b"x").digest(), AT)
    target = tmp_path / "bt.pdf"
    seal_pdf(paper, target, agency, field="a", reason="签章", at=AT, timestamper=lambda _: other)
    (found,) = verify_pdf(target, trust, AT)
    assert found.stamp_distrust is not None
    assert found.stamp_distrust.code == "timestamp-of-other-data"
    assert not found.sound


def test_bytes_after_the_last_seal_are_noticed(paper: Path, agency: SoftwareToken, trust: TrustStore) -> None:
    target = sealed_by(paper, agency)
    with target.open("ab") as file:
        file.write(b"% one more line\n")
    with pytest.raises(Tampered) as told:
        require_sealed(target, trust, AT, (AGENCY,))
    assert told.value.code == "pdf-changed-after-seal"


def test_a_visible_change_after_the_seal_is_noticed(paper: Path, agency: SoftwareToken, trust: TrustStore) -> None:
    target = sealed_by(paper, agency)
    writer = IncrementalPdfFileWriter(BytesIO(target.read_bytes()))
    text = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.add_stream_to_page(0, text)
    with target.open("wb") as file:
        writer.write(file)
    (found,) = verify_pdf(target, trust, AT)
    assert found.intact
    assert found.later == "changes"
    with pytest.raises(Tampered, match="pdf-changed-after-seal"):
        require_sealed(target, trust, AT, (AGENCY,))


def test_a_missing_signer_is_named(paper: Path, agency: SoftwareToken, trust: TrustStore) -> None:
    with pytest.raises(Tampered) as told:
        require_sealed(sealed_by(paper, agency), trust, AT, (AGENCY, "E1001"))
    assert (told.value.code, told.value.facts["signature"]) == ("pdf-seal-missing", "E1001")
    assert verify_pdf(paper, trust, AT) == []


def test_a_stranger_is_intact_but_not_believed(paper: Path, trust: TrustStore) -> None:
    stranger = TestAuthority.create("别处的机构").issue_organisation("某公司", AGENCY).token
    (found,) = verify_pdf(sealed_by(paper, stranger), trust, AT)
    assert found.intact
    assert not found.sound
    assert found.distrust is not None
    assert found.distrust.code == "certificate-issuer-unknown"


def test_a_revoked_certificate_is_not_believed(authority: TestAuthority, paper: Path) -> None:
    token = authority.issue_person("专家九", "E1009").token
    authority.revoke(token.signing_certificate, AT - timedelta(days=1))
    (found,) = verify_pdf(sealed_by(paper, token), authority.trust(AT), AT)
    assert found.distrust is not None
    assert found.distrust.code == "certificate-revoked"


class _BrokenToken:
    """A token that is pulled out at the moment of signing."""

    def __init__(self, token: SoftwareToken) -> None:
        self._token = token

    @property
    def signing_certificate(self) -> x509.Certificate:
        return self._token.signing_certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self._token.chain

    def sign(self, data: bytes) -> bytes:
        raise Locked("token-missing", "Plug the token in.")


def test_who_signed_in_time_is_judged_at_that_time(authority: TestAuthority, paper: Path, tmp_path: Path) -> None:
    """The first signer's certificate is revoked (lost, renewed) before the second signs: what it signed before stands."""
    first = authority.issue_organisation("太原甲科技有限公司", "91140000MA0FIRST01", kind="ec").token
    second = authority.issue_organisation("太原乙科技有限公司", "91140000MA0SECND02", kind="ec").token
    one, both = tmp_path / "one.pdf", tmp_path / "both.pdf"
    seal_pdf(paper, one, first, field="supplier", reason="合同", at=AT)
    later = AT + timedelta(days=9)
    seal_pdf(one, both, second, field="other", reason="合同", at=later)
    gone = AT + timedelta(days=5)
    authority.revoke(first.signing_certificate, gone)
    trust = authority.trust(later)
    codes = ("91140000MA0FIRST01", "91140000MA0SECND02")
    with pytest.raises(Problem) as revoked:
        require_sealed(both, trust, later, codes)
    assert revoked.value.code == "certificate-revoked"
    assert len(require_sealed(both, trust, later, codes, {codes[0]: AT, codes[1]: later})) == 2
    with pytest.raises(Problem):
        require_sealed(both, trust, later, codes, {codes[0]: gone + timedelta(days=1)})


def test_a_failed_signing_leaves_nothing_behind(paper: Path, agency: SoftwareToken) -> None:
    before = sorted(paper.parent.iterdir())
    content = paper.read_bytes()
    with pytest.raises(Locked):
        seal_pdf(paper, paper, _BrokenToken(agency), field="agency", reason="签章", at=AT)
    assert sorted(paper.parent.iterdir()) == before
    assert paper.read_bytes() == content


def test_refusals_have_names(paper: Path, agency: SoftwareToken, tmp_path: Path) -> None:
    def code(source: Path, **options: object) -> str:
        with pytest.raises(Refused) as told:
            seal_pdf(source, tmp_path / "x.pdf", agency, **{"field": "a", "reason": "r", "at": AT, **options})  # type: ignore[arg-type]
        return told.value.code

    sealed = sealed_by(paper, agency)
    rubbish = tmp_path / "rubbish.pdf"
    rubbish.write_bytes(b"%PDF-1.7\nnot really")
    assert code(rubbish) == "pdf-unreadable"
    assert code(sealed, field="member-0") == "pdf-field-taken"
    assert code(paper, field="a.b") == "pdf-field-taken"
    assert code(paper, stamps=[mark(page=3)]) == "pdf-stamp-outside"
    assert code(sealed, stamps=[mark(), mark(2)]) == "pdf-sealed-already"
    assert not (tmp_path / "x.pdf").exists()


def test_a_second_stamp_may_be_drawn_before_the_first_seal(
    paper: Path, agency: SoftwareToken, trust: TrustStore, tmp_path: Path
) -> None:
    seal_pdf(paper, tmp_path / "two.pdf", agency, field="a", stamps=[mark(), mark(2, 300)], reason="签章", at=AT)
    require_sealed(tmp_path / "two.pdf", trust, AT, (AGENCY,))


def test_sealing_runs_in_threads_and_beside_an_event_loop(
    paper: Path, agency: SoftwareToken, experts: list[SoftwareToken], trust: TrustStore, tmp_path: Path
) -> None:
    def work(number: int) -> str:
        target = tmp_path / f"{number}.pdf"
        seal_pdf(paper, target, experts[number % 3], field="m", stamps=[mark()], reason="签名", at=AT)
        return require_sealed(target, trust, AT, ())[0].code

    async def beside_a_loop() -> str:
        return work(0)

    with ThreadPoolExecutor(4) as lane:
        assert list(lane.map(work, range(8))) == [f"E100{1 + n % 3}" for n in range(8)]
    assert asyncio.run(beside_a_loop()) == "E1001"


def test_a_time_stamp_token_is_carried(
    authority: TestAuthority, paper: Path, agency: SoftwareToken, trust: TrustStore, tmp_path: Path
) -> None:
    authority_of_time = TimestampAuthority(authority.issue_tsa("测试时间戳").token)
    imprints: list[bytes] = []

    def stamp(imprint: bytes) -> bytes:
        imprints.append(imprint)
        return authority_of_time.stamp(imprint, AT)

    target = tmp_path / "bt.pdf"
    seal_pdf(paper, target, agency, field="a", reason="签章", at=AT, timestamper=stamp)
    (found,) = require_sealed(target, trust, AT, (AGENCY,))
    assert imprints
    assert found.stamped == AT
    if shutil.which("pdfsig"):
        answer = subprocess.run(
            ["pdfsig", "-nocert", "-no-ocsp", target], capture_output=True, text=True, check=True
        ).stdout
        assert "Signature is Valid" in answer

"""Time-stamp tokens: the openssl command asks and believes; every way of being wrong has a name."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore
from crypto.cms import sign_enclosed
from crypto.timestamps import TimestampAuthority, examine_token, make_request, token_of_response, verify_token
from procurement.basics.problems import Problem

TIME = datetime(2026, 4, 1, 2, 0, 0, 120_000, tzinfo=UTC)
DIGEST = hashlib.sha256(b"act").digest()


@pytest.fixture(scope="module", params=["ec", "rsa"])
def issued(authority: TestAuthority, request: pytest.FixtureRequest) -> Issued:
    return authority.issue_tsa("晋采时间戳", kind=request.param)


def openssl(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("certificates", ["-cert", ""])
def test_openssl_asks_and_believes(issued: Issued, trust: TrustStore, tmp_path: Path, certificates: str) -> None:
    trust.save(tmp_path)
    (tmp_path / "data").write_bytes(b"act")
    assert openssl(tmp_path, f"ts -query -data data -sha256 {certificates} -out q.tsq").returncode == 0
    answer = TimestampAuthority(issued.token).respond((tmp_path / "q.tsq").read_bytes(), TIME)
    (tmp_path / "a.tsr").write_bytes(answer)
    signer = issued.signing[1]
    from cryptography.hazmat.primitives.serialization import Encoding

    (tmp_path / "untrusted.pem").write_bytes(
        (tmp_path / "intermediates.pem").read_bytes() + signer.public_bytes(Encoding.PEM)
    )
    verify = "ts -verify -queryfile q.tsq -in a.tsr -CAfile roots.pem -untrusted untrusted.pem"
    done = openssl(tmp_path, verify)
    assert "Verification: OK" in done.stdout, done.stderr
    shown = openssl(tmp_path, "ts -reply -in a.tsr -text").stdout
    assert "Apr  1 02:00:00.12 2026 GMT" in shown and "0x32 millis" in shown
    if certificates:
        assert verify_token(token_of_response(answer), DIGEST, trust) == TIME


def test_asking_ourselves(issued: Issued, trust: TrustStore) -> None:
    authority = TimestampAuthority(issued.token, accuracy_ms=7)
    token = token_of_response(authority.respond(make_request(DIGEST, 12345), TIME))
    stamp = examine_token(token, DIGEST, trust, nonce=12345)
    assert (stamp.time, stamp.accuracy_ms, stamp.authority) == (TIME, 7, "晋采时间戳")
    with pytest.raises(Problem, match="timestamp-nonce-wrong"):
        verify_token(token, DIGEST, trust, nonce=1)
    with pytest.raises(Problem, match="timestamp-of-other-data"):
        verify_token(token, hashlib.sha256(b"other").digest(), trust)
    assert verify_token(authority.stamp(DIGEST, TIME.replace(microsecond=0)), DIGEST, trust) == TIME.replace(
        microsecond=0
    )


def test_a_token_by_another_certificate(
    authority: TestAuthority, organisation: Issued, issued: Issued, trust: TrustStore
) -> None:
    wrong = TimestampAuthority(organisation.token).stamp(DIGEST, TIME)
    with pytest.raises(Problem, match="certificate-wrong-purpose"):
        verify_token(wrong, DIGEST, trust)
    with pytest.raises(Problem, match="certificate-issuer-unknown"):
        stranger = TestAuthority.create("别处").issue_tsa("别处")
        verify_token(TimestampAuthority(stranger.token).stamp(DIGEST, TIME), DIGEST, trust)
    with pytest.raises(Problem, match="certificate-not-yet-valid"):
        early = TimestampAuthority(issued.token).stamp(DIGEST, datetime(2024, 1, 1, tzinfo=UTC))
        verify_token(early, DIGEST, trust)


def test_damage(issued: Issued, trust: TrustStore) -> None:
    token = TimestampAuthority(issued.token).stamp(DIGEST, TIME)
    for place in range(0, len(token), 11):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        try:
            verify_token(changed, DIGEST, trust)
        except Problem:
            continue
        pytest.fail(f"byte {place} of {token.hex()}")
    with pytest.raises(Problem, match="timestamp-malformed"):
        verify_token(sign_enclosed(b"\x30\x00", issued.token, "tst_info", with_certificates=True), DIGEST, trust)


@pytest.mark.parametrize("request_hex", ["", "3000", "30030201", "ff" * 5000])
def test_bad_requests_are_answered(issued: Issued, request_hex: str, tmp_path: Path) -> None:
    answer = TimestampAuthority(issued.token).respond(bytes.fromhex(request_hex), TIME)
    with pytest.raises(Problem, match="timestamp-not-granted"):
        token_of_response(answer)
    (tmp_path / "a.tsr").write_bytes(answer)
    assert "the data submitted has the wrong format" in openssl(tmp_path, "ts -reply -in a.tsr -text").stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [("-sha1", "unrecognized or unsupported"), ("-sha256 -tspolicy 1.2.3.4", "policy is not supported")],
)
def test_requests_we_do_not_serve(issued: Issued, tmp_path: Path, options: str, reason: str) -> None:
    (tmp_path / "data").write_bytes(b"act")
    assert openssl(tmp_path, f"ts -query -data data {options} -out q.tsq").returncode == 0
    answer = TimestampAuthority(issued.token).respond((tmp_path / "q.tsq").read_bytes(), TIME)
    (tmp_path / "a.tsr").write_bytes(answer)
    assert reason in openssl(tmp_path, "ts -reply -in a.tsr -text").stdout

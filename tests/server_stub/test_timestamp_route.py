"""Time-stamps for documents through the platform: a standard request in, an answer that `openssl ts` believes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.timestamps import make_request, token_of_response, verify_token
from procurement.basics.problems import Refused
from tests.world import World, read_problem, registration

PATH = "/v1/timestamps"
QUERY = {"Content-Type": "application/timestamp-query"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World.create(tmp_path_factory.mktemp("world"), start=False)
    made.start_tsa()
    made.start()
    try:
        agency = made.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
        agency.act(registration(agency))
        agency.login()
        yield made
    finally:
        made.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_makes_the_request_and_believes_the_answer(world: World, tmp_path: Path) -> None:
    data, query, reply = tmp_path / "paper", tmp_path / "q.tsq", tmp_path / "r.tsr"
    data.write_bytes(b"a paper")
    ask = ["openssl", "ts", "-query", "-data", data, "-sha256", "-cert", "-out", query]
    subprocess.run(ask, check=True, capture_output=True)
    answer = world.raw("agency").request("POST", PATH, query.read_bytes(), QUERY)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/timestamp-reply"
    reply.write_bytes(answer.content)
    trust = world.authority.trust()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (*trust.roots, *trust.intermediates)))
    believe = ["openssl", "ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", roots]
    told = subprocess.run(believe, check=True, capture_output=True, text=True)
    assert "Verification: OK" in told.stdout + told.stderr
    data.write_bytes(b"another paper")
    other = ["openssl", "ts", "-verify", "-data", data, "-in", reply, "-CAfile", roots]
    assert subprocess.run(other, capture_output=True, check=False).returncode != 0


def test_the_token_carries_the_platforms_time_and_our_nonce(world: World) -> None:
    digest = hashlib.sha256(b"a seal").digest()
    answer = world.raw("agency").request("POST", PATH, make_request(digest, 77), QUERY)
    token = token_of_response(answer.content)
    at = verify_token(token, digest, world.authority.trust(), nonce=77)
    assert abs((at - world.now()).total_seconds()) < 60


def test_a_rejection_comes_back_as_the_authority_gave_it(world: World) -> None:
    answer = world.raw("agency").request("POST", PATH, b"\x30\x00", QUERY)
    assert answer.status_code == 200
    with pytest.raises(Refused, match="timestamp-not-granted"):
        token_of_response(answer.content)


def test_strangers_other_types_and_large_bodies_are_refused(world: World) -> None:
    agency, query = world.raw("agency"), make_request(bytes(32), 1)
    assert read_problem(world.anybody().request("POST", PATH, query, QUERY)).code == "session-required"
    typed = agency.request("POST", PATH, query, {"Content-Type": "application/octet-stream"})
    assert read_problem(typed).code == "request-malformed"
    assert read_problem(agency.request("POST", PATH, bytes(5000), QUERY)).code == "body-too-large"


def test_a_silent_authority_is_said_so(world: World) -> None:
    world.stop_tsa()
    try:
        answer = world.raw("agency").request("POST", PATH, make_request(bytes(32), 1), QUERY)
    finally:
        world.start_tsa()
    assert (answer.status_code, read_problem(answer).code) == (503, "timestamp-authority-silent")

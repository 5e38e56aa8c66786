"""Bodies of requests: whatever is sent, the platform answers with a problem document of its own, never with a failure (5xx)."""

from __future__ import annotations

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.gateway.session import SessionKey
from procurement.wire.endpoints import ACTS
from procurement.wire.messages import ActMessage
from procurement.wire.versions import HEADER
from tests.fuzz.mutation import bytes_like, json_like
from tests.server_stub.acts import sealing
from tests.server_stub.acts.stations import Station

PATHS = (*sorted(act.path for act in ACTS.values()), "/v1/sessions", "/v1/uploads", "/v1/timestamps")


def test_no_body_makes_the_platform_fail(on: Station) -> None:
    walk = on("published")
    signed = walk.by("a").sign(sealing.withdrawal(walk, "a", "ab" * 32))
    good = ActMessage(signed=signed, secret=b"s" * 32).to_bytes()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(PATHS), body=json_like(good), signed_in=st.booleans())
    def send(path: str, body: bytes, signed_in: bool) -> None:
        if signed_in:
            answer = walk.by("a").request("POST", path, body)
        else:
            answer = requests.post(walk.world.url + path, data=body, timeout=60)
        assert 400 <= answer.status_code < 500, (path, body, answer.text)
        assert answer.headers["content-type"].startswith(("application/problem+json", "application/timestamp-reply"))

    send()


def test_no_header_makes_the_platform_fail(on: Station) -> None:
    """Who says what of a session, whatever stands there."""
    walk = on("published")
    key = SessionKey()
    proof = key.proof("POST", "/v1/submissions", "ab" * 32, walk.world.now())
    texts = st.one_of(bytes_like(proof.encode()), st.binary(max_size=200)).map(_printable)

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(session=texts, said=texts, versions=texts)
    def send(session: str, said: str, versions: str) -> None:
        headers = {"Authorization": f"Jincai {session}", "Jincai-Proof": said, HEADER: versions}
        answer = requests.get(walk.world.url + "/v1/feed?after=0", headers=headers, timeout=60)
        assert 400 <= answer.status_code < 500, (headers, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")

    send()


def _printable(data: bytes) -> str:
    """What a program may put into a header: no line ends, no blank at the edges."""
    return "".join(chr(byte) for byte in data if byte >= 0x20 and byte != 0x7F).strip() or "-"

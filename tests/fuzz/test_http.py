"""Bodies of requests: whatever is sent, the platform answers with a problem document of its own, never with a failure (5xx)."""

from __future__ import annotations

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.wire.endpoints import ACTS
from procurement.wire.messages import ActMessage
from tests.fuzz.mutation import json_like
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

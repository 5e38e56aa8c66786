"""Whatever is done to its bytes, an object is refused by a named problem: never believed, never another exception."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.authority import TestAuthority
from crypto.certificates import TrustStore
from crypto.container import read_container, write_container
from crypto.der import integer, require_der, set_of, tlv
from crypto.signing import sign_bytes, verify_bytes
from crypto.timestamps import TimestampAuthority, make_request, token_of_response, verify_token
from procurement.basics.problems import Problem

DATA = b"x" * 32
EDITS = st.lists(
    st.tuples(st.integers(0, 2), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)),
    min_size=1,
    max_size=3,
)
FEW = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def edited(good: bytes, edits: list[tuple[int, float, bytes]]) -> bytes:
    """Overwrite, cut out or put in a few bytes here and there."""
    out = bytearray(good)
    for kind, where, data in edits:
        at = int(where * len(out))
        if kind == 0:
            out[at : at + len(data)] = data
        elif kind == 1:
            del out[at : at + len(data)]
        else:
            out[at:at] = data
    return bytes(out)


@pytest.fixture(scope="module")
def made(authority: TestAuthority, at: datetime, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    issued = authority.issue_organisation("某", "91140000TEST000001")
    file = tmp_path_factory.mktemp("hostile") / "c"
    write_container(file, {"a": b"123", "b/c": bytes(100)}, issued.token)
    stamps = TimestampAuthority(authority.issue_tsa("时间戳").token)
    return {
        "signature": sign_bytes(DATA, issued.token),
        "token": stamps.stamp(DATA, at),
        "response": stamps.respond(make_request(DATA, 7), at),
        "container": file.read_bytes(),
    }


@FEW
@given(edits=EDITS)
def test_objects(
    edits: list[tuple[int, float, bytes]], made: dict[str, bytes], trust: TrustStore, at: datetime
) -> None:
    readers = {
        "signature": lambda data: verify_bytes(data, DATA, trust, at),
        "token": lambda data: verify_token(data, DATA, trust),
        "response": lambda data: verify_token(token_of_response(data), DATA, trust, nonce=7),
    }
    for name, read in readers.items():
        bad = edited(made[name], edits)
        if bad != made[name]:
            with pytest.raises(Problem):
                read(bad)


@FEW
@given(edits=EDITS)
def test_containers(
    edits: list[tuple[int, float, bytes]], made: dict[str, bytes], trust: TrustStore, at: datetime, tmp_path: Path
) -> None:
    bad = edited(made["container"], edits)
    (tmp_path / "c").write_bytes(bad)
    if bad != made["container"]:
        with pytest.raises(Problem):
            read_container(tmp_path / "c", trust, at)


@FEW
@given(number=st.integers(0, 2**200), members=st.lists(st.binary(max_size=300), max_size=5))
def test_what_we_write_is_der(number: int, members: list[bytes]) -> None:
    data = tlv(0x30, integer(number), set_of(0x31, *(tlv(0x04, member) for member in members)))
    assert require_der(data) == data
    with pytest.raises(Problem):
        require_der(data + b"\x00")

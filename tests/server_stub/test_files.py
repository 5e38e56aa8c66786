"""Files by digest: whole or not at all, readable with the acts that name them."""

from __future__ import annotations

import hashlib

import pytest
import requests

from tests.world import Denied, World


def test_a_file_comes_back_whole_and_in_parts(world: World) -> None:
    agency, data = world.raw("agency"), bytes(range(256)) * 9000
    path = f"/v1/files/{agency.put_file(data)}"
    assert agency.request("GET", path).content == data
    part = agency.request("GET", path, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, data[1000:2000])


def test_twice_is_once_and_other_bytes_are_refused(world: World) -> None:
    agency = world.raw("agency")
    assert agency.put_file(b"same") == agency.put_file(b"same")
    wrong = hashlib.sha256(b"announced").hexdigest()
    headers = agency.proof("PUT", f"/v1/files/{wrong}", wrong)
    answer = requests.put(f"{world.url}/v1/files/{wrong}", data=b"something else", headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (422, "file-digest-differs")
    assert agency.request("GET", f"/v1/files/{wrong}").status_code == 403
    assert not list((world.data / "files").glob("*.part"))


def test_a_stranger_learns_nothing(world: World) -> None:
    path = f"/v1/files/{world.raw('agency').put_file(b'private')}"
    assert world.raw("supplier").request("GET", path).json()["code"] == "file-not-visible"
    missing = world.raw("supplier").request("GET", f"/v1/files/{'0' * 64}")
    assert missing.json()["code"] == "file-not-visible"


def test_files_need_a_session_and_a_measure(world: World) -> None:
    body = b"x"
    answer = world.anybody().request("PUT", f"/v1/files/{hashlib.sha256(body).hexdigest()}", body)
    assert (answer.status_code, answer.json()["code"]) == (401, "session-required")
    agency, digest = world.raw("agency"), "a" * 64
    headers = agency.proof("PUT", f"/v1/files/{digest}", digest)
    request = requests.Request("PUT", f"{world.url}/v1/files/{digest}", headers=headers).prepare()
    request.headers["Content-Length"] = str(2**40)
    with requests.Session() as session:
        answer = session.send(request, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    with pytest.raises(Denied):
        world.anybody().put_file(b"x")

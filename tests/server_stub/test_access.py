"""The access log says who asked what and what was answered, and no secret; refusals say what is known of who called."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
import requests

from crypto.signing import named_signer
from procurement.basics.roles import Role
from procurement.basics.statement import CmsSignature, SignedBytes
from procurement.wire.messages import ActMessage, RefusalRecord
from server_stub.settings import Limits
from server_stub.store.access import AccessLog
from tests.world import PASSWORD, Denied, Raw, World, read, registration


def lines(world: World) -> list[dict[str, Any]]:
    text = (world.data / "access" / "access.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def start_of(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()[:16]


def test_who_what_when_and_the_answer(world: World) -> None:
    supplier = world.raw("supplier")
    supplier.feed()
    requests.get(world.url + "/v1/nowhere?token=abc%20def", timeout=60)
    own, anybody = ([line for line in lines(world) if line["path"] == path][-1] for path in ("/v1/feed", "/v1/nowhere"))
    assert re.fullmatch(r"2026-\d\d-\d\dT[\d:.]{12}Z", own["t"])
    assert (own["from"], own["actor"], own["method"], own["status"]) == ("127.0.0.1", supplier.code, "GET", 200)
    assert (own["session"], own["query"]) == (start_of(supplier.session), "after=0&limit=500")
    assert own["out"] > 100
    assert "actor" not in anybody and "session" not in anybody
    assert (anybody["status"], anybody["code"], anybody["query"]) == (404, "no-such-address", "…")


def test_no_secret_stands_in_it(own_world: World) -> None:
    world = own_world
    finance = world.enrol(world.office(Role.FINANCE), world.raw("agency"))
    with pytest.raises(Denied, match="password-wrong"):
        Raw(world, finance.name, finance.code, (Role.FINANCE,), key=finance.key).login(password="not this one")
    proof = world.raw("supplier").proof("GET", "/v1/feed")
    requests.get(world.url + "/v1/feed", headers=proof, timeout=60)
    written = (world.data / "access" / "access.jsonl").read_text("utf-8")
    sessions = [party.session for party in world.parties.values() if party.session]
    assert len(sessions) == 3
    for secret in (*sessions, proof["Jincai-Proof"], PASSWORD, "not this one"):
        assert secret not in written
    wrong = [line for line in lines(world) if line.get("code") == "password-wrong"]
    assert [(line["path"], line["named"], "actor" in line) for line in wrong] == [("/v1/sessions", finance.code, False)]
    folder = world.data / "access"
    assert [oct(path.stat().st_mode)[-3:] for path in (folder, folder / "access.jsonl")] == ["700", "600"]


def test_it_is_put_aside_by_size(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "access" / "access.jsonl", Limits(access_log=2000, access_logs=3))
    for number in range(400):
        log.write({"path": "/v1/feed", "number": number})
    log.close()
    found = sorted(path.name for path in (tmp_path / "access").iterdir())
    assert found == ["access.jsonl", "access.jsonl.1", "access.jsonl.2", "access.jsonl.3"]
    for path in (tmp_path / "access").iterdir():
        assert path.stat().st_size <= 2000
        assert oct(path.stat().st_mode)[-3:] == "600"
        assert all(json.loads(line)["path"] == "/v1/feed" for line in path.read_text("utf-8").splitlines())


def _record(world: World, denied: Denied) -> RefusalRecord:
    import sqlite3

    with sqlite3.connect(f"file:{world.data / 'platform.db'}?mode=ro", uri=True) as database:
        names = "number, type, act, actor, code, address, session, named"
        row = database.execute(f"SELECT {names} FROM refusals WHERE number = ?", (denied.problem.refusal,)).fetchone()
    number, act, id_, actor, code, address, session, named = row
    return RefusalRecord(
        number=number,
        t=world.now(),
        act=act,
        id=id_,
        actor=actor,
        code=code,
        rule="",
        facts={},
        address=address,
        session=session,
        named=named,
    )


def test_a_refusal_without_a_session_names_whose_signature_held(world: World) -> None:
    supplier = world.raw("supplier")
    stranger = Raw(world, supplier.name, supplier.code, supplier.roles, token=supplier.token)
    with pytest.raises(Denied, match="name-differs") as caught:
        stranger.act(registration(supplier).model_copy(update={"name": "别的公司"}))
    found = _record(world, caught.value)
    assert (found.actor, found.named, found.address, found.session) == (supplier.code, "", "127.0.0.1", "")
    told = read(supplier.request("GET", f"/v1/refusals/{found.number}"), RefusalRecord)
    assert (told.address, told.actor) == ("127.0.0.1", supplier.code)


def test_a_refusal_without_proof_says_whom_it_names(world: World) -> None:
    supplier = world.raw("supplier")
    signed = supplier.sign(registration(supplier))
    assert isinstance(signed.signature, CmsSignature)
    other = SignedBytes(statement=registration(world.raw("agency")).to_bytes(), signature=signed.signature)
    with pytest.raises(Denied, match="signature-content-changed") as caught:
        world.anybody().post_act(ActMessage(signed=other), "registration")
    found = _record(world, caught.value)
    assert (found.actor, found.named, found.address) == ("", supplier.code, "127.0.0.1")
    unreadable = SignedBytes(statement=b"{}", signature=CmsSignature(der=b"0\x00"))
    assert named_signer(unreadable) == ""


def test_an_act_with_somebody_elses_session_is_written_down(world: World) -> None:
    supplier, agency = world.raw("supplier"), world.raw("agency")
    thief = Raw(world, agency.name, agency.code, agency.roles, token=agency.token, session=supplier.session)
    with pytest.raises(Denied, match="proof-wrong") as caught:
        thief.act(registration(agency))
    found = _record(world, caught.value)
    assert (found.actor, found.named, found.session) == ("", supplier.code, start_of(supplier.session))
    thief.session = secrets.token_urlsafe(32)
    with pytest.raises(Denied, match="session-unknown") as caught:
        thief.act(registration(agency))
    found = _record(world, caught.value)
    assert (found.actor, found.named, found.session) == ("", agency.code, start_of(thief.session))
    line = [line for line in lines(world) if line.get("code") == "session-unknown"][-1]
    assert (line["status"], line["act"], line["path"]) == (401, found.id, "/v1/accounts/registration")

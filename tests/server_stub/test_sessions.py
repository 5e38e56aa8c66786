"""Sessions prove a key with every request; nothing is proved twice, nothing for another request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.wire.messages import Feed
from server_stub.acts.accounts import _check_p256
from server_stub.trust.auth import load_session_key
from tests.world import Denied, World, read


def _feed(world: World, headers: dict[str, str], path: str = "/v1/feed") -> str:
    answer = requests.get(world.url + path, headers=headers, timeout=60)
    return str(answer.json().get("code", "")) if answer.status_code != 200 else "ok"


def test_a_proof_serves_one_request_once(world: World) -> None:
    headers = world.raw("agency").proof("GET", "/v1/feed")
    assert _feed(world, headers) == "ok"
    assert _feed(world, headers) == "proof-replayed"


def test_a_proof_for_another_request_is_refused(world: World) -> None:
    agency = world.raw("agency")
    assert _feed(world, agency.proof("POST", "/v1/feed")) == "proof-of-another-request"
    assert _feed(world, agency.proof("GET", "/v1/files")) == "proof-of-another-request"
    assert _feed(world, agency.proof("GET", "/v1/feed", b"body")) == "proof-of-another-request"


def test_another_key_and_an_unknown_session_are_refused(world: World) -> None:
    mixed = world.raw("agency").proof("GET", "/v1/feed") | {
        "Jincai-Proof": world.raw("supplier").proof("GET", "/v1/feed")["Jincai-Proof"]
    }
    assert _feed(world, mixed) == "proof-wrong"
    unknown = world.raw("agency").proof("GET", "/v1/feed") | {"Authorization": "Jincai nothing"}
    assert _feed(world, unknown) == "session-unknown"
    assert _feed(world, {"Authorization": "Bearer x"}) == "session-unknown"


def test_only_a_registered_role_opens_a_session(world: World) -> None:
    with pytest.raises(Denied, match="not-registered"):
        world.raw("supplier").login(Role.AGENCY)


def test_a_session_ends_by_request(own_world: World) -> None:
    agency = own_world.raw("agency")
    assert agency.request("DELETE", "/v1/sessions").status_code == 204
    assert agency.request("GET", "/v1/feed").json()["code"] == "session-expired"


def test_sessions_and_seen_proofs_survive_a_kill(own_world: World) -> None:
    world = own_world
    agency = world.raw("agency")
    headers = agency.proof("GET", "/v1/feed")
    assert _feed(world, headers) == "ok"
    world.kill()
    world.start()
    assert _feed(world, headers) == "proof-replayed"
    assert {item.act for item in agency.feed().items} == {"registration"}


def test_the_feed_is_public_where_acts_are(world: World) -> None:
    feed = read(requests.get(world.url + "/v1/feed?limit=1", timeout=60), Feed)
    assert [item.act for item in feed.items] == ["registration"]
    assert feed.more
    rest = read(requests.get(f"{world.url}/v1/feed?after={feed.next}", timeout=60), Feed)
    assert not rest.more
    assert rest.items[0].seq > feed.items[0].seq
    assert requests.get(world.url + "/v1/feed?limit=501", timeout=60).json()["code"] == "request-malformed"


@pytest.mark.parametrize("read", [load_session_key, _check_p256])
@pytest.mark.parametrize("change", [("2a8648ce3d0201", "2a8648ce3d0203"), ("2a8648ce3d030107", "2a8648ce3d030102")])
def test_keys_of_kinds_nobody_knows_are_refused_by_name(
    read: Callable[[bytes], object], change: tuple[str, str]
) -> None:
    """Another algorithm, another curve: the library has an exception of its own for them."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    read(spki)
    with pytest.raises(Refused, match="key-malformed"):
        read(spki.replace(*map(bytes.fromhex, change)))

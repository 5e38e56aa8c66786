"""Whoever asks too much is told when to come again: by address, by party, and by how many bids arrive at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
import requests

from client.gateway.answers import is_final, problem_of
from procurement.basics.problems import Unreachable
from procurement.wire.messages import ProblemDocument
from server_stub.settings import Limits
from server_stub.trust.limits import MOST, Gate, Rate, network
from tests.server_stub.test_uploads import announce, begin_patch, offset, patch, sealed
from tests.world import World


class _Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_refills_evenly() -> None:
    hand = _Hand()
    rate = Rate(4, hand)
    assert [rate.take("a") for _ in range(5)] == [0, 0, 0, 0, 15]
    assert rate.take("b") == 0
    hand.seconds += 14
    assert rate.take("a") == 1
    hand.seconds += 1
    assert (rate.take("a"), rate.take("a")) == (0, 15)
    hand.seconds += 10_000
    assert [rate.take("a") for _ in range(5)] == [0, 0, 0, 0, 15]
    assert Rate(0, hand).take("a") == 0


def test_what_is_remembered_is_bounded() -> None:
    hand = _Hand()
    rate = Rate(2, hand)
    for number in range(MOST + 5):
        rate.take(str(number))
    assert len(rate._levels) <= MOST
    hand.seconds += 61
    rate.take("one")
    assert len(rate._levels) == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_counts_for_its_customer(address: str, counted: str) -> None:
    assert network(address) == counted


def test_a_wrong_session_counts_as_a_public_request() -> None:
    gate = Gate(Limits(public_per_minute=2), _Hand())
    for _ in range(2):
        gate.session("192.0.2.7")
        gate.failed("192.0.2.7")
    with pytest.raises(Unreachable, match="too-many-requests"):
        gate.session("192.0.2.7")
    gate.session("192.0.2.8")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform with room for little."""
    limits = Limits(sessions_per_minute=3, public_per_minute=12, uploads_per_minute=8, uploads_at_once_each=1)
    world = World.create(tmp_path_factory.mktemp("narrow"), limits)
    world.register(world.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01"))
    yield world
    world.close()


def _until_refused(ask: Callable[[], requests.Response]) -> requests.Response:
    """The first answer that is no: the buckets here fill slower than anybody asks."""
    for _ in range(100):
        if (answer := ask()).status_code >= 400:
            return answer
    raise AssertionError("never refused")


def _check(answer: requests.Response, code: str) -> None:
    document = ProblemDocument.model_validate_json(answer.content)
    assert (answer.status_code, document.code, document.kind) == (429, code, "unreachable")
    assert answer.headers["Retry-After"] == document.facts["seconds"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not is_final(problem_of(document))


def test_sign_ins_public_reads_and_uploads_have_their_limits(narrow: World) -> None:
    supplier, wanted = narrow.raw("supplier"), sealed(narrow.raw("supplier"), 5000)[1]
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(wanted.size)}
    asks: list[Callable[[], requests.Response]] = [
        lambda: requests.post(narrow.url + "/v1/sessions/nonce", timeout=60),
        lambda: requests.get(narrow.url + "/v1/feed", timeout=60),
        lambda: supplier.request("POST", "/v1/uploads", wanted.to_bytes(), headers),
    ]
    for ask in asks:
        _check(_until_refused(ask), "too-many-requests")
    assert requests.get(narrow.url + "/v1/time", timeout=60).status_code == 200


def test_a_proxy_that_is_not_believed_speaks_for_nobody(narrow: World) -> None:
    numbers = itertools.count()

    def ask() -> requests.Response:
        said = {"X-Forwarded-For": f"192.0.2.{next(numbers)}"}
        return requests.post(narrow.url + "/v1/sessions/nonce", headers=said, timeout=60)

    _check(_until_refused(ask), "too-many-requests")


def test_only_so_many_bids_of_a_party_arrive_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World.create(tmp_path_factory.mktemp("one"), Limits(uploads_at_once_each=1))
    try:
        supplier = world.register(world.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01"))
        (first, said), (second, other) = sealed(supplier, 3 * 1024 * 1024), sealed(supplier, 5000)
        one, two = announce(supplier, said), announce(supplier, other)
        with begin_patch(supplier, one, first, 0, 1_000_000) as line:
            while (answer := patch(supplier, two, second, 0)).status_code == 204:
                two = announce(supplier, (pair := sealed(supplier, 5000))[1])
                second = pair[0]
            _check(answer, "too-many-uploads")
            line.sendall(first[1_000_000:])
            assert b" 204 " in line.recv(4000)
        assert patch(supplier, two, second, offset(supplier, two)).status_code == 204
    finally:
        world.close()

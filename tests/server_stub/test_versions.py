"""Versions over HTTP, past the client: what the platform says, whom it refuses, when, and what stays open to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from procurement.basics.problems import Locked, Refused
from procurement.wire.endpoints import API
from procurement.wire.messages import ProblemDocument
from procurement.wire.versions import (
    FIRST,
    HEADER,
    PARTS,
    SPOKEN,
    Range,
    accepted,
    check,
    read_said,
    read_versions,
    said,
)
from server_stub.settings import Settings
from tests.server_stub.test_uploads import TUS, sealed
from tests.world import World


def refused(response: requests.Response) -> ProblemDocument:
    assert response.status_code == 426, response.content
    return ProblemDocument.model_validate_json(response.content)


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform whose operator takes sealed bids from version 2 on only."""
    world = World.create(tmp_path_factory.mktemp("stricter"), start=False)
    path = world.data / "settings.json"
    settings = Settings.from_bytes(path.read_bytes(), 100_000)
    path.write_bytes(settings.model_copy(update={"oldest": {"sealed-bid": 2}}).to_bytes())
    world.start()
    world.register(world.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01"))
    yield world
    world.close()


def test_the_platform_says_what_it_speaks_to_programs_of_any_age(world: World) -> None:
    for words in ({}, {HEADER: "api=7-9"}, {HEADER: "nonsense"}):
        answer = requests.get(f"{world.url}{API}/versions", headers=words, timeout=60)
        assert answer.status_code == 200
        assert read_versions(answer.content).parts == dict(SPOKEN)
        assert requests.get(f"{world.url}{API}/time", headers=words, timeout=60).status_code == 200


@pytest.mark.parametrize(("words", "code"), [("api=0-0", "client-too-old"), ("api=2-3", "platform-too-old")])
def test_without_a_common_api_every_other_request_is_told_so(world: World, words: str, code: str) -> None:
    supplier = world.raw("supplier")
    for method, path in (
        ("GET", "/feed"),
        ("POST", "/sessions/nonce"),
        ("POST", "/uploads"),
        ("PUT", "/files/" + "0" * 64),
    ):
        problem = refused(supplier.request(method, API + path, headers={HEADER: words}))
        assert (problem.code, problem.kind, problem.facts["part"], problem.facts["platform"]) == (
            code,
            "locked",
            "api",
            "1",
        )
        assert problem.remedy


def test_who_says_nothing_or_more_than_the_platform_knows_is_served(world: World) -> None:
    supplier = world.raw("supplier")
    for words in ({}, {HEADER: said(SPOKEN)}, {HEADER: "api=1-4, statements=0-1, sealed-bid=1-2, hologram=3-3"}):
        assert supplier.request("GET", f"{API}/feed", headers=words).status_code == 200


@pytest.mark.parametrize("words", ["api", "api=1", "api=2-1", "api=1-1;b=1-1", "API=1-1", "api=1-1,", "a=99999-99999"])
def test_unreadable_words_are_refused_and_named(world: World, words: str) -> None:
    answer = requests.get(f"{world.url}{API}/feed", headers={HEADER: words}, timeout=60)
    assert answer.status_code == 409
    assert ProblemDocument.model_validate_json(answer.content).code == "versions-malformed"


def test_with_other_statements_one_reads_but_does_not_write(world: World) -> None:
    supplier, words = world.raw("supplier"), {HEADER: "api=1-1, statements=2-2"}
    assert supplier.request("GET", f"{API}/feed", headers=words).status_code == 200
    assert (
        refused(supplier.request("POST", f"{API}/bidding/withdrawal", b"{}", headers=words)).facts["part"]
        == "statements"
    )


def test_a_bid_of_another_version_is_refused_before_its_bytes_come(stricter: World) -> None:
    supplier = stricter.raw("supplier")
    parts = read_versions(supplier.request("GET", f"{API}/versions").content).parts
    assert parts["sealed-bid"] == Range(oldest=2, newest=2)
    _, announced = sealed(supplier, 12345)
    words = TUS | {"Upload-Length": str(announced.size)}
    problem = refused(supplier.request("POST", f"{API}/uploads", announced.to_bytes(), words))
    assert (problem.code, problem.facts["part"]) == ("client-too-old", "sealed-bid")
    assert (problem.facts["client"], problem.facts["platform"]) == ("1", "2")
    assert supplier.request("GET", f"{API}/feed").status_code == 200
    newer = words | {HEADER: "api=1-1, statements=1-1, sealed-bid=1-2"}
    assert supplier.request("POST", f"{API}/uploads", announced.to_bytes(), newer).status_code == 201


def test_an_operator_may_raise_the_oldest_version_only() -> None:
    assert accepted({}) == dict(SPOKEN)
    assert accepted({"sealed-bid": 2})["sealed-bid"] == Range(oldest=2, newest=2)
    assert accepted({"sealed-bid": 0, "hologram": 4}) == dict(SPOKEN)


def test_ranges_are_compared_part_by_part() -> None:
    mine = {"api": Range(oldest=1, newest=2), "sealed-bid": FIRST}
    check(mine, {"api": Range(oldest=2, newest=5)}, PARTS)
    with pytest.raises(Locked) as old:
        check(mine, {"api": FIRST, "sealed-bid": Range(oldest=2, newest=3)}, PARTS)
    assert (old.value.code, old.value.facts) == (
        "client-too-old",
        {"part": "sealed-bid", "client": "1", "platform": "2–3"},
    )
    with pytest.raises(Locked) as new:
        check({"api": Range(oldest=3, newest=3)}, mine, ("api",))
    assert new.value.code == "platform-too-old"
    assert read_said(said(mine)) == mine
    with pytest.raises(Refused):
        read_said("x" * 2000)


def test_an_answer_that_says_more_is_still_read() -> None:
    body = b'{"program":"9.1","parts":{"api":{"oldest":1,"newest":4,"until":"2030"},"hologram":{"oldest":1}},"news":[]}'
    assert read_versions(body).parts == {"api": Range(oldest=1, newest=4)}

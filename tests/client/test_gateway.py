"""The gateway on a live server: time, sessions that run out, problems with rule and citation, and no server at all."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import pytest

from client.desk import Desk
from client.gateway.answers import document_of, is_final, problem_of
from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from procurement.basics.moment import SystemClock
from procurement.basics.problems import NotAllowed, Refused, RuleBroken, Unreachable
from tests.world import World


def test_server_time_is_kept_without_asking_again(world: World, agency: Desk) -> None:
    agency.place.gateway.time()
    there, here = world.now(), agency.now()
    assert abs(there - here) < timedelta(seconds=2)
    assert agency.place.clock.skew_ms != 0


def test_a_session_that_ran_out_is_opened_again(world: World, agency: Desk) -> None:
    before = agency.place.gateway.session
    world.move(timedelta(days=2))
    agency.refresh()
    after = agency.place.gateway.session
    assert before is not None and after is not None and before.session != after.session
    agency.place.lock()
    with pytest.raises(NotAllowed):
        agency.place.gateway.put_file("0" * 64, agency.place.folder.folder / "profile.json")
    agency.accounts.unlock("pin-1234")
    agency.accounts.sign_in()


def test_a_refusal_carries_rule_and_citation(agency: Desk) -> None:
    with pytest.raises(RuleBroken) as caught:
        agency.planning.configure_agency("章倩", "13800000000")
    problem = caught.value
    assert (problem.rule, problem.code, is_final(problem)) == ("R-029", "landline-malformed", True)
    document = document_of(problem)
    assert document.citation and document.refusal and document.why
    again = problem_of(document)
    assert (type(again), again.rule, again.remedy) == (RuleBroken, "R-029", problem.remedy)


def test_files_come_back_by_digest_or_not_at_all(agency: Desk) -> None:
    place = agency.place
    name = place.keep_bytes(b"a document")
    assert not place.gateway.has_file(name)
    with place.blobs.clear(name) as path:
        place.gateway.put_file(name, path)
    assert place.gateway.has_file(name)
    target = place.folder.folder / "back"
    place.gateway.get_file(name, target)
    assert target.read_bytes() == b"a document"
    with pytest.raises(NotAllowed):
        place.gateway.get_file("0" * 64, target)


def test_no_server_is_unreachable_and_nothing_else() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gateway = Gateway(HttpTransport(f"http://127.0.0.1:{port}"), ServerClock(SystemClock()))
    with pytest.raises(Unreachable) as caught:
        gateway.time()
    assert caught.value.code == "server-unreachable"
    gateway.close()


@pytest.mark.parametrize("origin", ["ftp://example.test", "http://example.test", "example.test"])
def test_origins_that_are_refused(origin: str) -> None:
    with pytest.raises(Refused):
        HttpTransport(origin)


def test_the_clock_goes_by_the_server_and_never_by_jumps() -> None:
    steady = [100.0]

    class Machine:
        def now(self) -> datetime:
            return datetime(2026, 1, 1, tzinfo=UTC)

    clock = ServerClock(Machine(), lambda: steady[0])
    assert not clock.known and clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    mark = clock.start()
    steady[0] += 2
    clock.heard(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), mark)
    steady[0] += 10
    assert clock.now() == datetime(2026, 3, 2, 1, 0, 11, tzinfo=UTC)
    assert clock.uncertainty == timedelta(seconds=1)

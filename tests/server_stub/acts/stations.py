"""Stations on the road of one procurement. Each is built once; a test gets its own copy, with its own server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server_stub.acts import committee, hall, joint, middle, pricing, publishing, quoting, road, sealing
from tests.server_stub.acts.walk import Walk, new_walk

Station = Callable[[str], Walk]


Leg = tuple[str, Callable[[Walk], None]]


class Stations:
    """A road is walked once, as far as a test asks; at each station a copy of the platform's data is kept."""

    def __init__(self, folder: Path, start: Callable[[Path], Walk], legs: tuple[Leg, ...]) -> None:
        self._folder = folder
        self._kept: dict[str, Walk] = {}
        self._walk: Walk | None = None
        self._start, self._legs = start, iter(legs)

    def copy(self, name: str, folder: Path) -> Walk:
        while name not in self._kept:
            self._go_on()
        return self._kept[name].copy(folder)

    def shared(self, name: str) -> Walk:
        """The kept copy itself, with its server running; for tests whose every act is refused. What is noted of it is the test's own."""
        while name not in self._kept:
            self._go_on()
        kept = self._kept[name]
        if not kept.world.url:
            kept.world.start()
        return Walk(kept.world, dict(kept.done), dict(kept.secrets), kept.model, dict(kept.quoted))

    def _go_on(self) -> None:
        name, leg = next(self._legs)
        if self._walk is None:
            (self._folder / "road").mkdir()
            self._walk = self._start(self._folder / "road")
        leg(self._walk)
        (self._folder / name).mkdir()
        self._kept[name] = self._walk.copy(self._folder / name)

    def close(self) -> None:
        for walk in (self._walk, *self._kept.values()):
            if walk is not None and walk.world.url:
                walk.world.close()


def _report(walk: Walk) -> None:
    walk.world.stop()
    middle.record_tender_to_report(walk)
    walk.world.start()


def _award(walk: Walk) -> None:
    walk.to(4, 30)
    walk.do("purchaser", "award-confirmation", road.confirmation(walk))
    walk.do("agency", "award-notice", road.notice(walk))


def _contract(walk: Walk) -> None:
    walk.do("agency", "letter-b", road.letter(walk))
    walk.do("agency", "letter-c", road.letter(walk, "c"))
    walk.to(5, 6)
    walk.do("purchaser", "contract", road.contract(walk))
    walk.do("a", "contract-signature", road.contract_signature(walk))


def _paid(walk: Walk) -> None:
    walk.to(5, 20)
    walk.do("purchaser", "acceptance", road.acceptance(walk))
    walk.do("purchaser", "payment-1", road.payment(walk))
    walk.do("purchaser", "payment-2", road.payment(walk, "EDU-002", "368000.00"))
    walk.do("finance", "execution-1", road.execution(walk, "payment-1"))
    walk.do("finance", "execution-2", road.execution(walk, "payment-2", "368000.00"))


LEGS: tuple[Leg, ...] = (
    ("registered", lambda walk: None),
    ("planned", road.plan_all),
    ("reported", _report),
    ("awarded", _award),
    ("contracted", _contract),
    ("paid", _paid),
)


def _custody(walk: Walk) -> None:
    publishing.add_custodians(walk)
    committee.add_experts(walk)
    publishing.keys_and_envelopes(walk)


DAY: tuple[Leg, ...] = (
    ("custody", _custody),
    ("published", publishing.publish),
    ("delivered", sealing.deliver_all),
    ("closed", hall.close),
    ("frozen", hall.freeze),
    ("opened", hall.open_all),
    ("read-out", hall.read_out),
    ("seated", committee.seat),
    ("reviewed", committee.review),
    ("committed", committee.commit_all),
    ("ranked", committee.reveal_all),
    ("report", committee.make_report),
)
"""From the accepted entrustment on: tender, bids, opening and evaluation as they really happen"""


def _reported_jointly(walk: Walk) -> None:
    for _name, leg in DAY[1:]:
        leg(walk)
    joint.sign_report(walk)


JOINT: tuple[Leg, ...] = (
    ("united", joint.unite),
    ("planned", road.plan_all),
    ("custody", _custody),
    ("reported", _reported_jointly),
    ("awarded", joint.award),
    ("offered", joint.offer),
)
"""A road on which a consortium of three wins"""


def _in_question(walk: Walk) -> None:
    pricing.question_prices(walk)
    _to_the_reviews(walk)


PRICES: tuple[Leg, ...] = (
    ("custody", _custody),
    ("in-question", _in_question),
    ("settled", pricing.settle),
)
"""A road on which prices are in question after the reviews"""


def _consult(walk: Walk) -> None:
    quoting.consult(walk)
    road.plan_all(walk)


def _two_will_do(walk: Walk) -> None:
    quoting.consult(walk, minimum_final_quotes=2)
    road.plan_all(walk)


def _to_the_reviews(walk: Walk) -> None:
    publishing.publish(walk)
    sealing.deliver_all(walk)
    for leg in (hall.close, hall.freeze, hall.open_all, hall.read_out, committee.seat, pricing.review):
        leg(walk)


_NEGOTIATED: tuple[Leg, ...] = (("custody", _custody), ("to-negotiate", _to_the_reviews), ("asked", quoting.ask))
QUOTES: tuple[Leg, ...] = (("planned", _consult), *_NEGOTIATED)
"""A consultation from its plan on: after the reviews final quotes are given"""
TWO: tuple[Leg, ...] = (("planned", _two_will_do), *_NEGOTIATED)


@pytest.fixture(scope="session")
def stations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    made = Stations(tmp_path_factory.mktemp("stations"), new_walk, LEGS)
    yield made
    made.close()


def _from(name: str, stations: Stations, folder: Path, legs: tuple[Leg, ...]) -> Iterator[Stations]:
    """A road that leaves the first one at a station of it."""

    def start(road: Path) -> Walk:
        walk = stations.copy(name, road)
        walk.world.start()
        return walk

    made = Stations(folder, start, legs)
    yield made
    made.close()


@pytest.fixture(scope="session")
def day(stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    """Stations of the middle stages, each act sent."""
    yield from _from("planned", stations, tmp_path_factory.mktemp("day"), DAY)


@pytest.fixture(scope="session")
def prices(stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    """Stations of the road on which prices are in question."""
    yield from _from("planned", stations, tmp_path_factory.mktemp("prices"), PRICES)


@pytest.fixture(scope="session")
def quotes(stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    """Stations of a consultation."""
    yield from _from("registered", stations, tmp_path_factory.mktemp("quotes"), QUOTES)


@pytest.fixture
def quoting_at(quotes: Stations, tmp_path: Path) -> Iterator[Station]:
    """`quoting_at("asked")`: a platform of this test's own at that station of a consultation, running."""
    yield from _owned(quotes, tmp_path)


@pytest.fixture
def two_will_do(stations: Stations, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Station]:
    """As `quoting_at`, where two final quotes are enough."""
    for made in _from("registered", stations, tmp_path_factory.mktemp("two"), TWO):
        yield from _owned(made, tmp_path)


@pytest.fixture(scope="session")
def unions(stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    """Stations of a procurement that a consortium wins."""
    yield from _from("registered", stations, tmp_path_factory.mktemp("unions"), JOINT)


@pytest.fixture
def united(unions: Stations, tmp_path: Path) -> Iterator[Station]:
    """`united("offered")`: a platform of this test's own at that station of the consortium's road, running."""
    yield from _owned(unions, tmp_path)


@pytest.fixture
def asked(prices: Stations) -> Station:
    """`asked("settled")`: the platform at that station of the prices, shared. Only for tests that change nothing."""
    return prices.shared


@pytest.fixture
def asking(prices: Stations, tmp_path: Path) -> Iterator[Station]:
    """`asking("in-question")`: a platform of this test's own at that station of the prices, running."""
    yield from _owned(prices, tmp_path)


@pytest.fixture
def on(day: Stations) -> Station:
    """`on("opened")`: the platform at that station of the middle, shared. Only for tests that change nothing."""
    return day.shared


@pytest.fixture
def alone(day: Stations, tmp_path: Path) -> Iterator[Station]:
    """`alone("opened")`: a platform of this test's own at that station of the middle, running."""
    yield from _owned(day, tmp_path)


@pytest.fixture
def at(stations: Stations) -> Station:
    """`at("awarded")`: the platform at that station, shared. Only for tests that change nothing."""
    return stations.shared


@pytest.fixture
def own(stations: Stations, tmp_path: Path) -> Iterator[Station]:
    """`own("awarded")`: a platform of this test's own at that station, running."""
    yield from _owned(stations, tmp_path)


def _owned(stations: Stations, folder: Path) -> Iterator[Station]:
    started: list[Walk] = []

    def start(name: str) -> Walk:
        walk = stations.copy(name, folder)
        started.append(walk)
        walk.world.start()
        return walk

    yield start
    for walk in started:
        walk.world.close()

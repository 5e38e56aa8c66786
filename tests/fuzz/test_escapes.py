"""Whatever bytes come, only our own problems come out: every reader, some thousand examples; by night, two hundred thousand."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crypto.authority import TestAuthority
from procurement.basics.problems import Problem
from tests.crypto.bid_world import World
from tests.crypto.conftest import CODE
from tests.fuzz.beside import beside_targets
from tests.fuzz.files import file_targets
from tests.fuzz.kept import kept_targets
from tests.fuzz.mutation import bytes_like, json_like
from tests.fuzz.targets import Target, targets

FEW = 60
MANY = int(os.environ.get("JINCAI_FUZZ", "5000"))
"""Examples a reader by night; about fifty readers make more than the two hundred thousand we promise"""


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> list[Target]:
    authority = TestAuthority.create("坏字节认证")
    world = World(tmp_path_factory.mktemp("bid"), authority, authority.issue_organisation("某", CODE))
    folder = tmp_path_factory.mktemp
    return [
        *targets(world, folder("small")),
        *file_targets(folder("files")),
        *beside_targets(folder("beside")),
        *kept_targets(folder("kept")),
    ]


def _hunt(target: Target, examples: int, *, derandomize: bool) -> int:
    """Feed the reader; how many examples it saw."""
    strategy = json_like(target.good) if target.shape == "json" else bytes_like(target.good, target.other)
    count = 0

    @settings(
        max_examples=max(20, int(examples * target.share)),
        deadline=None,
        derandomize=derandomize,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=strategy)
    def feed(data: bytes) -> None:
        nonlocal count
        count += 1
        try:
            target.read(data)
        except Problem:
            return

    target.read(target.good) if target.name not in UNFIT else None
    feed()
    return count


UNFIT = ("log proof", "problem", "leaves")
"""Readers whose good example is refused for what it says, not for its form"""


def test_only_our_own_problems_escape(readers: list[Target]) -> None:
    assert len({one.name for one in readers}) == len(readers) > 50
    for target in readers:
        _named(target, FEW, derandomize=True)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_only_our_own_problems_escape_by_night(readers: list[Target], capsys: pytest.CaptureFixture[str]) -> None:
    seen = 0
    for target in readers:
        seen += (found := _named(target, MANY, derandomize=False))
        with capsys.disabled():
            print(f"{found:8d}  {target.name}", flush=True)
    with capsys.disabled():
        print(f"{seen:8d}  together")
    assert seen >= 200_000 or "JINCAI_FUZZ" in os.environ


def _named(target: Target, examples: int, *, derandomize: bool) -> int:
    try:
        return _hunt(target, examples, derandomize=derandomize)
    except BaseException as error:
        error.add_note(f"the reader of: {target.name}")
        raise

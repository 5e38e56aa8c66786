"""A platform of a file's own, and an agency signed in to it, where a file of tests does not make others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from client.desk import Desk
from tests.client.parties import AGENCY, signed_in
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World.create(tmp_path_factory.mktemp("world"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def agency(world: World) -> Iterator[Desk]:
    desk = signed_in(world, *AGENCY)
    yield desk
    desk.close()

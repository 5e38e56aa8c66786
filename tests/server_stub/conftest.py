"""A live server for the tests of this room: one for a module that only adds to it, one of its own where a test breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from procurement.basics.roles import Role
from tests.world import World


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    made = World.create(folder)
    try:
        made.register(made.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1"))
        made.register(made.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01", Role.SUPPLIER))
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that a module's tests share, with an agency and a supplier registered and signed in."""
    with _world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """The same, for one test alone."""
    with _world(tmp_path) as made:
        yield made

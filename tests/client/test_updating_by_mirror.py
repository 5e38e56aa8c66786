"""The platform passes releases on and can do no more: a real platform, real HTTP, a changed file is refused by the client."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from client.desk import Desk
from client.updating.install import Installation, system_here
from client.updating.platform_source import PlatformSource
from client.updating.release import OBJECTS
from procurement.basics.problems import Problem, Refused
from tests.client.updating import NOW, installation, release, starts
from tests.world import World


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return installation(tmp_path)


def test_a_release_comes_through_the_platform(
    world: World, agency: Desk, installed: Installation, tmp_path: Path
) -> None:
    source = PlatformSource(agency.place.gateway)
    with pytest.raises(Refused, match="release-missing"):
        installed.look(source, NOW)
    mirror = world.data / "releases" / system_here()
    shutil.copytree(release(tmp_path, 1), mirror)
    offer = installed.look(source, NOW)
    packed = mirror / OBJECTS / f"{offer.missing[0].sha256}.xz"
    good = packed.read_bytes()
    packed.write_bytes(good[:-20] + bytes(20))
    with pytest.raises(Problem, match="release-object-wrong"):
        installed.install(offer)
    assert starts(installed) == "v0"
    packed.write_bytes(good)
    installed.install(offer)
    assert starts(installed) == "v1"
    agency.accounts.sign_in()  # and the session goes on


@pytest.mark.parametrize("name", ["../settings.json", "%2e%2e/%2e%2e/settings.json", "objects/../../../settings.json", "release.txt", "objects/x.xz"])  # fmt: skip
def test_nothing_else_is_to_be_had(name: str, world: World, agency: Desk) -> None:
    (world.data / "releases" / system_here()).mkdir(parents=True, exist_ok=True)
    with pytest.raises(Problem, match=r"release-missing|no-such-address|server-redirects"):
        agency.place.gateway.release_file(system_here(), name, 1000)

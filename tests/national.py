"""A world that offers suite S1 beside I1."""

from __future__ import annotations

from datetime import datetime

from crypto.authority import START, TestAuthority
from crypto.certificates import TrustStore
from server_stub.settings import Folder
from server_stub.setup import add_national
from tests.world import PLATFORM, World


def offer(world: World) -> TestAuthority:
    """Let the stopped platform offer suite S1 too: an authority for it, and SM2 keys of the platform's own."""
    world.national = TestAuthority.create("晋采国密测试认证中心", kind="sm2")
    source = world.folder / "receipt.sm2"
    world.national.issue_platform("晋采平台", PLATFORM, kind="sm2").write_p12(source, "platform-pin")
    folder = Folder(world.data, world.data / "keys")
    add_national(folder, source, "platform-pin")
    trust_in(world).save(folder.trust)
    return world.national


def trust_in(world: World, at: datetime = START) -> TrustStore:
    """What a verifier of this world believes."""
    known = [one.trust(at) for one in (world.authority, world.national) if one is not None]
    parts = ("roots", "intermediates", "crls", "platforms")
    return TrustStore(*([item for one in known for item in getattr(one, part)] for part in parts))

"""The demo's world to look around in: a tender is open for bids, and every party's profile is there (`make app`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from client.demo.cast import EVERYBODY, PIN
from client.demo.chapters import planning, tendering
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, PASSWORD, World, without_keyring
from crypto.files import write_whole

READY = "open-for-bids"
"""Lies in a world's folder once its story has come so far"""


def with_world(folder: Path, work: Callable[[], int]) -> int:
    """Run `work` while the platform of this world runs; the world is made first where there is none."""
    without_keyring()
    world = World(folder)
    made = (folder / READY).exists()
    if not made:
        print(f"Making the demo's world in {folder} (about a minute) / 正在准备演示环境", flush=True)
        world = World.create(folder)
    with world.running():
        if made:
            world.start_custodian()
        else:
            _play(world)
        world.close_desks()
        print(_help(), flush=True)
        return work()


def _play(world: World) -> None:
    """Accounts to publication; the clock then stands at the twelfth day of bidding."""
    papers = world.folder / "papers"
    papers.mkdir(exist_ok=True)
    story = Story(world, Teller(), papers)
    planning.accounts(story)
    planning.planning(story)
    tendering.tendering(story)
    story.clock(4, 20, 9)
    write_whole(world.folder / READY, b"")


def _help() -> str:
    who = "、".join(f"{party.name}（{party.person}）" for party in EVERYBODY[2:6])
    return (
        f"\n登录口令 PIN：{PIN}    本机存储口令 passphrase：{PASSPHRASE}    财政账号密码 password：{PASSWORD}"
        f"\n可选身份 profiles：{who} …\n"
    )

"""The profiles a person may sign in with: one folder, or all folders of a world."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from client.profile import PROFILE_FILE, Profile, ProfileFolder
from client.secrets import KEY_FILE, honest_keyring
from procurement.basics.problems import Locked, Problem
from procurement.basics.roles import Role
from ui.i18n import tr
from ui.kit.badge import blocked, plain
from ui.shell.signin import Asks, TokenChoice


@dataclass(frozen=True, slots=True)
class Found:
    """A profile folder and what could be read of it."""

    folder: Path
    profile: Profile | None
    problem: Problem | None = None


def find_profiles(root: Path) -> tuple[Found, ...]:
    """The profile in `root`, or those in its sub-folders (a world), by role and name."""
    folders = [root] if (root / PROFILE_FILE).exists() else sorted(file.parent for file in root.rglob(PROFILE_FILE))
    folders = [folder for folder in folders if not folder.name.startswith(".")]  # one that is still being made
    found = [_read(folder) for folder in folders]
    order = list(Role)
    found.sort(key=lambda one: (order.index(one.profile.role) if one.profile else len(order), one.folder.name))
    return tuple(found)


def _read(folder: Path) -> Found:
    try:
        return Found(folder, ProfileFolder(folder).profile)
    except Problem as problem:
        return Found(folder, None, problem)


def choice_of(found: Found) -> TokenChoice:
    """A profile as a tile of the sign-in page."""
    profile = found.profile
    if profile is None:
        title = tr("这个文件夹读不出来")
        return TokenChoice(str(found.folder), title, found.folder.name, blocked(tr("不可用")), "folder", usable=False)
    means = _means(profile)
    who = profile.name if profile.person == profile.name else f"{profile.name}　{profile.person}"
    asks: list[Asks] = []
    if _needs_passphrase(found.folder):
        asks.append("store")
    if not profile.signs:
        asks.append("nothing")
    elif not profile.token and not profile.drivers:
        asks.append("password")
    icon = "token" if profile.drivers else "file" if profile.token else "key"
    text = tr("{means}，{code}", means=means, code=profile.actor)
    return TokenChoice(str(found.folder), who, text, plain(role_word(profile.role)), icon, asks=tuple(asks))


def _means(profile: Profile) -> str:
    if profile.drivers:
        return tr("USB 证书（{drivers}）", drivers="、".join(one.name for one in profile.drivers))
    if profile.token:
        return tr("软证书文件 {file}", file=Path(profile.token).name)
    return tr("登记的签名密钥，无证书") if profile.signs else tr("无证书，只查看和下载")


def role_word(role: Role) -> str:
    """A role as people call it."""
    return {
        Role.PURCHASER: tr("采购人"),
        Role.AGENCY: tr("采购代理机构"),
        Role.SUPPLIER: tr("供应商"),
        Role.EXPERT: tr("评审专家"),
        Role.FINANCE: tr("财政部门"),
        Role.SUPERVISOR: tr("监管部门"),
        Role.PLATFORM: tr("平台"),
    }[role]


def _needs_passphrase(folder: Path) -> bool:
    return (folder / KEY_FILE).exists() or not has_keyring()


def has_keyring() -> bool:
    """Whether this computer's keyring keeps the key of the local store; without one a passphrase is asked for."""
    try:
        honest_keyring()
    except Locked:
        return False
    return True

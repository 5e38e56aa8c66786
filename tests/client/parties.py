"""Real desks on a real server: one profile folder per party of a `tests.world.World`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from client.bootstrap import open_desk
from client.desk import Desk
from client.profile import LOG_KEY_FILE, TRUST_FOLDER, Profile, ProfileFolder
from procurement.basics.roles import Role
from tests.national import trust_in
from tests.world import ORIGIN, PASSWORD, REGION, World

PIN = "pin-1234"
PASSPHRASE = "a passphrase of this test"
AGENCY = (Role.AGENCY, "晋采招标代理有限公司", "91140000MA0AGENCY1")
"""Role, name and code of an agency, for `signed_in`"""


def no_keyring(new: bool) -> str:
    """The tests' keyring is the null one (conftest): a passphrase is asked for."""
    return PASSPHRASE


def write_profile(world: World, role: Role, name: str, code: str, *, kind: Any = "ec", person: bool = False) -> Path:
    """A profile folder with its token; the party is not registered yet."""
    folder = world.folder / "profiles" / f"{role}-{code}"
    certified = role not in (Role.FINANCE, Role.SUPERVISOR)
    token = "token.sm2" if kind == "sm2" else "token.p12"
    profile = Profile(
        server=world.url,
        origin=ORIGIN,
        actor=code,
        role=role,
        name=name,
        person="张三",
        region=REGION,
        token=token if certified else "",
        papers="papers.p12" if kind == "sm2" else "",
        enrolled_key="" if certified else "enrolled.key",
        demo_clock=True,
    )
    ProfileFolder.create(folder, profile)
    if certified:
        authority = world.national if kind == "sm2" and world.national else world.authority
        issue = authority.issue_person if person else authority.issue_organisation
        issue(name, code, kind=kind).write_p12(folder / token, PIN)
        if kind == "sm2":
            world.authority.issue_organisation(name, code, kind="ec").write_p12(folder / "papers.p12", PIN)
    trust = folder / TRUST_FOLDER
    trust_in(world).save(trust)
    (trust / LOG_KEY_FILE).write_text(world.vkey + "\n", "utf-8")
    return folder


def move_to(world: World, folder: Path) -> None:
    """Point a profile to where the server listens now."""
    profile = ProfileFolder(folder).profile.model_copy(update={"server": world.url})
    ProfileFolder.create(folder, profile)


def desk_of(folder: Path) -> Desk:
    return open_desk(folder, no_keyring)


def signed_in(world: World, role: Role, name: str, code: str, *, kind: Any = "ec", person: bool = False) -> Desk:
    """A registered party at its open desk, with a session."""
    desk = desk_of(write_profile(world, role, name, code, kind=kind, person=person))
    desk.accounts.unlock(PIN)
    desk.accounts.register("张三 0351-4123456")
    desk.accounts.sign_in()
    return desk


def office(world: World, agency: Desk, role: Role) -> Desk:
    """Finance or supervisor: key made here, countersigned by the agency, signed in with the account's password."""
    name, code = {
        Role.FINANCE: ("山西省财政厅", "CZT-140000"),
        Role.SUPERVISOR: ("政府采购监管处", "JGC-140000"),
    }[role]
    desk = desk_of(write_profile(world, role, name, code))
    enrolment = desk.accounts.enrol_key(PASSPHRASE, PASSWORD).id
    agency.refresh()
    agency.accounts.countersign(enrolment, "当面核对身份证件与单位证明")
    desk.accounts.sign_in(PASSWORD)
    return desk


def another_computer(world: World, desk: Desk) -> Desk:
    """The same profile and token, nothing of the local store."""
    old = desk.place.folder.folder
    new = world.folder / "another" / old.name
    shutil.copytree(old, new, ignore=shutil.ignore_patterns("cache*", "blobs", "sealed"))
    made = desk_of(new)
    made.accounts.unlock(PIN)
    made.accounts.sign_in()
    return made

"""The cache's key in a real keyring: gnome-keyring's daemon on a session bus of its own, without a desktop.

`.ci/prepare` installs the daemon; without it (another system) there is nothing to test here.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from client.secrets import KEY_FILE
from tests.processes import ROOT

TOOLS = ("gnome-keyring-daemon", "dbus-run-session")
MISSING = [one for one in TOOLS if shutil.which(one) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"install: {' '.join(MISSING)}")
PASSWORD = "login password"
PROGRAM = """
import sys
from pathlib import Path
from client.secrets import cache_key, honest_keyring
from procurement.basics.problems import Locked

def ask(new):
    if sys.argv[3] == "never":
        raise SystemExit("a passphrase was asked for")
    return sys.argv[3]

try:
    print(cache_key(Path(sys.argv[1]), sys.argv[2], ask).hex())
except Locked as problem:
    print(problem.code)
"""


def session(home: Path, *arguments: str, unlock: str = "", bus: bool = True) -> str:
    """One log-in: a bus, the daemon (unlocked, where a password is given), our program, and the end of all of it.

    `bus=False`: a machine without either, as over ssh.
    """
    run = home / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "GNOME_", "PYTHON_KEYRING"))},
        "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_RUNTIME_DIR": str(run), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, *arguments]
    if bus:
        start = "gnome-keyring-daemon --components=secrets " + ("--unlock" if unlock else "--start")
        command = ["dbus-run-session", "--", "sh", "-c", f'{start} >/dev/null; exec "$@"', "sh", *command]
    else:
        environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
    done = subprocess.run(
        command, env=environment, cwd=ROOT, input=unlock, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_key_lives_in_the_keyring(tmp_path: Path) -> None:
    """Made once, the same at the next log-in, another for another account; on the disk only in the keyring's own cipher."""
    home, profile = tmp_path / "home", tmp_path / "profile"
    key = session(home, str(profile), "a", "never", unlock=PASSWORD)
    assert len(bytes.fromhex(key)) == 32
    assert session(home, str(profile), "a", "never", unlock=PASSWORD) == key
    assert session(home, str(profile), "b", "never", unlock=PASSWORD) != key
    assert not (profile / KEY_FILE).exists()
    kept = [path for path in (home / "data" / "keyrings").iterdir() if path.suffix == ".keyring"]
    assert kept
    secret = bytes.fromhex(key)
    for path in kept:
        assert not any(form in path.read_bytes() for form in (secret, base64.b64encode(secret), key.encode()))


def test_a_keyring_that_stays_closed_is_said_to(tmp_path: Path) -> None:
    """No way round it: neither a new key, which would lose the cache, nor a passphrase in silence."""
    home, profile = tmp_path / "home", tmp_path / "profile"
    session(home, str(profile), "a", "never", unlock=PASSWORD)
    assert session(home, str(profile), "a", "never") == "keyring-locked"
    assert not (profile / KEY_FILE).exists()


def test_a_session_without_a_keyring_asks_for_a_passphrase(tmp_path: Path) -> None:
    """And goes on asking for it when a keyring is there one day."""
    home, profile = tmp_path / "home", tmp_path / "profile"
    key = session(home, str(profile), "a", "correct horse battery", bus=False)
    assert len(bytes.fromhex(key)) == 32 and (profile / KEY_FILE).exists()
    assert session(home, str(profile), "a", "correct horse battery", unlock=PASSWORD) == key
    assert session(home, str(profile), "a", "wrong", unlock=PASSWORD) == "cache-key-passphrase-wrong"

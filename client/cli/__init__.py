"""The `jincai` command. Each subcommand lives in its own module and is imported only when it is called."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from procurement.basics.problems import Problem

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("client.demo.run", "one procurement from budget to archive, evidence in a folder"),
    "custodian": ("client.custodian", "run an unattended custodian"),
    "verify": ("client.verify.command", "check an archive offline"),
    "monitor": ("client.monitor", "follow a platform's public log and shout when it was changed"),
    "doctor": ("client.cli.doctor", "check what this machine offers"),
    "test-authorities": ("client.cli.authorities", "make test certificates of the four CA vendors"),
    "update": ("client.cli.update", "renew the packed program from a release its makers signed"),
    "app": ("client.cli.app", "open the desktop app"),
}
"""Name → module with `main(arguments) -> exit code`, and a line of help"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand. Problems are told with code, rule and remedy; exit code 1."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="jincai", description="晋采: open procurement, verifiable by anyone.")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, (_, text) in COMMANDS.items():
        commands.add_parser(name, help=text, add_help=False)
    chosen = parser.parse_args(arguments[:1]).command
    try:
        return int(import_module(COMMANDS[chosen][0]).main(arguments[1:]) or 0)
    except Problem as problem:
        print(f"jincai {chosen}: {problem}\n  {problem.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130

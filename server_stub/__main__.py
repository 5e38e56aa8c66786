"""`python -m server_stub init | export | serve | tsa | witness`: the reference platform's commands."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import ssl
import sys
from datetime import datetime
from pathlib import Path

import uvicorn

from crypto.files import write_whole
from crypto.log import NoteKey
from crypto.platform_file import in_groups
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Locked, Problem
from procurement.basics.value import parse_instant
from server_stub import failpoints
from server_stub.app import create_app
from server_stub.companion import end_with_input
from server_stub.export import export
from server_stub.http.straight import StraightHttp
from server_stub.platform import Platform
from server_stub.settings import Folder
from server_stub.setup import Setup, init
from server_stub.tsa import create_tsa
from server_stub.witness import create_witness


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it went well, 2 with a plain sentence on a problem."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Problem as problem:
        print(f"{problem.code}: {problem.remedy} {problem.facts}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server_stub", description="Jincai reference platform")
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("init", help="make a new platform from a setup file")
    make.add_argument("--setup", type=Path, required=True)
    make.set_defaults(run=_init)
    give = commands.add_parser("export", help="write the platform's file, from which people's programs are set up")
    give.add_argument("--out", type=Path, required=True, help="the file; its name should end in .jincai-platform")
    give.add_argument(
        "--address", default="", help="where people reach the platform; its origin, unless told otherwise"
    )
    give.add_argument("--region", required=True, help="administrative region of new accounts, as 140000")
    give.add_argument("--name-en", default="", help="the platform's name in English")
    give.add_argument("--tls-anchors", type=Path, help="PEM: what its TLS certificate must lead to, and nothing else")
    give.set_defaults(run=_export)
    serve = commands.add_parser("serve", help="run the platform")
    tsa = commands.add_parser("tsa", help="run a time-stamping authority of its own")
    tsa.add_argument("--p12", type=Path, required=True, help="its certificate and key; not in the platform's folder")
    tsa.add_argument("--pin-file", type=Path, required=True)
    tsa.add_argument(
        "--demo-clock", action="store_true", help="take the time from the asking server. Never in production"
    )
    tsa.set_defaults(run=_tsa)
    witness = commands.add_parser("witness", help="run a witness of the log")
    witness.add_argument("--data", type=Path, required=True, help="its own folder: key and memory")
    witness.add_argument("--name", default="witness.jincai", help="name of its key")
    witness.add_argument("--log", required=True, help="verifier key of the log it watches")
    witness.add_argument(
        "--demo-clock", action="store_true", help="take the time from the asking server. Never in production"
    )
    witness.set_defaults(run=_witness)
    for command, port in ((serve, 8440), (tsa, 8441), (witness, 8442)):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=port, help="0 for any free one")
        command.add_argument("--port-file", type=Path, help="the port is written here once connections are taken")
        command.add_argument(
            "--with-parent", action="store_true", help="end when standard input closes: with whoever started this"
        )
    serve.add_argument("--tsa", default="", help="address of the time-stamping authority")
    serve.add_argument(
        "--demo-clock", type=_instant, help="a demo's first instant; its clock may be moved. Never in production"
    )
    serve.add_argument("--witness", default="", help="address of the log's witness")
    serve.add_argument("--setup", type=Path, help="make the platform from this file first, as `init` does")
    serve.add_argument("--no-upload-flush", action="store_true", help="benchmarks only: do not flush uploads to disk")
    serve.set_defaults(run=_serve)
    for command in (make, serve):
        command.add_argument("--vkey-file", type=Path, help="the log's verifier key is written here, once it is made")
    for command in (make, give, serve):
        command.add_argument("--data", type=Path, required=True)
        command.add_argument(
            "--keys", type=Path, help="folder of the platform's keys, best on another disk (default DATA/keys)"
        )
    return parser


def _folder(options: argparse.Namespace) -> Folder:
    return Folder(options.data, options.keys or options.data / "keys")


def _init(options: argparse.Namespace) -> int:
    print(_make(options))
    return 0


def _export(options: argparse.Namespace) -> int:
    now = SystemClock().now()
    where = {"address": options.address, "tls": options.tls_anchors}
    found = export(_folder(options), options.out, now, region=options.region, name_en=options.name_en, **where)
    print(f"{options.out}: {found.name}, {found.server}")
    print(f"Fingerprint, to be published where nobody depends on the platform:\n{in_groups(found.fingerprint)}")
    return 0


def _make(options: argparse.Namespace) -> str:
    setup = Setup.from_bytes(options.setup.read_bytes())
    vkey = init(_folder(options), setup, options.setup.parent)
    if options.vkey_file is not None:
        write_whole(options.vkey_file, vkey.encode())
    return vkey


def _serve(options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    failpoints.arm(os.environ.get(failpoints.VARIABLE, ""), demo=options.demo_clock is not None)
    folder = _folder(options)
    if options.setup is not None:
        _make(options)
    tls = folder.tls(folder.settings())
    platform = Platform(
        folder,
        demo_clock=options.demo_clock,
        tsa=options.tsa,
        witness=options.witness,
        durable=not options.no_upload_flush,
    )
    listening = listen(options.host, options.port)
    if options.host == "127.0.0.1":
        scheme = "https" if tls else "http"
        platform.door.origins.add(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}")
    run_server(
        create_app(platform),
        listening,
        options.port_file,
        tls,
        platform.settings.proxies,
        with_parent=options.with_parent,
    )
    return 0


def _tsa(options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = create_tsa(options.p12, options.pin_file.read_text("utf-8").strip(), demo=options.demo_clock)
    run_server(app, listen(options.host, options.port), options.port_file, with_parent=options.with_parent)
    return 0


def _witness(options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = create_witness(options.data, options.name, NoteKey.from_vkey(options.log), demo=options.demo_clock)
    run_server(app, listen(options.host, options.port), options.port_file, with_parent=options.with_parent)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 asks the system for a free one."""
    # the protocol is named, or asyncio leaves Nagle's delay on: 40 ms for every answer
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


def run_server(
    app: object,
    listening: socket.socket,
    port_file: Path | None,
    tls: tuple[Path, Path] | None = None,
    proxies: tuple[str, ...] = (),
    *,
    with_parent: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, or `with_parent` until standard input closes; the port is written, whole, once connections
    are taken.

    `tls`: certificate chain and key, for HTTPS (TLS 1.2 and newer). `proxies` are believed when they say who asks. Raises
    `Locked("tls-files-unusable")`.
    """
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=StraightHttp,
        lifespan="on",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=10,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ssl_certfile=tls and tls[0],
        ssl_keyfile=tls and tls[1],
    )
    try:
        config.load()
    except ssl.SSLError as error:
        raise Locked(
            "tls-files-unusable", "Give a certificate chain and its key, both PEM.", reason=error.reason
        ) from error
    server = uvicorn.Server(config)
    if with_parent:
        end_with_input(lambda: setattr(server, "should_exit", True))
    asyncio.run(_run(server, listening, port_file))


async def _run(server: uvicorn.Server, listening: socket.socket, port_file: Path | None) -> None:
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started and port_file is not None:
        write_whole(port_file, str(listening.getsockname()[1]).encode())
    await serving


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())

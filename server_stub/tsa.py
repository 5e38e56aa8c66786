"""A small time-stamping authority of its own: another process, another key (M5, decision 12, RFC 3161 §3.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from crypto.timestamps import REQUEST_LIMIT, TimestampAuthority
from crypto.tokens import SoftwareToken
from procurement.basics.problems import Locked
from procurement.basics.value import parse_instant
from server_stub.http.answers import install, read_body
from server_stub.trust.stamping import DEMO_TIME


def create_tsa(p12: Path, pin: str, *, demo: bool = False) -> FastAPI:
    """The authority. `demo` takes the time from the asking server: its tokens then show the format and prove nothing."""
    authority = TimestampAuthority(_open(p12, pin))
    app = FastAPI(title="Jincai TSA", docs_url=None, redoc_url=None)
    install(app)

    @app.post("/")
    async def stamp(request: Request) -> Response:
        body = await read_body(request, REQUEST_LIMIT)
        told = request.headers.get(DEMO_TIME, "") if demo else ""
        at = parse_instant(told) if told else datetime.now(UTC)
        answer = await run_in_threadpool(authority.respond, body, at)
        return Response(answer, media_type="application/timestamp-reply")

    return app


def _open(path: Path, pin: str) -> SoftwareToken:
    """The authority's key; its certificate serves time-stamping alone, so it is no person's token."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), pin.encode())
    except (OSError, ValueError) as error:
        raise Locked("tsa-key-unreadable", "Check the file and its PIN.", file=path.name) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise Locked("tsa-key-unreadable", "Put key and certificate into one PKCS#12 file.", file=path.name)
    return SoftwareToken((key, certificate), None, chain)

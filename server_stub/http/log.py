"""The log for the public: key, checkpoint, proofs, leaves (B5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from procurement.basics.problems import Refused
from procurement.wire.endpoints import API
from procurement.wire.messages import LogHashes
from server_stub.http.answers import answer, platform_of
from server_stub.trust import log

router = APIRouter(prefix=API + "/log")
Place = Annotated[int, Query(ge=0)]


@router.get("/key")
def key(request: Request) -> Response:
    """The log's verifier key (C2SP vkey). Believe it only if you got the same one elsewhere."""
    return PlainTextResponse(platform_of(request).signer.key.vkey + "\n")


@router.get("/checkpoint")
def checkpoint(request: Request) -> Response:
    """The latest public checkpoint, a signed note."""
    with platform_of(request).database.read() as session:
        found = log.public_checkpoint(session)
    if found is None:
        raise Refused("log-not-yet-public", "Wait for the next public checkpoint.")
    return PlainTextResponse(found.note)


@router.get("/proof/inclusion")
def inclusion(request: Request, index: Place, size: Place) -> Response:
    with platform_of(request).database.read() as session:
        return answer(LogHashes(hashes=tuple(log.public_inclusion(session, index, size))))


@router.get("/proof/consistency")
def consistency(request: Request, first: Place, second: Place) -> Response:
    with platform_of(request).database.read() as session:
        return answer(LogHashes(hashes=tuple(log.public_consistency(session, first, second))))


@router.get("/leaves")
def leaves(request: Request, start: Place, end: Place) -> Response:
    with platform_of(request).database.read() as session:
        return answer(LogHashes(hashes=tuple(log.public_leaves(session, start, end))))

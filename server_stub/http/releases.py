"""New versions of the client, passed on as its makers signed them: files in the data folder's `releases/<system>/`.

A mirror only: clients believe the makers' signatures, never the platform (C8).
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from procurement.basics.problems import Refused
from procurement.wire.endpoints import API
from server_stub.http.answers import platform_of

router = APIRouter(prefix=API + "/releases")
_SYSTEM = re.compile(r"[a-z0-9]+-[A-Za-z0-9_]+\Z")
_NAME = re.compile(r"(release\.note|files\.json|objects/[0-9a-f]{64}\.xz)\Z")


@router.get("/{system}/{name:path}")
def get(request: Request, system: str, name: str) -> Response:
    """One file of the release for a kind of system; anybody may read it."""
    path = platform_of(request).folder.releases / system / name
    if not _SYSTEM.match(system) or not _NAME.match(name) or not path.is_file():
        raise Refused("release-missing", "Fetch the program from where its makers publish it.", name=name[:100])
    return FileResponse(path, media_type="application/octet-stream")

"""`export`: the platform's file, which its operator publishes and people's programs are set up from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from crypto.files import write_whole
from crypto.platform_file import PlatformFile, describe_folder
from procurement.basics.problems import Refused
from server_stub.settings import Folder
from server_stub.trust import log


def export(
    folder: Folder, target: Path, made: datetime, *, address: str = "", region: str, name_en: str = "", tls: Path | None = None
) -> PlatformFile:  # fmt: skip
    """Write the file, from settings, log key and the folder `trust`. `address`: where people reach the platform, its origin when empty.

    `tls`: certificates (PEM) that its TLS certificate must lead to, these and no others. Witnesses and outside authorities
    are those of the trust folder. Raises `Refused`: platform-file-malformed, platform-address-missing; `Locked`, `Tampered`.
    """
    settings = folder.settings()
    server = address or settings.origin
    if "://" not in server:
        remedy = "Give the address people use, as --address https://host[:port]."
        raise Refused("platform-address-missing", remedy, origin=settings.origin)
    found = describe_folder(
        folder.trust, log.open_signer(folder.keys, settings.log_origin).key, made, server=server.rstrip("/"), origin=settings.origin,
        name=settings.name, name_en=name_en, operator=settings.platform, region=region, tls=tls.read_bytes() if tls else b"",
    )  # fmt: skip
    write_whole(target, found.to_bytes())
    return found

"""The transport over HTTP: the one place that knows requests."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from client.gateway.transport import Answer, FileBody, FileReader
from procurement.basics.problems import Problem, Refused, Unreachable
from procurement.basics.pulse import Pulse

_BLOCK = 1024 * 1024
ANSWER_LIMIT = 64 * 1024 * 1024
"""Largest answer taken into memory, in bytes"""
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class _WideAdapter(HTTPAdapter):
    """Sends bodies in pieces of 1 MiB (http.client's own 16 KiB would cost half of the throughput)."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, blocksize=_BLOCK, **kwargs)


class HttpTransport:
    """Speaks to one origin. Safe for several threads; each exchange has a limit for silence, not for its whole length."""

    def __init__(
        self, origin: str, *, bundle: Path | None = None, connect_timeout: float = 10.0, silence_timeout: float = 60.0
    ) -> None:
        """`bundle`: certificates (PEM) that the platform's TLS certificate must lead to, these and no others; without it the
        system's usual ones. Raises `Refused`: origin-malformed, origin-not-protected, tls-anchors-unreadable."""
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused("origin-malformed", "Write the platform's address as https://host[:port].", origin=origin)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise Refused("origin-not-protected", "Use https; plain http is for this machine only.", origin=origin)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._verify: bool | str = True if bundle is None else _readable(bundle)
        self._timeout = (connect_timeout, silence_timeout)
        self._session = requests.Session()
        self._session.trust_env = parts.hostname not in _LOOPBACK
        adapter = _WideAdapter(pool_connections=2, pool_maxsize=8, max_retries=0)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | FileBody = b"",
        into: BinaryIO | None = None,
        pulse: Pulse | None = None,
    ) -> Answer:
        reader = FileReader(body) if isinstance(body, FileBody) else None
        data: Any = body if reader is None else reader
        if reader is not None and len(reader) == 0:
            data = b""
        try:
            with self._session.request(
                method,
                self.origin + path,
                data=data,
                headers=dict(headers),
                timeout=self._timeout,
                verify=self._verify,
                stream=True,
                allow_redirects=False,
            ) as response:
                return _take(response, into, pulse)
        except Problem:
            raise
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                "server-not-trusted", "Check the platform's address; its TLS certificate is not accepted here."
            ) from error
        except requests.exceptions.Timeout as error:
            raise Unreachable("server-silent", "Try again; nothing is lost.", origin=self.origin) from error
        except requests.exceptions.ConnectionError as error:
            code = "server-unreachable" if "NewConnectionError" in repr(error) else "connection-dropped"
            raise Unreachable(
                code, "Try again when the network is back; nothing is lost.", origin=self.origin
            ) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise Unreachable("connection-dropped", "Try again; nothing is lost.", origin=self.origin) from error
        finally:
            if reader is not None:
                reader.close()

    def close(self) -> None:
        self._session.close()


def _readable(bundle: Path) -> str:
    """The path of a bundle that can be used; a broken one must not wait for the first request."""
    try:
        ssl.create_default_context(cafile=str(bundle))
    except (OSError, ssl.SSLError) as error:
        raise Refused("tls-anchors-unreadable", "Put PEM certificates into this file.", file=bundle.name) from error
    return str(bundle)


def _take(response: requests.Response, into: BinaryIO | None, pulse: Pulse | None) -> Answer:
    names = {name.lower(): value for name, value in response.headers.items()}
    to_file = into is not None and response.status_code < 300
    total = int(names.get("content-length", "0") or 0)
    kept, done = bytearray(), 0
    for piece in response.iter_content(_BLOCK):
        done += len(piece)
        if to_file and into is not None:
            into.write(piece)
        else:
            kept += piece
            if len(kept) > ANSWER_LIMIT:
                raise Refused("answer-too-large", "Tell the platform's operator.", limit=ANSWER_LIMIT)
        if pulse is not None:
            pulse.step(done, max(total, done))
    return Answer(response.status_code, names, bytes(kept))

"""The key of the local cache: in the system's keyring, or under a passphrase when there is no honest keyring.

PINs of tokens and passphrases are never stored. A keyring that keeps nothing, keeps plain text, or fails is refused
aloud: a cache whose key lies beside it in the clear is not encrypted.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crypto.files import write_whole
from procurement.basics.problems import Locked, Tampered

SERVICE = "jincai"
KEY_FILE = "cache.key"
_LABEL = "cache-key"
_DISHONEST = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")

AskPassphrase = Callable[[bool], str]
"""Asks the person; the argument says whether a new passphrase is being chosen"""


def cache_key(folder: Path, account: str, ask: AskPassphrase) -> bytes:
    """The 32-byte key of the cache in profile `folder`, made at first use.

    Raises `Locked` when the keyring stays closed or the passphrase is wrong; never falls back in silence: once a
    passphrase was chosen it is always asked for.
    """
    from crypto.vault import unprotect

    file = folder / KEY_FILE
    if file.exists():
        return unprotect(file.read_bytes(), ask(False), _LABEL)
    try:
        return keyring_key(account)
    except Locked as problem:
        if problem.code not in ("keyring-missing", "keyring-not-honest"):
            raise
    return passphrase_key(folder, ask(True))


def passphrase_key(folder: Path, passphrase: str) -> bytes:
    """A new key of the cache in profile `folder`, under a passphrase; no keyring is asked, now or later."""
    from crypto.vault import protect

    key = secrets.token_bytes(32)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / KEY_FILE, protect(key, passphrase, _LABEL), secret=True)
    return key


def keyring_key(account: str) -> bytes:
    """The key kept for `account` in the system's keyring, made at first use. Raises `Locked`."""
    from keyring.errors import KeyringError

    backend = honest_keyring()
    try:
        kept = backend.get_password(SERVICE, account)
        if kept is None:
            backend.set_password(SERVICE, account, base64.b64encode(secrets.token_bytes(32)).decode())
            kept = backend.get_password(SERVICE, account)
    except KeyringError as error:
        raise Locked("keyring-locked", "Unlock the system's keyring and try again.", backend=_name(backend)) from error
    try:
        key = base64.b64decode(kept or "", validate=True)
    except binascii.Error as error:
        raise Tampered(
            "keyring-entry-damaged", "Remove the entry from the keyring; the cache is fetched anew."
        ) from error
    if len(key) != 32:
        raise Tampered("keyring-entry-damaged", "Remove the entry from the keyring; the cache is fetched anew.")
    return key


def honest_keyring() -> Any:
    """The system's keyring, if it really keeps secrets. Raises `Locked`: keyring-missing, keyring-not-honest."""
    import keyring

    backend = keyring.get_keyring()
    for one in _parts(backend):
        name = _name(one)
        if name.startswith(_DISHONEST) or "plaintext" in name.lower():
            code = "keyring-missing" if name.startswith("keyring.backends") else "keyring-not-honest"
            raise Locked(code, "Choose a passphrase for the local store; it is asked for at each start.", backend=name)
    return backend


def _parts(backend: Any) -> list[Any]:
    """The backend, or those behind a chain of them; an empty chain counts as none."""
    if not _name(backend).startswith("keyring.backends.chainer"):
        return [backend]
    behind = list(backend.backends)
    if behind:
        return behind
    raise Locked("keyring-missing", "Choose a passphrase for the local store; it is asked for at each start.")


def _name(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"

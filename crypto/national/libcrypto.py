"""The few calls to OpenSSL 3's EVP interface that SM2 needs, by ctypes, through the libcrypto CPython already links.

No other copy is loaded: what `hashlib` and `ssl` use is what is used here, so the desktop bundle carries it anyway. Calls
made by ctypes release the interpreter's lock. Errors are taken off OpenSSL's queue at once: `ssl` shares that queue.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import Any

from procurement.basics.problems import Locked

_Sized = POINTER(c_size_t)
_PROTOTYPES: dict[str, tuple[Any, ...]] = {
    # name: (result, arguments...)
    "ERR_clear_error": (None,),
    "EVP_sm3": (c_void_p,),
    "EVP_PKEY_free": (None, c_void_p),
    "EVP_PKEY_CTX_new": (c_void_p, c_void_p, c_void_p),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, c_void_p, c_char_p, c_char_p),
    "EVP_PKEY_CTX_free": (None, c_void_p),
    "EVP_PKEY_CTX_set1_id": (c_int, c_void_p, c_char_p, c_int),
    "EVP_PKEY_keygen_init": (c_int, c_void_p),
    "EVP_PKEY_generate": (c_int, c_void_p, POINTER(c_void_p)),
    "EVP_PKEY_is_a": (c_int, c_void_p, c_char_p),
    "EVP_PKEY_encrypt_init": (c_int, c_void_p),
    "EVP_PKEY_encrypt": (c_int, c_void_p, c_char_p, _Sized, c_char_p, c_size_t),
    "EVP_PKEY_decrypt_init": (c_int, c_void_p),
    "EVP_PKEY_decrypt": (c_int, c_void_p, c_char_p, _Sized, c_char_p, c_size_t),
    "EVP_MD_CTX_new": (c_void_p,),
    "EVP_MD_CTX_free": (None, c_void_p),
    "EVP_MD_CTX_set_pkey_ctx": (None, c_void_p, c_void_p),
    "EVP_DigestSignInit": (c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    "EVP_DigestSign": (c_int, c_void_p, c_char_p, _Sized, c_char_p, c_size_t),
    "EVP_DigestVerifyInit": (c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    "EVP_DigestVerify": (c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    "d2i_PUBKEY": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "d2i_AutoPrivateKey": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "i2d_PUBKEY": (c_int, c_void_p, c_void_p),
    "i2d_PrivateKey": (c_int, c_void_p, c_void_p),
}


@functools.cache
def library() -> Any:
    """OpenSSL 3 with SM2. Raises `Locked("national-unavailable")` where this Python links none."""
    for candidate in _candidates():
        try:
            found = ctypes.CDLL(candidate)
            for name, (result, *arguments) in _PROTOTYPES.items():
                call = getattr(found, name)
                call.restype, call.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        context = found.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        if context:
            found.EVP_PKEY_CTX_free(context)
            return found
        found.ERR_clear_error()
    raise Locked("national-unavailable", "Use a Python whose OpenSSL (3 or newer) has SM2 and SM3.")


def _candidates() -> list[str | None]:
    """Where CPython's libcrypto may be: behind its `_hashlib` module (found through it), by name, in the program."""
    behind = getattr(importlib.import_module("_hashlib"), "__file__", None)
    if sys.platform == "win32":
        return ["libcrypto-3-x64.dll", "libcrypto-3.dll", "libcrypto-3-arm64.dll"]
    return [behind, ctypes.util.find_library("crypto"), None]


class Context:
    """One EVP_PKEY_CTX or EVP_MD_CTX, freed on leaving."""

    def __init__(self, pointer: int | None, free: Any) -> None:
        self.pointer, self._free = pointer, free
        if not pointer:
            raise failed()

    def __enter__(self) -> int:
        assert self.pointer is not None
        return self.pointer

    def __exit__(self, *_: object) -> None:
        self._free(self.pointer)


def failed() -> ValueError:
    """OpenSSL said no; its queue is emptied."""
    library().ERR_clear_error()
    return ValueError("OpenSSL refused")


def check(result: int) -> None:
    """Raises `ValueError` unless OpenSSL answered 1."""
    if result != 1:
        raise failed()


def filled(call: Any, *before: Any, data: bytes) -> bytes:
    """What an EVP call of the form (ctx, out, &length, in, length) writes."""
    size = c_size_t(0)
    check(call(*before, None, byref(size), data, len(data)))
    out = ctypes.create_string_buffer(size.value)
    check(call(*before, out, byref(size), data, len(data)))
    return out.raw[: size.value]


def encoded(call: Any, key: int) -> bytes:
    """What an i2d call writes."""
    size = call(key, None)
    if size <= 0:
        raise failed()
    out = ctypes.create_string_buffer(size)
    place = c_void_p(ctypes.addressof(out))
    if call(key, byref(place)) != size:
        raise failed()
    return out.raw


def decoded(call: Any, der: bytes) -> int:
    """The key a d2i call reads; nothing may follow it."""
    start = c_char_p(der)
    begin = ctypes.cast(start, c_void_p).value or 0
    key = call(None, byref(start), len(der))
    if not key:
        raise failed()
    if (ctypes.cast(start, c_void_p).value or 0) - begin != len(der):
        library().EVP_PKEY_free(key)
        raise ValueError("bytes after the end")
    return int(key)

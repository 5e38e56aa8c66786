"""The copy of a committed score sheet that the platform keeps for its member (protocol M13): a dead laptop is no lost vote.

Sealed to the member's own encryption certificate and bound to the commitment: a fresh key travels in one envelope of
the accepted profile (`crypto.envelope`, M1), the sheet lies under that key. Whoever opens a copy checks the sheet
against the signed commitment; the copy itself proves nothing.
"""

from __future__ import annotations

import secrets

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.envelope import Recipient, open_record, seal_record, unwrap_failed
from crypto.suites import same
from crypto.tokens.port import Token
from procurement.basics.problems import Refused, Tampered
from procurement.basics.value import Blob, Value

RECORD = b"JSC1"
LIMIT = 32 * 1024 * 1024
_NONCE = bytes(12)
"""Each key seals one text"""


class SheetCopy(Value):
    """The file as it is uploaded, canonical."""

    envelope: Blob
    """AuthEnvelopedData over "JSC1" || c || key"""
    content: Blob
    """AES-256-GCM under key, nonce zero, additional data "JSC1" || c"""


def seal_copy(sheet: bytes, commitment: str, certificate: x509.Certificate) -> bytes:
    """The file for `sheet` (with all that its reveal needs) under the commitment c, hex. Raises `Refused` for an unsuitable key."""
    bound, key = RECORD + bytes.fromhex(commitment), secrets.token_bytes(32)
    envelope = seal_record(bound + key, [Recipient(certificate)])
    return SheetCopy(envelope=envelope, content=AESGCM(key).encrypt(_NONCE, sheet, bound)).to_bytes()


def open_copy(file: bytes, commitment: str, token: Token) -> bytes:
    """What `seal_copy` sealed. Raises `Tampered`: sheet-copy-malformed, unwrap-failed; `Locked`."""
    try:
        copy = SheetCopy.from_bytes(file, LIMIT)
    except Refused as error:
        raise Tampered("sheet-copy-malformed", "Fetch the copy again.", reason=error.code) from error
    bound = RECORD + bytes.fromhex(commitment)
    record = open_record(copy.envelope, token)
    if len(record) != len(bound) + 32 or not same(record[: len(bound)], bound):
        raise unwrap_failed()
    try:
        return AESGCM(record[len(bound) :]).decrypt(_NONCE, copy.content, bound)
    except InvalidTag as error:
        raise unwrap_failed() from error

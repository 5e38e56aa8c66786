"""The ASiCManifest (ETSI EN 319 162-1, A.4) in one fixed spelling.

It is written without an XML library and read without a parser: what names and digests it lists is taken out, written
anew, and must be the same bytes. So there is no DTD, entity, comment, namespace trick or second spelling to fear. In suite
S1 digests are SM3, named by its OID, and the signature is a signed statement beside the manifest (decision 11).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from crypto.zip_profile import check_names
from procurement.basics.problems import Problem, Tampered
from procurement.basics.statement import Suite

SIGNATURE_NAMES: dict[Suite, str] = {"I1": "META-INF/signature.p7s", "S1": "META-INF/signature.json"}
_TYPES: dict[Suite, str] = {"I1": "application/pkcs7-signature", "S1": "application/json"}
_METHODS: dict[Suite, str] = {
    "I1": "http://www.w3.org/2001/04/xmlenc#sha256",
    "S1": "urn:oid:1.2.156.10197.1.401",
}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '<asic:SigReference URI="{signature}" MimeType="{type}"/>\n'
)
_ROW = (
    '<asic:DataObjectReference URI="{name}">'
    '<ds:DigestMethod Algorithm="{method}"/>'
    "<ds:DigestValue>{digest}</ds:DigestValue>"
    "</asic:DataObjectReference>\n"
)
_TAIL = "</asic:ASiCManifest>\n"
_FOUND = re.compile(r'URI="([A-Za-z0-9._/-]+)"><ds:DigestMethod [^>]*><ds:DigestValue>([A-Za-z0-9+/]{43}=)<')


def write_manifest(digests: Mapping[str, bytes], suite: Suite = "I1") -> bytes:
    """The manifest of members and their digests (SHA-256, or SM3 in S1), in the order given."""
    check_names(digests)
    method = _METHODS[suite]
    rows = (
        _ROW.format(name=name, method=method, digest=base64.b64encode(digest).decode())
        for name, digest in digests.items()
    )
    head = _HEAD.format(signature=SIGNATURE_NAMES[suite], type=_TYPES[suite])
    return (head + "".join(rows) + _TAIL).encode("ascii")


def read_manifest(data: bytes, suite: Suite = "I1") -> dict[str, bytes]:
    """Members and digests as listed. Raises `Tampered("container-manifest-malformed")` and those of `check_names`."""
    try:
        pairs = _FOUND.findall(data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise _malformed() from error
    check_names(name for name, _ in pairs)
    digests = {name: base64.b64decode(digest) for name, digest in pairs}
    if write_manifest(digests, suite) != data:
        raise _malformed()
    return digests


def _malformed() -> Problem:
    return Tampered(
        "container-manifest-malformed", "Make the container with this program; its list is not in the accepted form."
    )

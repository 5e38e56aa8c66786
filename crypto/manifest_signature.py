"""The signature over a container's manifest: CAdES in suite I1; in suite S1 a signed statement beside it (decision 11)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from crypto.certificates import TrustStore
from crypto.signing import sign_bytes, sign_statement, verify_bytes, verify_statement
from crypto.suites import S1
from crypto.tokens.port import Signing
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import SignedBytes, Signer, Statement, Suite
from procurement.basics.value import Hex32


class ContainerManifest(Statement):
    """What is signed in suite S1: "I sign the container with this manifest"."""

    TYPE: ClassVar[str] = "container-manifest"
    manifest: Hex32
    """D("manifest", ASiCManifest bytes)"""


def sign_manifest(manifest: bytes, token: Signing, suite: Suite) -> bytes:
    """The file that stands beside the manifest. Raises `Locked`, `Refused("suite-differs")`."""
    if suite == "I1":
        return sign_bytes(manifest, token, with_chain=True)
    return sign_statement(_statement(manifest), token).to_bytes()


def verify_manifest(signature: bytes, manifest: bytes, suite: Suite, trust: TrustStore, at: datetime) -> Signer:
    """Who signed the manifest. Raises as `crypto.signing.verify_statement`."""
    if suite == "I1":
        return verify_bytes(signature, manifest, trust, at)
    try:
        signed = SignedBytes.from_bytes(signature)
    except Refused as error:
        raise Tampered(
            "signature-malformed", "Have the object signed again in the accepted form.", reason=error.code
        ) from error
    if signed.statement != _statement(manifest).to_bytes():
        raise Tampered("signature-content-changed", "Do not accept it: something else was signed.")
    return verify_statement(signed, trust, at)


def _statement(manifest: bytes) -> ContainerManifest:
    return ContainerManifest(suite="S1", manifest=S1.d("manifest", manifest).hex())

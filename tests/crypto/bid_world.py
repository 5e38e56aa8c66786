"""A real bid: container signed by its supplier, sealed to its token and to a lot key. And a forger of bad ones."""

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import lay_out
from crypto.container import BidReader, read_manifest_bytes, write_container
from crypto.envelope import EnvelopeS, Recipient, wrap_o, wrap_s
from crypto.national.sm2 import Sm2PrivateKey
from crypto.sealing import Sealed, bid_digest, seal
from crypto.stream import CIPHERS
from crypto.suites import I1, Secrets, Suite, chunk_nonce, content_commitment, context, share_commitment
from procurement.basics.canonical import canonical
from procurement.bidding.sealed import CHUNK_SIZE, BidContent, ClientRelease, Submission
from tests.crypto.conftest import AT, CODE

TENDER = "7a" * 32
LOT = "lot-1"
MEMBER = os.urandom(2 * CHUNK_SIZE + 4321)
"""Large enough for a body of three chunks"""


def public_of(private: ec.EllipticCurvePrivateKey | Sm2PrivateKey) -> bytes:
    if isinstance(private, Sm2PrivateKey):
        return private.public.point
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def submission_of(sealed: Sealed, **changes: Any) -> Submission:
    """What its supplier would sign about this sealed bid, but for `changes`."""
    made = Submission(
        tender=TENDER,
        lot=LOT,
        supplier=CODE,
        bid=sealed.bid_digest,
        header=sealed.header_digest,
        chunks=sealed.chunks,
        size=sealed.size,
        prev="0" * 64,
        client_time=AT,
        skew_ms=0,
        client=ClientRelease(version="1", digest="c" * 64),
        machine="d" * 64,
    )
    return made.model_copy(update=changes)


@dataclass
class World:
    """One supplier, one lot key, one folder."""

    folder: Path
    authority: TestAuthority
    supplier: Issued
    lot_key: ec.EllipticCurvePrivateKey | Sm2PrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    suite: Suite = I1
    member: bytes = MEMBER

    @property
    def reader(self) -> BidReader:
        return BidReader(self.authority.trust(), AT)

    @property
    def recipients(self) -> list[Recipient]:
        assert self.supplier.encryption is not None
        return [Recipient(self.supplier.encryption[1])]

    def container(self, name: str = "bid.asice", signer: Issued | None = None, **statement: str) -> Path:
        path = self.folder / name
        said = BidContent(**{"suite": self.suite.name, "tender": TENDER, "lot": LOT, "supplier": CODE, **statement})  # type: ignore[arg-type]
        members = {"bid-content.json": said.to_bytes(), "forms.json": b"{}", "plan.bin": self.member}
        write_container(path, members, (signer or self.supplier).token)
        return path

    def seal(self, name: str = "bid.sealed", **more: Any) -> Sealed:
        options: dict[str, Any] = {
            "tender": TENDER,
            "lot": LOT,
            "supplier": CODE,
            "recipients": self.recipients,
            "lot_public_key": public_of(self.lot_key),
            "reader": self.reader,
        }
        options |= more
        container = options.pop("container", None) or self.container()
        return seal(container, self.folder / name, **options)

    def forge(self, name: str, plain: bytes, **changes: Any) -> "Forged":
        """A bid written out step by step from protocol B2, not by the product, with single steps changed.

        `changes`: body (bytes), commit, env_s, env_o, header (dict of fields), chunk_nonces (function), raw_header
        (function of the canonical bytes), s, o, manifest.
        """
        suite = self.suite
        nonce, s, o = os.urandom(32), changes.get("s", os.urandom(32)), changes.get("o", os.urandom(32))
        ctx = context(suite, bytes.fromhex(TENDER), LOT, CODE, nonce)
        keys = Secrets(suite, ctx, nonce, s, o)
        fields: dict[str, Any] = {
            "_type": "jincai/v1/bid-header",
            "suite": suite.name,
            "tender": TENDER,
            "lot": LOT,
            "supplier": CODE,
            "nonce": nonce.hex(),
            "chunk_size": CHUNK_SIZE,
            "chunks": -(-len(plain) // CHUNK_SIZE),
            "size": len(plain),
            "share_s": share_commitment(suite, "s", ctx, s).hex(),
            "share_o": share_commitment(suite, "o", ctx, o).hex(),
            "content": content_commitment(suite, ctx, keys.content_salt(), changes.get("manifest", b"")).hex(),
            "env_s": _plain(changes.get("env_s") or wrap_s(ctx, s, self.recipients, suite)),
            "env_o": b64(changes.get("env_o") or wrap_o(ctx, o, public_of(self.lot_key), suite)),
        }
        fields |= changes.get("header", {})
        raw = changes.get("raw_header", lambda data: data)(canonical(fields))
        key, commit = keys.body_key(suite.d("header", raw))
        nonces = changes.get("chunk_nonces", chunk_nonce)
        count = -(-len(plain) // CHUNK_SIZE)
        chunks = [
            CIPHERS[suite.hash](key).encrypt(
                nonces(i, i == count - 1), plain[i * CHUNK_SIZE : (i + 1) * CHUNK_SIZE], None
            )
            for i in range(count)
        ]
        body = changes["body"](raw, nonce, ctx) if "body" in changes else b"".join(chunks)
        path = self.folder / name
        path.write_bytes(lay_out(raw, changes.get("commit", commit)) + body)
        return Forged(path, s, o, bid_digest(path))

    def forge_from(self, container: Path, name: str = "forged.sealed", **changes: Any) -> "Forged":
        """The same around a real container."""
        return self.forge(name, container.read_bytes(), manifest=read_manifest_bytes(container), **changes)


@dataclass
class Forged:
    path: Path
    s: bytes
    o: bytes
    bid: str


def _plain(env_s: EnvelopeS) -> object:
    """As it stands in a header."""
    return b64(env_s) if isinstance(env_s, bytes) else [one.to_plain() for one in env_s]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()

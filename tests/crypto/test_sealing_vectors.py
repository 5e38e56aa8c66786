"""The independent reference's vectors of protocol part D: derivations of both suites, whole files of both."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from crypto.bidfile import bid_digest, inspect
from crypto.sealing import Content, Sealed, _Fixed, seal
from crypto.suites import (
    Secrets,
    content_commitment,
    context,
    share_commitment,
    suite_named,
)
from procurement.basics.canonical import canonical
from procurement.basics.problems import Refused

DOCUMENT = json.loads((Path(__file__).parents[1] / "vectors" / "sealed-bid.json").read_text("utf-8"))
INPUTS = DOCUMENT["inputs"]
SHARE_S, SHARE_O, NONCE, TENDER = (bytes.fromhex(INPUTS[name]) for name in ("s", "o", "nonce", "tender"))
MANIFEST = INPUTS["manifest"].encode()


class FixedManifest:
    """The vectors' content is no container: only its manifest is given."""

    def manifest(self, container: Path) -> bytes:
        return MANIFEST

    def read(self, container: Path) -> Content:
        raise AssertionError("the vectors are sealed without a second look")


def content_of(case: dict[str, Any]) -> bytes:
    found = case["content"]
    return found["text"].encode() if "text" in found else bytes.fromhex(found["byte"]) * found["count"]


def seal_case(case: dict[str, Any], target: Path) -> Sealed:
    """The file of a vector."""
    content = target.with_name("content")
    content.write_bytes(content_of(case))
    return seal(
        content,
        target,
        tender=INPUTS["tender"],
        lot=INPUTS["lot"],
        supplier=INPUTS["supplier"],
        recipients=[],
        lot_public_key=b"",
        reader=FixedManifest(),
        suite=suite_named(case["suite"]),
        recheck=False,
        _fixed=_Fixed(NONCE, SHARE_S, SHARE_O, b"", b""),
    )


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["name"])
def test_whole_file(case: dict[str, Any], tmp_path: Path) -> None:
    expected, target = case["expected"], tmp_path / "bid.sealed"
    sealed = seal_case(case, target)
    assert sealed.header_digest == expected["header_digest"]
    assert sealed.bid_digest == expected["bid"] == bid_digest(target)
    found = inspect(target)
    assert (found.ctx.hex(), found.commit.hex()) == (expected["ctx"], expected["commit"])
    data = target.read_bytes()
    assert hashlib.sha256(data).hexdigest() == expected["file_sha256"]
    assert data[-16:].hex() == expected["last_tag"]


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["name"])
def test_derivations_of_both_suites(case: dict[str, Any]) -> None:
    suite, expected, content = suite_named(case["suite"]), case["expected"], content_of(case)
    ctx = context(suite, TENDER, INPUTS["lot"], INPUTS["supplier"], NONCE)
    keys = Secrets(suite, ctx, NONCE, SHARE_S, SHARE_O)
    header = canonical(
        {
            "_type": "jincai/v1/bid-header",
            "suite": suite.name,
            "tender": INPUTS["tender"],
            "lot": INPUTS["lot"],
            "supplier": INPUTS["supplier"],
            "nonce": INPUTS["nonce"],
            "chunk_size": 1048576,
            "chunks": -(-len(content) // 1048576),
            "size": len(content),
            "share_s": share_commitment(suite, "s", ctx, SHARE_S).hex(),
            "share_o": share_commitment(suite, "o", ctx, SHARE_O).hex(),
            "content": content_commitment(suite, ctx, keys.content_salt(), MANIFEST).hex(),
            "env_s": "",
            "env_o": "",
        }
    )
    digest = suite.d("header", header)
    key, commit = keys.body_key(digest)
    assert {
        "ctx": ctx.hex(),
        "content_salt": keys.content_salt().hex(),
        "header_digest": digest.hex(),
        "key": key.hex(),
        "commit": commit.hex(),
    }.items() <= expected.items()


def test_an_unknown_suite_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="suite-unknown"):
        suite_named("S2")

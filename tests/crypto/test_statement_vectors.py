"""Vectors of statements, leaves, proofs and envelopes (decision 14). The arithmetic is written again here, from B0 alone."""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from crypto.envelope import unwrap_o, unwrap_s
from crypto.log import Checkpoint, NoteKey, TlogProof, cosignatures, entry_leaf, verify_consistency
from crypto.release import check_disclosed_chain
from crypto.tokens import SoftwareToken
from procurement.basics.statement import read_statement
from procurement.bidding.receipt import LogEntry
from procurement.opening.session import Closing

VECTORS = Path(__file__).parents[1] / "vectors"
DOCUMENT = json.loads((VECTORS / "statements.json").read_text("utf-8"))
ENVELOPES = json.loads((VECTORS / "envelopes.json").read_text("utf-8"))
LOG = DOCUMENT["log"]


def d(label: str, *parts: bytes) -> str:
    """D of protocol B0, suite I1."""
    joined = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return hashlib.sha256(f"jincai/v1/I1/{label}".encode() + b"\0" + joined).hexdigest()


@pytest.mark.parametrize("case", DOCUMENT["statements"], ids=lambda c: c["name"])
def test_statement_and_id(case: dict[str, str]) -> None:
    data = case["bytes"].encode()
    statement = read_statement(data)
    assert statement.to_bytes() == data
    assert statement.id == case["id"] == d("statement", data)
    assert case["name"].split(" ")[0] == statement.TYPE


def test_salted_digests() -> None:
    for label, fields in DOCUMENT["digests"].items():
        secret = fields["record"].encode() if label == "machine" else bytes.fromhex(fields[label[-1]])
        assert d(label, bytes.fromhex(fields["salt"]), secret) == fields["value"]


def test_chain_of_the_lot() -> None:
    before = "0" * 64
    for case in DOCUMENT["chain"]:
        salt, data = bytes.fromhex(case["salt"]), case["entry"].encode()
        entry = LogEntry.from_bytes(data)
        assert entry.sig == d("sig", bytes.fromhex(case["signature"])) and entry.prev_leaf == before
        assert entry_leaf(salt, data).hex() == d("leaf", salt, data) == case["leaf"]
        before = case["leaf"]
    closing = next(read_statement(c["bytes"].encode()) for c in DOCUMENT["statements"] if c["name"] == "closing")
    assert isinstance(closing, Closing)
    disclosed = [(bytes.fromhex(c["salt"]), c["entry"].encode()) for c in DOCUMENT["chain"]]
    assert len(check_disclosed_chain(closing, disclosed)) == 4


def test_each_statement_names_the_one_before() -> None:
    found = {c["name"]: (c["id"], json.loads(c["bytes"])) for c in DOCUMENT["statements"]}
    for child, field, parent in (
        ("withdrawal", "prev", "submission"),
        ("submission again", "prev", "withdrawal"),
        ("release", "closing", "closing"),
        ("freeze", "closing", "closing"),
        ("custodian-release 4", "freeze", "freeze"),
        ("opening", "freeze", "freeze"),
    ):
        assert found[child][1][field] == found[parent][0]


def test_root_checkpoint_and_proof() -> None:
    leaves = [bytes.fromhex(c["leaf"]) for c in DOCUMENT["chain"]] + [bytes.fromhex(x) for x in DOCUMENT["dummies"]]
    row = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(row) > 1:
        row = [hashlib.sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    assert row[0].hex() == LOG["root"]
    key, witness = NoteKey.from_vkey(LOG["vkey"]), NoteKey.from_vkey(LOG["witness"])
    assert Checkpoint.verify(LOG["note"], key) == Checkpoint("jincai.example/log", 8, row[0])
    assert len(cosignatures(LOG["note"], [witness])) == 1
    assert TlogProof.from_text(LOG["tlog_proof_of_leaf_3"]).verify(leaves[3], key).size == 8
    proof = [bytes.fromhex(h) for h in LOG["consistency_3_8"]]
    verify_consistency(3, 8, proof, bytes.fromhex(LOG["root_of_3"]), row[0])


@pytest.mark.parametrize("case", ENVELOPES["env_s"], ids=lambda c: c["name"])
def test_envelope_of_the_supplier(case: dict[str, Any]) -> None:
    key = serialization.load_der_private_key(bytes.fromhex(case["private_key_pkcs8"]), None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    certificate = x509.load_der_x509_certificate(bytes.fromhex(case["certificate"]))
    token = SoftwareToken((key, certificate), (key, certificate))
    assert unwrap_s(bytes.fromhex(case["env_s"]), token, bytes.fromhex(ENVELOPES["ctx"])).hex() == ENVELOPES["s"]


def test_envelope_of_the_lot_key() -> None:
    case = ENVELOPES["env_o"]
    private = ec.derive_private_key(int(case["lot_private_key"], 16), ec.SECP256R1())
    assert unwrap_o(bytes.fromhex(case["env_o"]), private, bytes.fromhex(ENVELOPES["ctx"])).hex() == ENVELOPES["o"]

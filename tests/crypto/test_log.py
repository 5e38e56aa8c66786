"""Checkpoints, witnesses and proofs as text, and the signer that refuses a rolled-back database."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.log import (
    WITNESS,
    Checkpoint,
    CheckpointSigner,
    NoteKey,
    NoteSigner,
    Place,
    TlogProof,
    append,
    cosign,
    cosignatures,
    entry_leaf,
    inclusion,
    leaf_hash,
    root,
    signature_digest,
    tlog_proof,
    verify_logged,
)
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import CmsSignature, SignedBytes
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement
from procurement.bidding.sealed import Withdrawal

ORIGIN = "jincai.example/log"
LOG_KEY = NoteSigner.of(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
AT = datetime(2026, 4, 29, 2, tzinfo=UTC)


class Table:
    def __init__(self) -> None:
        self.rows: dict[Place, bytes] = {}
        self.size = 0

    def read(self, places: list[Place]) -> list[bytes]:
        return [self.rows[place] for place in places]

    def add(self, leaf: bytes) -> None:
        for level, index, found in append(self.read, self.size, leaf_hash(leaf)):
            self.rows[Place(level, index)] = found
        self.size += 1


def tree(count: int, salt: bytes = b"") -> Table:
    made = Table()
    for number in range(count):
        made.add(salt + bytes([number]) * 32)
    return made


def test_example_note_of_the_specification() -> None:
    """The note of c2sp.org/signed-note's example verifies under its published key."""
    from crypto.notes import verify_note

    key = NoteKey.from_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert verify_note(text + "\n" + line, key) == text
    assert key.vkey == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_checkpoint_travels_as_a_signed_note() -> None:
    stored = tree(5)
    note = Checkpoint(ORIGIN, 5, root(stored.read, 5)).sign(LOG_KEY)
    lines = note.split("\n")
    assert lines[:2] == [ORIGIN, "5"] and lines[3] == "" and lines[4].startswith(f"— {ORIGIN} ")
    assert base64.b64decode(lines[4].split(" ")[2])[:4] == LOG_KEY.key.id
    assert Checkpoint.verify(note, NoteKey.from_vkey(LOG_KEY.key.vkey)) == Checkpoint(ORIGIN, 5, root(stored.read, 5))


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n5\n", "\n6\n"),
        lambda note: note.replace("\n5\n", "\n05\n"),
        lambda note: note.replace(ORIGIN + "\n", "other.example/log\n", 1),
        lambda note: note[:-1],
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("— ", "- "),
        lambda note: note.split("\n\n")[0] + "\n",
        lambda note: note + note.split("\n\n")[1].replace(" ", " AA", 2),
        lambda note: "x" * 70000,
    ],
)
def test_a_changed_checkpoint_is_refused(change: object) -> None:
    note = Checkpoint(ORIGIN, 5, root(tree(5).read, 5)).sign(LOG_KEY)
    with pytest.raises((Refused, Tampered)):
        Checkpoint.verify(change(note), LOG_KEY.key)  # type: ignore[operator]


def test_a_strangers_signature_is_not_enough() -> None:
    other = NoteSigner.of(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
    note = Checkpoint(ORIGIN, 0, b"\0" * 32).sign(other)
    with pytest.raises(Tampered, match="note-not-signed"):
        Checkpoint.verify(note, LOG_KEY.key)
    with pytest.raises(Refused, match="checkpoint-key-of-another-log"):
        Checkpoint("other.example", 0, b"\0" * 32).sign(LOG_KEY)


def test_witnesses_add_time_stamped_lines() -> None:
    witness = NoteSigner.of("witness.example/w1", Ed25519PrivateKey.from_private_bytes(b"\3" * 32), WITNESS)
    note = cosign(Checkpoint(ORIGIN, 0, b"\0" * 32).sign(LOG_KEY), witness, AT)
    assert [(c.key.name, c.at) for c in cosignatures(note, [witness.key])] == [("witness.example/w1", AT)]
    assert cosignatures(note, []) == []
    assert Checkpoint.verify(note, LOG_KEY.key).size == 0
    with pytest.raises(Tampered, match="note-signature-wrong"):
        cosignatures(note.replace("\n0\n", "\n1\n", 1), [witness.key])


def test_the_same_key_under_two_types_has_two_ids() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
    assert NoteSigner.of("w", private).key.id != NoteSigner.of("w", private, WITNESS).key.id


def test_proof_text_is_read_back_and_verified() -> None:
    stored = tree(9)
    note = Checkpoint(ORIGIN, 9, root(stored.read, 9)).sign(LOG_KEY)
    text = tlog_proof(6, inclusion(stored.read, 6, 9), note)
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 6\n") and text.endswith(note)
    assert TlogProof.from_text(text).text == text
    assert TlogProof.from_text(text).verify(bytes([6]) * 32, LOG_KEY.key).size == 9
    with_extra = text.replace("\nindex", "\nextra AAAA\nindex")
    assert TlogProof.from_text(with_extra) == TlogProof.from_text(text)
    with pytest.raises(Tampered, match="log-inclusion-wrong"):
        TlogProof.from_text(text.replace("index 6", "index 7")).verify(bytes([6]) * 32, LOG_KEY.key)
    for bad in (text.replace("@v1", "@v2"), text.replace("index 6", "index 06"), text.replace("index 6\n", "")):
        with pytest.raises(Refused, match="tlog-proof-malformed"):
            TlogProof.from_text(bad)


def test_signer_remembers_and_grows(tmp_path: Path) -> None:
    signer = CheckpointSigner(LOG_KEY, tmp_path / "last.note")
    assert signer.last.size == 0
    stored = Table()
    for number in range(6):
        assert Checkpoint.verify(signer.sign(stored.read, stored.size), LOG_KEY.key).size == number
        stored.add(bytes([number]) * 32)
    again = CheckpointSigner(LOG_KEY, tmp_path / "last.note")
    assert again.last.size == 5
    assert again.sign(stored.read, 6) == again.sign(stored.read, 6)


def test_restored_database_cannot_fork_the_log(tmp_path: Path) -> None:
    signer = CheckpointSigner(LOG_KEY, tmp_path / "last.note")
    signer.sign(tree(6).read, 6)
    with pytest.raises(Tampered, match="log-rollback"):
        signer.sign(tree(4).read, 4)
    for size in (6, 9):
        with pytest.raises(Tampered, match="log-rollback"):
            signer.sign(tree(size, b"fork").read, size)
    assert signer.last.size == 6


def test_forged_memory_is_named(tmp_path: Path) -> None:
    (tmp_path / "last.note").write_text("nonsense", "utf-8")
    with pytest.raises(Refused, match="note-malformed"):
        CheckpointSigner(LOG_KEY, tmp_path / "last.note").sign(tree(1).read, 1)


def receipt(index: int = 2) -> Receipt:
    act = SignedBytes(
        statement=Withdrawal(tender="1" * 64, lot="lot-1", supplier="91140000TEST000001", prev="0" * 64).to_bytes(),
        signature=CmsSignature(der=b"signature"),
    )
    entry = LogEntry(
        act="withdrawal", of=act.id, sig=signature_digest(b"signature"), t_recv=AT, prev_leaf="0" * 64
    ).to_bytes()
    stored = tree(2)
    stored.add(entry_leaf(b"\7" * 32, entry))
    stored.add(b"\0" * 32)
    note = Checkpoint(ORIGIN, 4, root(stored.read, 4)).sign(LOG_KEY)
    signed = SignedBytes(
        statement=ReceiptStatement(entry=entry, salt=(b"\7" * 32).hex(), note="注").to_bytes(),
        signature=CmsSignature(der=b"platform"),
    )
    return Receipt(receipt=signed, act=act, leaf_index=index, proof=tlog_proof(2, inclusion(stored.read, 2, 4), note))


def test_receipt_arithmetic() -> None:
    entry, checkpoint = verify_logged(receipt(), LOG_KEY.key)
    assert entry.act == "withdrawal" and checkpoint.size == 4
    with pytest.raises(Tampered, match="receipt-index-wrong"):
        verify_logged(receipt(1), LOG_KEY.key)
    good = receipt()
    other = SignedBytes(statement=good.act.statement, signature=CmsSignature(der=b"another"))
    with pytest.raises(Tampered, match="receipt-of-another-act"):
        verify_logged(good.model_copy(update={"act": other}), LOG_KEY.key)

"""The line is down: a signed act leaves as a file, another party's computer delivers it, and its author has the same receipt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from client.act_codes import write_pictures
from client.profile import TRUST_FOLDER
from client.workflows.challenging import Sender
from client.workflows.relaying import LIMIT, CarriedAct
from offline_cache.blobs import file_digest
from procurement.basics.problems import Problem
from procurement.bidding.receipt import Receipt
from procurement.challenging.letter import Matter
from tests.client.journey import TENDER
from tests.journeys.recheck import BEAT
from tests.journeys.snapshots import Revisit
from tests.processes import ROOT

ANCHORS = ("roots", "intermediates")
"""Files of a trust folder that hold certificates"""

MATTER = Matter(matter="开标记录单位有误", facts="读出为千元", request="更正开标记录")
SENDER = Sender("王强", "张敏", "0351-1", "太原市", "030000")


def refused(code: str, work: object) -> None:
    assert callable(work)
    with pytest.raises(Problem) as found:
        work()
    assert found.value.code == code


def test_delivered_by_another_in_its_authors_name(at_reviewed: Revisit, tmp_path: Path) -> None:
    journey = at_reviewed
    author, bearer = journey.supplier("A"), journey.supplier("C")
    author.refresh()
    (ground,) = [one for one in author.challenging.grounds() if one.stage == "opening"]
    proof = tmp_path / "proof.txt"
    proof.write_text("照片说明", "utf-8")
    journey.world.stop()
    outcome = author.challenging.challenge(ground, SENDER, [MATTER], [proof])
    assert outcome.state == "queued"
    (row,) = author.relaying.waiting()
    file = author.relaying.write(row.id, tmp_path / "质疑函.jincai-act")
    codes = author.relaying.codes(row.id)
    pictures = write_pictures(codes, tmp_path, "act")
    gathered = bearer.relaying.gather(tuple(reversed(pictures)), tmp_path / "gathered.jincai-act")
    assert 1 < len(codes) <= 8 and gathered.read_bytes() == file.read_bytes(), "the same by QR codes"
    with pytest.raises(Problem, match="act-code-missing"):
        bearer.relaying.gather(pictures[1:], tmp_path / "part.jincai-act")
    file = gathered
    journey.restart()

    assert (
        _read_by_openssl(file, author.place.folder.folder / TRUST_FOLDER, tmp_path)
        == author.place.outbox.waiting()[0].message.signed.statement
    )
    carried = bearer.relaying.read(file)
    assert (carried.id, carried.signer.org) == (row.id, author.actor)
    given = bearer.relaying.deliver(file, tmp_path / "receipt.json")
    assert Receipt.from_bytes((tmp_path / "receipt.json").read_bytes()) == given and given.act.id == row.id
    assert bearer.relaying.deliver(file, tmp_path / "again.json") == given, "twice is once"
    author.accounts.sign_in()
    author.refresh()
    assert author.relaying.waiting() == ()
    kept = author.place.mirror.receipt(row.id)
    assert kept is not None and kept.leaf_index == given.leaf_index
    assert [case.letter.id for case in author.challenging.cases()] == [row.id]
    journey.move(journey.world.now() + BEAT)
    number = journey.agency.published.current(TENDER).package.number
    archive = journey.agency.closing.build_archive(number, tmp_path / "so-far.zip", "full")
    with ZipFile(archive) as kept:
        proofs = [name for name in kept.namelist() if file_digest(proof) in name]
        assert [kept.read(name) for name in proofs] == [proof.read_bytes()], "a challenge's proof is archived (L-641)"


def _read_by_openssl(file: Path, trust: Path, folder: Path) -> bytes:
    """The two commands of docs/carried-act-format.md; the statement as openssl vouches for it."""
    page = (ROOT / "docs" / "carried-act-format.md").read_text("utf-8")
    script = page.partition("```sh\n")[2].partition("```")[0].replace("act.jincai-act", str(file))
    (folder / "anchors.pem").write_bytes(b"".join((trust / f"{name}.pem").read_bytes() for name in ANCHORS))
    shell = ["bash", "-e", "-c", script.replace("python3", sys.executable)]
    return subprocess.run(shell, cwd=folder, capture_output=True, check=True).stdout


def test_what_was_changed_or_is_no_such_file_is_not_sent(at_reviewed: Revisit, tmp_path: Path) -> None:
    journey = at_reviewed
    author = journey.supplier("A")
    author.refresh()
    (ground,) = [one for one in author.challenging.grounds() if one.stage == "opening"]
    journey.world.stop()
    author.challenging.challenge(ground, SENDER, [MATTER])
    (row,) = author.relaying.waiting()
    file = author.relaying.write(row.id, tmp_path / "act.jincai-act")
    good = CarriedAct.from_bytes(file.read_bytes(), LIMIT)
    statement = bytearray(good.signed.statement)
    statement[statement.index("千".encode())] ^= 1
    forged = good.signed.model_copy(update={"statement": bytes(statement)})
    changes = (
        ("carried-act-unreadable", b"not a file of ours"),
        ("carried-act-unreadable", file.read_bytes()[:-5]),
        ("carried-act-changed", good.model_copy(update={"act": "withdrawal"}).to_bytes()),
    )
    for code, data in changes:
        (tmp_path / "bad.jincai-act").write_bytes(data)
        refused(code, lambda: author.relaying.read(tmp_path / "bad.jincai-act"))
    (tmp_path / "bad.jincai-act").write_bytes(good.model_copy(update={"signed": forged}).to_bytes())
    with pytest.raises(Problem):
        author.relaying.read(tmp_path / "bad.jincai-act")
    refused("act-not-waiting", lambda: author.relaying.write("0" * 64, tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_a_share_never_leaves_as_a_file(at_closed: Revisit, tmp_path: Path) -> None:
    desk = at_closed.supplier("A")
    desk.refresh()
    prepared = desk.releasing._prepared
    statement, share = prepared(at_closed.ids["closing"], None, "")
    at_closed.world.stop()
    desk.place.act(statement, secret=share)
    (row,) = desk.relaying.waiting()
    refused("act-with-secret", lambda: desk.relaying.write(row.id, tmp_path / "release"))
    assert not (tmp_path / "release").exists()

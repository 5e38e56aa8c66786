"""kill -9 at the exact places where a crash hurts: afterwards an act, a file, a piece of an upload is there, or it is not."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from crypto.log import NoteKey, verify_logged
from procurement.bidding.receipt import Receipt
from procurement.wire.messages import ActMessage
from tests.processes import ROOT
from tests.server_stub.ledger import bodies, proofs, standing
from tests.server_stub.test_uploads import announce, offset, patch, sealed, state
from tests.world import Raw, World, registration

MIB = 1024 * 1024


def _send(party: Raw, message: ActMessage) -> Receipt | None:
    try:
        return party.post_act(message, "registration")
    except requests.RequestException:
        return None


def falls(world: World, point: str, work: Callable[[], object]) -> None:
    """Armed anew, the server falls at this point while the work is done; it is down afterwards."""
    world.stop()
    world.start(kill_at=point)
    with contextlib.suppress(requests.RequestException):
        work()
    world.fallen()


@pytest.mark.parametrize("after", [1, 4])
def test_no_receipt_is_lost(own_world: World, after: int) -> None:
    world, supplier = own_world, own_world.raw("supplier")
    supplier.session = ""
    acts = [registration(supplier).model_copy(update={"contact": f"联系人{number}"}) for number in range(12)]
    messages = [ActMessage(signed=supplier.sign(act)) for act in acts]
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(_send, supplier, message) for message in messages]
        sent[after].result()
        world.kill()
        answers = [one.result() for one in sent]
    world.start()
    supplier.login()
    for message, before in zip(messages, answers, strict=True):
        receipt = supplier.post_act(message, "registration")
        verify_logged(receipt, NoteKey.from_vkey(world.vkey))
        assert before is None or before == receipt
    ids = [item.id for item in supplier.feed().items]
    assert all(ids.count(message.signed.id) == 1 for message in messages)


@pytest.mark.parametrize(
    ("point", "there", "proved"),
    [
        ("act:recorded", False, False),
        ("act:committed", True, False),
        ("act:signed", True, False),
        ("act:answering", True, True),
    ],
)
def test_an_act_is_there_or_not(world: World, point: str, there: bool, proved: bool) -> None:
    """In its transaction, between commit and head, between head and proof, between receipt and answer."""
    supplier = world.raw("supplier")
    act = registration(supplier).model_copy(update={"contact": f"在{point}"})
    message = ActMessage(signed=supplier.sign(act))
    falls(world, f"{point}@registration", lambda: _send(supplier, message))
    assert (act.id in standing(world, "registration"), bool(proofs(world, act.id))) == (there, proved)
    world.start()
    assert bool(proofs(world, act.id)) == there, "started again, it proves what it had committed"
    supplier.login()
    receipt = supplier.post_act(message, "registration")
    verify_logged(receipt, NoteKey.from_vkey(world.vkey))
    assert receipt == supplier.post_act(message, "registration")
    assert standing(world, "registration").count(act.id) == 1


@pytest.mark.parametrize("point", ["upload:written", "upload:flushed", "upload:checked"])
def test_an_upload_goes_on_from_the_offset_it_acknowledged(world: World, point: str) -> None:
    """Bytes written, bytes flushed, the whole checked, each without its row: what was acknowledged stands, no more."""
    supplier = world.raw("supplier")
    data, said = sealed(supplier, 5 * MIB + 77)
    place, first = announce(supplier, said), 2 * MIB + 5
    rest = data[first:] if point != "upload:flushed" else data[first : 4 * MIB]
    assert patch(supplier, place, data[:first], 0).headers["upload-offset"] == str(first)
    falls(world, point, lambda: patch(supplier, place, rest, first))
    acknowledged, whole, kept = bodies(world)[place.rpartition("/")[2]]
    assert (acknowledged, whole) == (first, False)
    assert kept[:first] == data[:first]
    world.start()
    assert offset(supplier, place) == first
    assert patch(supplier, place, data[first:], first).headers["upload-offset"] == str(len(data))
    assert state(supplier, place).complete
    assert bodies(world)[place.rpartition("/")[2]] == (len(data), True, data)


def test_an_upload_announced_in_a_fall(world: World) -> None:
    """The file without its row is nobody's; announced again, it starts at nothing."""
    supplier = world.raw("supplier")
    data, said = sealed(supplier, MIB)
    before = bodies(world)
    falls(world, "upload:announced", lambda: announce(supplier, said))
    assert bodies(world) == before
    world.start()
    place = announce(supplier, said)
    assert offset(supplier, place) == 0
    assert patch(supplier, place, data, 0).status_code == 204
    assert state(supplier, place).complete


def test_a_file_between_its_name_and_its_row(world: World) -> None:
    """The blob lies there whole; nobody has it until it is sent again."""
    agency, data = world.raw("agency"), os.urandom(3 * MIB)
    sha256 = hashlib.sha256(data).hexdigest()
    falls(world, "blob:renamed", lambda: agency.put_file(data))
    assert (world.data / "files" / sha256[:2] / sha256).read_bytes() == data
    world.start()
    assert agency.request("GET", f"/v1/files/{sha256}").json()["code"] == "file-not-visible"
    assert agency.put_file(data) == sha256
    assert agency.request("GET", f"/v1/files/{sha256}").content == data
    assert not list((world.data / "files").glob("*.part"))


@pytest.mark.parametrize(
    ("demo", "point", "code"),
    [(False, "act:recorded", "failpoint-in-production"), (True, "act:recordde", "failpoint-unknown")],
)
def test_only_a_demo_may_be_armed(world: World, demo: bool, point: str, code: str) -> None:
    command = [sys.executable, "-m", "server_stub", "serve", "--data", str(world.data), "--port", "0"]
    command += ["--demo-clock", "2026-03-02T01:00:00.000Z"] if demo else []
    environment = {**os.environ, "JINCAI_KILL_AT": point}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2 and done.stderr.startswith(code)

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from offline_cache.connection import Connection
from procurement.basics.problems import Locked
from tests.offline_cache.pantry import AT, KEY, open_pantry, signed


def test_the_file_shows_nothing_in_the_clear(tmp_path: Path) -> None:
    pantry = open_pantry(tmp_path)
    secret = "投标报价叁佰万元整 3000000.00".encode()
    pantry.drafts.save("bid", "lot-1", secret, AT)
    pantry.keepsakes.keep("score-salt", "lot-1", b"SALTSALTSALTSALT")
    pantry.outbox.add("withdrawal", signed(1), made=AT, secret=b"SHARE-OF-THE-BID-32-BYTES-LONG--")
    name = pantry.blobs.put(b"ATTACHMENT " * 100, AT)
    pantry.connection.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for trace in (secret, b"3000000.00", b"SALTSALT", b"SHARE-OF", b"ATTACHMENT", b"91140100SUP", b"CREATE TABLE"):
        assert trace not in everything
    assert not everything.startswith(b"SQLite format 3")
    assert name in {path.name for path in (tmp_path / "blobs").rglob("*")}


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    open_pantry(tmp_path).connection.close()
    with pytest.raises(Locked) as caught:
        Connection(tmp_path / "cache.db", bytes(32))
    assert caught.value.code == "cache-key-wrong"
    with pytest.raises(Locked) as caught:
        Connection(tmp_path / "cache.db", b"short")
    assert caught.value.code == "cache-key-malformed"


def test_a_cache_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    pantry = open_pantry(tmp_path)
    pantry.connection.handle().execute("PRAGMA user_version = 99")
    pantry.connection.close()
    with pytest.raises(Locked) as caught:
        open_pantry(tmp_path)
    assert caught.value.code == "cache-too-new"


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    pantry = open_pantry(tmp_path)
    with pytest.raises(RuntimeError), pantry.connection.write():
        pantry.drafts.save("bid", "lot-1", b"half", AT)
        raise RuntimeError("stop")
    assert pantry.drafts.load("bid", "lot-1") is None
    pantry.connection.close()


def test_threads_read_while_one_writes(tmp_path: Path) -> None:
    pantry = open_pantry(tmp_path)
    seen: list[object] = []

    def read() -> None:
        seen.append(pantry.drafts.load("bid", "lot-1"))

    with pantry.connection.write():
        pantry.drafts.save("bid", "lot-1", b"new", AT)
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
        assert not reader.is_alive()
    assert seen == [None]
    pantry.connection.close()


_WRITER = """
import sys
from pathlib import Path
from tests.offline_cache.pantry import AT, open_pantry, signed
pantry = open_pantry(Path(sys.argv[1]))
for mark in range(1, 100000):
    pantry.outbox.add("withdrawal", signed(mark), made=AT)
    print(mark, flush=True)
"""


def test_what_was_said_to_be_kept_survives_kill_9(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = 0
    for line in writer.stdout:
        told = int(line)
        if told == 25:
            os.kill(writer.pid, signal.SIGKILL)
            break
    rest = writer.stdout.read().split()
    told = int(rest[-1]) if rest else told
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    pantry = open_pantry(tmp_path, KEY)
    kept = [row.id for row in pantry.outbox.waiting()]
    assert kept[:told] == [signed(mark).id for mark in range(1, told + 1)]
    assert len(kept) in (told, told + 1)
    pantry.connection.close()


def test_a_full_disk_is_named_and_keeps_nothing_half(tmp_path: Path) -> None:
    pantry = open_pantry(tmp_path)
    pantry.drafts.save("bid", "lot-1", b"kept", AT)
    handle = pantry.connection.handle()
    pages = handle.execute("PRAGMA page_count").fetchone()[0]
    handle.execute(f"PRAGMA max_page_count = {pages + 1}")  # SQLite's own way to be full
    with pytest.raises(Locked) as caught:
        pantry.drafts.save("bid", "lot-1", os.urandom(200_000), AT)
    assert caught.value.code == "disk-full" and not handle.in_transaction
    handle.execute("PRAGMA max_page_count = 1000000")
    pantry.drafts.save("bid", "lot-1", b"later", AT)
    assert [one.body for one in pantry.drafts.history("bid", "lot-1")] == [b"later", b"kept"]

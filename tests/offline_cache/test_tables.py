from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from offline_cache.blobs import file_digest
from offline_cache.drafts import HISTORY, Kept, surplus
from offline_cache.migrations import VERSIONS, _split
from offline_cache.mirror import SeenCheckpoint
from procurement.basics.problems import Locked, Refused, Tampered
from procurement.wire.messages import ProblemDocument
from tests.offline_cache.pantry import AT, KEY, Pantry, feed_item, open_pantry, signed

NO = ProblemDocument(type="urn:x", title="x", status=422, code="late", kind="rule-broken", rule="L-215")


@pytest.fixture
def pantry(tmp_path: Path):
    found = open_pantry(tmp_path)
    yield found
    found.connection.close()


def test_outbox_keeps_order_and_final_answers(pantry: Pantry) -> None:
    first, second = signed(1), signed(2)
    assert pantry.outbox.add("withdrawal", first, made=AT, secret=b"s", files=("ab",)) == first.id
    pantry.outbox.add("withdrawal", second, made=AT)
    pantry.outbox.add("withdrawal", first, made=AT)
    assert [row.id for row in pantry.outbox.waiting()] == [first.id, second.id]
    row = pantry.outbox.waiting()[0]
    assert (row.files, row.message.secret, row.message.signed, row.state) == (("ab",), b"s", first, "queued")
    pantry.outbox.sending(first.id)
    assert pantry.outbox.waiting()[0].state == "sent"
    pantry.outbox.accepted(first.id)
    pantry.outbox.refused(second.id, NO)
    assert pantry.outbox.waiting() == ()
    accepted, refused = pantry.outbox.get(first.id), pantry.outbox.get(second.id)
    assert accepted is not None and accepted.state == "accepted" and accepted.message.secret == b""
    assert refused is not None and refused.problem == NO
    with pytest.raises(dbapi2.Error):
        pantry.outbox.refused(first.id, NO)


def test_a_refused_act_is_tried_anew_when_it_is_done_again(pantry: Pantry) -> None:
    act = signed(1)
    pantry.outbox.add("withdrawal", act, made=AT)
    pantry.outbox.refused(act.id, NO)
    pantry.outbox.add("withdrawal", act, made=AT)
    assert [row.state for row in pantry.outbox.waiting()] == ["queued"]


def test_signed_bytes_in_the_outbox_cannot_be_changed(pantry: Pantry) -> None:
    pantry.outbox.add("withdrawal", signed(1), made=AT)
    with pytest.raises(dbapi2.Error):
        pantry.connection.handle().execute("UPDATE outbox SET signed = x'00'")


def test_mirror_takes_pages_once_and_in_order(pantry: Pantry) -> None:
    assert len(pantry.mirror.take("public", [feed_item(1, 1), feed_item(2, 2)], 2)) == 2
    assert pantry.mirror.take("public", [feed_item(2, 2)], 2) == ()
    assert pantry.mirror.take("me", [feed_item(9, 1)], 9) == ()
    assert (pantry.mirror.cursor("public"), pantry.mirror.cursor("me")) == (2, 9)
    assert [item.seq for item in pantry.mirror.items("withdrawal")] == [1, 2]
    assert pantry.mirror.item(signed(2).id) == feed_item(2, 2)
    with pytest.raises(Tampered):
        pantry.mirror.take("public", [feed_item(2, 3)], 2)
    with pytest.raises(Tampered):
        pantry.mirror.take("public", [feed_item(3, 4), feed_item(3, 5)], 3)
    assert len(pantry.mirror.take("public", [feed_item(3, 4), feed_item(4, 4)], 4)) == 1
    assert pantry.mirror.known([signed(4).id, signed(5).id]) == {signed(4).id}
    with pytest.raises(dbapi2.Error):
        pantry.connection.handle().execute("UPDATE feed_item SET lot = 'lot-2'")


def test_two_heads_of_one_size_are_a_fork(pantry: Pantry) -> None:
    pantry.mirror.keep_checkpoint(SeenCheckpoint(8, "aa", "note"))
    pantry.mirror.keep_checkpoint(SeenCheckpoint(8, "aa", "note with another witness"))
    pantry.mirror.keep_checkpoint(SeenCheckpoint(16, "bb", "note"))
    assert pantry.mirror.checkpoint() == SeenCheckpoint(16, "bb", "note")
    with pytest.raises(Tampered) as caught:
        pantry.mirror.keep_checkpoint(SeenCheckpoint(8, "cc", "note"))
    assert caught.value.code == "log-forked"


def test_drafts_keep_history_and_see_each_other(pantry: Pantry) -> None:
    assert pantry.drafts.save("bid", "lot-1", b"1", AT) == 1
    assert pantry.drafts.save("bid", "lot-1", b"1", AT) == 1
    for count in range(2, HISTORY + 6):
        pantry.drafts.save("bid", "lot-1", str(count).encode(), AT + timedelta(seconds=count), based_on=count - 1)
    history = pantry.drafts.history("bid", "lot-1")
    assert HISTORY <= len(history) <= HISTORY + 1 and history[0].body == str(HISTORY + 5).encode()
    with pytest.raises(Refused) as caught:
        pantry.drafts.save("bid", "lot-1", b"other window", AT, based_on=3)
    assert caught.value.code == "draft-moved-on"
    assert pantry.drafts.keys("bid") == ("lot-1",)
    pantry.drafts.keep_loose("bid", "lot-1", b"half", AT)
    pantry.drafts.keep_loose("bid", "lot-1", b"other half", AT)
    assert pantry.drafts.loose("bid", "lot-1") == b"other half" and pantry.drafts.history("bid", "lot-1") == history
    assert pantry.drafts.keys("bid") == ("lot-1",)
    pantry.drafts.discard("bid", "lot-1")
    assert pantry.drafts.loose("bid", "lot-1") == b""
    assert pantry.drafts.load("bid", "lot-1") is None


def test_history_is_thinned_by_age_and_named_versions_stay(pantry: Pantry) -> None:
    """One types for a day, every four minutes; then once a month later."""
    for count in range(1, 361):
        pantry.drafts.save("bid", "lot-1", str(count).encode(), AT + timedelta(minutes=4 * count), mark=f"{count:064x}")
        if count == 3:
            pantry.drafts.name("bid", "lot-1", 3, "给老板看过的")
    found = [one.version for one in pantry.drafts.history("bid", "lot-1")]
    assert found[:HISTORY] == list(range(360, 360 - HISTORY, -1))
    assert HISTORY + 120 < len(found) <= HISTORY + 128 and 3 in found
    gone = next(count for count in range(1, 361) if count not in found)
    pantry.drafts.save("bid", "lot-1", b"month", AT + timedelta(days=30))
    later = [one.version for one in pantry.drafts.history("bid", "lot-1")]
    assert HISTORY + 2 <= len(later) <= HISTORY + 5 and later[-1] == 3
    kept = pantry.drafts.version("bid", "lot-1", 3)
    assert (kept.body, kept.name) == (b"3", "给老板看过的")
    assert kept.mark == f"{3:064x}"
    pantry.drafts.note("bid", "lot-1", 3, "exported")
    pantry.drafts.note("bid", "lot-1", 3, "before-merge")
    assert pantry.drafts.version("bid", "lot-1", 3).origin == "exported"
    with pytest.raises(Refused) as caught:
        pantry.drafts.version("bid", "lot-1", gone)
    assert caught.value.code == "draft-version-gone"


def test_thinning_is_stable_and_bounded() -> None:
    """Two years of saving every ten minutes: what stays is bounded, and what was thinned is not thinned again."""
    kept: dict[int, Kept] = {}
    for count in range(1, 2 * 365 * 144, 7):
        kept[count] = Kept(count, AT + timedelta(minutes=10 * count), named=count == 1)
        if count % 50 == 1:
            for gone in surplus(kept.values(), AT + timedelta(minutes=10 * count)):
                del kept[gone]
    now = max(one.saved for one in kept.values())
    for gone in surplus(kept.values(), now):
        del kept[gone]
    assert len(kept) <= HISTORY + 145 + 61 + 106 and 1 in kept
    assert surplus(kept.values(), now) == ()
    ages = sorted(now - one.saved for one in kept.values() if not one.named)
    assert ages[-1] > timedelta(days=700)
    assert max(b - a for a, b in pairwise(ages)) <= timedelta(weeks=2)


def test_a_cache_of_the_first_version_keeps_its_drafts(tmp_path: Path) -> None:
    old = dbapi2.connect(str(tmp_path / "cache.db"), isolation_level=None)
    old.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for statement in _split(VERSIONS[0]):
        old.execute(statement)
    old.execute("INSERT INTO draft VALUES ('bid', 'lot-1', 2, x'32', '2026-03-02T01:02:03.000Z')")
    old.execute("INSERT INTO draft_history VALUES ('bid', 'lot-1', 1, x'31', '2026-03-02T01:02:03.000Z')")
    old.execute("INSERT INTO draft_history VALUES ('bid', 'lot-1', 2, x'32', '2026-03-02T01:02:03.000Z')")
    old.execute("PRAGMA user_version = 1")
    old.close()
    pantry = open_pantry(tmp_path)
    assert pantry.drafts.save("bid", "lot-1", b"3", AT) == 3
    assert [one.body for one in pantry.drafts.history("bid", "lot-1")] == [b"3", b"2", b"1"]
    pantry.connection.close()


def test_keepsakes_never_change(pantry: Pantry) -> None:
    assert pantry.keepsakes.keep("salt", "a", b"first") == b"first"
    assert pantry.keepsakes.keep("salt", "a", b"second") == b"first"
    assert pantry.keepsakes.find("salt", "b") is None


def test_blobs_come_back_and_damage_is_named(pantry: Pantry, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"x" * 3_000_000)
    name = pantry.blobs.put_file(source, AT)
    assert name == file_digest(source) == pantry.blobs.put_file(source, AT)
    assert pantry.blobs.size(name) == 3_000_000
    with pantry.blobs.clear(name) as path:
        assert path.read_bytes() == source.read_bytes()
    assert not path.exists()
    kept = tmp_path / "blobs" / name[:2] / name
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    with pytest.raises(Tampered):
        pantry.blobs.read(name)
    with pytest.raises(Locked):
        pantry.blobs.read("0" * 64)


def test_clear_copies_are_swept_at_the_next_start(pantry: Pantry, tmp_path: Path) -> None:
    left = tmp_path / "blobs" / "clear" / "left-over"
    left.write_bytes(b"a killed process left this")
    again = open_pantry(tmp_path)
    assert not left.exists()
    again.connection.close()


def test_upload_state_goes_on_where_it_stood(pantry: Pantry, tmp_path: Path) -> None:
    state = pantry.uploads.begin("bd", tmp_path / "a.sealed", 10, {}, b"h" * 32)
    assert (state.url, state.confirmed, state.done) == ("", 0, False)
    pantry.uploads.placed("bd", "/v1/uploads/1")
    pantry.uploads.confirmed("bd", 7)
    again = pantry.uploads.begin("bd", tmp_path / "a.sealed", 10, {}, b"h" * 32)
    assert (again.url, again.confirmed) == ("/v1/uploads/1", 7)
    pantry.uploads.finished("bd")
    assert pantry.uploads.all()[0].done

"""Time-stamps come from another process; without it acts stand and tokens follow (M18)."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from crypto.timestamps import verify_token
from procurement.bidding.receipt import Receipt
from server_stub.settings import Limits
from tests.world import World, read, registration


def test_the_token_is_there_or_follows(tmp_path: Path) -> None:
    world = World.create(tmp_path, Limits(public_per_minute=0), start=False)  # asked again and again
    world.start_tsa()
    world.start()
    try:
        agency = world.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
        receipt = agency.act(registration(agency))
        digest = hashlib.sha256(bytes.fromhex(receipt.act.id)).digest()
        stamped = verify_token(receipt.timestamp, digest, world.authority.trust())
        assert abs((stamped - receipt.entry().t_recv).total_seconds()) < 5
        world.stop_tsa()
        second = agency.act(registration(agency).model_copy(update={"contact": "李四"}))
        assert second.timestamp == b""
        world.start_tsa()
        end = time.monotonic() + 60
        while not (later := read(agency.request("GET", f"/v1/acts/{second.act.id}/receipt"), Receipt)).timestamp:
            assert time.monotonic() < end
        assert later.model_copy(update={"timestamp": b""}) == second
    finally:
        world.close()


def test_a_stamp_of_another_clock_is_not_taken(tmp_path: Path) -> None:
    """The authority goes by the machine's clock, the server by the demo's: months lie between. The act stands, unstamped."""
    world = World.create(tmp_path, Limits(public_per_minute=0), start=False)  # asked again and again
    world.start_tsa(demo=False)
    world.start()
    try:
        agency = world.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
        receipt = agency.act(registration(agency))
        assert receipt.timestamp == b""
        assert "time-stamp-clock-differs" in (world.folder / "serve.log").read_text("utf-8")
        agency.login()
        world.stop_tsa()
        world.start_tsa()
        end = time.monotonic() + 60
        while not read(agency.request("GET", f"/v1/acts/{receipt.act.id}/receipt"), Receipt).timestamp:
            assert time.monotonic() < end
    finally:
        world.close()

"""A thief with the server's whole disk: before custodians release nothing opens a bid; d is written nowhere at any time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crypto.bidfile import header_context, inspect
from crypto.custody import combine
from crypto.envelope import unwrap_o
from crypto.suites import share_commitment, suite_named
from procurement.opening.session import Freeze
from tests.client.journey import SUPPLIERS
from tests.journeys.snapshots import CUSTODIANS, Revisit
from tests.journeys.stages import BIDS


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def _shapes(secret: bytes) -> list[bytes]:
    """How a secret might be written down."""
    return [secret, secret.hex().encode(), secret.hex().upper().encode(), secret[::-1]]


def test_what_the_disk_gives_away(at_frozen: Revisit) -> None:
    journey, freeze = at_frozen, at_frozen.ids["freeze"]
    shares, key = {}, None
    for name in CUSTODIANS[:3]:
        desk = getattr(journey, name)
        found, key = desk.custody_release._checked(freeze)
        held = desk.custody.share_of(key.id)
        shares[held.i] = held.value
    assert key is not None
    d = combine(shares, key.value)
    headers = [inspect(path) for path in journey.world.data.glob("uploads/*.sealed")]
    assert len(headers) == len(BIDS)
    opened = [unwrap_o(one.header.env_o, d, one.ctx) for one in headers]
    for found, o in zip(headers, opened, strict=True):
        assert share_commitment(suite_named(found.header.suite), "o", header_context(found.header), o).hex() == (
            found.header.share_o
        )
    number = d.private_numbers().private_value.to_bytes(32, "big")
    journey.world.stop()
    words = [f'"{BIDS[key]}"'.encode() for key in BIDS] + [f"牌{key}".encode() for key in BIDS]
    secrets = [shape for one in (*opened, *shares.values(), number) for shape in _shapes(one)]
    for name, data in _files(journey.world.data):
        assert not [word for word in (*words, *secrets) if word in data], name
    journey.restart()
    for name in ("agency", "purchaser", "platform"):
        getattr(journey, name).custody_release.release(freeze)
    journey.open()
    assert journey.agency.place.acts.only(Freeze).id == freeze
    journey.world.stop()
    never = [shape for one in (*shares.values(), number) for shape in _shapes(one)]
    everything = list(_files(journey.world.data))
    for word in words:
        assert any(word in data for _, data in everything), "opened forms are here now"
    for name, data in everything:
        assert not [secret for secret in never if secret in data], name
    assert {SUPPLIERS[key][2] for key in BIDS} == {one.header.supplier for one in headers}

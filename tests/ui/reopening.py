"""A supplier's store that is opened as after a kill: anew, with what is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.desk_world import DeskWorld
from client.desk import Desk
from procurement.tendering.tender import Tender


@contextmanager
def reopening(folder: Path, tender: Tender) -> Iterator[Callable[[], Desk]]:
    """Each call closes the desk it gave before and opens another one over the same store."""
    world = DeskWorld.create(folder)
    with world.desk() as found:
        world.publish(found, tender, tender.id)
    with ExitStack() as held:

        def again() -> Desk:
            held.close()
            return held.enter_context(world.desk())

        yield again

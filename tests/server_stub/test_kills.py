"""kill -9 in the middle of a commit: afterwards the act is there with its receipt, or it is not there at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from crypto.log import NoteKey, verify_logged
from procurement.bidding.receipt import Receipt
from procurement.wire.messages import ActMessage
from tests.world import Raw, World, registration


def _send(party: Raw, message: ActMessage) -> Receipt | None:
    try:
        return party.post_act(message, "registration")
    except requests.RequestException:
        return None


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

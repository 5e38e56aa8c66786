"""Acts of the supervisor's second look (protocol B7). The platform carries sealed shares and checks what it can: it learns none."""

from __future__ import annotations

from datetime import datetime

from crypto.bidfile import inspect
from crypto.second_look import o_fits
from procurement.basics.statement import Signer
from procurement.bidding.sealed import Submission
from procurement.opening.second_look import (
    SecondLook,
    SecondLookRelease,
    SecondLookResult,
    check_look,
    check_look_release,
    check_look_result,
)
from procurement.opening.session import Freeze, Opening
from procurement.tendering.custody import CustodyKey, LotKey
from server_stub.acts import course
from server_stub.acts.day import day_of, lot_key_of
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import signed_in, visible


@accepts(SecondLook)
def second_look(tx: Tx, act: SecondLook, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    reader = tx.find(CustodyKey, act.reader).value
    asked = any(one.value.bid == act.bid for one in tx.acts(SecondLook, opening=act.opening))
    check_look(act, opening.value, reader, signer.actor, asked=asked)


@accepts(SecondLookRelease)
def second_look_release(tx: Tx, act: SecondLookRelease, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.org)
    look = tx.find(SecondLook, act.look)
    course.require(tx, act.TYPE, look.project, look.lot)
    key = _lot_key(tx, look)
    check_look_release(act, key.id, key.value, given=tx.count(SecondLookRelease, look=act.look, i=act.i) > 0)


@accepts(SecondLookResult)
def second_look_result(tx: Tx, act: SecondLookResult, signer: Signer, now: datetime, secret: bytes) -> None:
    look = tx.find(SecondLook, act.look)
    author_is(signer, look.actor)
    course.require(tx, act.TYPE, look.project, look.lot)
    releases = {one.id: one.value.i for one in tx.acts(SecondLookRelease, look=act.look)}
    submission = tx.last(Submission, bid=look.value.bid, project=look.project)
    assert submission is not None
    header = inspect(tx.require_upload(look.value.bid, submission.actor)).header
    fits = act.o is not None and o_fits(header, bytes.fromhex(act.o))
    done = tx.last(SecondLookResult, look=act.look) is not None
    check_look_result(act, releases, _lot_key(tx, look).value, o_fits=fits, done=done)


def _lot_key(tx: Tx, look: Act[SecondLook]) -> Act[LotKey]:
    freeze = tx.find(Freeze, tx.find(Opening, look.value.opening).value.freeze)
    return lot_key_of(tx, day_of(tx, freeze.value.closing))


visible("second-look", "second-look-release", "second-look-result")(signed_in)

"""`jincai custodian`: a custodian that works unattended, such as the platform's own (ADR 0005).

It acknowledges every lot key whose share it can open and check, and releases its share against a freeze that passes the
checks every custodian makes. What it refuses it says, and asks again later; it never decides by the server's word.
"""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

from client.bootstrap import open_desk
from client.desk import Desk
from procurement.basics.problems import Problem, Unreachable
from procurement.opening.second_look import SecondLook, SecondLookRelease, SecondLookResult
from procurement.opening.session import CustodianRelease, Freeze, Opening
from procurement.tendering.custody import CustodyAck, CustodyEnvelopes, CustodyKey, CustodyReady, LotKey
from procurement.tendering.package import TenderPackage, tender_digest

LAST_CHECK = timedelta(hours=2)
"""Before a deadline, within which every share is checked once more"""
READY = "at work"
"""What the log says once keys are open and SIGTERM ends it cleanly"""
logger = logging.getLogger("jincai.custodian")


class Custodian:
    """One round after another over what the feed brings."""

    def __init__(self, desk: Desk, *, national: bool = False) -> None:
        """`national`: it serves lot keys of suite S1 too."""
        self._desk, self._national = desk, national
        self._refused: set[str] = set()

    def round(self) -> int:
        """Do what is due; how many acts were done. Raises `Unreachable` when the platform is away."""
        self._desk.refresh()
        return self._publish() + self._acknowledge() + self._check_ready() + self._release() + self._release_again()

    def _publish(self) -> int:
        custody = self._desk.custody
        wanted: dict[str, Callable[[], object]] = {"hpke": custody.publish_key}
        if self._national:
            wanted["sm2"] = custody.publish_national_key
        done = {act.value.enc.kind for act in self._desk.place.acts.all(CustodyKey, org=self._desk.actor)}
        due = [publish for kind, publish in wanted.items() if kind not in done]
        for publish in due:
            publish()
        return len(due)

    def _acknowledge(self) -> int:
        acts = self._desk.place.acts
        done = {a.value.lot_key for a in acts.all(CustodyAck, org=self._desk.actor)}
        dealt = {a.value.lot_key for a in acts.all(CustodyEnvelopes)}
        mine = [k for k in acts.all(LotKey) if any(c.org == self._desk.actor for c in k.value.custodians)]
        due = [k.id for k in mine if k.id in dealt - done]
        return sum(self._try("acknowledge", id_, partial(self._desk.custody.acknowledge, id_)) for id_ in due)

    def _check_ready(self) -> int:
        """Once for each published version, and once more in the last hours before its deadline."""
        acts, now, count = self._desk.place.acts, self._desk.now(), 0
        latest = {act.value.tender_id: act for act in acts.all(TenderPackage)}
        for package in latest.values():
            tv, deadline = tender_digest(package.item.signed.statement), package.value.deadline
            since = deadline - LAST_CHECK if now >= deadline - LAST_CHECK else package.item.t_recv
            for custody in package.value.custody if now < deadline else ():
                key = acts.get(LotKey, custody.lot_key).value
                said = acts.last(CustodyReady, tender=tv, lot=custody.lot, org=self._desk.actor)
                mine = any(c.org == self._desk.actor for c in key.custodians)
                if mine and (said is None or said.value.checked < since):
                    count += self._try("check", tv + custody.lot, partial(self._desk.custody.ready, tv, custody.lot))
        return count

    def _release(self) -> int:
        acts = self._desk.place.acts
        opened = {a.value.freeze for a in acts.all(Opening)}
        mine = {a.value.freeze for a in acts.all(CustodianRelease, org=self._desk.actor)}
        due = [f.id for f in acts.all(Freeze) if f.id not in opened]
        count = 0
        again, first = self._desk.custody_release.send_again, self._desk.custody_release.release
        for id_ in due:
            verb: Callable[[str], object] = again if id_ in mine else first
            count += self._try("release", id_, partial(verb, id_))
        return count

    def _release_again(self) -> int:
        """For a supervisor's second look at a bid that failed by its envelope: to the supervisor's key alone (B7)."""
        acts = self._desk.place.acts
        done = {a.value.look for a in acts.all(SecondLookRelease, org=self._desk.actor)}
        done |= {a.value.look for a in acts.all(SecondLookResult)}
        due = [look.id for look in acts.all(SecondLook) if look.id not in done]
        return sum(self._try("release again", id_, partial(self._desk.second_looks.release, id_)) for id_ in due)

    def _try(self, what: str, id_: str, act: Callable[[], object]) -> int:
        try:
            act()
        except Unreachable:
            raise
        except Problem as problem:
            if (what + id_) not in self._refused:
                logger.warning("does not %s %s: %s", what, id_[:16], problem)
            self._refused.add(what + id_)
            return 0
        logger.info("%s %s", what, id_[:16])
        return 1


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="jincai custodian", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--profile", type=Path, required=True, help="folder of the custodian's profile")
    parser.add_argument("--pin-file", type=Path, required=True, help="PIN of its token, readable by its owner only")
    parser.add_argument("--passphrase-file", type=Path, required=True, help="of its custody key and local store")
    parser.add_argument("--rest", type=float, default=1.0, help="seconds between two rounds")
    parser.add_argument("--national", action="store_true", help="serve lot keys of suite S1 (SM2) too")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    passphrase = options.passphrase_file.read_text("utf-8").strip()
    desk = open_desk(options.profile, lambda _new: passphrase)
    try:
        desk.accounts.unlock(options.pin_file.read_text("utf-8").strip())
        desk.custody.open_key(passphrase)
        if options.national:
            desk.custody.open_national_key(passphrase)
        _work(desk, stop, options.rest, national=options.national)
    finally:
        desk.close()
    return 0


def _work(desk: Desk, stop: Event, rest: float, *, national: bool) -> None:
    custodian = Custodian(desk, national=national)
    logger.info("%s: a round every %g s", READY, rest)
    while not stop.is_set():
        try:
            if not desk.signed_in:
                desk.accounts.sign_in()
            custodian.round()
        except Problem as problem:
            logger.warning("the platform is away or refuses: %s", problem)
            desk.place.gateway.session = None
        stop.wait(rest)

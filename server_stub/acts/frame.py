"""THE path of an act, the same for every stage.

    bytes → parse strictly → same bytes before? then the same receipt → signature at server time → role of the author
    → BEGIN IMMEDIATE → the stage's law and writes → entry, leaf, act row → COMMIT → signed head → time-stamp → receipt

A stage adds an act by three lines in `acts/<stage>.py`:

    @accepts(Intention)
    def intention(tx: Tx, act: Intention, signer: Signer, now: datetime, secret: bytes) -> None:
        check_intention(act, …)          # pure law from procurement
        tx.begin_project()               # only where a project starts
    visible("intention")(public)         # who may read it (acts.visibility)

- `tx.find/get/acts/last` read what was accepted before (`acts.reading`); `tx.session` is SQLAlchemy's, for a stage's own
  tables (`store/<stage>.py` + a migration with `down_revision = "0001"`).
- The frame has checked: canonical bytes, signature, certificate, and that `signer.actor` is registered in a role that
  `procurement.wire.endpoints.ACTS` admits (`tx.actor_roles`). That fields naming the author name the author is checked
  by `author_is(signer, act.purchaser)`.
- An act is filed (project, 备案号, lot, chain) as the acts it names by top-level ids are; `tx.begin_project`, `tx.file`
  and `tx.alias` say otherwise. Acts of a lot after the tender's publication form the lot's chain (H6).
- `tx.platform_act(statement)` queues what the platform does by rule; it is signed, logged and run through its own
  `@accepts` function (if any) in the same transaction, right after this act.
- `tx.at(when, kind, key, …)` sets a timer; `jobs.timers` runs it at that time.
- To refuse, raise one of `procurement.basics.problems`; the frame records it (R-060) and nothing else is kept.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets
from collections.abc import Callable
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import procurement
from crypto.certificates import TrustStore
from crypto.log import CheckpointSigner, entry_leaf, signature_digest
from crypto.signing import certificate_signer, sign_statement, verify_statement
from crypto.tokens import Signing
from procurement.basics.parties import KeyEnrolment
from procurement.basics.problems import NotAllowed, Problem, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import KeySignature, SignedBytes, Signer, Statement, read_statement
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement
from procurement.wire.endpoints import ACTS
from procurement.wire.messages import ActMessage
from server_stub.acts.caller import Caller
from server_stub.acts.reading import Reading, act_of, chain_key, facts_of, publication
from server_stub.acts.refusals import record
from server_stub.acts.transaction import Filing, Shared, Tx, announce, keep_filing
from server_stub.acts.visibility import Reader
from server_stub.failpoints import passing
from server_stub.store.blobs import FolderBlobs
from server_stub.store.engine import Database
from server_stub.store.models import ActRow, FactRow, KeyRow, ProofRow, to_millis
from server_stub.trust import log
from server_stub.trust.receipts import read_receipt, receipt_statement
from server_stub.trust.witnessing import WITNESSED, Witnessing

logger = logging.getLogger("server_stub.acts")
Accept = Callable[[Tx, Any, Signer, datetime, bytes], None]
S = TypeVar("S", bound=Statement)
_ACCEPTS: dict[str, Accept] = {}
Resend = Callable[[Tx, Any, bytes], None]
_RESENDS: dict[str, Resend] = {}
WITHOUT_REGISTRATION = ("registration", "key-enrolment")


def accepts(
    kind: type[S],
) -> Callable[[Callable[[Tx, S, Signer, datetime, bytes], None]], Callable[[Tx, S, Signer, datetime, bytes], None]]:
    """Registers the function that accepts acts of this type; see the module's text."""

    def register(
        function: Callable[[Tx, S, Signer, datetime, bytes], None],
    ) -> Callable[[Tx, S, Signer, datetime, bytes], None]:
        if _ACCEPTS.setdefault(kind.TYPE, function) is not function:
            raise TypeError(f"two functions accept {kind.TYPE}")
        return function

    return register


def resends(kind: type[S]) -> Callable[[Callable[[Tx, S, bytes], None]], Callable[[Tx, S, bytes], None]]:
    """Registers what is done with the secret of an act that comes again after it was accepted (shares after a restart)."""

    def register(function: Callable[[Tx, S, bytes], None]) -> Callable[[Tx, S, bytes], None]:
        _RESENDS[kind.TYPE] = function
        return function

    return register


def author_is(signer: Signer, code: str) -> None:
    """The field naming the author must name him. Raises `NotAllowed("not-the-author")`."""
    if signer.actor != code:
        raise NotAllowed(
            "not-the-author",
            "Sign with the certificate of the party the act names.",
            rule="L-901",
            named=code,
            signer=signer.actor,
        )


def load_law() -> None:
    """Import every statement and every stage, so that all types and all functions are known."""
    ours = (importlib.import_module("server_stub.acts"), importlib.import_module("server_stub.jobs"))
    for package in (procurement, *ours):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def accepted_types() -> frozenset[str]:
    return frozenset(_ACCEPTS)


class Frame:
    """Takes acts in, one after another."""

    def __init__(
        self,
        database: Database,
        blobs: FolderBlobs,
        shared: Callable[[], Shared],
        token: Signing,
        signer: CheckpointSigner,
        trust: Callable[[], TrustStore],
        witnessing: Witnessing,
        national: Signing | None = None,
    ) -> None:
        """`token` signs what the platform does; `national`, where there is one, the receipts of acts in suite S1."""
        self.database, self.blobs, self._national = database, blobs, national
        self._shared, self._token, self._signer, self._trust = shared, token, signer, trust
        self._witnessing = witnessing
        self.order = RLock()
        """Held from BEGIN to the signed head, so that heads are signed in the order of commits"""

    def accept(
        self, type_: str, body: bytes, reader: Reader, now: datetime, key: str = "", caller: Caller | None = None
    ) -> Receipt:
        """Accept one act or refuse it. `now` is when its last byte was read, `key` the request's idempotency key, `caller` what
        is known of the sender.

        Raises `Problem` with the refusal's number among its facts.
        """
        message: ActMessage | None = None
        caller = caller or Caller(actor=reader.actor)
        try:
            message = ActMessage.from_bytes(body)
            caller.act = message.signed.id
            if key not in ("", message.signed.id):
                raise Refused("idempotency-key-differs", "Send the statement's id as Idempotency-Key.", key=key[:64])
            return self._accept(type_, message, reader, now, caller)
        except Problem as problem:
            problem.facts["refusal"] = record(self.database, type_, message, body, problem, caller, now)
            raise

    def refuse(self, type_: str, body: bytes, problem: Problem, now: datetime, caller: Caller) -> None:
        """Write down that an act was turned away with its session; not when that has merely run out."""
        if problem.code == "session-expired":
            return
        try:
            message = ActMessage.from_bytes(body)
            caller.act = message.signed.id
        except Problem:
            message = None
        problem.facts["refusal"] = record(self.database, type_, message, body, problem, caller, now)

    def _accept(self, type_: str, message: ActMessage, reader: Reader, now: datetime, caller: Caller) -> Receipt:
        signed = message.signed
        known = self.same_before(signed)
        if known is not None:
            if message.secret and type_ in _RESENDS:
                self._again(_RESENDS[type_], read_statement(signed.statement), message.secret, now)
            return known
        statement = read_statement(signed.statement)
        if statement.suite == "S1" and self._national is None:
            raise Refused("suite-not-offered", "Sign in with an RSA or P-256 certificate: this platform has no other.")
        if type_ != statement.TYPE or type_ not in _ACCEPTS:
            raise Refused("statement-of-another-type", "Send the act to its own address.", wanted=type_)
        with self.database.read() as session:
            signer = self._verify(session, statement, signed, reader, now)
            caller.actor = caller.actor or signer.actor
            roles = _admit(Reading(session, now), type_, statement, signer)
        with self.order:
            if (again := self._receipt(signed.id)) is not None:
                return again
            self.transact(
                now, lambda s, shared: self._take(s, shared, statement, signed, signer, roles, message.secret)
            )
            receipt = self._receipt(signed.id)
        assert receipt is not None
        return receipt

    def _again(self, resend: Resend, statement: Statement, secret: bytes, now: datetime) -> None:
        self.transact(now, lambda session, shared: resend(self.tx(session, shared, now), statement, secret))

    def same_before(self, signed: SignedBytes) -> Receipt | None:
        """The receipt, if this very act was accepted already; a lost answer is fetched by sending again."""
        known = self._receipt(signed.id)
        return known if known is not None and known.act == signed else None

    def transact(self, now: datetime, work: Callable[[Session, Shared], None]) -> None:
        """Run `work` in one transaction with what the platform must do because of it; then sign the log's new head."""
        shared = self._shared()
        with self.order:
            with self.database.write() as session:
                work(session, shared)
                while shared.queue:
                    self._take_own(session, shared, shared.queue.pop(0), now)
                for act in dict.fromkeys(shared.disclosed):
                    announce(session, act)
            self.prove()
        for run in shared.after:
            run()

    def tx(self, session: Session, shared: Shared, now: datetime) -> Tx:
        """A transaction's view for timers: the platform acts, there is no act in hand."""
        return Tx(session, now, shared, ZERO_ID, shared.platform, frozenset({Role.PLATFORM}))

    def prove(self) -> None:
        """Sign the log's head and keep the proofs of acts that have none yet (also after a kill between the two)."""
        with self.order, self.database.write() as session:
            rows = list(
                session.scalars(
                    select(ActRow).outerjoin(ProofRow, ProofRow.act == ActRow.id).where(ProofRow.act.is_(None))
                )
            )
            if not rows:
                return
            for row in rows:
                passing("act:committed", row.type)
            tree = log.size(session)
            note = self._signer.sign(log.Nodes(session), tree)
            for row in rows:
                passing("act:signed", row.type)
            if any(row.type in WITNESSED for row in rows):
                note = self._witnessing.cosigned(note, tree, log.Nodes(session))
            session.add_all(ProofRow(act=r.id, text=log.proof(session, r.leaf_index, note, tree)) for r in rows)

    def _receipt(self, act: str) -> Receipt | None:
        with self.database.read() as session:
            known = session.scalar(select(ActRow.id).where(ActRow.id == act))
            return read_receipt(session, act) if known else None

    def _verify(
        self, session: Session, statement: Statement, signed: SignedBytes, reader: Reader, now: datetime
    ) -> Signer:
        if not isinstance(signed.signature, KeySignature):
            signer = verify_statement(signed, self._trust(), now)
        elif isinstance(statement, KeyEnrolment):
            signer = verify_statement(signed, self._trust(), now, {signed.signature.key: statement})
        else:
            signer = verify_statement(signed, self._trust(), now, _enrolled(session, signed.signature.key, now))
            if reader.actor != signer.actor:
                raise NotAllowed("session-required", "Sign in with your password first, then send the act again.")
        if reader.actor and reader.actor != signer.actor:
            raise NotAllowed("session-of-another", "Sign in as the party that signs.", session=reader.actor)
        return signer

    def _take(
        self,
        session: Session,
        shared: Shared,
        statement: Statement,
        signed: SignedBytes,
        signer: Signer,
        roles: frozenset[Role],
        secret: bytes,
    ) -> None:
        tx = Tx(session, signer.valid_at, shared, signed.id, signer.actor, roles)
        function = _ACCEPTS.get(statement.TYPE)
        if function is not None:
            function(tx, statement, signer, tx.now, secret)
        session.flush()
        self._record(tx, statement, signed, signer)

    def _take_own(self, session: Session, shared: Shared, statement: Statement, now: datetime) -> None:
        signed = sign_statement(statement, self._token)
        signer = certificate_signer(self._token.signing_certificate, now)
        self._take(session, shared, statement, signed, signer, frozenset({Role.PLATFORM}), b"")

    def _sign_receipt(self, receipt: ReceiptStatement, statement: Statement) -> SignedBytes:
        """The receipt in the suite of the act (decision 11)."""
        if statement.suite == "S1" and self._national is not None:
            return sign_statement(receipt.in_suite("S1"), self._national)
        return sign_statement(receipt, self._token)

    def _record(self, tx: Tx, statement: Statement, signed: SignedBytes, signer: Signer) -> None:
        session, filing = tx.session, tx.filing
        chain, prev = _file(tx, statement, filing)
        entry = LogEntry(
            act=statement.TYPE, of=signed.id, sig=signature_digest(signed.signature.der), t_recv=tx.now, prev_leaf=prev
        ).to_bytes()
        salt = secrets.token_bytes(32)
        leaf = entry_leaf(salt, entry)
        row = ActRow(
            seq=(session.scalar(select(func.max(ActRow.seq))) or 0) + 1,
            id=signed.id,
            type=statement.TYPE,
            actor=signer.actor,
            name=signer.name,
            role=str(min(tx.actor_roles, default=Role.PLATFORM)),
            project=filing.project,
            number=filing.number,
            lot=filing.lot,
            t_recv=to_millis(tx.now),
            leaf_index=log.add_scattered(session, leaf),
            leaf=leaf.hex(),
            chain=chain,
            salt=salt.hex(),
            wire=signed.to_bytes(),
            receipt=self._sign_receipt(receipt_statement(entry, salt.hex()), statement).to_bytes(),
        )
        session.add(row)
        session.add_all(FactRow(seq=row.seq, name=n, value=v) for n, v in facts_of(statement).items())
        keep_filing(session, row.id, filing)
        announce(session, row.id)
        passing("act:recorded", row.type)


def _admit(reading: Reading, type_: str, statement: Statement, signer: Signer) -> frozenset[Role]:
    if type_ in WITHOUT_REGISTRATION:
        return frozenset({Role(getattr(statement, "role", ""))})
    roles = reading.roles(signer.actor) & ACTS[type_].roles
    if not roles:
        raise NotAllowed(
            "wrong-role",
            "This act belongs to another role; register in it, or leave it to those whose it is.",
            act=type_,
            actor=signer.actor,
            admitted=" ".join(sorted(ACTS[type_].roles)),
        )
    return roles


def _enrolled(session: Session, key: str, now: datetime) -> dict[str, KeyEnrolment | bytes]:
    row = session.get(KeyRow, key)
    if row is None or not row.countersignature:
        raise NotAllowed("key-not-countersigned", "Have an agency countersign the key first.", key=key)
    enrolment = Reading(session, now).find(KeyEnrolment, row.enrolment)
    return {key: enrolment.value}


def _file(tx: Tx, statement: Statement, filing: Filing) -> tuple[str, str]:
    """Complete the filing from the acts this one names; its chain and the chain's last leaf."""
    parents = [act for v in facts_of(statement).values() if len(v) == 64 and (act := tx.act(v)) is not None]
    projects = {act.project for act in parents if act.project}
    if not filing.project and len(projects) > 1:
        raise Refused("parents-of-different-projects", "Name acts of one project.", projects=" ".join(sorted(projects)))
    filing.project = filing.project or next(iter(projects), "")
    filing.number = filing.number or next((a.number for a in parents if a.number), "")
    own_lot = getattr(statement, "lot", "")
    filing.lot = filing.lot or own_lot or next((a.lot for a in parents if a.lot), "")
    if not filing.project:
        return "", ZERO_ID
    published = publication(tx.session, filing.project)
    chain = chain_key(filing.project, filing.lot) if published and filing.lot else filing.project
    last = tx.session.scalar(select(ActRow.leaf).where(ActRow.chain == chain).order_by(ActRow.seq.desc()).limit(1))
    if last is None:
        last = published.leaf if published else ZERO_ID
    return chain, last


__all__ = ["Accept", "Frame", "accepted_types", "accepts", "act_of", "author_is", "load_law"]

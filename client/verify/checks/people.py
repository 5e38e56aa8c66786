"""Who signed: signatures at the time of receipt, authors, roles, keys of those without certificate (M6, R-033, R-034)."""

from __future__ import annotations

import hashlib
from typing import Any

from client.authors import check_author
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.signing import verify_statement
from procurement.basics.parties import KeyCountersignature, KeyEnrolment, Registration
from procurement.basics.problems import NotAllowed, Tampered
from procurement.basics.roles import Role
from procurement.basics.statement import KeySignature, Signer
from procurement.planning.entrust import Entrustment
from procurement.tendering.package import TenderPackage
from procurement.wire.endpoints import ACTS, PLATFORM_ACTS

ENTERING = ("registration", "key-enrolment")


def check(evidence: Evidence, report: Report) -> None:
    book = _Book(evidence)
    units = [(f"{act.member} {act.value.TYPE}", act) for act in evidence.acts]
    report.each("signatures and roles / 签名与角色", units, book.check)
    if any(isinstance(a.receipt.act.signature, KeySignature) for a in evidence.acts):
        report.grades.append(
            "finance and supervisors sign with enrolled keys, countersigned by an agency / 财政用登记密钥"
        )


class _Book:
    """Who is registered as what, from the archive's own acts of accounts."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._roles: dict[str, set[Role]] = {}
        self._keys: dict[str, KeyEnrolment] = {}
        for act in evidence.all(Registration):
            self._roles.setdefault(act.value.actor, set()).add(act.value.role)
        countersigned = {act.value.enrolment: act.value.key for act in evidence.all(KeyCountersignature)}
        for enrolment in evidence.all(KeyEnrolment):
            key = hashlib.sha256(enrolment.value.key).hexdigest()
            if countersigned.get(enrolment.id) == key:
                self._keys[key] = enrolment.value
                self._roles.setdefault(enrolment.value.actor, set()).add(enrolment.value.role)
        packages = evidence.all(TenderPackage)
        self._agency = packages[0].value.agency if packages else ""
        entrusted = [
            evidence.find(Entrustment, p.value.entrustment) for p in packages if p.value.entrustment in evidence.by_id
        ]
        self._purchaser = entrusted[0].value.purchaser if entrusted else ""

    def check(self, act: Logged[Any]) -> None:
        """Raises the signature's problem, `Tampered` for a foreign author, `NotAllowed` for a role."""
        kind = act.value.TYPE
        signer = self._signer(act)
        if kind in PLATFORM_ACTS:
            return
        if kind not in ACTS:
            raise NotAllowed("act-unknown-kind", "This act is nobody's; update the program.", act=kind)
        if kind in ENTERING:
            roles = {act.value.role}
        else:
            roles = self._roles.get(signer.actor, set()) & ACTS[kind].roles
        if not roles:
            raise NotAllowed(
                "wrong-role", "The signer was not registered in a role that may do this.", signer=signer.name
            )
        for role in roles:
            self._check_author(act, role, signer)

    def _check_author(self, act: Logged[Any], role: Role, signer: Signer) -> None:
        check_author(act.value, signer, [role])
        if act.value.TYPE in ENTERING or act.value.TYPE == "key-countersignature":
            return
        ours = {Role.AGENCY: self._agency, Role.PURCHASER: self._purchaser}.get(role, "")
        if ours and signer.actor != ours:
            raise Tampered("foreign-party", "The signer is not this procurement's.", role=role, signer=signer.actor)

    def _signer(self, act: Logged[Any]) -> Signer:
        signed, at = act.receipt.act, act.entry.t_recv
        trust = self._evidence.anchors.trust
        if act.value.TYPE in PLATFORM_ACTS:
            return verify_statement(signed, trust, at, usage="platform")
        if isinstance(act.value, KeyEnrolment):
            return verify_statement(signed, trust, at, {hashlib.sha256(act.value.key).hexdigest(): act.value})
        return verify_statement(signed, trust, at, self._keys)

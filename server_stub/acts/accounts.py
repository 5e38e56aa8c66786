"""Accounts: registration, keys of those without a certificate, and certificates to which bids are sealed (R-033, R-034, R-076, R-077).

The order at a platform's beginning: an agency registers; finance and supervisor, whose accounts the operator made at
set-up, enrol a key with their password; the agency countersigns; from then on their key signs.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.certificates import read_certificate
from procurement.basics.parties import KeyCountersignature, KeyEnrolment, Registration
from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer
from procurement.bidding.sealed import EncryptionCerts
from procurement.wire.endpoints import ACTS
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import public, roles, visible
from server_stub.store.models import AccountRow, KeyRow, PartyRow
from server_stub.trust.passwords import matches

visible("registration", "key-enrolment", "key-countersignature")(public)
visible("encryption-certs")(roles(Role.AGENCY, Role.SUPERVISOR))


@accepts(Registration)
def registration(tx: Tx, act: Registration, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-076: identity is the certificate's; nothing else is asked. Again by the same party: its data are renewed."""
    author_is(signer, act.actor)
    if act.role not in ACTS[act.TYPE].roles or signer.means != "cert":
        raise NotAllowed("role-without-registration", "This role gets its account from the operator.", role=act.role)
    if (act.role == Role.EXPERT) != bool(signer.person):
        raise NotAllowed("role-and-certificate-differ", "Experts register with a personal certificate.", role=act.role)
    if (act.role == Role.PLATFORM) != (act.actor == tx.platform):
        raise NotAllowed("role-of-the-operator", "Only the platform's operator acts as platform.", role=act.role)
    if act.name != signer.name:
        raise Refused("name-differs", "Register under the name in the certificate.", name=act.name, holder=signer.name)
    _keep_party(tx, act.actor, act.role, act.name, act.region, act.contact)


@accepts(KeyEnrolment)
def key_enrolment(tx: Tx, act: KeyEnrolment, signer: Signer, now: datetime, secret: bytes) -> None:
    """The password travels as the act's secret: only who holds the account can enrol a key for it (R-034)."""
    account = tx.session.get(AccountRow, (act.actor, str(act.role)))
    if account is None or act.role not in ACTS[act.TYPE].roles:
        raise NotAllowed("account-unknown", "Ask the platform's operator for an account.", actor=act.actor)
    if not matches(secret.decode("utf-8", "replace"), account.password):
        raise NotAllowed("password-wrong", "Enter the account's password again.", actor=act.actor)
    if (act.name, act.region) != (account.name, account.region):
        raise Refused("account-data-differ", "Give name and region as the operator entered them.", actor=act.actor)
    _check_p256(act.key)
    digest = hashlib.sha256(act.key).hexdigest()
    if signer.certificate != digest or tx.session.get(KeyRow, digest) is not None:
        raise Refused("key-already-enrolled", "Make a new key on this machine and enrol it.", key=digest)
    tx.session.add(
        KeyRow(digest=digest, actor=act.actor, role=str(act.role), spki=act.key, enrolment=tx.id, countersignature="")
    )


@accepts(KeyCountersignature)
def key_countersignature(tx: Tx, act: KeyCountersignature, signer: Signer, now: datetime, secret: bytes) -> None:
    """Decision 2: with it the key signs acts; the newest countersigned key of an account replaces the older ones."""
    enrolment = tx.find(KeyEnrolment, act.enrolment).value
    row = tx.session.get(KeyRow, act.key)
    if row is None or row.enrolment != act.enrolment:
        raise Refused("key-of-another-enrolment", "Name the key that the enrolment holds.", key=act.key)
    if row.countersignature:
        raise Refused("key-already-countersigned", "Nothing is left to do for this key.", key=act.key)
    for older in tx.session.query(KeyRow).filter_by(actor=row.actor, role=row.role):
        older.countersignature = ""
    row.countersignature = tx.id
    _keep_party(tx, enrolment.actor, enrolment.role, enrolment.name, enrolment.region, enrolment.name)


@accepts(EncryptionCerts)
def encryption_certs(tx: Tx, act: EncryptionCerts, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-077, C5: a supplier's own list, each certificate valid today, fit to encrypt, and of the same organisation."""
    author_is(signer, act.org)
    trust = tx.shared.trust()
    for entry in act.certs:
        certificate = read_certificate(entry.der)
        trust.validate(certificate, (), now, "encrypt")
        code = trust.code_of(certificate)
        if code != act.org:
            raise Refused("certificate-of-another", "List your own organisation's certificates only.", holder=code)


def _keep_party(tx: Tx, actor: str, role: Role, name: str, region: str, contact: str) -> None:
    tx.session.merge(PartyRow(actor=actor, role=str(role), name=name, region=region, contact=contact, act=tx.id))


def _check_p256(spki: bytes) -> None:
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused("public-key-malformed", "Enrol a P-256 key.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Refused("public-key-malformed", "Enrol a P-256 key.")

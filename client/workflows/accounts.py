"""Accounts: present oneself, enrol a key, sign in and out, publish the certificates bids may be sealed to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from client.diagnosis import Check, Diagnosis
from client.diagnostics import diagnostics, save_diagnostics
from client.tokens import Scan
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome
from crypto.certificates import read_certificate
from procurement.basics.parties import KeyCountersignature, KeyEnrolment, Registration
from procurement.basics.problems import Locked, Refused
from procurement.bidding.sealed import EncryptionCertificate, EncryptionCerts


class Accounts(Workflow):
    @verb("token")
    def unlock(self, pin: str, token: str = "") -> None:
        """Open the token (by its key, where there are several) or the enrolled key. Raises `Locked("token-pin-wrong")` …"""
        self.place.unlock(pin, token)

    @verb("token")
    def diagnose(self, pin: str = "", token: str = "") -> tuple[Check, ...]:
        """The self-test (R-038), really signing and decrypting when a PIN is given; nothing leaves the machine."""
        return Diagnosis(self.place.folder, self.place.now()).run(pin, token)

    @verb("store")
    def diagnostics(self, faults: Sequence[str] = ()) -> str:
        """The state of program and machine as a redacted text (nothing is sent): to be read before it is saved.

        `faults`: what failed in the windows, a line each, without what it was about.
        """
        return diagnostics(self.place, faults)

    @verb("token")
    def save_diagnostics(self, text: str, target: Path) -> tuple[Path, ...]:
        """Save the text that was read; signed where a certificate is open."""
        return save_diagnostics(self.place, text, target)

    @verb("token")
    def scan(self) -> Scan:
        """The tokens now plugged in, of all vendors; no PIN is needed."""
        return self.place.tokens.scan()

    @verb()
    def sign_in(self, password: str = "") -> None:
        """Open a session; `password` only for accounts without certificate."""
        self.place.sign_in(password)

    @verb()
    def sign_out(self) -> None:
        """Forget the session and close the token."""
        self.place.lock()

    @verb()
    def register(self, contact: str) -> Outcome:
        """登记备案 of a party with a certificate; needs no session."""
        profile = self.place.profile
        statement = Registration(
            actor=profile.actor, role=profile.role, name=profile.name, region=profile.region, contact=contact
        )
        return self._introduce(statement)

    @verb("token")
    def enrol_key(self, passphrase: str, password: str) -> Outcome:
        """Make a key on this machine and present it with the account's password; an agency must countersign it."""
        profile = self.place.profile
        key = self.place.enrol_key(passphrase)
        statement = KeyEnrolment(
            actor=profile.actor, role=profile.role, name=profile.name, region=profile.region, key=key.spki
        )
        return self._introduce(statement, password.encode())

    @verb()
    def countersign(self, enrolment_id: str, statement: str) -> Outcome:
        """The agency confirms whose key it is; `statement` says how that was checked."""
        enrolment = self.place.acts.get(KeyEnrolment, enrolment_id).value
        key = hashlib.sha256(enrolment.key).hexdigest()
        return self.place.act(KeyCountersignature(enrolment=enrolment_id, key=key, statement=statement))

    @verb()
    def publish_encryption_certificates(
        self, others: Sequence[tuple[bytes, Literal["sha1", "sha256"]]] = ()
    ) -> Outcome:
        """The certificates to which this supplier's bids may be sealed (C5): the one on the open token, and `others` (DER)."""
        mine = self.place.token.encryption_certificate
        if mine is None:
            raise Locked("token-no-encryption-key", "Use a token that carries an encryption certificate.")
        listed = [EncryptionCertificate(der=mine.public_bytes(Encoding.DER), oaep=self.place.token.oaep)]
        for der, oaep in others:
            read_certificate(der)
            listed.append(EncryptionCertificate(der=der, oaep=oaep))
        return self.place.act(EncryptionCerts(org=self.me, certs=tuple(listed)))

    @verb()
    def list_certificate(self, path: Path) -> Outcome:
        """Add the encryption certificate in a file (PEM or DER, no key) to the own signed list; those listed before stay (C5).

        Raises `Refused` for a file that holds none, another organisation's, or one that does not hold today.
        """
        place = self.place
        certificate = _certificate_in(path)
        if place.trust.code_of(certificate) != self.me:
            remedy = "List your own organisation's certificates only."
            raise Refused("certificate-of-another", remedy, holder=place.trust.code_of(certificate))
        place.trust.validate(certificate, place.token.chain, place.now(), "encrypt")
        own = [act for act in place.acts.all(EncryptionCerts, org=self.me) if place.acts.signer(act).org == self.me]
        before = {one.der: one.oaep for one in own[-1].value.certs} if own else {}
        before.setdefault(certificate.public_bytes(Encoding.DER), "sha1")
        mine = place.token.encryption_certificate
        if mine is not None:  # listed anyway, with the hash that its token can do
            before.pop(mine.public_bytes(Encoding.DER), None)
        return self.publish_encryption_certificates(tuple(before.items()))

    def _introduce(self, statement: Registration | KeyEnrolment, secret: bytes = b"") -> Outcome:
        """Registration and enrolment go without a session: nobody has one before."""
        place = self.place
        place.gateway.time()
        signed = place.sign(statement)
        statement_id = place.outbox.add(statement.TYPE, signed, made=place.now(), secret=secret)
        found = place.sync.step(introducing=True)
        return place.outcome(statement_id, found)


def _certificate_in(path: Path) -> x509.Certificate:
    try:
        data = path.read_bytes()
        pem = data.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except (OSError, ValueError) as error:
        raise Refused("certificate-unreadable", "Choose the certificate again.", file=path.name) from error

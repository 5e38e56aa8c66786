"""The self-test of a person's token (R-038): driver, slot, certificate, expiry, PIN, trial signature, trial decryption.

Every step is the real thing: the trial signature is made and verified as an act's would be, the trial decryption opens an
envelope made as a bid's is. Nothing leaves the machine. The same steps serve files and USB tokens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509

from client.profile import ProfileFolder
from client.tokens import FILE_KEY, Tokens, TokenView, close_token
from crypto.certificates import subject_name, suite_of
from crypto.envelope import Recipient, open_record, seal_record, unwrap_national, wrap_national
from crypto.signing import sign_bytes, sign_statement, verify_bytes, verify_statement
from crypto.tokens import DriverProcess, Token
from crypto.vendors import kind_of
from procurement.basics.problems import Locked, Problem
from procurement.bidding.sealed import BidContent

Step = Literal["driver", "slot", "certificate", "expiry", "pin", "signature", "decryption"]
State = Literal["found", "warning", "missing", "skipped"]
STEPS: tuple[Step, ...] = ("driver", "slot", "certificate", "expiry", "pin", "signature", "decryption")
SOON = timedelta(days=60)
"""Before its end a certificate is warned of: renewal at a vendor's counter takes time"""


@dataclass(frozen=True, slots=True)
class Check:
    """One step. `problem` says what is missing and what to do; `facts` say what was found."""

    step: Step
    state: State
    facts: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None


class Diagnosis:
    """One run of the self-test. Later steps are skipped when an earlier one they rest on is missing."""

    def __init__(self, folder: ProfileFolder, now: datetime) -> None:
        self.folder, self.now = folder, now
        self.trust = folder.trust()
        self.tokens = Tokens(folder, self.trust)
        self.checks: list[Check] = []

    def run(self, pin: str = "", key: str = "") -> tuple[Check, ...]:
        """All steps; without a PIN those up to the certificates that show without one."""
        if self.tokens.drivers:
            self._drivers()
            chosen = self._slot(key)
            tries = self.tokens.tries(chosen.key) if chosen else 0
            ready = chosen is not None
        else:
            chosen, tries = None, self.tokens.tries(FILE_KEY)
            ready = self._file()
        if not ready:
            return self._skipped()
        token = self._open(pin, chosen, tries) if pin else None
        if token is None:
            return self._skipped()
        try:
            self._with(token)
        finally:
            close_token(token)
        return self._skipped()

    # -- before the PIN

    def _drivers(self) -> None:
        for driver in self.tokens.drivers:
            facts = {"driver": driver.title, "file": str(driver.library)}
            try:
                with DriverProcess(driver):
                    self._say("driver", "found", facts)
            except Problem as problem:
                self._say("driver", "missing", facts, problem)

    def _file(self) -> bool:
        try:
            path = self.folder.token
        except Problem as problem:
            self._say("driver", "missing", problem=problem)
            return False
        self._say("driver", "found", {"driver": "file", "file": path.name})
        if path.is_file():
            self._say("slot", "found", {"token": path.name, "reader": "file"})
            return True
        remedy = "Plug the token in, or choose its file again."
        self._say("slot", "missing", problem=Locked("token-missing", remedy, file=path.name))
        return False

    def _slot(self, key: str) -> TokenView | None:
        found = self.tokens.scan()
        for one in found.tokens:
            facts = {"token": one.label, "reader": one.reader, "vendor": one.vendor, "holder": one.holder}
            self._say("slot", "found" if one.mine else "warning", facts)
        fitting = [one for one in found.tokens if (one.key == key if key else one.mine)]
        if len(fitting) == 1:
            return fitting[0]
        names = "、".join(one.label for one in found.tokens)
        if fitting:
            remedy = "Choose one of the tokens that are plugged in."
            self._say("slot", "warning", problem=Locked("token-choose", remedy, tokens=names))
        else:
            remedy = "Plug in the token of your organisation."
            self._say("slot", "missing", problem=Locked("token-none-plugged", remedy, others=names))
        return None

    # -- with the PIN

    def _open(self, pin: str, chosen: TokenView | None, tries: int) -> Token | None:
        facts = {"tries": str(tries), "state": chosen.pin if chosen else "fine"}
        try:
            token = self.tokens.open(pin, chosen.key if chosen else "")
        except Problem as problem:
            if problem.code in ("token-of-another", "token-of-legal-person", "token-no-signing-key"):
                self._say("certificate", "missing", problem=problem)
            else:
                self._say("pin", "missing", facts, problem)
            return None
        self._say("pin", "found", {"tries": "0", "state": "fine"})
        return token

    def _with(self, token: Token) -> None:
        signing, encryption = token.signing_certificate, token.encryption_certificate
        vendor = self.trust.vendor_of(signing, token.chain)
        self._say(
            "certificate",
            "found",
            {
                "holder": subject_name(signing),
                "code": self.trust.code_of(signing, token.chain),
                "kind": kind_of(signing, vendor),
                "vendor": vendor.name if vendor else "",
            },
        )
        self._valid(token, signing, "sign")
        if encryption is not None:
            self._valid(token, encryption, "encrypt")
        self._try("signature", lambda: self._sign(token))
        self._try("decryption", lambda: self._decrypt(token))

    def _valid(self, token: Token, certificate: x509.Certificate, usage: Literal["sign", "encrypt"]) -> None:
        until = certificate.not_valid_after_utc
        facts = {"usage": usage, "until": until.isoformat(), "days": str((until - self.now).days)}
        try:
            self.trust.validate(certificate, token.chain, self.now, usage)
        except Problem as problem:
            self._say("expiry", "missing", facts, problem)
            return
        self._say("expiry", "warning" if until - self.now < SOON else "found", facts)

    def _sign(self, token: Token) -> dict[str, str]:
        if suite_of(token.signing_certificate) == "S1":
            trial = BidContent(tender=os.urandom(32).hex(), lot="self-test", supplier=self.folder.profile.actor)
            verify_statement(sign_statement(trial.in_suite("S1"), token), self.trust, self.now)
            return {}
        data = os.urandom(32)
        verify_bytes(sign_bytes(data, token), data, self.trust, self.now, chain=token.chain)
        return {}

    def _decrypt(self, token: Token) -> dict[str, str]:
        certificate = token.encryption_certificate
        if certificate is None:
            raise Locked("token-no-encryption-key", "Use a token that carries an encryption certificate.")
        record = os.urandom(68)
        if suite_of(certificate) == "S1":
            if unwrap_national(wrap_national(record, [certificate]), token) != record:
                raise _failed(token)
            return {}
        if open_record(seal_record(record, [Recipient(certificate, token.oaep)]), token) != record:
            raise _failed(token)
        return {"oaep": token.oaep}

    def _try(self, step: Step, work: Callable[[], dict[str, str]]) -> None:
        try:
            self._say(step, "found", work())
        except Problem as problem:
            self._say(step, "missing", problem=problem)

    def _say(
        self, step: Step, state: State, facts: dict[str, str] | None = None, problem: Problem | None = None
    ) -> None:
        self.checks.append(Check(step, state, facts or {}, problem))

    def _skipped(self) -> tuple[Check, ...]:
        done = {check.step for check in self.checks}
        self.checks += [Check(step, "skipped") for step in STEPS if step not in done]
        self.checks.sort(key=lambda check: STEPS.index(check.step))
        return tuple(self.checks)


def _failed(token: Token) -> Locked:
    return Locked("token-failed", "Plug the token in again, enter its PIN and try once more.", token=token.label)


def sound(checks: Sequence[Check]) -> bool:
    """Did everything that was tried succeed?"""
    return not any(check.state == "missing" for check in checks)

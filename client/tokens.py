"""The tokens of a profile: a file, or what is plugged in behind the drivers of several vendors; which one; and its PIN.

A PIN passes through `open` and is kept nowhere. How often it was wrong is counted here, because a token tells only flags.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from client.profile import ProfileFolder
from crypto.certificates import TrustStore, subject_name, subject_person
from crypto.files import write_whole
from crypto.tokens import Driver, DriverProcess, PinState, Pkcs11Token, PluggedToken, Token, open_file, plugged_tokens
from crypto.vendors import CertificateKind, kind_of
from procurement.basics.problems import Locked, Problem

FILE_KEY = "file"
TRIES_FILE = "pin-tries.json"


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as a person is shown it, before any PIN."""

    key: str
    label: str
    holder: str
    """Whose certificate it is; empty when the token shows nothing before its PIN"""
    vendor: str
    """The CA vendor under whose root it stands (R-035); empty when none of the accepted"""
    driver: str
    reader: str
    kind: CertificateKind | None
    until: datetime | None
    """End of the signing certificate"""
    encrypts: bool
    pin: PinState
    tries: int
    """How often its PIN was wrong since it was last right, counted on this machine"""
    mine: bool
    """May this profile sign with it: a certificate of the same code, and not the legal representative's"""


@dataclass(frozen=True, slots=True)
class Scan:
    """What is plugged in, and which drivers could not be asked."""

    tokens: tuple[TokenView, ...]
    problems: tuple[Problem, ...] = ()


Chooser = Callable[[Sequence[TokenView]], str]
"""Asks a person which of several tokens to use; answers its key"""


def nobody_chooses(tokens: Sequence[TokenView]) -> str:
    """Without a person to ask: say that a choice is needed."""
    names = "、".join(one.label for one in tokens)
    raise Locked("token-choose", "Choose one of the tokens that are plugged in.", tokens=names)


class Tokens:
    """The tokens of one profile."""

    def __init__(self, folder: ProfileFolder, trust: TrustStore, chooser: Chooser = nobody_chooses) -> None:
        self.folder, self.trust, self.chooser = folder, trust, chooser
        self._guard = threading.Lock()
        self._last = ""

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """The drivers named in the profile."""
        listed = self.folder.profile.drivers
        return tuple(
            Driver(Path(one.library), one.name, dict(pair.split("=", 1) for pair in one.environment if "=" in pair))
            for one in listed
        )

    def plugged(self) -> tuple[tuple[PluggedToken, ...], tuple[Problem, ...]]:
        """What all drivers show now, each asked in a process of its own that ends at once."""
        found: list[PluggedToken] = []
        problems: list[Problem] = []
        for driver in self.drivers:
            try:
                with DriverProcess(driver) as process:
                    found += plugged_tokens(process)
            except Problem as problem:
                problems.append(problem)
        return tuple(found), tuple(problems)

    def scan(self) -> Scan:
        """All tokens plugged in, one's own first."""
        found, problems = self.plugged()
        views = sorted((self._view(one) for one in found), key=lambda one: (not one.mine, one.label))
        return Scan(tuple(views), problems)

    def encryption_certificates(self) -> tuple[x509.Certificate, ...]:
        """Encryption certificates of this organisation on all tokens now plugged in; needs no PIN (C5)."""
        listed = [one.encryption for one in self.plugged()[0]]
        return tuple(one for one in listed if one is not None and self._code(one) == self.folder.profile.actor)

    def open(self, pin: str, key: str = "") -> Token:
        """Open the one token that fits, the one named by `key`, the one that was open before, or the one a person chooses.

        Raises `Locked`: token-none-plugged, token-choose, token-pin-wrong, token-pin-low, token-pin-final,
        token-pin-locked, token-of-another, token-of-legal-person, and those of the drivers.
        """
        if not self.drivers:
            return self._counted(FILE_KEY, lambda: self._own(open_file(self.folder.token, pin)))
        found, problems = self.plugged()
        chosen = self._chosen(found, problems, key)
        if chosen.pin == "locked":
            raise _pin_locked(chosen)
        token = self._counted(chosen.key, lambda: self._own(Pkcs11Token.open(chosen, pin)))
        self._last = chosen.key
        return token

    def open_papers(self, pin: str) -> Token | None:
        """The second file token, which seals PDFs beside a token of suite S1; None where the profile has none. Raises `Locked`."""
        path = self.folder.papers
        return None if path is None else self._own(open_file(path, pin))

    def tries(self, key: str) -> int:
        """How often the PIN of a token was wrong since it was last right."""
        return self._tries().get(key, 0)

    # -- parts

    def _chosen(self, found: Sequence[PluggedToken], problems: Sequence[Problem], key: str) -> PluggedToken:
        views = {one.key: self._view(one) for one in found}
        fitting = [view for view in views.values() if view.mine]
        if not fitting and not key:
            if problems and not found:
                raise problems[0]
            remedy = "Plug in the token of your organisation."
            raise Locked("token-none-plugged", remedy, others="、".join(v.holder or v.label for v in views.values()))
        if not key and self._last in [one.key for one in fitting]:
            key = self._last
        wanted = key or (fitting[0].key if len(fitting) == 1 else self.chooser(fitting))
        for one in found:
            if one.key == wanted:
                return one
        raise Locked("token-unplugged", "Plug the token in again and enter its PIN.", token=wanted)

    def _own(self, token: Token) -> Token:
        """The token, if its certificate is this profile's. R-035, R-036: the subject's code must match, the unit's kind."""
        certificate, actor = token.signing_certificate, self.folder.profile.actor
        holder = self._code(certificate)
        if holder == actor and self._kind(certificate) != "legal-person":
            return token
        close_token(token)
        if holder == actor:
            raise Locked(
                "token-of-legal-person",
                "Use the unit's token; the legal representative's seals papers only.",
                rule="R-036",
                token=token.label,
            )
        raise Locked(
            "token-of-another",
            "Plug in the token of this account.",
            rule="R-035",
            holder=subject_name(certificate),
            found=holder,
            wanted=actor,
        )

    def _code(self, certificate: x509.Certificate) -> str:
        return self.trust.code_of(certificate) or subject_person(certificate)

    def _kind(self, certificate: x509.Certificate) -> CertificateKind:
        return kind_of(certificate, self.trust.vendor_of(certificate))

    def _view(self, found: PluggedToken) -> TokenView:
        signing = found.signing
        view = TokenView(
            key=found.key,
            label=found.label,
            holder="",
            vendor="",
            driver=found.driver.title,
            reader=found.reader,
            kind=None,
            until=None,
            encrypts=found.encryption is not None,
            pin=found.pin,
            tries=self.tries(found.key),
            mine=True,  # it shows nothing before its PIN: then the PIN decides
        )
        if signing is None:
            return view
        vendor, kind = self.trust.vendor_of(signing), self._kind(signing)
        return replace(
            view,
            holder=subject_name(signing),
            vendor=vendor.name if vendor else "",
            kind=kind,
            until=signing.not_valid_after_utc,
            mine=self._code(signing) == self.folder.profile.actor and kind != "legal-person",
        )

    def _counted(self, key: str, work: Callable[[], Token]) -> Token:
        try:
            token = work()
        except Locked as locked:
            if locked.code != "token-pin-wrong":
                raise
            tries = self._keep_tries(key, self.tries(key) + 1)
            raise pin_wrong(locked, tries) from None
        self._keep_tries(key, 0)
        return token

    def _tries(self) -> dict[str, int]:
        try:
            found = json.loads((self.folder.folder / TRIES_FILE).read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(k): n for k, n in found.items() if isinstance(n, int)} if isinstance(found, dict) else {}

    def _keep_tries(self, key: str, tries: int) -> int:
        with self._guard:
            known = self._tries()
            if known.get(key, 0) != tries:
                kept = {**known, key: tries}
                text = json.dumps({k: n for k, n in kept.items() if n}, sort_keys=True)
                write_whole(self.folder.folder / TRIES_FILE, text.encode())
        return tries


class Watch(threading.Thread):
    """Asks the open token every `rest` seconds whether it is still there, and says once when it is not."""

    def __init__(self, token: Pkcs11Token, gone: Callable[[Locked], None], rest: float = 2.0) -> None:
        super().__init__(name="token-watch", daemon=True)
        self._token, self._gone, self._rest = token, gone, rest
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(self._rest):
            try:
                self._token.check_present()
            except Locked as locked:
                if not self._stop_asked.is_set():
                    self._gone(locked)
                return

    def stop(self) -> None:
        self._stop_asked.set()


def close_token(token: Token | None) -> None:
    """Log out of a hardware token; files have nothing to close."""
    if isinstance(token, Pkcs11Token):
        token.close()


def pin_wrong(locked: Locked, tries: int) -> Locked:
    """By the token's own warning: the code says how near the end is, the count how often it was wrong here."""
    state: Literal["low", "final", "fine"] = locked.facts.get("state", "fine")  # type: ignore[assignment]
    code = {"low": "token-pin-low", "final": "token-pin-final"}.get(state, "token-pin-wrong")
    remedy = {
        "token-pin-low": "Check the PIN before the next try: only a few are left.",
        "token-pin-final": "Do not guess: one more wrong PIN locks the token.",
    }.get(code, "Enter the PIN of this token again.")
    return Locked(code, remedy, tries=tries, state=state, token=locked.facts.get("token", ""))


def _pin_locked(found: PluggedToken) -> Locked:
    remedy = "Have the token unlocked by the authority that issued it; do not try further."
    return Locked("token-pin-locked", remedy, token=found.label)

"""Passwords of accounts without a certificate: Argon2id, bounded tries (R-034)."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy.orm import Session

from procurement.basics.problems import NotAllowed
from server_stub.store.models import AccountRow, from_millis, to_millis

TRIES, PAUSE = 5, timedelta(minutes=15)


def hash_password(password: str) -> str:
    """PHC string of the password, with a fresh salt."""
    return _kdf(os.urandom(16)).derive_phc_encoded(password.encode())


def _kdf(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=64 * 1024)


def matches(password: str, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), phc)
    except InvalidKey:
        return False
    return True


def check_password(session: Session, actor: str, role: str, password: str, now: datetime) -> bool:
    """Whether the password is right; counts failures. Raises `NotAllowed` while the account rests or is unknown.

    Call in a transaction that commits even when the answer is no.
    """
    row = session.get(AccountRow, (actor, role))
    if row is None:
        raise NotAllowed("account-unknown", "Ask the platform's operator for an account.", actor=actor, role=role)
    if to_millis(now) < row.locked_until:
        until = from_millis(row.locked_until).isoformat()
        raise NotAllowed("account-resting", "Too many wrong passwords; try again later.", until=until)
    if matches(password, row.password):
        row.failures = 0
        return True
    row.failures += 1
    if row.failures >= TRIES:
        row.failures, row.locked_until = 0, to_millis(now + PAUSE)
    return False

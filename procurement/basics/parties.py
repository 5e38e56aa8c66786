"""Accounts: who a party is, how it signs in, and the keys of those who have no certificate (R-002 … R-009, R-033, R-034)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Name, Text


class Registration(Statement):
    """登记备案: a party with a certificate presents itself; light, free, no approval beyond identity (R-076)."""

    TYPE: ClassVar[str] = "registration"
    actor: Code
    """统一社会信用代码, or the expert bank's number"""
    role: Role
    name: Name
    region: Code
    contact: Name


class KeyEnrolment(Statement):
    """A party without a certificate enrols a P-256 key made on its machine; signed by that key (decision 2)."""

    TYPE: ClassVar[str] = "key-enrolment"
    actor: Code
    role: Role
    name: Name
    region: Code
    key: Blob
    """SubjectPublicKeyInfo DER"""


class KeyCountersignature(Statement):
    """Agency confirms, by its certificate, that an enrolled key belongs to the party it names (decision 2)."""

    TYPE: ClassVar[str] = "key-countersignature"
    enrolment: Hex32
    key: Hex32
    """SHA-256 of the SPKI DER"""
    statement: Text


class Login(Statement):
    """A session is asked for. Never a bare challenge: every field is typed, origin is the client's own (C4, M11)."""

    TYPE: ClassVar[str] = "login"
    origin: str
    server_nonce: Hex32
    client_nonce: Hex32
    actor: Code
    role: Role
    session_key: Blob
    """P-256 public key of this session, SPKI DER; each request proves it"""
    time: Instant

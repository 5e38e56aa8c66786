"""What is known of who sends a request, proven or not: for the record of refusals and for the access log (R-060, L-215)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

SHOWN = 16
"""Hex digits of a session's hash that are written down: enough to tell sessions apart, nothing to sign in with"""


@dataclass(slots=True)
class Caller:
    """Filled in as a request is understood."""

    address: str = ""
    """Where the connection comes from, or where a believed proxy says it does"""
    session: str = ""
    """Start of the SHA-256 of the session that was named, open or not"""
    actor: str = ""
    """Who it is, by the session or by the act's signature; empty when neither proves it"""
    named: str = ""
    """Whom the request names without proof: the holder of a session that is over, the author an unproven act gives"""
    act: str = ""
    """Id of the statement that was sent"""
    code: str = ""
    """Of the problem it was answered with"""

    def names_session(self, session: str) -> None:
        self.session = hashlib.sha256(session.encode()).hexdigest()[:SHOWN]

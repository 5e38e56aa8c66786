"""Trusted time and long-term evidence for what is sealed here: tokens through the platform, lists from the own anchors."""

from __future__ import annotations

import secrets

from client.workplace import Workplace
from crypto.pdf_evidence import Evidence, evidence_for, evidence_of_token
from crypto.timestamps import make_request, token_of_response, verify_token
from procurement.basics.problems import NotAllowed, Problem, Refused, Unreachable


class TimeStamps:
    """For one workplace. A silent authority stops no seal: the paper then says only what its signer says of the time (M18)."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._authority = Evidence()

    def token(self, digest: bytes) -> bytes | None:
        """A believed token over a SHA-256 digest; None where none is to be had now.

        Raises `Tampered` or what the certificate check says of an authority that answers wrongly.
        """
        nonce = secrets.randbits(63)
        try:
            token = token_of_response(self._place.gateway.timestamp(make_request(digest, nonce)))
        except (Unreachable, Refused, NotAllowed):
            return None
        verify_token(token, digest, self._place.trust, nonce=nonce)
        return token

    def evidence(self) -> Evidence:
        """Paths and revocation lists of the own certificate and of the time-stamping authority, without network but one
        token, which shows who the authority is; empty where the anchors at hand do not bear the own certificate out.
        """
        place, token = self._place, self._place.papers_token
        try:
            own = evidence_for(token.signing_certificate, token.chain, place.trust, place.now(), "sign")
        except Problem:
            return Evidence()
        if not self._authority:
            digest = secrets.token_bytes(32)
            trial = self.token(digest)
            self._authority = evidence_of_token(trial, digest, place.trust) if trial else Evidence()
        return own | self._authority

"""Renewal of certificates between sealing and opening: what a supplier must hear of loudly.

A sealed bid opens with the encryption keys it was sealed to and no other. A renewed token often carries a new key, and a
vendor's counter may take the old token away: then only a backup slip opens the bid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509

from crypto.bidfile import read_header
from crypto.envelope import identifier_of, recipients_of
from crypto.tokens import Token
from procurement.basics.findings import Finding, warn

MARGIN = timedelta(days=7)
"""How long after the deadline certificates should still hold: opening, and a postponement"""
RULE = "C-5"
KEEP = "Keep the old token and its key until the opening; have a renewal done without destroying them, or seal the bid anew."


def renewal_findings(
    header: bytes,
    deadline: datetime,
    now: datetime,
    token: Token | None,
    plugged: Sequence[x509.Certificate],
    known: Sequence[x509.Certificate],
) -> tuple[Finding, ...]:
    """Findings for a bid sealed under `header`.

    `token` is the open one, `plugged` the encryption certificates on tokens now plugged in, `known` those and the own list.
    """
    sealed_to = set(recipients_of(read_header(header).env_s))
    own = () if token is None or token.encryption_certificate is None else (token.encryption_certificate,)
    here = {identifier_of(one): one for one in (*own, *plugged)}
    found: list[Finding] = []
    if here and not sealed_to & set(here):
        found.append(
            warn("renewal-token-opens-nothing", "token", RULE, "Plug in the token the bid was sealed to, use the slip, or seal anew.")
        )  # fmt: skip
    all_known = {identifier_of(one): one for one in (*own, *known)}
    for identifier in sorted(sealed_to & set(all_known)):
        until = all_known[identifier].not_valid_after_utc
        if until < deadline + MARGIN:
            word = "renewal-recipient-ended" if until < now else "renewal-recipient-ends"
            facts = {"serial": f"{identifier.serial:x}", "until": until.isoformat()}
            found.append(warn(word, "token", RULE, KEEP, **facts))
    if token is not None and token.signing_certificate.not_valid_after_utc < deadline + MARGIN:
        until = token.signing_certificate.not_valid_after_utc
        remedy = "Renew in time: the release is signed by a valid certificate, the renewed one will do."
        found.append(warn("renewal-signing-ends", "token", RULE, remedy, until=until.isoformat()))
    return tuple(found)

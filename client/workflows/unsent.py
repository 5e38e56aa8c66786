"""What is written and not yet sent: a question, a challenge, a response. Kept in the encrypted store, the latest only, until it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from client.workflows.verbs import Workflow, verb
from procurement.basics.canonical import canonical, parse_canonical

KIND = "unsent"
LIMIT = 16 * 1024 * 1024


class Unsent(Workflow):
    """Texts by field, for each thing that is being written. No part of any act, nor of what leaves this computer."""

    def read(self, key: str) -> dict[str, str]:
        """What was written of this; empty when nothing is kept."""
        body = self.place.drafts.loose(KIND, key)
        return dict(parse_canonical(body, LIMIT)["texts"]) if body else {}

    @verb("store")
    def keep(self, key: str, texts: Mapping[str, str]) -> None:
        """Keep what is written now in place of what was; nothing written takes it away."""
        written = [[name, text] for name, text in texts.items() if text]
        body = canonical({"texts": written}) if written else b""
        if len(body) <= LIMIT:  # a paste of a whole book: what was kept before stays
            self.place.drafts.keep_loose(KIND, key, body, self.place.now())

"""What is typed on the prepare page and not yet whole: kept beside the draft in the encrypted store, the latest only.

It is no part of the bid: not of what is signed, of a draft bundle, of a merge, or of the history.
"""

from __future__ import annotations

from client.workplace import Workplace
from procurement.basics.canonical import canonical, parse_canonical

Loose = dict[str, dict[str, str]]
"""Texts by field, by place: `deposit`, `brands/<product>`, `responses/<parameter>`, `consortium/<place>`, `shares/<member>`,
`tables/<table>/<row>`, `quote/<figure>`, `opening/<field>`, `validity_days`, `forms/<form>/<field>`, `enterprise`, `domestic`, `people`,
`claims/<item>`, `evidence/<item>/<slot>/<unit>`, `unlinked/<item>/<slot>/<unit>`"""
LIMIT = 16 * 1024 * 1024


class LooseTexts:
    """The loose texts of drafts of one kind. Two windows on one draft: at each place who writes last is kept."""

    def __init__(self, place: Workplace, kind: str) -> None:
        self._place, self._kind = place, kind
        self._known: dict[str, Loose] = {}
        """What this window last read or kept; touched on the store's lane only"""

    def read(self, key: str) -> Loose:
        """What is kept beside a draft, to be worked on."""
        self._known[key] = self._stored(key)
        return self._known[key]

    def _stored(self, key: str) -> Loose:
        body = self._place.drafts.loose(self._kind, key)
        found: Loose = {}
        for place, name, text in parse_canonical(body, LIMIT)["texts"] if body else ():
            found.setdefault(place, {})[name] = text
        return found

    def keep(self, key: str, loose: Loose) -> None:
        """Keep what changed since this window read or kept; other places stay as another window left them."""
        known = self._known.get(key, {})
        changed = [place for place in {**known, **loose} if loose.get(place) != known.get(place)]
        if not changed:
            return
        fresh = self._stored(key)
        for place in changed:
            fresh.pop(place, None)
            if place in loose:
                fresh[place] = loose[place]
        texts = [[place, name, text] for place, fields in fresh.items() for name, text in fields.items()]
        body = canonical({"texts": texts}) if texts else b""
        if len(body) <= LIMIT:  # a paste of a whole book is no half typed field: what was kept before stays
            self._place.drafts.keep_loose(self._kind, key, body, self._place.now())

    def note(self, key: str, loose: Loose) -> None:
        """Say that what `keep` was given is in the store for good."""
        self._known[key] = loose

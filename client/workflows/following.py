"""Which tenders a person watches, and which version of each was looked at last. Private, in the encrypted local store."""

from __future__ import annotations

from dataclasses import dataclass

from client.workflows.verbs import Workflow

WATCHED = "watched-tender"
SEEN = "seen-tender"


@dataclass(frozen=True, slots=True)
class Followed:
    """What is known of one tender's looking at."""

    watched: bool
    seen: int
    """Version looked at last; 0 for never"""

    def news(self, version: int) -> str:
        """`unseen`, `changed` since it was looked at, or empty."""
        if not self.seen:
            return "unseen"
        return "changed" if version > self.seen else ""


class Following(Workflow):
    """Nothing of this leaves the machine: the platform does not learn who watches what."""

    def all(self) -> dict[str, Followed]:
        """Every tender that is watched or was looked at, by its id."""
        drafts = self.place.drafts
        watched = set(drafts.keys(WATCHED))
        keys = watched | set(drafts.keys(SEEN))
        return {key: Followed(key in watched, self._seen(key)) for key in keys}

    def watch(self, key: str, on: bool) -> None:
        """Watch a tender, or no more."""
        if on:
            self.place.drafts.save(WATCHED, key, b"1", self.place.now())
        else:
            self.place.drafts.discard(WATCHED, key)

    def looked_at(self, key: str, version: int) -> None:
        """The person opened this version."""
        if version > self._seen(key):
            self.place.drafts.save(SEEN, key, str(version).encode(), self.place.now())

    def _seen(self, key: str) -> int:
        kept = self.place.drafts.load(SEEN, key)
        return 0 if kept is None else int(kept.body)

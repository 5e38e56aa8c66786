"""What stands where in a signed container, and what its directory, manifest and members say to each other (protocol M8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crypto.asic_manifest import SIGNATURE_NAMES, read_manifest
from crypto.zip_profile import Entry, malformed
from procurement.basics.problems import Tampered
from procurement.basics.statement import Suite

MIMETYPE = b"application/vnd.etsi.asic-e+zip"
MANIFEST_NAME = "META-INF/ASiCManifest.xml"
CONTENT_NAME = "bid-content.json"
CONTENT_LIMIT = 64 * 1024
MANIFEST_LIMIT = 4 * 1024 * 1024


def arranged(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Members by name, the container's own three in their places. Raises `Tampered("container-malformed")`."""
    places = (entries[0].name, *(entry.name for entry in entries[-2:]))
    if len(entries) < 4 or places[:2] != ("mimetype", MANIFEST_NAME) or places[2] not in SIGNATURE_NAMES.values():
        raise malformed("mimetype, manifest or signature is not in its place")
    return {entry.name: entry for entry in entries}


def suite_of(entries: Mapping[str, Entry]) -> Suite:
    """The suite of the container, which the kind of its signature tells; the manifest must name the same."""
    return next(suite for suite, name in SIGNATURE_NAMES.items() if name == list(entries)[-1])


def listed(entries: Mapping[str, Entry], manifest: bytes, suite: Suite) -> dict[str, bytes]:
    """The digests in the manifest, whose set and order of members is the container's.

    Raises `Tampered`: container-manifest-malformed, container-member-unlisted, container-member-missing,
    container-malformed.
    """
    digests = read_manifest(manifest, suite)
    present = list(entries)[1:-2]
    for name in present:
        if name not in digests:
            raise Tampered("container-member-unlisted", "Do not accept it: a member was added.", name=name)
    for name in digests:
        if name not in entries:
            raise Tampered("container-member-missing", "Do not accept it: a member was taken out.", name=name)
    if present != list(digests):
        raise malformed("members are not in the manifest's order")
    return digests


def changed(name: str) -> Tampered:
    """A member is not what was signed."""
    return Tampered(
        "container-member-changed", "Fetch the container again: this member is not what was signed.", name=name
    )


def statement_missing() -> Tampered:
    """The container of a bid has no `bid-content`."""
    return Tampered("content-statement-missing", "Make the bid again: it does not say for which tender it is.")

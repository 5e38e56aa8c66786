"""A lot after its opening: standing bids in order of receipt with their forms, for record, review and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from client.acts import Act
from client.evidence import Evidence
from client.tenders import Published, Tenders
from client.workplace import Workplace
from crypto.release import check_disclosed_chain
from procurement.basics.problems import Refused
from procurement.bidding.draft import BidForms
from procurement.bidding.receipt import ReceiptStatement
from procurement.bidding.sealed import Submission
from procurement.opening.readout import OpenedCase
from procurement.opening.session import Closing, Freeze, Opening, Release, SlipAdmission
from procurement.wire.messages import Disclosure

Standing = dict[str, Act[Submission]]
DISCLOSED = "disclosure"
DISCLOSURE_LIMIT = 64 * 1024 * 1024
FORMS_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LotDay:
    """One lot's day, from the mirror and the files this reader may have."""

    published: Published
    lot: str
    closing: Act[Closing]
    freeze: Act[Freeze]
    opening: Act[Opening]
    submissions: dict[str, Act[Submission]]
    """Standing submissions by leaf, in order of receipt"""
    sources: dict[str, str]
    """Leaf → token or slip, of released bids"""
    forms: dict[str, BidForms]
    """Supplier → forms of the bids that opened, as far as this reader may read them"""

    @property
    def cases(self) -> tuple[OpenedCase, ...]:
        results = {result.leaf: result for result in self.opening.value.results}
        found = []
        for leaf, act in self.submissions.items():
            result = results.get(leaf)
            code = "not-released" if result is None else result.code
            supplier = act.value.supplier
            source = self.sources.get(leaf, "none") if result is not None else "none"
            found.append(OpenedCase(supplier, self.names[supplier], code, source, self.forms.get(supplier)))
        return tuple(found)

    @property
    def names(self) -> dict[str, str]:
        return dict(self._names)

    _names: tuple[tuple[str, str], ...] = ()


def lot_day(place: Workplace, tenders: Tenders, opening_id: str) -> LotDay:
    """Gather the day behind an opening. The chain of entries is disclosed with it and checked link by link (B6 5b)."""
    acts = place.acts
    opening = acts.get(Opening, opening_id)
    freeze = acts.get(Freeze, opening.value.freeze)
    closing = acts.get(Closing, freeze.value.closing)
    published = tenders.by_tv(closing.value.tender)
    submissions = _standing(place, opening_id, closing, tenders.versions(published.package.tender_id))
    names = tuple((act.value.supplier, acts.signer(act).name) for act in submissions.values())
    return LotDay(
        published=published,
        lot=closing.value.lot,
        closing=closing,
        freeze=freeze,
        opening=opening,
        submissions=submissions,
        sources=_sources(place, closing, submissions, published),
        forms=_forms(place, opening, submissions),
        _names=names,
    )


def _standing(place: Workplace, opening_id: str, closing: Act[Closing], versions: Iterable[Published]) -> Standing:
    """Standing submissions by leaf. The chain begins with the publication, whose entry its own receipt discloses."""
    disclosed = {one.leaf: (one.salt, one.entry) for one in _disclosure(place, opening_id).entries}
    evidence = Evidence(place)
    for version in versions:
        receipt = evidence.receipt(version.act).receipt
        statement = ReceiptStatement.from_bytes(receipt.receipt.statement)
        disclosed.setdefault(evidence.leaf(receipt), (statement.salt, statement.entry))
    missing = [leaf for leaf in closing.value.chain if leaf not in disclosed]
    if missing:
        raise Refused("chain-not-disclosed", "Ask the platform for the whole chain of this lot.", missing=len(missing))
    links = [disclosed[leaf] for leaf in closing.value.chain]
    entries = check_disclosed_chain(closing.value, [(bytes.fromhex(salt), entry) for salt, entry in links])
    by_leaf = {leaf: entry.of for leaf, entry in zip(closing.value.chain, entries, strict=True)}
    return {leaf: place.acts.get(Submission, by_leaf[leaf]) for leaf in closing.value.active}


def _disclosure(place: Workplace, opening_id: str) -> Disclosure:
    """Asked for once; the opened shares in it are not kept."""
    kept = place.keepsakes.find(DISCLOSED, opening_id)
    if kept is None:
        asked = place.gateway.disclosure(opening_id).model_copy(update={"bids": ()})
        kept = place.keepsakes.keep(DISCLOSED, opening_id, asked.to_bytes())
    return Disclosure.from_bytes(kept, DISCLOSURE_LIMIT)


def _sources(
    place: Workplace, closing: Act[Closing], submissions: dict[str, Act[Submission]], published: Published
) -> dict[str, str]:
    leaves = {act.value.bid: leaf for leaf, act in submissions.items()}
    admitted = {act.value.release for act in place.acts.all(SlipAdmission)}
    found: dict[str, str] = {}
    for release in place.acts.all(Release, closing=closing.id):
        slip = release.value.source == "slip" and not published.tender.opening.slip_admitted
        if release.value.bid in leaves and (not slip or release.id in admitted):
            found[leaves[release.value.bid]] = release.value.source
    return found


def _forms(place: Workplace, opening: Act[Opening], submissions: dict[str, Act[Submission]]) -> dict[str, BidForms]:
    found = {}
    for result in opening.value.results:
        supplier = submissions[result.leaf].value.supplier
        mine = place.profile.actor
        if result.code == "opened" and (place.role != "supplier" or supplier == mine):
            found[supplier] = BidForms.from_bytes(place.read(result.forms), FORMS_LIMIT)
    return found

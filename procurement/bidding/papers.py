"""What the PDFs of a bid betray before sealing: seals, names in metadata, other bidders, other projects. All of it is advice.

None of it stops sealing: defects of form invalidate no bid, and whether words on a page matter is the committee's to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from procurement.basics.findings import Finding, warn
from procurement.bidding.draft import BidForms
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

SealState = Literal["sound", "changed", "broken", "not-believed", "unreadable"]
TOLD_SINGLY = 5
"""More documents without a seal than this are told as one finding"""
SHORTEST = 8
"""A shorter title of another project says nothing"""
_ORG = r"[一-龥A-Za-z0-9（）()]{2,40}?(?:公司|研究院|设计院|事务所|经营部|商行|中心|学院|大学|医院)"
_BIDDER = re.compile(
    rf"(?:投标人|供应商|投标单位|响应人)(?:名称|全称)?(?:[（(][^）)]{{0,12}}[）)])?[:：](?P<name>{_ORG})(?![一-龥])"
)
_TO = re.compile(
    r"致[:：](?P<name>[一-龥（）()]{4,40}?(?:公司|委员会|中心|学校|学院|大学|医院|局|厅|院|校))(?![一-龥])"
)
_COMPANY = re.compile(r"(?:公司|集团|事务所|研究院|设计院|经营部|商行)\s*$")


@dataclass(frozen=True, slots=True)
class PaperSeal:
    """One seal found in a document."""

    state: SealState
    owner: str
    code: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What was read from one PDF of the bid."""

    code: str
    title: str
    seals: tuple[PaperSeal, ...]
    metadata: Mapping[str, str]
    """Author, company and so on, by field"""
    pages: tuple[str, ...]
    """Texts, page by page; empty where a page is a picture"""


@dataclass(frozen=True, slots=True)
class Others:
    """Who and what else this machine knows: suppliers by name with their codes, and words of other projects."""

    suppliers: Mapping[str, str]
    projects: Mapping[str, str]
    """Title or number to the project's title"""


def paper_findings(
    tender: Tender, lot: Lot, forms: BidForms, papers: Sequence[Paper], others: Others
) -> tuple[Finding, ...]:
    """All advice on the PDFs of a bid."""
    own = {forms.supplier, *(one.supplier for one in forms.consortium)}
    names = {forms.name, *(one.name for one in forms.consortium)}
    found = [*_unsealed(lot, papers)]
    for paper in papers:
        found += [*_seals(paper, own), *_metadata(paper, names, others), *_texts(tender, paper, names, others)]
    return (*found, *_agreement(forms, papers))


def _agreement(forms: BidForms, papers: Sequence[Paper]) -> Iterator[Finding]:
    """The agreement binds its members by their seals (L-904). Ink on a scan is not seen here, so it is advice."""
    paper = next((one for one in papers if one.code == forms.consortium_agreement), None)
    if paper is None or not forms.consortium:
        return
    signed = {seal.code for seal in paper.seals if seal.state == "sound"}
    missing = [one.name for one in forms.consortium if one.supplier not in signed]
    if missing:
        remedy = "Have each member place its seal on the agreement, unless the page shows their ink and stamps."
        yield warn(
            "consortium-seals-missing", "consortium", "L-904", remedy, names="、".join(missing), title=paper.title
        )


def _unsealed(lot: Lot, papers: Sequence[Paper]) -> Iterator[Finding]:
    """Whether the tender asks for seals decides on what ground it is told; the bid as a whole is signed in any case."""
    asked = any(one.check == "signature" for one in lot.conformity)
    rule = "L-254" if asked else "L-903"
    bare = [paper for paper in papers if not paper.seals]
    remedy = "Place your seal on it if the tender asks for one there; the bid as a whole is signed when it is sealed."
    if len(bare) > TOLD_SINGLY:
        yield warn("papers-unsealed", "documents", rule, remedy, count=len(bare), first=bare[0].title)
        return
    for paper in bare:
        yield warn("paper-unsealed", f"documents.{paper.code}", rule, remedy)


def _seals(paper: Paper, own: set[str]) -> Iterator[Finding]:
    at = f"documents.{paper.code}"
    for seal in paper.seals:
        if seal.state != "sound":
            remedy = "Attach the document again as it was before, and place the seal last."
            yield warn(_SEAL_CODES[seal.state], at, "L-901", remedy, owner=seal.owner or "—")
        if seal.code and seal.code not in own and len(seal.code) == 18:
            remedy = "Ask why it is there. A bidder's seal in another's bid counts as collusion."
            yield warn("paper-seal-of-another", at, "L-255", remedy, owner=seal.owner)


_SEAL_CODES: Mapping[SealState, str] = {
    "changed": "paper-seal-changed",
    "broken": "paper-seal-broken",
    "not-believed": "paper-seal-doubtful",
    "unreadable": "paper-seal-unreadable",
}


def _metadata(paper: Paper, names: set[str], others: Others) -> Iterator[Finding]:
    at = f"documents.{paper.code}"
    tight = {_tight(one) for one in names}
    for field, text in paper.metadata.items():
        words = _tight(text)
        other = next((name for name in others.suppliers if _tight(name) in words and _tight(name) not in tight), "")
        if other:
            remedy = "Make the PDF again from your own file. Bids drawn up by one hand count as collusion."
            yield warn("paper-metadata-bidder", at, "L-255", remedy, field=field, name=other)
        elif _COMPANY.search(words) and words not in tight:
            remedy = "Make the PDF again on your own computer, or see that the name may stand there."
            yield warn("paper-metadata-company", at, "L-255", remedy, field=field, name=text[:60])


def _texts(tender: Tender, paper: Paper, names: set[str], others: Others) -> Iterator[Finding]:
    at = f"documents.{paper.code}"
    own = _tight(f"{tender.title}{tender.id}{''.join(lot.title for lot in tender.lots)}")
    projects = {_tight(word): title for word, title in others.projects.items() if len(_tight(word)) >= SHORTEST}
    projects = {word: title for word, title in projects.items() if word not in own}
    asked = {_tight(name) for name in names}
    to = {_tight(tender.purchaser.name), _tight(tender.agency.name)}
    told: set[str] = set()
    for number, raw in enumerate(paper.pages, 1):
        text = _tight(raw)
        for word, title in projects.items():
            if word in text and f"project {title}" not in told:
                told.add(f"project {title}")
                remedy = "Correct the page, unless it tells of that project on purpose, as a reference does."
                yield warn("paper-other-project", at, "L-903", remedy, page=number, title=title)
        for code, pattern, right in (("paper-other-bidder", _BIDDER, asked), ("paper-other-addressee", _TO, to)):
            for hit in pattern.finditer(text):
                name = hit["name"]
                if not any(name in one or one in name for one in right) and f"{code} {name}" not in told:
                    told.add(f"{code} {name}")
                    remedy = "Correct the page: it was written for somebody else."
                    yield warn(code, at, "L-903", remedy, page=number, name=name)


def _tight(text: str) -> str:
    """Without blanks and line ends, brackets of one kind, small letters."""
    return re.sub(r"\s+", "", text).replace("（", "(").replace("）", ")").lower()

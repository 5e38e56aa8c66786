"""Kinds of scoring item, as data (model-features, "Scoring items"). A rule says which points a member may give and why.

Every leaf item has one mark per member and bid. A composite is marked part by part. `evaluation.scoring` applies the rules.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from procurement.basics.value import Code, Name, Number, Text, Value
from procurement.tendering.conditions import EvidenceSlot

ZERO = Decimal(0)


class Tier(Value):
    """One grade. `low` equals `high` for fixed points; otherwise the member chooses inside. Bands may touch or overlap, so
    the mark stores the band that was chosen (`Mark.tier`)."""

    code: Code
    label: Text
    low: Number
    high: Number


class Tiers(Value):
    """分档: fixed tiers (20/16/11/5/2/0) or tiers with sub-ranges (9–10 / 7–8 / 5–6)."""

    kind: Literal["tiers"] = "tiers"
    tiers: tuple[Tier, ...]


class Segment(Value):
    low: Number
    high: Number


class Span(Value):
    """Free range; several segments when values are not contiguous (0, 2–5)."""

    kind: Literal["span"] = "span"
    segments: tuple[Segment, ...]


class AllowedSet(Value):
    """Only these points (0 or 10)."""

    kind: Literal["set"] = "set"
    values: tuple[Number, ...]


class Count(Value):
    """Points for each counted unit, up to a cap: 2 points for each contract, 10 at most."""

    kind: Literal["count"] = "count"
    unit: Name
    each: Number
    cap: Number
    free: int = 0
    """Units that are asked for anyway and give nothing"""
    among: tuple[Name, ...] = ()
    """Closed list of the things that count; empty when any may"""
    counts: Literal["units", "parameters-met"] = "units"
    """`parameters-met`: one unit for each ▲ parameter without negative deviation"""


class Binary(Value):
    """Points when it is so, otherwise `otherwise`."""

    kind: Literal["binary"] = "binary"
    points: Number
    otherwise: Number = ZERO


class CheckEntry(Value):
    code: Code
    label: Text
    points: Number


class Checklist(Value):
    """Sum of the points of the entries fulfilled, up to a cap. The entries are a closed list."""

    kind: Literal["checklist"] = "checklist"
    entries: tuple[CheckEntry, ...]
    cap: Number


class DefectStep(Value):
    defects: int
    points: Number


class DeductionTable(Value):
    """Points by number of defects, which need not fall evenly (… 3, 1, 0). Beyond the last step: `beyond`."""

    kind: Literal["deduction-table"] = "deduction-table"
    steps: tuple[DefectStep, ...]
    beyond: Number = ZERO


class DeductionStep(Value):
    code: Code
    label: Text
    each: Number
    """Points lost for each (halves allowed)"""
    limit: Number | None = None
    """Most that this kind of defect can take"""


class DeductionFormula(Value):
    """Start less Σ number × step, not below the floor; several step sizes (an important defect costs 2, another 0.5)."""

    kind: Literal["deduction-formula"] = "deduction-formula"
    start: Number
    steps: tuple[DeductionStep, ...]
    floor: Number = ZERO
    counts: Literal["defects", "triangle-deviations", "plain-deviations"] = "defects"
    """`triangle-deviations`: the number is that of ▲ parameters with a negative deviation or without their evidence"""


class IndexBand(Value):
    """Points of one band of an outside index; bounds are inclusive unless `open`."""

    low: Number
    high: Number
    low_open: bool = False
    high_open: bool = False
    points: Number


class IndexLookup(Value):
    """Points by an index that somebody else keeps (a credit score, a star rating)."""

    kind: Literal["index"] = "index"
    source: Name
    bands: tuple[IndexBand, ...]
    otherwise: Number = ZERO


class Forced(Value):
    """A finding that fixes the score whatever else holds (a deviation table copied: 5 points)."""

    code: Code
    label: Text
    points: Number


class Prerequisite(Value):
    """Without it the item scores `otherwise` (no social insurance record: 0)."""

    label: Text
    otherwise: Number = ZERO


class Discretion(Value):
    """The member may deduct further for what the label says, up to the limit."""

    label: Text
    limit: Number


Leaf = Tiers | Span | AllowedSet | Count | Binary | Checklist | DeductionTable | DeductionFormula | IndexLookup


class Part(Value):
    """A leaf of the scheme: what is marked. `maximum` is the number printed in the document."""

    code: Code
    title: Name
    text: str = ""
    """The standard in the tender's words"""
    maximum: Number
    minimum: Number = ZERO
    """Lowest points when the matter is there at all"""
    missing: Number | None = None
    """Points when nothing was provided, which may lie below the minimum"""
    step: Number | None = None
    """Points go in steps of this size (0.5)"""
    nature: Literal["objective", "subjective", "unsaid"] = "unsaid"
    settled_by: Literal["members", "claims"] = "members"
    """`claims`: computed from the signed forms; members mark it only to correct it, all alike and with a reason"""
    rule: Annotated[Leaf, Field(discriminator="kind")]
    forced: tuple[Forced, ...] = ()
    prerequisite: Prerequisite | None = None
    discretion: Discretion | None = None
    evidence: tuple[EvidenceSlot, ...] = ()
    refers_to: str = ""
    """Code of the `Section` that holds the details"""


class Composite(Value):
    """An item made of parts of any leaf kind, marked one by one and added, up to the item's maximum."""

    kind: Literal["composite"] = "composite"
    parts: tuple[Part, ...]


class ScoringItem(Part):
    """评分因素. `group` names a `Group` of the scheme."""

    group: Code
    rule: Annotated[Leaf | Composite, Field(discriminator="kind")]  # type: ignore[assignment]

    @property
    def leaves(self) -> tuple[Part, ...]:
        """The parts that members mark: the item itself, or the parts of a composite."""
        return self.rule.parts if isinstance(self.rule, Composite) else (self,)

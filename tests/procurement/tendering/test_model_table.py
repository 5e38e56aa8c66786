"""docs/tender-model.md points at fields that exist, so that the table cannot drift from the model."""

import re
from pathlib import Path

from procurement.basics.value import Value
from procurement.bidding import draft
from procurement.evaluation import sheets
from procurement.tendering import conditions, lot, marking, method, quote, scheme, tender

MODULES = (conditions, lot, marking, method, quote, scheme, tender, draft, sheets)
TABLE = Path(__file__).parents[3] / "docs" / "tender-model.md"


def classes() -> dict[str, type[Value]]:
    found = {name: kind for module in MODULES for name, kind in vars(module).items() if isinstance(kind, type)}
    return {name: kind for name, kind in found.items() if issubclass(kind, Value)}


def test_every_field_named_in_the_table_exists() -> None:
    known = classes()
    rows = "\n".join(line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    named = re.findall(r"`([A-Z][A-Za-z]+)\.([a-z_]+)", rows)
    assert len(named) > 60
    missing = [f"{name}.{field}" for name, field in named if name in known and not hasattr_field(known[name], field)]
    assert missing == [] and {name for name, _ in named} <= known.keys()


def hasattr_field(kind: type[Value], field: str) -> bool:
    return field in kind.model_fields or isinstance(getattr(kind, field, None), property)

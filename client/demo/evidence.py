"""What the demo leaves behind: package, papers, archives, anchors, summary."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from client.demo.cast import AGENCY, PURCHASER
from client.demo.story import Story
from procurement.awarding.award import AwardNotice
from procurement.basics.value import format_instant
from procurement.evaluation.sheets import Ranking
from procurement.performing.contract import Contract

BEAT = timedelta(minutes=11)
"""Longer than the beat of public checkpoints, so that the log's last head covers all acts"""


def keep_evidence(story: Story, seconds: float) -> None:
    """Fill the output folder. The world still runs."""
    tender = story.tender
    assert tender is not None
    story.move(story.now() + BEAT)
    agency = story.desk(AGENCY)
    agency.tendering.save_package(agency.published.current(tender.id).tv, story.output / "tender")
    agency.closing.build_archive(story.number, story.output / "archive.zip", "full")
    agency.closing.build_archive(story.number, story.output / "archive-public.zip", "public")
    shutil.copytree(story.world.trust, story.output / "trust", dirs_exist_ok=True)
    for working in ("attachments", "tender-source"):
        shutil.rmtree(story.output / working, ignore_errors=True)
    for source in story.output.glob("budget-*.csv"):
        source.unlink()
    summary = json.dumps(_summary(story, seconds), ensure_ascii=False, indent=2) + "\n"
    (story.output / "summary.json").write_text(summary, "utf-8")


def _summary(story: Story, seconds: float) -> dict[str, Any]:
    acts = story.desk(AGENCY).place.acts
    ranking = acts.get(Ranking, story.ids["ranking"]).value
    notice = acts.get(AwardNotice, story.ids["notice"]).value
    contract = story.desk(PURCHASER).place.acts.get(Contract, story.ids["contract"]).value
    tender = story.tender
    assert tender is not None
    return {
        "number": story.number,
        "tender": {"id": tender.id, "title": tender.title, "lots": [lot.code for lot in tender.lots]},
        "acts": [
            {
                "stage": r.stage,
                "what": r.what,
                "who": r.who,
                "when": format_instant(r.when),
                "signed": r.means,
                "id": r.id,
            }
            for r in story.teller.rows
        ],
        "ranking": [
            {
                "rank": b.rank,
                "name": b.name,
                "quote": f"{b.quote:f}",
                "evaluation_price": f"{b.evaluation_price:f}",
                "price_score": f"{b.price_score:f}",
                "total": f"{b.total:f}",
                "state": b.state,
            }
            for b in ranking.bids
        ],
        "settled": _settled(ranking),
        "amounts": {"award": f"{notice.amount:.2f}", "contract": f"{contract.amount:.2f}"},
        "files": {p.name: _digest(p) for p in sorted(story.output.iterdir()) if p.suffix in (".pdf", ".zip")},
        "seconds": {"total": seconds, **story.teller.durations},
    }


def _settled(ranking: Ranking) -> dict[str, Any]:
    """What bidders and committee settled about prices before anybody scored."""
    context = ranking.context
    assert context is not None
    names = {bid.supplier: bid.name for bid in ranking.bids}
    return {
        "corrections_confirmed": [names[one] for one in context.confirmed],
        "low_prices": [
            {"name": names[one.supplier], "accepted": one.accepted, "votes": one.votes} for one in context.low_prices
        ],
    }


def _digest(path: Path) -> str:
    state = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1024 * 1024):
            state.update(block)
    return state.hexdigest()

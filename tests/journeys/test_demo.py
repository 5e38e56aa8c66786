"""The main job end to end: what `jincai demo` leaves behind is complete, holds, and keeps its secrets."""

from __future__ import annotations

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from client.archive.bundle import Bundle
from client.demo.cast import EVERYBODY, EXPERTS, PIN, SUPPLIERS
from client.demo.world import PASSPHRASE, PASSWORD
from client.verify.command import main as verify
from procurement.awarding.award import AwardNotice
from procurement.bidding.receipt import Receipt
from procurement.evaluation.questions import CorrectionAnswer, CorrectionNotice, PriceJudgement
from procurement.evaluation.sheets import ReviewClosed
from procurement.opening.session import Closing, Freeze, OpeningRecord
from procurement.performing.contract import Contract, ContractPublication
from procurement.performing.payment import PaymentExecution
from procurement.wire.endpoints import ACTS
from tests.played import Played

STAGES = {f"R-{number:03d}" for number in range(46, 59)}
PAPERS = {
    "opening-record.pdf": 1,
    "award-notice.pdf": 1,
    "evaluation-report.pdf": len(EXPERTS),
    "contract.pdf": 2,
}
"""Official papers and how many seals each bears at least"""
A, B, C, D, E = SUPPLIERS


def test_it_ends_well(played: Played) -> None:
    assert played.code == 0, played.words[-4000:]
    assert "Everything checked holds" in played.words


def test_every_stage_was_walked(played: Played) -> None:
    acts = played.summary["acts"]
    told = {code for act in acts for code in re.findall(r"R-\d{3}", act["stage"])}
    assert told >= STAGES
    assert all(act["who"] and act["when"] and act["signed"] and re.fullmatch("[0-9a-f]{64}", act["id"]) for act in acts)


def test_every_stage_left_acts_of_its_own(played: Played) -> None:
    with played.evidence() as evidence:
        kinds = {act.value.TYPE for act in evidence.acts}
    assert {ACTS[kind].requirement for kind in kinds if kind in ACTS} >= STAGES
    assert {"plan-numbering", "closing", "freeze", "opening", "ranking", "contract-publication"} <= kinds


def test_everybody_took_part(played: Played) -> None:
    who = {act["who"] for act in played.summary["acts"]}
    assert {party.name for party in EVERYBODY} <= who


@pytest.mark.parametrize("name", ["archive.zip", "archive-public.zip"])
def test_the_archives_hold(played: Played, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(["--trust", str(played.trust), str(played.output / name)]) == 0, capsys.readouterr().out


def test_each_receipt_holds_alone(played: Played, tmp_path: Path) -> None:
    """A's two bids, B's bid and withdrawal, and one bid each of C, D and E."""
    assert [r.name.rpartition("-")[2] for r in played.receipts].count("withdrawal.json") == 1
    assert len(played.receipts) == 7
    for source in played.receipts:
        alone = tmp_path / source.name
        alone.write_bytes(source.read_bytes())
        assert verify(["--trust", str(played.trust), str(alone)]) == 0


def test_anchors_lie_apart_from_the_archive(played: Played) -> None:
    names = {path.name for path in played.trust.iterdir()}
    assert {"roots.pem", "crls.pem", "platform.pem", "log.vkey"} <= names
    with played.evidence() as evidence:
        assert not [member for member in evidence.bundle.members if "trust" in member or member.endswith(".pem")]


@pytest.mark.parametrize(("name", "seals"), PAPERS.items())
def test_papers_are_sealed(played: Played, name: str, seals: int) -> None:
    said = subprocess.run(
        ["pdfsig", "-nocert", str(played.output / name)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid.") == said.count("Signature #") >= seals, said
    assert "Total document signed" in said
    with pikepdf.open(played.output / name) as paper:
        assert len(paper.pages) > 0


def test_who_was_opened_and_how_they_ranked(played: Played) -> None:
    """B withdrew and D never released: three bids in order of total, A first by its replaced price."""
    ranking = played.summary["ranking"]
    assert [(bid["name"], bid["rank"]) for bid in ranking] == [(A.name, 1), (E.name, 2), (C.name, 3)]
    assert [bid["quote"] for bid in ranking] == ["5133840", "4873600", "5246000"]
    assert [bid["price_score"] for bid in ranking] == ["30.00", "28.40", "29.40"]
    totals = [Decimal(bid["total"]) for bid in ranking]
    assert totals == sorted(totals, reverse=True)


def test_prices_were_settled_before_anybody_scored(played: Played) -> None:
    """E's letter says more than its sheet, and most members doubt its price: confirmed, explained, accepted by three of five."""
    assert played.summary["settled"] == {
        "corrections_confirmed": [E.name],
        "low_prices": [{"name": E.name, "accepted": True, "votes": 3}],
    }
    with played.evidence() as evidence:
        settled = [act.index for act in evidence.acts if isinstance(act.value, CorrectionAnswer | PriceJudgement)]
        (notice,) = evidence.all(CorrectionNotice)
        assert len(settled) == 4 and max(settled) < evidence.only(ReviewClosed).index
    assert [(s.kind, s.before - s.after) for s in notice.value.steps] == [("sheet-over-parts", Decimal(9000))]


def test_the_day_of_opening(played: Played) -> None:
    with played.evidence() as evidence:
        closing = next(act for act in evidence.all(Closing) if act.value.count)
        freeze = evidence.only(Freeze, closing=closing.id).value
        record = evidence.only(OpeningRecord).value
    assert (closing.value.count, len(freeze.released), len(freeze.absent)) == (4, 3, 1)
    states = {row.supplier: (row.state, row.source) for row in record.rows}
    assert states[A.code] == ("opened", "token") and states[C.code] == ("opened", "slip")
    assert states[D.code] == ("not-released", "none") and B.code not in states


def test_one_amount_from_bid_to_payment(played: Played) -> None:
    amount = Decimal(played.summary["ranking"][0]["quote"])
    with played.evidence() as evidence:
        notice, contract = evidence.only(AwardNotice).value, evidence.only(Contract)
        paid = sum(execution.value.amount for execution in evidence.all(PaymentExecution))
        assert evidence.only(ContractPublication).value.contract == contract.id
    assert notice.winner == contract.value.supplier == A.code
    assert notice.amount == contract.value.amount == paid == amount
    assert played.summary["amounts"] == {"award": f"{amount:.2f}", "contract": f"{amount:.2f}"}


def test_receipts_are_of_acts_in_the_archive(played: Played) -> None:
    with played.evidence() as evidence:
        known = set(evidence.by_id)
    assert {Receipt.from_bytes(path.read_bytes()).act.id for path in played.receipts} <= known


def test_no_secret_leaves_the_world(played: Played) -> None:
    """No private key, PIN or passphrase in the evidence; public edition without bids."""
    secrets = [b"PRIVATE KEY", PIN.encode(), PASSWORD.encode(), PASSPHRASE.encode()]
    secrets += [_log_key(played), (played.world / "platform/witness/witness.key").read_bytes()]
    for path in played.output.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert path.suffix not in (".p12", ".key", ".slip", ".sealed") and not any(s in data for s in secrets), path
    with Bundle(played.public) as bundle:
        assert not [name for name in bundle.members if name.startswith("bids/")]


def test_passphrases_cost_what_is_promised(played: Played) -> None:
    """Argon2id at 64 MiB and three passes, as RFC 9106 recommends; the tests' own stores get off more cheaply."""
    wanted = {"m": 65536, "t": 3, "p": 4}
    kept = [path for path in (played.world / "profiles").rglob("*") if path.is_file() and path.stat().st_size < 65536]
    found = [data for data in map(Path.read_bytes, kept) if b'"kdf":"argon2id"' in data]
    assert len(found) >= 10
    assert all(json.loads(data)["parameters"] == wanted for data in found)


def _log_key(played: Played) -> bytes:
    return (played.world / "platform/keys/log.key").read_bytes()

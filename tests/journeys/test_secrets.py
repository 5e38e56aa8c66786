"""After the whole demo: no PIN, key, share, price of an unopened bid or bidder's name stands where it must not.

Looked through: everything the demo leaves, server's and everybody's: logs, what processes said, databases, blob folders,
caches, profiles, the temporary folder, the evidence. Each secret says below where it may stand; everywhere else it is a find.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from client.bootstrap import open_desk
from client.demo.bid_tables import BIDDERS, FIRST_OFFER
from client.demo.cast import AGENCY, PIN, PURCHASER, SUPERVISOR, SUPPLIERS, Party
from client.demo.chapters.bidding import SLIP_PASSPHRASE
from client.demo.world import PASSPHRASE, PASSWORD, PLATFORM
from client.desk import Desk
from crypto.bidfile import inspect
from crypto.custody import combine
from crypto.envelope import unwrap_o, unwrap_s
from crypto.keys import CustodyKey, EnrolledKey
from crypto.tokens import Pkcs12Token
from procurement.basics.money import in_words
from procurement.opening.session import Opening
from procurement.tendering.custody import LotKey
from tests.journeys.secret_forms import Secret, forms_of, search
from tests.played import Played

A, B, C, D, E = SUPPLIERS
CUSTODIANS = (AGENCY, PURCHASER, SUPERVISOR, PLATFORM)
PIN_FILES = ("world/platform/*.pin", "world/platform/keys/receipt.pin")
FULL = ("world/platform/data/platform.db*", "demo-output/archive.zip")
"""Shares of opened bids: the platform discloses them to those who evaluate, and the full edition holds them (decision 4)"""


@contextmanager
def _desk(played: Played, party: Party, folder: Path) -> Iterator[Desk]:
    """A party's desk, offline, from a copy of its profile."""
    copy = folder / party.key
    shutil.copytree(played.world / "profiles" / party.key, copy)
    desk = open_desk(copy, lambda _new: PASSPHRASE)
    try:
        yield desk
    finally:
        desk.close()


def _passwords() -> list[Secret]:
    return [
        Secret("PIN of every token", PIN.encode(), PIN_FILES),
        Secret("password of an account", PASSWORD.encode()),
        Secret("passphrase of stores and keys", PASSPHRASE.encode(), ("world/platform/custodian.passphrase",)),
        Secret("passphrase of the slip", SLIP_PASSPHRASE.encode()),
    ]


def _numbers(name: str, key: object, may: tuple[str, ...] = ()) -> list[Secret]:
    """The numbers that are the private key, however it is packed."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return [Secret(name, key.private_numbers().private_value.to_bytes(32, "big"), may)]
    assert isinstance(key, rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    size = key.key_size // 8
    return [
        Secret(f"{name} ({part})", value.to_bytes(length, "big"), may)
        for part, value, length in (("d", numbers.d, size), ("p", numbers.p, size // 2), ("q", numbers.q, size // 2))
    ]


def _keys(played: Played) -> list[Secret]:
    """Every private key of the demo. A test authority's lie open in its own folder, the log's and the witness's in their own files."""
    found: list[Secret] = []
    for path in sorted(played.world.rglob("*.p12")):
        key, _, _ = pkcs12.load_key_and_certificates(path.read_bytes(), PIN.encode())
        found += _numbers(f"key in {path.relative_to(played.world)}", key)
    for kind, name in ((EnrolledKey, "signing.key"), (CustodyKey, "custody.key")):
        for path in sorted((played.world / "profiles").glob(f"*/{name}")):
            found += _numbers(f"key in {path.parent.name}/{name}", kind.open(path, PASSPHRASE)._private)
    for path in sorted(played.world.rglob("*.key.pem")):
        own = f"world/{path.relative_to(played.world).as_posix()}"
        found += _numbers(own, load_pem_private_key(path.read_bytes(), None), (own,))
    for own in ("platform/keys/log.key", "platform/witness/witness.key"):
        found.append(Secret(own, (played.world / own).read_bytes(), (f"world/{own}",)))
    found.append(Secret("a private key in PEM", b"PRIVATE KEY-----", ("world/authority/*", "world/vendors/*")))
    return found


def _shares(played: Played, folder: Path) -> list[Secret]:
    """Custodians' shares and the lot key; then s and o of every sealed bid, opened or not."""
    found: list[Secret] = []
    shares: dict[str, dict[int, bytes]] = {}
    opened: set[str] = set()
    lot_keys: dict[str, LotKey] = {}
    for party in CUSTODIANS:
        with _desk(played, party, folder) as desk:
            desk.custody.open_key(PASSPHRASE)
            for act in desk.place.acts.all(LotKey):
                held = desk.custody.share_of(act.id)
                lot_keys[act.id] = act.value
                shares.setdefault(act.id, {})[held.i] = held.value
                found.append(Secret(f"{party.key}'s share of lot {act.value.lot}", held.value))
            opened |= {one.bid for act in desk.place.acts.all(Opening) for one in act.value.results}
    for id_, lot_key in lot_keys.items():
        d = combine(shares[id_], lot_key)
        assert isinstance(d, ec.EllipticCurvePrivateKey)
        found += _numbers(f"opening key of lot {lot_key.lot}", d)
        for party in SUPPLIERS:
            token = Pkcs12Token.open(played.world / "profiles" / party.key / "token.p12", PIN)
            for path in sorted((played.world / "profiles" / party.key / "sealed").glob("*.sealed")):
                bid = inspect(path)
                if bid.header.lot != lot_key.lot:
                    continue
                may = FULL if path.stem in opened else ()
                name = f"{party.key}, {'opened' if may else 'never opened'} {path.stem[:8]}"
                found.append(Secret(f"s of {name}", unwrap_s(bid.header.env_s, token, bid.ctx), may))
                found.append(Secret(f"o of {name}", unwrap_o(bid.header.env_o, d, bid.ctx), may))
    assert len([one for one in found if one.name.startswith("s of")]) >= 6
    assert len([one for one in found if "never opened" in one.name]) >= 6, "A's first, B's and D's bids"
    return found


def _unopened_prices() -> list[Secret]:
    """A's first offer, B's withdrawn and D's unreleased bid: nobody may ever read these but their owners' tokens."""
    amounts = {"A's first": FIRST_OFFER, **{p.key: type(FIRST_OFFER)(BIDDERS[p.key].total) for p in (B, D)}}
    return [
        Secret(f"price of {name}", text.encode())
        for name, amount in amounts.items()
        for text in (f"{amount:.2f}", f"{amount:,.2f}", f'"{amount:f}"', in_words(amount))
    ]


def _unlogged() -> list[Secret]:
    """Prices and names that are public by now, but never belong into a log: it is read by others than the acts are."""
    words = [f"{type(FIRST_OFFER)(BIDDERS[p.key].total):.2f}" for p in SUPPLIERS]
    return [Secret(f"in a log: {one}", one.encode()) for one in (*words, *(p.name for p in SUPPLIERS))]


@pytest.fixture(scope="module")
def secrets(played: Played, tmp_path_factory: pytest.TempPathFactory) -> list[Secret]:
    assert played.code == 0, played.words[-2000:]
    folder = tmp_path_factory.mktemp("desks")
    return [*_passwords(), *_keys(played), *_shares(played, folder), *_unopened_prices()]


def test_the_search_finds_what_is_hidden(tmp_path: Path) -> None:
    """Each form of a key and of a password, in the middle of other bytes."""
    key, word = bytes(range(200, 232)), "密码 password".encode()
    places = tmp_path / "places"
    places.mkdir()
    for n, form in enumerate(sorted(forms_of(key) | forms_of(word))):
        (places / f"{n}").write_bytes(b"\xff" * 100 + form + b"\xff" * 100)
    for shift in range(3):
        (places / f"b{shift}").write_bytes(base64.b64encode(b"x" * shift + key + b"yz"))
    found = search(places, [Secret("key", key), Secret("word", word, ("nowhere",))], tmp_path)
    assert {hit.partition(":")[0] for hit in found} == {path.name for path in places.iterdir()}
    assert search(places, [Secret("key", key, ("*",)), Secret("word", word, ("*",))], tmp_path) == []


def test_nothing_secret_stands_where_it_must_not(played: Played, secrets: list[Secret], tmp_path: Path) -> None:
    whole = played.world.parent
    (whole / "said.txt").write_text(played.words, "utf-8")
    assert search(whole, secrets, tmp_path) == []


def test_shares_of_opened_bids_are_where_they_may_be(played: Played, secrets: list[Secret], tmp_path: Path) -> None:
    """And the search would have found them: without leave they are finds, in the database and in the full edition only."""
    mine = [Secret(one.name, one.value) for one in secrets if one.may == FULL]
    found = {hit.partition(":")[0] for hit in search(played.world.parent, mine, tmp_path)}
    assert "demo-output/archive.zip" in found
    assert "demo-output/archive-public.zip" not in found


def test_logs_name_neither_bidders_nor_prices(played: Played, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for n, path in enumerate(path for p in ("*.log", "access.jsonl*") for path in played.world.rglob(p)):
        shutil.copyfile(path, logs / f"{n}-{path.name}")
    assert len(list(logs.iterdir())) >= 4
    assert search(logs, _unlogged(), tmp_path) == []


def test_papers_hold_no_unopened_price(played: Played) -> None:
    """Text of PDFs is packed: it is read as people read it."""
    wanted = [one.value.decode().strip('"') for one in _unopened_prices()]
    papers = [*played.output.rglob("*.pdf"), *_blobs(played)]
    assert len(papers) > 10
    for path in papers:
        text = _text(path)
        assert not [word for word in wanted if word in text], path


def _blobs(played: Played) -> list[Path]:
    return [
        p for p in (played.world / "platform/data/files").rglob("*") if p.is_file() and p.read_bytes()[:5] == b"%PDF-"
    ]


def _text(path: Path) -> str:
    paper = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in paper)
    finally:
        paper.close()


def test_the_temporary_folder_is_left_empty(played: Played) -> None:
    """But for caches that hold no person's data."""
    left = [p for p in (played.world.parent / "tmp").rglob("*") if p.is_file()]
    assert left == []

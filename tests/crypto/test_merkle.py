"""The tree against RFC 6962's own recursive definitions, written out slowly here, and against its public vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.merkle import (
    Node,
    Place,
    append,
    consistency,
    empty_root,
    extend,
    inclusion,
    leaf_hash,
    root,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from procurement.basics.problems import Refused, Tampered


def mth(entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1: MTH."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = largest_power_below(len(entries))
    return hashlib.sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1: PATH."""
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    return subproof(m, entries, True) if m else []


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962, 2.1.2: SUBPROOF."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = largest_power_below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Table:
    """Nodes as a server keeps them: (level, index) is a primary key, rows are written once."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], bytes] = {}
        self.size = 0
        self.calls = 0

    def read(self, places: list[Place]) -> list[bytes]:
        assert len(set(places)) == len(places)
        self.calls += 1
        return [self.rows[place.level, place.number] for place in places]

    def add(self, entry: bytes) -> list[Node]:
        grown = append(self.read, self.size, leaf_hash(entry))
        for node in grown:
            assert (node.level, node.number) not in self.rows
            self.rows[node.level, node.number] = node.hash
        self.size += 1
        return grown


@given(st.integers(0, 70), st.integers(0, 70))
def test_many_at_once_are_as_one_by_one(before: int, more: int) -> None:
    grown, slow = table(before), table(before)
    one_by_one = [node for entry in entries(before + more)[before:] for node in slow.add(entry)]
    calls = grown.calls
    at_once = extend(grown.read, before, [leaf_hash(entry) for entry in entries(before + more)[before:]])
    assert at_once == one_by_one
    assert grown.calls - calls <= before.bit_length() + 1, "only what was there before is read, once"


def entries(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]


def table(count: int) -> Table:
    made = Table()
    for entry in entries(count):
        made.add(entry)
    return made


def test_public_vectors_of_certificate_transparency() -> None:
    # The eight inputs of certificate-transparency's merkle tests.
    data = [bytes.fromhex(h) for h in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = Table()
    for size, expected in roots.items():
        tree.add(data[size - 1])
        assert root(tree.read, size).hex() == expected


@given(st.integers(0, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_roots_and_proofs_follow_the_definition(case: tuple[int, int]) -> None:
    size, first = case
    tree, all_entries = table(size), entries(size)
    assert root(tree.read, first) == mth(all_entries[:first])
    assert root_of(leaf_hash(e) for e in all_entries) == mth(all_entries)
    made = consistency(tree.read, first, size)
    assert made == proof(first, all_entries)
    verify_consistency(first, size, made, mth(all_entries[:first]), mth(all_entries))


@given(st.integers(1, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_inclusion_follows_the_definition(case: tuple[int, int]) -> None:
    size, index = case
    tree, all_entries = table(size), entries(size)
    made = inclusion(tree.read, index, size)
    assert made == path(index, all_entries)
    verify_inclusion(leaf_hash(all_entries[index]), index, size, made, mth(all_entries))


@given(st.integers(2, 40), st.data())
def test_no_altered_inclusion_proof_passes(size: int, data: st.DataObject) -> None:
    tree, all_entries = table(size), entries(size)
    index = data.draw(st.integers(0, size - 1))
    good = inclusion(tree.read, index, size)
    place = data.draw(st.integers(0, len(good) - 1))
    flipped = [bytes([h[0] ^ 1]) + h[1:] if i == place else h for i, h in enumerate(good)]
    leaf, expected = leaf_hash(all_entries[index]), mth(all_entries)
    for bad in (flipped, good[:-1], [*good, good[-1]], good[1:]):
        with pytest.raises(Tampered):
            verify_inclusion(leaf, index, size, bad, expected)
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
    with pytest.raises(Tampered):
        verify_inclusion(leaf, other, size, good, expected)
    with pytest.raises(Tampered):
        verify_inclusion(leaf_hash(b"another"), index, size, good, expected)


@given(st.integers(2, 40), st.data())
def test_no_altered_consistency_proof_passes(size: int, data: st.DataObject) -> None:
    tree, all_entries = table(size), entries(size)
    first = data.draw(st.integers(1, size - 1))
    good = consistency(tree.read, first, size)
    place = data.draw(st.integers(0, len(good) - 1))
    flipped = [bytes([h[0] ^ 1]) + h[1:] if i == place else h for i, h in enumerate(good)]
    roots = mth(all_entries[:first]), mth(all_entries)
    for bad in (flipped, good[:-1], [*good, good[-1]], []):
        with pytest.raises(Tampered):
            verify_consistency(first, size, bad, *roots)
    forked = [*all_entries[: first - 1], b"swapped", *all_entries[first:]]
    fork = Table()
    for entry in forked:
        fork.add(entry)
    with pytest.raises(Tampered):
        verify_consistency(first, size, consistency(fork.read, first, size), roots[0], mth(forked))


def test_a_proof_asks_the_storage_once() -> None:
    tree = table(67)
    tree.calls = 0
    inclusion(tree.read, 33, 67)
    consistency(tree.read, 13, 67)
    assert tree.calls == 2


def test_limits_are_named() -> None:
    tree = table(3)
    for index in (-1, 3):
        with pytest.raises(Refused, match="log-index-outside-tree"):
            inclusion(tree.read, index, 3)
    with pytest.raises(Refused, match="log-sizes-out-of-order"):
        consistency(tree.read, 4, 3)
    with pytest.raises(Tampered):
        verify_consistency(3, 2, [], mth(entries(3)), mth(entries(2)))
    verify_consistency(0, 3, [], empty_root(), mth(entries(3)))
    with pytest.raises(Tampered):
        verify_consistency(0, 3, [], mth(entries(1)), mth(entries(3)))
    with pytest.raises(Tampered):
        verify_consistency(3, 3, [], mth(entries(2)), mth(entries(3)))

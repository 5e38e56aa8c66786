"""The tree of RFC 6962: hashes, growth, proofs and their verification. Shared by the log and by the sealed bid's chunks.

A tree is stored as its complete subtrees only: the node (level, number) covers the leaves number·2^level up to, not
including, (number+1)·2^level. Such a node never changes once written, so a table with the key (level, number) can be
filled in the same transaction as the act that made the leaf. Readers ask for all the nodes they need in one call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from procurement.basics.problems import Refused, Tampered

HASH_SIZE = 32
_LEAF = b"\x00"
_NODE = b"\x01"


class Place(NamedTuple):
    """Where a stored node stands."""

    level: int
    number: int


class Node(NamedTuple):
    """A stored node: `hash` is the root of the complete subtree at (level, number)."""

    level: int
    number: int
    hash: bytes


ReadNodes = Callable[[Sequence[Place]], Sequence[bytes]]
"""The storage port: the hashes at these places, in this order. Places are never repeated within a call."""


def leaf_hash(data: bytes | memoryview, algorithm: str = "sha256") -> bytes:
    """H(0x00 || data) (RFC 6962, 2.1)."""
    state = hashlib.new(algorithm, _LEAF)
    state.update(data)
    return state.digest()


def node_hash(left: bytes, right: bytes, algorithm: str = "sha256") -> bytes:
    """H(0x01 || left || right) (RFC 6962, 2.1)."""
    return hashlib.new(algorithm, _NODE + left + right).digest()


def empty_root(algorithm: str = "sha256") -> bytes:
    """The root of the tree without leaves: H of nothing (RFC 6962, 2.1)."""
    return hashlib.new(algorithm, b"").digest()


def append(read: ReadNodes, size: int, leaf: bytes, algorithm: str = "sha256") -> list[Node]:
    """The nodes to store when the leaf hash `leaf` becomes leaf number `size`. Store all of them or none."""
    joined = (~size & (size + 1)).bit_length() - 1  # trailing one bits of `size`: subtrees that become complete
    left = read([Place(level, (size >> level) - 1) for level in range(joined)]) if joined else []
    grown = [Node(0, size, leaf)]
    for level in range(joined):
        grown.append(Node(level + 1, size >> (level + 1), node_hash(left[level], grown[-1].hash, algorithm)))
    return grown


def extend(read: ReadNodes, size: int, leaves: Sequence[bytes], algorithm: str = "sha256") -> list[Node]:
    """The nodes to store when several leaf hashes follow the first `size` leaves; what they make themselves is not read again."""
    made: dict[Place, bytes] = {}

    def known(places: Sequence[Place]) -> Sequence[bytes]:
        missing = [place for place in places if place not in made]
        made.update(zip(missing, read(missing) if missing else (), strict=True))
        return [made[place] for place in places]

    grown: list[Node] = []
    for index, leaf in enumerate(leaves, size):
        nodes = append(known, index, leaf, algorithm)
        made.update((Place(node.level, node.number), node.hash) for node in nodes)
        grown += nodes
    return grown


def root(read: ReadNodes, size: int, algorithm: str = "sha256") -> bytes:
    """The root of the first `size` leaves."""
    if size == 0:
        return empty_root(algorithm)
    return _read_ranges(read, [(0, size)], algorithm)[0]


def root_of(leaves: Iterable[bytes], algorithm: str = "sha256") -> bytes:
    """The root over leaf hashes, in memory that grows with the logarithm of their number."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        level, found = 0, leaf
        while stack and stack[-1][0] == level:
            found = node_hash(stack.pop()[1], found, algorithm)
            level += 1
        stack.append((level, found))
    return _fold([found for _, found in stack], algorithm) if stack else empty_root(algorithm)


def inclusion(read: ReadNodes, index: int, size: int, algorithm: str = "sha256") -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1). Raises `Refused`."""
    if not 0 <= index < size:
        raise Refused("log-index-outside-tree", "Ask for a leaf that the tree has.", index=index, size=size)
    return _read_ranges(read, list(_path(index, 0, size)), algorithm)


def consistency(read: ReadNodes, first: int, second: int, algorithm: str = "sha256") -> list[bytes]:
    """The proof that the first `first` of `second` leaves are an unchanged prefix (RFC 6962, 2.1.2). Raises `Refused`."""
    if not 0 <= first <= second:
        raise Refused("log-sizes-out-of-order", "Name the smaller tree first.", first=first, second=second)
    if first in (0, second):
        return []
    return _read_ranges(read, list(_subproof(first, 0, second, True)), algorithm)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes, algorithm: str = "sha256"
) -> None:
    """Check an audit path against the root `expected` (RFC 9162, 2.1.3.2). Raises `Tampered`."""
    if not 0 <= index < size:
        raise _wrong("log-inclusion-wrong", index=index, size=size)
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _wrong("log-inclusion-wrong", index=index, size=size)
        if place & 1 or place == last:
            found = node_hash(sibling, found, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling, algorithm)
        place, last = place >> 1, last >> 1
    if last != 0 or found != expected:
        raise _wrong("log-inclusion-wrong", index=index, size=size)


def verify_consistency(
    first: int,
    second: int,
    proof: Sequence[bytes],
    first_root: bytes,
    second_root: bytes,
    algorithm: str = "sha256",
) -> None:
    """Check that the tree of `second` leaves grew from that of `first` (RFC 9162, 2.1.4.2). Raises `Tampered`.

    The empty tree is a prefix of every tree: then the proof is empty and only `first_root` is checked.
    """
    wrong = _wrong("log-consistency-wrong", first=first, second=second)
    if not 0 <= first <= second:
        raise wrong
    if first == second or first == 0:
        earlier = second_root if first == second else empty_root(algorithm)
        if proof or first_root != earlier:
            raise wrong
        return
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        raise wrong
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise wrong
        if place & 1 or place == last:
            old, new = node_hash(sibling, old, algorithm), node_hash(sibling, new, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling, algorithm)
        place, last = place >> 1, last >> 1
    if last != 0 or old != first_root or new != second_root:
        raise wrong


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _path(index: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """PATH(m, D[n]) as ranges of leaves, from the leaf's sibling upwards."""
    if high - low == 1:
        return
    middle = low + _split(high - low)
    if index < middle:
        yield from _path(index, low, middle)
        yield middle, high
    else:
        yield from _path(index, middle, high)
        yield low, middle


def _subproof(first: int, low: int, high: int, whole: bool) -> Iterator[tuple[int, int]]:
    """SUBPROOF(m, D[n], b) as ranges of leaves."""
    if first == high:
        if not whole:
            yield low, high
        return
    middle = low + _split(high - low)
    if first <= middle:
        yield from _subproof(first, low, middle, whole)
        yield middle, high
    else:
        yield from _subproof(first, middle, high, False)
        yield low, middle


def _places(low: int, high: int) -> list[Place]:
    """A range of leaves as complete subtrees, largest first. `low` is a multiple of the first subtree's size."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append(Place(level, low >> level))
        low += 1 << level
    return found


def _fold(hashes: Sequence[bytes], algorithm: str) -> bytes:
    """Join complete subtrees of falling size into one root, from the right."""
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found, algorithm)
    return found


def _read_ranges(read: ReadNodes, ranges: Sequence[tuple[int, int]], algorithm: str) -> list[bytes]:
    """The root of each range, all nodes fetched in one call."""
    wanted = [_places(low, high) for low, high in ranges]
    flat = [place for places in wanted for place in places]
    hashes = iter(read(flat) if flat else [])
    return [_fold([next(hashes) for _ in places], algorithm) for places in wanted]


def _wrong(code: str, **facts: int) -> Tampered:
    return Tampered(
        code, "Keep both and show them to the supervisor: the log contradicts what it said.", rule="", **facts
    )

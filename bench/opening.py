"""Opening a sealed bid against `age -d`, and a supplier's release, which must not depend on the bid's size."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from bench.bids import AT, LOT, SUPPLIER, TENDER, BidWorld
from bench.measuring import MIB, Line, Plan, alternate, flush, have, median, speed
from crypto.bidfile import header_context, inspect
from crypto.container import BidReader
from crypto.envelope import unwrap_o
from crypto.release import share_from_token
from crypto.sealing import Sealed, open_sealed
from crypto.stream import decrypt_body
from crypto.suites import Secrets
from procurement.basics.pulse import NoPulse
from procurement.bidding.sealed import ClientRelease, Submission

TARGET = 1.6
RELEASE = 1.0
BODY, WHOLE = "jincai", "jincai, container too"
RELEASES = 20


@dataclass(frozen=True, slots=True)
class Bid:
    """One sealed bid with all that opens it."""

    world: BidWorld
    sealed: Sealed
    path: Path
    o: bytes

    @classmethod
    def of(cls, world: BidWorld, path: Path) -> Bid:
        lot_key = ec.generate_private_key(ec.SECP256R1())
        sealed = world.seal(path, lot_key=lot_key)
        return cls(world, sealed, path, unwrap_o(sealed.header.env_o, lot_key, header_context(sealed.header)))

    def body(self, target: Path) -> float:
        """Decrypt, verify every tag and the digest of the receipt, flushed: the part that `age -d` does as well."""
        start = time.perf_counter()
        found = inspect(self.path)
        keys = Secrets(found.suite, found.ctx, bytes.fromhex(found.header.nonce), self.sealed.s, self.o)
        target.touch()
        key = keys.body_key(found.header_digest)[0]
        body = decrypt_body(self.path, found.offset, found.header.size, key, target, NoPulse(), found.suite.hash)
        assert body.bad_chunk is None and found.bid_digest(body.leaves) == self.sealed.bid_digest
        flush(target)
        taken = time.perf_counter() - start
        target.unlink()
        return taken

    def whole(self, target: Path) -> float:
        """All of B3: besides, the container's members and its signature."""
        reader = BidReader(self.world.authority.trust(), AT)
        start = time.perf_counter()
        open_sealed(self.path, self.sealed.s, self.o, target, bid=self.sealed.bid_digest, reader=reader)
        taken = time.perf_counter() - start
        target.unlink()
        return taken

    def release(self) -> float:
        """Seconds until the supplier's share is out of its token and checked, median of several."""
        submission = Submission(
            tender=TENDER,
            lot=LOT,
            supplier=SUPPLIER,
            bid=self.sealed.bid_digest,
            header=self.sealed.header_digest,
            chunks=self.sealed.chunks,
            size=self.sealed.size,
            prev="0" * 64,
            client_time=AT,
            skew_ms=0,
            client=ClientRelease(version="0", digest="0" * 64),
            machine="0" * 64,
        )
        return median([self._release_once(submission) for _ in range(RELEASES)])

    def _release_once(self, submission: Submission) -> float:
        start = time.perf_counter()
        s = share_from_token(self.sealed.header_bytes, submission, self.world.supplier.token)
        assert s == self.sealed.s
        return time.perf_counter() - start


def measure(plan: Plan) -> list[Line]:
    """Opening by turns with the peer, then the release of a small bid and of the large one."""
    world = BidWorld.create(plan.folder, plan.size)
    bid = Bid.of(world, plan.folder / "bid.sealed")
    size, target = world.container.stat().st_size, plan.folder / "opened.asice"
    parties: dict[str, Callable[[], float]] = {BODY: lambda: bid.body(target), WHOLE: lambda: bid.whole(target)}
    missing = _add_peer(parties, world, plan) if plan.peers else "no peers asked for"
    world.container.unlink()
    runs = alternate(parties, plan.rounds)
    lines = [_compared(name, size, runs, missing) for name in (BODY, WHOLE)]
    large = bid.release()
    bid.path.unlink()
    small_folder = plan.folder / "small"
    small_folder.mkdir()
    small = Bid.of(BidWorld.create(small_folder, MIB), small_folder / "bid.sealed").release()
    note = f"{small * 1000:.1f} ms for 1 MiB; software token, header read, record opened, commitment checked"
    lines.append(
        Line("release of a supplier's share", f"{large * 1000:.1f} ms", target="< 1 s", met=large < RELEASE, note=note)
    )
    return lines


def _compared(name: str, size: int, runs: dict[str, list[float]], missing: str) -> Line:
    ours, whole = median(runs[name]), name == WHOLE
    words = "open against age -d" + (", container checked too" if whole else "")
    note = (
        "the members' digests are one stream of SHA-256 after the other; the peer checks no signature"
        if whole
        else "both verify all tags and flush; ours the receipt's digest too"
    )
    if "age" not in runs:
        return Line(words, speed(size, ours), note=missing, runs=runs)
    theirs = median(runs["age"])
    target, met = ("", None) if whole else (f"≥ {TARGET}×", theirs / ours >= TARGET)
    return Line(words, speed(size, ours), speed(size, theirs), theirs / ours, target, met, note, runs)


def _add_peer(parties: dict[str, Callable[[], float]], world: BidWorld, plan: Plan) -> str:
    if text := have("age", "age"):
        return text
    identity, encrypted, out = plan.folder / "age.key", plan.folder / "peer.age", plan.folder / "peer.out"
    made = subprocess.run(["age-keygen", "-o", str(identity)], capture_output=True, text=True, check=True).stderr
    key = made.partition("ublic key: ")[2].split()[0]
    subprocess.run(["age", "-r", key, "-o", str(encrypted), str(world.container)], check=True)

    def decrypt() -> float:
        start = time.perf_counter()
        subprocess.run(["age", "-d", "-i", str(identity), "-o", str(out), str(encrypted)], check=True)
        flush(out)
        taken = time.perf_counter() - start
        out.unlink()
        return taken

    parties["age"] = decrypt
    return ""

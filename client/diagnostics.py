"""Diagnostics: the state of program and machine as one text for those who help, redacted, read by the person, then perhaps saved.

Built from what is known to be harmless (versions, counts, codes, states) and redacted all the same: errors of other programs
may carry paths and addresses. PINs, keys, prices, names and contents of projects are never put in. Nothing is sent.
"""

from __future__ import annotations

import getpass
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from client.self_check import MACHINE, run_probes
from client.workflows.drafting import KIND
from client.workplace import Workplace
from crypto.files import write_whole
from crypto.signing import sign_bytes, sign_national
from procurement.basics.problems import Refused
from procurement.basics.value import format_instant
from procurement.wire.versions import said

OUT = "‹…›"
"""What stands in place of what was taken out"""
_PATTERNS = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s，。；)]+", re.IGNORECASE),  # addresses
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b"),
    re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"),  # MAC
    re.compile(r"\b(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{0,4}\b"),
    re.compile(r"\b[0-9A-Z]{2}\d{6}[0-9A-Z]{10}\b"),  # 统一社会信用代码
    re.compile(r"\b\d{17}[\dXx]\b"),  # 身份证号
    re.compile(r"\b1[3-9]\d{9}\b|\b0\d{2,3}-\d{7,8}\b"),  # telephones
    re.compile(r"\b[0-9a-f]{40,}\b"),  # digests, keys
    re.compile(r"\b[A-Za-z0-9+/]{40,}={0,2}"),
    re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\b\d+\.\d{2}\b(?=\s*元)"),  # amounts
    re.compile(r"-----BEGIN [^-]+-----.*?-----END [^-]+-----", re.DOTALL),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without addresses, codes of organisations and people, numbers of telephones, keys, digests, amounts, the person's
    own folder, and each of `secrets` (names of this profile)."""
    known = {one for one in secrets if len(one.strip()) > 1}
    known |= {str(Path.home()), getpass.getuser()} - {"/", "/root", "root", ""}
    for one in sorted(known, key=len, reverse=True):
        text = text.replace(one, OUT)
    for pattern in _PATTERNS:
        text = pattern.sub(OUT, text)
    return re.sub(rf"(?:{OUT})+", OUT, text)


def diagnostics(place: Workplace, faults: Sequence[str] = ()) -> str:
    """The whole text, `faults` (lines on failures of the windows) in it. A few seconds; reads the local store and asks nobody."""
    parts = [
        ("program", [str(line).strip() for line in run_probes(MACHINE)]),
        ("profile", _profile(place)),
        ("platform", _platform(place)),
        ("local store", _store(place)),
        ("faults", list(faults) or ["none since the start"]),
    ]
    lines = ["Jincai diagnostics", f"made: {format_instant(place.clock.machine_now().replace(microsecond=0))}"]
    for head, said_there in parts:
        lines += ["", f"[{head}]", *said_there]
    profile = place.profile
    own = [profile.name, profile.person, profile.actor, profile.server, profile.origin, str(place.folder.folder)]
    return redact("\n".join(lines), own) + "\n"


def _profile(place: Workplace) -> list[str]:
    profile = place.profile
    means = "USB token" if profile.drivers else "file" if profile.token else "enrolled key"
    store = "passphrase" if (place.folder.folder / "cache.key").exists() else "keyring"
    drivers = ", ".join(Path(one.library).name for one in profile.drivers)
    return [
        f"role: {profile.role}",
        f"signs with: {means}{f' ({drivers})' if drivers else ''}, {'open' if place.unlocked else 'closed'}",
        f"local store's key: {store}",
    ]


def _platform(place: Workplace) -> list[str]:
    gateway, behind = place.gateway, place.sync.behind
    skew = f"{place.clock.skew_ms} ms" if place.clock.known else "unknown"
    theirs = said(gateway.platform_speaks) or "not asked yet"
    return [
        f"reached: {'yes' if place.sync.online else 'no'}, session: {'open' if place.signed_in else 'none'}",
        f"protected line: {'yes' if place.profile.server.startswith('https:') else 'no'}",
        f"this clock behind the platform's: {skew}",
        f"speaks: {said(gateway.speaks)}; platform: {theirs}",
        *([f"versions do not fit: {behind.code}"] if behind is not None else []),
    ]


def _store(place: Workplace) -> list[str]:
    rows = place.outbox.all()
    states = Counter(row.state for row in rows)
    troubles = Counter(f"{row.act}: {row.problem.code}" for row in rows if row.problem is not None)
    acts = Counter(item.act for item in place.mirror.items())
    files = (
        [path.stat().st_size for path in place.folder.blobs.rglob("*") if path.is_file()]
        if place.folder.blobs.is_dir()
        else []
    )
    return [
        f"acts here: {sum(acts.values())} of {len(acts)} kinds",
        f"outbox: {', '.join(f'{state} {count}' for state, count in sorted(states.items())) or 'empty'}",
        *(f"  trouble {what} ({count})" for what, count in sorted(troubles.items())),
        f"drafts: {len(place.drafts.keys(KIND))}",
        f"files: {len(files)}, {sum(files) // 1024**2} MiB; store {_size(place.folder.cache)} KiB",
    ]


def _size(path: Path) -> int:
    return path.stat().st_size // 1024 if path.is_file() else 0


def save_diagnostics(place: Workplace, text: str, target: Path) -> tuple[Path, ...]:
    """Write the text as the person has read it, and beside it the signature of the open token: detached CMS (`.p7s`), in suite S1
    a `.sm2.json`. Without an open certificate the text stays unsigned. Returns what was written. Raises `Refused`."""
    data = text.encode()
    written = [target]
    try:
        write_whole(target, data)
        if place.uses_certificate and place.unlocked:
            national = place.suite == "S1"
            signature = (
                sign_national(data, place.token).to_bytes()
                if national
                else sign_bytes(data, place.token, with_chain=True)
            )
            written.append(target.with_name(target.name + (".sm2.json" if national else ".p7s")))
            write_whole(written[-1], signature)
    except OSError as error:
        raise Refused("file-not-written", "Choose another folder, or make room.", file=target.name) from error
    return tuple(written)

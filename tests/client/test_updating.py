"""New versions: only with enough signatures, never backwards, nothing outside the folder, a program that starts after every break."""

from __future__ import annotations

import hashlib
import lzma
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.updating.install import FolderSource, Installation
from client.updating.release import FILES, HERE, KEYS, NOTE, OBJECTS, Files, Release, ReleaseKeys
from crypto.notes import NoteSigner
from procurement.basics.problems import Cancelled, Problem
from procurement.basics.pulse import cancelled
from shipping.release import add_signature
from shipping.release import main as release_command
from tests.client.updating import NOW, SIGNERS, installation, program, release, starts


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return installation(tmp_path)


def test_a_newer_version_starts_next_and_only_what_changed_is_fetched(tmp_path: Path, installed: Installation) -> None:
    source = FolderSource(release(tmp_path, 1))
    offer = installed.look(source, NOW)
    assert offer.signed.signers == ("release-a", "release-b") and offer.release.news_zh == "更快"
    assert sorted(one.path for one in offer.missing) == ["_internal/changing.bin", "jincai"]
    for one in (source.folder / OBJECTS).iterdir():  # what is here already is not asked for
        if one.name.split(".")[0] not in {missing.sha256 for missing in offer.missing}:
            one.unlink()
    seen: list[tuple[int, int]] = []

    class Watch:
        def step(self, done: int, total: int) -> None:
            seen.append((done, total))

    made = installed.install(offer, Watch())
    assert seen == sorted(seen) and seen[-1][0] == seen[-1][1] > 300_000
    assert starts(installed) == "v1" and made.name == "1"
    assert (made / "_internal/lib/libsame.so").resolve() == made / "_internal/lib/libsame.so.1"
    assert os.access(made / "jincai", os.X_OK) and not os.access(made / "_internal/changing.bin", os.X_OK)
    assert (installed.folder / "jincai").is_file(), "the running version stays as it is"
    after = Installation.at(made)
    with pytest.raises(Problem, match="release-not-newer"):
        after.look(source, NOW)
    assert after.go_back() == installed.folder and starts(installed) == "v0"


def test_two_versions_stay(tmp_path: Path, installed: Installation) -> None:
    here = installed
    for number in (1, 2, 3):
        here = Installation.at(here.install(here.look(FolderSource(release(tmp_path, number)), NOW)))
    assert sorted(one.name for one in here.versions.iterdir() if one.is_dir()) == ["2", "3"] and starts(here) == "v3"


def test_signatures_decide(tmp_path: Path, installed: Installation) -> None:
    one = release(tmp_path, 1, signers=1)
    with pytest.raises(Problem, match="release-signatures-missing"):
        installed.look(FolderSource(one), NOW)
    add_signature(one, SIGNERS[0])  # the same person twice is one person
    with pytest.raises(Problem, match="release-signatures-missing"):
        installed.look(FolderSource(one), NOW)
    add_signature(one, NoteSigner.of("release-b", Ed25519PrivateKey.generate()))  # a stranger under a known name
    with pytest.raises(Problem, match="release-signatures-missing"):
        installed.look(FolderSource(one), NOW)
    add_signature(one, SIGNERS[2])
    assert installed.look(FolderSource(one), NOW).signed.signers == ("release-a", "release-c")
    note = (one / NOTE).read_text()
    (one / NOTE).write_text(note.replace('"number":1', '"number":9'))
    with pytest.raises(Problem, match="note-signature-wrong"):
        installed.look(FolderSource(one), NOW)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"system": "plan9-mips"}, "release-for-another-system"),
        ({"good_until": NOW - timedelta(days=1)}, "release-expired"),
    ],
)
def test_not_every_signed_release_is_for_here(
    facts: dict[str, Any], code: str, tmp_path: Path, installed: Installation
) -> None:
    with pytest.raises(Problem, match=code):
        installed.look(FolderSource(release(tmp_path, 1, **facts)), NOW)


def test_never_backwards_even_with_signatures(tmp_path: Path, installed: Installation) -> None:
    new, old = release(tmp_path, 5), release(tmp_path, 4)
    here = Installation.at(installed.install(installed.look(FolderSource(new), NOW)))
    with pytest.raises(Problem, match="release-not-newer"):
        here.look(FolderSource(old), NOW)


@pytest.mark.parametrize("damage", ["cut", "other", "bomb", "gone"])
def test_wrong_objects_leave_the_old_version_running(damage: str, tmp_path: Path, installed: Installation) -> None:
    out = release(tmp_path, 1)
    offer = installed.look(FolderSource(out), NOW)
    packed = out / OBJECTS / f"{offer.missing[0].sha256}.xz"
    good = packed.read_bytes()
    code = "release-object-wrong"
    if damage == "cut":
        packed.write_bytes(good[: len(good) // 2])
    elif damage == "other":
        packed.write_bytes(lzma.compress(b"x" * offer.missing[0].size))
    elif damage == "bomb":
        packed.write_bytes(lzma.compress(bytes(50_000_000)))
    else:
        packed.unlink()
        code = "release-missing"
    with pytest.raises(Problem, match=code):
        installed.install(offer)
    assert starts(installed) == "v0" and not (installed.versions / "1").exists()
    left = sum(
        path.stat().st_size for path in installed.versions.rglob("*") if path.is_file() and not path.is_symlink()
    )
    assert left < 1_000_000, "a bomb is not unpacked"
    packed.write_bytes(good)  # fetched again, it goes on from what is there
    installed.install(offer)
    assert starts(installed) == "v1"


def test_a_version_that_fails_its_self_check_is_not_taken(tmp_path: Path, installed: Installation) -> None:
    offer = installed.look(FolderSource(release(tmp_path, 1, code=1)), NOW)
    with pytest.raises(Problem, match="update-self-check-failed"):
        installed.install(offer)
    assert starts(installed) == "v0" and sorted(p.name for p in installed.versions.iterdir() if p.is_dir()) == ["0"]


def test_stopped_and_gone_on_with(tmp_path: Path, installed: Installation) -> None:
    offer = installed.look(FolderSource(release(tmp_path, 1)), NOW)

    class Stop:
        def step(self, done: int, total: int) -> None:
            raise cancelled()

    with pytest.raises(Cancelled):
        installed.install(offer, Stop())
    assert starts(installed) == "v0"
    assert installed.install(offer).name == "1" and starts(installed) == "v1"


KILLED = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from client.updating.install import FolderSource, Installation
names, seen = {"os.rename", "os.symlink", "os.remove"}, [0]
def hook(event, arguments):
    if event in names and "jincai-versions" in str(arguments) + "jincai" and str(sys.argv[1]) in str(arguments):
        seen[0] += 1
        if seen[0] == int(sys.argv[3]):
            os._exit(9)
here = Installation.at(Path(sys.argv[1]) / "jincai-versions" / "0")
offer = here.look(FolderSource(Path(sys.argv[2])), datetime(2026, 11, 1, tzinfo=UTC))
sys.addaudithook(hook)
here.install(offer)
print("done")
"""


def test_killed_before_each_rename_link_and_removal_a_whole_version_starts(
    tmp_path: Path, installed: Installation
) -> None:
    out = release(tmp_path, 1)
    for step in range(1, 200):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(installed.versions.parent), str(out), str(step)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert starts(installed) in ("v0", "v1")
        if done.returncode == 0:
            break
        assert done.returncode == 9, done.stderr
    assert step > 5 and starts(installed) == "v1"


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/.", "con\\x", "a\nb", "_internal/lib/libsame.so/x", "JINCAI", "_internal"],
)  # fmt: skip
def test_nothing_is_written_outside(path: str, tmp_path: Path, installed: Installation) -> None:
    _resigned(tmp_path, lambda plain: plain["files"].append({**plain["files"][0], "path": path}))
    with pytest.raises(Problem, match=r"release-path-refused|release-malformed"):
        installed.look(FolderSource(tmp_path / "release-1"), NOW)


@pytest.mark.parametrize("to", ["/etc/passwd", "../../../../etc", "nowhere", "../..", "a/../../../../.."])
def test_links_stay_inside(to: str, tmp_path: Path, installed: Installation) -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["links"][0]["to"] = to

    _resigned(tmp_path, change)
    with pytest.raises(Problem, match="release-path-refused"):
        installed.look(FolderSource(tmp_path / "release-1"), NOW)


def _resigned(tmp_path: Path, change: Any) -> None:
    """The release, its list changed by those who hold the keys."""
    from shipping.release import TEXT

    out = release(tmp_path, 1, signers=0)
    plain = Files.from_bytes((out / FILES).read_bytes(), 2**20).to_plain()
    change(plain)
    from procurement.basics.canonical import canonical

    data = canonical(plain)
    (out / FILES).write_bytes(data)
    text = (out / TEXT).read_text()
    old = Release.from_bytes(text.split("\n", 1)[1][:-1].encode(), 2**16).files
    (out / TEXT).write_text(text.replace(old, hashlib.sha256(data).hexdigest()))
    for signer in SIGNERS[:2]:
        add_signature(out, signer)


def test_where_it_cannot_renew_itself_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="update-from-source"):
        Installation.here()
    bare = program(tmp_path / "bare", "v0")
    with pytest.raises(Problem, match="update-not-here"):
        Installation.at(bare)
    (bare / KEYS).unlink()
    with pytest.raises(Problem, match="update-without-keys"):
        Installation.at(bare)


def test_makers_commands(tmp_path: Path, installed: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """The words of docs/release-format.md, by hand: two keys, a release, two signatures."""
    monkeypatch.setenv("JINCAI_RELEASE_PASSPHRASE", "only of this test")
    dist, out = program(tmp_path / "dist", "v7"), tmp_path / "out"
    (dist / "client").mkdir()
    (dist / "client/release.digest").write_text("d" * 64)
    vkeys = []
    for name in ("one", "two"):
        assert release_command(["key", name, str(tmp_path / f"{name}.pem")]) == 0
        vkeys.append(capsys.readouterr().out.strip())
    (installed.folder / KEYS).write_bytes(ReleaseKeys(threshold=2, keys=tuple(vkeys)).to_bytes())
    made = ["make", str(dist), str(out), "--version", "0.7", "--number", "7", "--news-zh", "新", "--news-en", "new"]
    assert release_command(made) == 0
    for name in ("one", "two"):
        assert release_command(["sign", str(out), "--key", str(tmp_path / f"{name}.pem"), "--name", name]) == 0
    here = Installation.at(installed.folder)
    offer = here.look(FolderSource(out), datetime.now(UTC))
    assert offer.release.client == "d" * 64 and (here.install(offer) / HERE).is_file()
    monkeypatch.setenv("JINCAI_RELEASE_PASSPHRASE", "another")
    assert release_command(["sign", str(out), "--key", str(tmp_path / "one.pem"), "--name", "one"]) == 1

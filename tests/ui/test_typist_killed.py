"""kill -9 of the app while a bid is typed: what the page said it had kept is there, the store opens, documents are whole."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from client.bootstrap import open_desk
from client.demo.cast import PIN
from client.demo.world import PASSPHRASE
from tests.client.journey import pdf
from tests.played import Played
from tests.processes import ROOT
from tests.ui.typist import FIRST, HALF

ROUNDS = 2


def _type_and_die(profile: Path, source: Path, more: int) -> tuple[int, int]:
    """Let the typist work until a draft was kept and `more` further lines were said, then kill. Last kept, last typed."""
    command = [sys.executable, "-m", "tests.ui.typist", str(profile), PASSPHRASE, PIN, str(source)]
    kept = typed = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        for line in victim.stdout:
            word, number = line.split()
            kept, typed = (int(number), typed) if word == "kept" else (kept, int(number))
            more -= kept > FIRST
            if more < 0:
                break
        victim.send_signal(signal.SIGKILL)
        rest = [line.split() for line in victim.stdout.read().splitlines() if line.count(" ") == 1]
        assert victim.wait(60) == -signal.SIGKILL
    for word, number in rest:
        kept, typed = (int(number), typed) if word == "kept" else (kept, int(number))
    return kept, typed


def test_the_last_keystrokes_are_all_that_is_lost(played: Played, tmp_path: Path) -> None:
    profile = tmp_path / "supplier-a"
    shutil.copytree(played.world / "profiles" / "supplier-a", profile)
    source, chance = pdf(tmp_path / "more.pdf"), random.Random(105)
    versions = 0
    for _ in range(ROUNDS):
        kept, typed = _type_and_die(profile, source, chance.randrange(1, 60))
        assert kept > FIRST, "it is saved although nobody pauses"
        desk = open_desk(profile, lambda _new: PASSPHRASE)
        try:
            drafts = desk.bidding.drafts
            key, lot = drafts.all()[0]
            draft = drafts.open(key, lot)
            assert kept <= draft.forms.validity_days <= typed
            half = drafts.begin(key, lot).loose["validity_days"]["text"]
            assert half == f"{draft.forms.validity_days}{HALF}", (
                "what is no number yet is kept with the number before it"
            )
            assert draft.version > versions
            versions = draft.version
            assert drafts.versions(key, lot)[0].version == draft.version
            assert any(one.path.startswith("documents/doc-") for one in draft.forms.documents)
            for document in draft.forms.documents:
                assert len(drafts.read(document.sha256)) == document.size
            drafts.save(key, draft.forms.model_copy(update={"validity_days": 90}), based_on=draft.version)
            assert not list((profile / "blobs").rglob("clear/*")), "no clear copy is left once the store was opened"
        finally:
            desk.close()

"""Diagnostics: nothing of a person, a bid or a key gets into the text; what is saved is what was read, signed by the open token."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.diagnostics import OUT, redact
from client.profile import TRUST_FOLDER
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import LANGUAGES, use_language
from ui.shell.diagnosis import DiagnosisPage
from ui.theme.style import apply

SECRETS = {
    "address": "https://bid.example.cn:8443/v1/feed?x=1",
    "mail": "zhang.san@example.cn",
    "ip": "10.20.30.40:8080",
    "ipv6": "fe80:0:0:0:202:b3ff:fe1e:8329",
    "mac": "00:1A:2b:3c:4D:5e",
    "uscc": "91140000MA0SUPPL01",
    "person": "14010219900307663X",
    "mobile": "13800138000",
    "phone": "0351-4123456",
    "digest": "9f" * 32,
    "base64": "QUJD" * 12,
    "amount": "5,300,735.00",
    "price": "480000.00 元",
    "key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_what_could_name_or_open_something_is_taken_out(kind: str) -> None:
    text = redact(f"OSError: cannot read {SECRETS[kind]}, code 13", ["太原甲科技有限公司"])
    assert SECRETS[kind].removesuffix(" 元") not in text and OUT in text
    assert text.startswith("OSError: cannot read ") and text.endswith("code 13")


def test_names_of_the_profile_and_the_own_folder_are_taken_out() -> None:
    text = redact(f"{Path.home()}/x 太原甲科技有限公司·张三", ["太原甲科技有限公司", "张三", ""])
    assert "太原甲" not in text and "张三" not in text
    assert redact("versions 1.2.3 and 50.0.2, 12 MiB, 16:20", []) == "versions 1.2.3 and 50.0.2, 12 MiB, 16:20"


def test_the_page_shows_the_whole_text_and_saves_just_that_signed(
    played: Played, tmp_path: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    with desk_at_the_end(played, "supplier-a", tmp_path) as desk:
        bridge = Bridge()
        page = DiagnosisPage(Context(desk, bridge))
        qtbot.addWidget(page)
        page.resize(1366, 700)
        page.show()
        qtbot.waitUntil(lambda: bool(page.text.toPlainText()), timeout=60_000)
        text = page.text.toPlainText()
        for head in ("[program]", "[profile]", "[platform]", "[local store]", "speaks: api=1-1"):
            assert head in text
        profile = desk.place.profile
        for own in (profile.name, profile.person, profile.actor, profile.server, str(tmp_path)):
            assert own not in text
        for tender in desk.tenders.tenders():
            assert tender.title not in text
        target = tmp_path / "diagnostics.txt"
        page.save_to(target)
        signature = target.with_name(target.name + ".p7s")
        qtbot.waitUntil(signature.is_file, timeout=60_000)
        assert target.read_text(encoding="utf-8") == text
        roots = tmp_path / "roots.pem"
        folder = tmp_path / "supplier-a" / TRUST_FOLDER
        roots.write_bytes(
            b"".join(one.read_bytes() for one in sorted(folder.rglob("*.pem")) if b"CERTIFICATE" in one.read_bytes())
        )
        assert _verifies(target, signature, roots)
        target.write_text(text.replace("online", "offline") + " ", encoding="utf-8")
        assert not _verifies(target, signature, roots)
        bridge.close()


def _verifies(text: Path, signature: Path, roots: Path) -> bool:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", str(signature), "-content", str(text)]
    done = subprocess.run(
        [*command, "-CAfile", str(roots), "-purpose", "any", "-out", "/dev/null"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_with_large_letters(
    played: Played, language: str, tmp_path: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    use_language(dressed, language)
    apply(dressed, "dark", 1.5)
    with desk_at_the_end(played, "supplier-a", tmp_path) as desk:
        bridge = Bridge()
        page = DiagnosisPage(Context(desk, bridge))
        qtbot.addWidget(page)
        page.resize(1366, 700)
        page.show()
        qtbot.waitUntil(lambda: bool(page.text.toPlainText()), timeout=60_000)
        assert nameless(page) + unreachable(page) + clipped(page) == []
        bridge.close()

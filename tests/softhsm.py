"""Real PKCS#11 tokens for tests: SoftHSM2 with a token store of its own for each "driver".

hsm = SoftHsm(tmp_path)                          # one driver, no tokens yet
hsm.plug("左边的", issued, "1234")               # a token with the certificates and keys of `issued`
hsm.unplug("左边的")                             # gone, as if pulled out; `hsm.replug` puts it back
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from crypto.authority import Issued
from crypto.tokens import Driver

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
SECURITY_OFFICER = "officer-pin"
ROOT = Path(__file__).resolve().parents[1]


def library() -> Path:
    """Where SoftHSM2 lies; `.ci/prepare` installs it."""
    found = next((Path(name) for name in LIBRARIES if Path(name).is_file()), None)
    assert found is not None, "SoftHSM2 is missing: run `make setup`, or install the package softhsm2"
    return found


class SoftHsm:
    """A driver with its own store of tokens."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self.folder = folder / f"softhsm-{name or 'one'}"
        self.tokens, self.away = self.folder / "tokens", self.folder / "away"
        for place in (self.tokens, self.away):
            place.mkdir(parents=True)
        config = self.folder / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.environment = {"SOFTHSM2_CONF": str(config)}
        self.driver = Driver(library(), name, self.environment)
        self._places: dict[str, Path] = {}

    def plug(self, label: str, issued: Issued, pin: str) -> None:
        """A new token with these keys and certificates, the issuer's among them. Keys cannot be taken out again."""
        before = set(self.tokens.iterdir())
        command = ["softhsm2-util", "--init-token", "--free", "--label", label]
        command += ["--pin", pin, "--so-pin", SECURITY_OFFICER]
        subprocess.run(command, env={**os.environ, **self.environment}, check=True, capture_output=True)
        (self._places[label],) = set(self.tokens.iterdir()) - before
        pairs = [issued.signing] + ([issued.encryption] if issued.encryption else [])
        bundles = [
            pkcs12.serialize_key_and_certificates(b"", key, certificate, None, serialization.NoEncryption()).hex()
            for key, certificate in pairs
        ]
        chain = [one.public_bytes(serialization.Encoding.DER).hex() for one in issued.chain]
        arguments = [str(self.driver.library), label, pin, ",".join(bundles), ",".join(chain)]
        subprocess.run(
            [sys.executable, "-m", "tests.softhsm_writer", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=True,
        )

    def unplug(self, label: str) -> None:
        """Take the token away."""
        shutil.move(self._places[label], self.away / label)

    def replug(self, label: str) -> None:
        shutil.move(self.away / label, self._places[label])

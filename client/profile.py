"""A profile: one account on one platform, in one folder. What the windows and the demo open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crypto.files import write_whole
from procurement.basics.problems import Locked, Refused
from procurement.basics.roles import Role
from procurement.basics.value import Code, Name, Text, Value

if TYPE_CHECKING:
    from crypto.certificates import TrustStore
    from crypto.notes import NoteKey

PROFILE_FILE = "profile.json"
TRUST_FOLDER = "trust"
LOG_KEY_FILE = "log.vkey"
WITNESS_FILE = "witness.vkey"
TLS_FILE = "tls.pem"
LIMIT = 64 * 1024


class TokenDriver(Value):
    """A vendor's PKCS#11 library on this machine."""

    library: Text
    """Path of the library"""
    name: Name
    """What people call it: the vendor's name"""
    environment: tuple[Text, ...] = ()
    """`NAME=value`, set for the driver's own process, where a vendor asks for it"""


class Profile(Value):
    """Who this is and where the platform is. No secrets."""

    server: str
    """Address of the platform: scheme, host, port"""
    origin: str = ""
    """The platform's name as logins state it, from this configuration and never from the server (C4); empty: `server`"""
    actor: Code
    """统一社会信用代码, or the expert bank's number"""
    role: Role
    name: Name
    person: Name
    """Who acts"""
    region: Code
    token: str = ""
    """PKCS#12 file (`.sm2` file in suite S1) with the signing certificate, beside this file or absolute; empty for those who
    enrol a key"""
    papers: str = ""
    """PKCS#12 file of the same unit, under the same PIN, whose certificate seals PDFs where `token` is of suite S1: seals in PDFs
    exist with RSA and P-256 only"""
    drivers: tuple[TokenDriver, ...] = ()
    """Drivers of USB tokens; when there are any, the certificate is on a token and not in a file"""
    enrolled_key: str = ""
    """File of the enrolled signing key (finance, supervisor)"""
    demo_clock: bool = False
    """The platform plays with time, so that this machine's clock says nothing of its deadlines. Said here and never by the
    server: a share leaves only when both clocks have passed the deadline"""


class ProfileFolder:
    """The files of a profile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            data = (folder / PROFILE_FILE).read_bytes()
        except OSError as error:
            raise Locked("profile-missing", "Choose a folder that holds a profile.", folder=folder.name) from error
        self.profile = Profile.from_bytes(data, LIMIT)

    @classmethod
    def create(cls, folder: Path, profile: Profile) -> ProfileFolder:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PROFILE_FILE, profile.to_bytes())
        return cls(folder)

    @property
    def cache(self) -> Path:
        return self.folder / "cache.db"

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    @property
    def receipts(self) -> Path:
        """Receipts of the own bids, each as JSON and as PDF."""
        return self.folder / "receipts"

    @property
    def sealed(self) -> Path:
        """Sealed bids: ciphertext, kept as they travel."""
        return self.folder / "sealed"

    @property
    def token(self) -> Path:
        if not self.profile.token:
            raise Locked("token-not-configured", "Choose the token's file in the profile.")
        return self.folder / self.profile.token

    @property
    def papers(self) -> Path | None:
        """The second file token, for PDFs; None where the profile has none."""
        return self.folder / self.profile.papers if self.profile.papers else None

    @property
    def enrolled_key(self) -> Path:
        if not self.profile.enrolled_key:
            raise Locked("key-not-configured", "Enrol a key first.")
        return self.folder / self.profile.enrolled_key

    @property
    def custody_key(self) -> Path:
        return self.folder / "custody.key"

    @property
    def national_custody_key(self) -> Path:
        return self.folder / "custody.sm2"

    def trust(self) -> TrustStore:
        """The anchors this profile believes in."""
        from crypto.certificates import TrustStore

        return TrustStore.load(self.folder / TRUST_FOLDER)

    def tls_anchors(self) -> Path | None:
        """Certificates the platform's TLS must lead to, where the profile pins them; None for the system's usual ones."""
        path = self.folder / TRUST_FOLDER / TLS_FILE
        return path if path.exists() else None

    def log_key(self) -> NoteKey:
        """The platform's log key."""
        from crypto.notes import NoteKey

        path = self.folder / TRUST_FOLDER / LOG_KEY_FILE
        try:
            return NoteKey.from_vkey(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(
                "log-key-missing", "Put the platform's log key into the trust folder.", file=path.name
            ) from error

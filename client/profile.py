"""A profile: one account on one platform, in one folder. What the windows and the demo open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crypto.files import LOG_KEY_FILE as LOG_KEY_FILE
from crypto.files import TLS_FILE, write_whole
from crypto.files import WITNESS_FILE as WITNESS_FILE
from procurement.basics.problems import Locked, Refused
from procurement.basics.roles import Role
from procurement.basics.value import Code, Name, Text, Value

if TYPE_CHECKING:
    from crypto.certificates import TrustStore
    from crypto.notes import NoteKey

PROFILE_FILE = "profile.json"
TRUST_FOLDER = "trust"
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
    trust: Code = TRUST_FOLDER
    """Folder beside this file that holds the anchors; another one once the platform's file was renewed"""
    keyring: str = ""
    """Name of the local store's key in the system's keyring, where the address has changed since it was made; empty: from
    address, role and actor"""
    demo_clock: bool = False
    """The platform plays with time, so that this machine's clock says nothing of its deadlines. Said here and never by the
    server: a share leaves only when both clocks have passed the deadline"""

    @property
    def signs(self) -> bool:
        """Whether there is a key to sign with. Without one a person can look at what is public, and no more (R-085)."""
        return bool(self.token or self.drivers or self.enrolled_key)

    @property
    def account(self) -> str:
        """Name of the local store's key in the system's keyring."""
        return self.keyring or f"{self.server}/{self.role}/{self.actor}"


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

    @property
    def anchors(self) -> Path:
        """The trust folder."""
        return self.folder / self.profile.trust

    def trust(self) -> TrustStore:
        """The anchors this profile believes in."""
        from crypto.certificates import TrustStore

        return TrustStore.load(self.anchors)

    def tls_anchors(self) -> Path | None:
        """Certificates the platform's TLS must lead to, where the profile pins them; None for the system's usual ones."""
        path = self.anchors / TLS_FILE
        return path if path.exists() else None

    def log_key(self) -> NoteKey:
        """The platform's log key."""
        from crypto.notes import NoteKey

        path = self.anchors / LOG_KEY_FILE
        try:
            return NoteKey.from_vkey(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(
                "log-key-missing", "Put the platform's log key into the trust folder.", file=path.name
            ) from error

"""A world that offers suite S1: the platform, the agency and some suppliers hold SM2 certificates, the others RSA or P-256."""

from __future__ import annotations

from pathlib import Path

from client.demo.cast import AGENCY, PIN, SUPPLIERS, Party
from client.demo.world import World
from client.profile import ProfileFolder
from crypto.authority import TestAuthority
from crypto.certificates import TrustStore, certificate_digest
from procurement.basics.canonical import canonical, parse_canonical

CA_NAME = "晋采国密演示认证中心"


class NationalWorld(World):
    """`HOLDERS` sign with SM2, and with the certificate that the demo gives them they seal papers."""

    HOLDERS: tuple[Party, ...] = (AGENCY, SUPPLIERS[0], SUPPLIERS[2], SUPPLIERS[3])

    def _set_up(self) -> None:
        self.national = TestAuthority.create(CA_NAME, kind="sm2")
        issued = self.national.issue_platform(self.operator.name, self.operator.code, kind="sm2")
        issued.write_p12(self.platform / "receipt.sm2", PIN)
        _believe_too(self.trust, self.national)
        super()._set_up()

    def _setup(self) -> bytes:
        plain = super()._setup()
        return canonical({**parse_canonical(plain, len(plain)), "receipt_sm2": "receipt.sm2", "receipt_sm2_pin": PIN})

    def _make_profile(self, authority: TestAuthority, party: Party, port: int) -> None:
        super()._make_profile(authority, party, port)
        if party not in self.HOLDERS:
            return
        folder = self.profile(party)
        self.national.issue_organisation(party.name, party.code, kind="sm2").write_p12(folder / "token.sm2", PIN)
        profile = ProfileFolder(folder).profile
        ProfileFolder.create(folder, profile.model_copy(update={"token": "token.sm2", "papers": "token.p12"}))

    def start_custodian(self, *options: str) -> None:
        super().start_custodian("--national", *options)


def _believe_too(trust: Path, national: TestAuthority) -> None:
    """Its root, issuer, list and platform beside those of the folder; one of the vendors has it as a second root."""
    known, added = TrustStore.load(trust), national.trust()
    first, *others = known.vendors
    second = first.model_copy(update={"roots": (*first.roots, certificate_digest(national.root))})
    TrustStore(
        (*known.roots, *added.roots),
        (*known.intermediates, *added.intermediates),
        (*known.crls, *added.crls),
        (*known.platforms, *added.platforms),
        (second, *others),
    ).save(trust)

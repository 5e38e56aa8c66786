"""The platform speaks TLS itself: the client believes it by its own anchors, and nobody else; a bid arrives over it whole."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI

from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from client.gateway.uploads import Uploader
from client.profile import TLS_FILE, TRUST_FOLDER, ProfileFolder
from crypto.signing import sign_statement
from offline_cache.connection import Connection
from offline_cache.uploads import Uploads
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Locked, Refused, Unreachable
from procurement.basics.roles import Role
from procurement.bidding.sealed import CHUNK_SIZE
from procurement.wire.messages import ActMessage
from server_stub.__main__ import listen, run_server
from server_stub.settings import Folder, Settings
from tests.client.parties import desk_of, write_profile
from tests.server_stub.test_uploads import sealed
from tests.world import ORIGIN, PLATFORM, Raw, World, registration

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)


class TlsAuthority:
    """A certification authority for servers, as a test needs it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TLS test authority")])
        self.certificate = self._issue(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0))

    def pem(self, path: Path) -> Path:
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def serve(self, certificate: Path, key: Path, address: str) -> None:
        """Certificate and key of a server at an address."""
        own = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        issued = self._issue(name, own, x509.BasicConstraints(ca=False, path_length=None), place)
        certificate.write_bytes(issued.public_bytes(serialization.Encoding.PEM))
        key.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def _issue(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: x509.ExtensionType
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(START).not_valid_after(END)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self._key, hashes.SHA256())


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, TlsAuthority]]:
    """A platform whose settings name a certificate; its world speaks to it by the client alone."""
    authority = TlsAuthority()
    world = World.create(tmp_path_factory.mktemp("tls"), start=False)
    folder = Folder(world.data, world.data / "keys")
    settings = folder.settings().model_copy(update={"tls_certificate": "tls.pem", "tls_key": "tls.key"})
    folder.write_settings(settings)
    authority.serve(folder.data / "tls.pem", folder.keys / "tls.key", "127.0.0.1")
    world.start()
    yield world, authority
    world.close()


def _gateway(world: World, bundle: Path | None, host: str = "127.0.0.1") -> Gateway:
    origin = f"https://{host}:{world.url.rpartition(':')[2]}"
    return Gateway(HttpTransport(origin, bundle=bundle), ServerClock(SystemClock()), ORIGIN)


def _upload(gateway: Gateway, party: Raw, folder: Path, size: int) -> bytes:
    data, said = sealed(party, size)
    file = folder / "bid.sealed"
    file.write_bytes(data)
    cache = Connection(folder / "cache.db", os.urandom(32))
    try:
        Uploader(gateway, Uploads(cache)).upload(said, file)
    finally:
        cache.close()
    return data


def test_a_session_and_a_bid_over_tls(tls: tuple[World, TlsAuthority], tmp_path: Path) -> None:
    world, authority = tls
    party = world.organisation("supplier", "太原甲科技有限公司", "91140000MA0SUPPL01", Role.SUPPLIER)
    gateway = _gateway(world, authority.pem(tmp_path / "anchors.pem"))
    try:
        gateway.time()
        gateway.act("registration", ActMessage(signed=party.sign(registration(party))))
        assert party.token is not None
        token = party.token
        gateway.sign_in(party.code, Role.SUPPLIER, lambda login: sign_statement(login, token))
        data = _upload(gateway, party, tmp_path, 20 * CHUNK_SIZE + 99)
        (stored,) = (world.data / "uploads").glob("*.sealed")
        assert stored.read_bytes() == data
    finally:
        gateway.close()


def test_others_certificates_are_not_believed(tls: tuple[World, TlsAuthority], tmp_path: Path) -> None:
    world, authority = tls
    own = authority.pem(tmp_path / "own.pem")
    strangers = TlsAuthority().pem(tmp_path / "strangers.pem")
    for bundle, host in ((strangers, "127.0.0.1"), (None, "127.0.0.1"), (own, "localhost")):
        gateway = _gateway(world, bundle, host)
        with pytest.raises(Unreachable) as told:
            gateway.time()
        assert told.value.code == "server-not-trusted"
        gateway.close()


def test_the_environment_cannot_replace_the_anchors(
    tls: tuple[World, TlsAuthority], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, authority = tls
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.pem(tmp_path / "own.pem")))
    transport = HttpTransport("https://platform.example", bundle=TlsAuthority().pem(tmp_path / "strangers.pem"))
    transport.origin = f"https://127.0.0.1:{world.url.rpartition(':')[2]}"
    with pytest.raises(Unreachable, match="server-not-trusted"):
        transport.send("GET", "/v1/time", headers={})
    transport.close()


def test_plain_http_gets_nothing(tls: tuple[World, TlsAuthority]) -> None:
    world, _ = tls
    transport = HttpTransport(f"http://127.0.0.1:{world.url.rpartition(':')[2]}")
    with pytest.raises(Unreachable, match="connection-dropped"):
        transport.send("GET", "/v1/time", headers={})
    transport.close()


def test_anchors_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "tls.pem"
    broken.write_text("not a certificate")
    with pytest.raises(Refused, match="tls-anchors-unreadable"):
        HttpTransport("https://platform.example", bundle=broken)


def test_a_profile_brings_its_anchors(tls: tuple[World, TlsAuthority]) -> None:
    world, authority = tls
    folder = write_profile(world, Role.AGENCY, "晋采招标代理有限公司", "91140000MA0AGENCY1")
    address = f"https://127.0.0.1:{world.url.rpartition(':')[2]}"
    ProfileFolder.create(folder, ProfileFolder(folder).profile.model_copy(update={"server": address}))
    for anchors in (TlsAuthority(), authority):
        anchors.pem(folder / TRUST_FOLDER / TLS_FILE)
        desk = desk_of(folder)
        try:
            if anchors is authority:
                assert desk.place.gateway.time().demo_clock
            else:
                with pytest.raises(Unreachable, match="server-not-trusted"):
                    desk.place.gateway.time()
        finally:
            desk.close()


@pytest.mark.parametrize(("fault", "code"), [("missing", "tls-files-missing"), ("another's", "tls-files-unusable")])
def test_a_server_without_its_pair_does_not_start(fault: str, code: str, tmp_path: Path) -> None:
    authority, folder = TlsAuthority(), Folder(tmp_path, tmp_path)
    authority.serve(tmp_path / "tls.pem", tmp_path / "tls.key", "127.0.0.1")
    if fault == "missing":
        (tmp_path / "tls.key").unlink()
    else:
        authority.serve(tmp_path / "other.pem", tmp_path / "tls.key", "127.0.0.1")
    settings = Settings(
        origin=ORIGIN,
        log_origin="jincai.test/log",
        platform=PLATFORM,
        name="晋采平台",
        tls_certificate="tls.pem",
        tls_key="tls.key",
    )
    with pytest.raises(Locked) as told, listen("127.0.0.1", 0) as listening:
        run_server(FastAPI(), listening, None, folder.tls(settings))
    assert told.value.code == code

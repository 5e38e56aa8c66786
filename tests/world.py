"""A small real world for tests: an authority, parties with tokens, a server in its own process, and raw HTTP past our client.

world = World.create(tmp_path)                 # makes certificates and a platform, starts the server
agency = world.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
agency.act(Registration(...))                  # builds the message, posts it, returns the Receipt or raises Denied
world.register(agency)                         # the usual registration
world.kill(); world.start()                    # kill -9 and up again, on the same data
"""

from __future__ import annotations

import copy
import hashlib
import os
import secrets
import shutil
import signal
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crypto.authority import TestAuthority
from crypto.certificates import suite_of
from crypto.keys import EnrolledKey
from crypto.log import NoteKey
from crypto.signing import sign_statement, sign_with_key
from crypto.tokens import SoftwareToken
from procurement.basics.parties import KeyCountersignature, KeyEnrolment, Login, Registration
from procurement.basics.roles import Role
from procurement.basics.statement import SignedBytes, Statement, Suite
from procurement.basics.value import Value, parse_instant
from procurement.bidding.receipt import Receipt
from procurement.wire.endpoints import ACTS, API
from procurement.wire.messages import (
    ActMessage,
    ClockMessage,
    Feed,
    LoginMessage,
    NonceAnswer,
    ProblemDocument,
    ServerTime,
    SessionAnswer,
)
from server_stub.settings import Account, Folder, Limits, Settings
from server_stub.setup import Setup, init
from tests.forked import Forked
from tests.processes import wait_for_port

V = TypeVar("V", bound=Value)
ORIGIN = "jincai.test"
PLATFORM = "91140000MA0JINCAI0"
REGION = "140000"
START = parse_instant("2026-03-02T01:00:00.000Z")
PASSWORD = "a long enough password"


class Denied(Exception):
    """The server refused; `problem` is its document."""

    def __init__(self, problem: ProblemDocument) -> None:
        self.problem = problem
        self.code, self.rule, self.status = problem.code, problem.rule, problem.status
        super().__init__(f"{problem.status} {problem.code} {problem.rule} {problem.facts}")


@dataclass
class Raw:
    """One party speaking plain HTTP: whatever it is told to say, past everything our client would check."""

    world: World
    name: str
    code: str
    roles: tuple[Role, ...]
    token: SoftwareToken | None = None
    key: EnrolledKey | None = None
    session: str = ""
    session_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def role(self) -> Role:
        return self.roles[0]

    @property
    def suite(self) -> Suite:
        """Of this party's key: what it signs is said in it."""
        return suite_of(self.token.signing_certificate) if self.token is not None else "I1"

    def sign(self, statement: Statement | bytes) -> SignedBytes:
        if isinstance(statement, Statement):
            statement = statement.in_suite(self.suite)
        if self.token is not None:
            return sign_statement(statement, self.token)
        assert self.key is not None
        return sign_with_key(statement, self.key)

    def act(self, statement: Statement, secret: bytes = b"") -> Receipt:
        """Sign and post; raises `Denied` on a refusal."""
        return self.post_act(ActMessage(signed=self.sign(statement), secret=secret), statement.TYPE)

    def post_act(self, message: ActMessage | Statement, type_: str = "") -> Receipt:
        """Post a message as it is (or a statement, signed first) to the address of `type_`."""
        if isinstance(message, Statement):
            return self.act(message)
        response = self.request("POST", ACTS[type_].path, message.to_bytes(), {"Idempotency-Key": message.signed.id})
        return read(response, Receipt)

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        """One request with this party's session, if it has one; `path` may carry a query."""
        said = {**(self.proof(method, path, body) if self.session else {}), **(headers or {})}
        return requests.request(method, self.world.url + path, data=body, headers=said, timeout=60, **more)

    def proof(self, method: str, path: str, body: bytes | str = b"") -> dict[str, str]:
        """Session headers for one request with this body (or the body of this SHA-256)."""
        claims = {
            "htm": method,
            "htu": path.partition("?")[0],
            "iat": int(self.world.now().timestamp()),
            "jti": secrets.token_hex(16),
            "bh": body if isinstance(body, str) else hashlib.sha256(body).hexdigest(),
        }
        token = jwt.encode(claims, self.session_key, algorithm="ES256")
        return {"Authorization": f"Jincai {self.session}", "Jincai-Proof": token}

    def login(self, role: Role | None = None, password: str = "") -> SessionAnswer:
        """Open a session; later requests carry it."""
        nonce = read(requests.post(self.world.url + API + "/sessions/nonce", timeout=60), NonceAnswer).nonce
        spki = self.session_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        login = Login(
            origin=ORIGIN,
            server_nonce=nonce,
            client_nonce=secrets.token_hex(32),
            actor=self.code,
            role=role or self.role,
            session_key=spki,
            time=self.world.now(),
        )
        message = LoginMessage(signed=self.sign(login), password=password or (PASSWORD if self.key else ""))
        response = requests.post(self.world.url + API + "/sessions", data=message.to_bytes(), timeout=60)
        answer = read(response, SessionAnswer)
        self.session = answer.session
        return answer

    def feed(self, after: int = 0, limit: int = 500) -> Feed:
        return read(self.request("GET", f"{API}/feed?after={after}&limit={limit}"), Feed)

    def put_file(self, data: bytes) -> str:
        """Upload a file under its digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        response = self.request("PUT", f"{API}/files/{sha256}", data)
        if response.status_code >= 300:
            raise Denied(ProblemDocument.model_validate_json(response.content))
        return sha256


class World:
    """Authority, parties and one server process in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "server"
        self.authority = TestAuthority.create("晋采测试认证中心")
        self.national: TestAuthority | None = None
        """The authority of suite S1, once `tests.national.offer` was called"""
        self.options: list[str] = ["--demo-clock", "2026-03-02T01:00:00.000Z"]
        self.url = ""
        self.parties: dict[str, Raw] = {}
        self._process: Forked | None = None
        self._tsa: Forked | None = None
        self._witness: Forked | None = None

    def copied(self, folder: Path) -> World:
        """This world, its processes stopped, once more in another folder: same authority, same data, nothing running."""
        shutil.copytree(self.folder, folder)
        twin = copy.copy(self)
        twin.folder, twin.data = folder, folder / "server"
        twin.options, twin.parties = list(self.options), {}
        twin._process = twin._tsa = twin._witness = None
        return twin

    @classmethod
    def create(cls, folder: Path, limits: Limits | None = None, *, start: bool = True) -> World:
        world = cls(folder)
        world.init(limits or Limits())
        if start:
            world.start()
        return world

    def init(self, limits: Limits) -> None:
        """Make the platform from certificate files, as its operator would."""
        self.platform = self.authority.issue_platform("晋采平台", PLATFORM)
        self.platform.write_p12(self.folder / "receipt.p12", "platform-pin")
        self.authority.trust().save(self.folder / "trust")
        setup = Setup(
            settings=Settings(
                origin=ORIGIN, log_origin="jincai.test/log", platform=PLATFORM, name="晋采平台", limits=limits
            ),
            receipt_p12="receipt.p12",
            receipt_pin="platform-pin",
            trust="trust",
            accounts=(
                Account(actor="CZT-140000", role=Role.FINANCE, name="山西省财政厅", region=REGION, password=PASSWORD),
                Account(
                    actor="JGC-140000", role=Role.SUPERVISOR, name="政府采购监管处", region=REGION, password=PASSWORD
                ),
            ),
        )
        (self.folder / "setup.json").write_bytes(setup.to_bytes())
        self.vkey = init(Folder(self.data, self.data / "keys"), setup, self.folder)

    def start(self, port: str = "0", *, kill_at: str = "") -> None:
        """Start the server and wait until it takes connections; on `port`, or any free one.

        `kill_at`: the point (server_stub.failpoints) at which it will kill itself.
        """
        serve = ("serve", "--data", str(self.data), *self.options)
        self._process, taken = self._spawn(*serve, port=port, kill_at=kill_at)
        self.url = f"http://127.0.0.1:{taken}"

    def start_tsa(self, *, demo: bool = True) -> None:
        """Start a time-stamping authority, for servers started after it, or again where it was before.

        `demo=False`: one that goes by its own clock, whatever the server's says.
        """
        pin, p12 = self.folder / "tsa.pin", self.folder / "tsa.p12"
        if not p12.exists():
            self.authority.issue_tsa("晋采时间戳").write_p12(p12, "tsa-pin")
            pin.write_text("tsa-pin")
        known = self.options[self.options.index("--tsa") + 1].rpartition(":")[2] if "--tsa" in self.options else "0"
        arguments = ["--p12", str(p12), "--pin-file", str(pin), *(["--demo-clock"] if demo else [])]
        self._tsa, port = self._spawn("tsa", *arguments, port=known.strip("/"))
        if "--tsa" not in self.options:
            self.options += ["--tsa", f"http://127.0.0.1:{port}/"]

    def start_witness(self) -> NoteKey:
        """Start a witness, for servers started after it; its key."""
        folder = self.folder / "witness"
        self._witness, port = self._spawn("witness", "--data", str(folder), "--log", self.vkey, "--demo-clock")
        self.options += ["--witness", f"http://127.0.0.1:{port}"]
        return NoteKey.from_vkey((folder / "witness.vkey").read_text())

    def stop_tsa(self) -> None:
        assert self._tsa is not None
        self._tsa.terminate()
        self._tsa.wait(30)
        self._tsa = None

    def _spawn(self, command: str, *arguments: str, port: str = "0", kill_at: str = "") -> tuple[Forked, int]:
        port_file, log_file = self.folder / f"{command}.port", self.folder / f"{command}.log"
        port_file.unlink(missing_ok=True)
        whole = [command, "--port", port, "--port-file", str(port_file), *arguments]
        process = Forked(whole, log_file, {**os.environ, "JINCAI_KILL_AT": kill_at})
        return process, wait_for_port(port_file, process, log_file)

    def stop(self) -> None:
        """Ask the server to end, and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def fallen(self) -> None:
        """Wait until the server has killed itself at its point; it must not have ended in any other way."""
        assert self._process is not None
        assert self._process.wait(60) == -signal.SIGKILL, "the server ended in another way"
        self._process = None

    def close(self) -> None:
        if self._process is not None:
            self.stop()
        if self._tsa is not None:
            self.stop_tsa()
        if self._witness is not None:
            self._witness.terminate()
            self._witness.wait(30)

    def now(self) -> datetime:
        return read(requests.get(self.url + API + "/time", timeout=60), ServerTime).now

    def move(self, to: datetime | timedelta) -> datetime:
        """Move the clock forward; timers on the way have run when this returns."""
        target = to if isinstance(to, datetime) else self.now() + to
        body = ClockMessage(now=target).to_bytes()
        return read(requests.post(self.url + API + "/demo/clock", data=body, timeout=120), ServerTime).now

    def raw(self, actor: str) -> Raw:
        """The party made under this short name."""
        return self.parties[actor]

    def anybody(self) -> Raw:
        """Somebody without a session or a certificate."""
        return Raw(self, "anybody", "", ())

    def organisation(self, short: str, name: str, code: str, *roles: Role, kind: Any = "ec") -> Raw:
        """An organisation with dual certificates; its first role is `roles[0]` (default: named by `short`)."""
        token = self.authority.issue_organisation(name, code, kind=kind).token
        return self._keep(short, Raw(self, name, code, roles or (Role(short),), token=token))

    def person(self, short: str, name: str, number: str) -> Raw:
        """An expert with a personal certificate."""
        token = self.authority.issue_person(name, number).token
        return self._keep(short, Raw(self, name, number, (Role.EXPERT,), token=token))

    def office(self, role: Role) -> Raw:
        """Finance or supervisor: an account and a key of its own."""
        known = {Role.FINANCE: ("山西省财政厅", "CZT-140000"), Role.SUPERVISOR: ("政府采购监管处", "JGC-140000")}
        name, code = known[role]
        return self._keep(str(role), Raw(self, name, code, (role,), key=EnrolledKey.generate()))

    def register(self, party: Raw, *, login: bool = True) -> Raw:
        """Register a party with a certificate in all its roles, and sign in."""
        for role in party.roles:
            party.act(registration(party, role))
        if login:
            party.login()
        return party

    def enrol(self, office: Raw, agency: Raw, *, login: bool = True) -> Raw:
        """Enrol an office's key, have the agency countersign it, and sign in."""
        enrolment = key_enrolment(office)
        office.act(enrolment, PASSWORD.encode())
        assert office.key is not None
        agency.act(KeyCountersignature(enrolment=enrolment.id, key=office.key.digest, statement="当面核对"))
        if login:
            office.login()
        return office

    def _keep(self, short: str, party: Raw) -> Raw:
        self.parties[short] = party
        return party

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)
        self._process = None


def registration(party: Raw, role: Role | None = None) -> Registration:
    return Registration(actor=party.code, role=role or party.role, name=party.name, region=REGION, contact="张三")


def key_enrolment(office: Raw) -> KeyEnrolment:
    assert office.key is not None
    return KeyEnrolment(actor=office.code, role=office.role, name=office.name, region=REGION, key=office.key.spki)


def read_problem(response: requests.Response) -> ProblemDocument:
    """The refusal in an answer."""
    assert response.status_code >= 300, response.content[:300]
    return ProblemDocument.model_validate_json(response.content)


def read(response: requests.Response, kind: type[V]) -> V:
    """The answer as a value. Raises `Denied` when it is a problem document."""
    if response.status_code >= 400:
        raise Denied(ProblemDocument.model_validate_json(response.content))
    return kind.from_bytes(response.content, 64 * 1024 * 1024)

"""Accounts over HTTP, past our client: one path for every act, each refusal named and recorded."""

from __future__ import annotations

import itertools

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding

from crypto.log import NoteKey, verify_logged
from crypto.signing import verify_statement
from procurement.basics.parties import KeyCountersignature
from procurement.basics.roles import Role
from procurement.basics.statement import CmsSignature, SignedBytes
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import ReceiptStatement
from procurement.bidding.sealed import EncryptionCertificate, EncryptionCerts
from procurement.wire.messages import ActMessage, RefusalRecord
from tests.world import PASSWORD, Denied, World, key_enrolment, read, registration

_COUNT = itertools.count(1)
"""Each test's statement differs from the others' in one world"""


def _certs(world: World, of: str) -> EncryptionCerts:
    token = world.raw(of).token
    assert token is not None and token.encryption_certificate is not None
    der = token.encryption_certificate.public_bytes(Encoding.DER)
    certificate = EncryptionCertificate(der=der)
    return EncryptionCerts(org=world.raw("supplier").code, certs=(certificate,) * next(_COUNT))


def test_a_receipt_holds_signature_entry_and_proof(world: World) -> None:
    supplier = world.raw("supplier")
    statement = _certs(world, "supplier")
    receipt = supplier.act(statement)
    entry, checkpoint = verify_logged(receipt, NoteKey.from_vkey(world.vkey))
    signer = verify_statement(receipt.receipt, world.authority.trust(), world.now(), usage="platform")
    assert (entry.act, entry.of, entry.prev_leaf) == ("encryption-certs", statement.id, ZERO_ID)
    assert signer.name == "晋采平台"
    assert checkpoint.size > receipt.leaf_index
    assert "不证明" in ReceiptStatement.from_bytes(receipt.receipt.statement).note


def test_the_same_act_again_gets_the_same_receipt(world: World) -> None:
    supplier = world.raw("supplier")
    message = ActMessage(signed=supplier.sign(_certs(world, "supplier")))
    first = supplier.post_act(message, "encryption-certs")
    assert supplier.post_act(message, "encryption-certs") == first
    assert [item.id for item in supplier.feed().items].count(first.act.id) == 1


def test_a_lost_receipt_is_fetched_by_the_author_only(world: World) -> None:
    supplier = world.raw("supplier")
    receipt = supplier.act(_certs(world, "supplier"))
    path = f"/v1/acts/{receipt.act.id}/receipt"
    assert supplier.request("GET", path).content == receipt.to_bytes()
    assert requests.get(world.url + path, timeout=60).status_code == 403


def test_wrong_role_is_refused_and_recorded(world: World) -> None:
    with pytest.raises(Denied) as denied:
        world.raw("agency").act(_certs(world, "agency"))
    assert (denied.value.code, denied.value.status) == ("wrong-role", 403)
    path = f"/v1/refusals/{denied.value.problem.refusal}"
    record = read(world.raw("agency").request("GET", path), RefusalRecord)
    assert (record.act, record.code, record.actor) == ("encryption-certs", "wrong-role", world.raw("agency").code)
    assert world.raw("supplier").request("GET", path).status_code == 403


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor": "91140000MA0OTHER01"}, "not-the-author"),
        ({"role": Role.FINANCE}, "role-without-registration"),
        ({"role": Role.EXPERT}, "role-and-certificate-differ"),
        ({"role": Role.PLATFORM}, "role-of-the-operator"),
        ({"name": "别的公司"}, "name-differs"),
    ],
)
def test_registration_says_what_the_certificate_says(world: World, change: dict[str, object], code: str) -> None:
    supplier = world.raw("supplier")
    with pytest.raises(Denied) as denied:
        supplier.act(registration(supplier).model_copy(update=change))
    assert denied.value.code == code


def test_finance_signs_after_countersignature_and_with_a_session(own_world: World) -> None:
    world = own_world
    finance = world.office(Role.FINANCE)
    with pytest.raises(Denied, match="password-wrong"):
        finance.act(key_enrolment(finance), b"guess")
    enrolment = key_enrolment(finance)
    finance.act(enrolment, PASSWORD.encode())
    with pytest.raises(Denied, match="key-not-countersigned"):
        finance.login()
    assert finance.key is not None
    world.raw("agency").act(KeyCountersignature(enrolment=enrolment.id, key=finance.key.digest, statement="当面核对"))
    with pytest.raises(Denied, match="password-wrong"):
        finance.login(password="another password")
    assert finance.login().role == Role.FINANCE


def test_five_wrong_passwords_rest_the_account(own_world: World) -> None:
    world = own_world
    finance = world.enrol(world.office(Role.FINANCE), world.raw("agency"), login=False)
    for _ in range(5):
        with pytest.raises(Denied, match="password-wrong"):
            finance.login(password="another password")
    with pytest.raises(Denied, match="account-resting"):
        finance.login()


def test_altered_and_malformed_messages_are_refused_by_name(world: World) -> None:
    supplier = world.raw("supplier")
    signed = supplier.sign(_certs(world, "supplier"))
    other = supplier.sign(registration(supplier))
    assert isinstance(other.signature, CmsSignature)
    moved = SignedBytes(statement=signed.statement, signature=other.signature)
    with pytest.raises(Denied) as denied:
        supplier.post_act(ActMessage(signed=moved), "encryption-certs")
    assert denied.value.problem.kind == "tampered"
    with pytest.raises(Denied, match="statement-of-another-type"):
        supplier.post_act(ActMessage(signed=signed), "registration")
    body = ActMessage(signed=signed).to_bytes()
    for bad, code in (
        (body[:-1] + b',"x":1}', "value-malformed"),
        (b'{"x":1,' + body[1:], "json-not-canonical"),
        (body + b" ", "json-not-canonical"),
        (b"[]", "json-not-an-object"),
        (b"", "json-unreadable"),
    ):
        answer = supplier.request("POST", "/v1/accounts/encryption-certs", bad)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert int(answer.json()["refusal"]) > 0


def test_too_large_a_body_is_cut_off(world: World) -> None:
    answer = world.anybody().request("POST", "/v1/accounts/registration", b"x" * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_unknown_addresses_answer_with_problems(world: World) -> None:
    answer = requests.get(world.url + "/v1/nowhere", timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-address")

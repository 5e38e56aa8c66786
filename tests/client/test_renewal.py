"""Certificates renewed between sealing and opening, over HTTP: what opens, who may sign the release, what is warned of (C5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from client.desk import Desk
from client.profile import ProfileFolder, TokenDriver
from crypto.authority import Issued
from crypto.bidfile import read_header
from crypto.certificates import certificate_digest
from crypto.envelope import recipients_of
from crypto.signing import sign_statement
from procurement.basics.moment import at_shanghai
from procurement.basics.problems import Problem, Tampered
from procurement.bidding.sealed import EncryptionCertificate, EncryptionCerts
from procurement.opening.session import Freeze, Release
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.parties import PIN, desk_of
from tests.softhsm import SoftHsm, library
from tests.world import Denied, World

NEW_PIN = "new-pin-5678"


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    world = World.create(tmp_path)
    found = Journey(world)
    found.plan()
    found.publish()
    yield found
    found.close()
    world.close()


def _renewed(journey: Journey, key: str, end: datetime | None = None) -> Issued:
    """New keys and certificates for the same organisation."""
    _, name, code = SUPPLIERS[key]
    return journey.world.authority.issue_organisation(name, code, end=end)


def _with_tokens(journey: Journey, key: str, hsm: SoftHsm) -> Desk:
    """The supplier's desk, with USB tokens instead of a file."""
    old = journey.suppliers[key]
    folder = old.place.folder.folder
    old.close()
    environment = tuple("=".join(pair) for pair in hsm.environment.items())
    driver = TokenDriver(library=str(library()), name="驱动", environment=environment)
    profile = ProfileFolder(folder).profile.model_copy(update={"token": "", "drivers": (driver,)})
    ProfileFolder.create(folder, profile)
    journey.suppliers[key] = desk_of(folder)
    return journey.suppliers[key]


def test_sealed_to_both_it_opens_with_the_new_token_which_signs_the_release(journey: Journey, tmp_path: Path) -> None:
    """A and B are plugged in at sealing; A is handed in; B, renewed, unwraps and signs. C needs no token: a third bidder."""
    hsm = SoftHsm(tmp_path)
    before, after = _renewed(journey, "A", at_shanghai(datetime(2026, 4, 30).date(), 9)), _renewed(journey, "A")  # noqa: DTZ001
    for key, price in (("B", "880000"), ("C", "910000")):
        journey.submit(key, price)
    journey.draft("A", "900000")
    desk = _with_tokens(journey, "A", hsm)
    hsm.plug("旧", before, PIN)
    hsm.plug("新", after, NEW_PIN)
    keys = {one.label: one.key for one in desk.accounts.scan().tokens}
    desk.accounts.unlock(PIN, keys["旧"])
    desk.accounts.sign_in()
    views = desk.bidding.recipients()
    assert [view.on_token for view in views] == [True, True, False]  # both plugged in, then the file's, listed before
    assert after.encryption is not None
    sealed = desk.bidding.seal(TENDER, LOT, also_to=[certificate_digest(after.encryption[1])])
    warned = {found.code for found in desk.bidding.renewal(sealed.bid)}
    assert warned == {"renewal-recipient-ends", "renewal-signing-ends"}
    assert desk.bidding.submit(sealed.bid).state == "accepted"
    hsm.unplug("旧")
    closing = journey.shut()
    desk.accounts.unlock(NEW_PIN)
    desk.accounts.sign_in()
    assert desk.bidding.renewal(sealed.bid) == ()
    outcome = desk.releasing.release(closing.id)
    assert outcome.state == "accepted"
    signed = desk.place.acts.get(Release, outcome.id)
    assert desk.place.acts.signer(signed).certificate == certificate_digest(after.signing[1])
    for key in "BC":
        journey.supplier(key).releasing.release(closing.id)
    journey.freeze()
    assert len(journey.agency.place.acts.only(Freeze).value.released) == 3
    journey.open()


def test_sealed_to_the_old_one_alone_the_new_token_opens_nothing(journey: Journey) -> None:
    bid = journey.submit("B", "900000")
    desk = journey.suppliers["B"]
    assert desk.bidding.renewal(bid) == ()
    _renewed(journey, "B").write_p12(desk.place.folder.token, PIN)
    desk.accounts.unlock(PIN)
    (found,) = desk.bidding.renewal(bid)
    assert found.code == "renewal-token-opens-nothing"
    with pytest.raises(Problem, match="unwrap-failed"):
        desk.bidding.rehearse(bid)


def test_the_own_signed_list_counts_and_nobody_elses(journey: Journey) -> None:
    """C5: a list somebody else signs, the platform included, adds no recipient; the own list does, when it is chosen."""
    desk = journey.draft("B", "900000")
    after = _renewed(journey, "B")
    assert after.encryption is not None
    der = after.encryption[1].public_bytes(Encoding.DER)
    stranger = journey.world.authority.issue_organisation("冒名", "91140000MA0STRANGE")
    forged = EncryptionCerts(org=desk.actor, certs=(EncryptionCertificate(der=der),))
    other = journey.supplier("C")
    with pytest.raises(Problem):
        other.place.act(forged)
    genuine = desk.place.acts.only(EncryptionCerts, org=desk.actor).item  # a feed that lies: the platform's directory
    lie = {"id": forged.id, "signed": sign_statement(forged, stranger.token), "leaf_index": genuine.leaf_index + 1000}
    with pytest.raises(Tampered, match="foreign-author"):
        desk.place.acts.believe(genuine.model_copy(update={**lie, "seq": genuine.seq + 1000}))
    assert len(desk.bidding.recipients()) == 1
    desk.accounts.publish_encryption_certificates([(der, "sha256")])
    views = desk.bidding.recipients()
    assert [(view.digest, view.on_token) for view in views[1:]] == [(certificate_digest(after.encryption[1]), False)]
    alone = desk.bidding.seal(TENDER, LOT)
    both = desk.bidding.seal(TENDER, LOT, also_to=[views[1].digest])
    counts = [len(recipients_of(read_header(one.header_bytes).env_s)) for one in (alone, both)]
    assert counts == [1, 2], "additions are chosen by the person, never by default"


def test_a_certificate_that_does_not_hold_is_no_recipient(journey: Journey) -> None:
    desk = journey.draft("B", "900000")
    ended = _renewed(journey, "B", at_shanghai(datetime(2026, 3, 5).date(), 9))  # noqa: DTZ001
    assert ended.encryption is not None
    der = ended.encryption[1].public_bytes(Encoding.DER)
    with pytest.raises(Problem, match="certificate-expired"):
        desk.accounts.publish_encryption_certificates([(der, "sha256")])
    ended.write_p12(desk.place.folder.token, PIN)
    desk.accounts.unlock(PIN)
    with pytest.raises(Problem, match="certificate-expired"):
        desk.bidding.seal(TENDER, LOT)


def test_a_legal_representatives_certificate_signs_no_act(journey: Journey) -> None:
    """R-036, over HTTP: past a client that would not let it."""
    _, name, code = SUPPLIERS["B"]
    journey.supplier("B")
    party = journey.world.organisation("supplier", name, code)
    party.token = journey.world.authority.issue_legal_person(name, code, "张三").token
    with pytest.raises(Denied) as denied:
        party.login()
    assert (denied.value.code, denied.value.rule) == ("certificate-of-legal-person", "R-036")


def test_a_certificate_file_is_added_to_the_own_list_and_what_was_listed_stays(
    journey: Journey, tmp_path: Path
) -> None:
    desk = journey.supplier("C")
    desk.refresh()
    files = []
    for name in ("first", "second"):
        made = _renewed(journey, "C").encryption
        assert made is not None
        files.append((tmp_path / name, made[1]))
    files[0][0].write_bytes(files[0][1].public_bytes(Encoding.DER))
    files[1][0].write_bytes(files[1][1].public_bytes(Encoding.PEM))
    for path, _certificate in files:
        assert desk.accounts.list_certificate(path).state == "accepted"
    listed = {view.digest for view in desk.bidding.recipients()}
    assert {certificate_digest(one) for _path, one in files} < listed and len(listed) == 3
    (tmp_path / "junk").write_bytes(b"junk")
    foreign = journey.world.authority.issue_organisation("冒名", "91140000MA0STRANGE").encryption
    assert foreign is not None
    (tmp_path / "foreign").write_bytes(foreign[1].public_bytes(Encoding.DER))
    for name, code in (("junk", "certificate-unreadable"), ("foreign", "certificate-of-another")):
        with pytest.raises(Problem) as refused:
            desk.accounts.list_certificate(tmp_path / name)
        assert refused.value.code == code

"""Awarding over HTTP, past the client."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from procurement.awarding.award import AwardDeemed
from tests.procurement.chain import but
from tests.server_stub.acts import middle, road
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def test_confirmation_notice_and_letters_stand_in_the_log(own: Station) -> None:
    walk = own("reported")
    for actor, step, make in (
        ("purchaser", "award-confirmation", road.confirmation),
        ("agency", "award-notice", road.notice),
        ("agency", "letter-b", road.letter),
    ):
        statement = make(walk)
        logged(walk, walk.do(actor, step, statement), statement)
    assert "award-notice" in {item.act for item in walk.world.anybody().feed().items}


def test_other_roles_and_other_agencies_do_not_award(at: Station) -> None:
    walk = at("awarded")
    refuses(walk, "agency", road.confirmation(walk), "wrong-role")
    refuses(walk, "purchaser", road.notice(walk), "wrong-role")
    refuses(walk, "a", road.letter(walk), "wrong-role")


def test_awarding_waits_for_the_signed_report_and_goes_in_order(own: Station) -> None:
    walk = own("planned")
    walk.world.stop()
    middle.record_tender_to_report(walk, until="report-signature")
    walk.world.start()
    denied = refuses(walk, "purchaser", road.confirmation(walk), "wrong-order", "R-046")
    assert denied.problem.facts["wanted"].startswith("report-signed")


def test_a_notice_needs_its_confirmation_and_goes_once(at: Station) -> None:
    walk = at("reported")
    refuses(walk, "agency", road.notice(walk, confirmed="ab" * 32), "act-unknown")
    awarded = at("awarded")
    refuses(awarded, "agency", road.notice(awarded), "wrong-order", "R-046")


def test_only_the_first_candidate_unless_there_is_ground(at: Station) -> None:
    walk = at("reported")
    second = but(road.confirmation(walk), winner=SUPPLIERS["b"])
    refuses(walk, "purchaser", second, "first-candidate-skipped", "L-272")
    refuses(walk, "purchaser", but(second, winner=SUPPLIERS["c"]), "winner-not-a-candidate", "L-272")


def test_the_notice_states_the_bid_price_and_has_its_document(own: Station) -> None:
    walk = own("reported")
    walk.do("purchaser", "award-confirmation", road.confirmation(walk))
    notice = road.notice(walk)
    evaluation_price = but(notice, amount=Decimal("868000.00"))
    refuses(walk, "agency", evaluation_price, "notice-amount-not-bid-price", "L-512")
    refuses(walk, "agency", but(notice, pdf="ab" * 32), "file-missing")
    refuses(walk, "agency", but(notice, sent=notice.sent - timedelta(days=3)), "notice-time-wrong", "R-088")
    refuses(walk, "agency", but(notice, winner=SUPPLIERS["b"]), "notice-to-another", "R-088")


def test_losers_get_their_own_letter_only(own: Station) -> None:
    walk = own("awarded")
    refuses(walk, "agency", but(road.letter(walk), total=Decimal("91.25")), "letter-differs-from-ranking", "L-274")
    refuses(walk, "agency", but(road.letter(walk, "c"), reason=""), "letter-without-reason", "L-274")
    walk.do("agency", "letter-b", road.letter(walk))
    walk.do("agency", "letter-c", road.letter(walk, "c"))
    refuses(walk, "agency", but(road.letter(walk), reason="再发一次"), "letter-sent-already", "L-274")
    assert _letters(walk, "b") == [walk.id("letter-b")]
    assert _letters(walk, "c") == [walk.id("letter-c")]
    assert _letters(walk, "a") == []


def _letters(walk: Walk, actor: str) -> list[str]:
    return [item.id for item in walk.by(actor).feed().items if item.act == "result-letter"]


def test_silence_of_five_working_days_makes_the_first_candidate_the_winner(own: Station) -> None:
    walk = own("reported")  # signed on 29 April; 30 April and 6 to 9 May are the five working days
    walk.to(5, 9)
    assert acts(walk, "award-deemed") == []
    walk.to(5, 10)
    deemed = acts(walk, "award-deemed")
    assert len(deemed) == 1
    stated = [item for item in walk.by("purchaser").feed().items if item.act == "award-deemed"]
    statement = AwardDeemed.from_bytes(stated[0].signed.statement)
    assert statement.winner == SUPPLIERS["a"]
    refuses(walk, "purchaser", road.confirmation(walk), "wrong-order", "R-046")
    walk.do("agency", "award-notice", road.notice(walk, confirmed=deemed[0]))


def test_a_confirmation_in_time_ends_the_term(own: Station) -> None:
    walk = own("reported")
    walk.to(5, 8)
    walk.do("purchaser", "award-confirmation", road.confirmation(walk))
    walk.to(5, 12)
    assert acts(walk, "award-deemed") == []


def test_when_the_winner_refuses_the_next_candidate_follows(own: Station) -> None:
    walk = own("awarded")
    again = but(road.confirmation(walk), winner=SUPPLIERS["b"])
    refuses(walk, "purchaser", again, "first-candidate-skipped", "L-272")
    refuses(walk, "purchaser", but(again, winner=SUPPLIERS["a"], reason="x"), "winner-not-a-candidate", "L-272")
    next_ = but(again, skip_ground="winner-refused", reason="中标人书面拒绝签订合同")
    walk.do("purchaser", "award-confirmation", next_)
    old = but(road.notice(walk), confirmation=acts(walk, "award-confirmation")[0])
    refuses(walk, "agency", old, "confirmation-superseded")
    notice = but(
        road.notice(walk),
        winner=SUPPLIERS["b"],
        winner_name=road.NAMES[SUPPLIERS["b"]],
        amount=Decimal("985000.00"),
        quote=Decimal("985000.00"),
    )
    walk.do("agency", "award-notice", notice)


@pytest.mark.parametrize("short", ["a", "b"])
def test_bidders_do_not_see_the_confirmation_before_the_notice(at: Station, short: str) -> None:
    walk = at("awarded")
    assert "award-confirmation" not in {item.act for item in walk.by(short).feed().items}

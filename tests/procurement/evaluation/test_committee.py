"""Law of the committee (87号令 第四十五–四十九条, R-090 … R-093)."""

from decimal import Decimal
from typing import Literal

import pytest

from procurement.basics.problems import Problem
from procurement.evaluation.committee import check_leader, check_panel, check_present, check_sign_in, leader_of
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, PanelMember, SignIn


def panel(experts: int, representatives: int) -> Panel:
    kinds: list[Literal["expert", "purchaser-representative"]] = ["expert"] * experts
    kinds += ["purchaser-representative"] * representatives
    members = tuple(
        PanelMember(member=f"ZJ{i}", name=f"成员{i}", certificate=f"{i:064x}", kind=kind)
        for i, kind in enumerate(kinds)
    )
    return Panel(tender="1" * 64, lot="lot-1", opening="2" * 64, members=members, drawn_from="省级专家库")


@pytest.mark.parametrize(
    ("experts", "representatives", "budget", "minimum", "code"),
    [
        (4, 0, "100", 5, "panel-size"),
        (6, 0, "100", 5, "panel-size"),
        (3, 2, "100", 5, "panel-too-few-experts"),
        (5, 0, "10000000", 5, "panel-size"),
        (1, 0, "100", 3, "panel-size"),
    ],
)
def test_a_panel_that_the_law_forbids(experts: int, representatives: int, budget: str, minimum: int, code: str) -> None:
    with pytest.raises(Problem) as caught:
        check_panel(panel(experts, representatives), Decimal(budget), minimum)
    assert (caught.value.code, caught.value.rule) == (code, "L-244")


@pytest.mark.parametrize(
    ("experts", "representatives", "budget"), [(5, 0, "9999999.99"), (4, 1, "1"), (5, 2, "10000000")]
)
def test_a_panel_that_the_law_allows(experts: int, representatives: int, budget: str) -> None:
    check_panel(panel(experts, representatives), Decimal(budget), 5)


def sign_in(certificate: int, *, no_conflict: bool = True) -> SignIn:
    return SignIn(
        panel=panel(5, 0).id,
        member=f"ZJ{certificate}",
        venue="太原市评审中心",
        no_conflict=no_conflict,
        server_nonce="9" * 64,
    )


def test_a_member_signs_in_with_its_own_certificate_only() -> None:
    check_sign_in(sign_in(1), panel(5, 0), f"{1:064x}", "9" * 64)
    for certificate, nonce, given in (
        (2, "9" * 64, sign_in(1)),
        (1, "8" * 64, sign_in(1)),
        (1, "9" * 64, sign_in(1, no_conflict=False)),
    ):
        with pytest.raises(Problem):
            check_sign_in(given, panel(5, 0), f"{certificate:064x}", nonce)


def test_presence_needs_sign_in_and_identity_check() -> None:
    signed = sign_in(1)
    check = IdentityCheck(sign_in=signed.id, member="ZJ1", method="manual", witness="李", reason="未配摄像头")
    with pytest.raises(Problem, match="not-signed-in"):
        check_present("ZJ1", {}, [check])
    with pytest.raises(Problem, match="identity-not-checked"):
        check_present("ZJ1", {"ZJ1": signed}, [])
    check_present("ZJ1", {"ZJ1": signed}, [check])


def test_the_leader_is_an_expert_elected_by_more_than_half() -> None:
    given = panel(4, 1)
    votes = [
        LeaderVote(panel=given.id, member=f"ZJ{i}", leader=leader) for i, leader in enumerate(["ZJ2", "ZJ1", "ZJ2"])
    ]
    assert leader_of(given, votes) == "ZJ2"
    assert leader_of(given, votes[:2]) == ""
    with pytest.raises(Problem, match="leader-not-eligible"):
        check_leader(LeaderVote(panel=given.id, member="ZJ1", leader="ZJ4"), given)

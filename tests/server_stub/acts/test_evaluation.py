"""Evaluation over HTTP, past the client: panel, presence, reviews, sheets committed then revealed, the signed report."""

from __future__ import annotations

from decimal import Decimal

from procurement.evaluation.sheets import Mark, Ranking, ReviewClosed, ScoresClosed, ScoreSheet
from tests.procurement.chain import but
from tests.server_stub.acts import committee, hall
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS


def test_the_whole_evaluation_stands_in_the_log(alone: Station) -> None:
    walk = alone("read-out")
    panel = committee.panel(walk)
    logged(walk, walk.do("agency", "panel", panel), panel)
    for short in MEMBERS:
        seat = committee.sign_in(walk, short)
        logged(walk, walk.do(short, f"sign-in-{short}", seat), seat)
        check = committee.identity_check(walk, short)
        logged(walk, walk.do("agency", f"identity-{short}", check), check)
    vote = committee.leader_vote(walk, "expert-1")
    logged(walk, walk.do("expert-1", "vote", vote), vote)
    qualified = committee.qualification(walk)
    logged(walk, walk.do("purchaser", "qualification", qualified), qualified)
    for short in MEMBERS:
        review = committee.conformity(walk, short)
        logged(walk, walk.do(short, f"conformity-{short}", review), review)
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == tuple(SUPPLIERS.values())
    for short in MEMBERS:
        commit = committee.commit(walk, short)
        logged(walk, walk.do(short, f"commit-{short}", commit), commit)
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    for short in MEMBERS:
        reveal = committee.reveal(walk, short)
        logged(walk, walk.do(short, f"reveal-{short}", reveal), reveal)
    ranking = hall.by_platform(walk, Ranking, "ranking")
    assert [bid.supplier for bid in ranking.bids if bid.rank] == list(SUPPLIERS.values())
    report = committee.report(walk)
    logged(walk, walk.do("agency", "evaluation-report", report), report)
    before = "evaluation report"
    for short in MEMBERS:
        signature = committee.signature(walk, short, before, f"{before}+")
        logged(walk, walk.do(short, f"signature-{short}", signature), signature)
        before += "+"
    refuses(walk, "agency", but(report, pdf=walk.keep_file("another report")), "report-made-before")
    refuses(walk, "expert-1", committee.signature(walk, "expert-1", before, "x"), "already-signed")


def test_each_act_of_the_evaluation_has_its_role(on: Station) -> None:
    read, seated, reviewed = on("read-out"), on("seated"), on("reviewed")
    refuses(read, "purchaser", committee.panel(read), "wrong-role")
    refuses(seated, "agency", committee.sign_in(seated, "expert-1"), "wrong-role")
    refuses(seated, "expert-2", committee.sign_in(seated, "expert-1"), "not-the-author", "L-901")
    refuses(seated, "expert-1", but(committee.identity_check(seated, "expert-1"), witness="自己"), "wrong-role")
    refuses(seated, "agency", committee.leader_vote(seated, "expert-1"), "wrong-role")
    refuses(seated, "expert-2", committee.leader_vote(seated, "expert-1"), "not-the-author", "L-901")
    refuses(seated, "a", committee.qualification(seated), "wrong-role")
    refuses(seated, "purchaser", committee.conformity(seated, "expert-1"), "wrong-role")
    refuses(seated, "expert-2", committee.conformity(seated, "expert-1"), "not-the-author", "L-901")
    refuses(reviewed, "agency", committee.commit(reviewed, "expert-1"), "wrong-role")
    refuses(reviewed, "expert-2", committee.commit(reviewed, "expert-1"), "not-the-author", "L-901")
    committed, ranked, report = on("committed"), on("ranked"), on("report")
    refuses(committed, "a", committee.reveal(committed, "expert-1"), "wrong-role")
    refuses(committed, "expert-2", committee.reveal(committed, "expert-1"), "not-the-author", "L-901")
    refuses(ranked, "expert-1", committee.report(ranked), "wrong-role")
    sign = committee.signature(report, "expert-1", "evaluation report", "evaluation report+")
    refuses(report, "agency", sign, "wrong-role")
    refuses(report, "expert-2", sign, "not-the-author", "L-901")


def test_nothing_of_the_evaluation_comes_before_its_time(on: Station) -> None:
    opened, read, seated = on("opened"), on("read-out"), on("seated")
    refuses(opened, "agency", committee.panel(opened), "wrong-order", "R-046")
    refuses(opened, "agency", committee.qualification(opened), "wrong-order", "R-046")
    read.done |= {"panel": committee.panel(read), "sign-in-expert-1": seated.done["sign-in-expert-1"]}
    refuses(read, "expert-1", committee.sign_in(read, "expert-1"), "act-unknown")
    refuses(read, "agency", committee.identity_check(read, "expert-1"), "act-unknown")
    refuses(read, "expert-1", committee.leader_vote(read, "expert-1"), "act-unknown")
    refuses(read, "expert-1", committee.conformity(read, "expert-1"), "wrong-order", "L-244")
    refuses(seated, "expert-1", committee.conformity(seated, "expert-1"), "wrong-order", "L-241")
    refuses(seated, "expert-1", committee.commit(seated, "expert-1"), "wrong-order", "R-046")
    reviewed, committed, ranked = on("reviewed"), on("committed"), on("ranked")
    reviewed.done |= {
        "commit-expert-1": committed.done["commit-expert-1"],
        "scores-closed": committed.done["scores-closed"],
    }
    reviewed.secrets |= committed.secrets
    refuses(reviewed, "expert-1", committee.reveal(reviewed, "expert-1"), "act-unknown")
    committed.done["ranking"] = ranked.done["ranking"]
    refuses(committed, "agency", committee.report(committed), "act-unknown")
    ranked.done["evaluation-report"] = committee.report(ranked)
    refuses(ranked, "expert-1", committee.signature(ranked, "expert-1", "evaluation report", "x"), "act-unknown")


def test_a_panel_is_odd_large_enough_and_of_experts(on: Station) -> None:
    walk = on("read-out")
    good = committee.panel(walk)
    refuses(walk, "agency", committee.panel(walk, *MEMBERS[:3]), "panel-size", "L-244")
    refuses(walk, "agency", committee.panel(walk, *MEMBERS[:4]), "panel-size", "L-244")
    bought = tuple(but(m, kind="purchaser-representative") if i < 2 else m for i, m in enumerate(good.members))
    refuses(walk, "agency", but(good, members=bought), "panel-too-few-experts", "L-244")
    twice = (*good.members[:4], but(good.members[0], name="又名"))
    refuses(walk, "agency", but(good, members=twice), "panel-member-twice")
    unknown = (*good.members[:4], but(good.members[4], member="SXZJ20269999"))
    refuses(walk, "agency", but(good, members=unknown), "member-not-registered")
    refuses(walk, "agency", but(good, lot="2"), "wrong-lot", "L-208")
    refuses(walk, "agency", but(good, tender="ab" * 32), "tender-unknown")


def test_a_member_signs_in_itself_freshly_and_without_conflict(alone: Station) -> None:
    walk = alone("read-out")
    walk.do("agency", "panel", committee.panel(walk))
    refuses(walk, "expert-1", committee.sign_in(walk, "expert-1", "ab" * 32), "sign-in-nonce-stale")
    conflicted = committee.sign_in(walk, "expert-1", no_conflict=False)
    refuses(walk, "expert-1", conflicted, "member-must-recuse", "L-246")
    outside = walk.world.person("expert-6", "专家6", "SXZJ20260006")
    walk.world.register(outside)
    refuses(walk, "expert-6", committee.sign_in(walk, "expert-6"), "not-on-the-panel", "R-090")
    old = walk.done["panel"]
    again = committee.panel(walk, *MEMBERS[:4], "expert-6")
    walk.do("agency", "panel", again)
    stale = but(committee.sign_in(walk, "expert-1"), panel=old.id)
    refuses(walk, "expert-1", stale, "not-on-the-panel", "R-090")
    nonce = committee.sign_in(walk, "expert-1")
    walk.do("expert-1", "sign-in-expert-1", nonce)
    refuses(walk, "expert-1", but(nonce, venue="家中"), "sign-in-nonce-stale")
    other = but(committee.identity_check(walk, "expert-1"), member=walk.by("expert-2").code)
    refuses(walk, "agency", other, "identity-of-another")
    refuses(walk, "agency", but(again, drawn_from="另一专家库"), "panel-sits-already")


def test_who_is_not_there_does_not_evaluate(alone: Station) -> None:
    walk = alone("read-out")
    walk.do("agency", "panel", committee.panel(walk))
    walk.do("purchaser", "qualification", committee.qualification(walk))
    refuses(walk, "expert-1", committee.leader_vote(walk, "expert-1"), "not-signed-in", "R-092")
    refuses(walk, "expert-1", committee.conformity(walk, "expert-1"), "not-signed-in", "R-092")
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "not-signed-in", "R-092")
    walk.do("expert-1", "sign-in-expert-1", committee.sign_in(walk, "expert-1"))
    refuses(walk, "expert-1", committee.conformity(walk, "expert-1"), "identity-not-checked", "R-092")


def test_the_leader_is_a_member_and_votes_count_once(alone: Station) -> None:
    walk = alone("read-out")
    good = committee.panel(walk)
    own = (but(good.members[0], kind="purchaser-representative"), *good.members[1:])
    walk.do("agency", "panel", but(good, members=own))
    for short in ("expert-1", "expert-2"):
        walk.do(short, f"sign-in-{short}", committee.sign_in(walk, short))
        walk.do("agency", f"identity-{short}", committee.identity_check(walk, short))
    refuses(walk, "expert-2", committee.leader_vote(walk, "expert-2", "expert-1"), "leader-not-eligible", "L-248")
    stranger = but(committee.leader_vote(walk, "expert-2"), leader=SUPPLIERS["a"])
    refuses(walk, "expert-2", stranger, "leader-not-eligible", "L-248")
    walk.do("expert-2", "vote", committee.leader_vote(walk, "expert-2", "expert-2"))
    refuses(walk, "expert-2", committee.leader_vote(walk, "expert-2", "expert-3"), "voted-before")


def test_reviews_are_whole_reasoned_and_made_once(alone: Station) -> None:
    walk = alone("seated")
    good = committee.qualification(walk)
    refuses(walk, "agency", but(good, verdicts=good.verdicts[1:]), "review-incomplete", "L-242")
    silent = (but(good.verdicts[0], passed=False), *good.verdicts[1:])
    refuses(walk, "agency", but(good, verdicts=silent), "verdict-without-reason", "L-254")
    refuses(walk, "agency", but(good, lot="2"), "wrong-lot", "L-208")
    walk.do("purchaser", "qualification", good)
    refuses(walk, "agency", but(good, verdicts=good.verdicts[::-1]), "reviewed-before")
    mine = committee.conformity(walk, "expert-1")
    refuses(walk, "expert-1", but(mine, verdicts=mine.verdicts[1:]), "review-incomplete", "L-242")
    refuses(walk, "expert-1", but(mine, lot="2"), "wrong-lot", "L-208")
    walk.do("expert-1", "conformity-expert-1", mine)
    refuses(walk, "expert-1", but(mine, verdicts=mine.verdicts[::-1]), "reviewed-before")


def test_fewer_than_three_left_are_not_scored(alone: Station) -> None:
    walk = alone("seated")
    good = committee.qualification(walk)
    out = tuple(
        but(v, passed=False, reason="无营业执照") if (v.supplier, v.item) == (SUPPLIERS["c"], "q1") else v
        for v in good.verdicts
    )
    walk.do("purchaser", "qualification", but(good, verdicts=out))
    for short in MEMBERS:
        mine = committee.conformity(walk, short)
        left = tuple(v for v in mine.verdicts if v.supplier != SUPPLIERS["c"])
        walk.do(short, f"conformity-{short}", but(mine, verdicts=left))
    assert hall.by_platform(walk, ReviewClosed, "review-closed").scored == ()
    refuses(walk, "expert-1", committee.commit(walk, "expert-1"), "wrong-order", "R-046")


def test_the_first_sheet_counts_and_none_after_the_closing(alone: Station) -> None:
    walk = alone("reviewed")
    first = committee.commit(walk, "expert-1")
    refuses(walk, "expert-1", but(first, scheme="ab" * 32), "commit-for-another-scheme")
    refuses(walk, "expert-1", but(first, round=2), "commit-for-another-scheme")
    refuses(walk, "expert-1", but(first, sealed_sheet="ab" * 32), "file-missing")
    walk.do("expert-1", "commit-expert-1", first)
    refuses(walk, "expert-1", but(first, c="ab" * 32), "already-committed")
    for short in MEMBERS[1:]:
        walk.do(short, f"commit-{short}", committee.commit(walk, short))
    refuses(walk, "expert-1", but(first, c="ab" * 32), "scores-closed")


def test_nothing_is_revealed_before_all_have_committed_nor_otherwise_than_committed(alone: Station) -> None:
    walk = alone("reviewed")
    walk.done["scores-closed"] = walk.done["review-closed"]
    walk.do("expert-1", "commit-expert-1", committee.commit(walk, "expert-1"))
    refuses(walk, "expert-1", committee.reveal(walk, "expert-1"), "reveal-before-closing")
    for short in MEMBERS[1:]:
        walk.do(short, f"commit-{short}", committee.commit(walk, short))
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    refuses(walk, "expert-1", committee.reveal(walk, "expert-1", salt="ab" * 32), "sheet-differs-from-commit")
    kinder = committee.sheet(walk, "expert-1")
    mark = but(kinder.marks[0], points=Decimal("70"))
    changed = ScoreSheet(lot="1", member=kinder.member, marks=(mark, *kinder.marks[1:])).to_bytes()
    refuses(walk, "expert-1", committee.reveal(walk, "expert-1", sheet=changed), "sheet-differs-from-commit")
    walk.do("expert-1", "reveal-expert-1", committee.reveal(walk, "expert-1"))
    assert "score-reveal" not in {i.act for i in walk.by("expert-2").feed().items}
    assert "score-reveal" not in {i.act for i in walk.by("agency").feed().items}


def test_a_sheet_is_held_to_the_scheme(alone: Station) -> None:
    walk = alone("reviewed")
    good = committee.sheet(walk, "expert-1")
    bad = ScoreSheet(
        lot="1",
        member=good.member,
        marks=(Mark(supplier=SUPPLIERS["a"], item="tech", points=Decimal("70.01")), *good.marks[1:]),
    )
    walk.do("expert-1", "commit-expert-1", committee.commit(walk, "expert-1", bad))
    for short in MEMBERS[1:]:
        walk.do(short, f"commit-{short}", committee.commit(walk, short))
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    refuses(walk, "expert-1", committee.reveal(walk, "expert-1"), "mark-outside-range", "L-260")


def test_the_ranking_is_made_by_the_platform_alone_and_seen_by_the_committee(on: Station) -> None:
    walk = on("ranked")
    ranking = walk.statement(Ranking, "ranking")
    assert [(b.supplier, b.rank) for b in ranking.bids] == [(c, i) for i, c in enumerate(SUPPLIERS.values(), 1)]
    for short in ("expert-3", "agency", "purchaser", "supervisor"):
        assert {"ranking", "score-reveal"} <= {i.act for i in walk.by(short).feed().items}
    secret = {"panel", "sign-in", "score-commit", "score-reveal", "ranking", "qualification-review"}
    for short in ("a", "b", "finance"):
        assert not secret & {i.act for i in walk.by(short).feed().items}


def test_the_report_gathers_one_signature_after_another(alone: Station) -> None:
    walk = alone("report")
    first = committee.signature(walk, "expert-1", "evaluation report", "evaluation report+")
    refuses(walk, "expert-1", but(first, pdf="ab" * 32), "file-missing")
    walk.do("expert-1", "signature-expert-1", first)
    stale = committee.signature(walk, "expert-2", "evaluation report", "another+")
    refuses(walk, "expert-2", stale, "report-moved-on")
    outside = walk.world.person("expert-6", "专家6", "SXZJ20260006")
    walk.world.register(outside)
    sixth = committee.signature(walk, "expert-6", "evaluation report+", "x")
    refuses(walk, "expert-6", sixth, "not-on-the-panel", "R-093")
    assert len(acts(walk, "report-signature")) == 1


def test_a_report_names_its_lot_and_its_document(on: Station) -> None:
    walk = on("ranked")
    good = committee.report(walk)
    refuses(walk, "agency", but(good, lot="2"), "wrong-lot", "L-208")
    refuses(walk, "agency", but(good, pdf="ab" * 32), "file-missing")
